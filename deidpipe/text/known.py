"""What is known of a patient, the staff and the site, hunted in every text."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from deidpipe.text.fold import Folded, fold, folded, squeeze
from deidpipe.text.identifier import Form, Hunted, is_ideographic, is_telling
from deidpipe.text.phrases import clinical_phrases
from deidpipe.text.span import Kind, Span
from deidpipe.text.vocabulary import Standing, standing

_CUE = re.compile(
    r"(?<![^\W_])(?:by|for|from|at|per|drs?|doctor|prof|ref|tech|rt|rad|md|rn|to|initials|oper|operator|mrs?|ms|miss|pt|"
    r"pat|patient|name|herr|frau|mme|mlle|sra?|srta|sig|signora|dhr|mevr|pan|pani|fru|von|par|pour|por|para|von|für|til|"
    r"per|na|w|dla|врач|для|από|of|regards|thanks|sincerely|grüßen|grüße|cordialement|saludos|mvg|hälsningar)[.,:#]*[\s_]*$",
    re.IGNORECASE,
)
_IN_CUE = re.compile(rf"(?:{_CUE.pattern})|(?<![^\W_])(?:in|im|en|à|dans|seen|ward|dept)[.:#]*[\s_]*$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST_CUE, _NEAR = 16, 3
_LONGEST_INITIALS = 4
_ONE_WORD = frozenset({Kind.PERSON, Kind.INSTITUTION, Kind.ADDRESS})
_NOTHING_BETWEEN = re.compile(r"[\s,._^:;()#/-]*")
_BY = "known"


class Known:
    """Identifiers that were met in the collection, ready to be found in a text.

    ``shared`` has those of the whole collection; these are of one patient.
    """

    def __init__(self, hunted: Iterable[Hunted] = (), shared: "Known | None" = None) -> None:
        by_form: dict[Form, dict[str, Kind]] = {form: {} for form in Form}
        for form, text, kind in sorted(hunted):
            by_form[form].setdefault(text, kind)
        self._words, self._squeezed = _Hunt(by_form[Form.WORD]), _Hunt(by_form[Form.SQUEEZED])
        self._tokens, self._initials = by_form[Form.TOKEN], by_form[Form.INITIALS]
        self._own = by_form[Form.OWN]
        self._weak = by_form[Form.WEAK] | self._own
        self._circles = (self,) if shared is None else (shared, self)

    def spans(self, text: str, beside: Sequence[Span] = ()) -> list[Span]:
        """Return where a known identifier stands in a text; spans may overlap.

        ``beside`` are spans that were found otherwise: a short name beside one of them counts.
        """
        if not text:
            return []
        form = fold(text)
        without = squeeze(form)
        strong = [span for circle in self._circles for span in circle._strong(text, form, without)]
        if strong:
            strong = _outside_phrases(strong, text)
        weak = [span for circle in self._circles for span in circle._short(text)]
        return strong + _accepted(weak, [*strong, *beside], text) if weak else strong

    def _strong(self, text: str, form: Folded, without: Folded) -> Iterator[Span]:
        """Yield what counts wherever it stands."""
        for hunt, where in ((self._words, form), (self._squeezed, without)):
            for start, stop, kind in hunt.found(where, text):
                yield Span(start, stop, kind, _BY)
        if self._tokens:
            for word in _WORD.finditer(text):
                if word[0] in self._tokens:
                    yield Span(word.start(), word.end(), self._tokens[word[0]], _BY)

    def _short(self, text: str) -> Iterator[Span]:
        """Yield what counts only where something says so: initials, and names that are common words too.

        ``certain`` tells if it counts as it stands.
        """
        if not self._weak and not self._initials:
            return
        phrases: list[tuple[int, int]] | None = None
        for word in _WORD.finditer(text):
            letters = word[0]
            if len(letters) <= _LONGEST_INITIALS and letters in self._initials:
                is_alone = letters == text.strip() and is_telling(letters)
                yield Span(word.start(), word.end(), self._initials[letters], _BY, certain=is_alone)
            if self._weak and (name := folded(letters)) in self._weak:
                counts = False
                if name in self._own and not letters.islower():
                    phrases = list(clinical_phrases(text)) if phrases is None else phrases
                    counts = not _is_within(word.start(), word.end(), phrases) and _stands_out(word, text)
                yield Span(word.start(), word.end(), self._weak[name], _BY, certain=counts)


def _accepted(weak: Sequence[Span], strong: Sequence[Span], text: str) -> list[Span]:
    """Return those of the weak spans that count: as they stand, after a cue, or beside one that counts."""
    taken: list[Span] = []
    waiting = list(weak)
    grows = True
    while grows and waiting:
        grows = False
        for span in list(waiting):
            cue = _IN_CUE if span.kind is Kind.INSTITUTION else _CUE
            is_announced = cue.search(text, max(span.start - _LONGEST_CUE, 0), span.start) is not None
            if span.certain or is_announced or _is_beside(span, (*strong, *taken), text):
                taken.append(span._replace(certain=True))
                waiting.remove(span)
                grows = True
    return taken


def _is_beside(span: Span, others: Sequence[Span], text: str) -> bool:
    """Tell if a short name stands beside something that counts; initials that mean something else, behind a number."""
    if span.kind is Kind.INSTITUTION:
        return False
    if span.kind is Kind.INITIALS and not is_telling(text[span.start : span.stop]):
        others = [other for other in others if other.kind is Kind.RECORD_NUMBER and other.stop <= span.start]
    return any(_are_near(span, other, text) for other in others)


def _are_near(one: Span, other: Span, text: str) -> bool:
    first, second = sorted((one, other))
    return second.start - first.stop <= _NEAR and bool(_NOTHING_BETWEEN.fullmatch(text, first.stop, second.start))


def _stands_out(word: re.Match[str], text: str) -> bool:
    """Tell if a common word is written as a name: it names nothing else, or it alone begins with a capital."""
    if not standing(word[0]) & Standing.PLAIN or is_ideographic(word[0]):
        return True
    others = [other[0] for other in _WORD.finditer(text) if other.start() != word.start()]
    return bool(word.start()) and word[0].istitle() and not any(other.istitle() for other in others[1:])


def _outside_phrases(spans: list[Span], text: str) -> list[Span]:
    """Leave out single words that stand in a clinical phrase: "Foley catheter" of a patient of Dr. Foley."""
    phrases = list(clinical_phrases(text))
    if not phrases:
        return spans
    return [
        span
        for span in spans
        if span.kind not in _ONE_WORD
        or not text[span.start : span.stop].isalpha()
        or not _is_within(span.start, span.stop, phrases)
    ]


def _is_within(start: int, stop: int, taken: Sequence[tuple[int, int]]) -> bool:
    return any(first <= start and stop <= after for first, after in taken)


class _Hunt:
    """Texts looked for in one pass."""

    def __init__(self, texts: Mapping[str, Kind]) -> None:
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
