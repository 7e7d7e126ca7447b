"""Every Data Element of a Data Set, at every depth, as offsets into its bytes."""

from struct import error as OutOfBytes  # noqa: N812  (it is raised where the buffer is too short)
from typing import NamedTuple

from deidpipe.dicom.encoding import Encoding
from deidpipe.dicom.layout import LONG_VRS, Kind, Layout, layout_of
from deidpipe.dicom.walk import SHORT_VRS, Buffer, Walk

_LAST_FIRST_GROUP = 0x20  # a Data Set begins with an element of a low group
_HEAD = 6


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


def index(data: Buffer, start: int, size: int, encoding: Encoding) -> Index:
    """Index the Data Set that stands at ``start`` of a file of ``size`` bytes.

    ``data`` may be the beginning of the file only, as long as what is missing is the value of its last element.

    Raises
    ------
    EncodingError
        If the bytes are no Data Set in this encoding.
    IndexError
        If ``data`` is only the beginning of the file and more of it is needed.
    """
    walk = Walk(data, size, big_endian=encoding.big_endian)
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
    return Index(data, size, layout_of(b"".join(walk.heads)), walk.starts, big_endian=encoding.big_endian)


def encoding_found(data: Buffer, start: int, declared: Encoding) -> Encoding:
    """Say how a Data Set is encoded in truth, by its first element: some writers say one and do another.

    Only what can be told without doubt is corrected: whether VRs are stored, and the byte order.
    """
    head = bytes(data[start : start + 6])
    if len(head) < _HEAD:
        return declared
    stored = head[4:].decode("latin-1") in SHORT_VRS | LONG_VRS
    little, big = int.from_bytes(head[:2], "little"), int.from_bytes(head[:2], "big")
    big_endian = declared.big_endian
    if 0 < min(little, big) <= 0x20 and little != big:  # the groups that a Data Set begins with
        big_endian = big < little
    return declared._replace(implicit=not stored, big_endian=big_endian)
