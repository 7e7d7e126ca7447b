"""Table E.3.4-1: what the Clean Structured Content Option does to a Content Item, by its concept and Value Type.

Source: PS3.15 Table E.3.4-1. A SNOMED concept is also known by its retired code (PS3.16 Annex 8, SRT, SNM3, 99SDM).
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from deidpipe.standard.actions import Action, CompoundAction
from deidpipe.standard.datafile import read
from deidpipe.standard.options import OPTIONS, Option

_RETIRED = "SRT"
_SPELLINGS = MappingProxyType({"SNM3": _RETIRED, "99SDM": _RETIRED})


class ContentRow(NamedTuple):
    """One row of Table E.3.4-1; ``options`` has an entry for each filled cell."""

    code: str
    scheme: str
    meaning: str
    value_type: str
    basic: Action | CompoundAction
    options: Mapping[Option, Action]


def content_row(code: str, scheme: str, value_type: str) -> ContentRow | None:
    """Return the row that is for a Content Item, or None if the Table does not list it."""
    return _by_concept().get((code, _SPELLINGS.get(scheme, scheme), value_type))


@cache
def _by_concept() -> dict[tuple[str, str, str], ContentRow]:
    codes: dict[str, Action | CompoundAction] = {code.value: code for code in (*Action, *CompoundAction)}
    option_of = {facts.column: option for option, facts in OPTIONS.items() if facts.column}
    found = {}
    for line in read("content_items.tsv").lines:
        code, scheme, value_type, basic, cells, retired, meaning = line.split("\t")
        pairs = (cell.split("=") for cell in cells.split())
        options = {option_of[column]: Action(action) for column, action in pairs}
        row = ContentRow(code, scheme, meaning, value_type, codes[basic], options)
        found[code, scheme, value_type] = row
        found |= {(old, _RETIRED, value_type): row for old in retired.split()}
    return found
