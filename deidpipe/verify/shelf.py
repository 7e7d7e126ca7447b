"""What a check is: a rule, and up to three ways to look: at elements, at an Instance, at the whole collection."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from deidpipe.verify.asked import Asked
from deidpipe.verify.claims import Claims
from deidpipe.verify.finding import Hit, Rule
from deidpipe.verify.place import Place
from deidpipe.verify.reader import Element, Instance
from deidpipe.verify.sources import Source
from deidpipe.verify.value import Value


class Located(NamedTuple):
    """A hit at a place: the number of the file, the SOP Instance UID, the path and the VR of the element."""

    hit: Hit
    number: int
    uid: str = ""
    path: str = ""
    vr: str = ""


class Collection:
    """A check that has to see everything before it can judge. Its facts must stay small: numbers and UIDs, no values.

    ``looked`` and ``missed`` count for the coverage statement: unit -> how many, (unit, reason) -> how many.
    """

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.looked: Counter[str] = Counter()
        self.missed: Counter[tuple[str, str]] = Counter()

    def see_file(self, source: Source, number: int) -> Iterator[Located]:
        """Look at a file of any kind, before it is read."""
        del source, number
        yield from ()

    def see(self, instance: Instance, claims: Claims) -> Iterator[Located]:
        """Look at an Instance."""
        del instance, claims
        yield from ()

    def end(self) -> Iterator[Located]:
        """Judge, after everything has been seen."""
        yield from ()


OfElement: TypeAlias = Callable[[Value, Claims], Iterator[Hit]]
OfInstance: TypeAlias = Callable[[Instance, Claims], Iterator[Located]]


class Check(NamedTuple):
    """One line of the shelf. ``where`` tells at which places ``element`` looks."""

    rule: Rule
    element: OfElement | None = None
    where: Callable[[Place], bool] | None = None
    instance: OfInstance | None = None
    collection: Callable[[Asked], Collection] | None = None


def at(hit: Hit, instance: Instance, element: Element | None = None, path: str = "") -> Located:
    """Return a hit at an element, or at an Instance as a whole."""
    if element is None:
        return Located(hit, instance.number, instance.uid, path)
    return Located(hit, instance.number, instance.uid, element.path, element.place.vr)
