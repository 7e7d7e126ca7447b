"""Each action turns a value into another one; what it leaves is legal for its VR and names no one."""

import warnings
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.filewriter import dcmwrite
from pydicom.valuerep import STANDARD_VR

from deidpipe.actions.cap_age import cap_age
from deidpipe.actions.dummy import dummy_sequence, dummy_value, fixed_value
from deidpipe.actions.keep_year import keep_year
from deidpipe.actions.markers import METHOD_TEXT, append_method, markers
from deidpipe.actions.procedure import PATIENT, Replace
from deidpipe.actions.replace_patient import replace_patient_id, replace_patient_name, replace_subject_id
from deidpipe.actions.replace_uid import replace_uid
from deidpipe.actions.result import EMPTIED, KEPT, Facts, Result
from deidpipe.actions.shift_date import shift_date
from deidpipe.audit.records import Outcome
from deidpipe.dicom.dictionary import tag_of, vr_of
from deidpipe.dicom.encoding import Encoding
from deidpipe.dicom.splice import encoded_element
from deidpipe.identity.key import Key
from deidpipe.identity.mapping import MappedPatient
from deidpipe.identity.subject import Identity, Subject
from deidpipe.standard.actions import Action, CompoundAction
from deidpipe.standard.options import OPTIONS, Option
from deidpipe.standard.table import rows
from tests.texts import no_texts

KEY = Key(bytes(range(32)))
ENCODINGS = (Encoding(False, False), Encoding(True, False), Encoding(False, True))  # noqa: FBT003
NAMES = ("explicit", "implicit", "big endian")
NESTED = True


def a_subject(day_shift: int = -10) -> Subject:
    mapping = {"MRN-1": MappedPatient("T-001", "Case^One", day_shift)}
    identity = Identity(
        KEY, uid_root="2.25", patient_id="DP-{code}", shift=(-3650, -365), texts=no_texts, mapping=mapping
    )
    return identity.subject("MRN-1")


def facts(keyword: str, attribute_type: str | None = None, *, is_nested: bool = False) -> Facts:
    tag = tag_of(keyword)
    assert tag is not None
    return Facts(tag, vr_of(tag), is_nested, attribute_type)


def uid(original: str) -> bytes:
    new = a_subject().pseudonyms.uid(original).encode()
    return new + b"\0" * (len(new) % 2)


# --- U ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "result"),
    [
        (b"1.2.3\0", Result(Outcome.REPLACED, uid("1.2.3"))),
        (b"1.2.3 ", Result(Outcome.REPLACED, uid("1.2.3"))),  # padded with a space, which some writers do
        (b" 1.2.3\0", Result(Outcome.REPLACED, uid("1.2.3"))),
        (b"1.2.840.10008.5.1.4.1.1.2\0", KEPT),
        (b"1.2.840.10008.5.1.4.1.1.2 ", KEPT),
        (b"", KEPT),
        (b"\0\0", KEPT),
        (b"DOE^JANE", Result(Outcome.REPLACED, uid("DOE^JANE"))),  # no UID at all, and gone all the same
    ],
)
def test_a_uid_is_replaced(value: bytes, result: Result) -> None:
    assert replace_uid(value, facts("SOPInstanceUID"), a_subject()) == result


def test_each_of_many_uids_is_replaced_and_an_empty_one_stays() -> None:
    outcome, value, _ = replace_uid(
        b"1.2.3\\\\1.2.840.10008.1.2\\1.2.4", facts("RelatedFrameOfReferenceUID"), a_subject()
    )
    assert outcome is Outcome.REPLACED
    assert value is not None
    pseudonyms = a_subject().pseudonyms
    parts = value.rstrip(b"\0").decode().split("\\")
    assert parts == [pseudonyms.uid("1.2.3"), "", "1.2.840.10008.1.2", pseudonyms.uid("1.2.4")]


# --- C on dates ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keyword", "value", "result"),
    [
        ("StudyDate", b"20190305", Result(Outcome.SHIFTED, b"20190223")),
        ("StudyDate", b"20190305  ", Result(Outcome.SHIFTED, b"20190223")),
        ("StudyDate", b"1993.08.22", Result(Outcome.SHIFTED, b"1993.08.12")),
        ("StudyDate", b"", KEPT),
        ("StudyDate", b"  ", KEPT),
        ("StudyDate", b"DOE^JANE", EMPTIED),
        ("StudyDate", b"20190230", EMPTIED),
        ("DateOfLastCalibration", b"20190305\\20190306", Result(Outcome.SHIFTED, b"20190223\\20190224 ")),
        ("DateOfLastCalibration", b"20190305\\", Result(Outcome.SHIFTED, b"20190223\\ ")),
        ("DateOfLastCalibration", b"20190305\\DOE ", EMPTIED),
        ("AcquisitionDateTime", b"20190305101112.5+0100 ", Result(Outcome.SHIFTED, b"20190223101112.5+0100 ")),
        ("AcquisitionDateTime", b"2019", KEPT),  # ten days before the middle of the year is the same year
        ("AcquisitionDateTime", b"201901", KEPT),
        ("AcquisitionDateTime", b"20190305 Jane", EMPTIED),
        ("StudyTime", b"101112.5", KEPT),
        ("StudyTime", b"10", KEPT),
        ("StudyTime", b"1960MRN7", EMPTIED),
        ("TimeOfLastCalibration", b"10\\11 ", KEPT),
        ("TimezoneOffsetFromUTC", b"+0100 ", KEPT),
        ("TimezoneOffsetFromUTC", b"Jane", EMPTIED),
    ],
)
def test_a_date_is_shifted_a_time_stays_and_the_rest_is_emptied(keyword: str, value: bytes, result: Result) -> None:
    assert shift_date(value, facts(keyword), a_subject()) == result
    subject = a_subject()
    assert [shift_date(value, facts(keyword), subject) for _ in range(2)] == [result, result]  # also when remembered


@pytest.mark.parametrize(
    ("keyword", "value", "result"),
    [
        ("StudyDate", b"20190305", Result(Outcome.REPLACED, b"20190101")),
        ("StudyDate", b"1993.08.22", Result(Outcome.REPLACED, b"19930101")),
        ("StudyDate", b"20190101", KEPT),
        ("StudyDate", b"  ", KEPT),
        ("StudyDate", b"20190230", EMPTIED),
        ("StudyDate", b"DOE^JANE", EMPTIED),
        ("DateOfLastCalibration", b"20190305\\20200306", Result(Outcome.REPLACED, b"20190101\\20200101 ")),
        ("DateOfLastCalibration", b"20190305\\DOE ", EMPTIED),
        ("AcquisitionDateTime", b"20190305101112.5+0100 ", Result(Outcome.REPLACED, b"2019")),
        ("AcquisitionDateTime", b"2019", KEPT),
        ("AcquisitionDateTime", b"20190305 Jane", EMPTIED),
    ],
)
def test_only_the_year_of_a_date_stays(keyword: str, value: bytes, result: Result) -> None:
    assert keep_year(value, facts(keyword), a_subject()) == result


def test_what_is_no_date_becomes_a_dummy_too_where_only_the_year_is_wanted() -> None:
    assert keep_year(b"DOE^JANE", facts("StudyDate", "1"), a_subject()) == Result(Outcome.REPLACED, b"19000101")


@pytest.mark.parametrize(
    ("value", "result"),
    [
        (b"089Y", KEPT),
        (b"090Y", KEPT),
        (b"091Y", Result(Outcome.REPLACED, b"090Y")),
        (b"120Y", Result(Outcome.REPLACED, b"090Y")),
        (b"999M", KEPT),  # 83 years: three digits of months, weeks or days never come to 90 years
        (b"999W", KEPT),
        (b"999D", KEPT),
        (b"1079M ", KEPT),  # more digits than DICOM allows, and read all the same
        (b"1080M ", Result(Outcome.REPLACED, b"090Y")),
        (b"4680W ", Result(Outcome.REPLACED, b"090Y")),
        (b"32850D", Result(Outcome.REPLACED, b"090Y")),
        (b"95", Result(Outcome.REPLACED, b"090Y")),
        (b" 95y", Result(Outcome.REPLACED, b"090Y")),
        (b"045 ", KEPT),
        (b"", KEPT),
        (b"045Y\\096Y ", Result(Outcome.REPLACED, b"045Y\\090Y ")),
        (b"ninety", EMPTIED),
        (b"about 95Y ", EMPTIED),
    ],
)
def test_an_age_over_89_becomes_the_category_of_all_above(value: bytes, result: Result) -> None:
    assert cap_age(value, facts("PatientAge"), a_subject()) == result


def test_what_is_no_age_becomes_a_dummy_where_the_iod_requires_a_value() -> None:
    assert cap_age(b"old ", facts("PatientAge", "1"), a_subject()) == Result(Outcome.REPLACED, b"000Y")


def test_a_date_that_is_none_becomes_a_dummy_where_the_iod_requires_a_value() -> None:
    assert shift_date(b"DOE^JANE", facts("StudyDate", "1"), a_subject()) == Result(Outcome.REPLACED, b"19000101")


@given(st.dates(), st.dates(), st.integers(-36500, 36500).filter(bool))
def test_all_dates_of_a_patient_move_alike(one: object, other: object, days: int) -> None:
    from datetime import date

    subject = a_subject(days)
    moved = []
    for day in (one, other):
        assert isinstance(day, date)
        outcome, value, _ = shift_date(f"{day.year:04}{day.month:02}{day.day:02}".encode(), facts("StudyDate"), subject)
        if outcome is Outcome.EMPTIED:
            return  # past the end of the calendar
        assert value is not None
        moved.append(date.fromisoformat(value.decode()))
    assert isinstance(one, date)
    assert isinstance(other, date)
    assert (moved[1] - moved[0]) == (other - one)


# --- the patient ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("replace", "keyword", "value", "new"),
    [
        (replace_patient_id, "PatientID", b"MRN-1 ", b"T-001 "),
        (replace_patient_id, "PatientID", b"", b"T-001 "),  # the patient has one from now on
        (replace_patient_name, "PatientName", b"Doe^Jane", b"Case^One"),
        (replace_patient_name, "PatientName", b"", b"Case^One"),
        (replace_subject_id, "ClinicalTrialSubjectID", b"MRN-1 ", b"T-001 "),
        (replace_subject_id, "ClinicalTrialSubjectReadingID", b"7 ", b"T-001 "),
    ],
)
def test_what_names_the_patient_names_the_new_one(replace: Replace, keyword: str, value: bytes, new: bytes) -> None:
    assert replace(value, facts(keyword), a_subject()) == Result(Outcome.REPLACED, new)
    assert facts(keyword).tag in PATIENT


def test_a_nested_patient_id_follows_from_its_own_original() -> None:
    nested = facts("PatientID", is_nested=True)
    subject = a_subject()
    assert replace_patient_id(b"MRN-1 ", nested, subject).value == b"T-001 "
    assert replace_patient_id(b"", nested, subject) == KEPT
    other = replace_patient_id(b"MRN-2 ", nested, subject).value
    assert other is not None
    assert other.strip().decode() == subject.other("MRN-2").patient_id != subject.patient_id


# --- dummies ------------------------------------------------------------------


@pytest.mark.parametrize("vr", sorted(vr.value for vr in STANDARD_VR if vr.value != "SQ"))
def test_a_dummy_is_legal_for_its_vr(vr: str) -> None:
    value = dummy_value(Facts(0x00091001, vr))
    assert value
    assert len(value) % 2 == 0
    file = encoded_element(0x00091001, vr, value, implicit=False, big_endian=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        element = dcmread(BytesIO(file), force=True)[0x00091001]
        DataElement(element.tag, vr, element.value, validation_mode=2)  # pydicom: 2 raises
    assert vr == element.VR
    assert element.VM == 1


TABLE_DUMMIES = sorted(
    int(row.tag, 16)
    for row in rows()
    if row.vr == "SQ" and (row.basic is Action.DUMMY or isinstance(row.basic, CompoundAction)) and "X" not in row.tag
)


@pytest.mark.parametrize("encoding", ENCODINGS, ids=NAMES)
@pytest.mark.parametrize("tag", TABLE_DUMMIES, ids="{:08X}".format)
def test_a_dummy_sequence_has_one_item_that_pydicom_can_read(tag: int, encoding: Encoding) -> None:
    value = dummy_sequence(tag, encoding)
    (item,) = read_back(tag, value, encoding)[tag].value
    assert {element.tag for element in item} == {element.tag for element in in_order(item)}
    again = BytesIO()
    implicit, little = encoding.implicit, not encoding.big_endian
    dcmwrite(again, item, implicit_vr=implicit, little_endian=little, force_encoding=True)
    assert again.getvalue() == value[8:]  # sound to the last byte: written by pydicom it is the same


def read_back(tag: int, value: bytes, encoding: Encoding) -> Dataset:
    file = encoded_element(tag, "SQ", value, implicit=encoding.implicit, big_endian=encoding.big_endian)
    from pydicom.filereader import read_dataset

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data_set = read_dataset(BytesIO(file), encoding.implicit, not encoding.big_endian)
        data_set.decode()
    return data_set


def in_order(item: Dataset) -> list[DataElement]:
    elements = list(item)
    assert [each.tag for each in elements] == sorted(each.tag for each in elements)
    return elements


def test_a_dummy_of_a_code_sequence_is_a_code() -> None:
    (item,) = read_back(0x00081032, dummy_sequence(0x00081032, ENCODINGS[0]), ENCODINGS[0])[0x00081032].value
    assert (item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning) == ("REMOVED", "99DEIDPIPE", "Removed")


@pytest.mark.parametrize(
    ("text", "vr", "value"), [("REMOVED", "LO", b"REMOVED "), ("1.2.3", "UI", b"1.2.3\0"), ("ab", "SH", b"ab")]
)
def test_a_fixed_value_is_padded_as_its_vr_wants_it(text: str, vr: str, value: bytes) -> None:
    assert fixed_value(text, Facts(0x00081030, vr)) == value


# --- markers ------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ENCODINGS, ids=NAMES)
@pytest.mark.parametrize(
    ("options", "dates"),
    [
        ((), "REMOVED"),
        ((Option.RETAIN_MODIFIED_DATES, Option.RETAIN_UIDS), "MODIFIED"),
        ((Option.RETAIN_FULL_DATES,), "UNMODIFIED"),
    ],
)
def test_markers_say_what_was_done(options: tuple[Option, ...], dates: str, encoding: Encoding) -> None:
    from pydicom.filereader import read_dataset

    made = markers(options, encoding)
    assert list(made) == sorted(made)
    data_set = read_dataset(BytesIO(b"".join(made.values())), encoding.implicit, not encoding.big_endian)
    assert data_set.PatientIdentityRemoved == "YES"
    assert data_set.DeidentificationMethod == METHOD_TEXT.decode()
    assert data_set.LongitudinalTemporalInformationModified == dates
    codes = [(item.CodeValue, item.CodingSchemeDesignator) for item in data_set.DeidentificationMethodCodeSequence]
    assert codes == [("113100", "DCM"), *sorted((OPTIONS[option].code, "DCM") for option in options)]


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (b"", METHOD_TEXT),
        (b"CTP 2020", b"CTP 2020\\" + METHOD_TEXT),
        (b"CTP\\other ", b"CTP\\other\\" + METHOD_TEXT),
    ],
)
def test_our_method_comes_after_those_of_others(said: bytes, says: bytes) -> None:
    outcome, value, _ = append_method(said, facts("DeidentificationMethod"), a_subject())
    assert outcome is Outcome.REPLACED
    assert value is not None
    assert (value.rstrip(b" "), len(value) % 2) == (says, 0)
    assert append_method(value, facts("DeidentificationMethod"), a_subject()) == KEPT  # not twice
