"""What is known of a patient, the staff and the site, hunted in every text."""

import re
from collections.abc import Iterable, Iterator

from deidpipe.text.fold import Folded, fold, squeeze
from deidpipe.text.identifier import Form, Hunted, is_ideographic, is_telling
from deidpipe.text.span import Kind, Span

_CUE = re.compile(
    r"(?:(?<=\s)|^|(?<=[_/(,;:]))"
    r"((?:(?:performed|ordered|read|done|scanned|signed|reviewed|referred|requested|reported)\s+)?"
    r"(?:by|for|from|at|per|dr|drs|ref|refer|tech|rt|rad|md|to|initials|op|oper|operator)[.:]*)[\s_]*$",
    re.IGNORECASE,
)
_CUE_WORD = re.compile(r"\S+$")
_BY = "known"


class Known:
    """Identifiers that were met in the collection, ready to be found in a text.

    ``shared`` has those of the whole collection; these are of one patient.
    """

    def __init__(self, hunted: Iterable[Hunted] = (), shared: "Known | None" = None) -> None:
        self._shared = shared
        by_form: dict[Form, dict[str, Kind]] = {form: {} for form in Form}
        for form, text, kind in sorted(hunted):
            by_form[form].setdefault(text, kind)
        self._words, self._squeezed = _Hunt(by_form[Form.WORD]), _Hunt(by_form[Form.SQUEEZED])
        self._tokens, self._initials = by_form[Form.TOKEN], by_form[Form.INITIALS]

    def spans(self, text: str) -> Iterator[Span]:
        """Yield where a known identifier stands in a text; spans may overlap."""
        if not text:
            return
        form = fold(text)
        yield from self._in_form(text, form, squeeze(form))

    def _in_form(self, text: str, form: Folded, without: Folded) -> Iterator[Span]:
        if self._shared is not None:
            yield from self._shared._in_form(text, form, without)
        for hunt, where in ((self._words, form), (self._squeezed, without)):
            for start, stop, kind in hunt.found(where, text):
                yield Span(start, stop, kind, _BY)
        if self._tokens or self._initials:
            yield from self._short(text)

    def _short(self, text: str) -> Iterator[Span]:
        """Yield abbreviations and initials, which are found as they are written, in capitals."""
        for word in re.finditer(r"(?<![^\W_])[A-Z]{2,12}(?![^\W_])", text):
            letters = word[0]
            kind = self._tokens.get(letters) or self._initials.get(letters)
            if kind is None:
                continue
            cue = _CUE.search(text, 0, word.start())
            if letters in self._tokens or cue or (letters == text.strip() and is_telling(letters)):
                yield Span(word.start(), word.end(), kind, _BY, cue=_last_word(cue) if cue else -1)


def _last_word(cue: re.Match[str]) -> int:
    """Return where the last word of a cue begins: "performed by" keeps its verb, which tells what was done."""
    found = _CUE_WORD.search(cue[1])
    return cue.start(1) + (found.start() if found else 0)


class _Hunt:
    """Texts looked for in one pass."""

    def __init__(self, texts: dict[str, Kind]) -> None:
        self._texts, self._kinds = list(texts), list(texts.values())
        self._open = [is_ideographic(text) for text in self._texts]  # no space need stand around them
        self._numeric = [text.isdigit() for text in self._texts]
        self._automaton = None
        if texts:
            from ahocorasick_rs import AhoCorasick

            self._automaton = AhoCorasick(self._texts)

    def found(self, where: Folded, original: str) -> Iterator[tuple[int, int, Kind]]:
        """Yield start, stop and kind, in the original, of each text that stands there as a whole."""
        if self._automaton is None:
            return
        for number, start, stop in self._automaton.find_matches_as_indexes(where.text, overlapping=True):
            first, after = where.origin(start, stop)
            if self._numeric[number] and "," in original[first:after]:
                continue  # a list of numbers
            if self._open[number] or _is_whole(original, first, after):
                yield first, after, self._kinds[number]


def _is_whole(text: str, start: int, stop: int) -> bool:
    """Tell if neither end cuts through a word or a number."""
    return not (start and _go_on(text[start - 1], text[start])) and not (
        stop < len(text) and _go_on(text[stop - 1], text[stop])
    )


def _go_on(one: str, other: str) -> bool:
    if one.isdigit() or other.isdigit():
        return one.isdigit() and other.isdigit()
    if one.islower() and other.isupper():  # camelCase
        return False
    return one.isalpha() and other.isalpha()


NOTHING_KNOWN = Known()
