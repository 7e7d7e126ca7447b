"""Huffman codes of JPEG: look-up by the next 16 bits, and room made for a symbol that a table lacks.

Source: ISO/IEC 10918-1 Annex C and F.2.2.
"""

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from deidpipe.pixels.encodings.decoded import CannotEncodeError

if TYPE_CHECKING:
    import numpy as np

_LONGEST = 16
INVALID = 255  # in ``advances``: no code begins so
END_OF_BLOCK, _RUN_OF_16 = 0x00, 0xF0
TO_THE_END = 100  # in ``advances``: more than a block has


class HuffmanError(CannotEncodeError):
    """A JPEG stream whose blocks cannot be told apart, or not be replaced."""

    def __init__(self, what: str) -> None:
        super().__init__("JPEG stream", what, "decode the frame instead")
        self.args = (what,)


class Huffman:
    """A table: how many codes of 1 to 16 bits there are, and the symbols they stand for, in order."""

    def __init__(self, counts: tuple[int, ...], symbols: tuple[int, ...]) -> None:
        self.counts, self.symbols = counts, symbols
        if len(counts) != _LONGEST or len(symbols) != sum(counts) or not symbols:
            raise HuffmanError("has a broken table")

    @cached_property
    def codes(self) -> dict[int, tuple[int, int]]:
        """Symbol -> its code and the length of it in bits."""
        found, code, at = dict[int, tuple[int, int]](), 0, 0
        for length, count in enumerate(self.counts, 1):
            for symbol in self.symbols[at : at + count]:
                found.setdefault(symbol, (code, length))
                code += 1
            if code > 1 << length:
                raise HuffmanError("has a broken table")
            at, code = at + count, code << 1
        return found

    @cached_property
    def lengths(self) -> "np.ndarray":
        """Length of the code that 16 bits begin with, 0 where none does; shape (65536,)."""
        return self._by_prefix({symbol: length for symbol, (_, length) in self.codes.items()}, 0)

    @cached_property
    def sizes(self) -> "np.ndarray":
        """How many bits of a number follow the code that 16 bits begin with; shape (65536,)."""
        return self._by_prefix({symbol: symbol & 15 for symbol in self.codes}, 0)

    @cached_property
    def advances(self) -> "np.ndarray":
        """How many coefficients the AC symbol that 16 bits begin with is for; shape (65536,)."""
        by_symbol = {symbol: (symbol >> 4) + 1 if symbol & 15 else INVALID for symbol in self.codes}
        return self._by_prefix({**by_symbol, END_OF_BLOCK: TO_THE_END, _RUN_OF_16: 16}, INVALID)

    def _by_prefix(self, values: dict[int, int], otherwise: int) -> "np.ndarray":
        import numpy as np

        table = np.full(1 << _LONGEST, otherwise, np.uint8)
        for symbol, (code, length) in self.codes.items():
            free = _LONGEST - length
            table[code << free : (code + 1) << free] = values[symbol]
        return table

    def with_symbols(self, needed: set[int]) -> "Huffman":
        """Return a table with more symbols, in which the codes that were there stay the same.

        Raises HuffmanError if there is no room left. The code of all ones is never used (Annex C).
        """
        table = self
        for symbol in sorted(needed - self.codes.keys()):
            table = table._with_symbol(symbol)
        return table

    def _with_symbol(self, symbol: int) -> "Huffman":
        code, longest = 0, max(length for length, count in enumerate(self.counts, 1) if count)
        for length, count in enumerate(self.counts, 1):
            code = (code << 1) + count
            if length >= longest and code < (1 << length) - 1:
                counts = (*self.counts[: length - 1], count + 1, *self.counts[length:])
                return Huffman(counts, (*self.symbols, symbol))
        raise HuffmanError("has a table without room for one more code")

    def segment(self, kind: int, destination: int) -> bytes:
        """Return the marker segment that defines the table; ``kind`` is 0 for DC and 1 for AC."""
        value = bytes((kind << 4 | destination, *self.counts, *self.symbols))
        return b"\xff\xc4" + (len(value) + 2).to_bytes(2, "big") + value


@lru_cache(maxsize=64)
def huffman(counts: tuple[int, ...], symbols: tuple[int, ...]) -> Huffman:
    """Return a table; the frames of a cine mostly have the same ones, whose look-ups are made once."""
    return Huffman(counts, symbols)
