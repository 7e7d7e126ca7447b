"""A frame as detectors want it: grey as stored, colours as red, green and blue.

Source: PS3.3 C.7.6.3.1.2 (YBR_FULL), C.7.6.3.1.5 and .6 (palettes).
"""

import warnings
from typing import TYPE_CHECKING, NamedTuple

from deidpipe.dicom.index import Index
from deidpipe.pixels.frames import Image, stored_values

if TYPE_CHECKING:
    import numpy as np

_DESCRIPTORS, _TABLES, _SEGMENTED = (
    range(0x00281101, 0x00281104),
    range(0x00281201, 0x00281204),
    range(0x00281221, 0x00281224),
)
_TO_RGB = ((1.0, 1.0, 1.0), (0.0, -0.344136, 1.772), (1.402, -0.714136, 0.0))  # rows Y, Cb, Cr (ITU-R BT.601)


class Picture(NamedTuple):
    """Shape (rows, columns) or (rows, columns, 3); ``photometric`` is MONOCHROME1, MONOCHROME2 or RGB."""

    array: "np.ndarray"
    photometric: str


def picture(image: Image, frame: int) -> Picture:
    """Return one frame to look at. Raises PixelError if it cannot be decoded."""
    return as_picture(stored_values(image, frame), image)


def as_picture(values: "np.ndarray", image: Image) -> Picture:
    """Return the Stored Pixel Values of a frame as a picture.

    A palette that cannot be understood is left out: then the indices are the picture.
    """
    import numpy as np

    facts = image.facts
    if facts.samples == 1:
        colours = _coloured(values, image.data_set, image) if facts.photometric == "PALETTE COLOR" else None
        if colours is not None:
            return Picture(colours, "RGB")
        return Picture(values, "MONOCHROME1" if facts.photometric == "MONOCHROME1" else "MONOCHROME2")
    if not facts.photometric.startswith(("YBR_FULL", "YBR_PARTIAL")):
        return Picture(values, "RGB")
    middle = 1 << (facts.bits_stored - 1)
    colours = (values.astype(np.float32) - np.array((0, middle, middle), np.float32)) @ np.array(_TO_RGB, np.float32)
    return Picture(np.clip(colours, 0, 2 * middle - 1).astype(values.dtype), "RGB")


def _coloured(indices: "np.ndarray", data_set: Index, image: Image) -> "np.ndarray | None":
    from pydicom.dataset import Dataset
    from pydicom.pixels.processing import apply_color_lut

    order = "big" if data_set.big_endian else "little"
    palette = Dataset()
    for tag in _DESCRIPTORS:
        value = data_set.value_of(tag) or b""
        palette.add_new(tag, "US", [int.from_bytes(value[at : at + 2], order) for at in range(0, len(value) - 1, 2)])  # type: ignore[arg-type]
    for tag in (*_TABLES, *_SEGMENTED):
        table = data_set.value_of(tag)
        if table is not None:
            palette.add_new(tag, "OW", table)
    palette.PhotometricInterpretation = "PALETTE COLOR"
    palette.PixelRepresentation = int(image.facts.signed)
    palette.set_original_encoding(is_implicit_vr=False, is_little_endian=not data_set.big_endian)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return apply_color_lut(indices, palette)
        except (AttributeError, IndexError, KeyError, NotImplementedError, TypeError, ValueError):
            return None
