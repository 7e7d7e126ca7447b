"""D-03: the Attributes that mark what was done agree with the codes.

Asks: Longitudinal Temporal Information Modified is UNMODIFIED with code 113106, MODIFIED with 113107, else REMOVED;
Burned In Annotation and Recognizable Visual Features are YES or NO.
Why: programs read these Attributes, not the codes; a REMOVED beside shifted dates makes them drop good data.
Source: PS3.15 E.1.1, E.3.6; PS3.3 C.12.1, C.7.6.1.
Fix: set (0028,0303) to what the codes say, and (0028,0301), (0028,0302) to YES or NO.
"""

from collections.abc import Iterator

from deidpipe.verify.claims import Claims
from deidpipe.verify.finding import Hit, Rule, Severity
from deidpipe.verify.reader import Instance
from deidpipe.verify.shelf import Located, at

RULE = Rule(
    "D-03",
    Severity.WARN,
    "the Attributes that mark what was done agree with the codes",
    "PS3.15 E.1.1, E.3.6; PS3.3 C.12.1, C.7.6.1",
    "set (0028,0303) to what the codes say, and (0028,0301), (0028,0302) to YES or NO",
)
_TIME, _MARKS = 0x00280303, {0x00280301: "BurnedInAnnotation", 0x00280302: "RecognizableVisualFeatures"}


def look(instance: Instance, claims: Claims) -> Iterator[Located]:
    """Yield the markers of an Instance that do not agree with its codes."""
    told = instance.text(_TIME)
    if claims.claimed:
        wanted = "UNMODIFIED" if "113106" in claims.claimed else "MODIFIED" if "113107" in claims.claimed else "REMOVED"
        if told != wanted:
            what = f"Longitudinal Temporal Information Modified is not {wanted}, as the codes say"
            yield at(Hit(RULE.id, what), instance, path="LongitudinalTemporalInformationModified")
    for tag, keyword in _MARKS.items():
        value = instance.text(tag)
        if value and value not in ("YES", "NO"):
            yield at(Hit(RULE.id, f"{keyword} is neither YES nor NO"), instance, path=keyword)
