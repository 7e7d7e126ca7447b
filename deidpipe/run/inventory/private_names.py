"""What pydicom's dictionary of private elements knows: a name and a VR, by Private Creator."""

from functools import lru_cache

_REMEMBERED = 1 << 14


@lru_cache(_REMEMBERED)
def private_entry(creator: str, tag: int) -> tuple[str, str]:
    """Return name and VR of a private element, both "" if the dictionary lacks it or does not know them."""
    from pydicom.datadict import get_private_entry  # half a second; only collections with private elements pay

    try:
        vr, _multiplicity, name, _retired = get_private_entry(tag, creator)
    except KeyError:
        return "", ""
    name = "" if name.lower().strip("? ") in ("", "unknown", "internal") else name
    return name, "" if vr == "UN" else vr.partition(" ")[0]
