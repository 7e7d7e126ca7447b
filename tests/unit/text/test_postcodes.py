import pytest

from deidpipe.text.recognizers.postcodes import postcodes
from tests.unit.text.shelf import found, left


@pytest.mark.parametrize(
    ("text", "postcode", "rest"),
    [
        ("〒100-0001", "〒100-0001", ""),
        ("Springfield, IL 62704", "Springfield, IL 62704", ""),
        ("TX 75001-1234", "TX 75001-1234", ""),
        ("7 Old Track Suite 4 Springfield, IL 62704", "7 Old Track Suite 4 Springfield, IL 62704", ""),
        ("ZIP: 62704 chest", "62704", "chest"),
        ("PLZ 12345", "12345", ""),
        ("postcode 1234 AB", "1234 AB", ""),
        ("75001-1234", "75001-1234?", ""),
        ("SW1A 1AA", "SW1A 1AA", ""),
        ("M1 1AE", "M1 1AE?", ""),
        ("K1A 0B1", "K1A 0B1", ""),
        ("D-12345 Musterstadt", "D-12345 Musterstadt", ""),
    ],
)
def test_a_postcode_is_found(text: str, postcode: str, rest: str) -> None:
    assert found(postcodes, text) == [postcode]
    assert left(postcodes, text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "3 Plane Loc",
        "4 Phase Liver CT",
        "2 VIEW CHEST DR",
        "2 Views Chest DR",
        "3 Phase LN",
        "T2 AXIAL PL 5",
        "CT 12345",
        "PA 12345",
        "MR 12345",
        "1800 TR",
        "2000 HU",
        "1234 AB",
        "2009 CT Abdomen",
        "12345",
        "20000 Counts",
        "L4 5MM",
        "T2 3DS",
        "BP 120",
        "via catheter 3",
        "VIA LEFT 3",
        "place 3 markers",
        "route 2",
        "IP address: 10.2.3.4",
        "Leitung 5",
        "ring 5",
        "3 mm recon",
        "5 Coronal Oblique",
        "Unit 5",
        "K1A0B1",
    ],
)
def test_what_is_no_postcode_stays(text: str) -> None:
    assert found(postcodes, text) == []
