"""YAML as text with line numbers: a scalar stays as it was written, so ``NO``, ``0008`` and ``1.20`` are not mangled.

Decided: anchors, aliases, merge keys and tags are refused. A profile has no need of them, and they are how a small
file becomes a huge one or runs code.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple, NoReturn

import yaml

from deidpipe.errors import ProfileError

LARGEST_FILE = 1_000_000  # bytes
_DEEPEST = 12  # a profile needs five
_UNPRINTABLE = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"


class Scalar(NamedTuple):
    """A word, a number, a text: as it stands in the file."""

    text: str
    line: int
    quoted: bool

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing stands there, in any of YAML's ways to write nothing."""
        return not self.text.strip() or (not self.quoted and self.text in ("~", "null", "Null", "NULL"))


class Listing(NamedTuple):
    """``- one`` or ``[one, two]``."""

    items: tuple["Node", ...]
    line: int


class Mapping(NamedTuple):
    """``key: value`` lines or ``{key: value}``; a key may still occur twice."""

    entries: tuple[tuple["Node", "Node"], ...]
    line: int
    in_braces: bool


Node = Scalar | Listing | Mapping


def read_nodes(data: bytes, file: str) -> Node:
    """Return the one document of a YAML file.

    Raises ProfileError at the first thing that is no YAML, or that a profile may not use.
    """
    text = _decoded(data, file)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _document(yaml.parse(text, Loader=loader), file)
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else 1
        if _has_tab_indent(text, line):
            raise ProfileError(f"{file}:{line}", "a tab", "indent with spaces") from None
        what = f"not YAML ({fault.problem or fault.context})"
        raise ProfileError(f"{file}:{line}", what, "see the line and the one above it") from None
    except yaml.YAMLError:
        raise ProfileError(f"{file}:1", "not YAML", "write it anew from a shipped profile") from None


def _decoded(data: bytes, file: str) -> str:
    if len(data) > LARGEST_FILE:
        raise ProfileError(f"{file}:1", "larger than 1 MB", "split it with extends")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise ProfileError(f"{file}:{line}", "not UTF-8", "save the file as UTF-8") from None
    if not text.replace("\n", "").isprintable():  # quick; only then the slow and exact question
        strange = re.search(_UNPRINTABLE, text)
        if strange:
            line = text.count("\n", 0, strange.start()) + 1
            raise ProfileError(f"{file}:{line}", "a character that cannot be seen", "delete it or write the line anew")
    return text


def _has_tab_indent(text: str, line: int) -> bool:
    lines = text.splitlines()
    near = lines[max(line - 2, 0) : line]
    return any("\t" in each[: len(each) - len(each.lstrip())] for each in near)


def _document(events: Iterator[yaml.Event], file: str) -> Node:
    root: Node | None = None
    for event in events:
        if isinstance(event, (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentEndEvent)):
            continue
        if isinstance(event, yaml.DocumentStartEvent):
            if root is not None:
                _refuse(event, file, "a second document", "keep one document in a file, without ---")
            continue
        root = _node(event, events, file, 0)
    if root is None or (isinstance(root, Scalar) and root.is_empty):
        raise ProfileError(f"{file}:1", "empty", "start with the lines deidpipe: 1 and name: ...")
    return root


def _node(event: yaml.Event, events: Iterator[yaml.Event], file: str, depth: int) -> Node:
    if isinstance(event, yaml.AliasEvent):
        _refuse(
            event, file, "an alias (*)", "write the text out where it is needed; a text that begins with * needs quotes"
        )
    assert isinstance(event, yaml.NodeEvent)
    if event.anchor:
        _refuse(
            event,
            file,
            "an anchor (&)",
            "write the text out where it is needed; a text that begins with & needs quotes",
        )
    if getattr(event, "tag", None):
        _refuse(event, file, "a tag (!)", "leave it out; a text that begins with ! needs quotes")
    line = _line(event)
    if isinstance(event, yaml.ScalarEvent):
        return Scalar(event.value, line, quoted=not event.implicit[0])
    if depth >= _DEEPEST:
        _refuse(event, file, "nested too deep", "a profile needs no more than five levels")
    if isinstance(event, yaml.SequenceStartEvent):
        return Listing(tuple(_children(events, file, depth)), line)
    flat = _children(events, file, depth)
    entries = tuple((key, next(flat)) for key in flat)
    return Mapping(entries, line, in_braces=bool(event.flow_style))  # type: ignore[attr-defined]  # MappingStartEvent


def _children(events: Iterator[yaml.Event], file: str, depth: int) -> Iterator[Node]:
    for event in events:
        if isinstance(event, yaml.CollectionEndEvent):
            return
        yield _node(event, events, file, depth + 1)


def _refuse(event: yaml.Event, file: str, what: str, fix: str) -> NoReturn:
    raise ProfileError(f"{file}:{_line(event)}", what, fix)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
