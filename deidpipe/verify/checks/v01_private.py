"""V-01: private elements have a Private Creator and are known to be safe.

Asks: each private element has a creator in its block; it is on PS3.15's list of safe private elements or, for
profiles that take it, on TCIA's list as one that stays, or a rule of the profile keeps it; without the Retain Safe
Private Option there is none. Its value is looked into by X-01 and T-01 like any other.
Why: private elements hold names, comments and dates that no Table lists, and a safe element is only safe under its
creator.
Source: PS3.15 E.3.10, Table E.3.10-1; PS3.5 7.8.1; TCIA private tag knowledge base.
Fix: remove the element, or keep it by a rule after looking at all its values (`deidpipe inspect`).
"""

from collections.abc import Iterator

from deidpipe.standard.options import Option
from deidpipe.standard.safe_private import is_safe
from deidpipe.standard.tcia_private import Disposition, PrivatePart, listed
from deidpipe.verify.claims import Claims
from deidpipe.verify.finding import Hit, Rule, Severity
from deidpipe.verify.place import Place
from deidpipe.verify.value import Value

RULE = Rule(
    "V-01",
    Severity.BLOCK,
    "private elements have a Private Creator and are known to be safe",
    "PS3.15 E.3.10, Table E.3.10-1; PS3.5 7.8.1; TCIA private tag knowledge base",
    "remove the element, or keep it by a rule after looking at all its values",
    by_value=False,
)
_STAYS = frozenset(
    {Disposition.KEEP, Disposition.UID, Disposition.DATE, Disposition.SECONDS, Disposition.NOT_APPLICABLE}
)
_SUBMISSION = ("CTP", 0x0013)  # TCIA's own block: project and site


def where(place: Place) -> bool:
    """Tell if a place is a private element, and no Private Creator."""
    return place.is_private and not 0x10 <= place.tag & 0xFFFF <= 0xFF


def look(value: Value, claims: Claims) -> Iterator[Hit]:
    """Yield a private element that should not be there."""
    what = _verdict(value.place, claims)
    if what and (value.raw or value.place.vr == "SQ"):
        text = value.texts[0] if value.texts else ""
        yield Hit(RULE.id, what, "private element", "R", text)


def _verdict(place: Place, claims: Claims) -> str:
    tag, creator = place.tag, place.creator
    if tag & 0xFFFF == 0:
        return ""
    if not creator:
        return "has no Private Creator"
    if (creator, tag >> 16) == _SUBMISSION or _is_kept(tag, creator, claims):
        return ""
    if Option.RETAIN_SAFE_PRIVATE not in claims.options:
        return "is private, and the Retain Safe Private Option is not claimed"
    if is_safe(creator, tag >> 16, tag & 0xFF, place.stored_vr or place.vr):
        return ""
    if claims.expected.tcia_private:
        found = listed(_parts(place), place.stored_vr if place.stored_vr not in ("", "SQ") else place.vr)
        if found is not None and found.disposition in _STAYS:
            return ""
    return "is private and not known to be safe"


def _is_kept(tag: int, creator: str, claims: Claims) -> bool:
    return any(
        told in ("*", creator) and group in (None, tag >> 16) and low in (None, tag & 0xFF)
        for told, group, low in claims.expected.kept_private
    )


def _parts(place: Place) -> list[PrivatePart]:
    parts: list[PrivatePart] = []
    above: Place | None = place
    while above is not None:
        parts.append(PrivatePart(above.tag, above.creator))
        above = above.above
    return parts[::-1]
