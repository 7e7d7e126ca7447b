"""Known identifiers of patients as patterns of bytes, in every encoding that they may stand in, and their search
in a file.

Decided: a part of a name counts only for the patient that it is of, and only as a whole word; what is strong (a full
name, an ID, a UID) counts wherever it is found. In pixels only what is long enough not to arise by chance.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from deidpipe.errors import UsageError
from deidpipe.verify.dummies import is_dummy

SHORTEST = 4  # characters: what is shorter is found everywhere
_SHORTEST_PART = 3  # letters of a part of a name
_LONG_IN_PIXELS, _LONG_WIDE_IN_PIXELS = 9, 24  # bytes
_CODECS = (
    "latin-1",
    "utf-8",
    "utf-16-le",
    "utf-16-be",
    "gb18030",
    "shift_jis",
    "euc_kr",
    "iso2022_jp",
    "cp1251",
    "koi8_r",
)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_VAGUE = frozenset({"1234", "12345", "123456", "1234567", "12345678", "123456789", "1234567890"})
_PART = re.compile(r"[^\W\d_]{3,}")


class Identifier(NamedTuple):
    """One identifier of an original: what it says, its class, whose it is. ``is_strong``: whoever's file it is found
    in.
    """

    text: str
    kind: str
    patient: str
    is_strong: bool
    stored: bytes = b""  # as it stood in the file, for character sets that Python writes in another way


class Match(NamedTuple):
    """A known identifier in bytes: where, and which."""

    start: int
    stop: int
    identifier: Identifier
    is_wide: bool


def of_name(name: str, patient: str, stored: bytes = b"") -> Iterator[Identifier]:
    """Yield a person's name in the orders that people write, and its parts."""
    if is_dummy(name):
        return
    for group in name.split("="):
        parts = [part.strip() for part in group.split("^") if part.strip() and not is_dummy(part)]
        whole = group.strip("^ ")
        if len(whole) >= SHORTEST and len(parts) > 1:
            family, given = parts[0], parts[1]
            pairs = ((family, given), (given, family))
            spaced = (
                f"{one}{between}{other}" for one, other in pairs for between in (" ", "_", ".", "-", "", ", ", ",")
            )
            for form in (whole, *spaced):
                yield Identifier(form, "person", patient, is_strong=True)
        for part in parts:
            words = {part} if any(letter.isdigit() for letter in part) else {part, *_PART.findall(part)}
            for word in words - {
                each for each in words if is_dummy(each) or (each.isdigit() and len(each) <= SHORTEST)
            }:
                if len(word) >= _SHORTEST_PART or (not word.isascii() and len(word) > 1):
                    yield Identifier(word, "person", patient, is_strong=False)
    for raw in re.split(rb"[\^=]", stored):
        if len(raw.strip()) >= SHORTEST and not raw.isascii():
            yield Identifier("", "person", patient, is_strong=True, stored=raw.strip())


def of_date(day: str, patient: str) -> Iterator[Identifier]:
    """Yield a date, YYYYMMDD, as people write it. Which of 03/04 is the month does not matter: both are told."""
    year, month, place = day[:4], day[4:6], day[6:8]
    if not (len(day) == 8 and day.isdecimal() and 1 <= int(month) <= 12) or is_dummy(day):
        return
    name = _MONTHS[int(month) - 1]
    numbers = [(year, month, place), (place, month, year), (month, place, year)]
    numbers += [(each.lstrip("0") for each in some) for some in numbers]  # type: ignore[misc]
    forms = {day, *(between.join(some) for some in map(tuple, numbers) for between in "-/.")}
    forms |= {
        f"{each}{between}{name}{between}{year}" for each in (place, place.lstrip("0")) for between in (" ", "-", "")
    }
    forms |= {f"{name} {place.lstrip('0')}, {year}", f"{name} {place.lstrip('0')} {year}"}
    for form in forms:
        yield Identifier(form, "date", patient, is_strong=False)


def of_text(text: str, kind: str, patient: str) -> Iterator[Identifier]:
    """Yield an ID, a place or a UID, if it is long enough to be looked for; one plain word only counts for its
    patient.
    """
    if (
        len(text) < SHORTEST
        or is_dummy(text)
        or re.fullmatch(r"0*\d{1,3}", text)
        or text in _VAGUE
        or len(set(text)) == 1
    ):
        return
    is_strong = len(text) > SHORTEST and (any(letter.isdigit() for letter in text) or len(text.split()) > 1)
    yield Identifier(text, kind, patient, is_strong)


class Search:
    """All known identifiers, ready to be found in bytes. One pass finds them all (Aho-Corasick)."""

    def __init__(self, identifiers: Iterable[Identifier]) -> None:
        patterns: dict[bytes, tuple[set[Identifier], bool]] = {}
        self.count = 0
        for identifier in set(identifiers):
            self.count += 1
            for pattern, is_wide in _written(identifier):
                patterns.setdefault(pattern, (set(), is_wide))[0].add(identifier)
        self._patterns = list(patterns)
        self._owners = [tuple(sorted(owners)) for owners, _ in patterns.values()]
        self._wide = [is_wide for _, is_wide in patterns.values()]
        self._automaton = _automaton(self._patterns) if patterns else None

    def find(self, data: bytes, patient: str | None) -> Iterator[Match]:
        """Yield the known identifiers in bytes; ``patient`` is whose file it is, None if that is not known."""
        if self._automaton is None:
            return
        folded = data.lower()
        for index, start, stop in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            owner = next((each for each in self._owners[index] if each.is_strong or each.patient == patient), None)
            if owner is not None and (self._wide[index] or _is_whole(folded, start, stop)):
                yield Match(start, stop, owner, self._wide[index])


def is_by_chance(match: Match) -> bool:
    """Tell if bytes of pixels may say this without meaning it."""
    length = match.stop - match.start
    if match.is_wide:
        return length < _LONG_WIDE_IN_PIXELS
    return length < _LONG_IN_PIXELS or not any(letter.isalpha() for letter in match.identifier.text)


def _automaton(patterns: list[bytes]) -> Any:
    try:
        from ahocorasick_rs import BytesAhoCorasick
    except ImportError:
        raise UsageError("--original", "needs the package ahocorasick-rs", "install it") from None
    return BytesAhoCorasick(patterns)


def _written(identifier: Identifier) -> Iterator[tuple[bytes, bool]]:
    """Yield an identifier in each encoding, folded as the bytes are that it is looked for in: ASCII letters small."""
    if identifier.stored:
        yield identifier.stored.lower(), False
    text = identifier.text
    if not text:
        return
    forms = {text} if text.isascii() else {text, text.lower(), text.upper(), text.title()}
    for form in forms:
        for codec in _CODECS:
            if form.isascii() and codec not in ("latin-1", "utf-16-le", "utf-16-be"):
                continue
            try:
                yield form.encode(codec).lower(), codec.startswith("utf-16")
            except UnicodeEncodeError:
                continue


def _is_whole(data: bytes, start: int, stop: int) -> bool:
    """Tell if a match is no part of a longer word or number; ``data`` is folded."""
    before, after = data[start - 1 : start] if start else b"", data[stop : stop + 1]
    if _same_word(before, data[start : start + 1]) or _same_word(after, data[stop - 1 : stop]):
        return False
    if data[start : start + 1].isdigit() and before == b"." and data[start - 2 : start - 1].isdigit():
        return False  # the fraction of a number, a part of a UID
    return not (data[stop - 1 : stop].isdigit() and after == b"." and data[stop + 1 : stop + 2].isdigit())


def _same_word(neighbour: bytes, own: bytes) -> bool:
    return neighbour.isalnum() and own.isalnum() and neighbour.isalpha() == own.isalpha()
