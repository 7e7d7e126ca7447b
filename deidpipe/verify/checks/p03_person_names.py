"""P-03: every person's name, at any depth, is empty, a dummy or the Patient ID.

Asks: each value of VR PN, nested and private ones too, and in File Meta Information, names no one.
Why: operators, referring and reading physicians and patients stand in dozens of Attributes, most of them nested;
Table E.1-1 lists the known ones, the VR shows them all.
Source: PS3.15 Table E.1-1, E.1.1; 45 CFR 164.514(b)(2)(i)(A).
Fix: empty every element of VR PN, or put the Patient ID there.
"""

from collections.abc import Iterator

from deidpipe.verify.claims import Claims
from deidpipe.verify.dummies import is_dummy
from deidpipe.verify.finding import Hit, Rule, Severity
from deidpipe.verify.place import Place
from deidpipe.verify.value import Value

RULE = Rule(
    "P-03",
    Severity.BLOCK,
    "every person's name, at any depth, is empty, a dummy or the Patient ID",
    "PS3.15 Table E.1-1, E.1.1; 45 CFR 164.514(b)(2)(i)(A)",
    "empty every element of VR PN, or put the Patient ID there",
)


def where(place: Place) -> bool:
    """Tell if a place holds names of persons, by the stored VR or the dictionary's; P-02 has the patient's own."""
    return "PN" in (place.vr, place.stored_vr) and place.tags != (0x00100010,)


def look(value: Value, claims: Claims) -> Iterator[Hit]:
    """Yield the names of persons."""
    for part in value.parts:
        if not is_dummy(part, claims.patient_id):
            yield Hit(RULE.id, "names a person", "person", "A", part)
