"""Look into nodes: known keys only, each once, each with what belongs there; everything else is a complaint."""

from collections.abc import Collection
from typing import NamedTuple

from deidpipe.profile.complaints import Complaints, did_you_mean, shown
from deidpipe.profile.nodes import Listing, Mapping, Node, Scalar


class Entry(NamedTuple):
    """The value of a key, and the line of the key."""

    node: Node
    line: int


def entries_of(node: Node, line: int, what: str, complaints: Complaints) -> dict[str, Entry]:
    """Return the entries of a mapping; complain of a key that occurs twice or is no word."""
    if not isinstance(node, Mapping):
        complaints.add(line, f"{what} is not written as key: value", "see profiles/README.md for the form")
        return {}
    if not node.entries:
        complaints.add(line, f"{what} is empty", "write key: value, or leave it out")
    entries: dict[str, Entry] = {}
    for key, value in node.entries:
        if not isinstance(key, Scalar) or key.is_empty:
            complaints.add(key.line, f"{what} has a key that is no word", "write key: value")
        elif key.text in entries:
            first = entries[key.text].line
            complaints.add(key.line, f"{shown(key.text)} stands here and in line {first}", "keep one of them")
        else:
            entries[key.text] = Entry(value, key.line)
    return entries


def known_entries(node: Node, line: int, what: str, known: Collection[str], complaints: Complaints) -> dict[str, Entry]:
    """Return the entries of a mapping; complain also of a key that is not known."""
    entries = entries_of(node, line, what, complaints)
    for key in [key for key in entries if key not in known]:
        entry = entries.pop(key)
        fix = did_you_mean(key, known, f"known are {', '.join(known)}")
        if isinstance(node, Mapping) and node.in_braces and isinstance(entry.node, Scalar) and not entry.node.text:
            fix = "inside { } a text with a comma needs quotes"
        complaints.add(entry.line, f"unknown key {shown(key)} in {what}", fix)
    return entries


def text_of(entry: Entry, what: str, complaints: Complaints) -> str | None:
    """Return the text of a scalar as written; complain if there is none."""
    node = entry.node
    if not isinstance(node, Scalar):
        complaints.add(entry.line, f"{what} is not one text", "write one text; in quotes if it has { } [ ] or a colon")
        return None
    if node.is_empty:
        complaints.add(entry.line, f"{what} is empty", "write a text after the colon")
        return None
    return node.text.strip()


def items_of(entry: Entry, what: str, complaints: Complaints) -> tuple[Node, ...]:
    """Return the items of a list; complain if it is none. Nothing at all is an empty list."""
    if isinstance(entry.node, Listing):
        return entry.node.items
    if not (isinstance(entry.node, Scalar) and entry.node.is_empty):
        complaints.add(entry.line, f"{what} is not a list", "begin each item on a line of its own with a hyphen")
    return ()
