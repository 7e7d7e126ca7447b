"""Edits in, bytes out: what no edit touches is copied as it was; lengths of what encloses an edit are put right.

Source: PS3.5 section 7.1 (element headers) and 7.5 (Sequences).
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from struct import pack
from typing import Literal

from deidpipe.dicom.index import Index
from deidpipe.dicom.layout import LONG_VRS
from deidpipe.dicom.walk import Buffer
from deidpipe.errors import EncodingError

LARGE = 1 << 15  # an untouched run this long is handed on as a range of the source instead of being copied
_SHORT_LIMIT = 0xFFFF


Edit = tuple[int, int, bytes, tuple[int, ...]]
"""(start, end, new, enclosing): put ``new`` in place of the bytes from ``start`` to ``end``.

``enclosing`` names the Items and Sequences of stored length around it, as ``Layout.enclosing`` gives them.
"""


class Deferred:
    """New bytes that are made when they are written, one after the other: too many to be held at once."""

    __slots__ = ("_length", "make")

    def __init__(self, length: int, make: Callable[[], bytes]) -> None:
        """``make`` returns the bytes, ``length`` of them, the same each time."""
        self._length, self.make = length, make

    def __len__(self) -> int:
        return self._length


Piece = bytes | range | Deferred  # new bytes, or a range of the source


def bytes_of(piece: Piece, read: Callable[[int, int], bytes]) -> bytes:
    """Return the bytes of a piece; ``read`` gives those of the source from a start to an end."""
    if isinstance(piece, range):
        return read(piece.start, piece.stop)
    return piece if isinstance(piece, bytes) else piece.make()


def splice(index: Index, edits: Sequence[Edit]) -> list[Piece]:
    """Return the Data Set with the edits in it, as pieces to be written one after the other.

    Edits must be in order and must not overlap. Padding after the Data Set is left out if there is any edit.
    """
    data, pos = index.data, index.starts[0]
    held = len(data)  # it may be the beginning of the file only
    if not edits:
        return [range(pos, index.size)] if index.size > pos else []
    nested = [edit for edit in edits if edit[3]]
    if nested:
        edits = sorted([*edits, *_new_lengths(index, nested)], key=_place)  # insertions at one byte keep their order
    small: list[Buffer] = []
    pieces: list[Piece] = []
    for start, end, new, _ in edits:
        if start - pos >= LARGE or start > held:
            pieces += [b"".join(small), range(pos, start)]
            small = [new]
        else:
            small += (data[pos:start], new)
        pos = end
    end = index.starts[-1]
    if end - pos >= LARGE or end > held:
        pieces += [b"".join(small), range(pos, end)]
    else:
        small.append(data[pos:end])
        pieces.append(b"".join(small))
    return [piece for piece in pieces if len(piece)]


def _place(edit: Edit) -> tuple[int, int]:
    return edit[:2]


def _new_lengths(index: Index, edits: Sequence[Edit]) -> list[Edit]:
    """Return the edits that correct the stored lengths around other edits."""
    growth: dict[int, int] = {}
    for start, end, new, enclosing in edits:
        change = len(new) - (end - start)
        for entry in enclosing:
            growth[entry] = growth.get(entry, 0) + change
    order: Literal["big", "little"] = "big" if index.big_endian else "little"
    corrections: list[Edit] = []
    for entry, change in growth.items():
        if change:
            value = index.starts[entry] + index.layout.headers[entry]
            at = value - 4  # the length is the last field of the header of a Sequence and of an Item
            length = int.from_bytes(index.data[at:value], order) + change
            corrections.append((at, value, length.to_bytes(4, order), ()))
    return corrections


def header(index: Index, entry: int, length: int) -> bytes:
    """Return the header of an element with another length.

    Raises EncodingError if the VR of the element cannot have that length.
    """
    layout = index.layout
    return encoded_header(layout.tags[entry], layout.stored_vrs[entry], length, big_endian=index.big_endian)


@lru_cache(maxsize=4096)
def encoded_header(tag: int, stored_vr: str, length: int, *, big_endian: bool) -> bytes:
    """Return the header of an element; ``stored_vr`` is empty where no VR is stored."""
    order = ">" if big_endian else "<"
    if not stored_vr:
        return pack(f"{order}HHL", tag >> 16, tag & 0xFFFF, length)
    vr = stored_vr.encode("ascii")
    if stored_vr in LONG_VRS:
        return pack(f"{order}HH2s2xL", tag >> 16, tag & 0xFFFF, vr, length)
    if length > _SHORT_LIMIT:
        raise EncodingError(
            f"({tag >> 16:04X},{tag & 0xFFFF:04X})", f"a value of VR {stored_vr} cannot be that long", "shorten it"
        )
    return pack(f"{order}HH2sH", tag >> 16, tag & 0xFFFF, vr, length)


def encoded_element(tag: int, vr: str, value: bytes, *, implicit: bool, big_endian: bool) -> bytes:
    """Return a whole element; a value of odd length is padded as its VR wants it (PS3.5 6.2)."""
    if len(value) % 2:
        value += b"\0" if vr in ("UI", "OB", "UN") else b" "
    return encoded_header(tag, "" if implicit else vr, len(value), big_endian=big_endian) + value
