"""A region: a rectangle of the image that is to be hidden, in some frames or in all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from deidpipe.errors import DeidError

Box = tuple[int, int, int, int]
"""x0, y0, x1, y1 in pixels from the top left corner; x1 and y1 lie just outside."""


class RegionError(DeidError):
    """A region that does not fit the image. ``where`` says which of the regions."""


@dataclass(frozen=True, slots=True)
class Region:
    """What is to be hidden, and who says so.

    Attributes
    ----------
    x0, y0, x1, y1
        Columns x0 to x1 and rows y0 to y1, from 0; x1 and y1 lie just outside.
    source
        Who found it: the name of a detector or of a rule.
    score
        How sure that is, from 0 to 1.
    frames
        The first frame and the one behind the last, from 0; None: every frame.
    """

    x0: int
    y0: int
    x1: int
    y1: int
    source: str
    score: float = 1.0
    frames: tuple[int, int] | None = None

    @property
    def box(self) -> Box:
        """The rectangle alone."""
        return self.x0, self.y0, self.x1, self.y1


def boxes_by_frame(regions: Sequence[Region], columns: int, rows: int, frames: int) -> Mapping[int, tuple[Box, ...]]:
    """Return frame -> what is to be hidden in it, of the frames that have something to hide.

    Raises RegionError if a region is empty or reaches outside the image. It is not clipped: a region that does not fit
    was measured on another image, and may miss the text on this one.
    """
    found: dict[int, list[Box]] = {}
    for number, region in enumerate(regions, 1):
        first, end = region.frames or (0, frames)
        across = 0 <= region.x0 < region.x1 <= columns
        down = 0 <= region.y0 < region.y1 <= rows
        if not (across and down and 0 <= first < end <= frames):
            where = f"region {number} of {len(regions)}, from {region.source}"
            raise RegionError(where, "is empty or reaches outside the image", "measure it on the image it is for")
        for frame in range(first, end):
            found.setdefault(frame, []).append(region.box)
    return {frame: tuple(dict.fromkeys(found[frame])) for frame in sorted(found)}
