"""JPEG 2000 and High-Throughput JPEG 2000: decoded, filled, encoded again as JPEG 2000 without (further) loss.

The samples are taken as the codestream has them: its precision, its sign, with its component transformation or
without. Source: PS3.5 8.2.4 and A.4.4, ISO/IEC 15444-1 Annex A.
"""

from collections.abc import Sequence
from io import BytesIO
from struct import error as OutOfBytes  # noqa: N812
from struct import unpack_from
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from deidpipe.pixels.encodings.decoded import cannot_encode, codec_missing, not_the_same, wrong_size
from deidpipe.pixels.fill import Fill
from deidpipe.pixels.frames import PIXEL_DATA_NAME, Facts, PixelError
from deidpipe.pixels.redact import redact
from deidpipe.pixels.region import Box

if TYPE_CHECKING:
    import numpy as np

_START, _SIZE, _CODING, _TILE = b"\xff\x4f\xff\x51", 0x51, 0x52, 0x90
_RGB, _NO_COLOUR = 1, 0  # what the encoder calls them


class _Stream(NamedTuple):
    """What the main header says: bits and sign of the samples, and if there is a component transformation."""

    precision: int
    signed: bool
    transformed: bool


def redacted_frame(stream: bytes, facts: Facts, boxes: Sequence[Box], fill: Fill) -> bytes:
    """Return the frame with the boxes filled, as a JPEG 2000 codestream with reversible transformations."""
    import numpy as np

    header = _header(stream)
    samples = _decoded(stream).copy()
    if samples.shape != (
        (facts.rows, facts.columns, facts.samples) if facts.samples > 1 else (facts.rows, facts.columns)
    ):
        raise wrong_size()
    values = (0,) * 3 if header.transformed and facts.samples == 3 else fill.samples
    redact(samples, boxes, [_code(value, header) for value in values])
    colour = _RGB if header.transformed else _NO_COLOUR
    try:
        encoded = bytes(_codec().encode_array(samples, header.precision, colour, header.transformed))
    except (RuntimeError, ValueError):  # such as a side shorter than 32 pixels, which has no six resolutions
        raise cannot_encode() from None
    if not np.array_equal(_decoded(encoded), samples):
        raise not_the_same()
    return encoded


def is_transformed(stream: bytes) -> bool:
    """Tell if the components are transformed in the codestream: decoded, they are RGB."""
    return _header(stream).transformed


def _code(value: int, header: _Stream) -> int:
    """Return a stored value as the codestream has it: the same bits, with or without sign."""
    pattern = value & ((1 << header.precision) - 1)
    return pattern - (1 << header.precision) if header.signed and pattern >> (header.precision - 1) else pattern


def _decoded(stream: bytes) -> "np.ndarray":
    codec = _codec()
    try:
        array: np.ndarray = codec.decode(BytesIO(stream))
    except (RuntimeError, ValueError, NotImplementedError) as fault:
        what = f"has a frame that cannot be decoded ({type(fault).__name__})"
        raise PixelError(PIXEL_DATA_NAME, what, "have a person look at it") from None
    return array


def _codec() -> ModuleType:
    try:
        from openjpeg import utils
    except ImportError:
        raise codec_missing("pylibjpeg-openjpeg") from None
    codec: ModuleType = utils
    return codec


def _header(stream: bytes) -> _Stream:
    """Read the main header of the codestream, which may stand in the boxes of a JP2 file."""
    pos = stream.find(_START)
    transformed, precision = False, 0
    try:
        pos += 2
        while pos >= 2 and stream[pos + 1] != _TILE:
            marker, length = unpack_from(">xBH", stream, pos)
            if marker == _SIZE:
                (components,) = unpack_from(">H", stream, pos + 38)
                depths = {stream[pos + 40 + 3 * component] for component in range(components)}
                steps = {stream[pos + 41 + 3 * component + at] for component in range(components) for at in (0, 1)}
                if len(depths) != 1 or steps != {1}:
                    raise wrong_size()
                (precision,) = depths
            elif marker == _CODING:
                transformed = stream[pos + 8] == 1
            pos += 2 + length
    except (IndexError, OutOfBytes):
        raise wrong_size() from None
    if pos < 2:
        raise wrong_size()
    return _Stream((precision & 0x7F) + 1, bool(precision & 0x80), transformed)
