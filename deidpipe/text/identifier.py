"""What an identifier that was met in a Data Set is hunted by: words, numbers and abbreviations made from it.

Decided: a part of a name or of an institution that is a word of the clinic or of plain language ("Long", "Head",
"Dixon", "General") is not hunted alone, because it would take legitimate words; together with another part it is.
"""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from deidpipe.text.fold import folded, squeezed
from deidpipe.text.span import Kind
from deidpipe.text.vocabulary import Standing, is_name, standing

_WORDS = re.compile(r"[^\W\d_]+")
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)")
_GROUPS, _COMPONENTS = "=", "^"
_FAMILY, _GIVEN, _MIDDLE = range(3)
_SHORTEST_WORD, _SHORTEST_PLACE, _SHORTEST_NUMBER, _SHORTEST_PHRASE = 3, 4, 5, 6
_SHORTEST_ACRONYM = 3
_LONGEST_INITIALS = 4
_MANY_DIGITS = 7
_FEW_WORDS = 2
_HOUSE = re.compile(r"hospi|clinic|klini|cent(er|re)|institut|universi|ospedal|krank", re.IGNORECASE)
_LEAST_VARIED = 2
_LONG_PHRASE = 10
_MAKERS = re.compile(
    r"\b(GE|GEMS|Siemens|Philips|Toshiba|Canon|Hitachi|Fuji\w*|Agfa|Kodak|Carestream|Hologic|Varian|Elekta|systems?)\b",
    re.IGNORECASE,
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "ß": "ss"})
_SMALL_WORDS = frozenset({"of", "and", "the", "for", "de", "der", "des", "du", "und", "et", "la", "le", "di", "y", "e"})
_BY_NAME = frozenset({Kind.PERSON})
_BY_PHRASE = frozenset({Kind.INSTITUTION, Kind.ADDRESS})


class Identifier(NamedTuple):
    """A value that identifies, as it stands in a Data Set, decoded; ``is_own``: the patient's, not of staff or site."""

    kind: Kind
    value: str
    is_own: bool = False


class Form(StrEnum):
    """How a hunted text is compared."""

    WORD = "word"  # folded, as a whole word
    SQUEEZED = "squeezed"  # folded, without separators in between, not within a longer word or number
    TOKEN = "token"  # noqa: S105  # as written in capitals, as a whole word
    INITIALS = "initials"  # as written in capitals, after a word such as "by", or beside another identifier
    WEAK = "weak"  # folded, as a whole word, after a word such as "by", or beside another identifier
    OWN = "own"  # the same, and in all but clinical phrases: a name of the patient that is a common word too


class Hunted(NamedTuple):
    """One text to look for."""

    form: Form
    text: str
    kind: Kind


def hunted(identifier: Identifier) -> Iterator[Hunted]:
    """Yield what to look for where an identifier might stand."""
    if identifier.kind in _BY_NAME:
        for group in identifier.value.split(_GROUPS):
            yield from _name(group, is_own=identifier.is_own)
    elif identifier.kind in _BY_PHRASE:
        yield from _phrase(identifier)
    elif identifier.kind is Kind.DATE:
        yield from _date(identifier.value)
    else:
        yield from _number(identifier)


def is_telling(word: str) -> bool:
    """Tell if a word may be hunted alone: it is neither of the clinic nor of plain language."""
    return not standing(word) & (Standing.CLINICAL | Standing.PLAIN)


def is_ideographic(text: str) -> bool:
    """Tell if a text is written without spaces between its words, so that two characters may be a whole name."""
    return any("\u3040" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7a3" for character in text)


def _name(group: str, *, is_own: bool) -> Iterator[Hunted]:
    components = [part.strip() for part in group.split(_COMPONENTS)][: _MIDDLE + 1]
    if len([part for part in components if part]) == 1:  # no carets: "Wilson, Amy" or "AMY WILSON"
        components = [part for part in re.split(r"[,\s]+", next(part for part in components if part)) if part]
    parts = [part for part in components if part]
    if not parts or len(set(squeezed(group))) < _LEAST_VARIED:  # "XXXX^XXXX" names nobody
        return
    if any(character.isdigit() for character in group):
        yield from _number(Identifier(Kind.PERSON, group.replace(_COMPONENTS, " ")))
        return
    words = [word for part in parts for word in _WORDS.findall(part)]
    if not any(is_telling(word) or is_name(word) for word in words):
        return  # "Unknown", "Test^Patient"
    for word in words:
        if is_ideographic(word):
            if len(word) > 1:
                yield Hunted(Form.SQUEEZED, folded(word), Kind.PERSON)
            else:  # a surname of one character counts where it stands as a word of its own
                yield Hunted(Form.OWN if is_own else Form.WEAK, folded(word), Kind.PERSON)
        elif len(word) >= _SHORTEST_WORD:
            common = Form.OWN if is_own and is_name(word) else Form.WEAK
            for spelling in _spellings(word):
                yield Hunted(Form.WORD if is_telling(spelling) else common, folded(spelling), Kind.PERSON)
    yield from _together(parts)
    initials = "".join(word[0].upper() for word in words)
    if not is_ideographic(group) and 1 < len(initials) <= _LONGEST_INITIALS:
        for letters in {initials, initials[1:] + initials[0], initials[::-1], _first_letters(parts)}:
            yield Hunted(Form.INITIALS, letters, Kind.INITIALS)


def _spellings(word: str) -> Iterator[str]:
    """Yield a word as it is, and with its umlauts as two letters; or those that may be umlauts as one."""
    yield word
    two_letters = word.lower().translate(_UMLAUTS)
    one_letter = re.sub("([aou])e", r"\1", two_letters)
    yield from (other for other in {two_letters, one_letter} - {word.lower()} if len(other) >= _SHORTEST_PLACE)


def _together(parts: list[str]) -> Iterator[Hunted]:
    """Yield names in one: family and given name in either order, initials instead of given names."""
    joined: set[str] = set()
    if len(parts) == 1:
        if is_telling(parts[0]):
            yield from _number(Identifier(Kind.PERSON, parts[0]))
        return
    for one in parts:
        for other in parts:
            if one is not other:
                joined.add(squeezed(one + other))
                if len(one) >= _SHORTEST_WORD and is_telling(one):
                    joined |= {squeezed(one + other[0]), squeezed(other[0] + one)}
    joined |= {squeezed("".join(parts)), squeezed("".join((*parts[1:], parts[0])))}
    for text in joined:
        if len(text) >= _SHORTEST_NUMBER or (is_ideographic(text) and len(text) > 1):
            yield Hunted(Form.SQUEEZED, text, Kind.PERSON)


def _first_letters(parts: list[str]) -> str:
    return (parts[1][0] + parts[0][0] if len(parts) > 1 else parts[0][:2]).upper()


def _phrase(identifier: Identifier) -> Iterator[Hunted]:
    kind = identifier.kind
    for part in re.split(r"[,;\n\r]", identifier.value):
        text = squeezed(part)
        words = _WORDS.findall(part)
        telling = [word for word in words if is_telling(word)]
        is_house = len(words) > _FEW_WORDS and _HOUSE.search(part) is not None
        is_house = is_house or (len(words) > 1 and len(text) >= _LONG_PHRASE and not _MAKERS.search(part))
        is_some = telling or is_house or any(map(str.isdigit, text))
        if is_some and len(text) >= _SHORTEST_PHRASE:
            yield Hunted(Form.SQUEEZED, text, kind)
        for word in words:
            if word not in telling:
                if len(word) >= _SHORTEST_PLACE:
                    yield Hunted(Form.WEAK, folded(word), kind)
            elif len(word) >= _SHORTEST_PLACE or (is_ideographic(word) and len(word) > 1):
                yield Hunted(Form.WORD, folded(word), kind)
        letters = "".join(word[0] for word in words if word.lower() not in _SMALL_WORDS).upper()
        if kind is Kind.INSTITUTION and len(letters) > 1:
            form = Form.TOKEN if len(letters) >= _SHORTEST_ACRONYM and is_telling(letters) else Form.INITIALS
            yield Hunted(form, letters, kind)
            everything = "".join(word[0] for word in words).upper()
            if everything != letters and is_telling(everything):
                yield Hunted(form, everything, kind)
    for code in re.findall(r"\b(?=\w*\d)\w{5,10}\b", identifier.value):
        yield Hunted(Form.SQUEEZED, folded(code), Kind.POSTCODE if kind is Kind.ADDRESS else kind)


def _date(value: str) -> Iterator[Hunted]:
    found = _DATE.match(value)
    if found:
        year, month, day = found.groups()
        for whole in (year + month + day, day + month + year, month + day + year):
            yield Hunted(Form.SQUEEZED, whole, Kind.DATE)
        for short in (year[2:] + month + day, day + month + year[2:], month + day + year[2:]):
            yield Hunted(Form.WORD, short, Kind.DATE)
        bare_day, bare_month = str(int(day)), str(int(month))
        for one, other in ((bare_day, bare_month), (bare_month, bare_day), (day, month), (month, day)):
            for mark in "/.-":
                for written in (year, year[2:]):
                    yield Hunted(Form.WORD, mark.join((one, other, written)), Kind.DATE)


def _number(identifier: Identifier) -> Iterator[Hunted]:
    kind = identifier.kind
    text = squeezed(identifier.value)
    has_digit = any(map(str.isdigit, text))
    is_word = identifier.value.strip().isalpha() and is_telling(text)
    if len(text) >= _SHORTEST_NUMBER and (has_digit or is_word):
        yield Hunted(Form.SQUEEZED, text, kind)
        bare = text.lstrip("0")
        if bare != text and len(bare) >= _SHORTEST_NUMBER:
            yield Hunted(Form.SQUEEZED, bare, kind)
    elif len(text) == _SHORTEST_NUMBER - 1 and has_digit and not text.isdigit():
        yield from (Hunted(Form.WORD, form, kind) for form in {text, folded(identifier.value.strip())})
    if kind is Kind.TELEPHONE and len(text) > _MANY_DIGITS and text.isdigit():
        yield Hunted(Form.SQUEEZED, text[-_MANY_DIGITS:], kind)
    if kind in (Kind.PERSON, Kind.RECORD_NUMBER):
        for part in re.split(r"[\s^_/-]+", identifier.value):
            if len(part) > _SHORTEST_PHRASE and sum(map(str.isdigit, part)) >= _SHORTEST_NUMBER:
                yield Hunted(Form.SQUEEZED, squeezed(part), kind)


def all_hunted(identifiers: Iterable[Identifier]) -> frozenset[Hunted]:
    """Return what to look for where any of the identifiers might stand."""
    return frozenset(each for identifier in identifiers for each in hunted(identifier))
