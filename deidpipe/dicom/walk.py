"""One walk over the bytes of a Data Set: the hot loop behind the index.

The walk reads headers and lengths, never values. Each step moves forward and each container must end exactly where
its length or its delimiter says, so damaged bytes end in an EncodingError within time linear in their number.

Source: PS3.5 section 7.
"""

from collections.abc import Callable
from itertools import repeat
from struct import Struct
from struct import error as OutOfBytes  # noqa: N812  (it is raised where the buffer is too short)

from deidpipe.dicom.dictionary import vr_of
from deidpipe.dicom.layout import ITEM, ITEM_END, LONG_VRS, SEQUENCE_END
from deidpipe.errors import EncodingError

Buffer = bytes | memoryview  # a memory map is handed over as a memoryview

_UNDEFINED = 0xFFFFFFFF
_MAX_DEPTH = 64  # Items within Items; real Instances stay below 10
_MAX_ELEMENTS = 500_000  # in one Data Set; keeps memory bounded on bytes made to exhaust it
_KNOWN_HEADS = 20_000  # element headers remembered, with how they are read
_CHUNK = 1 << 20
_ITEM_HEADER = 8
_PIXEL_GROUP = 0x7FE0
_SHORT, _LONG, _SEQUENCE, _UNKNOWN, _FRAGMENTABLE, _UNSTORED, _DELIMITER, _ZERO = range(8)
SHORT_VRS = frozenset(
    {"AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT", "PN", "SH", "SL", "SS", "ST", "TM", "UI"}
    | {"UL", "US"}
)
_VR_SORTS = {
    **dict.fromkeys(SHORT_VRS, _SHORT),
    **dict.fromkeys(LONG_VRS, _LONG),
    "SQ": _SEQUENCE,
    "UN": _UNKNOWN,
    "OB": _FRAGMENTABLE,
    "OW": _FRAGMENTABLE,
}
_ITEM_DEFINED, _ITEM_UNDEFINED = b"\xfe\xff\x00\xe0D0", b"\xfe\xff\x00\xe0U0"
_ITEM_ENDS, _ITEM_DELIMITED = b"\xfe\xff\x0d\xe000", b"\xfe\xff\x0d\xe080"
_SEQUENCE_ENDS, _SEQUENCE_DELIMITED = b"\xfe\xff\xdd\xe000", b"\xfe\xff\xdd\xe080"
_SURPLUS_DELIMITER = b"\xfe\xff\xdd\xe0\0\0\0\0"
_SEQUENCE_BOTH = b"\xfe\xff\xdd\xe088"


ItemAt = Callable[[int], bytes]
"""Position -> the 8 bytes that stand there in the file, or fewer at its end."""

_Step = Callable[[int, int, int], int]
_Tags = dict[bytes, tuple[int, bytes]]
_KNOWN: tuple[tuple[dict[bytes, int], _Tags], tuple[dict[bytes, int], _Tags]] = (({}, {}), ({}, {}))  # by byte order


class TooDeepError(EncodingError):
    """Items within Items without end."""


class Walk:
    """One walk over a buffer: fills ``heads`` (of the shape) and ``starts`` in step."""

    def __init__(self, data: Buffer, size: int, *, big_endian: bool, item_at: ItemAt | None = None) -> None:
        self.data, self.size, self.big_endian = data, size, big_endian
        self.item_at = item_at
        self.heads: list[bytes] = []
        self.starts: list[int] = []
        order = ">" if big_endian else "<"
        self.explicit_header = Struct(f"{order}6sH").unpack_from
        self.implicit_header = Struct(f"{order}4sL").unpack_from
        self.item_header = Struct(f"{order}HHL").unpack_from
        self.length = Struct(f"{order}L").unpack_from
        self.sorts, self.tags = _KNOWN[big_endian]

    # --- Data Sets -------------------------------------------------------------------------------------------------

    def explicit(self, pos: int, end: int, depth: int) -> int:
        """Walk a Data Set with VRs up to ``end`` or the first delimiter; return where the walk stopped."""
        data, header, long_length = self.data, self.explicit_header, self.length
        add_head, add_start, sort_of = self.heads.append, self.starts.append, self.sorts.get
        little = not self.big_endian
        last = end - 8  # where the last header can begin
        for _ in repeat(None, _MAX_ELEMENTS):
            if pos > last:
                return pos
            head, length = header(data, pos)
            sort = sort_of(head)
            if sort == _SHORT and little:  # nearly all elements of nearly all files
                add_head(head)
                add_start(pos)
                pos += 8 + length
                continue
            if sort is None:
                sort = self._sort(head, pos)
            if sort >= _UNSTORED:
                if sort == _UNSTORED:
                    unstored_sort, head = self.tags.get(head[:4]) or self._sort_of_tag(head[:4])
                    pos = self._unstored(unstored_sort, head, long_length(data, pos + 4)[0], pos, end, depth)
                    continue
                return pos  # a delimiter, or zeros after the Data Set
            add_head(head if little else _swapped(head))
            add_start(pos)
            if sort == _SHORT:
                pos += 8 + length
                continue
            (length,) = long_length(data, pos + 8)
            pos += 12
            if sort == _LONG and length != _UNDEFINED:
                pos += length
            else:
                pos = self._long_value(sort, pos, length, end, depth)
        raise self.error(pos, f"holds more than {_MAX_ELEMENTS} elements")

    def implicit(self, pos: int, end: int, depth: int) -> int:
        """Walk a Data Set without VRs up to ``end`` or the first delimiter; return where the walk stopped."""
        data, header, known = self.data, self.implicit_header, self.tags.get
        add_head, add_start = self.heads.append, self.starts.append
        last = end - 8
        for _ in repeat(None, _MAX_ELEMENTS):
            if pos > last:
                return pos
            raw_tag, length = header(data, pos)
            sort, head = known(raw_tag) or self._sort_of_tag(raw_tag)
            if sort == _SHORT and length != _UNDEFINED:
                add_head(head)
                add_start(pos)
                pos += 8 + length
            elif sort >= _DELIMITER:
                return pos
            else:
                pos = self._unstored(sort, head, length, pos, end, depth)
        raise self.error(pos, f"holds more than {_MAX_ELEMENTS} elements")

    def _unstored(self, sort: int, head: bytes, length: int, pos: int, end: int, depth: int) -> int:
        """Walk one element without VR that is not simply a value."""
        self.heads.append(head)
        self.starts.append(pos)
        pos += 8
        if length == _UNDEFINED:
            if sort == _FRAGMENTABLE:
                raise self.error(pos, "has fragments in a Data Set without VRs")
            return self._items(pos, end, self.implicit, depth, defined=False)
        if sort == _SEQUENCE:
            return self._items(pos, self._within(pos + length, end, pos), self.implicit, depth, defined=True)
        if sort == _UNKNOWN and length >= _ITEM_HEADER:  # nobody says if it is a Sequence
            return self._maybe_items(pos, self._within(pos + length, end, pos), depth, (self.implicit,))
        return pos + length

    # --- values that hold more -------------------------------------------------------------------------------------

    def _long_value(self, sort: int, pos: int, length: int, end: int, depth: int) -> int:
        if sort == _SEQUENCE:
            if length == _UNDEFINED:
                return self._items(pos, end, self.explicit, depth, defined=False)
            return self._items(pos, self._within(pos + length, end, pos), self.explicit, depth, defined=True)
        if sort == _FRAGMENTABLE:
            if length != _UNDEFINED:
                return pos + length
            head = self.heads[-1]
            self.heads[-1] = head[:4] + head[4:].lower()
            return self._fragments(pos, end)
        if sort == _UNKNOWN and not self.big_endian:  # PS3.5 6.2.2: a Sequence in UN is without VRs, little endian
            if length != _UNDEFINED:
                if length < _ITEM_HEADER:
                    return pos + length
                stop = self._within(pos + length, end, pos)
                return self._maybe_items(pos, stop, depth, (self.implicit, self.explicit))
            return self._items(pos, end, self._guess(pos), depth, defined=False)
        if length == _UNDEFINED:
            raise self.error(pos, "has no length, which its VR does not allow")
        return pos + length

    def _guess(self, pos: int) -> _Step:
        """Say which step walks the Items of a Sequence in UN: some writers kept the VRs in it."""
        head = bytes(self.data[pos + 8 : pos + 14])
        return self.explicit if head[4:].decode("latin-1") in SHORT_VRS | LONG_VRS else self.implicit

    def _maybe_items(self, pos: int, end: int, depth: int, steps: tuple[_Step, ...]) -> int:
        """Walk a value that may be a Sequence; leave it closed if it is none."""
        if end > len(self.data):
            raise OutOfBytes
        if bytes(self.data[pos : pos + 4]) != b"\xfe\xff\x00\xe0":
            return end
        before = len(self.heads)
        for step in steps:
            try:
                return self._items(pos, end, step, depth, defined=True)
            except TooDeepError:
                raise  # else what is deeper would be hidden in a closed value
            except (EncodingError, OutOfBytes):
                del self.heads[before:], self.starts[before:]
        return end

    def _items(self, pos: int, end: int, step: _Step, depth: int, *, defined: bool) -> int:
        """Walk the Items of a Sequence; return where it ends."""
        if depth >= _MAX_DEPTH:
            raise TooDeepError(*self.error(pos, f"is nested deeper than {_MAX_DEPTH} levels").args)
        add_head, add_start = self.heads.append, self.starts.append
        while not defined or pos < end:
            if len(self.heads) > _MAX_ELEMENTS:
                raise self.error(pos, f"holds more than {_MAX_ELEMENTS} elements")
            group, element, length = self.item_header(self.data, pos)
            tag = group << 16 | element
            if tag == SEQUENCE_END and not defined:
                add_head(_SEQUENCE_DELIMITED)
                add_start(pos)
                return pos + 8
            if tag == SEQUENCE_END and pos + 8 == end:  # some writers store the length and a delimiter too
                add_head(_SEQUENCE_BOTH)
                add_start(pos)
                return end
            if tag != ITEM:
                raise self.error(pos, "has something else than an Item in a Sequence")
            add_start(pos)
            pos += 8
            if length == _UNDEFINED:
                add_head(_ITEM_UNDEFINED)
                pos = step(pos, end, depth + 1)
                group, element, _ = self.item_header(self.data, pos)
                if group << 16 | element != ITEM_END:
                    raise self.error(pos, "has an Item that does not end")
                add_head(_ITEM_DELIMITED)
                add_start(pos)
                pos += 8
            else:
                add_head(_ITEM_DEFINED)
                stop = self._within(pos + length, end, pos)
                if step(pos, stop, depth + 1) != stop:
                    raise self.error(pos, "has an Item that does not end where its length says")
                pos = stop
                add_head(_ITEM_ENDS)
                add_start(pos)
        if pos != end:
            raise self.error(pos, "has a Sequence that does not end where its length says")
        add_head(_SEQUENCE_ENDS)
        add_start(pos)
        return pos

    def _fragments(self, pos: int, end: int) -> int:
        """Step over the fragments of an encapsulated value (PS3.5 A.4); large files are not mapped for it."""
        data, item_header = self.data, self.item_header
        resident = len(data) if isinstance(data, bytes) or self.item_at is None else 0
        while pos < end:
            if self.item_at is not None and pos > resident - _ITEM_HEADER:
                group, element, length = item_header(self.item_at(pos), 0)
            else:
                group, element, length = item_header(data, pos)
            tag = group << 16 | element
            if tag == SEQUENCE_END:
                return pos + 8
            if tag != ITEM or length == _UNDEFINED:
                break
            pos += 8 + length
        raise self.error(pos, "has fragments that do not end")

    # --- what can be wrong -----------------------------------------------------------------------------------------

    def _sort(self, head: bytes, pos: int) -> int:
        """Say how an element header that was not met before is to be read."""
        order = ">" if self.big_endian else "<"
        group, element, vr_bytes = Struct(f"{order}HH2s").unpack(head)
        vr = vr_bytes.decode("latin-1")
        if group == 0xFFFE and element in (0xE000, 0xE00D, 0xE0DD):
            return _DELIMITER
        if group == 0 and element == 0 and vr_bytes == b"\0\0":
            return _ZERO
        if not (vr_bytes.isalpha() and vr_bytes.isupper()):
            return _UNSTORED  # some writers store single elements, or Items, without VR; pydicom reads them so too
        sort = _VR_SORTS.get(vr)
        if sort is None:
            raise EncodingError(
                f"({group:04X},{element:04X}) at byte {pos}",
                "has a Value Representation that DICOM does not have",
                "ask the sender for a whole file, or repair it",
            )
        if len(self.sorts) > _KNOWN_HEADS:
            self.sorts.clear()
        self.sorts[head] = sort
        return sort

    def _within(self, stop: int, end: int, pos: int) -> int:
        if stop > end:
            raise self.error(pos, "is longer than what holds it")
        return stop

    def must_be_padding(self, pos: int) -> None:
        """Raise unless nothing but zeros, or one surplus delimiter, stands from ``pos`` to the end of the file."""
        if pos > self.size:
            raise self.error(pos, "goes on after the end of the file")
        if len(self.data) < self.size:
            raise OutOfBytes
        if bytes(self.data[pos : pos + 9]) == _SURPLUS_DELIMITER:  # some writers end a file so; it holds nothing
            return
        for chunk in range(pos, self.size, _CHUNK):
            if bytes(self.data[chunk : chunk + _CHUNK]).strip(b"\0"):
                raise self.error(pos, "is followed by bytes that are no Data Element")

    def _sort_of_tag(self, raw_tag: bytes) -> tuple[int, bytes]:
        """Say how an element without VR is to be read, and its entry in a shape."""
        group, element = Struct(">HH" if self.big_endian else "<HH").unpack(raw_tag)
        tag = group << 16 | element
        head = Struct("<HH2x").pack(group, element)
        if tag in (ITEM, ITEM_END, SEQUENCE_END):
            return _DELIMITER, head
        if tag == 0:
            return _ZERO, head
        vr = vr_of(tag)
        if vr == "SQ":
            sort = _SEQUENCE
        elif vr == "UN":
            sort = _UNKNOWN
        elif group == _PIXEL_GROUP:
            sort = _FRAGMENTABLE
        else:
            sort = _SHORT
        if len(self.tags) > _KNOWN_HEADS:
            self.tags.clear()
        self.tags[raw_tag] = sort, head
        return sort, head

    def error(self, pos: int, what: str) -> EncodingError:
        """Return the error for what is wrong at ``pos``, naming the last element met."""
        where = f"byte {pos}"
        if self.heads:
            head = self.heads[-1]
            group, element = int.from_bytes(head[:2], "little"), int.from_bytes(head[2:4], "little")
            where = f"({group:04X},{element:04X}) before byte {pos}"
        return EncodingError(where, what, "ask the sender for a whole file, or repair it")


def _swapped(head: bytes) -> bytes:
    return bytes((head[1], head[0], head[3], head[2])) + head[4:]
