"""Values as the inventory shows them: text, numbers or a length; what a terminal or a table would obey is made visible.

Source: PS3.5 6.2.
"""

import hashlib
import re
from enum import Enum
from struct import error as OutOfBytes  # noqa: N812
from struct import iter_unpack
from typing import NamedTuple

from deidpipe.dicom.values import text

Number = int | float

LONGEST_TEXT = 1_000_000  # characters; of a longer text the beginning is shown, and that this was done
_LONGEST_OPAQUE = 4096  # bytes of UN or OB that are looked at as text
_LONGEST_NUMBERS = 1024  # bytes; longer ones are tables of pixels or curves
_BINARY = {"US": "H", "SS": "h", "UL": "L", "SL": "l", "FL": "f", "FD": "d", "UV": "Q", "SV": "q"}
_INTEGER = re.compile(r"[+-]?\d{1,30}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d{1,30}\.?\d{0,60}|\.\d{1,60})([eE][+-]?\d{1,3})?", re.ASCII)
_LONGEST_LIST = 8  # distinct numbers that are told one by one
_LONGEST_TOLD = 40  # characters
_LONG = "#"
_MOST_DISTINCT = 256  # distinct values of numbers that are counted
_UNSEEN = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}
# C1 controls, line and paragraph separators, and what turns the direction of writing: they could hide what stands there
_UNSEEN |= dict.fromkeys(
    [*range(0x80, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000)], 0xFFFD
)


_FORMS = {
    "DA": re.compile(r"[0-9.\\ -]*", re.ASCII),
    "TM": re.compile(r"[0-9.:\\ -]*", re.ASCII),
    "DT": re.compile(r"[0-9.:+\\ -]*", re.ASCII),
    "AS": re.compile(r"(\d{3}[DWMY]\\?)*", re.ASCII),
    "UI": re.compile(r"[0-9.\\]*", re.ASCII),
    "CS": re.compile(r"([A-Z0-9_ ]{0,16}\\?)*", re.ASCII),
}


class Reading(Enum):
    """How the values of an element are read."""

    TEXT = "text"  # words of people: what identifies is looked for
    PERSON = "person"
    CODE = "code"
    TEMPORAL = "temporal"
    UID = "uid"
    NUMBER = "number"
    OPAQUE = "opaque"  # may be text, may be anything
    BYTES = "bytes"
    ITEMS = "items"


class Unit(Enum):
    """What a summary counts."""

    NUMBERS = "numbers"
    BYTES = "bytes"
    ITEMS = "Items"


_READINGS = {
    **dict.fromkeys(("LO", "SH", "ST", "LT", "UT", "UC", "UR", "AE"), Reading.TEXT),
    **dict.fromkeys(("DA", "DT", "TM", "AS"), Reading.TEMPORAL),
    **dict.fromkeys((*_BINARY, "DS", "IS", "AT"), Reading.NUMBER),
    **dict.fromkeys(("OW", "OF", "OD", "OL", "OV"), Reading.BYTES),
    "PN": Reading.PERSON,
    "CS": Reading.CODE,
    "UI": Reading.UID,
}


def reading_of(stored_vr: str, vr: str) -> Reading:
    """Return how to read a value that is stored as one VR and may, by a dictionary, be of another."""
    if stored_vr == "UN":
        return Reading.NUMBER if _READINGS.get(vr) is Reading.NUMBER else Reading.OPAQUE
    return _READINGS.get(vr, Reading.OPAQUE)


class Summary(NamedTuple):
    """The smallest and the largest of many numbers, and the distinct values; None: more than are counted."""

    least: Number
    most: Number
    distinct: frozenset[str] | None

    def with_other(self, other: "Summary") -> "Summary":
        """Return the summary of both."""
        both = self.distinct | other.distinct if self.distinct is not None and other.distinct is not None else None
        if both is not None and len(both) > _MOST_DISTINCT:
            both = None
        return Summary(min(self.least, other.least), max(self.most, other.most), both)

    def in_words(self, unit: Unit) -> str:
        """Return it as a person reads it."""
        if unit is not Unit.NUMBERS:
            span = f"{self.least:,}" if self.least == self.most else f"{self.least:,} to {self.most:,}"
            return f"{span} {unit.value}"
        if self.distinct is not None and len(self.distinct) <= _LONGEST_LIST and not any(map(_is_long, self.distinct)):
            return "; ".join(sorted(self.distinct, key=_by_number))
        count = f"{len(self.distinct)}" if self.distinct is not None else f"more than {_MOST_DISTINCT}"
        return f"{_told(self.least)} to {_told(self.most)}; {count} distinct"


def has_form(vr: str, value: str) -> bool:
    """Tell if a text has the form of its VR: then it is no name or sentence that was put there (PS3.5 6.2)."""
    return vr not in _FORMS or _FORMS[vr].fullmatch(value) is not None


def summary_of(length: int) -> Summary:
    """Return the summary of one length."""
    return Summary(length, length, frozenset())


def numbers(raw: bytes, vr: str, *, big_endian: bool) -> Summary | None:
    """Return the numbers of one element, None if its bytes are no numbers of that VR."""
    if vr in ("DS", "IS"):
        whole = raw.decode("latin-1").strip(" \0")
        form = _DECIMAL if vr == "DS" else _INTEGER
        parts = [part.strip(" ") for part in whole.split("\\")]
        if not all(form.fullmatch(part) for part in parts if part):
            return None
        found: list[Number] = [float(part) if vr == "DS" else int(part) for part in parts if part]
        told = "\\".join(parts)
    elif len(raw) > _LONGEST_NUMBERS:
        return None
    elif vr == "AT":
        pairs = list(iter_unpack((">" if big_endian else "<") + "HH", raw)) if len(raw) % 4 == 0 else []
        found = [group << 16 | element for group, element in pairs]
        told = "\\".join(f"({group:04X},{element:04X})" for group, element in pairs)
    else:
        try:
            found = [number for (number,) in iter_unpack((">" if big_endian else "<") + _BINARY[vr], raw)]
        except OutOfBytes:
            return None
        found = [number for number in found if number == number]  # NaN has no place among numbers
        told = "\\".join(map(_told, found))
    if len(told) > _LONGEST_TOLD:  # only to be counted
        told = _LONG + hashlib.blake2b(told.encode(), digest_size=8).hexdigest()
    return Summary(min(found), max(found), frozenset((told,))) if found else None


def printable(raw: bytes, character_set: bytes | None) -> str | None:
    """Return bytes as text if they plainly are text, else None."""
    if len(raw) > _LONGEST_OPAQUE:
        return None
    whole = text(raw, character_set)
    plain = whole.translate({9: None, 10: None, 12: None, 13: None})
    shortest = 2 if plain.isascii() else 4  # in most character sets any few bytes are letters of some kind
    is_told = plain.isascii() or bool(character_set)
    return whole if len(plain) >= shortest and is_told and plain.isprintable() and "\ufffd" not in plain else None


def visible(value: str) -> str:
    """Return a text in one line, in which control characters are signs of their own (U+2400 and on)."""
    cut = "" if len(value) <= LONGEST_TEXT else f" ... (cut: {len(value):,} characters in all)"
    return (value[:LONGEST_TEXT] if cut else value).translate(_UNSEEN) + cut


def _told(number: Number) -> str:
    return str(number) if isinstance(number, int) else f"{number:.12g}"


def _is_long(told: str) -> bool:
    return told.startswith(_LONG)


def _by_number(told: str) -> tuple[float, str]:
    first = told.partition("\\")[0]
    return (float(first) if _DECIMAL.fullmatch(first) else 0.0), told
