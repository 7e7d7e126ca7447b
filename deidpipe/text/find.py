"""The one function that says what in a text identifies: what is known, what has the form of an identifier, words."""

import re
from collections.abc import Iterable
from enum import Enum, auto

from deidpipe.text.known import NOTHING_KNOWN, Known
from deidpipe.text.recognizers import RECOGNIZERS
from deidpipe.text.span import Kind, Span
from deidpipe.text.words import names

_NUMBERS = frozenset({Kind.RECORD_NUMBER, Kind.NATIONAL_NUMBER, Kind.POSTCODE, Kind.LICENCE, Kind.UID})
_ANNOUNCED = frozenset({Kind.PERSON, Kind.INITIALS, Kind.INSTITUTION, Kind.RECORD_NUMBER, Kind.DATE, Kind.ADDRESS})
_LONGEST_CUE = 24
_LABEL_WORDS = 3
_SMALL_WORDS = (
    "for by from at of per to on in dr drs doctor prof professor mr mrs ms miss pt herr herrn frau hr fr mme mlle m "
    "monsieur madame docteur sr sra srta dra sig signor signora dott dottssa dhr mevr mw von vom bei für par pour le "
    "la por para da do de del di door voor van med dent univ habil врач доктор д-р г-н г-жа для из w na przez the and"
)
_SMALL = frozenset(_SMALL_WORDS.split())
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
        found = [span for span in found if span.certain and (span.cue >= 0 or span.kind not in _NUMBERS)]
    found += known.spans(text, found)
    return tuple(_with_cue(span, text) for span in _apart(found)) if found else ()


def by_form(text: str) -> list[Span]:
    """Return what is found without knowing anybody; spans may overlap."""
    return [span for recognizer in RECOGNIZERS for span in recognizer(text)] + list(names(text))


def _with_cue(span: Span, text: str) -> Span:
    """Return a span with the small word that announces it, which says nothing without it."""
    if span.cue >= 0:
        return span._replace(cue=_least(text, span.cue, span.start))
    if not span.certain or span.kind not in _ANNOUNCED:
        return span
    found = _CUE.search(text, max(span.start - _LONGEST_CUE, 0), span.start)
    return span._replace(cue=found.start(1)) if found else span


def _least(text: str, cue: int, start: int) -> int:
    """Return where a cue begins that says nothing without its identifier: small words, titles, a label with its colon.

    What else stands in a cue tells what was done ("performed by", "comparison from") and stays.
    """
    words = list(re.finditer(r"[^\s_]+", text[cue:start]))
    least = start
    if words and words[-1][0][-1] in ":=#(":
        least = cue + words[-1].start() if len(words) > _LABEL_WORDS else cue
    else:
        for word in reversed(words):
            if word[0].strip(".,:;-(").lower() not in _SMALL:
                break
            least = cue + word.start()
    return least if least < start else -1


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
