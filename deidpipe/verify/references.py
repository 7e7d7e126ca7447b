"""The references of an Instance to other Instances, where an object is of no use without them: RT, SEG, PR, KO, SR, PM.

Source: PS3.3 C.12.1, C.17.2, C.8.8, C.8.20, C.11; PS3.4 B.5.
"""

from collections.abc import Iterator
from typing import NamedTuple

from deidpipe.standard.uids import is_standard
from deidpipe.verify.dummies import is_dummy_uid
from deidpipe.verify.reader import Instance

_STORAGE = "1.2.840.10008.5.1.4.1.1."
_DEPENDENT = tuple(
    _STORAGE + each for each in ("481.", "66.1", "66.2", "66.3", "66.4", "66.5", "66.7", "11.", "88.", "30", "67")
)
_REFERENCED_INSTANCE, _REFERENCED_FRAME = 0x00081155, 0x30060024
# Studies, procedure steps and earlier documents may well stand in another system.
_NO_INSTANCES = frozenset({0x00081110, 0x00081111, 0x00081120, 0x0040A370, 0x0040A360, 0x00081250, 0x0040A525})


class Reference(NamedTuple):
    """One reference: where it stands, and the UID that it names."""

    path: str
    uid: str


def is_dependent(instance: Instance) -> bool:
    """Tell if an Instance is of no use without those that it refers to."""
    return instance.text(0x00080016).startswith(_DEPENDENT)


def references(instance: Instance) -> Iterator[Reference]:
    """Yield the references to Instances of a dependent object."""
    if not is_dependent(instance):
        return
    for element in instance.elements:
        if element.place.tag == _REFERENCED_INSTANCE and element.value and not _NO_INSTANCES & {*element.place.tags}:
            uid = element.value.decode("latin-1").strip(" \0")
            if uid and not is_standard(uid) and not is_dummy_uid(uid):
                yield Reference(element.path, uid)


def frames_of_reference(instance: Instance) -> Iterator[str]:
    """Yield the UIDs of the frames of reference that an Instance stands in, or draws in."""
    for element in instance.elements:
        if element.place.tags[-1:] == (_REFERENCED_FRAME,) or element.place.tags == (0x00200052,):
            uid = (element.value or b"").decode("latin-1").strip(" \0")
            if uid:
                yield uid
