"""RLE Lossless: decoded, filled, encoded again. Source: PS3.5 Annex G."""

from collections.abc import Sequence

from deidpipe.pixels.encodings.decoded import decoded_frame, not_the_same
from deidpipe.pixels.fill import Fill, cells
from deidpipe.pixels.frames import Facts
from deidpipe.pixels.redact import redact
from deidpipe.pixels.region import Box


def redacted_frame(stream: bytes, facts: Facts, boxes: Sequence[Box], fill: Fill) -> bytes:
    """Return the frame with the boxes filled; bits above High Bit stay outside of them."""
    import numpy as np
    from pydicom.pixels.encoders.base import get_encoder

    array = decoded_frame(stream, facts).array
    patterns = array.view(f"u{array.dtype.itemsize}").copy()
    redact(patterns, boxes, cells(fill, facts))
    encoded = get_encoder(facts.transfer_syntax).encode(
        patterns.tobytes(),
        validate=False,
        rows=facts.rows,
        columns=facts.columns,
        samples_per_pixel=facts.samples,
        photometric_interpretation=facts.photometric,
        bits_allocated=facts.bits_allocated,
        bits_stored=facts.bits_allocated,
        pixel_representation=0,
        planar_configuration=0,
        number_of_frames=1,
    )
    if not np.array_equal(decoded_frame(encoded, facts).array.view(patterns.dtype), patterns):
        raise not_the_same()
    return bytes(encoded)
