"""The part of a rule that says which Data Elements it is for."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from deidpipe.profile.attributes import keyword_to_tag, number_to_tag, path_to_tags
from deidpipe.profile.complaints import Complaints, did_you_mean, shown
from deidpipe.profile.entries import Entry, known_entries, text_of
from deidpipe.profile.model import PrivateElement, RepeatingGroup, Selector, Tag, TagPath, VrSelector

# fmt: off
VRS = frozenset({
    "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT", "OB", "OD", "OF", "OL", "OV",
    "OW", "PN", "SH", "SL", "SQ", "SS", "ST", "SV", "TM", "UC", "UI", "UL", "UN", "UR", "US", "UT", "UV",
})
# fmt: on
_ODD = 0x00010000


def selector_of(entries: Mapping[str, Entry], line: int, complaints: Complaints) -> Selector | None:
    """Return what the one selector of a rule selects."""
    given = [key for key in SELECTORS if key in entries]
    if len(given) != 1:
        what = f"{' and '.join(given)} in one rule" if given else "a rule without an Attribute"
        complaints.add(line, what, f"give each rule exactly one of {', '.join(SELECTORS)}")
        return None
    (key,) = given
    return SELECTORS[key](entries[key], complaints)


def _attribute(entry: Entry, complaints: Complaints) -> Selector | None:
    keyword = text_of(entry, "attribute", complaints)
    if keyword and "/" in keyword:
        complaints.add(entry.line, f"{shown(keyword)} is a path", "write path: instead of attribute:")
        return None
    tag = keyword_to_tag(keyword, entry.line, complaints) if keyword else None
    return None if tag is None else Tag(tag)


def _path(entry: Entry, complaints: Complaints) -> Selector | None:
    path = text_of(entry, "path", complaints)
    tags = path_to_tags(path, entry.line, complaints) if path else None
    return None if tags is None else TagPath(tags)


def _tag(entry: Entry, complaints: Complaints) -> Selector | None:
    number = text_of(entry, "tag", complaints)
    tag = number_to_tag(number, entry.line, complaints) if number else None
    return None if tag is None else Tag(tag)


def _group(entry: Entry, complaints: Complaints) -> Selector | None:
    """Read ``60xx3000``. Only even groups fit: what is odd is private, and private: is for that."""
    text = text_of(entry, "group", complaints)
    if text is None:
        return None
    found = re.fullmatch(r"\(?([0-9A-Fa-fxX]{4}),?([0-9A-Fa-fxX]{4})\)?", text)
    if not found or "x" not in text.lower():
        complaints.add(entry.line, f"{shown(text)} is no repeating group", "write eight digits, x for any: 60xx3000")
        return None
    digits = (found[1] + found[2]).lower()
    mask = int("".join("0" if digit == "x" else "f" for digit in digits), 16)
    value = int(digits.replace("x", "0"), 16)
    if value & mask & _ODD:
        complaints.add(entry.line, f"{shown(text)} is private", "write private: with its creator")
        return None
    if any((value ^ outside << 16) & mask & 0xFFFF0000 == 0 for outside in (0x0000, 0x0002, 0xFFFE)):
        complaints.add(entry.line, f"{shown(text)} reaches File Meta Information or Items", "write more digits for x")
        return None
    return RepeatingGroup(mask | _ODD, value)


def _private(entry: Entry, complaints: Complaints) -> Selector | None:
    before = len(complaints.found)
    entries = known_entries(entry.node, entry.line, "private", ("creator", "element"), complaints)
    if len(complaints.found) > before:
        return None
    if "creator" not in entries:
        complaints.add(entry.line, "private without a creator", 'write the Private Creator, or "*" for any')
        return None
    creator = text_of(entries["creator"], "creator", complaints)
    if creator and (len(creator) > 64 or "\\" in creator):
        complaints.add(
            entries["creator"].line, "creator is no Private Creator", "write one LO of 64 characters at most"
        )
        return None
    if "element" not in entries:
        return PrivateElement(creator, None, None) if creator else None
    text = text_of(entries["element"], "element", complaints)
    if creator is None or text is None:
        return None
    found = re.fullmatch(r"\(?([0-9A-Fa-f]{4}),?(?:xx([0-9A-Fa-f]{2}|xx))\)?", text.replace("X", "x"))
    if not found or int(found[1], 16) % 2 == 0:
        fix = 'write an odd group and xx for the block, as in "0019,xx0C", or "0019,xxxx" for all of the group'
        complaints.add(entries["element"].line, f"{shown(text)} is no private element", fix)
        return None
    return PrivateElement(creator, int(found[1], 16), None if found[2] == "xx" else int(found[2], 16))


def _vr(entry: Entry, complaints: Complaints) -> Selector | None:
    vr = text_of(entry, "vr", complaints)
    if vr is None or vr in VRS:
        return VrSelector(vr) if vr else None
    fix = did_you_mean(vr, sorted(VRS), "write two capitals, as in PN")
    complaints.add(entry.line, f"unknown VR {shown(vr)}", fix)
    return None


SELECTORS: Mapping[str, Callable[[Entry, Complaints], Selector | None]] = MappingProxyType(
    {
        "attribute": _attribute,
        "path": _path,
        "tag": _tag,
        "group": _group,
        "private": _private,
        "vr": _vr,
    }
)
