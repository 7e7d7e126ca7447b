"""Where an element stands, found again whatever block a private element was moved to.

A path is ``00400275[0] > 00081110[1] > 0009"GEMS_IDEN_01"27``: tags from the top down with the number of the Item, a
private element by group, Private Creator and the low byte of its element. A Content Item is told by its concept and a
number among those of the same concept, ``0040A730[121071#0]``, because a tool may take out others before it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from pydicom.datadict import keyword_for_tag
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

_GAP = " > "
_STEP = re.compile(r'([0-9A-F]{8})(?:\[([^\]]+)\])?|([0-9A-F]{4})"(.*)"([0-9A-F]{2})(?:\[(\d+)\])?', re.DOTALL)
_CONTENT = 0x0040A730
_FIRST_PRIVATE, _LAST_CREATOR = 0x1000, 0x00FF


class Place(NamedTuple):
    """An element, the Data Set or Item that it is in, and its path; ``parts`` is (tag, Private Creator) by step.

    ``is_sample`` is False in what stands between the first and the last Item of a Sequence: much the same again.
    """

    element: DataElement
    holder: Dataset
    path: str
    attribute: str
    parts: tuple[tuple[int, str], ...]
    is_sample: bool

    @property
    def tag(self) -> int:
        """The tag as a number."""
        return int(self.element.tag)

    @property
    def is_private(self) -> bool:
        """Whether it or a Sequence above it is private."""
        return any(tag & 0x10000 for tag, _ in self.parts)


class Step(NamedTuple):
    """One step of a path. ``item`` is empty where it does not go into an Item."""

    tag: int
    creator: str
    item: str


def walk(
    data_set: Dataset,
    path: str = "",
    attribute: str = "",
    parts: tuple[tuple[int, str], ...] = (),
    *,
    is_sample: bool = True,
) -> Iterator[Place]:
    """Yield every element at every depth, a Sequence before what is in it."""
    creators = creators_of(data_set)
    for element in list(data_set):
        tag = int(element.tag)
        creator = creators.get(tag & 0xFFFFFF00, "") if _is_private(tag) else ""
        step = step_of(tag, creator)
        place = Place(
            element,
            data_set,
            f"{path}{_GAP}{step}" if path else step,
            f"{attribute}.{_name(tag, step)}" if attribute else _name(tag, step),
            (*parts, (tag, creator)),
            is_sample,
        )
        yield place
        if element.VR == "SQ" and element.value:
            labels = labels_of(tag, element.value)
            for number, item in enumerate(element.value):
                sample = is_sample and number in (0, len(element.value) - 1)
                names = f"{place.path}[{labels[number]}]", f"{place.attribute}[{labels[number]}]"
                yield from walk(item, *names, place.parts, is_sample=sample)


def labels_of(tag: int, items: Sequence[Dataset]) -> list[str]:
    """Return how the Items of a Sequence are told apart: by number, Content Items by their concept."""
    if tag != _CONTENT:
        return list(map(str, range(len(items))))
    met: Counter[str] = Counter()
    labels = []
    for item in items:
        concept = item.get("ConceptNameCodeSequence")
        code = re.sub(r"[^\w.-]", "", str(concept[0].get("CodeValue", ""))) if concept else ""
        labels.append(f"{code}#{met[code]}")
        met[code] += 1
    return labels


def creators_of(data_set: Dataset) -> dict[int, str]:
    """Return block (tag with low byte 0) -> Private Creator."""
    found = {}
    for tag in list(data_set.keys()):
        if tag & 0x10000 and 0x10 <= tag & 0xFFFF <= _LAST_CREATOR:
            value = data_set[tag].value
            text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
            found[(tag & 0xFFFF0000) | (tag & 0xFF) << 8] = text.strip(" \0")
    return found


def step_of(tag: int, creator: str = "") -> str:
    """Return an element as a step of a path is written."""
    return f'{tag >> 16:04X}"{creator}"{tag & 0xFF:02X}' if creator else f"{tag:08X}"


def element_at(data_set: Dataset, path: str) -> DataElement | None:
    """Return the element of a path, None if it is not there."""
    for step in steps(path):
        tag = _tag_in(data_set, step)
        if tag is None:
            return None
        if not step.item:
            return data_set[tag]
        items = data_set[tag].value
        labels = labels_of(tag, items) if data_set[tag].VR == "SQ" and items else []
        if step.item not in labels:
            return None
        data_set = items[labels.index(step.item)]
    return None


@lru_cache(1 << 16)
def steps(path: str) -> tuple[Step, ...]:
    """Return a path as steps. Raises ValueError if it is none."""
    found = []
    for text in path.split(_GAP):
        match = _STEP.fullmatch(text)
        if match is None:
            raise ValueError("no path")
        public, item, group, creator, low, private_item = match.groups()
        label = item or private_item or ""
        found.append(Step(int(public, 16), "", label) if public else Step(_tag(group, low), creator, label))
    return tuple(found)


def _tag(group: str, low: str) -> int:
    return int(group, 16) << 16 | int(low, 16)


def _tag_in(data_set: Dataset, step: Step) -> int | None:
    if not step.creator:
        return step.tag if step.tag in data_set else None
    for block, creator in creators_of(data_set).items():
        tag = block | step.tag & 0xFF
        if creator == step.creator and block >> 16 == step.tag >> 16 and tag in data_set:
            return tag
    return None


def _is_private(tag: int) -> bool:
    return bool(tag & 0x10000) and tag & 0xFFFF >= _FIRST_PRIVATE


def _name(tag: int, step: str) -> str:
    return keyword_for_tag(tag) or (f"({tag >> 16:04X},{tag & 0xFFFF:04X})" if step == f"{tag:08X}" else step)
