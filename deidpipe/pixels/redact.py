"""Fill the regions of one frame, in the samples as they are stored; what is outside is not touched.

Source: PS3.15 E.3.1 (the Stored Pixel Values themselves are changed; an overlay is no cure).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from deidpipe.pixels.region import Box

if TYPE_CHECKING:
    import numpy as np


def redact(samples: "np.ndarray", boxes: Sequence[Box], fill: Sequence[int]) -> None:
    """Fill boxes, in place. ``samples`` has shape (rows, columns) or (rows, columns, samples)."""
    for x0, y0, x1, y1 in boxes:
        samples[y0:y1, x0:x1] = fill[0] if samples.ndim == 2 else fill


def redact_halved(pairs: "np.ndarray", boxes: Sequence[Box], fill: Sequence[int]) -> None:
    """Fill boxes, in place, widened to even columns.

    ``pairs`` has shape (rows, columns / 2, 4): two pixels with a luminance each and one chroma (PS3.3 C.7.6.3.1.2).
    """
    luminance, *chroma = fill
    for x0, y0, x1, y1 in boxes:
        pairs[y0:y1, x0 // 2 : (x1 + 1) // 2] = (luminance, luminance, *chroma)
