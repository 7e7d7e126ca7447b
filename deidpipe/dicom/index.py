"""Every Data Element of a Data Set, at every depth, as offsets into its bytes."""

from collections.abc import Sequence
from struct import error as OutOfBytes  # noqa: N812  (it is raised where the buffer is too short)
from typing import Literal, NamedTuple

from deidpipe.dicom.dictionary import vr_of
from deidpipe.dicom.encoding import Encoding
from deidpipe.dicom.guide import Guide
from deidpipe.dicom.layout import LONG_VRS, Kind, Layout, layout_of
from deidpipe.dicom.walk import SHORT_VRS, Buffer, ItemAt, Walk

_LAST_FIRST_GROUP = 0x20  # a Data Set begins with an element of a low group
_HEAD = 6
_PIXEL_GROUP = 0x7FE0
_BULK_VRS = frozenset({"OB", "OD", "OF", "OV", "OW"})
_VRS = frozenset(vr.encode() for vr in SHORT_VRS | LONG_VRS)


class Element(NamedTuple):
    """One Data Element: where its header, its value and its end are, in bytes from the start of the buffer."""

    entry: int
    tag: int
    vr: str
    start: int
    value: int
    end: int
    is_sequence: bool


class Index:
    """The Data Elements of one Data Set: a shared layout, and where each entry starts in ``data``.

    ``starts`` has one member more than the layout has entries: the end of the Data Set. What follows it up to
    ``size`` is padding.
    """

    __slots__ = ("big_endian", "data", "layout", "size", "starts")

    def __init__(self, data: Buffer, size: int, layout: Layout, starts: list[int], *, big_endian: bool) -> None:
        self.data, self.size, self.layout, self.starts = data, size, layout, starts
        self.big_endian = big_endian

    @property
    def end(self) -> int:
        """Where the Data Set ends."""
        return self.starts[-1]

    def value(self, entry: int) -> bytes:
        """Return the value of an element as stored, padding included."""
        start = self.starts[entry] + self.layout.headers[entry]
        return bytes(self.data[start : self.starts[self.layout.afters[entry]]])

    def values(self, entries: Sequence[int]) -> tuple[bytes, ...]:
        """Return the values of elements that are no Sequences, as stored."""
        data, starts, headers = self.data, self.starts, self.layout.headers
        return tuple([bytes(data[starts[entry] + headers[entry] : starts[entry + 1]]) for entry in entries])

    def value_of(self, tag: int) -> bytes | None:
        """Return the value of an Attribute of the Data Set itself; None if it is not there."""
        entry = self.layout.top.get(tag)
        return None if entry is None else self.value(entry)

    def elements(self) -> list[Element]:
        """Return every Data Element at every depth, a Sequence before what it holds."""
        layout, starts = self.layout, self.starts
        return [
            Element(
                entry,
                layout.tags[entry],
                layout.vrs[entry],
                starts[entry],
                starts[entry] + layout.headers[entry],
                starts[layout.afters[entry]],
                layout.kinds[entry] == Kind.SEQUENCE,
            )
            for entry in layout.elements
        ]


def index(
    data: Buffer,
    start: int,
    size: int,
    encoding: Encoding,
    guide: Guide | None = None,
    item_at: ItemAt | None = None,
) -> Index:
    """Index the Data Set that stands at ``start`` of a file of ``size`` bytes.

    ``data`` may be the beginning of the file only, as long as what is missing is Pixel Data, as the last element.
    ``guide`` is a guess at the layout; it makes this faster and learns from it, and never changes the answer.
    ``item_at`` reads the header of a fragment that ``data`` does not have.

    Raises
    ------
    EncodingError
        If the bytes are no Data Set in this encoding.
    IndexError
        If ``data`` is only the beginning of the file and more of it is needed.
    """
    if guide is not None:
        starts = guide.follow(data, start, size, encoding)
        if starts is not None:
            _must_have_values(data, guide.layout, starts)
            return Index(data, size, guide.layout, starts, big_endian=False)
    walk = Walk(data, size, big_endian=encoding.big_endian, item_at=item_at)
    step = walk.implicit if encoding.implicit else walk.explicit
    try:
        end = step(start, size, 0)
        if end != size:
            walk.must_be_padding(end)
    except OutOfBytes:
        if len(data) < size:
            raise IndexError from None
        raise walk.error(size, "ends in the middle of an element") from None
    walk.starts.append(end)
    layout = layout_of(b"".join(walk.heads))
    if guide is not None and guide.layout is layout:
        guide.learn(data, walk.starts, encoding)
    _must_have_values(data, layout, walk.starts)
    return Index(data, size, layout, walk.starts, big_endian=encoding.big_endian)


def _must_have_values(data: Buffer, layout: Layout, starts: Sequence[int]) -> None:
    """Raise IndexError if ``data`` ends before a value that an action may read: all but Pixel Data."""
    if len(data) < starts[-1]:
        is_bulk = layout.tags[-1] >> 16 == _PIXEL_GROUP and layout.vrs[-1] in _BULK_VRS
        if not is_bulk:  # the last one in an Item of stored length, too: there the last entry is the end of the Item
            raise IndexError


def encoding_found(data: Buffer, start: int, declared: Encoding) -> Encoding:
    """Say how a Data Set is encoded in truth, by its first element: some writers say one and do another.

    Only what can be told without doubt is corrected: whether VRs are stored, and the byte order.
    """
    head = bytes(data[start : start + 6])
    if len(head) < _HEAD:
        return declared
    stored = head[4:] in _VRS
    little, big = int.from_bytes(head[:2], "little"), int.from_bytes(head[:2], "big")
    big_endian = declared.big_endian
    if 0 < min(little, big) <= _LAST_FIRST_GROUP and little != big and big_endian != (big < little):
        order: Literal["big", "little"] = "big" if big_endian else "little"
        tag = int.from_bytes(head[:2], order) << 16 | int.from_bytes(head[2:4], order)
        if vr_of(tag) == "UN":  # group 2000 is not group 0020 swapped if it has such an Attribute
            big_endian = big < little
    return declared._replace(implicit=not stored, big_endian=big_endian)
