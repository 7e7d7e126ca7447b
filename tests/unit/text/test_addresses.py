import pytest

from deidpipe.text.recognizers.addresses import addresses
from tests.unit.text.shelf import found, left


@pytest.mark.parametrize(
    ("text", "address", "rest"),
    [
        ("CT 12 Elm Street chest", "12 Elm Street", "CT chest"),
        ("12 Elm Street, Springfield, IL 62704", "12 Elm Street, Springfield, IL 62704", ""),
        ("12 N. Martin Luther King Blvd., Springfield", "12 N. Martin Luther King Blvd., Springfield", ""),
        ("221B Baker Road", "221B Baker Road", ""),
        ("12 ELM AVENUE", "12 ELM AVENUE", ""),
        ("12 Maple St", "12 Maple St?", ""),
        ("12 Michael Manor", "12 Michael Manor?", ""),
        ("Hauptstr. 5", "Hauptstr. 5", ""),
        ("Hauptstraße 5a, 12345 Musterstadt", "Hauptstraße 5a, 12345 Musterstadt", ""),
        ("Berliner Straße 17", "Berliner Straße 17", ""),
        ("Birkenweg 5", "Birkenweg 5?", ""),
        ("Kerkstraat 12, 1234 AB Amsterdam", "Kerkstraat 12, 1234 AB Amsterdam", ""),
        ("Storgatan 12", "Storgatan 12", ""),
        ("5 rue de la Paix", "5 rue de la Paix", ""),
        ("5 bis, avenue de l'Opéra", "5 bis, avenue de l'Opéra", ""),
        ("C/ Mayor 3", "C/ Mayor 3", ""),
        ("Calle de Alcalá 12", "Calle de Alcalá 12", ""),
        ("Via Garibaldi, 7", "Via Garibaldi, 7", ""),
        ("Rua Augusta, 100", "Rua Augusta, 100", ""),
        ("ул. Ленина 5", "ул. Ленина 5", ""),
        ("ул. Ленина, д. 5, кв. 12", "ул. Ленина, д. 5, кв. 12", ""),
        ("ul. Polna 5", "ul. Polna 5", ""),
        ("Atatürk Cad. No: 12", "Atatürk Cad. No: 12", ""),
        ("東京都千代田区丸の内1-1-1", "東京都千代田区丸の内1-1-1", ""),
        ("北京市朝阳区建国路12号", "北京市朝阳区建国路12号", ""),
        ("서울특별시 강남구 테헤란로 12", "서울특별시 강남구 테헤란로 12", ""),
        ("P.O. Box 12", "P.O. Box 12", ""),
        ("Postfach 1234", "Postfach 1234", ""),
        ("Apt 4B", "Apt 4B", ""),
        ("Address: 7 Nowhere, Springfield; chest", "7 Nowhere, Springfield", "; chest"),
        ("wohnhaft in Musterstadt", "Musterstadt", ""),
        ("住所：丸の内1-1", "丸の内1-1", ""),
    ],
)
def test_an_address_is_found(text: str, address: str, rest: str) -> None:
    assert found(addresses, text) == [address]
    assert left(addresses, text) == rest


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
        "3 Coronal Ridge",
        "4 Chest View",
        "K1A0B1",
    ],
)
def test_what_is_no_address_stays(text: str) -> None:
    assert found(addresses, text) == []
