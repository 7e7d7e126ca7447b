"""One value as the rules for elements see it: its texts, and what in them identifies, worked out once."""

import re
from functools import cached_property

from deidpipe.standard.safe_private import known_creators
from deidpipe.text.find import Reading
from deidpipe.text.span import Kind
from deidpipe.verify.claims import Claims
from deidpipe.verify.patterns import Mark, marks
from deidpipe.verify.place import BYTE_VRS, MULTIPLE, NUMBER_VRS, Place
from deidpipe.verify.texts import decoded, in_bytes

_LONG, _SHORT = frozenset({"ST", "LT", "UT", "UC"}), frozenset({"LO", "SH"})
_PEOPLE = re.compile(  # Attributes of short text that people fill in
    r"Description|Comment|History|Reason|Diagnos|Note|Remark|Protocol|Procedure|Meaning|Label|Text|Location|Allergies"
    r"|Explanation|Purpose|Organization|Group|Creator"
)
_WORD, _FEW_WORDS = re.compile(r"(?<![^\W_])[^\W\d_]{3,}(?![^\W_])"), 3
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?")
_UNCERTAIN_IN_BYTES = frozenset({Kind.WORD, Kind.INITIALS, Kind.UID})


class Value:
    """A value at a place, in an Instance that claims something. The same value at the same place is looked at once."""

    def __init__(self, place: Place, raw: bytes, codecs: tuple[str, ...], claims: Claims) -> None:
        self.place, self.raw, self.codecs, self.claims = place, raw, codecs, claims

    @cached_property
    def text(self) -> str:
        """The value as text, without padding."""
        return decoded(self.raw, self.codecs)

    @cached_property
    def parts(self) -> list[str]:
        """The single values."""
        if self.place.vr not in MULTIPLE:
            return [self.text] if self.text else []
        return [part.strip(" \0") for part in self.text.split("\\") if part.strip(" \0")]

    @property
    def is_in_bytes(self) -> bool:
        """Whether the VR is one of bytes, in which text has to be looked for."""
        return self.place.vr in BYTE_VRS

    @cached_property
    def texts(self) -> list[str]:
        """The texts to look into: the value, runs of characters in bytes, or what should be a number and is none."""
        if self.is_in_bytes:
            return list(in_bytes(self.raw))
        if is_creator(self.place) and self.text in known_creators():
            return []
        if self.place.vr in NUMBER_VRS:
            return [part for part in self.parts if not _NUMBER.fullmatch(part)]
        if self.place.vr in MULTIPLE:
            return self.parts
        return [self.text] if self.text else []

    @property
    def reading(self) -> Reading:
        """Who writes there: people where descriptions and comments stand, else machines."""
        place = self.place
        if place.is_private:  # vendors keep settings in long texts, too
            return Reading.SENTENCE if len(_WORD.findall(self.text)) >= _FEW_WORDS else Reading.LABEL
        by_people = place.vr in _LONG or (place.vr in _SHORT and _PEOPLE.search(place.keyword) is not None)
        return Reading.SENTENCE if by_people else Reading.LABEL

    @cached_property
    def marks(self) -> list[tuple[str, Mark]]:
        """What in the texts identifies; in bytes only what is certain."""
        found = []
        for text in self.texts:
            for mark in marks(text, self.reading):
                if not self.is_in_bytes or (mark.certain and mark.kind not in _UNCERTAIN_IN_BYTES):
                    found.append((text, mark))
        return found


def holds_text(place: Place) -> bool:
    """Tell if text is to be looked for at a place: text VRs, bytes that are no pixels, numbers that may be none."""
    if place.is_bulk or place.tag & 0xFFFF == 0:
        return False
    return place.is_text or place.vr in NUMBER_VRS or place.vr in BYTE_VRS


def is_creator(place: Place) -> bool:
    """Tell if a place holds a Private Creator."""
    return place.is_private and 0x10 <= place.tag & 0xFFFF <= 0xFF
