"""Was an action done: one function for each category that looks at one element."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType

from pydicom.dataelem import DataElement

from deidpipe.synth.key import Category, Row
from deidpipe.synth.words import holds, spaced, text_of

_UID = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*))+")
_LONGEST_UID = 64


def retained_tag(_row: Row, element: DataElement | None) -> bool:
    """The element is still there."""
    return element is not None


def not_null(_row: Row, element: DataElement | None) -> bool:
    """The element is there and has a value."""
    return element is not None and not element.is_empty


def retained_text(row: Row, element: DataElement | None) -> bool:
    """Every word is still in the value; a number may be written otherwise."""
    if element is None:
        return False
    text = spaced(text_of(element))
    numbers: set[float] | None = None
    for word in row.words:
        if spaced(word) in text:
            continue
        if numbers is None:
            numbers = {number for part in re.split(r"[\\ ]", text) if (number := _number(part)) is not None}
        if _number(word) not in numbers:
            return False
    return True


def removed_text(row: Row, element: DataElement | None) -> bool:
    """No word is in the value, even inside a longer one; or the element is gone."""
    if element is None:
        return True
    text = spaced(text_of(element))
    return not any(holds(text, word) for word in row.words)


def changed_uid(row: Row, element: DataElement | None) -> bool:
    """The value is a valid UID and not the original."""
    uid = str(element.value) if element is not None else ""
    return uid != row.expected and _UID.fullmatch(uid) is not None and len(uid) <= _LONGEST_UID


JUDGES: Mapping[Category, Callable[[Row, DataElement | None], bool]] = MappingProxyType(
    {
        Category.TAG_RETAINED: retained_tag,
        Category.TEXT_NOTNULL: not_null,
        Category.TEXT_RETAINED: retained_text,
        Category.TEXT_REMOVED: removed_text,
        Category.UID_CHANGED: changed_uid,
    }
)


def shift_of(row: Row, element: DataElement | None) -> int | None:
    """Return by how many days a date was moved; None if the value is no date."""
    old, new = _day(row.expected), _day(str(element.value)) if element is not None else None
    return (new - old).days if old and new else None


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text[:8], "%Y%m%d").date()  # a DA has no time zone
    except ValueError:
        return None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
