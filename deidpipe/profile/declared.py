"""What the sender says of its private elements in the Private Data Element Characteristics Sequence (0008,0300).

Decided: an Item is a list like any other: it calls an element safe, or it does not. What it does not call safe is to be
removed, or treated as the Item asks. Items that speak of one element differently, or not plainly: the strictest counts.
Only the Sequence at the top of the Data Set is read; it speaks of its blocks at any depth.

Source: PS3.3 C.12.1 (SOP Common Module), PS3.15 E.3.10.
"""

from collections.abc import Iterable, Mapping, Sequence
from struct import iter_unpack
from types import MappingProxyType
from typing import NamedTuple

from deidpipe.dicom.index import Index
from deidpipe.standard.actions import Action

_GROUP, _CREATOR, _STATUS, _SAFE = 0x00080301, 0x00080302, 0x00080303, 0x00080304
_TO_DO, _IDENTIFYING, _ACTION = 0x00080305, 0x00080306, 0x00080307
_STRICTEST_FIRST = "XZDUCK"
_ACTIONS = {"D": Action.DUMMY, "Z": Action.EMPTY, "X": Action.REMOVE, "U": Action.UID}


class Block(NamedTuple):
    """The private elements of one Private Creator in one group."""

    group: int
    creator: str


class Word(NamedTuple):
    """What one Item says of its block: which elements are safe, by low byte, and what is to be done to others."""

    status: str
    safe: frozenset[int]
    actions: Mapping[int, Action]

    def on(self, low: int) -> Action:
        """Return what is asked for one element."""
        if low in self.actions:
            return self.actions[low]
        is_safe = self.status == "SAFE" or (self.status == "MIXED" and low in self.safe)
        return Action.KEEP if is_safe else Action.REMOVE


Declared = Mapping[Block, Sequence[Word]]
NOTHING_DECLARED: Declared = MappingProxyType({})
UNNAMED = Block(0, "")  # of an Item that does not say which block it speaks of


def word_on(declared: Declared, group: int, creator: str, low: int) -> Action | None:
    """Return what the sender asks for an element, None if it says nothing of its block."""
    words = declared.get(Block(group, creator), ())
    return min((word.on(low) for word in words), key=_STRICTEST_FIRST.index, default=None)


def declared_in(index: Index) -> Declared:
    """Return what is declared in a Data Set."""
    layout = index.layout
    if not layout.declaring:
        return NOTHING_DECLARED
    items: dict[int, dict[int, bytes]] = {}  # by the entry of the Item: tag -> value
    asked: dict[int, dict[int, dict[int, bytes]]] = {}  # likewise, of each Item of its Deidentification Action Sequence
    for entry in layout.declaring:
        item, tag = layout.parents[entry], layout.tags[entry]
        path = layout.tag_path(entry)
        if len(path) == 2:
            items.setdefault(item, {})[tag] = index.value(entry)
        elif len(path) == 3 and path[1] == _TO_DO:
            outer = layout.parents[layout.parents[item]]
            asked.setdefault(outer, {}).setdefault(item, {})[tag] = index.value(entry)
    declared: dict[Block, list[Word]] = {}
    for item, said in items.items():
        actions = _actions(index, asked.get(item, {}).values())
        word = Word(_text(said, _STATUS), frozenset(_numbers(index, said, _SAFE)), actions)
        declared.setdefault(_block(index, said), []).append(word)
    return declared


def _block(index: Index, said: Mapping[int, bytes]) -> Block:
    groups, creator = _numbers(index, said, _GROUP), _text(said, _CREATOR)
    return Block(groups[0], creator) if len(groups) == 1 and creator else UNNAMED


def _actions(index: Index, items: Iterable[Mapping[int, bytes]]) -> Mapping[int, Action]:
    actions: dict[int, Action] = {}
    for said in items:
        action = _ACTIONS.get(_text(said, _ACTION), Action.REMOVE)
        for low in _numbers(index, said, _IDENTIFYING):
            actions[low] = min(action, actions.get(low, action), key=_STRICTEST_FIRST.index)
    return actions


def _text(said: Mapping[int, bytes], tag: int) -> str:
    return said.get(tag, b"").decode("latin-1").strip(" \0")


def _numbers(index: Index, said: Mapping[int, bytes], tag: int) -> list[int]:
    value = said.get(tag, b"")
    form = ">H" if index.big_endian else "<H"
    return [number for (number,) in iter_unpack(form, value)] if len(value) % 2 == 0 else []
