"""Rules about devices: which images a scanner writes text into, and where. Pure: from header facts to regions."""

import re
from collections.abc import Callable, Sequence
from enum import Enum
from math import ceil, floor
from typing import NamedTuple

from deidpipe.pixels.rectangles import clipped, without
from deidpipe.pixels.region import Box, Region

Attributes = Callable[[str], tuple[str, ...] | None]
"""The values of an Attribute of the Data Set by keyword, as text; None if it is not there. A dict's ``get`` will do."""


class How(Enum):
    """How a value is compared; upper and lower case are the same, but where it is said."""

    EQUALS = "equals"
    CONTAINS = "contains"
    BEGINS = "begins"
    ENDS = "ends"
    FINDS = "finds"  # a regular expression, anywhere in the value
    MATCHES = "matches"  # a regular expression for the whole value
    BELOW = "below"
    ABOVE = "above"
    MISSING = "missing"
    EMPTY = "empty"


class Asked(NamedTuple):
    """A question about one Attribute."""

    keyword: str
    how: How
    wanted: str = ""
    exact_case: bool = False


class Both(NamedTuple):
    """All of these; none: always."""

    conditions: tuple["Condition", ...]


class Either(NamedTuple):
    """One of these."""

    conditions: tuple["Condition", ...]


class Not(NamedTuple):
    """The opposite."""

    condition: "Condition"


Condition = Asked | Both | Either | Not


class Whole(Enum):
    """Places that have no numbers of their own."""

    IMAGE = "image"
    ULTRASOUND = "ultrasound"  # the regions that the Data Set declares


class Percent(NamedTuple):
    """A rectangle in hundredths of the width and the height."""

    x0: float
    y0: float
    x1: float
    y1: float


class Area(NamedTuple):
    """A place that is hidden, or kept although an area before it hides it."""

    place: Box | Percent | Whole
    is_kept: bool = False


class DeviceRule(NamedTuple):
    """What images it is for, and where text is in them. No area: there may be text, nobody knows where."""

    name: str
    when: Condition
    areas: tuple[Area, ...]


class DeviceRules(NamedTuple):
    """A list of rules.

    Attributes
    ----------
    first_only
        Of the rules that are met only the first counts; else all do.
    is_one_mask
        What a rule keeps is kept although a rule before it hides it; else it counts within its own rule.
    """

    source: str
    rules: tuple[DeviceRule, ...]
    first_only: bool = False
    is_one_mask: bool = False


def hidden_regions(
    lists: Sequence[DeviceRules], attributes: Attributes, columns: int, rows: int, declared: Sequence[Box] = ()
) -> tuple[Region, ...]:
    """Return what the rules hide in an image.

    Areas are clipped to the image: published lists are written for the largest image of a device. ``declared`` are the
    ultrasound regions of the Data Set.
    """
    found = list[Region]()
    for listed in lists:
        ours = [rule for rule in listed.rules if met(rule.when, attributes)]
        if listed.first_only:
            ours = ours[:1]
        if listed.is_one_mask and ours:
            ours = [DeviceRule(ours[-1].name, Both(()), tuple(area for rule in ours for area in rule.areas))]
        for rule in ours:
            boxes = _hidden(rule.areas, columns, rows, declared)
            found += [Region(*box, f"{listed.source}: {rule.name}") for box in boxes]
    return tuple(found)


def _hidden(areas: Sequence[Area], columns: int, rows: int, declared: Sequence[Box]) -> list[Box]:
    hidden = list[Box]()
    for area in areas:
        for box in _boxes(area, columns, rows, declared):
            hidden = without(hidden, box) if area.is_kept else [*hidden, box]
    return hidden


def _boxes(area: Area, columns: int, rows: int, declared: Sequence[Box]) -> list[Box]:
    """Return an area in pixels: one that is hidden is rounded to be larger, one that is kept to be smaller."""
    place = area.place
    if place is Whole.IMAGE:
        return [(0, 0, columns, rows)]
    if isinstance(place, Whole):
        return [part for box in declared for part in clipped(box, columns, rows)]
    if isinstance(place, Percent):
        low, high = (ceil, floor) if area.is_kept else (floor, ceil)
        edges = (low(place.x0 * columns / 100), low(place.y0 * rows / 100))
        place = (*edges, high(place.x1 * columns / 100), high(place.y1 * rows / 100))
    return clipped(place, columns, rows)


def met(condition: Condition, attributes: Attributes) -> bool:
    """Tell if the Data Set is as the condition says."""
    match condition:
        case Both(conditions):
            return all(met(one, attributes) for one in conditions)
        case Either(conditions):
            return any(met(one, attributes) for one in conditions)
        case Not(inner):
            return not met(inner, attributes)
        case Asked(keyword):
            return _is_so(condition, attributes(keyword))


def _is_so(asked: Asked, values: tuple[str, ...] | None) -> bool:
    """Compare each value, and all of them as they are stored, with backslashes between them."""
    if asked.how is How.MISSING:
        return values is None
    if values is None:
        return False
    if asked.how is How.EMPTY:
        return not any(map(str.strip, values))
    told = [value.strip() for value in (*values, "\\".join(values))]
    wanted = asked.wanted.strip()
    if not asked.exact_case:
        told, wanted = [value.casefold() for value in told], wanted.casefold()
    return any(_fits(asked.how, value, wanted, asked) for value in told)


def _fits(how: How, value: str, wanted: str, asked: Asked) -> bool:
    match how:
        case How.EQUALS:
            return value == wanted
        case How.CONTAINS:
            return wanted in value
        case How.BEGINS:
            return value.startswith(wanted)
        case How.ENDS:
            return value.endswith(wanted)
        case How.FINDS | How.MATCHES:
            search = re.search if how is How.FINDS else re.fullmatch
            return search(asked.wanted.strip(), value, 0 if asked.exact_case else re.IGNORECASE) is not None
        case _:
            return _is_number(value) and (float(value) < float(wanted)) == (how is How.BELOW) and value != wanted


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?\d+(\.\d*)?", text) is not None
