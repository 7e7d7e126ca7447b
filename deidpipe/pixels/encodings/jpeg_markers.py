"""The marker segments of a sequential Huffman JPEG: sizes, tables, scans; nothing is decoded here.

Source: ISO/IEC 10918-1 Annex B.
"""

from struct import error as OutOfBytes  # noqa: N812
from struct import unpack_from
from typing import NamedTuple

from deidpipe.pixels.encodings.huffman import Huffman, HuffmanError, huffman

START, END, SCAN, TABLES, QUANTIZERS, RESTART = 0xD8, 0xD9, 0xDA, 0xC4, 0xDB, 0xDD
_SEQUENTIAL = (0xC0, 0xC1)  # baseline and extended, both with Huffman coding
_OTHER_FRAMES = frozenset(range(0xC2, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JFIF, _ADOBE, _APPLICATIONS, _COMMENT = 0xE0, 0xEE, range(0xE0, 0xF0), 0xFE
_PLAIN_JFIF = 16  # bytes of the segment's value with its length, when no thumbnail is in it
_RESTARTS = range(0xD0, 0xD8)


class Component(NamedTuple):
    """A colour component: its identifier, how many blocks of it an MCU has, and which quantizer it is divided by."""

    identifier: int
    across: int
    down: int
    quantizer: int


class Scan(NamedTuple):
    """One scan: its components with their tables for DC and AC, and its entropy-coded bytes between two markers."""

    components: tuple[tuple[int, Huffman, Huffman], ...]
    destinations: tuple[tuple[int, int], ...]
    header: bytes
    intervals: tuple[bytes, ...]
    restart: int


class Jpeg(NamedTuple):
    """A JPEG stream: ``parts`` are marker segments as they stand, and scans, in order."""

    rows: int
    columns: int
    precision: int
    components: tuple[Component, ...]
    quantizers: dict[int, int]  # destination -> divisor of the DC coefficient
    is_rgb: bool | None  # None: the stream does not tell
    parts: tuple[bytes | Scan, ...]


class _Reader:
    """What has been met so far in a stream."""

    def __init__(self) -> None:
        self.tables: dict[tuple[int, int], Huffman] = {}
        self.quantizers: dict[int, int] = {}
        self.components: tuple[Component, ...] = ()
        self.rows = self.columns = self.precision = self.restart = 0
        self.adobe: int | None = None
        self.jfif = False


def read_jpeg(stream: bytes) -> Jpeg:
    """Read a stream up to its end marker. Applications' segments that may hold a thumbnail, and comments, are left out.

    Raises HuffmanError if it is no sequential JPEG with Huffman coding, or is broken.
    """
    if stream[:2] != b"\xff\xd8":
        raise HuffmanError("is no JPEG")
    reader, parts, pos = _Reader(), list[bytes | Scan]([stream[:2]]), 2
    try:
        while True:
            pos = stream.index(b"\xff", pos)
            while stream[pos + 1] == 0xFF:
                pos += 1
            marker = stream[pos + 1]
            if marker == END:
                break
            (length,) = unpack_from(">H", stream, pos + 2)
            segment, end = stream[pos : pos + 2 + length], pos + 2 + length
            if len(segment) != length + 2 or length < 2:
                raise HuffmanError("ends in the middle")
            if marker == SCAN:
                scan, pos = _scan(reader, stream, segment, end)
                parts.append(scan)
                continue
            _note(reader, marker, segment[4:])
            if not _may_tell(marker, length):
                parts.append(segment)
            pos = end
    except (IndexError, OutOfBytes, ValueError, KeyError):
        raise HuffmanError("ends in the middle or has no tables") from None
    if not reader.components or not reader.rows:
        raise HuffmanError("does not say its size")
    return Jpeg(
        reader.rows,
        reader.columns,
        reader.precision,
        reader.components,
        reader.quantizers,
        _is_rgb(reader),
        (*parts, b"\xff\xd9"),
    )


def _may_tell(marker: int, length: int) -> bool:
    if marker == _JFIF:
        return length > _PLAIN_JFIF
    return marker == _COMMENT or (marker in _APPLICATIONS and marker != _ADOBE)


def _note(reader: _Reader, marker: int, value: bytes) -> None:
    if marker in _SEQUENTIAL:
        reader.precision, reader.rows, reader.columns, count = unpack_from(">BHHB", value)
        told = (value[6 + 3 * at : 9 + 3 * at] for at in range(count))
        reader.components = tuple(Component(one[0], one[1] >> 4, one[1] & 15, one[2]) for one in told)
        if not all(1 <= one.across <= 4 and 1 <= one.down <= 4 for one in reader.components):
            raise HuffmanError("has components of no size")
    elif marker in _OTHER_FRAMES:
        raise HuffmanError("is not sequential with Huffman coding")
    elif marker == TABLES:
        while value:
            counts, total = value[1:17], sum(value[1:17])
            reader.tables[value[0] >> 4, value[0] & 15] = huffman(tuple(counts), tuple(value[17 : 17 + total]))
            value = value[17 + total :]
    elif marker == QUANTIZERS:
        while value:
            wide = value[0] >> 4
            reader.quantizers[value[0] & 15] = unpack_from(">H" if wide else ">B", value, 1)[0]
            value = value[129 if wide else 65 :]
    elif marker == RESTART:
        (reader.restart,) = unpack_from(">H", value)
    elif marker == _ADOBE and value[:5] == b"Adobe" and len(value) >= 12:
        reader.adobe = value[11]
    elif marker == _JFIF and value[:4] == b"JFIF":
        reader.jfif = True


def _scan(reader: _Reader, stream: bytes, header: bytes, start: int) -> tuple[Scan, int]:
    """Return a scan, and where the marker behind it stands."""
    identifiers = [component.identifier for component in reader.components]
    count = header[4]
    members = [(identifiers.index(header[5 + 2 * at]), header[6 + 2 * at]) for at in range(count)]
    intervals, pos, begin = list[bytes](), start, start
    while True:
        pos = stream.index(b"\xff", pos)
        marker = stream[pos + 1]
        if marker in _RESTARTS:
            intervals.append(stream[begin:pos])
            begin = pos + 2
        elif marker not in (0, 0xFF):
            break
        pos += 1 if marker == 0xFF else 2
    intervals.append(stream[begin:pos].rstrip(b"\xff"))
    tables = tuple((at, reader.tables[0, which >> 4], reader.tables[1, which & 15]) for at, which in members)
    destinations = tuple((which >> 4, which & 15) for _, which in members)
    return Scan(tables, destinations, header, tuple(intervals), reader.restart), pos


def _is_rgb(reader: _Reader) -> bool | None:
    """Tell if the components are red, green and blue: Adobe's segment says so, or their identifiers."""
    if reader.adobe is not None:
        return reader.adobe == 0
    if bytes(component.identifier for component in reader.components) in (b"RGB", b"rgb"):
        return True
    return False if reader.jfif else None
