"""The image of an Instance: how its pixels are stored, and its Stored Pixel Values, one frame at a time.

Source: PS3.3 C.7.6.3 (Image Pixel), PS3.5 8 and Annex A.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from deidpipe.dicom.encoding import EXPLICIT_LITTLE, encoding_of
from deidpipe.dicom.files import OpenFile, read_at
from deidpipe.dicom.index import Index
from deidpipe.dicom.instance import Instance, read_instance
from deidpipe.dicom.layout import TOP
from deidpipe.dicom.values import texts
from deidpipe.errors import DeidError

if TYPE_CHECKING:
    import numpy as np

PIXEL_DATA, PIXEL_DATA_NAME = 0x7FE00010, "(7FE0,0010) PixelData"
OFFSETS, LENGTHS = 0x7FE00001, 0x7FE00002  # the Extended Offset Table and its lengths
ROWS, COLUMNS, SAMPLES, PHOTOMETRIC, PLANAR, FRAMES = (
    0x00280010,
    0x00280011,
    0x00280002,
    0x00280004,
    0x00280006,
    0x00280008,
)
BITS_ALLOCATED, BITS_STORED, HIGH_BIT, SIGNED = 0x00280100, 0x00280101, 0x00280102, 0x00280103
_DEPTHS = frozenset({1, 8, 16, 32, 64})
_SAMPLES = {"RGB": 3, "YBR_FULL": 3, "YBR_FULL_422": 3, "YBR_PARTIAL_422": 3, "YBR_ICT": 3, "YBR_RCT": 3}
_SAMPLES |= {"MONOCHROME1": 1, "MONOCHROME2": 1, "PALETTE COLOR": 1}
_HALVED = frozenset({"YBR_FULL_422", "YBR_PARTIAL_422"})  # two pixels share their chroma where they are native

Read = Callable[[int, int], bytes]
"""Return the bytes of the source from a start to an end."""


class PixelError(DeidError):
    """Pixel Data that cannot be read, or not be redacted, without guessing. The Instance is not to be released."""


class Facts(NamedTuple):
    """How the pixels of an image are stored; ``signed`` means two's complement (Pixel Representation 1)."""

    rows: int
    columns: int
    samples: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    photometric: str
    planar: int
    frames: int
    transfer_syntax: str

    @property
    def is_halved(self) -> bool:
        """Whether native pixels come in pairs that share their chroma (PS3.3 C.7.6.3.1.2)."""
        return self.photometric in _HALVED

    @property
    def frame_bits(self) -> int:
        """Bits of one frame as native Pixel Data; frames follow each other without a gap."""
        samples = 2 if self.is_halved else self.samples
        return self.rows * self.columns * samples * self.bits_allocated


class Image(NamedTuple):
    """The Pixel Data of an Instance.

    ``start``, ``value`` and ``end`` are where the element, its value and what follows it stand in the source. The value
    of fragmented Pixel Data includes its Sequence Delimitation Item. ``offsets`` and ``lengths`` are the values of the
    Extended Offset Table, empty where there is none.
    """

    facts: Facts
    data_set: Index
    start: int
    value: int
    end: int
    vr: str
    fragmented: bool
    read: Read
    offsets: bytes = b""
    lengths: bytes = b""

    @property
    def big_endian(self) -> bool:
        """Whether the Data Set is big endian."""
        return self.data_set.big_endian


@contextmanager
def open_image(source: str | os.PathLike[str] | bytes) -> Iterator[Image]:
    """Open the image of a file, given as its path or its bytes.

    Raises PixelError where it has no image that can be read, and what OpenFile raises.
    """
    if isinstance(source, bytes):
        yield image_of(read_instance(source, len(source)))
        return
    with OpenFile(os.fspath(source)) as file:
        yield image_of(file.instance, reader_of(file))


def reader_of(file: OpenFile) -> Read:
    """Return what reads the bytes that the index of an open file is about, also those not held in memory."""
    body = file.instance.body
    if file.instance.encoding.deflated:
        return lambda start, end: bytes(body[start:end])
    return lambda start, end: read_at(file.descriptor, end - start, start)


def image_of(instance: Instance, read: Read | None = None) -> Image:
    """Return the image of an Instance; ``read`` is needed where its body is only the beginning of the file.

    Raises PixelError if it has none, or if the Attributes that say how it is stored are missing or contradict it.
    """
    index, body = instance.data_set, instance.body
    layout = index.layout
    entry = layout.top.get(PIXEL_DATA)
    if entry is None:
        raise PixelError(PIXEL_DATA_NAME, "is missing", "leave pixels out of the profile for such Instances")
    if sum(layout.tags[at] == PIXEL_DATA and layout.parents[at] == TOP for at in layout.elements) > 1:
        raise PixelError(PIXEL_DATA_NAME, "is there twice", "ask the sender for a valid file")
    facts = facts_of(index, instance.transfer_syntax)
    start = index.starts[entry]
    image = Image(
        facts,
        index,
        start,
        start + layout.headers[entry],
        index.starts[layout.afters[entry]],
        layout.vrs[entry],
        layout.fragmented[entry],
        _exactly(read or (lambda start, end: bytes(body[start:end]))),
        index.value_of(OFFSETS) or b"",
        index.value_of(LENGTHS) or b"",
    )
    if image.fragmented != instance.encoding.encapsulated:
        raise PixelError(
            PIXEL_DATA_NAME, "is not stored as the Transfer Syntax says", "ask the sender for a valid file"
        )
    return image


def _exactly(read: Read) -> Read:
    """Return what reads, or raises PixelError where the source is shorter than its index."""

    def read_exactly(start: int, end: int) -> bytes:
        data = read(start, end)
        if len(data) != end - start:
            raise PixelError(PIXEL_DATA_NAME, "is not held as a whole", "read the file again from its start")
        return data

    return read_exactly


def facts_of(index: Index, transfer_syntax: str) -> Facts:
    """Return how the pixels of a Data Set are stored.

    Raises PixelError for what the Standard does not have, or no longer has (more or fewer samples, packed bits).
    """

    def number(tag: int, default: int | None = None) -> int:
        told = texts(index, tag)
        if told is None or told in ((), ("",)):
            if default is None:
                raise _unfit(tag, "is missing")
            return default
        if len(told) != 1 or not told[0].removeprefix("+").isdecimal():
            raise _unfit(tag, "is not one number")
        return int(told[0])

    photometric = (texts(index, PHOTOMETRIC) or ("",))[0].upper()
    samples, allocated = number(SAMPLES, 1), number(BITS_ALLOCATED)
    stored = number(BITS_STORED, allocated)
    facts = Facts(
        number(ROWS),
        number(COLUMNS),
        samples,
        allocated,
        stored,
        number(HIGH_BIT, stored - 1),
        number(SIGNED, 0) == 1,
        photometric,
        number(PLANAR, 0) if samples > 1 else 0,
        max(number(FRAMES, 1), 1),
        transfer_syntax,
    )
    if not facts.rows or not facts.columns:
        raise _unfit(ROWS if facts.columns else COLUMNS, "is zero")
    if _SAMPLES.get(photometric) != samples:
        raise _unfit(PHOTOMETRIC, "is none that can be redacted with that many samples per pixel")
    if allocated not in _DEPTHS:
        raise _unfit(BITS_ALLOCATED, "is none of 1, 8, 16, 32, 64")
    if not 1 <= stored <= facts.high_bit + 1 <= allocated:
        raise _unfit(BITS_STORED, "does not fit Bits Allocated and High Bit")
    if facts.planar not in (0, 1) or (facts.is_halved and facts.planar):
        raise _unfit(PLANAR, "does not fit the Photometric Interpretation")
    return facts


def _unfit(tag: int, what: str) -> PixelError:
    from pydicom.datadict import keyword_for_tag

    name = f"({tag >> 16:04X},{tag & 0xFFFF:04X}) {keyword_for_tag(tag)}"
    return PixelError(name, what, "have a person look at the Instance")


def frame_streams(image: Image) -> Callable[[int], bytes]:
    """Return what gives the bytes of a frame as it is stored, native ones little endian.

    Raises PixelError if it is not certain which fragments make which frame. That is found out once, here.
    """
    if image.fragmented:
        from deidpipe.pixels.fragments import frames_in

        frames = frames_in(image)
        return lambda frame: frames[frame].joined(image.read)
    from deidpipe.pixels.encodings.native import frame_bytes

    return lambda frame: frame_bytes(image, frame)


def values_of(stream: bytes, facts: Facts) -> "np.ndarray":
    """Return the Stored Pixel Values of one frame: shape (rows, columns) or (rows, columns, samples).

    No LUT and no colour transformation is applied, but that of the codec. Raises PixelError if it cannot be decoded.
    """
    from deidpipe.pixels.encodings.decoded import decoded_frame

    if not encoding_of(facts.transfer_syntax).encapsulated:
        facts = facts._replace(transfer_syntax=EXPLICIT_LITTLE)
    return _without_unused_bits(decoded_frame(stream, facts).array, facts)


def stored_values(image: Image, frame: int) -> "np.ndarray":
    """Return the Stored Pixel Values of one frame, as ``values_of`` does."""
    return values_of(frame_streams(image)(frame), image.facts)


def _without_unused_bits(array: "np.ndarray", facts: Facts) -> "np.ndarray":
    """Return the values without what else may stand in their cells: overlays, as they were stored once."""
    if facts.bits_stored == facts.bits_allocated:
        return array
    values: np.ndarray = (array << (facts.bits_allocated - 1 - facts.high_bit)) >> (
        facts.bits_allocated - facts.bits_stored
    )
    return values
