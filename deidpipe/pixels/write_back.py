"""Hide regions in the Pixel Data of an Instance, and touch nothing else.

The result is a new element in the place of (7FE0,0010), as pieces for `splice`: new bytes, and ranges of the source
where frames stay as they are; and other Attributes that must change with it, mostly none.

Source: PS3.15 E.3.1, PS3.5 8.2 and Annex A, PS3.3 C.7.6.1.1.5 (Lossy Image Compression stays true).
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from deidpipe.dicom.encoding import EXPLICIT_LITTLE
from deidpipe.dicom.splice import Deferred, Piece
from deidpipe.dicom.values import texts
from deidpipe.pixels.encodings import IN_PLACE, INTO_ANOTHER, jpeg_2000
from deidpipe.pixels.encodings.decoded import CannotEncodeError, decoded_frame
from deidpipe.pixels.encodings.native import redacted_value
from deidpipe.pixels.fill import cells, fill_of
from deidpipe.pixels.fragments import Frame, encapsulated, frames_in
from deidpipe.pixels.frames import LENGTHS, OFFSETS, PIXEL_DATA_NAME, Facts, Image, PixelError
from deidpipe.pixels.redact import redact
from deidpipe.pixels.redacted import Redacted, redacted
from deidpipe.pixels.region import Box, Region, boxes_by_frame

LOSSY, LOSSY_METHOD = 0x00282110, 0x00282114
_LOSSY_JPEG = frozenset({"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"})
_LONGEST_NATIVE = 0xFFFFFFFE


def write_back(image: Image, regions: Sequence[Region], *, without_overlays: bool = False) -> Redacted:
    """Return the Pixel Data with the regions hidden.

    ``without_overlays`` clears the unused bits of every cell, in which overlays were stored once.

    Raises
    ------
    RegionError
        If a region reaches outside the image.
    PixelError
        If the pixels cannot be redacted, or not without guessing; the Instance must not be released.
    """
    facts = image.facts
    boxes = boxes_by_frame(regions, facts.columns, facts.rows, facts.frames)
    if without_overlays:
        if image.fragmented:
            raise PixelError(PIXEL_DATA_NAME, "has overlays in unused bits, compressed", "convert the Instance first")
        boxes = {frame: boxes.get(frame, ()) for frame in range(facts.frames)}
        fill = fill_of(facts, image.data_set)._replace(clears_unused_bits=True)
        return redacted(image, redacted_value(image, boxes, fill), facts, tuple(boxes))
    if not boxes:
        return redacted(image, [range(image.value, image.end)], facts, ())
    if not image.fragmented:
        return redacted(image, redacted_value(image, boxes, fill_of(facts, image.data_set)), facts, tuple(boxes))
    if facts.transfer_syntax in IN_PLACE:
        try:
            return _in_place(image, boxes)
        except CannotEncodeError:
            return _as_native(image, boxes)
    if facts.transfer_syntax in INTO_ANOTHER:
        return _into_another(image, boxes)
    what = f"is in a Transfer Syntax in which frames cannot be changed ({facts.transfer_syntax})"
    raise PixelError(PIXEL_DATA_NAME, what, "convert the Instance first")


def _in_place(image: Image, boxes: Mapping[int, Sequence[Box]]) -> Redacted:
    """Write only the touched frames anew."""
    facts, frames, fill = image.facts, frames_in(image), fill_of(image.facts, image.data_set)
    redact_frame = IN_PLACE[facts.transfer_syntax]
    new = {frame: redact_frame(frames[frame].joined(image.read), facts, boxes[frame], fill) for frame in boxes}
    if len(new) == len(frames):
        facts = _as_transformed(facts, new.values())
    value = encapsulated(image, frames, new)
    return redacted(image, value.pieces, facts, tuple(boxes), value.tables)


def _into_another(image: Image, boxes: Mapping[int, Sequence[Box]]) -> Redacted:
    """Write every frame anew, in another Transfer Syntax."""
    facts, frames, fill = image.facts, frames_in(image), fill_of(image.facts, image.data_set)
    target, transcode = INTO_ANOTHER[facts.transfer_syntax]
    try:
        new = {
            number: transcode(frame.joined(image.read), facts, boxes.get(number, ()), fill)
            for number, frame in enumerate(frames)
        }
    except CannotEncodeError:
        return _as_native(image, boxes)
    facts = _as_transformed(facts, new.values())._replace(transfer_syntax=target, planar=0)
    value = encapsulated(image, frames, new)
    return redacted(image, value.pieces, facts, tuple(boxes), value.tables)


def _as_transformed(facts: Facts, streams: Iterable[bytes]) -> Facts:
    """Return the Photometric Interpretation of frames that now all have the reversible transformation (PS3.5 8.2.4)."""
    if facts.photometric == "YBR_ICT" and all(map(jpeg_2000.is_transformed, streams)):
        return facts._replace(photometric="YBR_RCT")
    return facts


def _as_native(image: Image, boxes: Mapping[int, Sequence[Box]]) -> Redacted:
    """Decode every frame, and store them without compression; that they were compressed with loss stays true."""
    facts, value = image.facts, list[Piece]()
    for number, frame in enumerate(frames_in(image)):
        array, photometric = decoded_frame(frame.joined(image.read), image.facts)
        facts = image.facts._replace(photometric=photometric, planar=0, transfer_syntax=EXPLICIT_LITTLE)
        value.append(Deferred(array.nbytes, partial(_native_frame, image, frame, facts, boxes.get(number, ()))))
    size = sum(map(len, value))
    if size > _LONGEST_NATIVE:
        raise PixelError(PIXEL_DATA_NAME, "is too large to be stored without compression", "convert the Instance first")
    value += [b"\0"] * (size % 2)
    changes: dict[int, bytes | None] = {}
    if image.facts.transfer_syntax in _LOSSY_JPEG and texts(image.data_set, LOSSY) != ("01",):
        changes[LOSSY] = b"01"
    if image.facts.transfer_syntax in _LOSSY_JPEG and not any(texts(image.data_set, LOSSY_METHOD) or ()):
        changes[LOSSY_METHOD] = b"ISO_10918_1 "
    if image.offsets:
        changes |= {OFFSETS: None, LENGTHS: None}
    return redacted(image, value, facts, tuple(boxes), changes)


def _native_frame(image: Image, frame: Frame, facts: Facts, boxes: Sequence[Box]) -> bytes:
    """Decode a frame and return it as native ``facts`` say, with the boxes filled."""
    array = decoded_frame(frame.joined(image.read), image.facts).array
    patterns = array.view(f"u{array.dtype.itemsize}").copy()
    redact(patterns, boxes, cells(fill_of(facts, image.data_set), facts))
    return patterns.tobytes()
