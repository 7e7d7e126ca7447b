"""Before and after side by side, as a small PNG. It is for the private folder: the left half shows the text."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from deidpipe.pixels.frames import Image
from deidpipe.pixels.picture import Picture, picture
from deidpipe.pixels.redacted import Redacted, image_after
from deidpipe.pixels.region import Box, Region

if TYPE_CHECKING:
    import numpy as np

SIDE = 384  # pixels of the longer side of each picture
_GAP = 8
_DARKEST, _BRIGHTEST = 1, 99  # percentiles that are shown as black and white where there is no colour
_OUTLINE = (0, 200, 255)  # blue, green, red: seen on grey and on most colours


def preview(image: Image, new: Redacted, regions: Sequence[Region], frame: int = 0) -> bytes:
    """Return a PNG: the frame before with the regions outlined, and after.

    Raises PixelError if the frame cannot be decoded.
    """
    boxes = [region.box for region in regions if region.frames is None or frame in range(*region.frames)]
    return side_by_side(picture(image, frame), picture(image_after(image, new), frame), boxes)


def side_by_side(before: Picture, after: Picture, boxes: Sequence[Box]) -> bytes:
    """Return the PNG of two pictures of one size, shown with the same window; boxes are outlined in the left one."""
    import cv2
    import numpy as np

    low, high = np.percentile(before.array, (_DARKEST, _BRIGHTEST))
    if before.photometric == "RGB":
        low, high = np.float64(0), np.float64(255 if before.array.dtype.itemsize == 1 else before.array.max())
    rows, columns = before.array.shape[:2]
    scale = SIDE / max(rows, columns)
    size = (max(round(columns * scale), 1), max(round(rows * scale), 1))
    left, right = (
        cv2.resize(_shown(one, float(low), float(high)), size, interpolation=cv2.INTER_AREA) for one in (before, after)
    )
    for x0, y0, x1, y1 in boxes:
        corner, opposite = (int(x0 * scale), int(y0 * scale)), (int(x1 * scale), int(y1 * scale))
        cv2.rectangle(left, corner, opposite, _OUTLINE, 1)
    gap = np.full((size[1], _GAP, 3), 255, np.uint8)
    _, png = cv2.imencode(".png", np.hstack([left, gap, right]))
    return png.tobytes()


def _shown(told: Picture, low: float, high: float) -> "np.ndarray":
    """Return blue, green and red of 8 bits."""
    import numpy as np

    shown = np.clip((told.array.astype(np.float32) - low) / max(high - low, 1) * 255, 0, 255).astype(np.uint8)
    if told.photometric == "RGB":
        return np.ascontiguousarray(shown[..., ::-1])
    return np.repeat((255 - shown if told.photometric == "MONOCHROME1" else shown)[..., None], 3, axis=2)
