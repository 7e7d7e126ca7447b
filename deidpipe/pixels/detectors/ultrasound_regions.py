"""Ultrasound: what lies outside of the regions that the scanner declares as image is hidden.

Source: PS3.3 C.8.5.5 (US Region Calibration).
"""

from struct import unpack

from deidpipe.dicom.index import Index
from deidpipe.dicom.layout import TOP
from deidpipe.pixels.rectangles import without
from deidpipe.pixels.region import Box, Region

SOURCE = "ultrasound-regions"
GROWN = 2  # pixels: a declared region may begin a little inside of the text above it
_REGIONS = 0x00186011
_CORNERS = (0x00186018, 0x0018601A, 0x0018601C, 0x0018601E)  # Min X0, Min Y0, Max X1, Max Y1


def outside_regions(columns: int, rows: int, declared: tuple[Box, ...]) -> tuple[Region, ...]:
    """Return what lies outside of the declared regions, grown into them by two pixels.

    Nothing is returned where no region is declared: then nothing is known.
    """
    if not declared:
        return ()
    hidden: list[Box] = [(0, 0, columns, rows)]
    for x0, y0, x1, y1 in declared:
        hidden = without(hidden, (_inner(x0, 0), _inner(y0, 0), -_inner(-x1, -columns), -_inner(-y1, -rows)))
    return tuple(Region(*box, SOURCE) for box in hidden)


def _inner(edge: int, border: int) -> int:
    """Return where a region begins for us; at the border of the image nothing is hidden that could grow."""
    return edge + GROWN if edge > border else edge


def declared_regions(index: Index) -> tuple[Box, ...]:
    """Return the declared regions of a Data Set that are rectangles; the right and lower edges are made exclusive."""
    layout = index.layout
    items: dict[int, dict[int, int]] = {}
    for entry in layout.elements:
        item = layout.parents[entry]
        if item == TOP or layout.tags[layout.parents[item]] != _REGIONS or layout.tags[entry] not in _CORNERS:
            continue
        value = index.value(entry)
        if len(value) == 4:
            items.setdefault(item, {})[layout.tags[entry]] = unpack(">L" if index.big_endian else "<L", value)[0]
    boxes = list[Box]()
    for corners in items.values():
        if len(corners) == len(_CORNERS):
            x0, y0, x1, y1 = (corners[tag] for tag in _CORNERS)
            if x0 < x1 and y0 < y1:
                boxes.append((x0, y0, x1 + 1, y1 + 1))
    return tuple(boxes)
