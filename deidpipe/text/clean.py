"""A text without what identifies: the identifier and its cue word go, the rest stays and reads well."""

from enum import StrEnum
from typing import NamedTuple

from deidpipe.text.find import find
from deidpipe.text.known import NOTHING_KNOWN, Known
from deidpipe.text.span import Span


class Doubt(StrEnum):
    """What becomes of a word that only may identify."""

    REMOVE = "remove"
    REPORT = "keep-and-report"
    QUARANTINE = "quarantine"


class Cleaned(NamedTuple):
    """A text, the spans that went from it (places in the original) and those that stayed in doubt."""

    text: str
    gone: tuple[Span, ...] = ()
    doubtful: tuple[Span, ...] = ()


def clean(text: str, known: Known = NOTHING_KNOWN, doubt: Doubt = Doubt.REMOVE) -> Cleaned:
    """Return a text without what identifies."""
    spans = find(text, known)
    gone = tuple(span for span in spans if span.certain or doubt is Doubt.REMOVE)
    pieces, at = [], 0
    for span in gone:
        pieces.append(text[at : span.start if span.cue < 0 else span.cue])
        at = span.stop
    return Cleaned(
        " ".join("".join((*pieces, text[at:])).split()), gone, tuple(span for span in spans if span not in gone)
    )
