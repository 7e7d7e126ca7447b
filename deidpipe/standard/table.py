"""Table E.1-1: what the Basic Profile and each Option do to an Attribute.

Source: PS3.15 Table E.1-1.
"""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from deidpipe.standard.actions import Action, CompoundAction
from deidpipe.standard.datafile import DataFile, read
from deidpipe.standard.options import OPTIONS, Option

PRIVATE = "GGGGEEEE"
_LAST_REPEATING_GROUP = 0x1E  # PS3.5 7.6: the repeating groups are the even ones from gg00 to gg1E


class Row(NamedTuple):
    """One row of Table E.1-1.

    ``tag`` is eight hexadecimal digits; X stands for any digit (60XX3000), GGGGEEEE for every private element.
    ``options`` has an entry for each filled cell; where a cell is blank, the Basic Profile stays in force.
    """

    tag: str
    keyword: str
    name: str
    vr: str
    basic: Action | CompoundAction
    options: Mapping[Option, Action]


@cache
def rows() -> tuple[Row, ...]:
    """Return all rows, in the order of the data file."""
    codes: dict[str, Action | CompoundAction] = {code.value: code for code in (*Action, *CompoundAction)}
    made = []
    for line in _file().lines:
        tag, keyword, name, vr, basic, cells = line.split("\t")
        made.append(Row(tag, keyword, name, vr, codes[basic], _options(cells)))
    return tuple(made)


def row_of(tag: int) -> Row | None:
    """Return the row that is for this Data Element, or None if the Table does not list it."""
    return _by_tag().get(tag_in_table(tag))


def tag_in_table(tag: int) -> str:
    """Return a tag as the Table writes it: 00100010, 50XXXXXX, 60XX3000, GGGGEEEE.

    Every element of an odd group is private, group length included.
    """
    group = tag >> 16
    if group & 1:
        return PRIVATE
    if group & 0xFF <= _LAST_REPEATING_GROUP:
        if group >> 8 == 0x50:
            return "50XXXXXX"
        if group >> 8 == 0x60:
            return f"60XX{tag & 0xFFFF:04X}"
    return f"{tag:08X}"


@cache
def _file() -> DataFile:
    return read("table_e1_1.tsv")


@cache
def _by_tag() -> dict[str, Row]:
    return {row.tag: row for row in rows()}


@cache  # 206 rows have no Option at all, and most others share theirs
def _options(cells: str) -> Mapping[Option, Action]:
    option_of = {facts.column: option for option, facts in OPTIONS.items() if facts.column}
    pairs = (cell.split("=") for cell in cells.split())
    return {option_of[column]: Action(code) for column, code in pairs}


EDITION = _file().edition
