"""What The Cancer Imaging Archive (TCIA) does to private elements, one by one, and to what private Sequences hold.

Source: TCIA private tag knowledge base. Its lines are read when a profile asks for it, its cells when they are met.

Decided: a row counts for the VR that it names only. UN and OB tell nothing of a value. So where UN is stored, all rows
of the element count, the strictest wins, and the VR that the others name is the one to judge the value by; where OB is
stored, its row counts, and the VR is likewise that of the others. Of several VRs one that holds identity comes first.

Decided: the longest path that is listed counts. A path may lack what stands above a private Sequence or element,
because a private element means the same wherever it stands (PS3.5 7.8.1).
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache, lru_cache
from typing import NamedTuple

from deidpipe.standard.datafile import read


class Disposition(StrEnum):
    """What TCIA does to an element; the strictest first."""

    DELETE = "d"
    UNDECIDED = "?"  # blank in the list: to be treated as d
    UID = "h"  # replaced by another UID
    DATE = "o"  # moved in time
    SECONDS = "oi"  # moved in time: a number of seconds since 1970
    KEEP = "k"
    NOT_APPLICABLE = "na"  # no rule of its own


class PrivatePart(NamedTuple):
    """One step of a path: a tag and its Private Creator, "" for a public one."""

    tag: int
    creator: str = ""


class Listed(NamedTuple):
    """What the list says of an element. ``vr`` is the one to judge the value by, "" if nothing tells it."""

    disposition: Disposition
    vr: str


EDITION = "2024-02-01"
_STRICTEST_FIRST = tuple(Disposition)
_IDENTITY_VRS = frozenset({"UI", "DA", "DT", "TM", "PN", "AE", "UR"})
_UNTOLD = frozenset({"UN", "OB", "OW"})
_REMEMBERED = 4096

Cell = Mapping[str, Disposition]  # by VR


def listed(path: Sequence[PrivatePart], vr: str) -> Listed | None:
    """Return what the list says of an element that is private or stands in a private Sequence; None if nothing.

    ``path`` goes from the top of the Data Set down to the element, at any block; ``vr`` is SQ for every Sequence that
    has been opened, however it is stored.
    """
    cell = next(_cells(path), None)
    if cell is None:
        return None
    counting = set(cell.values()) if vr == "UN" else {cell[vr]} if vr in cell else None
    if not counting:
        return None
    strictest = min(counting, key=_STRICTEST_FIRST.index)
    return Listed(strictest, _told(cell, vr) if vr in _UNTOLD else vr)


def _told(cell: Cell, vr: str) -> str:
    """Return the VR that tells most of a value that is stored as UN, OB or OW."""
    told = sorted(other for other in cell if other not in _UNTOLD)
    by_identity = [other for other in told if other in _IDENTITY_VRS]
    if by_identity or told:
        return (by_identity or told)[0]
    if vr != "UN":
        return vr
    return next((other for other in ("OB", "OW") if other in cell), "")


def _cells(path: Sequence[PrivatePart]) -> Iterator[Cell]:
    """Yield the rows of an element, by the longest path first."""
    for start, part in enumerate(path):
        if start and not part.creator:
            continue
        *above, leaf = path[start:]
        block, low = _block_and_low(leaf)
        cell = _block("/".join([*("".join(_block_and_low(each)) for each in above), block])).get(low)
        if cell is not None:
            yield cell


def _block_and_low(part: PrivatePart) -> tuple[str, str]:
    group, element = part.tag >> 16, part.tag & 0xFFFF
    if part.creator:
        return f'{group:04X}"{part.creator.rstrip(" ")}"', f"{element & 0xFF:02X}"
    return f"{group:04X}", f"{element:04X}"


@lru_cache(_REMEMBERED)
def _block(name: str) -> Mapping[str, Cell]:
    """Return the elements of a block: low byte (of a public one: element number) -> VR -> disposition."""
    elements = {}
    for element in _blocks().get(name, "").split():
        low, _, rows = element.partition("=")
        cells = (row.split(":") for row in rows.split(","))
        elements[low] = {vr: Disposition(disposition) for vr, disposition in cells}
    return elements


@cache
def _blocks() -> dict[str, str]:
    return dict(line.split("\t", 1) for line in read("tcia_private.tsv").lines)
