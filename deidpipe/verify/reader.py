"""The gate's own reader: an Instance as a flat list of elements at every depth, by pydicom's element generator.

It shares nothing with the cleaner's index. Values above DEFER stay in the file until a rule asks for them, Pixel Data
is never decoded. What cannot be read is told as a problem of the Instance, never raised: the gate goes on and blocks.

Source: PS3.5 7 (Data Elements, Sequences), PS3.10 7.1 (File Meta Information).
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any, BinaryIO, NamedTuple

from deidpipe.verify.place import Place

DEFER = 1 << 16  # bytes: larger values are read only when they are asked for
LARGEST_SEQUENCE = 1 << 28  # bytes of one Sequence of defined length that is read
LARGEST_INFLATED = 1 << 31  # bytes of one deflated Data Set
UNDEFINED = 0xFFFFFFFF
_IMPLICIT, _BIG, _DEFLATED = "1.2.840.10008.1.2", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"
_LONG_VRS = frozenset(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"])
_ITEM_HEADER = 8  # bytes
_ITEM = (b"\xfe\xff\x00\xe0", b"\xff\xfe\xe0\x00")
_DEFAULT_CODECS = ("iso8859",)
_PIXELS = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})


class Holder:
    """A Data Set or an Item: what encloses it, its Private Creators and character sets."""

    __slots__ = ("above", "codecs", "creators", "number", "place")

    def __init__(self, place: Place | None, above: "Holder | None", number: int, codecs: tuple[str, ...]) -> None:
        self.place, self.above, self.number, self.codecs = place, above, number, codecs
        self.creators: dict[int, str] = {}

    @property
    def prefix(self) -> str:
        """The path of the Item, with a point, as it stands before the name of an element in it."""
        if self.place is None or self.above is None:
            return ""
        return f"{self.above.prefix}{self.place.name}[{self.number}]."


class Element(NamedTuple):
    """One element. ``value`` is None where it stays in the file; ``offset`` is that of the value, -1 if unknown."""

    place: Place
    holder: Holder
    value: bytes | None
    offset: int
    length: int

    @property
    def path(self) -> str:
        """The path with Item numbers."""
        return f"{self.holder.prefix}{self.place.name}"


class Problem(NamedTuple):
    """Something that keeps the gate from looking: where, and what."""

    path: str
    what: str


class Instance:
    """One file as the gate sees it. ``top`` has the first element of each tag of the Data Set itself."""

    def __init__(self, name: str, number: int, size: int) -> None:
        self.name, self.number, self.size = name, number, size
        self.preamble = b""
        self.is_part10 = False
        self.meta: list[Element] = []
        self.elements: list[Element] = []
        self.top: dict[int, Element] = {}
        self.problems: list[Problem] = []
        self.leftovers: list[tuple[str, bytes]] = []  # bytes that no element accounts for: where, and some of them
        self.disordered = 0  # elements that do not stand in the order of their tags
        self.transfer_syntax = ""
        self.pixels: Element | None = None
        self.stream: BinaryIO = BytesIO()

    def text(self, tag: int) -> str:
        """Return the value of a top-level element as text without padding, "" if there is none."""
        element = self.top.get(tag)
        return element.value.decode("latin-1").strip(" \0") if element is not None and element.value else ""

    def texts(self, tag: int) -> list[str]:
        """Return the values of a top-level element."""
        text = self.text(tag)
        return [part.strip() for part in text.split("\\")] if text else []

    def number_of(self, tag: int) -> int:
        """Return a top-level unsigned short, or a number in text; 0 if there is none."""
        element = self.top.get(tag)
        if element is None or not element.value:
            return 0
        if element.place.vr == "US" and len(element.value) >= 2:
            order = "big" if self.transfer_syntax == _BIG else "little"
            return int.from_bytes(element.value[:2], order)  # type: ignore[arg-type]
        text = self.text(tag)
        return int(text) if text.isdecimal() else 0

    @property
    def uid(self) -> str:
        """The SOP Instance UID."""
        return self.text(0x00080018)

    @property
    def frames(self) -> int:
        """How many frames of pixels the Instance has."""
        return max(self.number_of(0x00280008), 1) if self.pixels is not None else 0

    def bytes_of(self, element: Element, most: int = LARGEST_SEQUENCE) -> bytes:
        """Return a value, from the file if need be; no more than ``most`` bytes."""
        if element.value is not None:
            return element.value[:most]
        self.stream.seek(element.offset)
        return self.stream.read(min(element.length, most))


class Reader:
    """Reads Instances; keeps the places that they share."""

    def __init__(self) -> None:
        self._places: dict[tuple[int, int, str, str], Place] = {}
        self.places: list[Place] = []

    def read(self, stream: BinaryIO, name: str, number: int, size: int) -> Instance:
        """Read an Instance; what cannot be read is in its ``problems``."""
        from pydicom.errors import InvalidDicomError

        instance = Instance(name, number, size)
        instance.stream = stream
        try:
            self._read(instance)
        except RecursionError:
            instance.problems.append(Problem("", "is nested too deeply to be read"))
        except (
            *(EOFError, ValueError, KeyError, TypeError, AttributeError, IndexError, LookupError, OSError),
            *(struct.error, zlib.error, NotImplementedError, OverflowError, MemoryError, InvalidDicomError),
        ) as error:  # pydicom raises all of these on broken files; their messages may quote a value
            instance.problems.append(Problem("", f"cannot be read as DICOM ({type(error).__name__})"))
        return instance

    def _read(self, instance: Instance) -> None:
        stream = instance.stream
        head = stream.read(132)
        if head[128:] == b"DICM":
            instance.preamble, instance.is_part10 = head[:128], True
        else:
            stream.seek(0)
        self._read_meta(instance)
        start = stream.tell()
        syntax = instance.transfer_syntax
        if syntax == _DEFLATED:
            instance.stream = stream = _inflated(stream)
            start = 0
        implicit, little = _encoding(stream, start, syntax)
        stream.seek(start)
        holder = Holder(None, None, 0, _DEFAULT_CODECS)
        at, order = start, -1
        for raw in _generate(stream, implicit, little):
            at, order = stream.tell(), self._account(instance, raw, order)
            self._add(instance, holder, raw, 0, instance.elements)
        self._tail(instance, stream, at)

    def _read_meta(self, instance: Instance) -> None:
        from pydicom.filereader import data_element_generator

        stream = instance.stream
        start = stream.tell()
        if stream.read(2) != b"\x02\x00":
            stream.seek(start)
            return
        stream.seek(start)
        holder = Holder(None, None, 0, _DEFAULT_CODECS)
        for raw in data_element_generator(
            stream, is_implicit_VR=False, is_little_endian=True, stop_when=lambda tag, _vr, _length: tag >> 16 != 2
        ):
            self._add(instance, holder, raw, 0, instance.meta)
            if int(raw.tag) == 0x00020010 and isinstance(raw.value, bytes):
                instance.transfer_syntax = raw.value.decode("latin-1").strip(" \0")

    def place_of(self, above: Place | None, tag: int, vr: str, creator: str) -> Place:
        """Return the place of an element, the same one each time."""
        key = (id(above), tag, vr, creator)
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = Place(above, tag, vr, creator)
            self.places.append(place)
        return place

    def _add(self, instance: Instance, holder: Holder, raw: Any, base: int, into: list[Element]) -> None:
        tag = int(raw.tag)
        value = raw.value
        vr = raw.VR or ""
        creator = ""
        if tag & 0x10000:
            element_number = tag & 0xFFFF
            if 0x10 <= element_number <= 0xFF:
                told = value.decode("latin-1").strip(" \0") if isinstance(value, bytes) else ""
                holder.creators[tag & 0xFFFF0000 | element_number << 8] = told
            elif element_number >= 0x1000:
                creator = holder.creators.get(tag & 0xFFFFFF00, "")
        place = self.place_of(holder.place, tag, vr, creator)
        place.seen += 1
        if not isinstance(value, bytes | None | str):  # a Sequence of undefined length, read already
            element = Element(place, holder, None, -1, 0)
            self._keep(instance, element, holder, into)
            self._items(instance, holder, place, value, base, into)
            return
        value = None if value is None else value.encode("latin-1") if isinstance(value, str) else value
        length = len(value) if value is not None else 0 if raw.length == UNDEFINED else raw.length
        element = Element(place, holder, value, base + raw.value_tell, length)
        if value is not None and raw.length != UNDEFINED and len(value) < raw.length:
            instance.problems.append(Problem(element.path, "is shorter than it says"))
        if value is None and raw.length in (0, UNDEFINED) and tag not in _PIXELS:
            element = element._replace(value=b"")
        self._keep(instance, element, holder, into)
        if tag == 0x00080005 and value is not None:
            holder.codecs = _codecs(value)
        if place.vr == "SQ" or (place.stored_vr in ("UN", "") and value is not None and value[:4] in _ITEM):
            self._open(instance, element, raw, into)

    def _keep(self, instance: Instance, element: Element, holder: Holder, into: list[Element]) -> None:
        into.append(element)
        if holder.place is None:
            tag = element.place.tag
            instance.top.setdefault(tag, element)
            if tag in _PIXELS:
                instance.pixels = element

    def _open(self, instance: Instance, element: Element, raw: Any, into: list[Element]) -> None:
        """Read a Sequence of defined length; one in UN is Implicit VR Little Endian (PS3.5 6.2.2)."""
        from pydicom.values import convert_SQ

        value = instance.bytes_of(element)
        if not value:
            return
        if len(value) < element.length:
            instance.problems.append(Problem(element.path, "is a Sequence too large to be read"))
            return
        implicit, little = raw.is_implicit_VR, raw.is_little_endian
        if element.place.stored_vr == "UN":
            implicit, little = True, True
        try:
            items = convert_SQ(value, implicit, little, list(element.holder.codecs), 0)
        except (EOFError, ValueError, KeyError, OSError, struct.error, AttributeError, TypeError, NotImplementedError):
            if element.place.vr == "SQ":
                instance.problems.append(Problem(element.path, "is a Sequence that cannot be read"))
            return
        self._items(instance, element.holder, element.place, items, element.offset, into)

    def _items(
        self, instance: Instance, above: Holder, place: Place, items: Iterable[Any], base: int, into: list[Element]
    ) -> None:
        for number, item in enumerate(items):
            holder = Holder(place, above, number, above.codecs)
            at = getattr(item, "seq_item_tell", -1 - _ITEM_HEADER) + _ITEM_HEADER  # where its first element begins
            for raw in item.values():
                start = _start(raw)
                if -1 not in (start, at) and start != at:
                    where = f"{holder.prefix}{place.name}"
                    instance.leftovers.append((where.rstrip("."), b""))
                at = _end(raw)
                self._add(instance, holder, raw, base, into)

    def _account(self, instance: Instance, raw: Any, order: int) -> int:
        """Note an element that stands twice or comes out of order; return the highest tag so far."""
        tag = int(raw.tag)
        if tag in instance.top:
            value = raw.value if isinstance(raw.value, bytes) else b""
            instance.leftovers.append((f"({tag >> 16:04X},{tag & 0xFFFF:04X}), a second time", value))
        elif tag < order:
            instance.disordered += 1
        return max(order, tag)

    def _tail(self, instance: Instance, stream: BinaryIO, at: int) -> None:
        """Note what stands after the last element."""
        here = stream.tell()
        if 0 <= at < here:
            stream.seek(at)
            rest = stream.read(DEFER)
            if rest.strip(b"\0"):
                instance.leftovers.append(("after the Data Set", rest))
        stream.seek(0, 2)
        if at > stream.tell():
            instance.problems.append(Problem("", "ends before its last element does"))


def _generate(stream: BinaryIO, implicit: bool, little: bool) -> Iterator[Any]:  # noqa: FBT001
    from pydicom.filereader import data_element_generator

    return data_element_generator(stream, implicit, little, defer_size=DEFER)


def _header(raw: Any) -> int:
    return 12 if not raw.is_implicit_VR and raw.VR in _LONG_VRS else 8


def _start(raw: Any) -> int:
    """Return where the header of an element begins; -1 if pydicom does not tell."""
    return raw.value_tell - _header(raw) if hasattr(raw, "value_tell") else -1


def _end(raw: Any) -> int:
    """Return where an element ends; -1 where its length is undefined."""
    if not hasattr(raw, "value_tell") or raw.length == UNDEFINED:
        return -1
    end: int = raw.value_tell + raw.length
    return end


def _encoding(stream: BinaryIO, start: int, syntax: str) -> tuple[bool, bool]:
    """Return (implicit VR, little endian) as the Transfer Syntax has it, or as the first bytes look without one.

    A file that says Explicit VR and is not, or the other way round, is read as it is.
    """
    stream.seek(start)
    head = stream.read(6)
    little = syntax != _BIG
    if not syntax and len(head) >= 2 and head[0] == 0 and head[1]:
        little = False
    looks_explicit = len(head) == 6 and head[4:6].isalpha() and head[4:6].isupper()
    return (not looks_explicit if looks_explicit or syntax == _IMPLICIT or not syntax else False), little


def _inflated(stream: BinaryIO) -> BinaryIO:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    data = unpacker.decompress(stream.read(), LARGEST_INFLATED)
    if unpacker.unconsumed_tail:
        raise ValueError
    return BytesIO(data + unpacker.unused_data.rstrip(b"\0"))


def _codecs(value: bytes) -> tuple[str, ...]:
    from pydicom.charset import convert_encodings

    terms = [term.strip() for term in value.decode("latin-1").strip(" \0").split("\\")]
    try:
        return tuple(convert_encodings(terms))
    except (LookupError, ValueError):
        return _DEFAULT_CODECS
