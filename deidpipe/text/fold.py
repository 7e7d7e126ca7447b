"""A text made comparable: without case and accents, and with separators squeezed out, each with the way back."""

import unicodedata
from typing import NamedTuple

_SEPARATORS = frozenset(" -_/.,^()+'\\\t")


class Folded(NamedTuple):
    """A text in another form; ``places[i]`` is where its character ``i`` comes from in the original."""

    text: str
    places: range | list[int]

    def origin(self, start: int, stop: int) -> tuple[int, int]:
        """Return the place in the original of the characters ``start`` up to ``stop``."""
        return self.places[start], self.places[stop - 1] + 1


def fold(text: str) -> Folded:
    """Return a text without case, accents and differences of width."""
    if text.isascii():
        return Folded(text.lower(), range(len(text)))
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for part in unicodedata.normalize("NFKD", character.casefold()):
            if not unicodedata.combining(part):
                characters.append(part)
                places.append(place)
    return Folded("".join(characters), places)


def squeeze(folded: Folded) -> Folded:
    """Return a folded text without the separators that people put into names and numbers, or leave out."""
    kept = [(character, folded.places[at]) for at, character in enumerate(folded.text) if character not in _SEPARATORS]
    return Folded("".join(character for character, _ in kept), [place for _, place in kept])


def folded(text: str) -> str:
    """Return a text folded, without the way back."""
    return fold(text).text


def squeezed(text: str) -> str:
    """Return a text folded and squeezed, without the way back."""
    return "".join(character for character in folded(text) if character not in _SEPARATORS)
