"""Tokens that a cue word announces: "MRN: 00482913", "S/N 12345", "N° dossier 4711"."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from deidpipe.text.form import AFTER_WORD, BETWEEN, LEFT, NUMBER_WORD, count_digits, is_measured, one_of
from deidpipe.text.lazily import Lazily

_WORD = r"[A-Za-z0-9](?:[A-Za-z0-9]|[-/._](?=[A-Za-z0-9])){0,40}(?:(?<=[ :#.]\d{3})(?: \d{3,4}(?![0-9A-Za-z.])){1,4})?"
_MANY = 4  # digits that make a number whole: what is joined to it by a line is another word
_NEXT_WORD = Lazily(r"_(?=[A-Za-z])")
_SIZE = Lazily(r"\d{1,5}(?:\.\d+)?[xX*]\d{1,5}|\d{1,6}\.\d{1,3}\Z|\d{1,3}/\d{1,3}\Z")


class Announced(NamedTuple):
    """Where a token stands, and where the words begin that announce it."""

    start: int
    stop: int
    cue: int


def announcing(words: str) -> Lazily:
    """Return an expression for any of the words between ``|`` with the token that follows."""
    return Lazily(
        rf"{LEFT}{one_of(words)}{AFTER_WORD}\.?(?P<number>{NUMBER_WORD})(?P<mark>{BETWEEN})(?P<id>{_WORD})",
        re.IGNORECASE,
    )


def announced(text: str, words: Lazily, *, marked: int, bare: int) -> Iterator[Announced]:
    """Yield the tokens with at least ``marked`` digits after a colon, # or "no.", else at least ``bare`` digits."""
    for match in words.finditer(text):
        told = match["number"] or any(mark in match["mark"] for mark in ":#=")
        enough = count_digits(match["id"]) >= (marked if told else bare)
        if enough and not _SIZE.match(match["id"]) and not is_measured(text, match.end()):
            yield Announced(match.start("id"), match.start("id") + _length(match["id"]), match.start())


def _length(token: str) -> int:
    """Return where a token ends: before a word that a low line joins to a number."""
    for joint in _NEXT_WORD.finditer(token):
        if count_digits(token[: joint.start()]) >= _MANY:
            return joint.start()
    return len(token)
