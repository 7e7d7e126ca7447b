"""The one function that says what in a text identifies: what is known, what has the form of an identifier, words."""

from deidpipe.text.known import NOTHING_KNOWN, Known
from deidpipe.text.recognizers import RECOGNIZERS
from deidpipe.text.span import Span


def find(text: str, known: Known = NOTHING_KNOWN) -> tuple[Span, ...]:
    """Return the spans of a text that identify, in order, none overlapping another."""
    found = [*known.spans(text), *(span for recognizer in RECOGNIZERS for span in recognizer(text))]
    apart: list[Span] = []
    for span in sorted(found):
        if not apart or span.start >= apart[-1].stop:
            apart.append(span)
    return tuple(apart)
