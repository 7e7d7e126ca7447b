"""How the tests of the recognizers read what was found."""

from deidpipe.text.recognizers import Recognizer


def found(recognizer: Recognizer, text: str) -> list[str]:
    """Return what a recognizer finds in a text, in order; a question mark behind what is not certain."""
    return [
        text[span.start : span.stop] + ("" if span.certain else "?")
        for span in sorted(recognizer(text), key=lambda span: (span.start, -span.stop))
    ]


def left(recognizer: Recognizer, text: str) -> str:
    """Return what is left of a text when all that a recognizer finds has gone, with its cue words."""
    pieces, at = [], 0
    for span in sorted(recognizer(text), key=lambda span: (span.start, -span.stop)):
        if span.start >= at:
            pieces.append(text[at : max(at, span.start if span.cue < 0 else span.cue)])
            at = span.stop
    return " ".join("".join((*pieces, text[at:])).split())
