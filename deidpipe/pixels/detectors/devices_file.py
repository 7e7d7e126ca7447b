"""A site's own list of devices that burn in text: YAML, each complaint with its line. See docs/pixels.md."""

import re
from collections.abc import Mapping as Table
from types import MappingProxyType

from deidpipe.dicom.dictionary import tag_of
from deidpipe.errors import ProfileError
from deidpipe.pixels.detectors.device_rules import (
    Area,
    Asked,
    Both,
    Condition,
    DeviceRule,
    DeviceRules,
    Either,
    How,
    Percent,
    Whole,
)
from deidpipe.profile.complaints import did_you_mean, shown
from deidpipe.profile.nodes import Listing, Mapping, Node, Scalar, read_nodes

_HEAD, _EDITION = "deidpipe-devices", "1"
_PLACES: Table[str, Whole] = MappingProxyType({"image": Whole.IMAGE, "ultrasound-regions": Whole.ULTRASOUND})
_HOW = MappingProxyType({how.value: how for how in (How.EQUALS, How.CONTAINS)})


def read_devices(data: bytes, file: str) -> DeviceRules:
    """Return the rules of a list.

    Raises ProfileError at the first thing that is unknown, misspelt or left out.
    """
    root = _Reader(file)
    entries = root.entries(read_nodes(data, file), required=(_HEAD, "rules"), known=(_HEAD, "name", "rules"))
    if root.text(entries[_HEAD]) != _EDITION:
        raise root.wrong(entries[_HEAD], "an edition that is not known", f"write {_HEAD}: {_EDITION}")
    rules = entries["rules"]
    if not isinstance(rules, Listing) or not rules.items:
        raise root.wrong(rules, "no list of rules", "begin each rule with - name:")
    name = root.text(entries["name"]) if "name" in entries else file
    return DeviceRules(name, tuple(root.rule(rule) for rule in rules.items))


class _Reader:
    """What reads the nodes of one file; ``file`` is for complaints."""

    def __init__(self, file: str) -> None:
        self.file = file

    def wrong(self, node: Node, what: str, fix: str) -> ProfileError:
        return ProfileError(f"{self.file}:{node.line}", what, fix)

    def text(self, node: Node) -> str:
        if not isinstance(node, Scalar) or node.is_empty:
            raise self.wrong(node, "something else than a word or a number", "write one value")
        return node.text.strip()

    def entries(self, node: Node, required: tuple[str, ...], known: tuple[str, ...]) -> dict[str, Node]:
        if not isinstance(node, Mapping):
            raise self.wrong(node, "no key: value lines", f"write {', '.join(required)}")
        found = dict[str, Node]()
        for key, value in node.entries:
            word = self.text(key)
            if known and word not in known:
                fix = did_you_mean(word, known, f"write one of {', '.join(known)}")
                raise self.wrong(key, f"unknown word {shown(word)}", fix)
            if word in found:
                raise self.wrong(key, f"{shown(word)} is there twice", "keep one of them")
            found[word] = value
        missing = [word for word in required if word not in found]
        if missing:
            raise self.wrong(node, f"{missing[0]} is missing", f"add {missing[0]}:")
        return found

    def rule(self, node: Node) -> DeviceRule:
        entries = self.entries(node, ("name", "match", "hide"), ("name", "match", "hide", "keep"))
        matches = self.entries(entries["match"], (), ())
        if not matches:
            raise self.wrong(entries["match"], "no Attribute to match", "name at least Modality or Manufacturer")
        conditions = tuple(self.condition(keyword, value) for keyword, value in matches.items())
        areas = [*self.areas(entries["hide"], is_kept=False)]
        areas += self.areas(entries["keep"], is_kept=True) if "keep" in entries else []
        return DeviceRule(self.text(entries["name"]), Both(conditions), tuple(areas))

    def condition(self, keyword: str, node: Node) -> Condition:
        if tag_of(keyword) is None:
            raise self.wrong(node, f"unknown Attribute {shown(keyword)}", "write its keyword, as in PS3.6")
        how = How.EQUALS
        if isinstance(node, Mapping):
            entries = self.entries(node, (), tuple(_HOW))
            if len(entries) != 1:
                raise self.wrong(node, "more or less than one comparison", f"write one of {', '.join(_HOW)}")
            ((word, node),) = entries.items()
            how = _HOW[word]
        wanted = node.items if isinstance(node, Listing) else (node,)
        if not wanted:
            raise self.wrong(node, "no value to compare with", "write one")
        return Either(tuple(Asked(keyword, how, self.text(one)) for one in wanted))

    def areas(self, node: Node, *, is_kept: bool) -> list[Area]:
        if not isinstance(node, Listing) or not node.items:
            raise self.wrong(node, "no list of rectangles", "write - [x0, y0, x1, y1]")
        return [Area(self.place(one), is_kept) for one in node.items]

    def place(self, node: Node) -> tuple[int, int, int, int] | Percent | Whole:
        if isinstance(node, Scalar) and node.text.strip() in _PLACES:
            return _PLACES[node.text.strip()]
        edges = [self.text(one) for one in node.items] if isinstance(node, Listing) else []
        if len(edges) == 4 and all(map(str.isdecimal, edges)):
            x0, y0, x1, y1 = map(int, edges)
            box = (x0, y0, x1, y1)
        elif len(edges) == 4 and all(re.fullmatch(r"\d+(\.\d+)?%", edge) for edge in edges):
            a0, b0, a1, b1 = (float(edge[:-1]) for edge in edges)
            if a0 < a1 <= 100 and b0 < b1 <= 100:
                return Percent(a0, b0, a1, b1)
            raise self.wrong(node, "a rectangle that is empty or too large", "write left, top, right, bottom")
        else:
            fix = "write [x0, y0, x1, y1] in pixels, or all four in percent of the image"
            raise self.wrong(node, "no rectangle", fix)
        if x0 >= x1 or y0 >= y1:
            raise self.wrong(
                node, "a rectangle that is empty", "write left, top, right, bottom; the last two are larger"
            )
        return box
