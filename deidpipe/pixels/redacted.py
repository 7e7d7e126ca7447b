"""New Pixel Data as it goes into the Instance, and as an image that can be looked at again."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from deidpipe.dicom.dictionary import vr_of
from deidpipe.dicom.encoding import encoding_of
from deidpipe.dicom.splice import Edit, Piece, bytes_of, encoded_element, encoded_header
from deidpipe.pixels.frames import LENGTHS, OFFSETS, PHOTOMETRIC, PIXEL_DATA, PLANAR, Facts, Image, Read

_UNDEFINED = 0xFFFFFFFF


class Redacted(NamedTuple):
    """New Pixel Data.

    Attributes
    ----------
    value
        Pieces of the value; ranges are of the source. A value of undefined length includes its delimiter.
    vr, undefined_length
        How the element is stored now.
    facts
        How the image is stored now; mostly as before.
    changes
        Tag -> new value as encoded in the Data Set, padded; None: the Attribute goes.
    touched
        The frames with something hidden, from 0.
    """

    value: tuple[Piece, ...]
    vr: str
    undefined_length: bool
    facts: Facts
    changes: Mapping[int, bytes | None]
    touched: tuple[int, ...]

    @property
    def size(self) -> int:
        """Bytes of the value."""
        return sum(map(len, self.value))

    @property
    def transfer_syntax(self) -> str:
        """The Transfer Syntax of the Instance from now on."""
        return self.facts.transfer_syntax

    def element(self, image: Image) -> list[Piece]:
        """Return the whole element, to stand where that of the image stood: from ``image.start`` to ``image.end``."""
        entry = image.data_set.layout.top[PIXEL_DATA]
        stored_vr = self.vr if image.data_set.layout.stored_vrs[entry] else ""
        length = _UNDEFINED if self.undefined_length else self.size
        return [encoded_header(PIXEL_DATA, stored_vr, length, big_endian=image.big_endian), *self.value]


def redacted(
    image: Image,
    value: Sequence[Piece],
    facts: Facts,
    touched: Sequence[int],
    changes: Mapping[int, bytes | None] | None = None,
) -> Redacted:
    """Return new Pixel Data of an image whose pixels are stored as ``facts`` say, with what else must change."""
    told = dict(changes or {})
    if facts.photometric != image.facts.photometric:
        told[PHOTOMETRIC] = facts.photometric.encode("ascii") + b" " * (len(facts.photometric) % 2)
    if facts.planar != image.facts.planar:
        told[PLANAR] = facts.planar.to_bytes(2, "big" if image.big_endian else "little")
    changed = facts.transfer_syntax != image.facts.transfer_syntax
    undefined_length = not is_native(facts) if changed else image.fragmented
    vr = image.vr
    if undefined_length != image.fragmented:
        vr = "OB" if facts.bits_allocated <= 8 else "OW"
    return Redacted(tuple(value), vr, undefined_length, facts, told, tuple(touched))


def attribute_edits(image: Image, new: Redacted) -> list[Edit]:
    """Return the edits that change, add or remove the other Attributes, in order; all stand before Pixel Data."""
    layout, starts = image.data_set.layout, image.data_set.starts
    implicit = not layout.stored_vrs[layout.top[PIXEL_DATA]]
    edits = list[Edit]()
    for tag, value in sorted(new.changes.items()):
        entry = layout.top.get(tag)
        if entry is not None:
            start, end = starts[entry], starts[layout.afters[entry]]
        else:
            start = end = min(starts[at] for other, at in layout.top.items() if other > tag)
        element = b""
        if value is not None:
            element = encoded_element(tag, vr_of(tag), value, implicit=implicit, big_endian=image.big_endian)
        edits.append((start, end, element, ()))
    return edits


def is_native(facts: Facts) -> bool:
    """Tell if the Pixel Data are stored without compression."""
    return not encoding_of(facts.transfer_syntax).encapsulated


def image_after(image: Image, new: Redacted) -> Image:
    """Return the image with its new Pixel Data, to be looked at again before anything is written."""

    def table(tag: int, before: bytes) -> bytes:
        return (new.changes[tag] or b"") if tag in new.changes else before

    return image._replace(
        facts=new.facts,
        start=0,
        value=0,
        end=new.size,
        vr=new.vr,
        fragmented=new.undefined_length,
        read=_reader(new.value, image.read),
        offsets=table(OFFSETS, image.offsets),
        lengths=table(LENGTHS, image.lengths),
    )


def _reader(pieces: Sequence[Piece], source: Read) -> Read:
    """Return what reads pieces as if they stood one after the other."""
    starts, pos = list[int](), 0
    for piece in pieces:
        starts.append(pos)
        pos += len(piece)

    def read(start: int, end: int) -> bytes:
        parts, at = list[bytes](), max(bisect_right(starts, start) - 1, 0)
        while at < len(pieces) and starts[at] < end:
            piece, first = pieces[at], max(start - starts[at], 0)
            if isinstance(piece, range):
                part = piece[first : end - starts[at]]
                parts.append(source(part.start, part.stop))
            else:
                parts.append(bytes_of(piece, source)[first : end - starts[at]])
            at += 1
        return b"".join(parts)

    return read
