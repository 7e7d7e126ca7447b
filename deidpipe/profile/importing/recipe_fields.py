"""Which Attributes a field of a deid recipe is for: a name, a number, a path, or an expander such as endswith:Date.

An expander finds the elements of a file by their names; here it finds the Attributes of PS3.6, once and for all.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from deidpipe.dicom.dictionary import keyword_of, keywords, tag_of, vrs_of
from deidpipe.profile.model import PrivateElement, Selector, Tag, TagPath

_LONGEST_EXPRESSION = 200
_PRIVATE = re.compile(r"""\(?([0-9A-Fa-f]{3}[13579BDFbdf]),["'](.+)["'],([0-9A-Fa-f]{2})\)?""")
_NUMBER = re.compile(r"\(?([0-9A-Fa-f]{4}), ?([0-9A-Fa-f]{4})\)?|([0-9A-Fa-f]{8})")
_UNTOUCHED = frozenset(  # what deid never looks at
    {0x7FE00010, 0x00281201, 0x00281202, 0x00281203, 0x00283010}
)


class Found(NamedTuple):
    """What a field is for; ``fault`` says why it is for nothing. ``is_wide`` tells of an expander."""

    selectors: tuple[Selector, ...]
    is_wide: bool = False
    fault: str = ""


def found(field: str, groups: Mapping[str, Sequence[str]]) -> Found:
    """Return what a field of an action is for. ``groups`` has the fields of each ``%fields`` section."""
    lower = field.lower()
    if lower.startswith("values"):
        return Found((), fault="deid finds these elements by their values; a profile goes by Attributes")
    if lower.startswith("fields"):
        return _group(field.partition(":")[2], groups)
    if lower == "all":
        return Found(tuple(Tag(tag) for tag in _names() if tag not in _UNTOUCHED), is_wide=True)
    private = _PRIVATE.fullmatch(field)
    if private:
        return Found((PrivateElement(private[2].strip(), int(private[1], 16), int(private[3], 16)),))
    expander, colon, expression = field.partition(":")
    if colon:
        return _expanded(expander.lower(), expression)
    if "__" in field:
        return _path(field.split("__"))
    tag = _tag(field)
    if tag is None:
        return Found((), fault="PS3.6 has no such Attribute, so that deid finds none either")
    return Found((Tag(tag),))


def _group(name: str, groups: Mapping[str, Sequence[str]]) -> Found:
    if name not in groups:
        return Found((), fault="the recipe has no such group of fields")
    each = [found(field, {}) for field in groups[name]]
    return Found(tuple(dict.fromkeys(selector for one in each for selector in one.selectors)), is_wide=True)


def _path(steps: Sequence[str]) -> Found:
    tags = [_tag(step) for step in steps if not step.isdigit()]
    known = tuple(tag for tag in tags if tag is not None)
    if len(known) != len(tags) or not all("SQ" in vrs_of(tag) for tag in known[:-1]):
        return Found((), fault="this is no path through Sequences of PS3.6")
    return Found((TagPath(known),))


def _tag(name: str) -> int | None:
    number = _NUMBER.fullmatch(name)
    if number:
        return int(number[3] or number[1] + number[2], 16)
    return _by_name().get(name.lower())


def _expanded(expander: str, expression: str) -> Found:
    if expander == "select":
        return _selected(expression)
    if expander not in ("endswith", "startswith", "contains", "except"):
        return Found((), fault=f"deid has no expander {expander}")
    form = {"endswith": f"({expression})$", "startswith": f"^({expression})"}.get(expander, expression)
    try:
        pattern = re.compile(form, re.IGNORECASE) if len(form) <= _LONGEST_EXPRESSION else None
    except (re.error, OverflowError, RecursionError):
        pattern = None
    if pattern is None:
        return Found((), fault="this is no regular expression, or a very long one")
    fits = {tag for tag, names in _names().items() if any(pattern.search(name) for name in names)}
    if expander == "except":
        fits = _names().keys() - fits
    return _wide(fits)


def _selected(expression: str) -> Found:
    attribute, _, value = expression.partition(":")
    if attribute.upper() == "VR":
        return _wide(tag for tag in _names() if value[:2].upper() in vrs_of(tag))
    if attribute.upper() == "GROUP" and re.fullmatch("(0x)?[0-9A-Fa-f]{1,4}", value):
        group = int(value, 16)
        if group & 1:
            return Found((PrivateElement("*", group, None),), is_wide=True)
        return _wide(tag for tag in _names() if tag >> 16 == group)
    return Found((), fault="select is for VR or GROUP")


def _wide(tags: Iterable[int]) -> Found:
    selectors = tuple(Tag(tag) for tag in sorted(tags) if tag not in _UNTOUCHED)
    return Found(selectors, is_wide=True, fault="" if selectors else "no Attribute of PS3.6 fits")


@cache
def _names() -> dict[int, tuple[str, ...]]:
    """Return what deid calls each Attribute: its keyword, its name, its number in two ways."""
    from pydicom.datadict import dictionary_description, dictionary_has_tag

    tags = (tag for keyword in keywords() if (tag := tag_of(keyword)) is not None and tag >> 16 >= 0x0008)
    return {
        tag: (
            keyword_of(tag),
            dictionary_description(tag) if dictionary_has_tag(tag) else "",
            f"({tag >> 16:04x},{tag & 0xFFFF:04x})",
            f"{tag:08x}",
        )
        for tag in tags
    }


@cache
def _by_name() -> dict[str, int]:
    return {name.lower(): tag for tag, names in _names().items() for name in names if name}
