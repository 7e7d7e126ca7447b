"""Known identifiers in what a machine has read off a picture, with the letters that it takes for others.

Source of the confusions: they look alike in the fonts of scanners (0 and O, 1 and I and L, 5 and S, 8 and B, 2 and Z).
"""

import re
from collections.abc import Iterable

from deidpipe.text.fold import folded
from deidpipe.text.identifier import Identifier
from deidpipe.text.span import Kind

_WORD = re.compile(r"[^\W_]+")
_ALIKE = str.maketrans({"o": "0", "q": "0", "d": "0", "i": "1", "l": "1", "s": "5", "b": "8", "z": "2", "g": "6"})
_SHORTEST, _SHORTEST_NEAR = 2, 5  # letters of a word that counts; of one in which a letter may be wrong


class Misread:
    """Words of known identifiers, ready to be found in what was read."""

    def __init__(self, identifiers: Iterable[Identifier]) -> None:
        words = {word for each in identifiers for word in _words(each.value) if each.kind is not Kind.UID}
        self._words = frozenset(words)
        self._long = tuple(word for word in words if len(word) >= _SHORTEST_NEAR)

    def meets(self, text: str) -> bool:
        """Tell if a word of a text is one of an identifier, or a long one but for a letter."""
        joined = "".join(_WORD.findall(text))
        return any(
            word in self._words or any(_is_near(word, known) for known in self._long)
            for word in (*_words(text), *_words(joined))
        )


def _words(text: str) -> Iterable[str]:
    words = (folded(word).translate(_ALIKE) for word in _WORD.findall(text))
    return [word for word in words if len(word) >= _SHORTEST]


def _is_near(word: str, known: str) -> bool:
    """Tell if two words are the same but for one letter: another one, one too many or one too few."""
    if abs(len(word) - len(known)) > 1 or len(word) < _SHORTEST_NEAR:
        return False
    short, long = sorted((word, known), key=len)
    at = next((at for at, (one, other) in enumerate(zip(short, long, strict=False)) if one != other), len(short))
    return short[at:] == long[at + 1 :] if len(short) < len(long) else short[at + 1 :] == long[at + 1 :]
