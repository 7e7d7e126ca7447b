"""A Data Set as a tree of tags and stored values: as the index has it, and as pydicom reads it."""

import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pydicom
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.hooks import raw_element_vr

from deidpipe.dicom.index import Index
from deidpipe.dicom.layout import TOP, Kind

# tag -> stored value, or one tree an Item. As in pydicom, the last one counts where a tag is repeated.
Tree = dict[int, "bytes | list[Tree]"]
Path = tuple[int, ...]  # tag, Item number, tag, ...

_DELIMITER = 8  # bytes of the Sequence Delimitation Item that ends a value in fragments
_CHARACTER_SET = 0x00080005
_PADDING = 0x00000000  # pydicom reads zeros after the Data Set as an element with this tag


def indexed_tree(index: Index) -> Tree:
    """Return what the index says of a Data Set; fragments come without their delimiter, as in pydicom."""
    layout = index.layout
    top: Tree = {}
    data_sets: dict[int, Tree] = {TOP: top}
    sequences: dict[int, list[Tree]] = {}
    for entry, kind in enumerate(layout.kinds):
        parent, tag = layout.parents[entry], layout.tags[entry]
        if kind == Kind.LEAF:
            value = index.value(entry)
            data_sets[parent][tag] = _comparable(tag, value[:-_DELIMITER] if layout.fragmented[entry] else value)
        elif kind == Kind.SEQUENCE:
            sequences[entry] = []
            data_sets[parent][tag] = sequences[entry]
        elif kind == Kind.ITEM:
            data_sets[entry] = {}
            sequences[parent].append(data_sets[entry])
    return top


def read_by_pydicom(data: bytes, *, strict: bool = False) -> Tree:
    """Return what pydicom reads from a file; ``strict`` makes an error of what it would only warn of."""
    with warnings.catch_warnings():
        warnings.simplefilter("error" if strict else "ignore")
        return _tree(pydicom.dcmread(BytesIO(data), force=True))


def _tree(data_set: Dataset) -> Tree:
    tree: Tree = {}
    for tag, element in list(data_set._dict.items()):  # as read: looking one up may decode others
        if isinstance(element, RawDataElement):
            found: dict[str, Any] = {}
            raw_element_vr(element, found, ds=data_set)
            if found["VR"] != "SQ":
                tree[int(tag)] = _comparable(tag, element.value if isinstance(element.value, bytes) else b"")
                continue
        elif tag == _CHARACTER_SET:  # pydicom has decoded it already
            terms = [element.value or ""] if isinstance(element.value, str | None) else list(element.value)
            tree[int(tag)] = "\\".join(terms).encode()
            continue
        tree[int(tag)] = [_tree(item) for item in data_set[tag].value]
    return tree


def _comparable(tag: int, value: bytes) -> bytes:
    return value.rstrip(b" \0") if tag == _CHARACTER_SET else value


def differences(ours: Tree, theirs: Tree, path: Path = ()) -> Iterator[tuple[str, Path]]:
    """Yield what differs and where; a Sequence without Items and an empty value are the same."""
    for tag in sorted((ours.keys() | theirs.keys()) - {_PADDING}):
        here = (*path, tag)
        if tag not in ours:
            yield "missing", here
        elif tag not in theirs:
            yield "extra", here
        else:
            yield from _different(ours[tag], theirs[tag], here)


def _different(ours: bytes | list[Tree], theirs: bytes | list[Tree], path: Path) -> Iterator[tuple[str, Path]]:
    if isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) != len(theirs):
            yield f"has {len(ours)} Items, not {len(theirs)}", path
        for number, (our_item, their_item) in enumerate(zip(ours, theirs, strict=False)):
            yield from differences(our_item, their_item, (*path, number))
    elif (ours or b"") == (theirs or b""):
        return
    elif isinstance(ours, list):
        yield "opened", path  # we found Items in what is a closed value to pydicom
    else:
        yield ("closed" if isinstance(theirs, list) else "value"), path
