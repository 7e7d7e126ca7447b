"""Native Pixel Data: regions are overwritten where they stand; every other bit of the value stays.

Source: PS3.5 8.1.1, 8.2 and Annex D (byte order of OB and OW); PS3.3 C.7.6.3.1.3 (Planar Configuration).
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from deidpipe.dicom.splice import Deferred, Piece
from deidpipe.pixels.fill import Fill, cells
from deidpipe.pixels.frames import PIXEL_DATA_NAME, Facts, Image, PixelError
from deidpipe.pixels.redact import redact, redact_halved
from deidpipe.pixels.region import Box

if TYPE_CHECKING:
    import numpy as np


def redacted_value(image: Image, boxes: Mapping[int, Sequence[Box]], fill: Fill) -> list[Piece]:
    """Return the value with the boxes of each frame filled; what is not touched are ranges of the source.

    Bytes behind the last frame are no pixels: nobody looked at them, so they are zeroed.

    Raises PixelError if the value holds fewer or more frames than Number of Frames says.
    """
    total, length = _total(image), image.end - image.value
    pieces, pos = list[Piece](), 0
    for start, end, frames in _windows(image, list(boxes)):
        if start > pos:
            pieces.append(range(image.value + pos, image.value + start))
        window = partial(_redacted_window, image, start, end, [(frame, boxes[frame]) for frame in frames], fill)
        pieces.append(Deferred(end - start, window))
        pos = end
    if pos < total:
        pieces.append(range(image.value + pos, image.value + total))
    behind = length + length % 2 - max(pos, total)
    return [*pieces, bytes(behind)] if behind else pieces


def _redacted_window(
    image: Image, start: int, end: int, frames: Sequence[tuple[int, Sequence[Box]]], fill: Fill
) -> bytes:
    """Return the bytes from a start to an end of the value, with the boxes of the frames in them filled."""
    window = bytearray(_plain(image, start, end))
    for frame, boxes in frames:
        _redact_bits(window, frame * image.facts.frame_bits - 8 * start, image.facts, boxes, fill)
    return _swapped(bytes(window), _unit(image))


def _total(image: Image) -> int:
    """Return the bytes of all frames."""
    length, facts = image.end - image.value, image.facts
    total = (facts.frames * facts.frame_bits + 7) // 8
    if facts.is_halved and facts.columns % 2:
        raise PixelError(PIXEL_DATA_NAME, "has pairs of pixels in rows of odd length", "have a person look at it")
    if length < total:
        raise PixelError(PIXEL_DATA_NAME, "is shorter than its rows, columns and frames need", "ask for a whole file")
    if 8 * (length - total) >= max(facts.frame_bits, 16):
        raise PixelError(PIXEL_DATA_NAME, "holds more frames than Number of Frames says", "have a person look at it")
    return total


def _windows(image: Image, touched: Sequence[int]) -> list[tuple[int, int, list[int]]]:
    """Return the bytes to be changed, and which frames they hold: one frame, or all where frames share bytes."""
    bits, unit = image.facts.frame_bits, _unit(image)
    if bits % (8 * unit) == 0:
        return [(frame * bits // 8, (frame + 1) * bits // 8, [frame]) for frame in touched]
    length, total = image.end - image.value, _total(image)
    return [(0, min(total + total % unit, length), list(touched))] if touched else []


def _unit(image: Image) -> int:
    """Return how many bytes are in reversed order: a cell, or a word where smaller cells stand in OW."""
    if not image.big_endian:
        return 1
    return max(image.facts.bits_allocated // 8, 2 if image.vr == "OW" else 1)


def _plain(image: Image, start: int, end: int) -> bytes:
    return _swapped(image.read(image.value + start, image.value + end), _unit(image))


def _swapped(data: bytes, unit: int) -> bytes:
    if unit == 1:
        return data
    import numpy as np

    whole = len(data) // unit * unit
    return np.frombuffer(data, f"u{unit}", whole // unit).byteswap().tobytes() + data[whole:]


def _redact_bits(window: bytearray, first: int, facts: Facts, boxes: Sequence[Box], fill: Fill) -> None:
    """Fill boxes of the frame that begins at a bit of the window; the window is little endian."""
    import numpy as np

    if facts.bits_allocated > 1:
        start = first // 8
        span = np.frombuffer(window, np.uint8)[start : start + facts.frame_bits // 8]
        fill_cells(span, facts, boxes, fill)
        return
    start, end = first // 8, (first + facts.frame_bits + 7) // 8
    bits = np.unpackbits(np.frombuffer(window, np.uint8)[start:end], bitorder="little")
    inside = bits[first - 8 * start :][: facts.frame_bits]
    redact(inside.reshape(facts.rows, facts.columns), boxes, cells(fill, facts))
    window[start:end] = np.packbits(bits, bitorder="little").tobytes()


def fill_cells(span: "np.ndarray", facts: Facts, boxes: Sequence[Box], fill: Fill) -> None:
    """Fill boxes of a frame in place; ``span`` has its bytes, little endian, of cells of a whole number of bytes."""
    import numpy as np

    patterns = cells(fill, facts)
    frame = span.view(np.dtype(f"<u{facts.bits_allocated // 8}"))
    if fill.clears_unused_bits:
        frame &= ((1 << facts.bits_stored) - 1) << (facts.high_bit + 1 - facts.bits_stored)
    if facts.is_halved:
        redact_halved(frame.reshape(facts.rows, facts.columns // 2, 4), boxes, patterns)
    elif facts.samples == 1:
        redact(frame.reshape(facts.rows, facts.columns), boxes, patterns)
    elif facts.planar:
        planes = frame.reshape(facts.samples, facts.rows, facts.columns)
        redact(np.moveaxis(planes, 0, -1), boxes, patterns)
    else:
        redact(frame.reshape(facts.rows, facts.columns, facts.samples), boxes, patterns)


def frame_bytes(image: Image, frame: int) -> bytes:
    """Return one native frame, little endian, from a byte of its own on."""
    _total(image)
    bits, unit = image.facts.frame_bits, _unit(image)
    first = frame * bits
    start, end = first // 8 // unit * unit, -(-(first + bits) // (8 * unit)) * unit
    data = _plain(image, start, min(end, image.end - image.value))
    if image.facts.bits_allocated > 1:
        return data[first // 8 - start :][: bits // 8]
    import numpy as np

    inside = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")[first - 8 * start :][:bits]
    return np.packbits(inside, bitorder="little").tobytes()
