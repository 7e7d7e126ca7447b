"""All numbers are invented, or the examples that registers print in their rules."""

import pytest

from deidpipe.text.recognizers.national_numbers import _NUMBERS, national_numbers
from tests.unit.text.shelf import found, left

RIGHT = {
    "US Social Security Number": "123-45-6789",
    "US Medicare Beneficiary Identifier": "1EG4-TE5-MK73",
    "Canadian Social Insurance Number": "130-692-544",
    "Ontario health number": "1234-567-897",
    "Quebec health number": "DOEJ 5153 0412",
    "Brazilian CPF": "123.456.789-09",
    "Brazilian CNS": "700 0012 3456 7800",
    "Mexican CURP": "DOEJ510304HDFXXX05",
    "Chilean RUT": "12.345.678-5",
    "Argentine CUIL": "20-12345678-6",
    "British NHS number": "943 476 5919",
    "British national insurance": "AB 12 34 56 C",
    "Irish PPS": "1234567T",
    "French NIR": "1 51 03 75 123 456 58",
    "Italian codice fiscale": "DOEJHN51C04H501N",
    "Spanish DNI": "12345678Z",
    "Spanish NIE": "X1234567L",
    "German health insurance number": "A123456780",
    "German tax number": "47 036 892 816",
    "Dutch BSN": "1112.22.333",
    "Belgian national number": "51.03.04-123.05",
    "Swiss AHV number": "756.1234.5678.97",
    "Austrian social insurance": "1235 040351",
    "Swedish personal number": "510304-1231",
    "Norwegian birth number": "150765 00565",
    "Danish CPR": "040351-1234",
    "Icelandic kennitala": "120174-3399",
    "Finnish HETU": "131052-308T",
    "Polish PESEL": "51030412343",
    "Czech or Slovak birth number": "510304/1230",
    "Hungarian TAJ": "123-456-788",
    "Romanian CNP": "1510304123455",
    "JMBG": "0403951500124",
    "Russian SNILS": "112-233-445 95",
    "Latvian personal code": "040351-12345",
    "Australian Medicare": "2123 45670 1",
    "Australian tax file number": "123-456-782",
    "Indian Aadhaar": "2345 6789 0124",
    "Chinese resident identity": "110105195103040028",
    "Japanese My Number": "1234 5678 9018",
    "Korean resident registration": "510304-1234567",
    "Taiwanese identity": "A123456789",
    "Hong Kong identity": "A123456(3)",
    "Singaporean NRIC": "S1234567D",
    "Malaysian identity": "510304-10-5432",
    "Thai identity": "1-2345-67890-12-1",
    "South African identity": "5103041234086",
    "Emirates identity": "784-1951-1234567-3",
}


@pytest.mark.parametrize(("country", "number"), RIGHT.items())
def test_a_right_number_is_found_wherever_it_stands(country: str, number: str) -> None:
    rows = [row for row in _NUMBERS if row.number.name == country]
    assert [bool(row.form.fullmatch(number)) for row in rows] == [True]
    assert rows[0].number.check("".join(filter(str.isalnum, number)))
    for text in (number, f"CT chest {number} liver", f"({number}),"):
        assert found(national_numbers, text) == [number]


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("SSN: 123-45-6780 liver", "123-45-6780", "liver"),
        ("SSN 123456789", "123456789", ""),
        ("NHS No. 943 476 5918", "943 476 5918", ""),
        ("PESEL 51030412345", "51030412345", ""),
        ("AHV-Nr. 756.1234.5678.90", "756.1234.5678.90", ""),
        ("CPF: 12345678900 fígado", "12345678900", "fígado"),
        ("TC Kimlik No: 10000000147", "10000000147", ""),
        ("マイナンバー：123456789012", "123456789012", ""),
        ("СНИЛС 112-233-445 95", "112-233-445 95", ""),
        ("123 45 6789", "123 45 6789?", ""),
    ],
)
def test_a_cue_counts_more_than_check_digits(text: str, number: str, rest: str) -> None:
    assert found(national_numbers, text) == [number]
    assert left(national_numbers, text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "000-12-3456",
        "666-12-3456",
        "912-12-3456",
        "123-00-4567",
        "943 476 5918",
        "130-692-545",
        "12345678A",
        "510304-1232",
        "1234 5678 9012",
        "123456789",
        "512 512 256",
        "100 200 300",
        "000000000",
        "3.0 x 0.6 B30f",
        "99.99.99-999.99",
        "1.2.840.12345678.5",
        "10/20/30 degrees phases",
        "101010-10101",
    ],
)
def test_digits_without_right_check_digits_stay(text: str) -> None:
    assert found(national_numbers, text) == []
