"""D: a value that is legal for the VR and names no one, or a Sequence with one Item of such values.

Source: PS3.15 Table E.1-1a, code D, and E.1.1; PS3.5 6.2.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from deidpipe.actions.result import Facts, padded
from deidpipe.dicom.dictionary import keyword_of
from deidpipe.dicom.encoding import Encoding
from deidpipe.dicom.splice import encoded_element, encoded_header

_TEXT = b"REMOVED "
_DATE, _TIME = b"19000101", b"000000"
_BY_VR: Mapping[str, bytes] = MappingProxyType(
    {
        "DA": _DATE,
        "TM": _TIME,
        "DT": _DATE + _TIME,
        "AS": b"000Y",
        "DS": b"0 ",
        "IS": b"0 ",
        "UI": b"2.25.0",
        "UR": b"urn:removed ",
        "US": bytes(2),
        "SS": bytes(2),
        "UL": bytes(4),
        "SL": bytes(4),
        "FL": bytes(4),
        "OF": bytes(4),
        "OL": bytes(4),
        "AT": bytes(4),
        "FD": bytes(8),
        "OD": bytes(8),
        "OV": bytes(8),
        "SV": bytes(8),
        "UV": bytes(8),
        "OB": bytes(2),
        "OW": bytes(2),
        "UN": bytes(2),
    }
)

Member = tuple[int, str, bytes | tuple["Member", ...]]  # tag, VR, value; of a Sequence: what its one Item holds


def _code(value: bytes, scheme: bytes, meaning: bytes) -> tuple[Member, ...]:
    return ((0x00080100, "SH", value), (0x00080102, "SH", scheme), (0x00080104, "LO", meaning))


_REMOVED_CODE = _code(b"REMOVED", b"99DEIDPIPE", b"Removed")
_TEXT_ITEM: tuple[Member, ...] = (
    (0x0040A040, "CS", b"TEXT"),
    (0x0040A043, "SQ", _code(b"121106", b"DCM", b"Comment")),
    (0x0040A160, "UT", _TEXT),
)
_ITEMS: Mapping[int, tuple[Member, ...]] = MappingProxyType(
    {
        0x00081110: (  # Referenced Study Sequence: Detached Study Management
            (0x00081150, "UI", b"1.2.840.10008.3.1.2.3.1\0"),
            (0x00081155, "UI", b"2.25.0"),
        ),
        0x00081111: (  # Referenced Performed Procedure Step Sequence: Modality Performed Procedure Step
            (0x00081150, "UI", b"1.2.840.10008.3.1.2.3.3\0"),
            (0x00081155, "UI", b"2.25.0"),
        ),
        0x00081072: ((0x00401101, "SQ", _REMOVED_CODE),),  # Operator Identification Sequence
        0x00340001: ((0x00340002, "OB", bytes(2)),),  # Flow Identifier Sequence
        0x0040A073: (  # Verifying Observer Sequence
            (0x0040A027, "LO", _TEXT),
            (0x0040A030, "DT", _DATE + _TIME),
            (0x0040A075, "PN", _TEXT),
            (0x0040A088, "SQ", ()),
        ),
        0x00400612: _TEXT_ITEM,  # Specimen Preparation Step Content Item Sequence
        0x0040A300: (  # Measured Value Sequence
            (0x004008EA, "SQ", _code(b"1", b"UCUM", b"no units")),
            (0x0040A30A, "DS", b"0 "),
        ),
        0x0040A730: ((0x0040A010, "CS", b"CONTAINS"), *_TEXT_ITEM),  # Content Sequence: a tree of one Content Item
        0x0040B020: ((0x00700006, "ST", _TEXT),),  # Waveform Annotation Sequence
        0x00700001: (  # Graphic Annotation Sequence: it must have a Text Object or a Graphic Object
            (0x00700002, "CS", _TEXT),
            (
                0x00700008,
                "SQ",
                (
                    (0x00700003, "CS", b"DISPLAY "),
                    (0x00700006, "ST", _TEXT),
                    (0x00700010, "FL", bytes(8)),
                    (0x00700011, "FL", bytes(8)),
                    (0x00700012, "CS", b"LEFT"),
                ),
            ),
        ),
    }
)


def dummy_value(facts: Facts) -> bytes:
    """Return a dummy for an element that is no Sequence."""
    return _BY_VR.get(facts.vr, _TEXT)


def fixed_value(text: str, facts: Facts, *, big_endian: bool = False) -> bytes:
    """Return the value that a rule gives, padded as the VR wants it."""
    if facts.vr == "UL":
        order: Literal["big", "little"] = "big" if big_endian else "little"
        return b"".join(int(number).to_bytes(4, order) for number in text.split("\\"))
    return padded(text.encode("utf-8"), b"\0" if facts.vr == "UI" else b" ")


def dummy_sequence(tag: int, encoding: Encoding) -> bytes:
    """Return the value of a Sequence with one dummy Item."""
    members = _ITEMS.get(tag)
    if members is None:
        members = _REMOVED_CODE if keyword_of(tag).endswith("CodeSequence") else ()
    return _item(members, encoding)


def _item(members: tuple[Member, ...], encoding: Encoding) -> bytes:
    body = b"".join(_element(*member, encoding) for member in members)
    return encoded_header(0xFFFEE000, "", len(body), big_endian=encoding.big_endian) + body


def _element(tag: int, vr: str, value: bytes | tuple[Member, ...], encoding: Encoding) -> bytes:
    if isinstance(value, tuple):
        value = _item(value, encoding) if value else b""
    return encoded_element(tag, vr, value, implicit=encoding.implicit, big_endian=encoding.big_endian)
