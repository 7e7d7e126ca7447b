"""The DICOMDIR of a File-set as bytes: File IDs, Directory Records and the offsets that link them; written and read.

Source: PS3.10 8.2 and 8.5 (a File ID has at most eight components of at most eight characters A-Z, 0-9, _), PS3.3 F.3.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from struct import Struct
from typing import NamedTuple

from deidpipe.dicom.instance import Instance
from deidpipe.dicom.layout import TOP, Kind
from deidpipe.dicom.splice import encoded_element, encoded_header
from deidpipe.errors import EncodingError

DICOMDIR = "DICOMDIR"
DEEPEST = 4  # levels of Directory Records: patient, study, series, Instance
_PREFIXES = ("PT", "ST", "SE", "IM")
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WIDTH = 6  # digits after the prefix
_COMPONENT = re.compile(r"[A-Z0-9_]{1,8}")
_ITEM, _RECORDS = 0xFFFEE000, 0x00041220
_FIRST, _LAST, _NEXT, _BELOW = 0x00041200, 0x00041202, 0x00041400, 0x00041420
_FILE_ID, _SOP_INSTANCE = 0x00041500, 0x00041511
_IN_USE = b"\xff\xff"
_NUMBER = Struct("<L")
_BEFORE_KEYS = 8 + 12 + 10 + 12  # bytes: the header of the Item, and the elements in which the links stand


class Record(NamedTuple):
    """A Directory Record: how deep it stands, from 0, and its elements from (0004,1430) on, Explicit Little Endian."""

    level: int
    keys: bytes


class Reference(NamedTuple):
    """An Instance that a DICOMDIR lists."""

    file_id: tuple[str, ...]
    sop_instance: str


def file_ids(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each name with its File ID: ``ID/STUDY/SERIES/UID.dcm`` with ``PT000000/ST000000/SE000000/IM000000``.

    Names are given in order, and so come the File IDs; each folder counts what it holds.
    """
    parts: list[str] = []
    numbers: list[int] = []
    for name in names:
        new = name.split("/")
        same = 0
        while same < len(parts) - 1 and same < len(new) - 1 and parts[same] == new[same]:
            same += 1
        numbers = [*numbers[:same], numbers[same] + 1 if same < len(numbers) else 0, *[0] * (len(new) - same - 1)]
        parts = new
        yield name, "/".join(_component(level, number) for level, number in enumerate(numbers))


def _component(level: int, number: int) -> str:
    digits = [_DIGITS[number // 36**place % 36] for place in reversed(range(_WIDTH))]
    return _PREFIXES[min(level, DEEPEST - 1)] + "".join(digits)


def directory(records: Sequence[Record], start: int) -> bytes:
    """Return the Data Set of a DICOMDIR, Explicit VR Little Endian, that will stand at byte ``start`` of its file.

    ``records`` come as one reads them: what stands below a record follows it.
    """
    head = encoded_element(0x00041130, "CS", b"", implicit=False, big_endian=False)
    flag = encoded_element(0x00041212, "US", bytes(2), implicit=False, big_endian=False)
    length = sum(_BEFORE_KEYS + len(record.keys) for record in records)
    sequence = encoded_header(_RECORDS, "SQ", length, big_endian=False)
    first = start + len(head) + 24 + len(flag) + len(sequence)
    places = list(accumulate((_BEFORE_KEYS + len(record.keys) for record in records), initial=first))
    following, below = _links(records, places)
    roots = [place for place, record in zip(places, records, strict=False) if not record.level] or [0]
    parts = [head, _link(_FIRST, roots[0]), _link(_LAST, roots[-1]), flag, sequence]
    for record, after, lower in zip(records, following, below, strict=True):
        parts += (
            encoded_header(_ITEM, "", _BEFORE_KEYS - 8 + len(record.keys), big_endian=False),
            _link(_NEXT, after),
            encoded_element(0x00041410, "US", _IN_USE, implicit=False, big_endian=False),
            _link(_BELOW, lower),
            record.keys,
        )
    return b"".join(parts)


def _link(tag: int, place: int) -> bytes:
    return encoded_element(tag, "UL", _NUMBER.pack(place), implicit=False, big_endian=False)


def _links(records: Sequence[Record], places: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return for each record where the next one of its level stands, and where the first one below it; 0: nowhere."""
    following, below = [0] * len(records), [0] * len(records)
    latest = [0] * (DEEPEST + 1)  # by level: where the record stands that was met last, from the end on
    for number in reversed(range(len(records))):
        level = records[number].level
        following[number], below[number] = latest[level], latest[level + 1]
        latest[level + 1 :] = [0] * (DEEPEST - level)
        latest[level] = places[number]
    return following, below


def references(instance: Instance) -> list[Reference]:
    """Return the Instances that a DICOMDIR lists, found by following its links.

    Raises EncodingError if a link leads nowhere or in a circle, if a record is not reached, or if a File ID is none.
    """
    index = instance.data_set
    layout = index.layout
    sequence = layout.top.get(_RECORDS)
    items: dict[int, dict[int, int]] = {}  # where a record stands -> its elements by tag
    for entry, (kind, parent) in enumerate(zip(layout.kinds, layout.parents, strict=True)):
        if kind is Kind.ITEM and parent == sequence and parent != TOP:
            here = items[index.starts[entry]] = {}
        elif parent != TOP and layout.parents[parent] == sequence and layout.kinds[parent] is Kind.ITEM:
            here[layout.tags[entry]] = entry

    def number(value: bytes | None) -> int:
        return _NUMBER.unpack(value)[0] if value is not None and len(value) == _NUMBER.size else 0

    found = []
    waiting = [number(index.value_of(_FIRST))]
    while waiting:
        place = waiting.pop()
        if not place:
            continue
        record = items.pop(place, None)
        if record is None:
            raise EncodingError("DICOMDIR", "a link leads to no record, or to one twice", "make it again")
        waiting += [number(index.value(record[tag])) for tag in (_NEXT, _BELOW) if tag in record]
        if _FILE_ID in record:
            file_id = tuple(index.value(record[_FILE_ID]).decode("latin-1").rstrip(" ").split("\\"))
            if not 1 <= len(file_id) <= 8 or not all(map(_COMPONENT.fullmatch, file_id)):
                raise EncodingError("(0004,1500) ReferencedFileID", "is no File ID", "make it again")
            uid = index.value(record[_SOP_INSTANCE]) if _SOP_INSTANCE in record else b""
            found.append(Reference(file_id, uid.rstrip(b"\0 ").decode("latin-1")))
    if items:
        raise EncodingError("DICOMDIR", "a record is linked from nowhere", "make it again")
    return found
