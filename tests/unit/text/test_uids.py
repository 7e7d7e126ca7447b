import pytest

from deidpipe.text.recognizers.uids import uids
from tests.unit.text.shelf import found, left


@pytest.mark.parametrize(
    ("text", "uid", "rest"),
    [
        ("Study UID: 1.2.826.0.1.3680043.8.498.77, liver", "1.2.826.0.1.3680043.8.498.77", ", liver"),
        ("1.3.12.2.1107.5.1.4", "1.3.12.2.1107.5.1.4", ""),
        ("2.25.329800735698586629295641978511506172918", "2.25.329800735698586629295641978511506172918", ""),
        ("urn:oid:1.2.276.0.7230010.3", "1.2.276.0.7230010.3", ""),
        ("{8F14E45F-CEEA-467A-9B36-1B2C3D4E5F60}", "8F14E45F-CEEA-467A-9B36-1B2C3D4E5F60", "{}"),
        ("id 8f14e45fceea167a5a36dedd4bea2543", "8f14e45fceea167a5a36dedd4bea2543", "id"),
    ],
)
def test_a_uid_is_found(text: str, uid: str, rest: str) -> None:
    assert found(uids, text) == [uid]
    assert left(uids, text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "1.2.840.10008.5.1.4.1.1.2",
        "2.16.840.1.113883.6.96",
        "10.2.3.4",
        "192.168.100.200",
        "1.10.200.255",
        "5.0.1",
        "Version 10.2.3.4 software",
        "0.1.2.3.4.5.6.7",
        "3.12.2.1107.5.1.4",
        "1.2.03.1107.5.1.4",
        "12345678901234567890123456789012",
        "1.2345 2.3456 3.4567 4.5678",
    ],
)
def test_what_is_no_uid_of_a_thing_stays(text: str) -> None:
    assert found(uids, text) == []
