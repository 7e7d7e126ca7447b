"""The keyword and the Value Representation of every Attribute of PS3.6.

The data are those of pydicom and what it lacks, as plain text in the order of the tags: an Attribute is looked up by
bisection and its line is read when it is met, so that a run does not pay for the five thousand it never meets.
"""

import os
from bisect import bisect_left
from functools import cache, lru_cache

_FOLDER = os.path.join(os.path.dirname(__file__), "data")
_LAST_REPEATING_GROUP = 0x1E  # PS3.5 7.6: the repeating groups are the even ones from gg00 to gg1E
_MOST_TAGS = 16384  # remembered; more than any honest Data Set has


@lru_cache(_MOST_TAGS)
def vr_of(tag: int) -> str:
    """Return the VR of an element in Implicit VR Little Endian, UN if it is unknown.

    Source: PS3.5 A.1. OB or OW is OW; of other choices it is the first one (US or SS is US).
    """
    vrs = vrs_of(tag)
    if not vrs:
        return "UN"
    return "OW" if vrs == ("OB", "OW") else vrs[0]


def vrs_of(tag: int) -> tuple[str, ...]:
    """Return the VRs that PS3.6 allows, none if the Attribute is unknown.

    Source: PS3.5 7.2 (a group length is UL), 7.8.1 (a Private Creator is LO).
    """
    group, element = tag >> 16, tag & 0xFFFF
    if not element:
        return ("UL",)
    if group & 1:
        return ("LO",) if 0x10 <= element <= 0xFF else ()
    vrs, _ = _entry(tag)
    return tuple(vrs.split("/")) if vrs else ()


@lru_cache(_MOST_TAGS)
def keyword_of(tag: int) -> str:
    """Return the keyword, empty if the Attribute is unknown, private or has none."""
    return "" if tag >> 16 & 1 else _entry(tag)[1]


def tag_of(keyword: str) -> int | None:
    """Return the tag, None if no Attribute has the keyword. Those of a repeating group have no single tag."""
    text = _text("dictionary.tsv")
    found = text.find(f"\t{keyword}\n") if keyword.isalnum() else -1
    if found < 0:
        return None
    line = text.rfind("\n", 0, found) + 1
    return int(text[line : line + 8], 16)


def keywords() -> tuple[str, ...]:
    """Return every keyword that has a tag, in the order of the tags."""
    return tuple(filter(None, (line.rpartition("\t")[2] for line in _lines("dictionary.tsv"))))


def _entry(tag: int) -> tuple[str, str]:
    """Return VRs (OB/OW) and keyword, both empty if the Attribute is unknown."""
    lines, written = _lines("dictionary.tsv"), f"{tag:08X}\t"
    position = bisect_left(lines, written)
    if position < len(lines) and lines[position].startswith(written):
        _, vrs, keyword = lines[position].split("\t")
        return vrs, keyword
    return _repeating(tag)


def _repeating(tag: int) -> tuple[str, str]:
    """Return the same for an Attribute whose tag has free digits.

    Source: PS3.5 7.6 for groups 50XX, 60XX and 7FXX; PS3.6 for the few others.
    """
    for mask, attributes in _repeaters().items():
        if tag & mask in attributes and (mask >> 16 != 0xFF00 or tag >> 16 & 0xFF <= _LAST_REPEATING_GROUP):
            return attributes[tag & mask]
    return "", ""


@cache
def _repeaters() -> dict[int, dict[int, tuple[str, str]]]:
    by_mask: dict[int, dict[int, tuple[str, str]]] = {}
    for line in _lines("repeaters.tsv"):
        tag, vrs, keyword = line.split("\t")
        mask = int("".join("0" if digit == "x" else "F" for digit in tag), 16)
        by_mask.setdefault(mask, {})[int(tag.replace("x", "0"), 16)] = (vrs, keyword)
    return by_mask


@cache
def _lines(name: str) -> list[str]:
    return _text(name).splitlines()


@cache
def _text(name: str) -> str:
    """Return what follows the three head lines (edition, source, columns)."""
    with open(os.path.join(_FOLDER, name), encoding="utf-8") as file:
        return file.read().split("\n", 3)[3]
