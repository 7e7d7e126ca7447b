"""What is to become of an element: the Standard with the choices of TCIA.

It reads the tables and knows nothing of profiles and plans, so that what is measured does not measure itself.
Options: 113105, 113107, 113108, 113109, 113111. Decided, as TCIA does: localizers, source images and the Content
Sequence stay, with UIDs replaced and text cleaned.

Source: PS3.15 Table E.1-1, E.3; TCIA private tag knowledge base.
"""

from collections.abc import Sequence
from enum import Enum, auto
from functools import lru_cache

from deidpipe.dicom.dictionary import keyword_of
from deidpipe.standard import unlisted
from deidpipe.standard.actions import Action
from deidpipe.standard.options import Option
from deidpipe.standard.safe_private import is_safe
from deidpipe.standard.table import row_of
from deidpipe.standard.tcia_private import Disposition, PrivatePart, listed
from deidpipe.standard.types import settle, type_of

Parts = tuple[tuple[int, str], ...]
_OPTIONS = (
    Option.CLEAN_DESCRIPTORS,
    Option.RETAIN_MODIFIED_DATES,
    Option.RETAIN_PATIENT_CHARACTERISTICS,
    Option.RETAIN_DEVICE_IDENTITY,
)
_TCIA_KEEPS = frozenset({0x00081140, 0x00082112, 0x0040A730, 0x00101010})
DATES = frozenset({"DA", "DT"})
_OF_BLOCK = 0x1000
# What a tool says of itself there is its own affair.
_OF_TOOL = frozenset(
    {0x00120062, 0x00120063, 0x00120064, 0x00280301, 0x00280302, 0x00280303, 0x00080005, 0x00080116, 0x04000500}
)


class Wanted(Enum):
    """What is to become of an element."""

    REMOVED = auto()
    EMPTIED = auto()  # present, without its value or with another
    DUMMY = auto()  # present with another value
    KEPT = auto()  # what identifies in it goes
    SHIFTED = auto()
    UID = auto()
    OPEN = auto()  # several answers are right


_OF_ACTION = {
    Action.REMOVE: Wanted.REMOVED,
    Action.EMPTY: Wanted.EMPTIED,
    Action.DUMMY: Wanted.DUMMY,
    Action.KEEP: Wanted.KEPT,
    Action.CLEAN: Wanted.KEPT,
    Action.UID: Wanted.UID,
}


@lru_cache(1 << 14)
def wanted(parts: Parts, vr: str, iod: str | None) -> Wanted:
    """Return what is to become of an element; ``parts`` is its path as (tag, Private Creator)."""
    tag, creator = parts[-1]
    if tag & 0xFFFF == 0 or (tag & 0x10000 and tag & 0xFFFF < _OF_BLOCK):
        return Wanted.OPEN  # group length; a Private Creator, which goes with the last element of its block
    if tag in _OF_TOOL or tag >> 24 in (0x50, 0x60) or vr == "AE":  # overlays go with their data
        return Wanted.OPEN
    if tag & 0x10000:
        return _private([PrivatePart(*part) for part in parts], vr) if creator else Wanted.REMOVED
    if not tag & 0x10000 and not keyword_of(tag):
        return Wanted.OPEN
    if any(part & 0x10000 for part, _ in parts) and _is_deleted(parts, vr):
        return Wanted.REMOVED
    return _public(tag, vr, iod, [part for part, _ in parts])


def _public(tag: int, vr: str, iod: str | None, path: Sequence[int]) -> Wanted:
    row = row_of(tag)
    if row is None:
        return _unlisted(tag, vr)
    if tag in _TCIA_KEEPS:
        return Wanted.KEPT
    asked = [row.options[option] for option in _OPTIONS if option in row.options]
    if Action.CLEAN in asked and vr in DATES:
        return Wanted.SHIFTED
    if asked:
        return Wanted.KEPT
    action = settle(row.basic, type_of(iod, tuple(path)) if iod else None, known_iod=iod is not None)
    if action is Action.UID and vr == "SQ":
        return Wanted.KEPT
    return _OF_ACTION[action]


def _unlisted(tag: int, vr: str) -> Wanted:
    match vr:
        case "UI":
            return Wanted.KEPT if tag in unlisted.STRUCTURAL_UIDS else Wanted.UID
        case "DA" | "DT":
            return Wanted.SHIFTED
        case "PN" | "AE" | "UR":
            return Wanted.OPEN
    return Wanted.KEPT


def _private(path: Sequence[PrivatePart], vr: str) -> Wanted:
    found = listed(path, vr)
    tag, creator = path[-1]
    if found is None:
        return Wanted.KEPT if is_safe(creator, tag >> 16, tag & 0xFF, vr) else Wanted.REMOVED
    if vr == "UN":  # what it is judged by depends on who knows the VR
        return Wanted.KEPT if found.disposition is Disposition.KEEP and found.vr not in _IDENTITY else Wanted.OPEN
    match found.disposition:
        case Disposition.KEEP:
            return Wanted.KEPT if vr not in _IDENTITY else Wanted.OPEN
        case Disposition.NOT_APPLICABLE:
            return Wanted.KEPT if vr == "SQ" else Wanted.OPEN
        case Disposition.UID if vr == "UI":
            return Wanted.UID
        case Disposition.DATE if vr in DATES:
            return Wanted.SHIFTED
        case Disposition.UID | Disposition.DATE | Disposition.SECONDS:
            return Wanted.OPEN
    return Wanted.REMOVED


_IDENTITY = frozenset({"UI", "DA", "DT", "TM", "PN", "AE", "UR"})


def _is_deleted(parts: Parts, vr: str) -> bool:
    found = listed([PrivatePart(*part) for part in parts], vr)
    return found is not None and found.disposition in (Disposition.DELETE, Disposition.UNDECIDED)
