"""How the tests of the recognizers read what was found."""

from collections.abc import Iterable

from deidpipe.text.recognizers import Recognizer
from deidpipe.text.span import Span


def found(recognizer: Recognizer, text: str) -> list[str]:
    """Return what a recognizer finds in a text, in order; a question mark behind what is not certain."""
    return [text[span.start : span.stop] + ("" if span.certain else "?") for span in apart(recognizer(text))]


def left(recognizer: Recognizer, text: str) -> str:
    """Return what is left of a text when all that a recognizer finds has gone, with its cue words."""
    pieces, at = [], 0
    for span in apart(recognizer(text)):
        pieces.append(text[at : max(at, span.start if span.cue < 0 else span.cue)])
        at = span.stop
    return " ".join("".join((*pieces, text[at:])).split())


def apart(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order without those that begin inside an earlier one: the longer and the certain one counts."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.stop, not span.certain)):
        if not kept or span.start >= kept[-1].stop:
            kept.append(span)
    return kept
