"""What was planted where, while a file is made."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from deidpipe.synth.templates import Planted
from deidpipe.synth.words import telling


class Plant(NamedTuple):
    """What one element was given: words that must go and must stay."""

    gone: tuple[str, ...]
    kept: tuple[str, ...]
    kind: str
    family: str = ""


class Box(NamedTuple):
    """Where text was burned in: pixels from the top left corner; x1 and y1 lie just outside."""

    x0: int
    y0: int
    x1: int
    y1: int


@dataclass
class Record:
    """What was planted in one file, by path."""

    plants: dict[str, Plant] = field(default_factory=dict)
    boxes: list[Box] = field(default_factory=list)
    unasked: set[str] = field(default_factory=set)  # paths of the source that no answer is known for
    missing: list[tuple[str, str]] = field(default_factory=list)  # (path, attribute) of Type 2 that was taken out

    def identity(self, path: str, kind: str, values: Iterable[str]) -> None:
        """Note that an element holds nothing but identity."""
        words = tuple(dict.fromkeys(word for value in values for word in telling(value)))
        self.plants[path] = Plant(words, (), kind)

    def text(self, path: str, planted: Planted) -> None:
        """Note that an element holds a text."""
        self.plants[path] = Plant(planted.gone, planted.kept, planted.kind, planted.family)
