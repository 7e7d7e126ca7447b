"""Known identifiers where no rule expects them: in numbers, codes, headers of pixels, the gaps between elements.

What stays of a Data Set is searched before it is written: an element that holds an identifier is emptied. What was
written is searched once more, all of it, pixels included: then an identifier is a reason not to release the file.
"""

import os
from collections.abc import Iterator, Sequence

from deidpipe.actions.dummy import dummy_value
from deidpipe.actions.procedure import Carried, Procedure
from deidpipe.actions.result import Facts
from deidpipe.audit.records import Outcome
from deidpipe.dicom.index import Index
from deidpipe.dicom.instance import Instance
from deidpipe.dicom.layout import Kind
from deidpipe.dicom.path import name_of
from deidpipe.dicom.splice import Edit, Piece, header
from deidpipe.standard.unlisted import STRUCTURAL_UIDS
from deidpipe.text.sweep import Sweep, is_no_chance

_AT_ONCE = 1 << 22
_LONGEST = 512  # bytes of an identifier in its longest encoding
_PIXEL_GROUP = 0x7FE0
_SHORTEST_UID = 12
_TEXT_VRS = frozenset(
    {"AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT"}
)


def tells(pieces: Sequence[Piece], sweep: Sweep) -> bool:
    """Tell if an identifier stands in what is to be written, bulk values left out."""
    return any(isinstance(piece, bytes) and any(sweep.in_data_set(piece)) for piece in pieces)


def cleared(procedure: Procedure, index: Index, carried: Carried, sweep: Sweep) -> Carried:
    """Return the edits with those that put a dummy in place of what stays and holds an identifier."""
    more: list[Edit] = []
    differences = carried.differences.split(";") if carried.differences else []
    for entry in _telling(index, carried.edits, sweep):
        tag = index.layout.tags[entry]
        if tag in STRUCTURAL_UIDS:
            continue  # no dummy says what it says: the look at what was written stops the file
        value = dummy_value(Facts(tag, index.layout.vrs[entry]))  # nobody knows here if it may be empty
        outcome = Outcome.REPLACED if value else Outcome.EMPTIED
        start, end = index.starts[entry], index.starts[entry + 1]
        more.append((start, end, header(index, entry, len(value)) + value, index.layout.enclosing(entry)))
        differences.append(f"{procedure.before + index.layout.elements.index(entry)}={outcome.value}:known identifier")
    return carried._replace(edits=sorted([*carried.edits, *more]), differences=";".join(differences))


def _telling(index: Index, edits: Sequence[Edit], sweep: Sweep) -> Iterator[int]:
    """Yield the entries that stay as they are and whose values hold an identifier."""
    layout, starts = index.layout, index.starts
    edited = sorted((start, end) for start, end, _, _ in edits)
    for entry in layout.elements:
        if layout.kinds[entry] is not Kind.LEAF or layout.tags[entry] >> 16 == _PIXEL_GROUP:
            continue
        if any(start <= starts[entry] < end or starts[entry] <= start < starts[entry + 1] for start, end in edited):
            continue
        value = index.value(entry)
        if any(sweep.in_data_set(value)) if layout.vrs[entry] in _TEXT_VRS else sweep.in_bulk(value):
            yield entry


def swept(instance: Instance, descriptor: int | None, sweep: Sweep, replaced: set[bytes]) -> Iterator[str]:
    """Yield where in a written Instance a known identifier or an original UID is left.

    ``descriptor`` is that of the file where its bytes are not all in memory.
    """
    index = instance.data_set
    bulk = next((entry for entry in index.layout.top.values() if index.layout.tags[entry] >> 16 == _PIXEL_GROUP), None)
    after = index.starts[-1] if bulk is None else index.starts[bulk]
    data_set = bytes(index.data[:after])
    telling = [
        _name(index, entry)
        for start, stop in sweep.in_data_set(data_set)
        if (entry := _entry_at(index, start)) is None
        or index.layout.vrs[entry] in _TEXT_VRS
        or is_no_chance(data_set[start:stop])
    ]
    for name in dict.fromkeys(telling):
        yield f"{name} has a known identifier"
    for uid in replaced:
        if len(uid) >= _SHORTEST_UID and _has_uid(data_set, uid):
            yield f"{_name(index, _entry_at(index, data_set.find(uid)))} has an original UID"
    if any(map(sweep.in_bulk, _chunks(instance, descriptor, after))):
        yield "the bulk values have a known identifier"


def _has_uid(data: bytes, uid: bytes) -> bool:
    """Tell if a UID stands in bytes as a whole."""
    at = data.find(uid)
    while at >= 0:
        if not data[at + len(uid) : at + len(uid) + 1].isdigit() and not data[max(at - 1, 0) : at].isdigit():
            return True
        at = data.find(uid, at + 1)
    return False


def _chunks(instance: Instance, descriptor: int | None, start: int) -> Iterator[bytes]:
    """Yield the bytes from ``start`` to the end, in overlapping parts."""
    index = instance.data_set
    at = start
    while at < index.size:
        if len(index.data) >= index.size or descriptor is None:
            yield bytes(index.data[at : at + _AT_ONCE])
        else:
            yield os.pread(descriptor, _AT_ONCE, at)
        at += _AT_ONCE - _LONGEST


def _entry_at(index: Index, place: int) -> int | None:
    """Return the entry of the element that a byte belongs to; None before the Data Set."""
    return next((entry for entry in reversed(index.layout.elements) if index.starts[entry] <= place), None)


def _name(index: Index, entry: int | None) -> str:
    return "File Meta Information" if entry is None else name_of(index.layout.tags[entry])
