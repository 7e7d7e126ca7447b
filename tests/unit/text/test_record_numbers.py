import pytest

from deidpipe.text.recognizers import Recognizer
from deidpipe.text.recognizers.devices import devices
from deidpipe.text.recognizers.licences import licences
from deidpipe.text.recognizers.record_numbers import record_numbers
from tests.unit.text.shelf import found, left


@pytest.mark.parametrize(
    ("recognizer", "text", "number", "rest"),
    [
        (record_numbers, "CT MRN: 00482913 liver", "00482913", "CT liver"),
        (record_numbers, "MRN00482913", "00482913", ""),
        (record_numbers, "MRN: 004 829 135 liver", "004 829 135", "liver"),
        (record_numbers, "Pat-Nr 123", "123", ""),
        (record_numbers, "Pat.-Nr. 4711/19", "4711/19", ""),
        (record_numbers, "Acc# A123456, chest", "A123456", ", chest"),
        (record_numbers, "Accession Number: CT-19-00412", "CT-19-00412", ""),
        (record_numbers, "Fallnr. 4711", "4711", ""),
        (record_numbers, "N° dossier : 4711", "4711", ""),
        (record_numbers, "NHC 123456", "123456", ""),
        (record_numbers, "история болезни № 1234", "1234", ""),
        (record_numbers, "ID番号：12345", "12345", ""),
        (record_numbers, "患者ID 12345 男", "12345", "男"),
        (record_numbers, "病历号 00123", "00123", ""),
        (record_numbers, "등록번호: 12345", "12345", ""),
        (record_numbers, "ID: 123", "123", ""),
        (record_numbers, "id=4711", "4711", ""),
        (record_numbers, "LT/RT FMPSPGR/SPECIAL for 6505936988", "6505936988", "LT/RT FMPSPGR/SPECIAL"),
        (record_numbers, "Ordered for 8371727310 by PH", "8371727310", "by PH"),
        (record_numbers, "chest 6505936988.", "6505936988", "chest ."),
        (record_numbers, "ax_6505936988_fs", "6505936988", "ax__fs"),
        (record_numbers, "482913", "482913?", ""),
        (record_numbers, "A1234567", "A1234567", ""),
        (record_numbers, "ABC-0012345", "ABC-0012345", ""),
        (record_numbers, "A12345", "A12345?", ""),
        (record_numbers, "x = 6505936988", "6505936988?", "x ="),
        (devices, "S/N: 35062 3T", "35062", "3T"),
        (devices, "serial no. AB-1234", "AB-1234", ""),
        (devices, "SN35062", "35062", ""),
        (devices, "Seriennummer 1234", "1234", ""),
        (devices, "製造番号：A1234", "A1234", ""),
        (devices, "(01)00844588003288(21)10987654", "(01)00844588003288(21)10987654", ""),
        (licences, "Policy no. AB-12345", "AB-12345", ""),
        (licences, "license plate: B-MW-1234", "B-MW-1234", ""),
        (licences, "account 123456", "123456", ""),
        (licences, "NPI: 1234567893 chest", "1234567893", "chest"),
        (licences, "4111 1111 1111 1111", "4111 1111 1111 1111", ""),
        (licences, "4111111111111111", "4111111111111111", ""),
        (licences, "DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00", ""),
        (licences, "1M8GDM9AXKP042788", "1M8GDM9AXKP042788", ""),
    ],
)
def test_it_is_found_and_goes_with_its_cue(recognizer: Recognizer, text: str, number: str, rest: str) -> None:
    assert found(recognizer, text) == [number]
    assert left(recognizer, text) == rest


@pytest.mark.parametrize("recognizer", [record_numbers, devices, licences])
@pytest.mark.parametrize(
    "text",
    [
        "ISOVUE370",
        "ISOVUE 370",
        "ISOVUE300/100",
        "FC13",
        "B30f",
        "SOMATOM",
        "MR750",
        "HCC2017",
        "acc 2",
        "case 3 of 12",
        "visit 2",
        "ID 5 mm",
        "exam: 100 ms",
        "order 2",
        "20190304",
        "20190304101530",
        "1000000",
        "0000000",
        "1234567.25",
        "0.1234567",
        "120000 Hz",
        "1234567 counts",
        "370000000 Bq",
        "(10200004, SCT, Liver)",
        "SCT: 10200004",
        "10200004^SCT",
        "T-28000",
        "R-40FB0",
        "RID12345",
        "NCT01234567",
        "ISO_10918_1",
        "patient 512x512",
        "id 1.25",
        "S/N 12.5",
        "SN 35",
        "group 2",
        "account for 3",
        "cert 2",
        "1234 5678 9012 3456",
        "GB82 WEST 1234 5698 7654 33",
        "T1_TSE_512",
        "80kV_120",
        "b1000",
        "Series 101 image 1200",
    ],
)
def test_what_numbers_no_one_stays(recognizer: Recognizer, text: str) -> None:
    assert found(recognizer, text) == []
