"""U-01: UIDs are new and valid, and none has two roles.

Asks: UIDs of Instances, Series, Studies, frames of reference and the like are under 2.25, the profile's root or one
root of the collection, never under that of a scanner's manufacturer; each is a valid UID; none is at once that of a
Study, a Series, an Instance or a frame of reference; SOP Instance UID and Media Storage SOP Instance UID are the
same; no UID stands in a text. With the Retain UIDs Option (113110) only the form counts.
Why: an original UID leads back to the archive that the image came from.
Source: PS3.5 9, B.2; PS3.15 E.1.1, E.3.9; PS3.10 7.1.
Fix: replace every UID but those of the Standard, wherever it occurs, by a function of a key and the original.
"""

import re
from collections.abc import Iterator

from deidpipe.standard.options import Option
from deidpipe.standard.uids import is_standard
from deidpipe.standard.unlisted import class_of
from deidpipe.text.span import Kind
from deidpipe.verify.asked import Asked
from deidpipe.verify.claims import Claims
from deidpipe.verify.dummies import is_dummy_uid
from deidpipe.verify.finding import Hit, Rule, Severity
from deidpipe.verify.original import Original
from deidpipe.verify.place import Place
from deidpipe.verify.reader import Instance
from deidpipe.verify.shelf import Collection, Located, at
from deidpipe.verify.value import Value, holds_text

RULE = Rule(
    "U-01",
    Severity.BLOCK,
    "UIDs are new and valid, and none has two roles",
    "PS3.5 9, B.2; PS3.15 E.1.1, E.3.9; PS3.10 7.1",
    "replace every UID but those of the Standard, wherever it occurs, by a function of a key and the original",
    by_value=False,
)
MANUFACTURERS = (
    *("1.2.840.113619.", "1.2.840.113704.", "1.2.840.113564.", "1.2.840.113674.", "1.2.840.114257."),
    *("1.3.12.2.1107.", "1.3.46.670589.", "1.2.392.200036.", "1.2.392.200046.", "1.2.392.200080."),
    *("1.2.276.0.7230010.3.1.4.", "1.2.826.0.1.3680043.2.", "1.2.528.1.1001.", "1.2.840.113663.", "1.2.840.113543."),
    *("1.2.124.113532.", "1.3.51.0.", "1.2.276.0.75.", "1.2.156.112605.", "1.2.410.200", "1.2.752.24."),
)
_UID = re.compile(r"(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))+")
_LONGEST = 64
_ROLES = {0x0020000D: "Study", 0x0020000E: "Series", 0x00080018: "Instance", 0x00200052: "frame of reference"}
_STRUCTURAL = frozenset({"structural-keep", "organisation-or-creator"})
_MEDIA_UID = 0x00020003


def where(place: Place) -> bool:
    """Tell if a place holds UIDs, or text that may tell one."""
    return (place.vr == "UI" and class_of(place.tag) not in _STRUCTURAL) or holds_text(place)


def look(value: Value, claims: Claims) -> Iterator[Hit]:
    """Yield UIDs that are invalid or not new."""
    if value.place.vr != "UI":
        for text, mark in value.marks:
            uid = text[mark.start : mark.stop]
            if mark.kind is Kind.UID and not is_standard(uid) and not _is_new(uid, claims):
                severity = None if mark.certain else Severity.WARN
                yield Hit(RULE.id, "tells a UID that is not new", mark.kind, "R", text, mark.start, mark.stop, severity)
        return
    for uid in value.parts:
        if len(uid) > _LONGEST or not _UID.fullmatch(uid):
            yield Hit(RULE.id, "is no valid UID", Kind.UID, "R", uid)
        elif is_standard(uid) or is_dummy_uid(uid) or _is_new(uid, claims):
            continue
        elif claims.expected.uid_root:
            yield Hit(RULE.id, "is not under the profile's UID root", Kind.UID, "R", uid)
        else:
            yield Hit(RULE.id, "is under the UID root of a manufacturer", Kind.UID, "R", uid)


def _is_new(uid: str, claims: Claims) -> bool:
    if Option.RETAIN_UIDS in claims.options or uid.startswith("2.25."):
        return True
    root = claims.expected.uid_root
    return uid.startswith(f"{root}.") if root else not uid.startswith(MANUFACTURERS)


class Roles(Collection):
    """Remembers the role of each UID, and under how many roots they stand."""

    def __init__(self, asked: Asked, original: Original) -> None:
        super().__init__(asked)
        self._original = original
        self._role: dict[str, int] = {}
        self._roots: dict[str, int] = {}

    def see(self, instance: Instance, claims: Claims) -> Iterator[Located]:
        """Yield UIDs with two roles, and a Media Storage SOP Instance UID that is another."""
        for tag in _ROLES:
            uid = instance.text(tag)
            if not uid or is_standard(uid):
                continue
            if self._role.setdefault(uid, tag) != tag:
                what = f"is that of a {_ROLES[tag]} and of a {_ROLES[self._role[uid]]} as well"
                severity = None
                if self._original.had_two_roles(instance, tag):
                    what, severity = f"{what}, and was before", Severity.WARN
                yield at(Hit(RULE.id, what, Kind.UID, "R", uid, severity=severity), instance, instance.top[tag])
            if not claims.expected.uid_root and Option.RETAIN_UIDS not in claims.options:
                self._roots.setdefault(".".join(uid.split(".")[:6]) if not uid.startswith("2.25.") else "2.25", 0)
        for element in instance.meta:
            told = (element.value or b"").decode("latin-1").strip(" \0")
            if element.place.tag == _MEDIA_UID and told != instance.uid and instance.uid:
                hit = Hit(RULE.id, "is not the SOP Instance UID", Kind.UID, "R", told)
                yield at(hit, instance, element)

    def end(self) -> Iterator[Located]:
        """Yield a warning if UIDs come from many roots: who cleans gives one."""
        if len(self._roots) > 2:
            what = f"UIDs stand under {len(self._roots)} roots; new ones have one or two"
            yield Located(Hit(RULE.id, what, Kind.UID, "R", severity=Severity.WARN), -1)
