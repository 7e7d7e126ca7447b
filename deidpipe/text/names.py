"""How a name looks where one is expected: words with a capital, initials, particles between them."""

import re
from collections.abc import Callable
from typing import NamedTuple

from deidpipe.text.stop_words import is_of_imaging, seldom_a_name

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’`-](?=[^\W\d_])){0,40}")
_BETWEEN = re.compile(r"\.?(?:\^{1,4}|[ _]{1,2}|, ?|-|(?<=\.)(?=[^\W\d_]))")
_PARTICLES = frozenset(
    {
        "van",
        "von",
        "de",
        "der",
        "den",
        "del",
        "della",
        "di",
        "da",
        "dos",
        "das",
        "do",
        "du",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ibn",
        "bint",
        "ter",
        "ten",
        "te",
        "zu",
        "zur",
        "vom",
        "af",
        "av",
        "y",
        "e",
        "i",
        "abu",
        "ben",
        "mac",
        "mc",
        "o",
        "st",
        "san",
        "santa",
    }
)


_POSSESSIVE = ("'s", "\u2019s")


class Name(NamedTuple):
    """Where a name stands, and its words without particles."""

    start: int
    stop: int
    words: tuple[str, ...]

    @property
    def is_initials(self) -> bool:
        """Tell whether the name is two or three capitals and no more."""
        return len(self.words) == 1 and 2 <= len(self.words[0]) <= 3 and self.words[0].isupper()


def name_at(text: str, at: int, stops: Callable[[str], bool] = seldom_a_name, most: int = 4) -> Name | None:
    """Return the name that begins at a place of a text, None if no word that looks like one stands there."""
    words: list[str] = []
    stop = here = at
    passed = 0  # particles since the last word of the name
    while len(words) < most and passed < 3:
        match = _WORD.match(text, here)
        if not match:
            break
        word = match.group()
        if word in _PARTICLES or (words and len(word) > 1 and word.lower() in _PARTICLES):
            passed += 1
        elif _is_initial(text, match) or (looks_like_a_name(word) and not (is_of_imaging if words else stops)(word)):
            words.append(word)
            passed = 0
            if words[1:] and _ends_sentence(text, at, match.start()):
                words.pop()
                break
            stop = match.end() + (len(word) == 1 and len(words) > 1 and text[match.end() : match.end() + 1] == ".")
        else:
            break
        if word.endswith(_POSSESSIVE):
            break
        between = _BETWEEN.match(text, match.end())
        if not between:
            break
        here = between.end()
    if not words or (len(words) == 1 and len(words[0]) == 1):
        return None
    return Name(at, stop, tuple(words))


def _is_initial(text: str, match: re.Match[str]) -> bool:
    """Tell whether a match is one capital with a point."""
    return len(match.group()) == 1 and match.group().isupper() and text[match.end() : match.end() + 1] == "."


def _ends_sentence(text: str, start: int, at: int) -> bool:
    """Tell whether a sentence ends before a place: a point that is no initial's, and a space."""
    before = text[start:at]
    return before.endswith(". ") and not re.search(r"(?<![^\W_])[^\W\d_]{1,2}\. $", before)


def looks_like_a_name(word: str) -> bool:
    """Tell whether a word is written as names are: with a capital first, or in capitals."""
    if word[0].lower() == word[0].upper():  # a script without capitals
        return True
    return word[0].isupper() and (word.isupper() or any(letter.islower() for letter in word))
