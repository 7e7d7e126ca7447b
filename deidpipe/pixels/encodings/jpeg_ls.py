"""JPEG-LS, lossless and near-lossless: decoded, filled, encoded again without loss, in the same Transfer Syntax.

The samples are taken as the codestream has them, whatever Bits Stored and Pixel Representation say, so that they come
out as they were. Source: PS3.5 8.2.3 and A.4.3, ISO/IEC 14495-1.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from deidpipe.pixels.encodings.decoded import cannot_encode, codec_missing, decoded_frame, not_the_same, wrong_size
from deidpipe.pixels.fill import Fill, cells
from deidpipe.pixels.frames import PIXEL_DATA_NAME, Facts, PixelError
from deidpipe.pixels.redact import redact
from deidpipe.pixels.region import Box

if TYPE_CHECKING:
    import numpy as np

LOSSLESS = "1.2.840.10008.1.2.4.80"
_BY_PLANE, _BY_PIXEL = 0, 2  # interleave modes
_DEEPEST = 16


def redacted_frame(stream: bytes, facts: Facts, boxes: Sequence[Box], fill: Fill) -> bytes:
    """Return the frame with the boxes filled, in the same precision and interleave mode."""
    import numpy as np

    try:
        import jpeg_ls
    except ImportError:
        raise codec_missing("pyjpegls") from None
    try:
        data, told = jpeg_ls.decode_buffer(stream)
    except (RuntimeError, ValueError) as fault:
        what = f"has a frame that cannot be decoded ({type(fault).__name__})"
        raise PixelError(PIXEL_DATA_NAME, what, "have a person look at it") from None
    depth, mode = told["bits_per_sample"], told["interleave_mode"]
    if (told["height"], told["width"], told["components"]) != (facts.rows, facts.columns, facts.samples):
        raise wrong_size()
    samples = np.frombuffer(data, "<u1" if depth <= 8 else "<u2").copy()
    mask = (1 << depth) - 1
    pattern = [value & mask for value in fill.samples]
    if facts.samples == 1:
        redact(samples.reshape(facts.rows, facts.columns), boxes, pattern)
    elif mode == _BY_PLANE:
        planes = samples.reshape(facts.samples, facts.rows, facts.columns)
        redact(np.moveaxis(planes, 0, -1), boxes, pattern)
    else:
        redact(samples.reshape(facts.rows, facts.columns, facts.samples), boxes, pattern)
    return _encoded(samples.tobytes(), facts, depth, mode)


def transcoded_frame(stream: bytes, facts: Facts, boxes: Sequence[Box], fill: Fill) -> bytes:
    """Return a frame of another lossless encoding as JPEG-LS, with the boxes filled.

    Raises CannotEncodeError if JPEG-LS cannot hold it: more than 16 bits, or something in the bits above High Bit.
    """
    array = decoded_frame(stream, facts).array
    patterns = array.view(f"u{array.dtype.itemsize}").copy()
    redact(patterns, boxes, cells(fill, facts))
    return encoded_cells(patterns, facts)


def encoded_cells(patterns: "np.ndarray", facts: Facts) -> bytes:
    """Return the JPEG-LS codestream of whole cells, if they can be made again from Bits Stored."""
    import numpy as np

    depth = facts.bits_stored
    codes = patterns & np.array((1 << depth) - 1, patterns.dtype)
    again = codes
    if facts.signed:
        sign = np.array(1 << (depth - 1), patterns.dtype)
        again = (codes ^ sign) - sign
    if not 2 <= depth <= _DEEPEST or not np.array_equal(again, patterns):
        raise cannot_encode()
    codes = codes.astype("<u1" if depth <= 8 else "<u2")
    return _encoded(codes.tobytes(), facts, depth, _BY_PLANE if facts.samples == 1 else _BY_PIXEL)


def _encoded(samples: bytes, facts: Facts, depth: int, mode: int) -> bytes:
    """Encode without loss, and read it again to be sure."""
    try:
        import jpeg_ls
    except ImportError:
        raise codec_missing("pyjpegls") from None
    try:
        encoded = bytes(jpeg_ls.encode_buffer(samples, facts.rows, facts.columns, facts.samples, depth, 0, mode))
    except (RuntimeError, ValueError):
        raise cannot_encode() from None
    if bytes(jpeg_ls.decode_buffer(encoded)[0]) != samples:
        raise not_the_same()
    return encoded
