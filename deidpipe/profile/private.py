"""What the lists and the sender say of a private element, under the Retain Safe Private Option: the strictest wins.

Decided: the sender's word is held against the TCIA list even where the profile does not name that list. And where the
sender alone calls an element safe, what can hold sentences or anything at all (text, OB, UN) is not kept, for as long
as nothing here can look into it.

Source: PS3.15 E.3.10 (Table E.3.10-1, the conformance statement, (0008,0300), other knowledge).
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from deidpipe.profile.model import SafeList
from deidpipe.standard.actions import Action
from deidpipe.standard.options import Option
from deidpipe.standard.safe_private import is_safe, vrs_of_safe
from deidpipe.standard.table import EDITION
from deidpipe.standard.tcia_private import EDITION as TCIA_EDITION
from deidpipe.standard.tcia_private import Disposition, Listed, PrivatePart, listed

STANDARD = f"PS3.15 {EDITION} Table E.3.10-1"
TCIA = f"TCIA private tag knowledge base {TCIA_EDITION}"
SENDER = "(0008,0300)"
_STRICTEST_FIRST = "XZDUCK"
_DELETES = frozenset({Disposition.DELETE, Disposition.UNDECIDED})
_DATES, _IDENTITY = ("DA", "DT", "TM"), ("UI", "DA", "DT", "TM", "PN", "AE", "UR")
_DATE_TEXTS = frozenset({"LO", "SH"})
_UIDS = frozenset({"UI", "LO"})  # a UID of 64 characters fits
_SECONDS = frozenset({"SL", "UL", "SV", "UV", "FD", "IS", "DS", "LO", "SH"})
_OPAQUE = frozenset({"LO", "SH", "LT", "ST", "UT", "UC", "OB", "UN"})


class Verdict(NamedTuple):
    """What is to be done to a private element, and who says so.

    ``vr`` is the one to judge the value by, "" where nothing tells it; ``is_seconds`` says that the value is a number
    of seconds since 1970.
    """

    action: Action
    source: str
    vr: str
    why: str = ""
    is_seconds: bool = False


def parts_of(tags: Sequence[int], creators: Sequence[str]) -> list[PrivatePart]:
    """Return a path of tags with the Private Creator of each."""
    return [PrivatePart(*part) for part in zip(tags, creators, strict=True)]


def verdict_on(
    path: Sequence[PrivatePart],
    vr: str,
    lists: frozenset[SafeList],
    options: frozenset[Option],
    asked: Action | None,
) -> Verdict | None:
    """Return the strictest verdict on a private element, None if nobody knows it.

    ``vr`` is SQ for every Sequence that has been opened; ``asked`` is what the sender asks for.
    """
    verdicts = _verdicts(path, vr, lists, options, asked)
    return min(verdicts, key=lambda verdict: _STRICTEST_FIRST.index(verdict.action), default=None)


def is_deleted(path: Sequence[PrivatePart], vr: str) -> str:
    """Return the source if TCIA deletes a public Attribute inside a private Sequence, else nothing."""
    found = listed(path, vr)
    return f"{TCIA}, {found.disposition.value}" if found and found.disposition in _DELETES else ""


def _verdicts(
    path: Sequence[PrivatePart],
    vr: str,
    lists: frozenset[SafeList],
    options: frozenset[Option],
    asked: Action | None,
) -> Iterator[Verdict]:
    tag, creator = path[-1]
    group, low = tag >> 16, tag & 0xFF
    found = listed(path, vr) if SafeList.TCIA in lists or asked is not None else None
    stated = vrs_of_safe(creator, group, low)
    told = _told(vr, stated, found)
    if SafeList.STANDARD in lists and is_safe(creator, group, low, vr):
        yield Verdict(Action.KEEP, STANDARD, told)
    if found is not None and (SafeList.TCIA in lists or found.disposition in _DELETES):
        yield from _tcia(found, told, options)
    if asked is not None:
        yield from _sender(asked, told)


def _told(vr: str, stated: Sequence[str] | None, found: Listed | None) -> str:
    """Return the VR to judge a value by: of those that the lists name one that holds identity, where UN is stored."""
    if vr != "UN":
        return found.vr if found else vr
    vrs = [*(stated or ()), *([found.vr] if found and found.vr else ())]
    return min(vrs, key=lambda each: each not in _IDENTITY, default="")


def _tcia(found: Listed, vr: str, options: frozenset[Option]) -> Iterator[Verdict]:
    """Say what TCIA's disposition comes to here; na is no word on an element, but opens a Sequence."""
    source = f"{TCIA}, {found.disposition.value}"
    moved = Option.RETAIN_MODIFIED_DATES in options
    match found.disposition:
        case Disposition.KEEP:
            yield Verdict(Action.KEEP, source, vr)
        case Disposition.NOT_APPLICABLE if vr == "SQ":
            yield Verdict(Action.KEEP, source, vr)
        case Disposition.NOT_APPLICABLE:
            return
        case Disposition.UID if vr in _UIDS:
            yield Verdict(Action.UID, source, vr)
        case Disposition.DATE if moved and vr in (*_DATES, *_DATE_TEXTS):
            yield Verdict(Action.CLEAN, source, "DT" if vr in _DATE_TEXTS else vr)
        case Disposition.DATE if vr in _DATES and Option.RETAIN_FULL_DATES in options:
            yield Verdict(Action.KEEP, source, vr)
        case Disposition.SECONDS if moved and vr in _SECONDS:
            yield Verdict(Action.CLEAN, source, vr, is_seconds=True)
        case Disposition.DELETE | Disposition.UNDECIDED:
            yield Verdict(Action.REMOVE, source, vr)
        case _:
            why = "dates that no Option retains, or a value of a VR that cannot hold what it says"
            yield Verdict(Action.REMOVE, source, vr, why)


def _sender(asked: Action, vr: str) -> Iterator[Verdict]:
    match asked:
        case Action.KEEP:
            if vr and vr not in _OPAQUE:
                yield Verdict(Action.KEEP, f"{SENDER} declares it safe", vr)
        case Action.UID if vr in _UIDS:
            yield Verdict(Action.UID, f"{SENDER} asks for U", vr)
        case Action.DUMMY if vr and vr not in ("SQ", "UN"):
            yield Verdict(Action.DUMMY, f"{SENDER} asks for D", vr)
        case Action.EMPTY:
            yield Verdict(Action.EMPTY, f"{SENDER} asks for Z", vr)
        case _:
            yield Verdict(Action.REMOVE, f"{SENDER} does not declare it safe", vr)
