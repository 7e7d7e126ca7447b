"""The one function that says what in a text identifies: what is known, what has the form of an identifier, words."""

import re
from collections.abc import Iterable
from enum import Enum, auto

from deidpipe.text.known import NOTHING_KNOWN, Known
from deidpipe.text.recognizers import RECOGNIZERS
from deidpipe.text.span import Kind, Span
from deidpipe.text.words import names

_PLAIN_BY_FORM = frozenset({Kind.EMAIL, Kind.URL, Kind.TELEPHONE, Kind.PERSON, Kind.INSTITUTION, Kind.DATE, Kind.AGE})


_ANNOUNCED = frozenset({Kind.PERSON, Kind.INITIALS, Kind.INSTITUTION, Kind.RECORD_NUMBER, Kind.DATE, Kind.ADDRESS})
_LONGEST_CUE = 24
_CUE = re.compile(
    r"(?<![^\W_])((?:for|by|from|at|of|per|to|on|dr|drs|doctor|prof|ref|mr|mrs|ms|miss|pt|pat|patient|name|tech|operator|"
    r"physician|dated?|id|no|nr)[.:#]*(?:\s*(?:dr|mr|mrs|ms|prof|id|no|nr)[.:#]*)*)[\s_]*$",
    re.IGNORECASE,
)


class Reading(Enum):
    """What kind of text it is."""

    SENTENCE = auto()  # people write there: descriptions, comments, reports
    LABEL = auto()  # mostly machines do: a number alone is no patient's, a strange word is a setting


def find(text: str, known: Known = NOTHING_KNOWN, reading: Reading = Reading.SENTENCE) -> tuple[Span, ...]:
    """Return the spans of a text that identify, in order, none overlapping another."""
    if not text or text.isspace():
        return ()
    found = by_form(text)
    if reading is Reading.LABEL:
        found = [span for span in found if span.certain and (span.cue >= 0 or span.kind in _PLAIN_BY_FORM)]
    found += known.spans(text, found)
    return tuple(_with_cue(span, text) for span in _apart(found)) if found else ()


def by_form(text: str) -> list[Span]:
    """Return what is found without knowing anybody; spans may overlap."""
    return [span for recognizer in RECOGNIZERS for span in recognizer(text)] + list(names(text))


def _with_cue(span: Span, text: str) -> Span:
    """Return a span with the small word that announces it, which says nothing without it."""
    if span.cue >= 0 or not span.certain or span.kind not in _ANNOUNCED:
        return span
    found = _CUE.search(text, max(span.start - _LONGEST_CUE, 0), span.start)
    return span._replace(cue=found.start(1)) if found else span


def _apart(found: Iterable[Span]) -> tuple[Span, ...]:
    """Join what overlaps. What is certain counts; a doubtful span that meets a certain one adds nothing."""
    certain: list[Span] = []
    for span in sorted(span for span in found if span.certain):
        if certain and span.start < certain[-1].stop:
            certain.append(_joined(certain.pop(), span))
        else:
            certain.append(span)
    apart = list(certain)
    for span in sorted(span for span in found if not span.certain):
        if not any(span.start < other.stop and other.start < span.stop for other in apart):
            apart.append(span)
    return tuple(sorted(apart))


def _joined(one: Span, other: Span) -> Span:
    """Return the span that covers both; its kind is that of the longer one."""
    longer = max(one, other, key=lambda span: span.stop - span.start)
    cues = [span.cue for span in (one, other) if span.cue >= 0]
    return longer._replace(
        start=min(one.start, other.start), stop=max(one.stop, other.stop), cue=min(cues) if cues else -1
    )
