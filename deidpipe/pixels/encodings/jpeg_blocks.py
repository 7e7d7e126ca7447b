"""JPEG in the DCT domain: the MCUs that a region touches become black; the bits of all others are copied.

No pixel is decoded, so what is outside suffers no second loss. It works for 8 and for 12 bits. Next to a region,
decoders that smooth the chroma may show a change of one chroma sample.

Decided: an own transcoder, because it is small, and because the package that offers coefficients writes each frame to a
temporary file. Source: ISO/IEC 10918-1 F.1.2 and F.2.2, PS3.5 A.4.1.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from deidpipe.pixels.encodings.decoded import wrong_size
from deidpipe.pixels.encodings.huffman import END_OF_BLOCK, Huffman, HuffmanError
from deidpipe.pixels.encodings.jpeg_bits import Cut, walked, written
from deidpipe.pixels.encodings.jpeg_markers import Jpeg, Scan, read_jpeg
from deidpipe.pixels.fill import Fill
from deidpipe.pixels.frames import Facts
from deidpipe.pixels.region import Box

if TYPE_CHECKING:
    import numpy as np

_BLOCK = 8  # pixels
_MOST_BLOCKS = 10  # of an MCU in a scan of more than one component (B.2.3)
_DC, _AC = 0, 1


def redacted_frame(stream: bytes, facts: Facts, boxes: Sequence[Box], fill: Fill) -> bytes:
    """Return the frame with each MCU that a box touches in the colour of the fill.

    Raises HuffmanError if the stream is progressive, arithmetic or broken, and PixelError if its size is another one.
    """
    jpeg = read_jpeg(stream)
    if (jpeg.rows, jpeg.columns, len(jpeg.components)) != (facts.rows, facts.columns, facts.samples):
        raise wrong_size()
    blocks = touched_blocks(jpeg, boxes)
    levels = _levels(jpeg, facts, fill)
    parts = list[bytes]()
    for part in jpeg.parts:
        parts += [part] if isinstance(part, bytes) else _redacted_scan(part, jpeg, blocks, levels)
    return b"".join(parts)


def touched_blocks(jpeg: Jpeg, boxes: Sequence[Box]) -> list["np.ndarray"]:
    """Return for each component which of its blocks are in a touched MCU: shape (blocks down, blocks across)."""
    import numpy as np

    across = max(component.across for component in jpeg.components)
    down = max(component.down for component in jpeg.components)
    width, height = _BLOCK * across, _BLOCK * down
    mcus = np.zeros((-(-jpeg.rows // height), -(-jpeg.columns // width)), np.bool_)
    for x0, y0, x1, y1 in boxes:
        mcus[y0 // height : -(-y1 // height), x0 // width : -(-x1 // width)] = True
    return [mcus.repeat(one.down, axis=0).repeat(one.across, axis=1) for one in jpeg.components]


def _levels(jpeg: Jpeg, facts: Facts, fill: Fill) -> list[int]:
    """Return the DC coefficient of each component in a hidden block: at least as dark (or bright) as the fill."""
    middle = 1 << (jpeg.precision - 1)
    rgb = jpeg.is_rgb if jpeg.is_rgb is not None else facts.photometric == "RGB"
    samples = fill.samples if facts.samples == 1 else (0, 0, 0) if rgb else (0, middle, middle)
    levels = []
    for component, sample in zip(jpeg.components, samples, strict=True):
        divisor = jpeg.quantizers.get(component.quantizer, 0)
        if not divisor:
            raise HuffmanError("has no quantizer")
        wanted = _BLOCK * ((sample & (2 * middle - 1)) - middle)  # a signed value is coded as its bits
        levels.append(-(-wanted // divisor) if wanted > 0 else wanted // divisor)
    return levels


def _redacted_scan(scan: Scan, jpeg: Jpeg, blocks: Sequence["np.ndarray"], levels: Sequence[int]) -> Iterator[bytes]:
    """Yield tables that had to grow, the scan header and the entropy-coded data with restart markers."""
    units, touched = _units(scan, jpeg, blocks)
    step = scan.restart or len(touched)
    if len(scan.intervals) != -(-len(touched) // step):
        raise HuffmanError("has fewer or more restart intervals than its size needs")
    targets = [levels[at] for at, _, _ in scan.components]
    walks = [
        walked(interval, [(dc, ac) for _, dc, ac in scan.components], units, goes, targets) if any(goes) else None
        for number, interval in enumerate(scan.intervals)
        for goes in [touched[step * number : step * (number + 1)]]
    ]
    tables = _with_room(scan, [cut for walk in walks if walk for cut in walk.cuts])
    yield from (table.segment(*where) for where, (table, has_grown) in tables.items() if has_grown)
    yield scan.header
    codes = [(tables[_DC, dc][0].codes, tables[_AC, ac][0].codes[END_OF_BLOCK]) for dc, ac in scan.destinations]
    for number, walk in enumerate(walks):
        if number:
            yield bytes((0xFF, 0xD0 + (number - 1) % 8))
        yield scan.intervals[number] if walk is None else written(walk, codes)


def _with_room(scan: Scan, cuts: Sequence[Cut]) -> dict[tuple[int, int], tuple[Huffman, bool]]:
    """Return kind and destination -> the table, with codes for all that is new, and whether it had to grow."""
    needed: dict[tuple[int, int], set[int]] = {}
    for cut in cuts:
        dc, _ = scan.destinations[cut.member]
        needed.setdefault((_DC, dc), set()).add(abs(cut.difference).bit_length())
    before = dict[tuple[int, int], Huffman]()
    for (_, dc_table, ac_table), (dc, ac) in zip(scan.components, scan.destinations, strict=True):
        before[_DC, dc], before[_AC, ac] = dc_table, ac_table
        needed.setdefault((_AC, ac), {END_OF_BLOCK})
    after = {where: table.with_symbols(needed.get(where, set())) for where, table in before.items()}
    return {where: (table, table is not before[where]) for where, table in after.items()}


def _units(scan: Scan, jpeg: Jpeg, blocks: Sequence["np.ndarray"]) -> tuple[list[int], list[bool]]:
    """Return the member of the scan that each block of an MCU belongs to, and for each MCU whether it goes.

    In a scan of one component an MCU is one block, and those beyond the edge are not stored (A.2.2).
    """
    if len(scan.components) == 1:
        at = scan.components[0][0]
        component = jpeg.components[at]
        across = max(one.across for one in jpeg.components)
        down = max(one.down for one in jpeg.components)
        width = _parts(_parts(jpeg.columns * component.across, across), _BLOCK)
        height = _parts(_parts(jpeg.rows * component.down, down), _BLOCK)
        return [0], [bool(one) for one in blocks[at][:height, :width].ravel()]
    units = [
        member
        for member, (at, _, _) in enumerate(scan.components)
        for _ in range(jpeg.components[at].across * jpeg.components[at].down)
    ]
    if len(units) > _MOST_BLOCKS:
        raise HuffmanError("has MCUs of more than ten blocks")
    at = scan.components[0][0]
    first = blocks[at][:: jpeg.components[at].down, :: jpeg.components[at].across]
    return units, [bool(one) for one in first.ravel()]


def _parts(length: int, size: int) -> int:
    """Return how many parts of a size cover a length."""
    return -(-length // size)
