"""How likely a value tells who somebody is. It is a reading order for a curator, no verdict: ``low`` is not "safe".

What an element is for gives a risk before any value is seen; what is found in the value may raise it.

Source: PS3.15 Table E.1-1 (what has no Option that keeps it is identity), E.3.10; the classes are ours.
"""

from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from deidpipe.dicom.layout import is_private_creator
from deidpipe.profile.ruleset import is_free_text
from deidpipe.run.inventory.values import Reading
from deidpipe.standard.options import Option
from deidpipe.standard.safe_private import is_safe, known_creators
from deidpipe.standard.table import row_of
from deidpipe.standard.tcia_private import Disposition, Listed, PrivatePart, listed
from deidpipe.standard.uids import is_standard
from deidpipe.standard.unlisted import STRUCTURAL_UIDS
from deidpipe.text.find import Reading as KindOfText
from deidpipe.text.find import find
from deidpipe.text.span import Kind, Span


class Risk(IntEnum):
    """The highest first, as they are sorted."""

    HIGH = 0
    MEDIUM = 1
    LOW = 2

    @property
    def word(self) -> str:
        """The risk as it is told."""
        return self.name.lower()


class Assessed(NamedTuple):
    """A risk, the kinds of what was found, and why."""

    risk: Risk
    kinds: str
    why: str


_FREE_TEXT = frozenset({"ST", "LT", "UT", "UC"})
_UNTOLD = frozenset({"UN", "OB"})
_META_PRIVATE = frozenset({0x00020100, 0x00020102})
_BY_VR = {
    **dict.fromkeys(_FREE_TEXT, "free text: people write sentences there"),
    **dict.fromkeys(("DA", "DT"), "a date"),
    "UI": "a UID",
    "AE": "the name of a host",
    "UR": "an address of the network",
    "UN": "nobody can tell what a value of VR UN holds",
}
_BY_OPTION = (
    (Option.RETAIN_INSTITUTION_IDENTITY, Risk.HIGH, "tells the institution"),
    (Option.RETAIN_DEVICE_IDENTITY, Risk.MEDIUM, "tells the device"),
    (Option.RETAIN_PATIENT_CHARACTERISTICS, Risk.MEDIUM, "a characteristic of the patient"),
)
_NO_WORDS = frozenset({Reading.NUMBER, Reading.CODE, Reading.TEMPORAL, Reading.UID, Reading.BYTES})


def risk_of_element(path: Sequence[PrivatePart], vr: str, reading: Reading, name: str) -> tuple[Risk, str]:
    """Return the risk of an element before its value is seen, and why.

    ``path`` goes from the top of the Data Set down to it; ``vr`` is that of a dictionary where UN is stored; ``name``
    is "" if no dictionary has the element.
    """
    if reading is Reading.ITEMS:
        return Risk.LOW, "each element in its Items has a row of its own"
    risk, why = _by_itself(path, vr, reading, name)
    if risk is Risk.LOW and reading in (Reading.TEXT, Reading.OPAQUE) and any(map(_identifies, path[:-1])):
        return Risk.MEDIUM, "in a Sequence that identifies"
    return risk, why


def _identifies(sequence: PrivatePart) -> bool:
    """Tell if a Sequence is private, or one that no Option of Table E.1-1 keeps or cleans."""
    if sequence.tag >> 16 & 1:
        return True
    row = row_of(sequence.tag)
    return row is not None and not row.options


def _by_itself(path: Sequence[PrivatePart], vr: str, reading: Reading, name: str) -> tuple[Risk, str]:
    tag = path[-1].tag
    if tag >> 16 & 1:
        told = _private(path, vr, reading, name)
        if told is not None:
            return told
    elif vr != "PN":
        told = _listed(tag, vr)
        if told is not None:
            return told
    return _by_vr(tag, vr)


def _by_vr(tag: int, vr: str) -> tuple[Risk, str]:
    if vr == "PN":
        return Risk.HIGH, "the name of a person"
    if tag in STRUCTURAL_UIDS:
        return Risk.LOW, "names a class or an encoding"
    if tag in _META_PRIVATE:
        return Risk.HIGH, "private information of the sender"
    return (Risk.MEDIUM, _BY_VR[vr]) if vr in _BY_VR else (Risk.LOW, "")


def _listed(tag: int, vr: str) -> tuple[Risk, str] | None:
    row = row_of(tag)
    if row is None or vr == "UI":
        return None
    for option, risk, why in _BY_OPTION:
        if option in row.options:
            return risk, f"{why} (PS3.15 Table E.1-1)"
    return None if row.options else (Risk.HIGH, "identity: PS3.15 Table E.1-1 has no Option that keeps it")


def _private(path: Sequence[PrivatePart], vr: str, reading: Reading, name: str) -> tuple[Risk, str] | None:
    """Return the risk of a private element; None if a list has it as safe, so that its VR decides."""
    tag, creator = path[-1]
    if is_private_creator(tag):
        return None
    if not creator:
        return Risk.HIGH, "private without a Private Creator"
    judged = "SQ" if reading is Reading.ITEMS else vr
    tcia = listed(path, judged)
    disposition = tcia.disposition if isinstance(tcia, Listed) else None
    if disposition in (Disposition.DELETE, Disposition.UNDECIDED):
        return Risk.HIGH, "private, and TCIA removes it"
    if is_safe(creator, tag >> 16, tag & 0xFF, vr) or disposition in (Disposition.KEEP, Disposition.NOT_APPLICABLE):
        return None
    if disposition is not None:
        return Risk.MEDIUM, "private, and TCIA replaces or moves it"
    if name and reading in _NO_WORDS and vr not in _UNTOLD:
        return Risk.MEDIUM, "private, and on no list of what is safe"
    return Risk.HIGH, "private, and on no list of what is safe"


def assess(tag: int, reading: Reading, base: Risk, value: str, *, is_of_its_vr: bool) -> Assessed:
    """Return the risk of one value; ``base`` is that of its element."""
    if not value:
        return Assessed(Risk.LOW, "", "empty")
    if reading is Reading.PERSON:
        return Assessed(Risk.HIGH, Kind.PERSON.value, "")
    if is_private_creator(tag):
        if value in known_creators():
            return Assessed(Risk.LOW, "", "")
        base = Risk.MEDIUM
    if is_of_its_vr and reading in _NO_WORDS:
        is_the_standards = reading is Reading.UID and all(map(is_standard, value.split("\\")))
        return Assessed(Risk.LOW if is_the_standards else base, "", "")
    found = _raised(base, find_remembered(value, _kind_of_text(tag, reading)))
    if reading in _NO_WORDS and reading is not Reading.CODE:
        return Assessed(min(found.risk, Risk.MEDIUM), found.kinds, "not what its VR may hold")
    return found


def _raised(base: Risk, spans: Sequence[Span]) -> Assessed:
    """Return a risk as what was found in a text raises it."""
    kinds = ", ".join(sorted({f"{span.kind}{'' if span.certain else ' (doubtful)'}" for span in spans}))
    if any(span.certain for span in spans):
        return Assessed(Risk.HIGH, kinds, "found in the text")
    if spans:
        return Assessed(min(base, Risk.MEDIUM), kinds, "found in the text")
    return Assessed(base, "", "")


@lru_cache(1 << 15)
def find_remembered(value: str, kind: KindOfText) -> tuple[Span, ...]:
    """Return what identifies in a text; values recur from patient to patient."""
    return find(value, reading=kind)


def _kind_of_text(tag: int, reading: Reading) -> KindOfText:
    """Say how a text is read: as in a run, but for private and opaque ones, in which anybody may have written."""
    is_sentence = tag & 0x10000 or reading is not Reading.TEXT or is_free_text(tag, "")
    return KindOfText.SENTENCE if is_sentence else KindOfText.LABEL
