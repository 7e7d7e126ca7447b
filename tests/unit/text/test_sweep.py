"""The last look at bytes: every encoding of an identifier is found, and nothing by chance."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deidpipe.text.identifier import Identifier
from deidpipe.text.span import Kind
from deidpipe.text.sweep import NO_SWEEP, Sweep, is_no_chance

PATIENT = Identifier(Kind.PERSON, "Okwuosa^Ngozi", is_own=True)
UMLAUT = Identifier(Kind.PERSON, "Überschwäng^Jörg", is_own=True)
YAMADA = Identifier(Kind.PERSON, "Yamada^Tarou=山田^太郎", is_own=True)
RECORD = Identifier(Kind.RECORD_NUMBER, "MRN-4829177", is_own=True)
HOUSE = Identifier(Kind.INSTITUTION, "Fernhollow Clinic")
ALL = Sweep([PATIENT, UMLAUT, YAMADA, RECORD, HOUSE])


def is_found(data: bytes, sweep: Sweep = ALL) -> bool:
    return any(sweep.in_data_set(data))


@pytest.mark.parametrize("codec", ["latin-1", "utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text",
    ["Okwuosa", "OKWUOSA", "okwuosa", "Ngozi", "Okwuosa^Ngozi", "Überschwäng", "ÜBERSCHWÄNG", "MRN-4829177",
     "MRN4829177", "Fernhollow Clinic"],
)  # fmt: skip
def test_it_is_found_in_every_encoding(text: str, codec: str) -> None:
    pad = " ".encode(codec)
    assert is_found(b"\x10\x27" + pad + text.encode(codec) + pad + b"\x10\x27")


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "iso2022_jp", "shift_jis", "euc_kr", "gb18030"])
def test_a_name_in_ideographs_is_found_in_the_encodings_of_the_east(codec: str) -> None:
    assert is_found("山田".encode(codec))


@pytest.mark.parametrize(
    "data",
    [
        b"Okwuosaly",
        b"xOkwuosa",
        b"AMRN-48291770",
        b"14829177",
        b"1.2.4829177.5",
        b"Clinic",
        b"T2 knee left",
        b"\0" * 4096,
        b"-" * 512,
    ],
)
def test_what_is_part_of_something_else_is_not(data: bytes) -> None:
    assert not is_found(data)


def test_a_number_at_the_end_of_a_sentence_is_found_and_within_a_decimal_it_is_not() -> None:
    sweep = Sweep([Identifier(Kind.RECORD_NUMBER, "4829177", is_own=True)])
    assert is_found(b"see 4829177.", sweep)
    assert is_found(b"see 4829177. It", sweep)
    assert not is_found(b"see 4829177.5", sweep)
    assert not is_found(b"1.4829177", sweep)


def test_what_is_shared_is_looked_for_as_well() -> None:
    sweep = Sweep([PATIENT], Sweep([HOUSE]))
    assert is_found(b"FERNHOLLOW CLINIC", sweep)
    assert sweep.in_bulk(b"\x01\x02FERNHOLLOW CLINIC\x03")
    assert not is_found(b"MRN-4829177", sweep)


@pytest.mark.parametrize(
    "identifier",
    [
        Identifier(Kind.PERSON, "----^----"),
        Identifier(Kind.RECORD_NUMBER, "!!!!!!!!"),
        Identifier(Kind.RECORD_NUMBER, "0000"),
        Identifier(Kind.PERSON, "Test^Patient"),
        Identifier(Kind.PERSON, "Long"),
        Identifier(Kind.DATE, "19510304"),  # a date moved by some days may be another one of the patient
        Identifier(Kind.INSTITUTION, "General Hospital"),
    ],
)
def test_what_names_nobody_is_not_looked_for(identifier: Identifier) -> None:
    assert not is_found((identifier.value * 8).encode(), Sweep([identifier]))


def test_many_identifiers_are_found_as_few_are() -> None:
    many = [Identifier(Kind.RECORD_NUMBER, f"ZQ{number:07}", is_own=True) for number in range(400)]
    sweep = Sweep([*many, PATIENT])
    assert is_found(b"ZQ0000399", sweep)
    assert is_found(b"Okwuosa", sweep)
    assert not is_found(b"ZQ0000400", sweep)


# --- bulk values ---------------------------------------------------------------------------


@pytest.mark.parametrize("codec", ["latin-1", "utf-16-le"])
def test_in_bulk_only_what_is_there_by_no_chance_is_found_wherever_it_stands(codec: str) -> None:
    noise = random.Random(5).randbytes(50_000)
    assert ALL.in_bulk(noise + "OKWUOSA".encode(codec) + noise)
    assert ALL.in_bulk(b"x4MRN-48291777")
    assert not ALL.in_bulk(noise + "Ngozi".encode(codec) + noise)  # five letters come by chance


def test_nothing_is_found_in_a_hundred_megabytes_of_noise() -> None:
    chance = random.Random(11)
    for _ in range(25):
        assert not ALL.in_bulk(chance.randbytes(4_000_000))


def test_no_sweep_finds_nothing() -> None:
    assert not is_found(b"Okwuosa", NO_SWEEP)
    assert not NO_SWEEP.in_bulk(b"Okwuosa")


@given(st.binary(max_size=30))
def test_few_or_like_bytes_are_chance(data: bytes) -> None:
    told = data.replace(b"\0", b"")
    assert is_no_chance(data) is (len(told) >= 7 and len(set(told)) >= 4)


@given(
    st.binary(max_size=60),
    st.sampled_from([b"OKWUOSA", b"MRN-4829177"]),
    st.binary(max_size=60),
)
def test_it_is_found_between_any_bytes_that_do_not_go_on(before: bytes, told: bytes, after: bytes) -> None:
    assert is_found(before + b"\\" + told + b"\\" + after)
