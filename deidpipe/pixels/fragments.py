"""Encapsulated Pixel Data: which fragments make which frame, and the same with some frames replaced.

Source: PS3.5 A.4 (fragments, Basic Offset Table), PS3.3 C.7.6.3.1.8 (Extended Offset Table).
"""

from collections.abc import Mapping, Sequence
from struct import pack, unpack
from typing import NamedTuple

from deidpipe.dicom.layout import ITEM, SEQUENCE_END
from deidpipe.dicom.splice import Piece
from deidpipe.pixels.frames import LENGTHS, OFFSETS, PIXEL_DATA_NAME, Image, PixelError, Read

_HEADER = 8
_END_OF_IMAGE, _NEAR_END = b"\xff\xd9", 10  # how the last fragment of a frame ends, padding aside
_LONGEST = 0xFFFFFFFE  # bytes of a fragment, and of an offset in the Basic Offset Table


class Frame(NamedTuple):
    """The fragments of one frame: where each one's header and value start, and where it ends, in the source."""

    fragments: tuple[tuple[int, int, int], ...]

    @property
    def start(self) -> int:
        """Where the first fragment's header stands."""
        return self.fragments[0][0]

    @property
    def end(self) -> int:
        """Where the last fragment ends."""
        return self.fragments[-1][2]

    def joined(self, read: Read) -> bytes:
        """Return the codestream."""
        return b"".join(read(value, end) for _, value, end in self.fragments)


class Encapsulated(NamedTuple):
    """A new value of Pixel Data, and what the Extended Offset Table then has to say, if there is one."""

    pieces: list[Piece]
    tables: dict[int, bytes | None]


def frames_in(image: Image) -> list[Frame]:
    """Return the frames of encapsulated Pixel Data.

    Raises PixelError if it is not certain which fragments make which frame: a wrong guess hides the wrong place.
    """
    table, *fragments = _items(image)
    count, offsets = image.facts.frames, _offsets(image, table)
    if len(fragments) == count:
        return [Frame((fragment,)) for fragment in fragments]
    if count == 1 and fragments and len(offsets) <= 1:
        return [Frame(tuple(fragments))]
    if offsets:
        first = table[2]
        return _by_starts(fragments, [first + offset for offset in offsets], count)
    frames, held = list[Frame](), list[tuple[int, int, int]]()
    for fragment in fragments:
        held.append(fragment)
        _, value, end = fragment
        if _END_OF_IMAGE in image.read(max(value, end - _NEAR_END), end):
            frames.append(Frame(tuple(held)))
            held = []
    if held or len(frames) != count:
        raise _unclear()
    return frames


def _items(image: Image) -> list[tuple[int, int, int]]:
    """Return where each Item stands: the Basic Offset Table, then the fragments."""
    items, pos = list[tuple[int, int, int]](), image.value
    while pos + _HEADER <= image.end:
        group, element, length = unpack("<HHL", image.read(pos, pos + _HEADER))
        tag = group << 16 | element
        if tag == SEQUENCE_END:
            break
        end = pos + _HEADER + length
        if tag != ITEM or end > image.end:
            raise _unclear()
        items.append((pos, pos + _HEADER, end))
        pos = end
    if not items:
        raise _unclear()
    return items


def _offsets(image: Image, table: tuple[int, int, int]) -> Sequence[int]:
    extended = image.offsets
    if extended:
        return unpack(f"<{len(extended) // 8}Q", extended[: len(extended) // 8 * 8])
    stored = image.read(table[1], table[2])
    return unpack(f"<{len(stored) // 4}L", stored[: len(stored) // 4 * 4])


def _by_starts(fragments: Sequence[tuple[int, int, int]], starts: Sequence[int], count: int) -> list[Frame]:
    """Group fragments into frames, each of which begins at one of the starts."""
    begins = set(starts)
    frames = list[list[tuple[int, int, int]]]()
    for fragment in fragments:
        if fragment[0] in begins:
            frames.append([])
        if not frames:
            raise _unclear()
        frames[-1].append(fragment)
    if len(frames) != count or len(starts) != count or list(starts) != [frame[0][0] for frame in frames]:
        raise _unclear()
    return [Frame(tuple(frame)) for frame in frames]


def _unclear() -> PixelError:
    return PixelError(PIXEL_DATA_NAME, "does not show which fragments make which frame", "have a person look at it")


def encapsulated(image: Image, frames: Sequence[Frame], new: Mapping[int, bytes]) -> Encapsulated:
    """Return the value with new codestreams for some frames; all other fragments are ranges of the source.

    There is a Basic Offset Table if there was one, unless its offsets no longer fit into it.
    """
    body, starts, lengths, pos = list[Piece](), list[int](), list[int](), 0
    for number, frame in enumerate(frames):
        starts.append(pos)
        if number in new:
            pieces, length = _fragment(new[number]), len(new[number])
        else:
            pieces, length = [range(frame.start, frame.end)], sum(end - value for _, value, end in frame.fragments)
        body += pieces
        lengths.append(length)
        pos += sum(map(len, pieces))
    table = _items(image)[0]
    has_table = table[1] < table[2] and starts[-1] <= _LONGEST
    first = pack(f"<{len(starts)}L", *starts) if has_table else b""
    head = pack("<HHL", ITEM >> 16, ITEM & 0xFFFF, len(first)) + first
    tail = pack("<HHL", SEQUENCE_END >> 16, SEQUENCE_END & 0xFFFF, 0)
    return Encapsulated([head, *body, tail], _tables(image, starts, lengths, new))


def _fragment(stream: bytes) -> list[Piece]:
    if len(stream) > _LONGEST:
        raise PixelError(PIXEL_DATA_NAME, "has a frame that fits into no fragment", "have a person look at it")
    padded = stream + b"\0" * (len(stream) % 2)
    return [pack("<HHL", ITEM >> 16, ITEM & 0xFFFF, len(padded)) + padded]


def _tables(
    image: Image, starts: Sequence[int], lengths: list[int], new: Mapping[int, bytes]
) -> dict[int, bytes | None]:
    """Return the Extended Offset Table and its lengths; a frame that stays keeps the length that was told."""
    if not image.offsets:
        return {}
    told = image.lengths
    if len(told) == 8 * len(lengths):
        before = unpack(f"<{len(lengths)}Q", told)
        lengths = [length if number in new else before[number] for number, length in enumerate(lengths)]
    return {OFFSETS: pack(f"<{len(starts)}Q", *starts), LENGTHS: pack(f"<{len(lengths)}Q", *lengths)}
