"""Which frames of an image are looked at for text: all of a few; of many, each that shows something new.

In a cine most frames show what others show. A frame is looked at if a patch of it is brighter or darker than anything
seen there in the frames that were looked at before; besides the first, the middle and the last one, and what is
brightest and darkest in all frames, where text that stands still stands out from what moves.

Decided: where nearly every frame is new (a needle, contrast medium, noise), the first ones are looked at, and then one
in five. So a text that shows up for five frames is looked at, whatever else moves.
"""

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from deidpipe.pixels.frames import Image, frame_streams, values_of
from deidpipe.pixels.picture import Picture, as_picture

if TYPE_CHECKING:
    import numpy as np

_FEW = 8  # so many frames are all looked at
_CLOSE = 24  # so many new frames are looked at wherever they stand
_APART = 5  # from then on they are at least so many frames apart
_STEP = 8  # a value is new if it lies outside of what was seen by this part of the range
_PATCH, _NEW = 16, 24  # pixels: side of a patch, and how many of its pixels make it new


class Look(NamedTuple):
    """A picture to look at. ``frame`` is None for what is brightest or darkest in all of them."""

    frame: int | None
    picture: Picture


def looks(image: Image, *, each: bool) -> Iterator[Look]:
    """Yield what is to be looked at. Each frame is decoded once; one that is the same as another, not again.

    ``each``: all frames, because they are places and not times.

    Raises PixelError if a frame cannot be decoded.
    """
    frames, stream = image.facts.frames, frame_streams(image)
    few = each or frames <= _FEW
    met, seen = set[bytes](), _Seen()
    for frame in range(frames):
        stored = stream(frame)
        digest = hashlib.blake2b(stored, digest_size=16).digest()
        if digest in met and not each:
            continue
        met.add(digest)
        shown = as_picture(values_of(stored, image.facts), image)
        if few or seen.is_new(frame, shown, sure=frame in (0, frames // 2, frames - 1)):
            yield Look(frame, shown)
    if not few:
        yield from (Look(None, extreme) for extreme in seen.extremes())


def again(image: Image, frames: "list[int]") -> Iterator[Look]:
    """Yield some frames once more."""
    stream = frame_streams(image)
    return (Look(frame, as_picture(values_of(stream(frame), image.facts), image)) for frame in frames)


class _Seen:
    """What the frames showed so far: the brightest and the darkest values at each place."""

    def __init__(self) -> None:
        self._all: list[np.ndarray] = []  # brightest and darkest of all frames
        self._looked: list[np.ndarray] = []  # of those that were looked at
        self._edges: list[np.ndarray] = []  # what lies outside of these is new
        self._photometric = ""
        self._step = 0.0
        self._count, self._last = 0, 0

    def is_new(self, frame: int, shown: Picture, *, sure: bool) -> bool:
        """Take in a frame, and tell if it is to be looked at."""
        import numpy as np

        array = shown.array
        if not self._all:
            self._photometric = shown.photometric
            self._step = (float(array.max()) - float(array.min())) / _STEP
            self._all, self._looked = [array.copy(), array.copy()], [array.copy(), array.copy()]
        else:
            np.maximum(self._all[0], array, out=self._all[0])
            np.minimum(self._all[1], array, out=self._all[1])
            is_near = self._count >= _CLOSE and frame - self._last < _APART
            if not sure and (is_near or not self._has_new_patch(array)):
                return False
            np.maximum(self._looked[0], array, out=self._looked[0])
            np.minimum(self._looked[1], array, out=self._looked[1])
        self._edges = [self._looked[0] + np.float32(self._step), self._looked[1] - np.float32(self._step)]
        self._count, self._last = self._count + 1, frame
        return True

    def _has_new_patch(self, array: "np.ndarray") -> bool:
        import cv2
        import numpy as np

        outside: np.ndarray = (array > self._edges[0]) | (array < self._edges[1])
        if outside.ndim == 3:
            outside = outside[..., 0] | outside[..., 1] | outside[..., 2]
        if np.count_nonzero(outside) < _NEW:
            return False
        patches = cv2.boxFilter(outside.astype(np.uint8), cv2.CV_16U, (_PATCH, _PATCH), normalize=False)
        return int(patches.max()) >= _NEW

    def extremes(self) -> Iterator[Picture]:
        """Yield what is brightest and darkest in all frames."""
        yield from (Picture(extreme, self._photometric) for extreme in self._all)
