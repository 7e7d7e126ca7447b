import pytest

from deidpipe.text.recognizers import Recognizer
from deidpipe.text.recognizers.emails import emails
from deidpipe.text.recognizers.networks import networks
from deidpipe.text.recognizers.telephones import telephones
from deidpipe.text.recognizers.urls import urls
from tests.unit.text.shelf import found, left


@pytest.mark.parametrize(
    ("recognizer", "text", "identifier", "rest"),
    [
        (telephones, "call (555) 123-4567 now", "(555) 123-4567", "now"),
        (telephones, "555-223-4567", "555-223-4567", ""),
        (telephones, "1-800-555-1234", "1-800-555-1234", ""),
        (telephones, "555-223-4567 x12", "555-223-4567 x12", ""),
        (telephones, "Tel.: 030/1234567, liver", "030/1234567", ", liver"),
        (telephones, "liver 030/1234567", "030/1234567", "liver"),
        (telephones, "+49 30 1234567", "+49 30 1234567", ""),
        (telephones, "+44 (0)20 7946 0958", "+44 (0)20 7946 0958", ""),
        (telephones, "0049 30 12345678", "0049 30 12345678", ""),
        (telephones, "01 23 45 67 98", "01 23 45 67 98", ""),
        (telephones, "fax: 5551234", "5551234", ""),
        (telephones, "pager 4411", "4411", ""),
        (telephones, "電話：03-1234-5678", "03-1234-5678", ""),
        (telephones, "тел. 8 (495) 123-45-67", "8 (495) 123-45-67", ""),
        (telephones, "020 7946 0958", "020 7946 0958?", ""),
        (telephones, "512.256.1024", "512.256.1024?", ""),
        (emails, "mail jane.doe+ct@site.example.org.", "jane.doe+ct@site.example.org", "."),
        (emails, "E-mail: jd@klinik.de", "jd@klinik.de", ""),
        (emails, "mailto:jd@klinik.de", "jd@klinik.de", ""),
        (emails, "CT jane (at) site (dot) org", "jane (at) site (dot) org", "CT"),
        (urls, "see https://pacs.site.org/v?id=7, liver", "https://pacs.site.org/v?id=7", ", liver"),
        (urls, "www.praxis-beispiel.de.", "www.praxis-beispiel.de", "."),
        (urls, "made by example.com", "example.com", "made by"),
        (urls, "pacs01.radiology.site.de", "pacs01.radiology.site.de", ""),
        (urls, "radiology.site.de", "radiology.site.de?", ""),
        (urls, r"from \\server7\share\doe", r"\\server7\share\doe", ""),
        (urls, r"C:\Users\jdoe\scan.dcm", r"C:\Users\jdoe\scan.dcm", ""),
        (urls, "/home/jdoe/scan.dcm", "/home/jdoe/scan.dcm", ""),
        (networks, "host 10.2.3.4 ok", "10.2.3.4", "ok"),
        (networks, "192.168.1.10", "192.168.1.10", ""),
        (networks, "134.147.12.200", "134.147.12.200", ""),
        (networks, "10.2.3.4:104", "10.2.3.4:104", ""),
        (networks, "fe80::1ff:fe23:4567:890a", "fe80::1ff:fe23:4567:890a", ""),
        (networks, "2001:db8:0:0:0:0:2:1", "2001:db8:0:0:0:0:2:1", ""),
        (networks, "MAC 00:1a:2b:3c:4d:5e", "00:1a:2b:3c:4d:5e", ""),
        (networks, "hostname: CT-EAST-01 ok", "CT-EAST-01", "ok"),
        (networks, "Calling AE = STATION7", "STATION7", ""),
    ],
)
def test_it_is_found_and_goes_with_its_cue(recognizer: Recognizer, text: str, identifier: str, rest: str) -> None:
    assert found(recognizer, text) == [identifier]
    assert left(recognizer, text) == rest


@pytest.mark.parametrize("recognizer", [telephones, emails, urls, networks])
@pytest.mark.parametrize(
    "text",
    [
        "6505936988",
        "5551234",
        "0 50 100 400 800",
        "01 02 03 04 05",
        "00 10 20 30 40",
        "ext. rotation 45",
        "Ph 7.4",
        "cell 12345",
        "call 3 views",
        "+3.5 mm",
        "+1 000 000",
        "120 kV @ 250 mAs",
        "3T @ 1.5 mm",
        "a@b",
        "2.5.mm",
        "T2.w",
        "mass.no change",
        "seen.It is",
        "report.pl",
        "image.dcm",
        "liver/spleen",
        "w/o contrast",
        "Version 10.2.3.4 software",
        "10.2.3.4",
        "4.7.5.3",
        "8.0.141.0",
        "1.2.840.113619.2.1",
        "10:15:30",
        "10:15:30:25",
        "1::2",
        "10-20-30-40-50-60",
        "computer aided detection",
        "host lesion",
        "domain of 3",
    ],
)
def test_what_reaches_no_one_stays(recognizer: Recognizer, text: str) -> None:
    assert found(recognizer, text) == []
