"""What the text net looks at: two views of the Stored Pixel Values of one frame.

Window, VOI LUT and Presentation State play no part: text that a window clips is in the Pixel Data all the same.
Training and run time both come here, so that the net meets what it was trained on.
"""

from typing import NamedTuple, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Grey: TypeAlias = NDArray[np.float32]
Views: TypeAlias = NDArray[np.float32]

MULTIPLE = 16  # the coarsest stride of the net
REACH = 64  # pixels around a tile that its views depend on, as a multiple of 16
_SAMPLES = 1 << 17  # values that a percentile is taken of
_BOX = 15  # side of the box whose mean is taken away, in pixels
_COARSE = 4  # local deviations are measured at this fraction of the resolution
_COARSE_BOX = 9
_FLOOR = 0.005  # least local deviation, as a part of the range: noise below it is not blown up
_OVERSHOOT = 0.25  # values outside the range are kept this far


class Range(NamedTuple):
    """The stored values that are shown as black and as white."""

    low: float
    high: float


def grey(frame: NDArray[np.generic], photometric: str) -> Grey:
    """Return one number for each pixel, larger where the picture is brighter. Shape (rows, columns).

    Parameters
    ----------
    frame
        One frame, shape (rows, columns) or (rows, columns, samples). PALETTE COLOR and YBR are RGB by now.
    photometric
        Photometric Interpretation (0028,0004). MONOCHROME1 is negated.

    Colour: 0.7 of the luma and 0.3 of the largest sample, so that blue text on black is not lost.
    """
    values = np.asarray(frame, np.float32)
    if not np.isfinite(values).all():
        values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    if values.ndim == 3:
        if values.shape[2] < 3:
            return np.ascontiguousarray(values[..., 0])
        luma = values[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32)
        return np.asarray(0.7 * luma + 0.3 * values[..., :3].max(axis=2), np.float32)
    return np.ascontiguousarray(-values if photometric == "MONOCHROME1" else values)


def ranges(picture: Grey) -> tuple[Range, ...]:
    """Return the ranges to look at the picture in, the usual one first.

    More than one where a single one may hide text: a narrow one where a few values (an overlay in the high bits)
    push all others together, a wide one where the usual one cuts off values far away.
    """
    step = max(2, int((picture.size / _SAMPLES) ** 0.5))
    some = picture[::step, ::step]
    lowest, highest = float(picture.min()), float(picture.max())
    low, narrow_low, narrow_high, high = (float(value) for value in np.percentile(some, (0.5, 2, 95, 99.5)))
    if highest <= lowest:
        return (Range(lowest, lowest + 1.0),)
    if high <= low:
        return (Range(lowest, highest),)
    found = [Range(low, high)]
    if narrow_high > narrow_low and high - low > 3 * (narrow_high - narrow_low):
        found.append(Range(narrow_low, narrow_high))
    if highest - lowest > 4 * (high - low):
        found.append(Range(lowest, highest))
    return tuple(found)


def views(picture: Grey, shown: Range, floor: float = _FLOOR) -> Views:
    """Return what the net takes, values from -1 to 1. Shape (2, rows, columns), both grown to a multiple of 16.

    Plane 0 is the picture within the range; plane 1 is its difference from the mean of a 15 x 15 box, divided by three
    local deviations, which are at least `floor`, a part of the range. What the picture is grown by repeats its last row
    and column.
    """
    rows, columns = picture.shape
    below, right = -rows % MULTIPLE, -columns % MULTIPLE
    scaled = (picture - np.float32(shown.low)) * np.float32(1.0 / (shown.high - shown.low))
    scaled = np.clip(scaled, -_OVERSHOOT, 1 + _OVERSHOOT)
    if below or right:
        scaled = cv2.copyMakeBorder(scaled, 0, below, 0, right, cv2.BORDER_REPLICATE)
    out = np.empty((2, *scaled.shape), np.float32)
    np.clip(scaled * 2 - 1, -1, 1, out=out[0])
    difference = scaled - cv2.blur(scaled, (_BOX, _BOX), borderType=cv2.BORDER_REPLICATE)
    np.clip(difference / (3 * _deviation(difference, floor)), -1, 1, out=out[1])
    return out


def _deviation(difference: Grey, floor: float) -> Grey:
    """Return the local root mean square of the difference, measured coarsely. Shape as given."""
    rows, columns = difference.shape
    coarse = cv2.resize(difference * difference, (columns // _COARSE, rows // _COARSE), interpolation=cv2.INTER_AREA)
    coarse = cv2.blur(coarse, (_COARSE_BOX, _COARSE_BOX), borderType=cv2.BORDER_REPLICATE)
    np.maximum(coarse, 0, out=coarse)  # running sums may end a hair below zero
    deviation = cv2.resize(np.sqrt(coarse), (columns, rows), interpolation=cv2.INTER_LINEAR)
    return np.maximum(deviation, np.float32(floor))
