"""Terms of several words that hold a name or look like one: "Ann Arbor", "Stanford type B", "de Quervain"."""

import os
import re
from collections.abc import Iterator, Mapping
from functools import cache

from deidpipe.text.folding import fold

_FILE = os.path.join(os.path.dirname(__file__), "data", "phrases.txt")
_WORD = re.compile(r"[^\W_]+")
_FARTHEST = 3  # characters between two words of one phrase: a space, a hyphen, "' "


def clinical_phrases(text: str) -> Iterator[tuple[int, int]]:
    """Yield where clinical terms of several words stand in a text, (start, stop), the longest ones, in order.

    Case, accents, hyphens and "'s" make no difference: "Swan-Ganz", "SWAN GANZ", "Crohn's disease", "Crohn disease".
    """
    phrases = _phrases()
    found = [(match.start(), match.end(), fold(match.group())) for match in _WORD.finditer(text)]
    at = 0
    while at < len(found):
        length = _longest(text, found, at, phrases.get(found[at][2], ()))
        if length:
            yield found[at][0], found[at + length - 1][1]
        at += max(length, 1)


def _longest(text: str, found: list[tuple[int, int, str]], at: int, phrases: tuple[tuple[str, ...], ...]) -> int:
    """Return how many of the words from one on are a phrase; 0 if they begin none."""
    for phrase in phrases:
        reached = at
        for word in phrase:
            if reached < len(found) and found[reached][2] == "s" and word != "s":
                reached += 1  # of "Crohn's"
            if reached >= len(found) or found[reached][2] != word or not _near(text, found, reached, at):
                break
            reached += 1
        else:
            return reached - at
    return 0


def _near(text: str, found: list[tuple[int, int, str]], reached: int, at: int) -> bool:
    """Tell whether a word stands close enough to the one before it to be of the same phrase."""
    if reached == at:
        return True
    between = text[found[reached - 1][1] : found[reached][0]]
    return len(between) <= _FARTHEST and not set(between) & set(",;:()=\n")


@cache
def _phrases() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Return the phrases as tuples of folded words, by their first word, the longest first."""
    with open(_FILE, encoding="utf-8") as file:
        phrases = sorted((tuple(line.split()) for line in file), key=len, reverse=True)
    by_first: dict[str, tuple[tuple[str, ...], ...]] = {}
    for phrase in phrases:
        if phrase:
            by_first[phrase[0]] = (*by_first.get(phrase[0], ()), phrase)
    return by_first
