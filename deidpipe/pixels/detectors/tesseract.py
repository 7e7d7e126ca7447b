"""Read what stands in a region with Tesseract: it never finds, it only tells what a found line says.

A line is read upright, enlarged, dark on bright and bright on dark; the surer reading counts.
"""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from deidpipe.errors import UsageError
from deidpipe.pixels.region import Box

if TYPE_CHECKING:
    import numpy as np

_HEIGHT = 48  # pixels that Tesseract reads best
_MARGIN = 8
_ONE_LINE = "--psm 7"
_WHITE = 255


class Reading(NamedTuple):
    """A text and how sure its least sure word is, from 0 to 100."""

    text: str
    confidence: float


@cache
def must_be_there() -> None:
    """Raise UsageError if Tesseract cannot be asked."""
    try:
        import pytesseract

        pytesseract.get_tesseract_version()
    except ImportError:
        raise UsageError("Tesseract", "pytesseract is not installed", "install deidpipe[pixels]") from None
    except (pytesseract.TesseractNotFoundError, SystemExit):
        raise UsageError("Tesseract", "is not installed", "run make system, or install tesseract-ocr") from None


def read_line(picture: "np.ndarray", box: Box) -> Reading:
    """Return what stands in a box of a grey picture, 8 bits; nothing, if nothing can be read."""
    import cv2
    import numpy as np

    x0, y0, x1, y1 = box
    part = np.ascontiguousarray(picture[y0:y1, x0:x1])
    scale = max(_HEIGHT / max(part.shape[0], 1), 1.0)
    part = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    part = cv2.normalize(part, part, 0, _WHITE, cv2.NORM_MINMAX)
    readings = []
    for shown in (part, _WHITE - part):
        edge = int(np.median(shown))
        framed = cv2.copyMakeBorder(shown, _MARGIN, _MARGIN, _MARGIN, _MARGIN, cv2.BORDER_CONSTANT, value=edge)
        readings.append(_read(framed))
    return max(readings, key=lambda reading: reading.confidence)


def _read(shown: "np.ndarray") -> Reading:
    import pytesseract

    told = pytesseract.image_to_data(shown, config=_ONE_LINE, output_type=pytesseract.Output.DICT)
    words = [(word, float(sure)) for word, sure in zip(told["text"], told["conf"], strict=True) if word.strip()]
    if not words:
        return Reading("", 0.0)
    return Reading(" ".join(word for word, _ in words), min(sure for _, sure in words))
