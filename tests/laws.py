"""What holds for every index and every splice. ``broken_laws`` names what does not."""

import zlib
from collections.abc import Iterator
from random import Random
from struct import pack
from typing import NamedTuple

from deidpipe.dicom.file_meta import preamble_and_meta
from deidpipe.dicom.index import Index
from deidpipe.dicom.instance import Instance, read_instance
from deidpipe.dicom.layout import LONG_VRS, TOP, Kind, Layout
from deidpipe.dicom.splice import Edit, Piece, bytes_of, encoded_element, header, splice
from tests.trees import Tree, differences, indexed_tree

MOST_CHANGES = 6
_UNDEFINED = 0xFFFFFFFF
_NEW_TAGS = (0x00080070, 0x00081030, 0x00104000, 0x0018A003, 0x00324000, 0x40084000)
_LAST_RESORT = 0x40080114


class Change(NamedTuple):
    """One change to a Data Set: ``new`` in place of an element, or an element more.

    ``value`` is the new value of the element ``entry``, None where it is removed. Where ``tag`` is given, an element
    of that tag is put before ``entry``, into the Data Set itself or the Item ``holder``.
    """

    entry: int
    value: bytes | None
    tag: int = 0
    holder: int = TOP


# --- what holds for an index -----------------------------------------------------------------------------------------


def broken_laws(instance: Instance) -> Iterator[str]:
    """Yield what is wrong with an index, judged by the bytes alone: its entries must tile the Data Set."""
    index = instance.data_set
    layout, starts = index.layout, index.starts
    count = len(layout.tags)
    if len(starts) != count + 1:
        yield "there is not one start an entry, and the end"
        return
    if starts[-1] > index.size:
        yield "the Data Set ends after the file"
    after = bytes(index.data[starts[-1] : index.size])
    if after.strip(b"\0") and after != b"\xfe\xff\xdd\xe0\0\0\0\0":  # one surplus delimiter holds nothing
        yield "there is more than padding after the Data Set"
    for entry in range(count):
        parent = layout.parents[entry]
        if parent != TOP and not parent < entry < layout.afters[parent]:
            yield f"entry {entry} is not in what holds it"
        if _header(index, entry) not in _headers_expected(index, entry):
            yield f"entry {entry} has another header than the index says"
        if layout.kinds[entry] != Kind.LEAF and starts[entry] + layout.headers[entry] != starts[entry + 1]:
            yield f"there is a gap after the header of entry {entry}"
    if materialised(instance, splice(index, [])) != bytes(index.data[starts[0] : index.size]):
        yield "without edits the bytes are others"


def _header(index: Index, entry: int) -> bytes:
    start = index.starts[entry]
    return bytes(index.data[start : start + index.layout.headers[entry]])


def _headers_expected(index: Index, entry: int) -> list[bytes]:
    layout, starts = index.layout, index.starts
    order = ">" if index.big_endian else "<"
    tag, vr = layout.tags[entry], layout.stored_vrs[entry]
    begin = pack(f"{order}HH", tag >> 16, tag & 0xFFFF)
    if layout.kinds[entry] == Kind.END:
        start = starts[entry]
        return [begin + bytes(index.data[start + 4 : start + 8]), b""]  # the length of a delimiter means nothing
    length = starts[layout.afters[entry]] - starts[entry] - layout.headers[entry]
    if layout.fragmented[entry] or (layout.kinds[entry] != Kind.LEAF and not layout.sized[entry]):
        length = _UNDEFINED
    if vr and vr not in LONG_VRS:
        return [begin + vr.encode() + pack(f"{order}H", length)]
    reserved = bytes(index.data[starts[entry] + 6 : starts[entry] + 8])  # means nothing
    return [begin + (vr.encode() + reserved if vr else b"") + pack(f"{order}L", length)]


def materialised(instance: Instance, pieces: list[Piece]) -> bytes:
    """Return the bytes that pieces stand for."""
    return b"".join(bytes_of(piece, lambda start, end: bytes(instance.body[start:end])) for piece in pieces)


# --- what holds for edits --------------------------------------------------------------------------------------------


def some_changes(index: Index, random: Random) -> list[Change]:
    """Choose a few elements at any depth to be removed, emptied or replaced, and Data Sets to get one more."""
    layout = index.layout
    if not layout.elements:
        return []
    changes: list[Change] = []
    for entry in sorted(random.sample(layout.elements, min(len(layout.elements), random.randint(1, MOST_CHANGES)))):
        match random.randrange(4):
            case 0:
                changes.append(Change(entry, None))
            case 1:
                changes.append(Change(entry, b""))
            case 2 if layout.kinds[entry] == Kind.LEAF:
                changes.append(Change(entry, b"X" * random.choice((8, 48, 304, 65528))))
            case _:
                changes.append(_insertion(layout, layout.parents[entry], random))
    return _in_order(changes, layout)


def _insertion(layout: Layout, holder: int, random: Random) -> Change:
    """Put a new element where its tag belongs in the Data Set itself or in an Item."""
    siblings = [entry for entry in layout.elements if layout.parents[entry] == holder]
    taken = {layout.tags[entry] for entry in siblings}
    tag = next(tag for tag in (*random.sample(_NEW_TAGS, len(_NEW_TAGS)), _LAST_RESORT) if tag not in taken)
    end = len(layout.tags) if holder == TOP else layout.afters[holder] - 1
    before = next((entry for entry in siblings if layout.tags[entry] > tag), end)
    return Change(before, b"NEW " * random.choice((1, 100)), tag, holder)


def _in_order(changes: list[Change], layout: Layout) -> list[Change]:
    """Sort, and leave out what meets another: two insertions at one place, or one inside what is replaced."""
    kept: list[Change] = []
    for change in sorted(changes, key=lambda change: (change.entry, not change.tag)):
        if kept and not kept[-1].tag and change.entry < layout.afters[kept[-1].entry]:
            continue
        if kept and kept[-1].tag and change.tag and kept[-1].entry == change.entry:
            continue
        kept.append(change)
    return kept


def edits_for(index: Index, changes: list[Change]) -> list[Edit]:
    """Return the edits that carry out changes."""
    layout, starts = index.layout, index.starts
    edits: list[Edit] = []
    for change in changes:
        entry, start = change.entry, starts[change.entry]
        if change.tag:
            assert change.value is not None
            around = _around(layout, change.holder)
            edits.append((start, start, _new_element(index, change, change.value), around))
        else:
            new = b"" if change.value is None else header(index, entry, len(change.value)) + change.value
            edits.append((start, starts[layout.afters[entry]], new, layout.enclosing(entry)))
    return edits


def _around(layout: Layout, holder: int) -> tuple[int, ...]:
    if holder == TOP:
        return ()
    return ((holder,) if layout.sized[holder] else ()) + layout.enclosing(holder)


def _new_element(index: Index, change: Change, value: bytes) -> bytes:
    """Encode the new element as its neighbours are: in a Sequence in UN they are without VRs."""
    layout = index.layout
    neighbour = next(entry for entry in layout.elements if layout.parents[entry] == change.holder)
    implicit = not layout.stored_vrs[neighbour]
    return encoded_element(change.tag, "LT", value, implicit=implicit, big_endian=index.big_endian)


def changed_tree(index: Index, changes: list[Change]) -> Tree:
    """Return what the Data Set must be after the changes, told from the tree before them."""
    tree = indexed_tree(index)
    layout = index.layout
    for change in changes:
        holder = change.holder if change.tag else layout.parents[change.entry]
        numbers: list[tuple[int, int]] = []
        while holder != TOP:
            sequence = layout.parents[holder]
            numbers.append((layout.tags[sequence], layout.numbers[holder]))
            holder = layout.parents[sequence]
        item = tree
        for tag, number in reversed(numbers):
            items = item[tag]
            assert isinstance(items, list)
            item = items[number]
        tag = change.tag or layout.tags[change.entry]
        if change.value is None:
            del item[tag]
        else:
            item[tag] = change.value
    return tree


def has_one_reading(layout: Layout) -> bool:
    """Tell if what an edit leaves can only be read in one way.

    Not so where a Data Set or an Item has a tag twice (a tree cannot say which of them was changed), where an element
    has the tag (0000,0000) (without a value it is padding), or where only some elements have VRs (the first one of a
    file says whether there are any).
    """
    places = {(layout.parents[entry], layout.tags[entry]) for entry in layout.elements}
    at_top = {bool(layout.stored_vrs[entry]) for entry in layout.elements if layout.parents[entry] == TOP}
    return len(places) == len(layout.elements) and len(at_top) < 2 and 0 not in layout.tags


def as_file(instance: Instance, data_set: bytes) -> bytes:
    """Return a file with our own File Meta Information around an encoded Data Set."""
    if instance.encoding.deflated:
        deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        data_set = deflater.compress(data_set) + deflater.flush()
    return preamble_and_meta("1.2.840.10008.5.1.4.1.1.7", "2.25.1", instance.transfer_syntax) + data_set


def changed_file(instance: Instance, changes: list[Change]) -> bytes:
    """Return the file that changes make of an Instance."""
    return as_file(instance, materialised(instance, splice(instance.data_set, edits_for(instance.data_set, changes))))


def broken_by(instance: Instance, changes: list[Change]) -> Iterator[str]:
    """Yield what is wrong after changes: every element changed must be as wanted, every other one as it was."""
    file = changed_file(instance, changes)
    after = read_instance(file, len(file))
    yield from broken_laws(after)
    wanted = changed_tree(instance.data_set, changes)
    for what, path in differences(indexed_tree(after.data_set), wanted):
        yield f"{what} at {path} after {len(changes)} changes"
