"""Find burned-in text with a small net: quick enough to look at every frame, so no header decides what is looked at.

Decided: the net never says what a text means. Where it is in doubt, `Care` says whether doubt hides (STRICT) or not.
"""

import threading
from collections.abc import Iterator, Sequence
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from deidpipe.pixels.region import Region
from deidpipe.pixels.views import MULTIPLE, REACH, Grey, Range, grey, ranges, views

WEIGHTS = Path(__file__).parent.parent / "data" / "textnet.onnx"
SOURCE = "text net"
CELL = 4  # pixels a side of what one value of the net's answer is for

Map: TypeAlias = NDArray[np.float32]


class Care(Enum):
    """What counts as text: least cell of a region, its least peak, that of a lonely one, least cell of an end."""

    STRICT = (0.3, 0.5, 0.5, 0.1)
    BALANCED = (0.35, 0.7, 0.85, 0.15)

    @property
    def cell(self) -> float:
        """The probability from which a cell belongs to a region."""
        return self.value[0]

    @property
    def peak(self) -> float:
        """The probability that some cell of a region has to reach."""
        return self.value[1]

    @property
    def lonely(self) -> float:
        """The same, for a region with no sure one near it."""
        return self.value[2]

    @property
    def end(self) -> float:
        """The probability from which a cell carries a line on at its ends."""
        return self.value[3]


class Layout(NamedTuple):
    """How a frame is cut for the net, in pixels. Large frames are cut into tiles; larger ones are halved first."""

    tile: int = 1280
    whole: int = 1536 * 1536  # frames up to this many pixels are not cut
    large: int = 4_000_000  # frames from this many pixels on are looked at in half size first


LAYOUT = Layout()
_ENDS = 2.5  # line heights by which weaker cells may carry a line on
_HIGHEST = 48  # pixels; what is higher is several lines that touch
_HINT = 0.12  # at half size this is enough to look again at full size
_TALL = 5  # cells; lines lower than this at half size are left to the look at full size
_ROOM = 24  # cells around a hit that are looked at again


def find_text(
    frame: NDArray[np.generic],
    photometric: str,
    care: Care = Care.BALANCED,
    *,
    turns: Sequence[int] = (0,),
    scales: Sequence[float] = (1.0,),
) -> list[Region]:
    """Return where text stands in one frame, each region grown by a third of its line height.

    Parameters
    ----------
    frame
        Stored Pixel Values of one frame, shape (rows, columns) or (rows, columns, samples).
        PALETTE COLOR and YBR have to be made RGB before.
    photometric
        Photometric Interpretation (0028,0004).
    turns
        Quarter turns to look at the frame in, besides upright. The net knows turned text; this finds little more.
    scales
        Scales to look at the frame in. 0.5 finds letters higher than about 80 pixels.
    """
    picture = grey(frame, photometric)
    return regions(probability(picture, care, turns=turns, scales=scales), picture.shape, care)


def probability(
    picture: Grey, care: Care = Care.BALANCED, *, turns: Sequence[int] = (0,), scales: Sequence[float] = (1.0,)
) -> Map:
    """Return how likely each cell of 4 x 4 pixels belongs to a line of text: the surest answer of all looks."""
    rows, columns = _cells(picture)
    best = np.zeros((rows, columns), np.float32)
    for shown in ranges(picture):
        for scale in scales:
            sized = picture if scale == 1.0 else _resized(picture, *(int(side * scale) for side in picture.shape))
            for quarters in turns:
                found = _look(np.ascontiguousarray(np.rot90(sized, quarters)), shown, care)
                found = np.ascontiguousarray(np.rot90(found, -quarters))
                if found.shape != best.shape:
                    found = _resized(found, rows, columns)
                np.maximum(best, found, out=best)
    return best


def _look(picture: Grey, shown: Range, care: Care) -> Map:
    """Return the net's answer on a picture of any size."""
    if picture.size <= LAYOUT.large:
        return tiled(picture, shown)
    half = _resized(picture, picture.shape[0] // 2, picture.shape[1] // 2)
    rows, columns = _cells(picture)
    rough = tiled(half, shown)
    near = None
    if care is Care.BALANCED:
        hits = cv2.dilate((rough > _HINT).astype(np.float32), np.ones((_ROOM + 1, _ROOM + 1), np.uint8))
        near = _resized(np.asarray(hits, np.float32), rows, columns) > 0
    tall = np.asarray(cv2.morphologyEx(rough, cv2.MORPH_OPEN, np.ones((_TALL, _TALL), np.uint8)), np.float32)
    return np.maximum(tiled(picture, shown, where=near), _resized(tall, rows, columns))


def _resized(values: Grey, rows: int, columns: int) -> Grey:
    how = cv2.INTER_AREA if rows < values.shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(values, (columns, rows), interpolation=how), np.float32)


def tiled(picture: Grey, shown: Range, layout: Layout = LAYOUT, where: NDArray[np.bool_] | None = None) -> Map:
    """Return the net's answer, tile by tile if the picture is large, so that memory stays bounded.

    where: cells to look at; tiles without any are skipped, and others are cut down to them.
    """
    if picture.size <= layout.whole and where is None:
        return _answer(views(picture, shown))[: _cells(picture)[0], : _cells(picture)[1]]
    out = np.zeros(_cells(picture), np.float32)
    for top, left, bottom, right in _tiles(picture.shape, layout.tile, where):
        above, before = max(0, top - REACH), max(0, left - REACH)
        part = picture[above : bottom + REACH, before : right + REACH]
        found = _answer(views(part, shown))
        y, x = (top - above) // CELL, (left - before) // CELL
        place = out[top // CELL : -(-bottom // CELL), left // CELL : -(-right // CELL)]
        place[:] = found[y : y + place.shape[0], x : x + place.shape[1]]
    return out


def _tiles(shape: tuple[int, ...], side: int, where: NDArray[np.bool_] | None) -> Iterator[tuple[int, int, int, int]]:
    """Yield (top, left, bottom, right) in pixels; top and left are multiples of 16."""
    rows, columns = shape
    for top in range(0, rows, side):
        for left in range(0, columns, side):
            bottom, right = min(rows, top + side), min(columns, left + side)
            if where is None:
                yield top, left, bottom, right
                continue
            inside = where[top // CELL : -(-bottom // CELL), left // CELL : -(-right // CELL)]
            x, y, width, height = (CELL * value for value in cv2.boundingRect(inside.astype(np.uint8)))
            if width:
                first = (top + y - y % MULTIPLE, left + x - x % MULTIPLE)
                yield *first, min(bottom, top + y + height), min(right, left + x + width)


def _answer(x: NDArray[np.float32]) -> Map:
    """Return the net's answer on views: one probability for each 4 x 4 pixels."""
    net = _net(threading.get_ident())
    net.setInput(x[None])
    return np.asarray(net.forward()[0, 0], np.float32)


@lru_cache(maxsize=16)
def _net(thread: int) -> cv2.dnn.Net:  # noqa: ARG001 one net for each thread: it keeps its input between calls
    return cv2.dnn.readNetFromONNX(str(WEIGHTS))


def _cells(picture: Grey) -> tuple[int, int]:
    return -(-picture.shape[0] // CELL), -(-picture.shape[1] // CELL)


class _Group(NamedTuple):
    """Cells that hang together. x, y, width, height in cells; cells: bool, shape (height, width)."""

    x: int
    y: int
    width: int
    height: int
    area: int
    cells: NDArray[np.bool_]
    line: float
    peak: float


def regions(found: Map, shape: tuple[int, ...], care: Care) -> list[Region]:
    """Return rectangles over all cells that count as text. shape: rows and columns of the frame."""
    groups = [group for group in _groups(found, care.cell) if group.peak >= care.peak]
    sure = [group for group in groups if group.peak >= care.lonely]
    kept = [group for group in groups if group.peak >= care.lonely or any(_near(group, other) for other in sure)]
    return [region for group in kept for region in _rectangles(_with_ends(group, found, care.end), shape)]


def _groups(found: Map, least: float) -> Iterator[_Group]:
    """Yield the groups of cells that reach `least`."""
    mask = (found >= least).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    inside = cv2.distanceTransform(cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT), cv2.DIST_C, 3)[1:-1, 1:-1]
    for label in range(1, count):
        x, y, width, height, area = (int(value) for value in stats[label])
        place = (slice(y, y + height), slice(x, x + width))
        cells = labels[place] == label
        line = 2 * float(inside[place][cells].max()) - 1
        yield _Group(x, y, width, height, area, cells, line, float(found[place][cells].max()))


def _near(one: _Group, other: _Group) -> bool:
    """Tell whether two groups are within three line heights of each other."""
    reach = 3 * max(one.line, other.line) + 2
    return (
        one.x - reach < other.x + other.width
        and other.x - reach < one.x + one.width
        and one.y - reach < other.y + other.height
        and other.y - reach < one.y + one.height
    )


def _with_ends(group: _Group, found: Map, least: float) -> _Group:
    """Return a group with the weaker cells that carry its line on at both ends: ends are what the net sees least."""
    ahead, aside = round(_ENDS * group.line) + 1, 1
    dx, dy = (ahead, aside) if group.width >= group.height else (aside, ahead)
    x0, y0 = max(0, group.x - dx), max(0, group.y - dy)
    part = found[y0 : group.y + group.height + dy, x0 : group.x + group.width + dx]
    own = np.zeros(part.shape, bool)
    own[group.y - y0 :, group.x - x0 :][: group.height, : group.width] = group.cells
    _, labels = cv2.connectedComponents(((part >= least) | own).astype(np.uint8), connectivity=8)
    cells = np.isin(labels, np.unique(labels[own]))
    x, y, width, height = cv2.boundingRect(cells.astype(np.uint8))
    cells = np.ascontiguousarray(cells[y : y + height, x : x + width])
    return group._replace(x=x0 + x, y=y0 + y, width=width, height=height, area=int(cells.sum()), cells=cells)


def _rectangles(group: _Group, shape: tuple[int, ...]) -> Iterator[Region]:
    """Yield one rectangle for a group, or several if it is tilted, bent or ragged."""
    rows, columns = shape[:2]
    height = min(group.line * CELL, _HIGHEST)
    aside, ahead = height / 3 + 1, height / 2 + 2
    dx, dy = (ahead, aside) if group.width >= group.height else (aside, ahead)
    for x0, y0, x1, y1 in _pieces(group):
        yield Region(
            max(0, int(x0 * CELL - dx)),
            max(0, int(y0 * CELL - dy)),
            min(columns, int(np.ceil(x1 * CELL + dx))),
            min(rows, int(np.ceil(y1 * CELL + dy))),
            SOURCE,
            group.peak,
        )


def _pieces(group: _Group) -> Iterator[tuple[int, int, int, int]]:
    """Yield (x0, y0, x1, y1) in cells that cover the group: its extent if that is well filled, else slices of it."""
    if group.area >= 0.7 * group.width * group.height:
        yield group.x, group.y, group.x + group.width, group.y + group.height
        return
    lying = group.width >= group.height
    cells = group.cells if lying else group.cells.T
    step = max(2, int(group.line))
    for start in range(0, cells.shape[1], step):
        filled = cells[:, start : start + step].any(axis=1).astype(np.int8)
        edges = np.flatnonzero(np.diff(filled, prepend=0, append=0))
        for first, last in zip(edges[::2], edges[1::2], strict=True):
            end = min(start + step, cells.shape[1])
            across, along = (int(first), int(last)), (start, end)
            (x0, x1), (y0, y1) = (along, across) if lying else (across, along)
            yield group.x + x0, group.y + y0, group.x + x1, group.y + y1
