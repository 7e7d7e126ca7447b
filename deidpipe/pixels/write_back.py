"""Hide regions in the Pixel Data of an Instance, and touch nothing else.

The result is a new element in the place of (7FE0,0010), as pieces for `splice`: new bytes, and ranges of the source
where frames stay as they are; and other Attributes that must change with it, mostly none.

Source: PS3.15 E.3.1, PS3.5 8.2 and Annex A, PS3.3 C.7.6.1.1.5 (Lossy Image Compression stays true).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from deidpipe.dicom.encoding import EXPLICIT_LITTLE
from deidpipe.dicom.splice import Piece, encoded_header
from deidpipe.dicom.values import texts
from deidpipe.pixels.encodings import IN_PLACE, INTO_ANOTHER, jpeg_2000
from deidpipe.pixels.encodings.decoded import decoded_frame
from deidpipe.pixels.encodings.huffman import HuffmanError
from deidpipe.pixels.encodings.jpeg_ls import LOSSLESS as JPEG_LS
from deidpipe.pixels.encodings.native import redacted_value
from deidpipe.pixels.fill import Fill, cells, fill_of
from deidpipe.pixels.fragments import LENGTHS, OFFSETS, Encapsulated, Frame, encapsulated, frames_in
from deidpipe.pixels.frames import PHOTOMETRIC, PIXEL_DATA, PIXEL_DATA_NAME, PLANAR, Facts, Image, PixelError, Read
from deidpipe.pixels.redact import redact
from deidpipe.pixels.region import Box, Region, boxes_by_frame

LOSSY, LOSSY_METHOD = 0x00282110, 0x00282114
_LOSSY_JPEG = frozenset({"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"})
_UNDEFINED = 0xFFFFFFFF
_LONGEST_NATIVE = 0xFFFFFFFE


class Redacted(NamedTuple):
    """New Pixel Data.

    Attributes
    ----------
    value
        Pieces of the value; ranges are of the source. A value of undefined length includes its delimiter.
    size
        Bytes of the value.
    vr, undefined_length, transfer_syntax
        What the element and the Instance are stored as now.
    changes
        Tag -> new value as encoded in the Data Set; None: the Attribute goes.
    touched
        The frames with something hidden, from 0.
    """

    value: tuple[Piece, ...]
    size: int
    vr: str
    undefined_length: bool
    transfer_syntax: str
    changes: Mapping[int, bytes | None]
    touched: tuple[int, ...]

    def element(self, image: Image) -> list[Piece]:
        """Return the whole element, to stand where that of the image stood: from ``image.start`` to ``image.end``."""
        entry = image.data_set.layout.top[PIXEL_DATA]
        stored_vr = self.vr if image.data_set.layout.stored_vrs[entry] else ""
        length = _UNDEFINED if self.undefined_length else self.size
        head = encoded_header(PIXEL_DATA, stored_vr, length, big_endian=image.big_endian)
        return [head, *self.value]

    def value_bytes(self, read: Read) -> bytes:
        """Return the value as one; ``read`` is that of the image."""
        return b"".join(read(piece.start, piece.stop) if isinstance(piece, range) else piece for piece in self.value)


def write_back(image: Image, regions: Sequence[Region]) -> Redacted:
    """Return the Pixel Data with the regions hidden.

    Raises
    ------
    RegionError
        If a region reaches outside the image.
    PixelError
        If the pixels cannot be redacted, or not without guessing; the Instance must not be released.
    """
    facts = image.facts
    boxes = boxes_by_frame(regions, facts.columns, facts.rows, facts.frames)
    if not boxes:
        whole = range(image.value, image.end)
        return Redacted((whole,), len(whole), image.vr, image.fragmented, facts.transfer_syntax, {}, ())
    fill = fill_of(facts, image.data_set)
    if not image.fragmented:
        value = redacted_value(image, boxes, fill)
        return _native(value, image.vr, facts.transfer_syntax, {}, tuple(boxes))
    frames = frames_in(image)
    if facts.transfer_syntax in IN_PLACE:
        try:
            return _in_place(image, frames, boxes, fill)
        except HuffmanError:
            return _as_native(image, frames, boxes)
    if facts.transfer_syntax in INTO_ANOTHER:
        return _into_another(image, frames, boxes, fill)
    what = f"is in a Transfer Syntax in which frames cannot be changed ({facts.transfer_syntax})"
    raise PixelError(PIXEL_DATA_NAME, what, "convert the Instance first")


def _in_place(image: Image, frames: Sequence[Frame], boxes: Mapping[int, Sequence[Box]], fill: Fill) -> Redacted:
    redacted = IN_PLACE[image.facts.transfer_syntax]
    new = {frame: redacted(frames[frame].joined(image.read), image.facts, boxes[frame], fill) for frame in boxes}
    changes = _colour_transformation(image.facts, new) if len(new) == len(frames) else {}
    return _encapsulated(image, encapsulated(image, frames, new), image.facts.transfer_syntax, changes, tuple(boxes))


def _into_another(image: Image, frames: Sequence[Frame], boxes: Mapping[int, Sequence[Box]], fill: Fill) -> Redacted:
    facts = image.facts
    target, transcoded = INTO_ANOTHER[facts.transfer_syntax]
    try:
        new = {
            number: transcoded(frame.joined(image.read), facts, boxes.get(number, ()), fill)
            for number, frame in enumerate(frames)
        }
    except PixelError:
        if target != JPEG_LS:
            raise
        return _as_native(image, frames, boxes)
    changes = dict(_colour_transformation(facts, new))
    if facts.planar and target == JPEG_LS:
        changes[PLANAR] = b"\0\0"
    return _encapsulated(image, encapsulated(image, frames, new), target, changes, tuple(boxes))


def _encapsulated(
    image: Image,
    value: Encapsulated,
    transfer_syntax: str,
    changes: Mapping[int, bytes | None],
    touched: tuple[int, ...],
) -> Redacted:
    return Redacted(
        tuple(value.pieces),
        value.size,
        image.vr,
        undefined_length=True,
        transfer_syntax=transfer_syntax,
        changes={**changes, **value.tables},
        touched=touched,
    )


def _colour_transformation(facts: Facts, new: Mapping[int, bytes]) -> Mapping[int, bytes | None]:
    """Return the Photometric Interpretation of frames that all have the reversible transformation (PS3.5 8.2.4)."""
    if facts.photometric == "YBR_ICT" and all(map(jpeg_2000.is_transformed, new.values())):
        return {PHOTOMETRIC: b"YBR_RCT "}
    return {}


def _as_native(image: Image, frames: Sequence[Frame], boxes: Mapping[int, Sequence[Box]]) -> Redacted:
    """Decode every frame, and store them without compression; that they were compressed with loss stays true."""
    facts, value, photometric = image.facts, list[Piece](), image.facts.photometric
    for number, frame in enumerate(frames):
        array, photometric = decoded_frame(frame.joined(image.read), facts)
        patterns = array.view(f"u{array.dtype.itemsize}").copy()
        if number in boxes:
            shown = facts._replace(photometric=photometric)
            redact(patterns, boxes[number], cells(fill_of(shown, image.data_set), shown))
        value.append(patterns.tobytes())
    size = sum(map(len, value))
    if size % 2:
        value.append(b"\0")
        size += 1
    if size > _LONGEST_NATIVE:
        raise PixelError(PIXEL_DATA_NAME, "is too large to be stored without compression", "convert the Instance first")
    changes: dict[int, bytes | None] = {}
    if photometric != facts.photometric:
        changes[PHOTOMETRIC] = photometric.encode("ascii") + b" " * (len(photometric) % 2)
    if facts.planar:
        changes[PLANAR] = b"\0\0"
    if facts.transfer_syntax in _LOSSY_JPEG and texts(image.data_set, LOSSY) != ("01",):
        changes[LOSSY] = b"01"
    if facts.transfer_syntax in _LOSSY_JPEG and not texts(image.data_set, LOSSY_METHOD):
        changes[LOSSY_METHOD] = b"ISO_10918_1 "
    if image.data_set.value_of(OFFSETS) is not None:
        changes |= {OFFSETS: None, LENGTHS: None}
    vr = "OB" if facts.bits_allocated <= 8 else "OW"
    return _native(value, vr, EXPLICIT_LITTLE, changes, tuple(boxes))


def _native(
    value: Sequence[Piece], vr: str, transfer_syntax: str, changes: Mapping[int, bytes | None], touched: tuple[int, ...]
) -> Redacted:
    size = sum(map(len, value))
    return Redacted(
        tuple(value),
        size,
        vr,
        undefined_length=False,
        transfer_syntax=transfer_syntax,
        changes=changes,
        touched=touched,
    )
