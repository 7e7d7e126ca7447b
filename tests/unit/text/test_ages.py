import pytest

from deidpipe.text.recognizers.ages import ages
from tests.unit.text.shelf import found, left


@pytest.mark.parametrize(
    ("text", "age", "rest"),
    [
        ("93 y male", "93 y", "male"),
        ("93-year-old woman", "93-year-old", "woman"),
        ("age 93", "93", ""),
        ("Age: 93 female", "93", "female"),
        ("aged 102, cough", "102", ", cough"),
        ("093Y", "093Y", ""),
        ("101Y", "101Y", ""),
        ("M 92 yo", "92 yo", "M"),
        ("92 y/o F", "92 y/o", "F"),
        ("95 Jahre alt", "95 Jahre alt", ""),
        ("95-jährige Patientin", "95-jährige", "Patientin"),
        ("91 ans", "91 ans", ""),
        ("91 años", "91 años", ""),
        ("92 года", "92 года", ""),
        ("93歳", "93歳", ""),
        ("年齢：93歳", "93歳", ""),
        ("93岁", "93岁", ""),
        ("93세", "93세", ""),
        ("ninety-three year old", "ninety-three year old", ""),
    ],
)
def test_an_age_over_89_is_found(text: str, age: str, rest: str) -> None:
    assert age in found(ages, text)
    assert left(ages, text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "89 y",
        "089Y",
        "45-year-old",
        "age 62",
        "90Y microspheres",
        "90Y SIRT",
        "over 90 years",
        "aged 90+",
        "093D",
        "age 93 days",
        "age 100 weeks",
        "stage 93",
        "image 93",
        "page 93",
        "T1 93 ms",
        "yield 95",
        "1.93 y",
        "120 kVp",
        "95% y",
        "for 100 years",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert found(ages, text) == []
