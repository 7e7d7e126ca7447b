"""The entropy-coded bits of a sequential JPEG: walk over the blocks, replace some, copy all others.

Source: ISO/IEC 10918-1 F.1.2 and F.2.2.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from deidpipe.pixels.encodings.huffman import INVALID, TO_THE_END, Huffman, HuffmanError

if TYPE_CHECKING:
    import numpy as np

_COEFFICIENTS = 64
_CHUNK = 1 << 16  # bytes looked up at a time
_LONGEST_BLOCK = 256  # bytes: 64 codes of 16 bits, each with a number of 15


class Cut(NamedTuple):
    """Bits ``start`` to ``end`` give way to the code of a DC difference; in a black block also to an end of block."""

    start: int
    end: int
    member: int
    difference: int
    is_black: bool


class Walked(NamedTuple):
    """A restart interval without stuffed bytes, what is to be replaced in it, and the bit where its last block ends."""

    plain: bytes
    cuts: list[Cut]
    end: int


class _Lookup(NamedTuple):
    """What each bit of a chunk begins, for one member of the scan: a byte a bit."""

    dc_bits: bytes
    dc_sizes: bytes
    ac_bits: bytes  # of code and number
    ac_advances: bytes


def walked(
    interval: bytes,
    tables: Sequence[tuple[Huffman, Huffman]],
    units: Sequence[int],
    touched: Sequence[bool],
    black: Sequence[int],
) -> Walked:
    """Walk over a restart interval.

    Parameters
    ----------
    tables
        DC and AC table of each member of the scan.
    units
        The member that each block of an MCU belongs to.
    touched
        For each MCU, whether it becomes black.
    black
        The DC coefficient of a black block of each member.
    """
    plain = interval.replace(b"\xff\x00", b"\xff")
    size, base, pos, limit = 8 * len(plain), 0, 0, 8 * _CHUNK
    windows, lookups = _lookups(plain, 0, tables)
    cuts, old, new = list[Cut](), [0] * len(tables), [0] * len(tables)
    for goes in touched:
        if pos >= limit:
            base, pos = base + pos // 8 * 8, pos % 8
            windows, lookups = _lookups(plain, base // 8, tables)
        for member in units:
            dc_bits, dc_sizes, ac_bits, ac_advances = lookups[member]
            start, length, difference = pos, dc_sizes[pos], 0
            if not dc_bits[pos]:
                raise HuffmanError("has a code that no table has")
            pos += dc_bits[pos]
            if length:
                number = windows[pos] >> (16 - length)
                difference = number if number >> (length - 1) else number - (1 << length) + 1
                pos += length
            behind_dc, done = pos, 1
            while done < _COEFFICIENTS:
                done += ac_advances[pos]
                pos += ac_bits[pos]
            if base + pos > size or _COEFFICIENTS < done <= TO_THE_END or done >= INVALID:
                raise HuffmanError("has a code that no table has")
            old[member] += difference
            value = black[member] if goes else old[member]
            if goes or value - new[member] != difference:
                end = pos if goes else behind_dc
                cuts.append(Cut(base + start, base + end, member, value - new[member], goes))
            new[member] = value
    return Walked(plain, cuts, base + pos)


def _lookups(plain: bytes, start: int, tables: Sequence[tuple[Huffman, Huffman]]) -> tuple[memoryview, list[_Lookup]]:
    """Return the 16 bits that follow each bit of a chunk, and what they begin for each member of the scan.

    Behind the last bit there is room for one MCU: ten blocks at most (B.2.3).
    """
    import numpy as np

    length = min(_CHUNK, max(len(plain) - start, 0)) + 11 * _LONGEST_BLOCK
    chunk = np.zeros(length + 2, np.uint32)
    held = np.frombuffer(plain, np.uint8)[start : start + length]
    chunk[: len(held)] = held
    three = chunk[:-2] << 16 | chunk[1:-1] << 8 | chunk[2:]
    windows = (three[:, None] >> np.arange(8, 0, -1, dtype=np.uint32)).astype(np.uint16).ravel()
    made: dict[tuple[int, int], _Lookup] = {}
    for dc, ac in tables:
        if (id(dc), id(ac)) not in made:
            made[id(dc), id(ac)] = _Lookup(
                dc.lengths[windows].tobytes(),
                dc.sizes[windows].tobytes(),
                (ac.lengths + ac.sizes)[windows].tobytes(),
                ac.advances[windows].tobytes(),
            )
    return memoryview(windows.data), [made[id(dc), id(ac)] for dc, ac in tables]


def written(walk: Walked, codes: Sequence[tuple[Mapping[int, tuple[int, int]], tuple[int, int]]]) -> bytes:
    """Return the interval with its cuts made. ``codes``: DC codes and end of block of each member of the scan."""
    import numpy as np

    bits = np.unpackbits(np.frombuffer(walk.plain, np.uint8))
    parts, pos = list[np.ndarray](), 0
    for cut in walk.cuts:
        dc_codes, end_of_block = codes[cut.member]
        parts += [bits[pos : cut.start], _difference(cut.difference, dc_codes)]
        if cut.is_black:
            parts.append(_bits(*end_of_block))
        pos = cut.end
    whole = np.concatenate([*parts, bits[pos : walk.end]])
    filled = np.concatenate([whole, np.ones(-len(whole) % 8, np.uint8)])
    return np.packbits(filled).tobytes().replace(b"\xff", b"\xff\x00")


def _difference(value: int, codes: Mapping[int, tuple[int, int]]) -> "np.ndarray":
    """Return the bits of a DC difference: the code of its length, then the number (F.1.2.1)."""
    import numpy as np

    length = abs(value).bit_length()
    number = value if value >= 0 else value + (1 << length) - 1
    return np.concatenate([_bits(*codes[length]), _bits(number, length)])


@lru_cache(maxsize=1 << 14)
def _bits(number: int, length: int) -> "np.ndarray":
    import numpy as np

    return np.array([number >> at & 1 for at in range(length - 1, -1, -1)], np.uint8)
