import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deidpipe.standard.actions import Action, CompoundAction
from deidpipe.standard.codes import method_codes
from deidpipe.standard.options import OPTIONS, Option
from deidpipe.standard.safe_private import is_safe, known_creators
from deidpipe.standard.table import row_of, rows, tag_in_table
from deidpipe.standard.types import settle, type_of
from deidpipe.standard.unlisted import STRUCTURAL_UIDS, class_of

TAGS = st.integers(min_value=0, max_value=0xFFFFFFFF)
TYPES = st.sampled_from([None, "1", "1C", "2", "2C", "3"])
CODES = st.sampled_from([*Action, *CompoundAction])

NOT_REQUIRED, MAY_BE_EMPTY, HAS_A_VALUE = (None, "3"), ("2", "2C"), ("1", "1C")


@pytest.mark.parametrize(
    ("code", "not_required", "may_be_empty", "has_a_value", "unknown_iod"),
    [
        ("Z/D", "Z", "Z", "D", "D"),
        ("X/Z", "X", "Z", "D", "X"),
        ("X/D", "X", "D", "D", "X"),
        ("X/Z/D", "X", "Z", "D", "X"),
        ("X/Z/U*", "X", "Z", "U", "X"),
    ],
)
def test_a_compound_code_is_settled_by_the_type(
    code: str, not_required: str, may_be_empty: str, has_a_value: str, unknown_iod: str
) -> None:
    compound = CompoundAction(code)
    assert {settle(compound, kind, known_iod=True) for kind in NOT_REQUIRED} == {not_required}
    assert {settle(compound, kind, known_iod=True) for kind in MAY_BE_EMPTY} == {may_be_empty}
    assert {settle(compound, kind, known_iod=True) for kind in HAS_A_VALUE} == {has_a_value}
    assert {settle(compound, kind, known_iod=False) for kind in (*NOT_REQUIRED, "2", "1")} == {unknown_iod}


@given(CODES, TYPES, st.booleans())
def test_settling_never_weakens_a_code(code: Action | CompoundAction, kind: str | None, known: bool) -> None:  # noqa: FBT001
    settled = settle(code, kind, known_iod=known)
    if isinstance(code, Action):
        assert settled is code
    else:
        assert settled not in {Action.KEEP, Action.CLEAN}
        assert settled.value in code.value or settled is Action.DUMMY


def test_a_type_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="a Type is one of"):
        settle(CompoundAction.EMPTY_OR_DUMMY, "4", known_iod=True)


@pytest.mark.parametrize(
    ("iod", "path", "attribute_type"),
    [
        ("ct-image", (0x00100020,), "2"),
        ("ct-image", (0x00181000,), "3"),
        ("enhanced-ct-image", (0x00181000,), "1"),  # 3 in General Equipment, 1 in Enhanced General Equipment
        ("enhanced-ct-image", (0x52009229, 0x00081140), "2"),
        ("enhanced-ct-image", (0x00081140,), None),  # the Sequence is inside the functional groups only
    ],
)
def test_the_strictest_type_at_the_path_holds(iod: str, path: tuple[int, ...], attribute_type: str | None) -> None:
    assert type_of(iod, path) == attribute_type


@given(TAGS)
def test_every_private_element_has_the_private_row_and_no_other_element_has(tag: int) -> None:
    row = row_of(tag)
    is_private = row is not None and row.tag == "GGGGEEEE"
    assert is_private is bool(tag >> 16 & 1)


@given(TAGS)
def test_a_row_is_the_one_for_the_tag(tag: int) -> None:
    row = row_of(tag)
    assert row is None or row.tag == tag_in_table(tag)


def test_the_options_of_a_row_only_keep_or_clean() -> None:
    assert {action for row in rows() for action in row.options.values()} == {Action.KEEP, Action.CLEAN}


def test_every_option_has_its_facts() -> None:
    assert set(OPTIONS) == set(Option)


def test_method_codes_begin_with_the_basic_profile_and_follow_in_order() -> None:
    assert method_codes([]) == (("113100", "Basic Application Confidentiality Profile"),)
    assert method_codes([Option.RETAIN_UIDS, Option.CLEAN_PIXEL_DATA, Option.RETAIN_UIDS]) == (
        ("113100", "Basic Application Confidentiality Profile"),
        ("113101", "Clean Pixel Data Option"),
        ("113110", "Retain UIDs Option"),
    )


@pytest.mark.parametrize(
    ("creator", "group", "low", "vr", "safe"),
    [
        ("Philips PET Private Group", 0x7053, 0x00, "DS", True),
        ("Philips PET Private Group ", 0x7053, 0x00, "DS", True),  # padded to even length
        ("Philips PET Private Group", 0x7053, 0x00, "UN", True),  # its VR was lost on the way
        ("Philips PET Private Group", 0x7053, 0x00, "LO", False),
        ("Philips PET Private Group", 0x7053, 0x01, "DS", False),
        ("Philips PET Private Group", 0x7055, 0x00, "DS", False),
        ("PHILIPS PET PRIVATE GROUP", 0x7053, 0x00, "DS", False),
        ("", 0x7053, 0x00, "DS", False),
        ("SIEMENS Ultrasound SC2000", 0x0119, 0x11, "FD", True),  # the Table states no VR
    ],
)
def test_a_private_element_is_safe_by_creator_group_low_byte_and_vr(
    creator: str, group: int, low: int, vr: str, *, safe: bool
) -> None:
    assert is_safe(creator, group, low, vr) is safe


@pytest.mark.parametrize("creator", ["SIEMENS CSA HEADER", "GEMS_IDEN_01", "CTP", "NQLeft", "Philips ST80i"])
def test_a_vendor_is_a_known_creator(creator: str) -> None:
    assert creator in known_creators()


@pytest.mark.parametrize(
    "creator", ["", "20100324115102", "0021,1000", "1.2.840.113819.3", "BLACKFORD", "Blood", "HMC"]
)
def test_what_could_be_a_date_a_number_a_hospital_or_a_surname_is_no_known_creator(creator: str) -> None:
    assert creator not in known_creators()


@pytest.mark.parametrize(
    ("tag", "our_class"),
    [
        (0x00080016, "structural-keep"),
        (0x00081167, "instance-map"),
        (0x00140102, "temporal"),
        (0x00020016, "file-meta"),
        (0x00280304, "other"),
        (0x00100010, None),  # the Table lists it
    ],
)
def test_what_the_table_lacks_has_a_class(tag: int, our_class: str | None) -> None:
    assert class_of(tag) == our_class


def test_no_uid_of_an_instance_is_structural() -> None:
    assert {0x00080016, 0x00081150, 0x00020010} <= STRUCTURAL_UIDS
    assert not STRUCTURAL_UIDS & {0x00080018, 0x0020000D, 0x0020000E, 0x00081155, 0x00020003}


def test_the_data_are_read_without_slow_imports() -> None:
    script = (
        "import sys; from deidpipe.standard import codes, safe_private, table, types, unlisted; "
        "from deidpipe.dicom import dictionary; "
        "table.rows(); types.iod_of(''); safe_private.known_creators(); dictionary.vr_of(0x00100010); "
        "print(sorted({'csv', 'json', 'numpy', 'pydicom', 'importlib.resources'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
