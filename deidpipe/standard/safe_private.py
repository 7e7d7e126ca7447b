"""The private elements that the Standard lists as safe, and the Private Creators that are public knowledge.

Source: PS3.15 E.3.10 and Table E.3.10-1; TCIA private tag knowledge base (Private Creators).
"""

from functools import cache

from deidpipe.standard.datafile import read


def is_safe(creator: str, group: int, low: int, vr: str) -> bool:
    """Tell whether Table E.3.10-1 lists the element, by its Private Creator, its group and the low byte of its element.

    Where the Table states a VR, the element must have it, or UN. Decided: anything else is not the element
    that was judged safe.
    """
    vrs = vrs_of_safe(creator, group, low)
    return vrs is not None and (not vrs or vr == "UN" or vr in vrs)


def vrs_of_safe(creator: str, group: int, low: int) -> tuple[str, ...] | None:
    """Return the VRs that Table E.3.10-1 states for an element, of five none; None if it does not list the element."""
    return _listed().get((creator.rstrip(" "), group, low))


@cache
def known_creators() -> frozenset[str]:
    """Return the Private Creators that are plainly a vendor's, so that printing one tells nothing of a person.

    Left out are dates, bare numbers and UIDs, names of hospitals, and single words that could be a surname.
    """
    return frozenset(read("private_creators.tsv").lines)


@cache
def _listed() -> dict[tuple[str, int, int], tuple[str, ...]]:
    listed = {}
    for line in read("safe_private.tsv").lines:
        group, low, vrs, creator = line.split("\t")
        listed[creator, int(group, 16), int(low, 16)] = tuple(vrs.split())
    return listed
