"""DICOMDIR: File IDs that PS3.10 allows, links that lead to every record, a record for every SOP Class."""

import re
from collections.abc import Sequence

import pydicom.fileset
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.datadict import tag_for_keyword

from deidpipe.dicom.directory import Record, directory, file_ids, references
from deidpipe.dicom.encoding import EXPLICIT_LITTLE
from deidpipe.dicom.file_meta import preamble_and_meta
from deidpipe.dicom.instance import read_instance
from deidpipe.dicom.splice import encoded_element
from deidpipe.errors import EncodingError
from deidpipe.standard.directory import DIRECTORY_STORAGE, all_keys, keys_of, record_type_of

META = preamble_and_meta(DIRECTORY_STORAGE, "2.25.1", EXPLICIT_LITTLE)
NAMES = st.text("AB-.0", min_size=1, max_size=3)


def keys(number: int, *, is_leaf: bool) -> bytes:
    told = [(0x00041430, "CS", b"IMAGE" if is_leaf else b"SERIES")]
    if is_leaf:
        told += [(0x00041500, "CS", b"PT000000\\%08d" % number), (0x00041511, "UI", b"2.25.%d" % number)]
    return b"".join(encoded_element(*each, implicit=False, big_endian=False) for each in told)


@st.composite
def records_in_order(draw: st.DrawFn) -> list[Record]:
    """Draw records of which each stands at most one level below the one before it."""
    levels = [0]
    for _ in range(draw(st.integers(0, 30))):
        levels.append(draw(st.integers(0, min(levels[-1] + 1, 3))))
    return [Record(level, keys(number, is_leaf=level == 3)) for number, level in enumerate(levels)]


def read_back(data: bytes) -> list[tuple[str, ...]]:
    return [reference.file_id for reference in references(read_instance(data, len(data)))]


@given(records_in_order())
def test_links_lead_to_every_record(records: Sequence[Record]) -> None:
    leaves = [number for number, record in enumerate(records) if record.level == 3]
    found = read_back(META + directory(records, len(META)))
    assert sorted(found) == [("PT000000", f"{number:08}") for number in leaves]


@given(records_in_order(), st.data())
def test_a_link_that_is_wrong_is_found(records: Sequence[Record], data: st.DataObject) -> None:
    written = bytearray(META + directory(records, len(META)))
    links = [match.end() for match in re.finditer(rb"\x04\x00(\x00\x12|\x00\x14|\x20\x14)UL\x04\x00", written)]
    place = data.draw(st.sampled_from(links))
    old = bytes(written[place : place + 4])
    new = data.draw(st.integers(0, len(written)).map(lambda number: number.to_bytes(4, "little")).filter(old.__ne__))
    written[place : place + 4] = new
    with pytest.raises(EncodingError):
        read_back(bytes(written))


def test_a_file_id_that_is_a_path_is_found() -> None:
    record = Record(0, encoded_element(0x00041500, "CS", b"..\\PUBLIC", implicit=False, big_endian=False))
    with pytest.raises(EncodingError, match="is no File ID"):
        read_back(META + directory([record], len(META)))


@given(st.sets(st.tuples(NAMES, NAMES, NAMES, NAMES), min_size=1))
def test_file_ids_are_conformant_ordered_and_keep_folders_together(parts: set[tuple[str, ...]]) -> None:
    names = sorted("/".join(part) for part in parts)
    given_names, ids = zip(*file_ids(names), strict=True)
    assert list(given_names) == names
    assert list(ids) == sorted(set(ids))
    assert all(re.fullmatch(r"PT[0-9A-Z]{6}/ST[0-9A-Z]{6}/SE[0-9A-Z]{6}/IM[0-9A-Z]{6}", file_id) for file_id in ids)
    for level in (1, 2, 3):
        folders = {(name.rsplit("/", level)[0], file_id.rsplit("/", level)[0]) for name, file_id in file_ids(names)}
        assert len(folders) == len({name for name, _ in folders}) == len({file_id for _, file_id in folders})


# --- what the Standard says -------------------------------------------------------------------------------------------


def test_record_types_are_those_that_pydicom_has() -> None:
    known = pydicom.fileset._FOUR_LEVEL_SOP_CLASSES | pydicom.fileset._SINGLE_LEVEL_SOP_CLASSES
    assert {uid: record_type_of(uid) for uid in known} == known


@pytest.mark.parametrize(
    ("sop_class", "record_type"),
    [
        ("1.2.840.10008.5.1.4.1.1.2", "IMAGE"),  # CT Image Storage
        ("1.2.840.10008.5.1.4.1.1.66.4", "IMAGE"),  # Segmentation Storage
        ("1.2.840.10008.5.1.4.1.1.481.5", "RT PLAN"),  # RT Plan Storage
        ("1.2.840.10008.5.1.4.1.1.104.1", "ENCAP DOC"),  # Encapsulated PDF Storage
        ("1.2.840.10008.5.1.4.1.1.481.10", "RADIOTHERAPY"),  # RT Physician Intent Storage
        ("1.2.840.10008.5.1.4.1.1.91.1", None),  # Microscopy Bulk Simple Annotations Storage
        ("1.2.840.10008.1.3.10", None),  # Media Storage Directory Storage
        ("2.25.1", None),  # somebody's own
    ],
)
def test_a_sop_class_has_its_record(sop_class: str, record_type: str | None) -> None:
    assert record_type_of(sop_class) == record_type


def test_keys_are_attributes_and_types() -> None:
    assert [keyword for keyword in all_keys() if tag_for_keyword(keyword) is None] == []
    types = {key.type for record_type in pydicom.fileset.DIRECTORY_RECORDERS for key in keys_of(record_type)}
    assert types == {"1", "1C", "2"}
