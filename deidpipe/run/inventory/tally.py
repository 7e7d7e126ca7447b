"""Count values in flat memory: a process counts its files and writes lines to a journal, however many files there are.

Of an element with more distinct values than are listed, those of the lowest *rank* are written: the riskiest, and among
equals those whose digest is lowest. So what is listed depends neither on the order of the files nor on who read them,
and the counts of what is listed are exact: a value of low rank in the whole is of low rank in every part.
"""

import hashlib
import heapq
import os
from collections import Counter as Bag
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from deidpipe.dicom.files import OpenFile
from deidpipe.dicom.instance import META_SOP_CLASS, Instance
from deidpipe.dicom.layout import Kind
from deidpipe.dicom.values import CHARACTER_SET, text, texts
from deidpipe.run.instance import SOP_CLASS, patient_of
from deidpipe.run.inventory.element import Signature, meta_signature, preamble_signature, signatures
from deidpipe.run.inventory.risk import Assessed, assess
from deidpipe.run.inventory.values import (
    Reading,
    Summary,
    Unit,
    has_form,
    numbers,
    printable,
    summary_of,
    visible,
)
from deidpipe.run.job import Job, Prepared

_FULL = 48 << 20  # bytes of values that are held before they are written
_EACH = 200  # bytes that one distinct value costs besides itself
_LONGEST_LOOKED_AT = 4096  # bytes of OB, UN and the like; of longer ones only the length counts
_REMEMBERED = 400  # layouts
_PREAMBLE = 128
_DIGEST_BITS = 60

Summaries = dict[tuple[int, Unit], Summary]  # by element
Cells = dict[
    bytes | int, list[int]
]  # a value as stored, or only its length -> [how often, in how many Instances, last]


class Tally(NamedTuple):
    """What a process tells when it has written its lines: elements that are new to it, and summaries of numbers."""

    elements: dict[int, Signature]
    summaries: Summaries


class _Slots:
    """Where the values of one layout and one patient are counted.

    From one Instance to the next of a Series most values stay. So of elements that stand once in the layout a value is
    counted when another one follows it: ``last`` has the values of the last Instance, ``since`` when each came.
    """

    def __init__(self, preamble: Cells, elements: frozenset[int]) -> None:
        self.preamble, self.elements = preamble, elements
        self.met = 0  # Instances
        self.once: list[int] = []  # entries whose element stands once in the layout
        self.once_cells: list[Cells] = []
        self.last: tuple[bytes, ...] = ()
        self.since: list[int] = []
        self.again: list[tuple[int, Cells]] = []  # entries whose element stands in several Items
        self.bulk: list[tuple[int, Cells]] = []  # entries whose values may be long
        self.meta: list[tuple[int, Cells]] = []
        self.items: list[tuple[Cells, int]] = []

    def follow(self, values: tuple[bytes, ...]) -> int:
        """Count the values of elements that stand once; return how many bytes are held for new ones."""
        held = 0
        if self.last:
            for place, (new, old) in enumerate(zip(values, self.last, strict=True)):
                if new != old:
                    held += self._counted(place)
        else:
            self.since = [self.met] * len(values)
        self.last = values
        self.met += 1
        return held

    def close(self) -> None:
        """Count the values of the last Instance."""
        for place in range(len(self.last)):
            self._counted(place)
        self.last = ()

    def _counted(self, place: int) -> int:
        cells, value, times = self.once_cells[place], self.last[place], self.met - self.since[place]
        self.since[place] = self.met
        cell = cells.get(value)
        if cell is not None:
            cell[0] += times
            cell[1] += times
            return 0
        cells[value] = [times, times, 0]
        return len(value) + _EACH


class _Place(NamedTuple):
    """Whose cells they are."""

    element: int
    patient: int
    character_set: bytes | None
    big_endian: bool


class _Bound:
    """The lowest ranks of one element that were met, twice as many as are wanted at most."""

    __slots__ = ("_ranks", "_wanted", "highest")

    def __init__(self, wanted: int) -> None:
        self._wanted, self._ranks = wanted, set[int]()
        self.highest: int | None = None

    def admits(self, rank: int) -> bool:
        """Tell if a rank may be among those wanted, and remember it."""
        if self.highest is not None and rank > self.highest:
            return False
        self._ranks.add(rank)
        if len(self._ranks) >= 2 * self._wanted:
            self._ranks = set(heapq.nsmallest(self._wanted, self._ranks))
            self.highest = max(self._ranks)
        return True


class Counter:
    """The counts of one process. ``distinct`` is how many values of an element may be listed."""

    def __init__(self, job: Job, distinct: int) -> None:
        self._job, self._distinct = job, distinct
        self._layouts: dict[int, tuple[Prepared, list[int], list[int]]] = {}
        self._elements: dict[int, Signature] = {}
        self._new: dict[int, Signature] = {}
        self._bounds: dict[int, _Bound] = {}
        self._cells: dict[_Place, Cells] = {}
        self._slots: dict[tuple[int, int], _Slots] = {}
        self._held = self._number = 0

    @property
    def is_full(self) -> bool:
        """Whether it is time to write."""
        return self._held > _FULL

    def add(self, path: str) -> None:
        """Count the values of one file. Raises DeidError if it cannot be read."""
        with OpenFile(path, self._job.guide) as file:
            self._add(file, file.instance)

    def _add(self, file: OpenFile, instance: Instance) -> None:
        index = instance.data_set
        slots = self._slots_of(instance)
        self._number += 1
        self._held += slots.follow(index.values(slots.once))
        for entry, cells in slots.again:
            self._count(cells, index.value(entry))
        starts, layout = index.starts, index.layout
        for entry, cells in slots.bulk:
            begin, end = starts[entry] + layout.headers[entry], starts[layout.afters[entry]]
            is_short = end - begin <= _LONGEST_LOOKED_AT and not layout.fragmented[entry]
            self._count(cells, bytes(index.data[begin:end]) if is_short else end - begin)
        for tag, cells in slots.meta:
            self._count(cells, instance.meta[tag])
        head = os.pread(file.descriptor, _PREAMBLE + 4, 0)
        if head.endswith(b"DICM") and head.strip(b"\0") != b"DICM":
            self._count(slots.preamble, head[:_PREAMBLE])

    def _count(self, cells: Cells, value: bytes | int) -> None:
        cell = cells.get(value)
        if cell is None:
            cells[value] = [1, 1, self._number]
            self._held += _EACH + (len(value) if isinstance(value, bytes) else 0)
            return
        cell[0] += 1
        if cell[2] != self._number:
            cell[1] += 1
            cell[2] = self._number

    # --- where to count ---------------------------------------------------------------------------------------------

    def _slots_of(self, instance: Instance) -> _Slots:
        index = instance.data_set
        sop_class = _plain(index.value_of(SOP_CLASS)) or _plain(instance.meta.get(META_SOP_CLASS))
        prepared = self._job.prepared(instance, sop_class, lambda tag: texts(index, tag))
        patient = _digest(patient_of(instance))
        known = self._slots.get((id(prepared), patient))
        if known is None:
            known = self._slots[id(prepared), patient] = self._make_slots(instance, prepared, patient)
        return known

    def _make_slots(self, instance: Instance, prepared: Prepared, patient: int) -> _Slots:
        index = instance.data_set
        layout, encoding = index.layout, instance.encoding
        if id(prepared) not in self._layouts:
            self._layouts[id(prepared)] = (prepared, *self._learn(instance, prepared))
        _, before, elements = self._layouts[id(prepared)]

        def cells(element: int) -> Cells:
            place = _Place(element, patient, index.value_of(CHARACTER_SET), encoding.big_endian)
            return self._cells.setdefault(place, {})

        slots = _Slots(cells(before[0]), frozenset((*before[1:], *elements)))
        often = Bag(elements)
        for entry, element in zip(layout.elements, elements, strict=True):
            if layout.kinds[entry] is Kind.SEQUENCE:
                inside = range(entry + 1, layout.afters[entry])
                items = sum(layout.parents[each] == entry and layout.kinds[each] is Kind.ITEM for each in inside)
                slots.items.append((cells(element), items))
            elif layout.fragmented[entry] or self._elements[element].reading in (Reading.OPAQUE, Reading.BYTES):
                slots.bulk.append((entry, cells(element)))
            elif often[element] > 1:
                slots.again.append((entry, cells(element)))
            else:
                slots.once.append(entry)
                slots.once_cells.append(cells(element))
        slots.meta.extend(zip(instance.meta, map(cells, before[1:]), strict=True))
        return slots

    def _learn(self, instance: Instance, prepared: Prepared) -> tuple[list[int], list[int]]:
        """Return the elements before the Data Set, the preamble first, and those of the Data Set."""
        records = prepared.plan.decisions
        meta = [meta_signature(tag, record) for tag, record in zip(instance.meta, records[1:], strict=False)]
        before = [self._known(each) for each in (preamble_signature(records[0]), *meta)]
        return before, [self._known(each) for each in signatures(instance.data_set, records[len(before) :])]

    def _known(self, signature: Signature) -> int:
        key = signature.key
        if key not in self._elements:
            self._elements[key] = self._new[key] = signature
        return key

    # --- what was counted -------------------------------------------------------------------------------------------

    def write(self, values: BinaryIO, presence: BinaryIO) -> Tally:
        """Write what was counted since the last time, and forget it.

        One line for each element, patient and value, and one for each element and patient.
        """
        instances: dict[tuple[int, int], int] = {}
        for (_, patient), slots in self._slots.items():
            slots.close()
            for cells, items in slots.items:
                self._count(cells, items)
                cells[items][0] += slots.met - 1
            for element in slots.elements:
                instances[element, patient] = instances.get((element, patient), 0) + slots.met
        totals: dict[tuple[int, int], int] = {}
        summaries: Summaries = {}
        for place, cells in self._cells.items():
            if not cells:
                continue
            count = sum(cell[0] for cell in cells.values())
            totals[place.element, place.patient] = totals.get((place.element, place.patient), 0) + count
            self._write_cells(place, cells, summaries, values)
        for (element, patient), count in totals.items():
            met = instances.get((element, patient), count)  # a preamble: each one is in an Instance of its own
            presence.write(b"%d\t%d\t%d\t%d\n" % (element, patient, count, met))
        tally = Tally(self._new, summaries)
        self._new, self._cells, self._slots, self._held = {}, {}, {}, 0
        if len(self._layouts) > _REMEMBERED:
            self._layouts.clear()
        return tally

    def _write_cells(self, place: _Place, cells: Cells, summaries: Summaries, out: BinaryIO) -> None:
        element, signature = place.element, self._elements[place.element]
        bound = self._bounds.setdefault(element, _Bound(self._distinct + 1))
        for value, assessed, count, instances in _read(signature, place, cells, summaries):
            digest = hashlib.blake2b(value.encode("utf-8", "replace"), digest_size=8).digest()
            first = 2 * assessed.risk + (not assessed.why)  # of one risk, what was found in a value comes first
            rank = first << _DIGEST_BITS | int.from_bytes(digest) >> (64 - _DIGEST_BITS)
            if bound.admits(rank):
                cell = f"{element}\t{place.patient}\t{rank}\t{count}\t{instances}\t{assessed.risk.value}"
                out.write(f"{cell}\t{assessed.kinds}\t{assessed.why}\t{value}\n".encode("utf-8", "replace"))


def _read(
    signature: Signature, place: _Place, cells: Cells, summaries: Summaries
) -> Iterator[tuple[str, Assessed, int, int]]:
    """Yield the values that are listed, with what to think of them; what is not listed goes into the summaries."""
    found: dict[str, list[int]] = {}
    for stored, (count, instances, _) in cells.items():
        told = _told(signature, stored, place)
        if isinstance(told, str):
            cell = found.setdefault(visible(told), [0, 0])
            cell[0] += count
            cell[1] += instances
        else:
            unit, summary = told
            known = summaries.get((place.element, unit), summary)
            summaries[place.element, unit] = summary.with_other(known)
    reading = signature.reading
    for value, (count, instances) in found.items():
        fits = reading is not Reading.NUMBER and has_form(signature.judged_vr, value)
        yield value, assess(signature.tag, reading, signature.risk, value, is_of_its_vr=fits), count, instances


def _told(signature: Signature, stored: bytes | int, place: _Place) -> str | tuple[Unit, Summary]:
    """Return a value as text, or what is told of it in its place."""
    reading = signature.reading
    if isinstance(stored, int):
        return (Unit.ITEMS if reading is Reading.ITEMS else Unit.BYTES), summary_of(stored)
    if not stored.strip(b"\0 "):
        return ""
    if reading is Reading.NUMBER:
        summary = numbers(stored, signature.judged_vr, big_endian=place.big_endian)
        if summary is not None:
            return Unit.NUMBERS, summary
    elif reading not in (Reading.OPAQUE, Reading.BYTES):
        return text(stored, place.character_set)
    whole = None if reading is Reading.BYTES else printable(stored.strip(b"\0"), place.character_set)
    return (Unit.BYTES, summary_of(len(stored))) if whole is None else whole


def _plain(value: bytes | None) -> str:
    return value.strip(b"\0 ").decode("latin-1") if value else ""


def _digest(patient: str) -> int:
    return int.from_bytes(hashlib.blake2b(patient.encode("utf-8", "replace"), digest_size=8).digest()) >> 1
