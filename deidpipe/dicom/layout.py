"""A layout: which Data Elements stand in which order, without where; shared by all Instances built alike.

The index of an Instance is a layout and a list of offsets. The Instances of a Series have few layouts between them,
so what is derived from a layout (tags, parents, paths, and above this room the decisions) is derived once.

A layout is told by its *shape*: six bytes an entry. An entry is a Data Element, the start of an Item, or an end.

    tag (little endian) + VR     an element; VR of two zero bytes: no VR is stored
    tag + VR in lower case       an element whose value comes in fragments (encapsulated Pixel Data)
    FFFE,E000 + D0 or U0         an Item of defined or undefined length
    FFFE,E00D + 00 or 80         the end of an Item: nothing stored, or a delimiter of 8 bytes
    FFFE,E0DD + 00, 80 or 88     the end of a Sequence, likewise; 88: both its length and a delimiter are stored
"""

from enum import IntEnum
from functools import cached_property, lru_cache
from struct import iter_unpack

from deidpipe.dicom.dictionary import vr_of

ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
LONG_VRS = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"})
CHARACTERISTICS = 0x00080300  # Private Data Element Characteristics Sequence
TOP = -1  # the parent of an entry that stands in no Item


class Kind(IntEnum):
    """What an entry of a layout is."""

    LEAF = 0
    SEQUENCE = 1
    ITEM = 2
    END = 3


class Layout:
    """The entries of a Data Set in order; every list has one member an entry.

    Attributes
    ----------
    tags, vrs
        Of elements; the VR is the stored one, or that of PS3.6 where none is stored.
    stored_vrs
        "" where no VR is stored.
    headers
        Bytes before the value.
    parents
        Of an element its Item, of an Item its Sequence; else TOP.
    afters
        The entry that follows this one and all that it holds.
    numbers
        Of an Item its number in the Sequence, from 0.
    sized
        An Item or Sequence whose length is stored.
    fragmented
        An element whose value comes in fragments.
    """

    def __init__(self, shape: bytes) -> None:
        self.shape = shape
        heads = [(group << 16 | element, mark) for group, element, mark in iter_unpack("<HH2s", shape)]
        count = len(heads)
        self.tags = [tag for tag, _ in heads]
        self.kinds = [Kind.LEAF] * count
        self.vrs = [""] * count
        self.stored_vrs = [""] * count
        self.headers = [8] * count
        self.parents = [TOP] * count
        self.afters = list(range(1, count + 1))
        self.numbers = [0] * count
        self.sized = [False] * count
        self.fragmented = [False] * count
        holders: list[int] = []  # the Sequences and Items not yet ended
        items: list[int] = []  # how many Items each open Sequence had so far
        for entry, (tag, mark) in enumerate(heads):
            self.parents[entry] = holders[-1] if holders else TOP
            if tag == ITEM:
                self.kinds[entry] = Kind.ITEM
                self.sized[entry] = mark == b"D0"
                self.numbers[entry] = items[-1]
                items[-1] += 1
                holders.append(entry)
            elif tag in (ITEM_END, SEQUENCE_END):
                self.kinds[entry] = Kind.END
                self.headers[entry] = 0 if mark == b"00" else 8
                holder = holders.pop()
                self.afters[holder] = entry + 1
                if tag == SEQUENCE_END:
                    self.sized[holder] = mark != b"80"
                    items.pop()
            else:
                self._element(entry, tag, mark)
                if entry + 1 < count and heads[entry + 1][0] in (ITEM, SEQUENCE_END):
                    self.kinds[entry] = Kind.SEQUENCE
                    holders.append(entry)
                    items.append(0)

    def _element(self, entry: int, tag: int, mark: bytes) -> None:
        stored = "" if mark == b"\0\0" else mark.decode("ascii").upper()
        self.stored_vrs[entry] = stored
        self.vrs[entry] = stored or vr_of(tag)
        self.headers[entry] = 12 if stored in LONG_VRS else 8
        self.fragmented[entry] = mark.islower()

    @cached_property
    def elements(self) -> list[int]:
        """The entries that are Data Elements."""
        return [entry for entry, kind in enumerate(self.kinds) if kind <= Kind.SEQUENCE]

    @cached_property
    def top(self) -> dict[int, int]:
        """Tag -> entry of the Data Set itself, not of Items; the last one where a tag is repeated."""
        return {self.tags[entry]: entry for entry in self.elements if self.parents[entry] == TOP}

    @cached_property
    def creators(self) -> list[int]:
        """The entries that are Private Creators, at any depth."""
        return [entry for entry in self.elements if is_private_creator(self.tags[entry])]

    @cached_property
    def declaring(self) -> list[int]:
        """The entries in which the sender says what its private elements hold (PS3.3 C.12.1)."""
        sequence = self.top.get(CHARACTERISTICS)
        inside = range(0) if sequence is None else range(sequence + 1, self.afters[sequence])
        return [entry for entry in inside if self.kinds[entry] is Kind.LEAF]

    def enclosing(self, entry: int) -> tuple[int, ...]:
        """Return the Items and Sequences of stored length around an entry, the innermost first."""
        found = []
        at = self.parents[entry]
        while at != TOP:
            if self.sized[at]:
                found.append(at)
            at = self.parents[at]
        return tuple(found)

    def tag_path(self, entry: int) -> tuple[int, ...]:
        """Return the tags from the top of the Data Set down to an element, without Item numbers."""
        tags = [self.tags[entry]]
        at = self.parents[entry]
        while at != TOP:
            at = self.parents[at]  # the Sequence of the Item
            tags.append(self.tags[at])
            at = self.parents[at]
        return tuple(reversed(tags))


def is_private_creator(tag: int) -> bool:
    """Tell if a tag is (gggg,0010-00FF) of an odd group (PS3.5 7.8.1)."""
    return bool(tag & 0x10000) and 0x10 <= tag & 0xFFFF <= 0xFF


def layout_of(shape: bytes) -> Layout:
    """Return the layout of a shape; one that is not huge is remembered."""
    return _remembered(shape) if len(shape) <= _REMEMBERED else Layout(shape)


_REMEMBERED = 6 * 20_000  # bytes
_remembered = lru_cache(maxsize=256)(Layout)
