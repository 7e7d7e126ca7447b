"""A guess at a whole layout: the Instances of a Series differ in few lengths, so most headers can be compared at once.

A guide is made from one Instance. It holds runs of entries whose headers, lengths included, were the same in every
Instance so far, and between them the entries whose length was seen to differ. To follow it is to compare each run in
one call and to read the other lengths one by one. If anything is not as expected, the guide says so and the walk is
done; a guide can never give another answer than the walk.
"""

from collections.abc import Callable, Sequence
from struct import Struct
from struct import error as OutOfBytes  # noqa: N812  (it is raised where the buffer is too short)
from typing import NamedTuple

from deidpipe.dicom.encoding import Encoding
from deidpipe.dicom.layout import Kind, Layout
from deidpipe.dicom.walk import Buffer

_LARGE = 1 << 12  # a value this long stands outside the runs: it may not be in the buffer
_ITEM = b"\xfe\xff\x00\xe0"
_TOO_MANY = 64  # Instances after which a layout whose lengths keep differing is no longer learned from

_MET = 64  # places of a run that are remembered

Unpack = Callable[..., tuple[bytes, ...]]


class _Run(NamedTuple):
    """Entries whose headers stay the same: where each starts, and what their headers are."""

    headers: Unpack
    expected: tuple[bytes, ...]
    openings: Unpack | None  # first bytes of values that would be Sequences if they began with an Item
    offsets: Sequence[int]
    length: int
    met: dict[int, list[int]]  # where the run began -> where its entries start


class _Single(NamedTuple):
    """An entry whose length differs: its header without the length, and where the length stands."""

    fixed: bytes
    header: int
    length: Callable[..., tuple[int]]
    length_at: int
    holds: bool  # entries follow that are counted in the length
    may_be_items: bool


class _End(NamedTuple):
    """The end of an entry that holds others; ``stored`` is its delimiter, if there is one."""

    stored: bytes


class Guide:
    """What the Instances of one layout have in common, little endian only."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._lengths: list[int] = []  # of each entry and what it holds, in the Instance the guide was made from
        self._differing: set[int] = set()
        self._steps: list[_Run | _Single | _End] = []
        self._taught = 0
        self._encoding: Encoding | None = None

    def learn(self, data: Buffer, starts: Sequence[int], encoding: Encoding) -> None:
        """Take in another Instance of the layout, which was walked."""
        if self._encoding is None and not encoding.big_endian and not any(self.layout.fragmented):
            self._encoding = encoding
        if self._taught > _TOO_MANY or self._encoding != encoding:
            return
        layout = self.layout
        lengths = [starts[after] - start for after, start in zip(layout.afters, starts, strict=False)]
        if self._lengths:
            differing = {
                entry
                for entry, length in enumerate(lengths)
                if length != self._lengths[entry] and (layout.sized[entry] or layout.kinds[entry] is Kind.LEAF)
            }
            if differing <= self._differing:
                return
            self._differing |= differing
            self._taught += 1
        else:
            self._lengths = lengths
            self._differing = {
                entry for entry in layout.elements if lengths[entry] >= _LARGE and layout.kinds[entry] is Kind.LEAF
            }
        for entry in list(self._differing):
            self._differing.update(layout.enclosing(entry))
        self._make(data, starts)

    def follow(self, data: Buffer, start: int, size: int, encoding: Encoding) -> list[int] | None:
        """Return where each entry starts, and at last where the Data Set ends; None if it is not as expected."""
        if encoding != self._encoding:
            return None
        pos = start
        starts: list[int] = []
        open_ends: list[int] = []
        try:
            for step in self._steps:
                if isinstance(step, _Run):
                    headers, expected, openings, offsets, length, met = step
                    if headers(data, pos) != expected or (openings is not None and _ITEM in openings(data, pos)):
                        return None
                    here = met.get(pos)
                    if here is None:
                        if len(met) >= _MET:
                            met.clear()
                        here = met[pos] = [pos + offset for offset in offsets]
                    starts += here
                    pos += length
                elif isinstance(step, _Single):
                    fixed, header, length_of, length_at, holds, may_be_items = step
                    if data[pos : pos + length_at] != fixed:
                        return None
                    length = length_of(data, pos + length_at)[0]
                    starts.append(pos)
                    pos += header
                    if holds:
                        open_ends.append(pos + length)
                    elif may_be_items and data[pos : pos + 4] == _ITEM:
                        return None
                    else:
                        pos += length
                else:
                    if data[pos : pos + len(step.stored)] != step.stored:
                        return None
                    starts.append(pos)
                    pos += len(step.stored)
                    if pos != open_ends.pop():
                        return None
        except OutOfBytes:
            return None
        if pos != size or not starts:
            return None
        starts.append(pos)
        return starts

    # --- making the steps -------------------------------------------------------------------------------------------

    def _make(self, data: Buffer, starts: Sequence[int]) -> None:
        layout, differing = self.layout, self._differing
        ends_of_differing = {layout.afters[entry] - 1 for entry in differing if layout.kinds[entry] is not Kind.LEAF}
        self._steps = []
        run: list[int] = []
        for entry in range(len(layout.tags)):
            if entry in differing:
                self._close(run, data, starts)
                run = []
                self._steps.append(_single(layout, entry, data, starts[entry]))
            elif entry in ends_of_differing:
                self._close(run, data, starts)
                run = []
                stored = bytes(data[starts[entry] : starts[entry] + layout.headers[entry]])
                self._steps.append(_End(stored))
            else:
                run.append(entry)
        self._close(run, data, starts)

    def _close(self, run: Sequence[int], data: Buffer, starts: Sequence[int]) -> None:
        if not run:
            return
        layout = self.layout
        base = starts[run[0]]
        headers, openings = ["<"], ["<"]
        opened = base
        for entry in run:
            start, header, end = starts[entry], layout.headers[entry], starts[entry + 1]
            if header:
                headers.append(f"{header}s{end - start - header}x")
            if layout.kinds[entry] is Kind.LEAF and layout.vrs[entry] == "UN" and end - start - header >= len(_ITEM):
                openings.append(f"{start + header - opened}x{len(_ITEM)}s")
                opened = start + header + len(_ITEM)
        unpack = Struct("".join(headers)).unpack_from
        self._steps.append(
            _Run(
                unpack,
                unpack(data, base),
                Struct("".join(openings)).unpack_from if len(openings) > 1 else None,
                [starts[entry] - base for entry in run],
                starts[run[-1] + 1] - base,
                {},
            )
        )


_SHORT_LENGTH, _LONG_LENGTH = Struct("<H").unpack_from, Struct("<L").unpack_from


def _single(layout: Layout, entry: int, data: Buffer, start: int) -> _Single:
    header, kind = layout.headers[entry], layout.kinds[entry]
    if kind is Kind.ITEM or not layout.stored_vrs[entry]:
        length, length_at = _LONG_LENGTH, 4
    elif header == 12:
        length, length_at = _LONG_LENGTH, 8
    else:
        length, length_at = _SHORT_LENGTH, 6
    holds = kind is not Kind.LEAF
    may_be_items = not holds and layout.vrs[entry] == "UN"
    fixed = bytes(data[start : start + length_at])
    return _Single(fixed, header, length, length_at, holds, may_be_items)
