"""Whole-slide images: the pictures of the slide's label go, and those that may show it are looked at by a person.

Source: PS3.3 C.8.12.4.1.1 (Image Type, Value 3) and C.8.12.8 (Specimen Label in Image).
"""

from collections.abc import Sequence
from enum import Enum

from deidpipe.plan.conditions import Values
from deidpipe.plan.pixels import is_slide

_IMAGE_TYPE, _LABEL_IN_IMAGE = 0x00080008, 0x00480010
_LABEL, _OVERVIEW = "LABEL", "OVERVIEW"
_NOT_STANDARD = frozenset({"MACRO", "LOCALIZER"})  # writers' names for a picture of the whole slide


class SlideVerdict(Enum):
    """What becomes of an Instance of a whole-slide image."""

    CLEAN = "clean"  # as any other image
    DROP = "drop"
    QUARANTINE = "quarantine"


def slide_verdict(image_type: Sequence[str], specimen_label_in_image: str = "") -> SlideVerdict:
    """Tell what becomes of an Instance by its Image Type and its Specimen Label in Image.

    An overview shows the label unless the Instance says that it does not.
    """
    said = {value.strip().upper() for value in image_type[2:]}
    shows_label = specimen_label_in_image.strip().upper()
    if _LABEL in said:
        return SlideVerdict.DROP
    if shows_label == "YES" or said & _NOT_STANDARD:
        return SlideVerdict.QUARANTINE
    if _OVERVIEW in said and shows_label != "NO":
        return SlideVerdict.QUARANTINE
    return SlideVerdict.CLEAN


def shows_label(sop_class: str, values: Values) -> bool:
    """Tell if an Instance is, or may be, a picture of a slide's label.

    Image Type means that on slides alone: elsewhere LOCALIZER is a scout image.
    """
    told = next(iter(values(_LABEL_IN_IMAGE) or ()), "")
    if not is_slide(sop_class):
        return told.strip().upper() == "YES"
    return slide_verdict(values(_IMAGE_TYPE) or (), told) is not SlideVerdict.CLEAN
