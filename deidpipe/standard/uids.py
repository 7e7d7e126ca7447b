"""The UIDs that the Standard itself defines: SOP Classes, well-known frames of reference, coding schemes and so on.

Source: PS3.6 Annex A. A UID that only looks like one of these, under the same root, is somebody's invention.
"""

from functools import cache

from deidpipe.standard.datafile import read

ROOT = "1.2.840.10008."


def is_standard(uid: str) -> bool:
    """Tell if the Standard defines a UID; that one names no person, place or Instance."""
    return uid.startswith(ROOT) and uid in _defined()


@cache
def _defined() -> frozenset[str]:
    return frozenset(read("uids.tsv").lines)
