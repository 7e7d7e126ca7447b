"""Rectangles: what is left of some when others are taken out."""

from collections.abc import Sequence

from deidpipe.pixels.region import Box


def clipped(box: Box, columns: int, rows: int) -> list[Box]:
    """Return the part of a rectangle that is in an image: one rectangle or none."""
    x0, y0, x1, y1 = max(box[0], 0), max(box[1], 0), min(box[2], columns), min(box[3], rows)
    return [(x0, y0, x1, y1)] if x0 < x1 and y0 < y1 else []


def without(boxes: Sequence[Box], hole: Box) -> list[Box]:
    """Return what is left of rectangles around a hole: at most four parts of each."""
    left = list[Box]()
    for box in boxes:
        (x0, y0, x1, y1), inner = box, _common(box, hole)
        if inner is None:
            left.append(box)
            continue
        a0, b0, a1, b1 = inner
        parts = ((x0, y0, x1, b0), (x0, b0, a0, b1), (a1, b0, x1, b1), (x0, b1, x1, y1))
        left += [part for part in parts if part[0] < part[2] and part[1] < part[3]]
    return left


def _common(box: Box, other: Box) -> Box | None:
    x0, y0, x1, y1 = max(box[0], other[0]), max(box[1], other[1]), min(box[2], other[2]), min(box[3], other[3])
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None
