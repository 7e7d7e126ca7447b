"""What a rule selects, in words."""

from deidpipe.dicom.path import name_of
from deidpipe.profile.model import PrivateElement, RepeatingGroup, Selector, Tag, TagPath


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
