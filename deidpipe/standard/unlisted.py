"""The Attributes of VR UI, DA, TM, DT, PN, AE and UR that Table E.1-1 does not list, each in a class of our own.

Source: PS3.15 E.1.1 (dates and times may be treated by VR), E.3.9 (structural UIDs stay). The classes are ours.
"""

from functools import cache

from deidpipe.standard.datafile import read


def class_of(tag: int) -> str | None:
    """Return the class of an Attribute, None if it is not one of these.

    The classes: structural-keep, instance-map, temporal, person, location, organisation-or-creator, file-meta, other.
    """
    return _classes().get(tag)


@cache
def _classes() -> dict[int, str]:
    classes = {}
    for line in read("unlisted.tsv").lines:
        tag, our_class, _keyword, _vr = line.split("\t")
        classes[int(tag, 16)] = our_class
    return classes


STRUCTURAL_UIDS = frozenset(tag for tag, our_class in _classes().items() if our_class == "structural-keep")
