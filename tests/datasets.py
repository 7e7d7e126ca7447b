"""Data Sets to test with: one built by hand, and Hypothesis strategies for whole files, written by pydicom."""

from io import BytesIO
from typing import Any

from hypothesis import strategies as st
from pydicom._dicom_dict import DicomDictionary
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.filewriter import dcmwrite, write_dataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
)

PRIVATE_CREATOR = "DEIDPIPE TEST"
NATIVE = (ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian)
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_SEQUENCES = (0x00081140, 0x00081111, 0x00400275, 0x0040A730, 0x300A00B0)
_TEXT = st.text("ABC xyz019", max_size=9).map(str.strip)
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "AE": st.sampled_from(["", "NODE"]),
    "AS": st.sampled_from(["", "042Y"]),
    "AT": st.sampled_from([0x00181063, 0x00181065]),
    "CS": st.sampled_from(["", "O", "HFS"]),
    "DA": st.sampled_from(["", "19700101"]),
    "DS": st.sampled_from(["", "1.5", "-12"]),
    "DT": st.sampled_from(["", "19700101120000.5"]),
    "FD": st.floats(allow_nan=False),
    "FL": st.sampled_from([0.0, -1.5]),
    "IS": st.integers(-(2**31), 2**31 - 1),
    "LO": _TEXT,
    "LT": _TEXT,
    "OB": st.binary(max_size=20),
    "OD": st.binary(max_size=2).map(lambda value: value * 8),
    "OF": st.binary(max_size=5).map(lambda value: value * 4),
    "OL": st.binary(max_size=5).map(lambda value: value * 4),
    "OV": st.binary(max_size=2).map(lambda value: value * 8),
    "OW": st.binary(max_size=9).map(lambda value: value * 2),
    "PN": st.sampled_from(["", "Doe^Jane", "Roe^Richard^^^"]),
    "SH": _TEXT,
    "SL": st.integers(-(2**31), 2**31 - 1),
    "SS": st.integers(-(2**15), 2**15 - 1),
    "ST": _TEXT,
    "SV": st.integers(-(2**63), 2**63 - 1),
    "TM": st.sampled_from(["", "1200", "235959.123456"]),
    "UC": _TEXT,
    "UI": st.sampled_from(["", "2.25.1", "2.25.123456789"]),
    "UL": st.integers(0, 2**32 - 1),
    "UN": st.binary(max_size=30),
    "UR": st.sampled_from(["", "https://example.org/x"]),
    "US": st.integers(0, 2**16 - 1),
    "UT": _TEXT.map(lambda value: value * 30),
    "UV": st.integers(0, 2**64 - 1),
}
_TAGS = {
    vr: [tag for tag, entry in DicomDictionary.items() if entry[0] == vr and 0x00080005 < tag < 0x7FE00000][::9]
    for vr in _VALUES
}
_TAGS["UN"] = [0x0008FFF0, 0x0028FFF0]  # the Standard has none
_TAGS["OV"] = [0x7FE00001]


def a_dataset(**attributes: object) -> Dataset:
    """Return a Data Set with these Attributes by keyword; a list of Data Sets makes a Sequence."""
    data_set = Dataset()
    for keyword, value in attributes.items():
        setattr(data_set, keyword, value)
    return data_set


def written(
    data_set: Dataset, transfer_syntax: str = ExplicitVRLittleEndian, *, preamble: bool = True, meta: bool = True
) -> bytes:
    """Return the file that pydicom writes, with or without what stands before the Data Set."""
    buffer = BytesIO()
    if not meta:
        implicit, little = transfer_syntax == ImplicitVRLittleEndian, transfer_syntax != ExplicitVRBigEndian
        dcmwrite(buffer, data_set, implicit_vr=implicit, little_endian=little, force_encoding=True)
        return buffer.getvalue()
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = transfer_syntax  # type: ignore[assignment]
    data_set.file_meta.MediaStorageSOPClassUID = SECONDARY_CAPTURE  # type: ignore[assignment]
    data_set.file_meta.MediaStorageSOPInstanceUID = "2.25.1"  # type: ignore[assignment]
    dcmwrite(buffer, data_set, enforce_file_format=True)
    return buffer.getvalue()[0 if preamble else 132 :]


def without_vrs(data_set: Dataset) -> bytes:
    """Encode one Item in Implicit VR Little Endian, as a Sequence in UN has it (PS3.5 6.2.2)."""
    from pydicom.filebase import DicomBytesIO

    buffer = DicomBytesIO()
    buffer.is_implicit_VR, buffer.is_little_endian = True, True
    write_dataset(buffer, data_set)
    content: bytes = buffer.getvalue()
    return b"\xfe\xff\x00\xe0" + len(content).to_bytes(4, "little") + content


@st.composite
def elements(draw: st.DrawFn) -> DataElement:
    vr = draw(st.sampled_from(sorted(_VALUES)))
    value = draw(_VALUES[vr])
    if isinstance(value, bytes) and len(value) % 2:
        value += b"\0"
    return DataElement(draw(st.sampled_from(_TAGS[vr])), vr, value)


@st.composite
def data_sets(draw: st.DrawFn, depth: int = 2, *, sequences_in_un: bool = True) -> Dataset:
    """Make a Data Set of up to ``depth`` levels of Items, of defined and undefined length."""
    data_set = Dataset()
    for element in draw(st.lists(elements(), max_size=5)):
        data_set.add(element)
    if draw(st.booleans()):
        data_set.add_new(0x00080000, "UL", draw(st.integers(0, 999)))  # group length, right or not
    nested = data_sets(depth - 1, sequences_in_un=sequences_in_un) if depth else st.nothing()
    private = draw(st.booleans())
    if private:
        data_set.add_new(0x00090010, "LO", PRIVATE_CREATOR)
        data_set.add_new(0x00091001, draw(st.sampled_from(["LO", "UT"])), draw(_TEXT))
    if depth:
        tags = draw(st.sets(st.sampled_from((*_SEQUENCES, 0x00091002) if private else _SEQUENCES), max_size=2))
        for tag in sorted(tags):
            data_set.add(_sequence(draw, tag, draw(st.lists(nested, max_size=3))))
        if private and sequences_in_un:
            items = b"".join(without_vrs(item) for item in draw(st.lists(nested, max_size=2)))
            element = DataElement(0x00091003, "UN", items)
            element.is_undefined_length = bool(items) and draw(st.booleans())
            data_set.add(element)
    return data_set


def _sequence(draw: st.DrawFn, tag: int, items: list[Dataset]) -> DataElement:
    for item in items:
        item.is_undefined_length_sequence_item = draw(st.booleans())
    element = DataElement(tag, "SQ", Sequence(items))
    element.is_undefined_length = draw(st.booleans())
    return element


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Make a file in any Transfer Syntax, with or without preamble and File Meta Information, and maybe padding."""
    transfer_syntax = draw(st.sampled_from((*NATIVE, JPEGBaseline8Bit)))
    data_set = draw(data_sets(sequences_in_un=transfer_syntax != ExplicitVRBigEndian))
    data_set.SOPClassUID = SECONDARY_CAPTURE
    data_set.SOPInstanceUID = "2.25.1"
    if transfer_syntax == JPEGBaseline8Bit:
        fragments = draw(st.lists(st.binary(min_size=2, max_size=40), min_size=1, max_size=3))
        data_set.add_new(0x7FE00010, "OB", encapsulate(fragments, has_bot=draw(st.booleans())))
        data_set["PixelData"].is_undefined_length = True
    elif draw(st.booleans()):
        data_set.add_new(0x7FE00010, "OW", draw(st.binary(max_size=40)) * 2)
    meta = transfer_syntax not in NATIVE[:3] or draw(st.booleans())
    preamble = draw(st.booleans())
    padding = draw(st.sampled_from([0, 0, 2, 8, 40]))
    return written(data_set, transfer_syntax, preamble=preamble, meta=meta) + bytes(padding)
