"""The real files: on which text was boxed by hand, and on which nobody saw any. For measuring, never for training."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from deidpipe.pixels.views import grey
from training.sources import CORPUS, EXCLUDED, HELD_OUT, matches

# `masked-`: painted over by who published the file; nothing is left to read.
HARMLESS = frozenset({"technical", "label", "orientation", "manufacturer", "masked-name", "masked-id"})
THICK = 13  # pixels; strokes of letters are thinner


class Mark(NamedTuple):
    """A hand-made box around a text, in pixels."""

    x: int
    y: int
    width: int
    height: int
    category: str

    @property
    def identifying(self) -> bool:
        """Whether the text may tell who the patient is, or who treated them where and when."""
        return self.category not in HARMLESS


class Real(NamedTuple):
    """A frame of a real file. marks: none if it is text-free."""

    path: str
    frame: NDArray[Any]
    photometric: str
    marks: tuple[Mark, ...]
    is_held_out: bool


def frame_of(path: Path) -> tuple[NDArray[Any], str] | None:
    """Return the first frame of a file, colours as RGB, and what it is then; None if it cannot be decoded."""
    import pydicom
    from pydicom.pixels import pixel_array
    from pydicom.pixels.processing import apply_color_lut

    try:
        ds = pydicom.dcmread(path, force=True)
        frame = pixel_array(ds, index=0)
        photometric = str(ds.PhotometricInterpretation)
        if photometric == "PALETTE COLOR":
            return apply_color_lut(frame, ds), "RGB"
    except Exception:  # noqa: BLE001 the corpus has broken files on purpose
        return None
    return (frame, photometric) if frame.ndim in (2, 3) else None


def with_text() -> Iterator[Real]:
    """Yield the files on which text was boxed."""
    told = json.loads((CORPUS / "burned_in.json").read_text(encoding="utf-8"))["files"]
    for path, about in told.items():
        decoded = frame_of(CORPUS / path)
        if decoded:
            marks = tuple(Mark(box["x"], box["y"], box["w"], box["h"], box["category"]) for box in about["boxes"])
            yield Real(path, *decoded, marks, is_held_out=True)


def without_text() -> Iterator[Real]:
    """Yield the files on which nobody saw text."""
    with (CORPUS / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = row["path"].rpartition("/")[2]
            if row["burned_in_text"].startswith(("none seen", "not looked")) and not matches(name, EXCLUDED):
                decoded = frame_of(CORPUS / row["path"])
                if decoded:
                    yield Real(row["path"], *decoded, (), is_held_out=matches(name, HELD_OUT))


def part_covered(real: Real, mark: Mark, mask: NDArray[np.bool_]) -> float:
    """Return the part of the ink inside a box that a mask covers.

    Ink is what is thin and stands out: a skull that reaches into the box is none.
    """
    y, x = max(0, mark.y), max(0, mark.x)
    reach = THICK  # so that what is thick is seen to be thick though the box cuts it
    around = grey(real.frame, real.photometric)[
        max(0, y - reach) : y + mark.height + reach, max(0, x - reach) : x + mark.width + reach
    ]
    kernel = np.ones((THICK, THICK), np.uint8)
    thin = np.maximum(*(cv2.morphologyEx(around, how, kernel) for how in (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT)))
    thin = thin[y - max(0, y - reach) :, x - max(0, x - reach) :][: mark.height, : mark.width]
    ink = thin > 0.4 * thin.max() if thin.max() > 0 else np.ones_like(thin, bool)
    return float((ink & mask[y : y + ink.shape[0], x : x + ink.shape[1]]).sum()) / max(1, int(ink.sum()))
