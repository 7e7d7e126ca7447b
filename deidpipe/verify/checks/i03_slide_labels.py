"""I-03: whole-slide label and overview images are absent.

Asks: no Instance has LABEL or OVERVIEW (macro) as its flavor in Image Type, or Specimen Label In Image YES.
Why: the label of a glass slide has the patient's name or the case number on it, and the overview shows the label.
Source: PS3.3 C.8.12.4 (Whole Slide Microscopy Image, Image Type); PS3.15 E.3.1.
Fix: leave these Instances out.
"""

from collections.abc import Iterator

from deidpipe.verify.claims import Claims
from deidpipe.verify.finding import Hit, Rule, Severity
from deidpipe.verify.reader import Instance
from deidpipe.verify.shelf import Located, at

RULE = Rule(
    "I-03",
    Severity.BLOCK,
    "whole-slide label and overview images are absent",
    "PS3.3 C.8.12.4; PS3.15 E.3.1",
    "leave these Instances out",
)
_IMAGE_TYPE, _LABEL_IN_IMAGE = 0x00080008, 0x00480010
_FLAVORS = frozenset({"LABEL", "OVERVIEW", "MACRO"})


def look(instance: Instance, claims: Claims) -> Iterator[Located]:
    """Yield label and overview images."""
    del claims
    if _FLAVORS & {*instance.texts(_IMAGE_TYPE)} and instance.text(0x00080060) in ("SM", ""):
        hit = Hit(RULE.id, "is the label or the overview of a slide", "burned-in text", "R")
        yield at(hit, instance, instance.top[_IMAGE_TYPE])
    if instance.text(_LABEL_IN_IMAGE) == "YES":
        hit = Hit(RULE.id, "says that the label of the slide is in the image", "burned-in text", "R")
        yield at(hit, instance, instance.top[_LABEL_IN_IMAGE])
