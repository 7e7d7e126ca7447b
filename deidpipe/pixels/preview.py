"""Before and after side by side, as a small PNG. It is for the private folder: the left half shows the text."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from deidpipe.pixels.frames import Facts, Image, stored_values
from deidpipe.pixels.redacted import Redacted, image_after
from deidpipe.pixels.region import Box, Region

if TYPE_CHECKING:
    import numpy as np

SIDE = 384  # pixels of the longer side of each picture
_GAP = 8
_DARKEST, _BRIGHTEST = 1, 99  # percentiles that are shown as black and white
_OUTLINE = (0, 200, 255)  # blue, green, red: seen on grey and on most colours
_FROM_YBR = ((1.0, 1.772, 0.0), (1.0, -0.344136, -0.714136), (1.0, 0.0, 1.402))  # to blue, green, red (ITU-R BT.601)


def preview(image: Image, new: Redacted, regions: Sequence[Region], frame: int = 0) -> bytes:
    """Return a PNG: the frame before with the regions outlined, and after.

    Raises PixelError if the frame cannot be decoded.
    """
    boxes = [region.box for region in regions if region.frames is None or frame in range(*region.frames)]
    before, after = stored_values(image, frame), stored_values(image_after(image, new), frame)
    return drawn(before, after, image.facts, new.facts, boxes)


def drawn(before: "np.ndarray", after: "np.ndarray", facts: Facts, facts_after: Facts, boxes: Sequence[Box]) -> bytes:
    """Return the PNG of two frames, shape (rows, columns) or (rows, columns, samples), shown with the same window."""
    import cv2
    import numpy as np

    low, high = np.percentile(before, (_DARKEST, _BRIGHTEST))
    scale = SIDE / max(facts.rows, facts.columns)
    size = (max(round(facts.columns * scale), 1), max(round(facts.rows * scale), 1))
    left = cv2.resize(_shown(before, facts, low, high), size, interpolation=cv2.INTER_AREA)
    right = cv2.resize(_shown(after, facts_after, low, high), size, interpolation=cv2.INTER_AREA)
    for x0, y0, x1, y1 in boxes:
        corner, opposite = (int(x0 * scale), int(y0 * scale)), (int(x1 * scale), int(y1 * scale))
        cv2.rectangle(left, corner, opposite, _OUTLINE, 1)
    gap = np.full((size[1], _GAP, 3), 255, np.uint8)
    _, png = cv2.imencode(".png", np.hstack([left, gap, right]))
    return png.tobytes()


def _shown(values: "np.ndarray", facts: Facts, low: float, high: float) -> "np.ndarray":
    """Return blue, green and red of 8 bits. A palette is shown by its indices: it is places that are looked at."""
    import numpy as np

    if facts.samples == 3:
        colours = values.astype(np.float32) / (1 << max(facts.bits_stored - 8, 0))
        if facts.photometric.startswith(("YBR_FULL", "YBR_PARTIAL")):
            shifted = colours - np.array((0, 128, 128), np.float32)
            return np.clip(shifted @ np.array(_FROM_YBR, np.float32).T, 0, 255).astype(np.uint8)
        return np.ascontiguousarray(np.clip(colours, 0, 255)[..., ::-1]).astype(np.uint8)
    grey = np.clip((values.astype(np.float32) - low) / max(high - low, 1) * 255, 0, 255).astype(np.uint8)
    return np.repeat((255 - grey if facts.photometric == "MONOCHROME1" else grey)[..., None], 3, axis=2)
