"""Marks that tell something about the image and nothing about anybody: sides, views, settings, scales.

Decided: a mark stays only if it is read surely and is one of these as a whole; all else that looks like text goes.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from deidpipe.pixels.picture import Picture
from deidpipe.pixels.region import Region

if TYPE_CHECKING:
    import numpy as np

    from deidpipe.pixels.detectors.tesseract import Reading

_SURE = 85.0  # of 100
_REMEMBERED = 1000  # readings
_UNITS = "mm|cm|m|kV|kVp|mA|mAs|ms|s|sec|Hz|MHz|kHz|dB|fps|%|deg|°|T|Gy|cm/s|m/s|mW/cm2|HU|bpm|x"
_MARK = re.compile(
    rf"(?:[LR]|LEFT|RIGHT|LT|RT|AP|PA|LAT|LATERAL|SUPINE|PRONE|ERECT|UPRIGHT|PORTABLE|SITTING|STANDING|DECUB|"
    rf"[LR]?(?:CC|MLO|ML|LM|XCCL|SPOT|MAG)|[AHFPSI]{{1,3}}|[RL][AHFPSI]{{1,2}}|"
    rf"[-+]?[0-9]{{1,4}}(?:[.,][0-9]{{1,3}})?\s?(?:{_UNITS})|(?:TIS|MI|TIB|TIC|GN|DR|FR|Zoom|Gain|Depth|Frq|PRF|WF)\s?"
    rf"[-+]?[0-9]{{1,4}}(?:[.,][0-9]{{1,2}})?\s?(?:{_UNITS})?)",
    re.IGNORECASE,
)


def is_technical(text: str, confidence: float) -> bool:
    """Tell if a text that was read is a harmless mark, and was read surely."""
    return confidence >= _SURE and _MARK.fullmatch(text.strip()) is not None


def marks_that_stay(identifies: Callable[[str], bool]) -> Callable[[Picture, Region], bool]:
    """Return what reads a region of a picture with Tesseract, and tells if a harmless mark stands there.

    ``identifies`` tells if a text may be one of the patient's. The same pixels are read once.
    """
    readings: dict[bytes, Reading] = {}

    def may_stay(shown: Picture, region: Region) -> bool:
        from deidpipe.pixels.detectors.tesseract import read_line

        part = _eight_bits(shown, region)
        digest = part.tobytes() + repr(part.shape).encode()
        if digest not in readings:
            if len(readings) >= _REMEMBERED:
                readings.clear()
            readings[digest] = read_line(part, (0, 0, part.shape[1], part.shape[0]))
        text, confidence = readings[digest]
        return is_technical(text, confidence) and not identifies(text)

    return may_stay


def _eight_bits(shown: Picture, region: Region) -> "np.ndarray":
    """Return a region in grey, its darkest pixel black and its brightest white."""
    import numpy as np

    part = shown.array[region.y0 : region.y1, region.x0 : region.x1].astype(np.float32)
    grey = part if part.ndim == 2 else part.mean(axis=2)
    low, high = float(grey.min()), float(grey.max())
    return np.asarray((grey - low) * (255 / max(high - low, 1e-6)), np.uint8)
