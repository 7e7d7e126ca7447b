"""A slow and plain reader of sequential JPEG, to check the quick one: DCT coefficients, bit by bit.

Source: ISO/IEC 10918-1 Annexes A to C and F. It shares no code with deidpipe.
"""

from typing import NamedTuple


class Coefficients(NamedTuple):
    """What a stream holds: blocks[component][row][column] has 64 coefficients in zigzag order."""

    precision: int
    sampling: list[tuple[int, int]]
    quantizers: list[list[int]]
    blocks: list[list[list[list[int]]]]


def coefficients(stream: bytes) -> Coefficients:
    pos, tables, quantizers, restart = 2, {}, {}, 0
    components: list[list[int]] = []
    blocks: list[list[list[list[int]]]] = []
    precision = rows = columns = 0
    while stream[pos + 1] != 0xD9:
        assert stream[pos] == 0xFF
        marker, length = stream[pos + 1], int.from_bytes(stream[pos + 2 : pos + 4], "big")
        value = stream[pos + 4 : pos + 2 + length]
        pos += 2 + length
        if marker in (0xC0, 0xC1):
            precision, rows, columns = value[0], value[1] << 8 | value[2], value[3] << 8 | value[4]
            components = [[*value[6 + 3 * n : 9 + 3 * n]] for n in range(value[5])]
            blocks = [grid(components, n, rows, columns) for n in range(len(components))]
        elif marker == 0xC4:
            while value:
                tables[value[0]] = codes(value[1:17], value[17:])
                value = value[17 + sum(value[1:17]) :]
        elif marker == 0xDB:
            while value:
                wide = value[0] >> 4
                size = 2 if wide else 1
                quantizers[value[0] & 15] = [
                    int.from_bytes(value[1 + size * n : 1 + size * (n + 1)], "big") for n in range(64)
                ]
                value = value[1 + 64 * size :]
        elif marker == 0xDD:
            restart = int.from_bytes(value, "big")
        elif marker == 0xDA:
            members = [(value[1 + 2 * n], value[2 + 2 * n]) for n in range(value[0])]
            end = pos
            while stream[end] != 0xFF or stream[end + 1] in (0, *range(0xD0, 0xD8)):
                end += 1
            scan(stream[pos:end], members, components, tables, restart, blocks, (rows, columns))
            pos = end
    sampling = [(one[1] >> 4, one[1] & 15) for one in components]
    return Coefficients(precision, sampling, [quantizers[one[2]] for one in components], blocks)


def grid(components: list[list[int]], number: int, rows: int, columns: int) -> list[list[list[int]]]:
    across, down = max(one[1] >> 4 for one in components), max(one[1] & 15 for one in components)
    wide, high = -(-columns // (8 * across)), -(-rows // (8 * down))
    own = components[number][1]
    return [[[0] * 64 for _ in range(wide * (own >> 4))] for _ in range(high * (own & 15))]


def codes(counts: bytes, symbols: bytes) -> dict[str, int]:
    found, code, at = {}, 0, 0
    for length, count in enumerate(counts, 1):
        for _ in range(count):
            found[f"{code:0{length}b}"] = symbols[at]
            code, at = code + 1, at + 1
        code <<= 1
    assert "1" not in {word for word in found if "0" not in word} or len(found) == 1
    return found


class Bits:
    """The bits of a restart interval, one after the other."""

    def __init__(self, data: bytes) -> None:
        plain = data.replace(b"\xff\x00", b"\xff")
        self.text, self.pos = "".join(f"{byte:08b}" for byte in plain), 0

    def symbol(self, table: dict[str, int]) -> int:
        for length in range(1, 17):
            word = self.text[self.pos : self.pos + length]
            if word in table:
                self.pos += length
                return table[word]
        raise AssertionError("no code")

    def number(self, length: int) -> int:
        word = self.text[self.pos : self.pos + length]
        assert len(word) == length
        self.pos += length
        value = int(word or "0", 2)
        return value if not length or word[0] == "1" else value - (1 << length) + 1


def scan(data, members, components, tables, restart, blocks, size) -> None:  # type: ignore[no-untyped-def]
    intervals, start = [], 0
    for at in range(len(data) - 1):
        if data[at] == 0xFF and 0xD0 <= data[at + 1] <= 0xD7:
            intervals.append(data[start:at])
            start = at + 2
    intervals.append(data[start:])
    places = list(mcus(members, components, size))
    step = restart or len(places)
    assert len(intervals) == -(-len(places) // step)
    for number, interval in enumerate(intervals):
        bits, predicted = Bits(interval), {identifier: 0 for identifier, _ in members}
        for mcu in places[step * number : step * (number + 1)]:
            for identifier, which, component, row, column in mcu:
                block = [0] * 64
                predicted[identifier] += bits.number(bits.symbol(tables[which >> 4]))
                block[0], at = predicted[identifier], 1
                while at < 64:
                    symbol = bits.symbol(tables[0x10 | which & 15])
                    if not symbol:
                        break
                    at += symbol >> 4
                    if symbol & 15:
                        block[at] = bits.number(symbol & 15)
                    at += 1
                blocks[component][row][column] = block
        rest = bits.text[bits.pos :]
        assert len(rest) < 8
        assert "0" not in rest


def mcus(members, components, size):  # type: ignore[no-untyped-def]
    """Yield for each MCU the blocks in it: identifier, tables, component, row, column."""
    rows, columns = size
    across, down = max(one[1] >> 4 for one in components), max(one[1] & 15 for one in components)
    if len(members) == 1:
        ((identifier, which),) = members
        at = next(n for n, one in enumerate(components) if one[0] == identifier)
        own = components[at][1]
        wide = -(-(-(-columns * (own >> 4) // across)) // 8)  # noqa: B002
        high = -(-(-(-rows * (own & 15) // down)) // 8)  # noqa: B002
        for row in range(high):
            for column in range(wide):
                yield [(identifier, which, at, row, column)]
        return
    for top in range(-(-rows // (8 * down))):
        for left in range(-(-columns // (8 * across))):
            yield [
                (identifier, which, at, top * (own & 15) + y, left * (own >> 4) + x)
                for identifier, which in members
                for at, (name, own, _) in enumerate(components)
                if name == identifier
                for y in range(own & 15)
                for x in range(own >> 4)
            ]
