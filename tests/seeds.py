"""What the fuzzer starts from: small real files, big ones with their large values cut, and a few made here."""

import zlib
from functools import cache
from struct import pack
from typing import NamedTuple

from pydicom.dataelem import DataElement
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import JPEGBaseline8Bit

from deidpipe.dicom.instance import Instance, read_instance
from deidpipe.dicom.layout import Kind
from deidpipe.dicom.splice import Edit, header, splice
from deidpipe.errors import DeidError
from tests.datasets import NATIVE, a_dataset, without_vrs, written
from tests.laws import materialised
from tests.shared import SHARED

_LARGE_FILE = 1 << 23  # a file larger than this is left out
_LARGEST_SEED = 12_000
_LARGE_VALUE = 128
_ITEM = pack("<HHL", 0xFFFE, 0xE000, 0)
_DELIMITER = pack("<HHL", 0xFFFE, 0xE0DD, 0)


class Seed(NamedTuple):
    """A file that can be read, and where its elements stand.

    ``body`` is the Data Set, inflated; ``starts`` has the offset of each entry in it, ``lengths`` where the length
    field of each is and how many bytes it has.
    """

    name: str
    before: bytes
    body: bytes
    deflated: bool
    starts: tuple[int, ...]
    lengths: tuple[tuple[int, int], ...]


def whole(before: bytes, body: bytes, *, deflated: bool) -> bytes:
    """Return the file of a seed, or of what became of it."""
    if deflated:
        deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        body = deflater.compress(body) + deflater.flush()
    return before + body


@cache
def seeds() -> tuple[Seed, ...]:
    """Return all seeds, always in the same order. Without the corpus there are only those made here."""
    found = [_seed(name, file) for name, file in _made().items()]
    corpus = SHARED / "corpus"
    for path in sorted(path for path in corpus.rglob("*") if path.is_file()):
        if path.stat().st_size <= _LARGE_FILE:
            try:
                seed = _seed(str(path.relative_to(corpus)), path.read_bytes())
            except DeidError:
                continue
            if len(seed.body) <= _LARGEST_SEED:
                found.append(seed)
    return tuple(found)


def _seed(name: str, file: bytes) -> Seed:
    instance = read_instance(file, len(file))
    before = file[: _before(instance, file)]
    body = _cut(instance)
    file = whole(before, body, deflated=instance.encoding.deflated)
    instance = read_instance(file, len(file))
    index = instance.data_set
    base, layout = index.starts[0], index.layout
    starts = tuple(start - base for start in index.starts)
    lengths = tuple(
        (start + size - wide, wide)
        for start, size, kind, vr in zip(starts, layout.headers, layout.kinds, layout.stored_vrs, strict=False)
        if kind != Kind.END and size
        for wide in [2 if vr and size == 8 else 4]
    )
    return Seed(name, before, body, instance.encoding.deflated, starts, lengths)


def _before(instance: Instance, file: bytes) -> int:
    """Return how many bytes stand before the Data Set."""
    if not instance.encoding.deflated:
        return instance.data_set.starts[0]
    group_length = file.find(b"\x02\0\0\0UL\4\0")
    assert group_length >= 0
    return group_length + 12 + int.from_bytes(file[group_length + 8 : group_length + 12], "little")


def _cut(instance: Instance) -> bytes:
    """Return the Data Set with large values cut short."""
    index = instance.data_set
    layout = index.layout
    edits: list[Edit] = []
    for entry in layout.elements:
        start, end = index.starts[entry], index.starts[layout.afters[entry]]
        if layout.kinds[entry] == Kind.LEAF and end - start > _LARGE_VALUE:
            value = index.value(entry)[:16]
            new = header(index, entry, len(value)) + value
            if layout.fragmented[entry]:
                new = header(index, entry, 0xFFFFFFFF) + _ITEM + _ITEM[:4] + b"\x04\0\0\0ABCD" + _DELIMITER
            edits.append((start, end, new, layout.enclosing(entry)))
    return materialised(instance, splice(index, edits))


def _made() -> dict[str, bytes]:
    """Make a file in each encoding, with Sequences of either length, in UN, private and empty."""
    made: dict[str, bytes] = {}
    for syntax in (*NATIVE, JPEGBaseline8Bit):
        leaf = a_dataset(ReferencedSOPInstanceUID="2.25.7", PatientName="Doe^Jane")
        inner = a_dataset(ReferencedStudySequence=[leaf, a_dataset()], StudyDescription="inner")
        data_set = a_dataset(
            SOPClassUID="1.2.840.10008.5.1.4.1.1.7", SOPInstanceUID="2.25.1", PatientName="Doe^Jane", PatientID="1",
            ReferencedImageSequence=[inner, leaf], RequestAttributesSequence=[], PatientComments="none", Rows=2,
        )  # fmt: skip
        data_set.add_new(0x00090010, "LO", "DEIDPIPE TEST")
        data_set.add_new(0x00091002, "SQ", [a_dataset(PatientID="2")])
        data_set.add_new(0x00091003, "UN", without_vrs(leaf) + without_vrs(inner))
        open_ended = DataElement(0x0040A730, "SQ", Sequence([a_dataset(TextValue="x", ContentSequence=[leaf])]))
        open_ended.is_undefined_length = open_ended.value[0].is_undefined_length_sequence_item = True
        data_set.add(open_ended)
        if syntax == JPEGBaseline8Bit:
            data_set.add_new(0x7FE00010, "OB", encapsulate([b"one frame.", b"another."]))
            data_set["PixelData"].is_undefined_length = True
        else:
            data_set.add_new(0x7FE00010, "OW", bytes(range(16)))
        made[f"made/{syntax}"] = written(data_set, syntax)
    return made
