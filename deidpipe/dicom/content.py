"""Content Items: the Items that say by a code what they are about, and what they say.

Source: PS3.3 C.17.3 (Content Sequence), C.7.6.14 (Acquisition Context), C.7.6.22 (Specimen Preparation), C.10.10
(Waveform Annotation, whose Items have no Value Type: it follows from the Attribute that holds the value).
"""

from collections.abc import Mapping
from functools import lru_cache
from struct import iter_unpack
from types import MappingProxyType
from typing import NamedTuple

from deidpipe.dicom.index import Index
from deidpipe.dicom.layout import TOP, Kind, Layout

CONTENT, ACQUISITION_CONTEXT, PREPARATION_STEP, ANNOTATION = 0x0040A730, 0x00400555, 0x00400612, 0x0040B020
CONTENT_SEQUENCES = frozenset({CONTENT, ACQUISITION_CONTEXT, PREPARATION_STEP, ANNOTATION})
VALUE_TYPE, CONCEPT_NAME, REFERS_TO = 0x0040A040, 0x0040A043, 0x0040DB73
VALUES: Mapping[int, str] = MappingProxyType(
    {
        0x0040A120: "DATETIME",
        0x0040A121: "DATE",
        0x0040A122: "TIME",
        0x0040A123: "PNAME",
        0x0040A124: "UIDREF",
        0x0040A160: "TEXT",
        0x0040A168: "CODE",
        0x0040A300: "NUM",
        0x0040A30A: "NUM",  # Numeric Value, where no Measured Value Sequence holds it
        0x00700006: "TEXT",  # Unformatted Text Value, of a Waveform Annotation
    }
)
"""The Attributes that hold the value of a Content Item, with its Value Type; references apart."""

_CODE, _SCHEME, _LONG_CODE = 0x00080100, 0x00080102, 0x00080119
_CONCEPT = frozenset({_CODE, _SCHEME, _LONG_CODE})
_TELLING = frozenset({VALUE_TYPE, REFERS_TO})


class Content(NamedTuple):
    """What a Content Item says of itself; ``refers_to`` is the position of another one (PS3.3 C.17.3.2.5)."""

    code: str
    scheme: str
    value_type: str
    refers_to: tuple[int, ...] = ()


class _Said(NamedTuple):
    """Tag -> entry of what tells about a Content Item, and the Value Type of the Attribute that holds its value."""

    entries: dict[int, int]
    held: str


def content_values(index: Index) -> tuple[bytes, ...]:
    """Return the values that decide what becomes of the Content Items of a Data Set."""
    return index.values([entry for said in _said(index.layout).values() for entry in said.entries.values()])


def contents_of(index: Index) -> Mapping[int, Content]:
    """Return Item -> what it says, of every Content Item at any depth."""
    return {item: _content(index, said) for item, said in _said(index.layout).items()}


def _content(index: Index, said: _Said) -> Content:
    def text(tag: int) -> str:
        return index.value(said.entries[tag]).decode("latin-1").strip("\0 ") if tag in said.entries else ""

    numbers = index.value(said.entries[REFERS_TO]) if REFERS_TO in said.entries else b""
    form = ">L" if index.big_endian else "<L"
    position = tuple(number for (number,) in iter_unpack(form, numbers[: len(numbers) // 4 * 4]))
    return Content(text(_CODE) or text(_LONG_CODE), text(_SCHEME), text(VALUE_TYPE).upper() or said.held, position)


@lru_cache(maxsize=256)
def _said(layout: Layout) -> Mapping[int, _Said]:
    """Return Item -> where it says what it is about, of every Content Item; a concept is the first code of its name."""
    tags, parents, found = layout.tags, layout.parents, dict[int, _Said]()
    if CONTENT_SEQUENCES.isdisjoint(tags):
        return found
    for entry in layout.elements:
        item, tag = parents[entry], tags[entry]
        if item == TOP:
            continue
        if tags[parents[item]] in CONTENT_SEQUENCES:
            entries, held = found.get(item, _Said({}, ""))
            if tag in _TELLING and layout.kinds[entry] is Kind.LEAF:
                entries[tag] = entry
            found[item] = _Said(entries, held or VALUES.get(tag, ""))
        elif tag in _CONCEPT and layout.kinds[entry] is Kind.LEAF:
            name = parents[item]
            if tags[name] == CONCEPT_NAME and layout.numbers[item] == 0 and parents[name] in found:
                found[parents[name]].entries[tag] = entry
    return found
