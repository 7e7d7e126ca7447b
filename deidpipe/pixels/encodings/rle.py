"""RLE Lossless: decoded, filled, encoded again.

Decided: GDCM does not encode; it ends the process on what it does not like. Source: PS3.5 Annex G.
"""

from collections.abc import Sequence
from typing import Any

from deidpipe.pixels.encodings.decoded import cannot_encode, decoded_frame, not_the_same
from deidpipe.pixels.fill import Fill, cells
from deidpipe.pixels.frames import Facts
from deidpipe.pixels.redact import redact
from deidpipe.pixels.region import Box

_QUICK, _SLOW = "pylibjpeg", "pydicom"  # the first needs pylibjpeg-rle


def redacted_frame(stream: bytes, facts: Facts, boxes: Sequence[Box], fill: Fill) -> bytes:
    """Return the frame with the boxes filled; bits above High Bit stay outside of them."""
    import numpy as np
    from pydicom.pixels.encoders.base import get_encoder

    array = decoded_frame(stream, facts).array
    patterns = array.view(f"u{array.dtype.itemsize}").copy()
    redact(patterns, boxes, cells(fill, facts))
    options: dict[str, Any] = {
        "rows": facts.rows,
        "columns": facts.columns,
        "samples_per_pixel": facts.samples,
        "photometric_interpretation": facts.photometric,
        "bits_allocated": facts.bits_allocated,
        "bits_stored": facts.bits_allocated,
        "pixel_representation": 0,
        "planar_configuration": 0,
        "number_of_frames": 1,
    }
    encoder = get_encoder(facts.transfer_syntax)
    plugin = _QUICK if _QUICK in encoder.available_plugins else _SLOW
    try:
        encoded = encoder.encode(patterns.tobytes(), encoding_plugin=plugin, validate=False, **options)
    except (RuntimeError, ValueError):
        raise cannot_encode() from None
    if not np.array_equal(decoded_frame(encoded, facts).array.view(patterns.dtype), patterns):
        raise not_the_same()
    return bytes(encoded)
