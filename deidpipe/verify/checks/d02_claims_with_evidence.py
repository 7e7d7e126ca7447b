"""D-02: no code is claimed without evidence.

Asks: Clean Pixel Data (113101) comes with Burned In Annotation NO, Clean Recognizable Visual Features (113102) with
Recognizable Visual Features NO, Clean Graphics (113103) without overlays and curves that came through, and full dates
(113106) and modified dates (113107) are not claimed together.
Why: several tools write codes as constants, whatever ran; a claim that is not true is worse than none.
Source: PS3.15 E.3.1, E.3.2, E.3.3, E.3.6.
Fix: do what the code says and set the Attribute, or take the code out of (0012,0064).
"""

from collections.abc import Iterator

from deidpipe.verify.claims import Claims
from deidpipe.verify.finding import Hit, Rule, Severity
from deidpipe.verify.reader import Instance
from deidpipe.verify.shelf import Located, at

RULE = Rule(
    "D-02",
    Severity.BLOCK,
    "no code is claimed without evidence",
    "PS3.15 E.3.1, E.3.2, E.3.3, E.3.6",
    "do what the code says and set the Attribute, or take the code out of (0012,0064)",
)
_PIXELS, _FACES, _GRAPHICS, _FULL, _MODIFIED = "113101", "113102", "113103", "113106", "113107"
_BURNED_IN, _VISUAL = 0x00280301, 0x00280302


def look(instance: Instance, claims: Claims) -> Iterator[Located]:
    """Yield the claims of an Instance that its header contradicts or does not bear out."""
    for what in _unproven(instance, claims.claimed):
        yield at(Hit(RULE.id, what), instance, path="DeidentificationMethodCodeSequence")


def _unproven(instance: Instance, claimed: frozenset[str]) -> Iterator[str]:
    if _PIXELS in claimed and instance.pixels is not None and instance.text(_BURNED_IN) != "NO":
        yield "code 113101 (Clean Pixel Data) without Burned In Annotation NO"
    if _FACES in claimed and instance.pixels is not None and instance.text(_VISUAL) != "NO":
        yield "code 113102 (Clean Recognizable Visual Features) without Recognizable Visual Features NO"
    if _GRAPHICS in claimed and any(tag >> 24 == 0x50 for tag in instance.top):
        yield "code 113103 (Clean Graphics) with a curve"
    if {_FULL, _MODIFIED} <= claimed:
        yield "codes 113106 (full dates) and 113107 (modified dates) exclude each other"
