"""Replacements are valid, keyed, the same each time, and different for different originals."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deidpipe.identity.key import Key
from deidpipe.identity.mapping import MappedPatient
from deidpipe.identity.pseudonyms import MAX_UID, Pseudonyms
from deidpipe.identity.subject import Identity
from tests.texts import no_texts

KEYS = st.binary(min_size=32, max_size=32).map(Key)
KEY = Key(bytes(range(32)))
LONGEST_ROOT = "1." + "1" * 37  # 39 characters, the most that a profile allows
ROOTS = st.sampled_from(["2.25", "1.2.826.0.1.3680043.8.498", "2.999", "1.3", LONGEST_ROOT])
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=70)
PARTS = st.integers(0, 10**12).map(str)
UIDS = st.lists(PARTS, min_size=1, max_size=6).map(lambda parts: ".".join(["1.2.826", *parts])) | TEXT
VALID_UID = re.compile(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))+")  # PS3.5 9.1
RANGES = st.tuples(st.integers(-40000, 40000), st.integers(-40000, 40000)).map(sorted).filter(lambda r: r != [0, 0])


@given(KEYS, ROOTS, UIDS)
def test_a_replacement_uid_is_valid_and_the_same_each_time(key: Key, root: str, original: str) -> None:
    replacement = Pseudonyms(key, uid_root=root).uid(original)
    assert replacement == Pseudonyms(key, uid_root=root).uid(original)
    assert VALID_UID.fullmatch(replacement)
    assert len(replacement) <= MAX_UID
    assert replacement.startswith(f"{root}.")
    assert replacement != original


@given(KEYS, st.text("0123456789", min_size=1, max_size=30))
def test_a_replacement_below_2_25_is_a_uuid_of_version_8(key: Key, original: str) -> None:
    number = int(Pseudonyms(key).uid(original).removeprefix("2.25."))
    assert number < 1 << 128
    assert number >> 76 & 0xF == 8
    assert number >> 62 & 0x3 == 2


@given(KEYS, ROOTS, st.sets(UIDS, max_size=50))
def test_different_uids_get_different_replacements(key: Key, root: str, originals: set[str]) -> None:
    pseudonyms = Pseudonyms(key, uid_root=root)
    assert len({pseudonyms.uid(original) for original in originals}) == len(originals)


def test_many_uids_get_different_replacements() -> None:
    pseudonyms = Pseudonyms(KEY, uid_root=LONGEST_ROOT)
    assert len({pseudonyms.uid(f"1.2.3.{number}") for number in range(20_000)}) == 20_000


@pytest.mark.parametrize(
    ("original", "stays"),
    [
        ("1.2.840.10008.1.2.1", True),  # Explicit VR Little Endian
        ("1.2.840.10008.5.1.4.1.1.2", True),  # CT Image Storage
        ("1.2.840.10008.1.4.1.1", True),  # Talairach, a well-known Frame of Reference
        ("1.2.840.10008", False),  # the bare root is no UID of the Standard
        ("1.2.840.10008.", False),
        ("1.2.840.100081.5", False),
        ("1.2.840.10008.5.DOE", False),
        ("1.2.840.10008.05", False),
        ("1.2.840.10008.5\n", False),
        ("1.2.840.10008.٣", False),
        ("1.2.840.10008." + "1" * 60, False),  # longer than a UID
        ("1.2.826.0.1.3680043.8.498.1", False),
    ],
)
def test_only_uids_of_the_standard_stay(original: str, *, stays: bool) -> None:
    assert (Pseudonyms(KEY).uid(original) == original) is stays


def test_what_is_replaced_is_noted_once_for_the_crosswalk() -> None:
    pseudonyms = Pseudonyms(KEY)
    for original in ("1.2.3", "1.2.3", "1.2.840.10008.1.2", "1.2.4"):
        pseudonyms.uid(original)
    assert pseudonyms.made == [("1.2.3", pseudonyms.uid("1.2.3")), ("1.2.4", pseudonyms.uid("1.2.4"))]


@pytest.mark.parametrize(
    ("pattern", "form"),
    [
        ("DP-{code}", r"DP-[A-HJ-NP-Z2-9]{10}"),
        ("TRIAL-{code:6}", r"TRIAL-[A-HJ-NP-Z2-9]{6}"),
        ("{code:20}x", r"[A-HJ-NP-Z2-9]{20}x"),
    ],
)
def test_a_patient_id_follows_the_pattern_of_the_profile(pattern: str, form: str) -> None:
    made = {Pseudonyms(KEY, patient_id=pattern).patient_id(str(number)) for number in range(500)}
    assert len(made) == 500
    assert all(re.fullmatch(form, each) for each in made)


@given(KEYS, TEXT)
def test_a_patient_id_depends_on_key_and_original_only(key: Key, original: str) -> None:
    assert Pseudonyms(key).patient_id(original) == Pseudonyms(key).patient_id(original)


def test_another_key_gives_another_patient_id_uid_and_shift() -> None:
    one, other = Pseudonyms(KEY), Pseudonyms(Key(bytes(32)))
    assert one.patient_id("MRN-1") != other.patient_id("MRN-1")
    assert one.uid("1.2.3") != other.uid("1.2.3")
    shifts = [(one.day_shift(str(n), -3650, -365), other.day_shift(str(n), -3650, -365)) for n in range(20)]
    assert any(a != b for a, b in shifts)


@given(KEYS, TEXT, RANGES)
def test_a_day_shift_lies_in_its_range_and_is_never_0(key: Key, original: str, days: list[int]) -> None:
    lowest, highest = days
    shift = Pseudonyms(key).day_shift(original, lowest, highest)
    assert lowest <= shift <= highest
    assert shift != 0
    assert shift == Pseudonyms(key).day_shift(original, lowest, highest)


@pytest.mark.parametrize(
    ("lowest", "highest", "possible"),
    [(-1, 1, {-1, 1}), (0, 2, {1, 2}), (-2, 0, {-2, -1}), (-3, 2, {-3, -2, -1, 1, 2}), (5, 5, {5}), (1, 2, {1, 2})],
)
def test_every_day_of_the_range_but_0_occurs(lowest: int, highest: int, possible: set[int]) -> None:
    assert {Pseudonyms(KEY).day_shift(str(number), lowest, highest) for number in range(300)} == possible


# --- a patient of a run -----------------------------------------------------------------------------------------------


def an_identity(**mapping: MappedPatient) -> Identity:
    return Identity(KEY, uid_root="2.25", patient_id="DP-{code}", shift=(-3650, -365), texts=no_texts, mapping=mapping)


def test_a_patient_is_one_subject_all_through_a_run() -> None:
    identity = an_identity()
    subject = identity.subject("MRN-1")
    assert identity.subject("MRN-1") is subject
    assert subject.other("MRN-1") is subject
    assert subject.patient_name == subject.patient_id != identity.subject("MRN-2").patient_id
    assert -3650 <= subject.day_shift <= -365


def test_a_mapping_says_who_a_patient_becomes_and_the_key_says_the_rest() -> None:
    identity = an_identity(A=MappedPatient("T-1", "Case^One", -30), B=MappedPatient("T-2"))
    one, two = identity.subject("A"), identity.subject("B")
    assert (one.patient_id, one.patient_name, one.day_shift) == ("T-1", "Case^One", -30)
    assert (two.patient_id, two.patient_name) == ("T-2", "T-2")
    assert two.day_shift == an_identity().subject("B").day_shift


def test_patients_are_noted_for_the_crosswalk_unless_nobody_named_them() -> None:
    identity = an_identity()
    for original in ("MRN-1", "\0" + "0020000D:1.2.3", "MRN-1"):
        identity.subject(original)
    assert identity.made == [("MRN-1", identity.subject("MRN-1").patient_id)]
