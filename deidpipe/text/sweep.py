"""Known identifiers hunted over bytes, in every encoding: the last look at a finished file.

Two searches, because chance plays a part: in the Data Set short texts are found too, as whole words; in bulk values
(pixels, documents), where any few bytes come by chance, only long ones, wherever they stand.

Decided: Aho-Corasick over few texts at a time, because up to 48 of them are compared side by side by the processor,
ten times faster than more at once.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from deidpipe.text.fold import squeezed
from deidpipe.text.identifier import Identifier, is_ideographic, is_telling
from deidpipe.text.span import Kind

_AT_ONCE = 48
_MANY = 480  # from here on one search for all is faster
_SHORTEST, _SHORTEST_NUMBER, _SHORTEST_IN_BULK = 4, 6, 7
_FEW = 3  # letters of an abbreviation
_LEAST_VARIED = 4  # different bytes; a run of equal pixels is no name
_ENCODINGS = ("latin-1", "utf-8", "utf-16-le")
_EAST = ("iso2022_jp", "shift_jis", "euc_kr", "gb18030")


class _Search(Protocol):
    def find_matches_as_indexes(self, haystack: bytes) -> list[tuple[int, int, int]]: ...


class Sweep:
    """What may not stand in the released files of a patient."""

    def __init__(self, identifiers: Iterable[Identifier] = (), shared: "Sweep | None" = None) -> None:
        self._shared = shared
        texts = sorted({text for identifier in identifiers for text in _texts(identifier)})
        wanted = sorted({each for text in texts for each in _in_bytes(text)})
        self._in_data_set = _searches(wanted)
        as_written = sorted({each for text in texts for each in _as_written(text)})
        self._in_bulk = _searches([text for text in as_written if is_no_chance(text)])

    def in_data_set(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Yield where in the bytes of a Data Set an identifier stands, as a whole word."""
        if self._shared is not None:
            yield from self._shared.in_data_set(data)
        folded = data.lower() if self._in_data_set else data
        for search in self._in_data_set:
            for _, start, stop in search.find_matches_as_indexes(folded):
                if _is_whole(data, start, stop):
                    yield start, stop

    def in_bulk(self, data: bytes) -> bool:
        """Tell if an identifier stands anywhere in bulk bytes."""
        if self._shared is not None and self._shared.in_bulk(data):
            return True
        return any(search.find_matches_as_indexes(data) for search in self._in_bulk)


def is_no_chance(text: bytes) -> bool:
    """Tell if bytes are too many, and too different, to stand in pixels by chance."""
    told = text.replace(b"\0", b"")
    return len(told) >= _SHORTEST_IN_BULK and len(set(told)) >= _LEAST_VARIED


def _texts(identifier: Identifier) -> Iterator[str]:
    """Yield the texts that stand for an identifier in a file, as they may be written."""
    kind, value = identifier.kind, identifier.value
    if kind is Kind.DATE:
        return  # a date moved by some days may well be another one of the same patient
    if kind is Kind.PERSON:
        for group in value.split("="):
            parts = [part for component in group.split("^") for part in component.split()]
            yield from (part for part in parts if _is_distinct(part))
            if any(map(_tells, parts)):
                yield from (joined.join(parts) for joined in " ^," if len(parts) > 1)
    elif kind in (Kind.INSTITUTION, Kind.ADDRESS):
        lines = [part.strip() for part in value.splitlines()]
        yield from (line for line in lines if any(_tells(word) for word in line.split() if len(word) > _FEW))
    else:
        for form in {value.strip(), squeezed(value).upper()}:
            if len(form) >= _SHORTEST_NUMBER and (any(map(str.isdigit, form)) or _tells(form)):
                yield form


def _is_distinct(word: str) -> bool:
    if is_ideographic(word):
        return len(word) > 1
    return len(word) >= _SHORTEST and _tells(word)


def _tells(word: str) -> bool:
    """Tell if a word names somebody: it has letters or digits, not all the same, and is no word of the clinic."""
    return len(set(filter(str.isalnum, word))) > 1 and is_telling(word)


def _in_bytes(text: str) -> Iterator[bytes]:
    """Yield a text in every encoding, its ASCII bytes in lower case, as the bytes that are searched are made."""
    return (each.lower() for each in _as_written(text))


def _as_written(text: str) -> Iterator[bytes]:
    """Yield a text in every encoding and every way of writing it, for bulk values, which are not folded."""
    for form in {text, text.upper(), text.lower(), text.title()}:
        for encoding in _ENCODINGS if form.isascii() or not is_ideographic(form) else (*_ENCODINGS, *_EAST):
            try:
                found = form.encode(encoding)
            except UnicodeEncodeError:
                continue
            yield found.removeprefix(b"\x1b$B").removesuffix(b"\x1b(B")


def _searches(texts: Sequence[bytes]) -> list[_Search]:
    if not texts:
        return []
    from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

    if len(texts) > _MANY:
        return [BytesAhoCorasick(texts, matchkind=MatchKind.LeftmostFirst, implementation=Implementation.DFA)]
    parts = [texts[at : at + _AT_ONCE] for at in range(0, len(texts), _AT_ONCE)]
    return [BytesAhoCorasick(part, matchkind=MatchKind.LeftmostFirst) for part in parts]


def _is_whole(data: bytes, start: int, stop: int) -> bool:
    """Tell if neither end cuts through a word or a number, in an encoding of one byte or of two."""
    step = 2 if 0 in data[start : start + 2] else 1
    before, first = data[max(start - 2 * step, 0) : start], data[start : start + step]
    last, after = data[stop - step : stop], data[stop : stop + 2 * step]
    return not _go_on(first, before[-step:], before[:-step]) and not _go_on(last, after[:step], after[step:])


def _go_on(end: bytes, beside: bytes, beyond: bytes) -> bool:
    """Tell if a word or number goes on at one of its ends; a point within digits is one of a number or a UID."""
    end, beside, beyond = end.strip(b"\0"), beside.strip(b"\0"), beyond.strip(b"\0")
    if end.isdigit():
        return beside.isdigit() or (beside == b"." and beyond.isdigit())
    return end.isalpha() and beside.isalpha()


NO_SWEEP = Sweep()
