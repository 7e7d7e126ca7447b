"""Where scanners burn in text, as recipes of `deid` tell it. This file alone imports deid, and only its reader.

Decided: deid's own pixel writer is not called; it has other ideas of coordinates, of frames and of what black is.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence

from deidpipe.dicom.dictionary import keyword_of
from deidpipe.errors import ProfileError
from deidpipe.pixels.detectors.device_rules import (
    Area,
    Asked,
    Both,
    Condition,
    DeviceRule,
    DeviceRules,
    Either,
    How,
    Not,
    Whole,
)

_HOW = {"contains": How.FINDS, "equals": How.EQUALS, "missing": How.MISSING, "empty": How.EMPTY}
_OPPOSITE = {"notcontains": "contains", "notequals": "equals", "present": "missing"}
_WITH_VALUE = frozenset({"contains", "notcontains", "equals", "notequals"})
_ULTRASOUND = "from:SequenceOfUltrasoundRegions"


def shipped_recipe() -> DeviceRules:
    """Return the rules of the recipe that comes with deid.

    Raises ProfileError if deid is not installed.
    """
    try:
        from deid.data import data_base
    except ImportError:
        raise ProfileError("deid", "is not installed", "install deidpipe[pixels]") from None
    return read_deid_recipe(os.path.join(data_base, "deid.dicom"))


def read_deid_recipe(path: str) -> DeviceRules:
    """Return the rules of a recipe that say where text is; what a recipe calls clean is not believed.

    Raises ProfileError if deid is not installed, or cannot read it.
    """
    name = os.path.basename(path)
    try:
        from deid.config.utils import load_deid
        from deid.logger import bot
    except ImportError:
        raise ProfileError("deid", "is not installed", "install deidpipe[pixels]") from None
    level, bot.level = bot.level, 0  # it would print
    try:
        filters: Mapping[str, Sequence[Mapping[str, object]]] = load_deid(path).get("filter", {})
    except (SystemExit, OSError, ValueError, KeyError):
        raise ProfileError(f"{name}:1", "deid cannot read it", "check it with deid") from None
    finally:
        bot.level = level
    labels = [label for group in filters.values() for label in group if label.get("coordinates")]
    return DeviceRules(name, tuple(_rule(label, name) for label in labels), is_one_mask=True)


def _rule(label: Mapping[str, object], file: str) -> DeviceRule:
    name = str(label.get("name", "")).removeprefix("LABEL").strip()
    filters, coordinates = label.get("filters"), label.get("coordinates")
    assert isinstance(filters, list)
    assert isinstance(coordinates, list)
    lines: Condition | None = None
    for line in filters:
        one = _line(line, f"{file}: {name}")
        lines = one if lines is None else _joined(lines, one, line["operator"])
    areas = tuple(_area(bool(kept), str(numbers), f"{file}: {name}") for kept, numbers in coordinates)
    return DeviceRule(name, lines or Both(()), areas)


def _line(line: Mapping[str, list[str]], where: str) -> Condition:
    """Return the condition of one line, whose parts are joined from left to right.

    The reader lists a value only for the actions that have one.
    """
    values: Iterator[str] = iter(line["value"])
    joined: Condition | None = None
    for at, (action, field) in enumerate(zip(line["action"], line["field"], strict=True)):
        wanted = next(values, "") if action in _WITH_VALUE else ""
        if field.startswith("0x"):
            field = keyword_of(int(field, 16)) or field
        one: Condition = Asked(field, _HOW[_OPPOSITE.get(action, action)], wanted)
        if action in ("contains", "notcontains"):
            _must_compile(wanted, where)
        one = Not(one) if action in _OPPOSITE else one
        joined = one if joined is None else _joined(joined, one, line["InnerOperators"][at - 1])
    assert joined is not None
    return joined


def _joined(first: Condition, second: Condition, operator: str | None) -> Condition:
    if operator == "or":
        return Either((first, second))
    return Both((*first.conditions, second)) if isinstance(first, Both) else Both((first, second))


def _must_compile(expression: str, where: str) -> None:
    try:
        re.compile(expression)
    except re.error:
        raise ProfileError(where, "has a regular expression that is none", "correct it") from None


def _area(is_kept: bool, numbers: str, where: str) -> Area:  # noqa: FBT001  # as the reader tells it
    text = numbers.strip()
    if text == "all":
        return Area(Whole.IMAGE, is_kept)
    if text == _ULTRASOUND:
        return Area(Whole.ULTRASOUND, is_kept)
    edges = [part.strip() for part in text.split(",")]
    if len(edges) != 4 or not all(map(str.isdecimal, edges)):
        raise ProfileError(where, "has coordinates that are not four numbers", "write x0,y0,x1,y1")
    x0, y0, x1, y1 = map(int, edges)
    return Area((x0, y0, x1, y1), is_kept)
