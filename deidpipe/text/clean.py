"""A text without what identifies: the identifier and its cue word go, the rest stays and reads well."""

import re
from typing import NamedTuple

from deidpipe.text.doubt import Doubt
from deidpipe.text.find import Reading, find
from deidpipe.text.known import NOTHING_KNOWN, Known
from deidpipe.text.span import Span

_LEFT = re.compile(r"[\s\-,;:/_&+^=|.*#@~]*$")
_RIGHT = re.compile(r"^[\s\-,;:/_&+^=|.*#@~]*")
_EMPTY_BRACKETS = re.compile(r"[ \t]*(?:\(\s*\)|\[\s*\]|\{\s*\}|<\s*>|\"\s*\")")
_SIGNED = re.compile(r"\s[+.-]$")  # with a digit behind it: "-12 HU", ".5 mm"
_ENDS_WELL = re.compile(r"[.;:]")


class Cleaned(NamedTuple):
    """A text, the spans that went from it (places in the original) and those that stayed in doubt."""

    text: str
    gone: tuple[Span, ...] = ()
    doubtful: tuple[Span, ...] = ()


def clean(
    text: str, known: Known = NOTHING_KNOWN, doubt: Doubt = Doubt.REMOVE, reading: Reading = Reading.SENTENCE
) -> Cleaned:
    """Return a text without what identifies; one in which nothing is found stays as it is, character for character."""
    spans = find(text, known, reading)
    gone = tuple(span for span in spans if span.certain or doubt is Doubt.REMOVE)
    doubtful = tuple(span for span in spans if span not in gone)
    return Cleaned(without(text, gone), gone, doubtful) if gone else Cleaned(text, (), doubtful)


def without(text: str, spans: tuple[Span, ...]) -> str:
    """Return a text without the spans and their cues, the separators around each cut joined to one."""
    rest, at = "", 0
    for span in spans:
        start = max(at, span.cue if span.cue >= 0 else span.start)
        rest = _joined(rest, text[at:start]) if at else text[:start]
        at = max(at, span.stop)
        if text[start:at].count("(") > text[start:at].count(")") and text[at : at + 1] == ")":
            at += 1
    return _EMPTY_BRACKETS.sub("", _joined(rest, text[at:])).strip(" \t")


def _joined(left: str, right: str) -> str:
    """Join what stood on both sides of a cut by one of the separators that stood there."""
    before, after = _separators(_LEFT, left), _separators(_RIGHT, right)
    if _SIGNED.search(after) and right[len(after) : len(after) + 1].isdigit():
        after = after[:-1]
    if len(before) == len(left):
        return right[len(after) :]
    left, right = left[: len(left) - len(before)], right[len(after) :]
    ending = before.strip()[:1] if _ENDS_WELL.match(before.strip()[:1]) and before[:1] == before.strip()[:1] else ""
    if left[-1] in "([{" or right[:1] in {*")]}"}:
        return left + right
    if not right:
        return left + (after.strip()[:1] if after.strip()[:1] == "." else ending if ending == "." else "")
    if "\n" in before + after or "\r" in before + after:
        return left + ("\r\n" if "\r\n" in before + after else "\n") + right
    if not before and not after:
        return f"{left} {right}" if left[-1:].isalnum() and right[:1].isalnum() else left + right
    same = before.strip()[-1:] if before.strip()[-1:] and before.strip()[-1:] == after.strip()[:1] else ""
    if same and not before.strip().strip(same) and not after.strip().strip(same):
        return left + max(before, after, key=len) + right
    if any(character.isspace() for character in before + after):
        return f"{left}{ending} {right}"
    return left + (before or after)[0] + right


def _separators(where: re.Pattern[str], text: str) -> str:
    found = where.search(text)
    return found[0] if found else ""
