"""From what a user writes to tags: keywords, numbers, paths; and the tags that no rule may touch as it likes."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from deidpipe.dicom.dictionary import keywords, tag_of, vrs_of
from deidpipe.profile.complaints import Complaints, did_you_mean, shown
from deidpipe.standard.actions import Action

MARKERS = frozenset({0x00120062, 0x00120063, 0x00120064, 0x00280303})  # deidpipe writes what it has done there

_KEEP = frozenset({Action.KEEP})
_KEEP_OR_REPLACE = frozenset({Action.KEEP, Action.UID})

# Without these an Instance is not one, or its pixels and texts cannot be read.
STRUCTURAL: Mapping[int, frozenset[Action]] = MappingProxyType(
    {
        0x00080005: _KEEP,  # SpecificCharacterSet
        0x00080016: _KEEP,  # SOPClassUID
        0x00080018: _KEEP_OR_REPLACE,  # SOPInstanceUID
        0x00081150: _KEEP,  # ReferencedSOPClassUID
        0x0020000D: _KEEP_OR_REPLACE,  # StudyInstanceUID
        0x0020000E: _KEEP_OR_REPLACE,  # SeriesInstanceUID
        0x00280002: _KEEP,  # SamplesPerPixel
        0x00280004: _KEEP,  # PhotometricInterpretation
        0x00280006: _KEEP,  # PlanarConfiguration
        0x00280008: _KEEP,  # NumberOfFrames
        0x00280010: _KEEP,  # Rows
        0x00280011: _KEEP,  # Columns
        0x00280100: _KEEP,  # BitsAllocated
        0x00280101: _KEEP,  # BitsStored
        0x00280102: _KEEP,  # HighBit
        0x00280103: _KEEP,  # PixelRepresentation
        0x7FE00008: _KEEP,  # FloatPixelData
        0x7FE00009: _KEEP,  # DoubleFloatPixelData
        0x7FE00010: _KEEP,  # PixelData
    }
)
STRUCTURAL_VRS = frozenset({"CS", "UI", "US", "IS", "OB", "OD", "OF", "OW"})


def keyword_to_tag(keyword: str, line: int, complaints: Complaints) -> int | None:
    """Return the tag of an Attribute named by its keyword."""
    tag = tag_of(keyword)
    if tag is None:
        fix = "write tag: for a number" if re.search("[0-9A-Fa-f]{4},?[0-9A-Fa-f]{4}", keyword) else _nearest(keyword)
        complaints.add(line, f"unknown Attribute {shown(keyword)}", fix)
        return None
    return _usable(tag, keyword, line, complaints)


def number_to_tag(text: str, line: int, complaints: Complaints) -> int | None:
    """Return the tag written as ``(0008,1030)``, ``0008,1030`` or ``00081030``."""
    found = re.fullmatch(r"\(?([0-9A-Fa-f]{4}),? ?([0-9A-Fa-f]{4})\)?", text)
    if not found:
        fix = "write group: if x stands for any digit" if "x" in text.lower() else 'write it as "(0008,1030)"'
        complaints.add(line, f"{shown(text)} is no tag", fix)
        return None
    tag = int(found[1] + found[2], 16)
    if tag >> 16 & 1:
        complaints.add(line, f"{shown(text)} is private", "write private: with its creator, because its block can move")
        return None
    if not vrs_of(tag):
        complaints.add(line, f"{shown(text)} is not in the dictionary of the Standard", "look at the number again")
        return None
    return _usable(tag, text, line, complaints)


def path_to_tags(path: str, line: int, complaints: Complaints) -> tuple[int, ...] | None:
    """Return the tags of ``RequestAttributesSequence/AccessionNumber``, from the top of the Data Set down."""
    steps = [step.strip() for step in path.split("/")]
    if len(steps) > 16 or not all(steps):
        complaints.add(line, f"{shown(path)} is no path", "write Attributes with one / between them, from the top down")
        return None
    tags = [_step(step, line, complaints) for step in steps]
    known = [tag for tag in tags if tag is not None]
    for step, tag in zip(steps[:-1], tags, strict=False):
        if tag is not None and "SQ" not in vrs_of(tag):
            complaints.add(line, f"{shown(step)} is no Sequence", "only the last Attribute of a path may be none")
            return None
    return tuple(known) if len(known) == len(steps) else None


def _step(step: str, line: int, complaints: Complaints) -> int | None:
    reader = number_to_tag if step[0] == "(" or step[0].isdigit() else keyword_to_tag
    return reader(step, line, complaints)


def _usable(tag: int, name: str, line: int, complaints: Complaints) -> int | None:
    if tag >> 16 in (0x0000, 0x0002) or tag >> 16 == 0xFFFE:
        complaints.add(
            line, f"{shown(name)} is not part of the Data Set", "leave it out; File Meta Information is written anew"
        )
        return None
    return tag


def _nearest(keyword: str) -> str:
    return did_you_mean(keyword, keywords(), "write its keyword as PS3.6 does, as in PatientName")
