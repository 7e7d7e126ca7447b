"""Where an element stands, in words: RequestAttributesSequence[0].AccessionNumber."""

from collections.abc import Callable, Mapping

from deidpipe.dicom.dictionary import keyword_of
from deidpipe.dicom.layout import TOP, Layout


def name_of(tag: int) -> str:
    """Return the keyword of a public tag, or the tag."""
    return keyword_of(tag) or f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def creators_of(layout: Layout, value: Callable[[int], bytes]) -> Mapping[int, str]:
    """Return entry -> Private Creator of each private element that has one (PS3.5 7.8.1).

    ``value`` gives the stored value of an entry. A creator counts in its own Data Set or Item only.
    """
    if not layout.creators:
        return {}
    reserved: dict[tuple[int, int], str] = {}
    for entry in layout.creators:
        text = value(entry).decode("latin-1").strip(" \0")
        tag = layout.tags[entry]
        reserved[layout.parents[entry], (tag & 0xFFFF0000) | (tag & 0xFF) << 8] = text
    found = {}
    for entry in layout.elements:
        tag = layout.tags[entry]
        if tag & 0x10000 and tag & 0xFFFF >= 0x1000:
            creator = reserved.get((layout.parents[entry], tag & 0xFFFFFF00))
            if creator is not None:
                found[entry] = creator
    return found


def path_of(layout: Layout, entry: int, creators: Mapping[int, str], known: frozenset[str]) -> str:
    """Return the path of an element; a Private Creator is named only if it is ``known`` to be a vendor's."""
    parts = [_name_at(layout, entry, creators, known)]
    item = layout.parents[entry]
    while item != TOP:
        sequence = layout.parents[item]
        parts.append(f"{_name_at(layout, sequence, creators, known)}[{layout.numbers[item]}]")
        item = layout.parents[sequence]
    return ".".join(reversed(parts))


def _name_at(layout: Layout, entry: int, creators: Mapping[int, str], known: frozenset[str]) -> str:
    tag = layout.tags[entry]
    creator = creators.get(entry)
    if creator is not None and creator in known:
        return f"({tag >> 16:04X},[{creator}]{tag & 0xFF:02X})"
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})" if tag & 0x10000 else name_of(tag)
