"""What a profile says, in words."""

from collections.abc import Mapping
from types import MappingProxyType

from deidpipe.dicom.path import name_of
from deidpipe.profile.model import (
    Dates,
    PrivateElement,
    Profile,
    RepeatingGroup,
    SafeList,
    Selector,
    Tag,
    TagPath,
    Unlisted,
)
from deidpipe.standard.options import Option

UNLISTED: Mapping[Unlisted, str] = MappingProxyType(
    {Unlisted.KEEP: "kept, unless the VR is for identity", Unlisted.REMOVE: "removed"}
)

SAFE_LISTS: Mapping[SafeList, str] = MappingProxyType(
    {SafeList.STANDARD: "PS3.15 Table E.3.10-1", SafeList.TCIA: "TCIA's private tag knowledge base"}
)


def safe_lists_in_words(profile: Profile) -> str:
    """Return which lists say that a private element is safe, for people."""
    return ", ".join(SAFE_LISTS[each] for each in sorted(profile.safe_private)) or "none; what senders and rules say"


def dates_in_words(profile: Profile) -> str:
    """Return what becomes of dates and times, for people."""
    identity = profile.identity
    if Option.RETAIN_FULL_DATES in profile.options:
        return "kept as they are"
    if Option.RETAIN_MODIFIED_DATES in profile.options and identity.dates is Dates.YEAR:
        return "reduced to the year; times of day stay"
    if Option.RETAIN_MODIFIED_DATES in profile.options:
        return f"shifted by {identity.shift_from} to {identity.shift_to} days, the same number for all of a patient"
    return "removed, emptied or replaced by a dummy"


def in_words(selector: Selector) -> str:
    """Return what a selector says, for people."""
    match selector:
        case TagPath(tags):
            return "/".join(map(name_of, tags))
        case Tag(tag):
            return name_of(tag)
        case RepeatingGroup(mask, value):
            digits = zip(f"{mask:08X}", f"{value:08X}", strict=True)
            return "group " + "".join(digit if kept == "F" else "x" for kept, digit in digits)
        case PrivateElement(creator, group, low):
            where = "xxxx" if group is None else f"{group:04X}"
            return f"private {creator} ({where},xx{'xx' if low is None else f'{low:02X}'})"
        case _:
            return f"VR {selector.vr}"
