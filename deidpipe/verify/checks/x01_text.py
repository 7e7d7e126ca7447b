"""X-01: no text tells a person, a place or a number.

Asks: no telephone or fax number, e-mail, web or network address, social security or other national number, record
number, address, institution or person stands in any text, at any depth, in any VR: in numbers that are none, in UN
and OB bytes, in private elements, in overlay comments. What only may identify is a warning.
Why: free text is where identities survive; the Table names Attributes, people type wherever there is room.
Source: PS3.15 E.3.5; 45 CFR 164.514(b)(2)(i)(A), (B), (D) to (O).
Fix: clean or empty the text, and look for the same words in its neighbours.
"""

from collections.abc import Iterator

from deidpipe.standard.options import Option
from deidpipe.text.span import Kind
from deidpipe.verify.claims import Claims
from deidpipe.verify.dummies import is_dummy
from deidpipe.verify.finding import Hit, Rule, Severity
from deidpipe.verify.patterns import HIPAA
from deidpipe.verify.place import FREE_TEXT_VRS, Place
from deidpipe.verify.value import Value, holds_text

RULE = Rule(
    "X-01",
    Severity.BLOCK,
    "no text tells a person, a place or a number",
    "PS3.15 E.3.5; 45 CFR 164.514(b)(2)(i)(A), (B), (D) to (O)",
    "clean or empty the text, and look for the same words in its neighbours",
)
_ELSEWHERE = frozenset({Kind.DATE, Kind.AGE, Kind.UID})
_ALLOWED = {
    Kind.INSTITUTION: Option.RETAIN_INSTITUTION_IDENTITY,
    Kind.ADDRESS: Option.RETAIN_INSTITUTION_IDENTITY,
    Kind.DEVICE: Option.RETAIN_DEVICE_IDENTITY,
}
_ADDRESSES = {"AE": Kind.NETWORK, "UR": Kind.URL}  # whatever is not in the Table, which has its own codes
_VERSIONS = frozenset({Kind.NETWORK, Kind.DATE})
_MAKERS = frozenset(
    {"Manufacturer", "ManufacturerModelName", "SoftwareVersions", "ICCProfile"}
)  # where a program lives
_PATIENT_ID = 0x00100020


def where(place: Place) -> bool:
    """Tell if text is to be looked for at a place; P-02, P-03 and V-02 have Patient ID, names, AE titles."""
    if place.tag >> 16 == 0x0002 and place.vr == "AE":
        return False
    return holds_text(place) and place.tag != _PATIENT_ID and not place.keyword.startswith("CodingScheme")


def look(value: Value, claims: Claims) -> Iterator[Hit]:
    """Yield what in a text identifies."""
    if value.place.vr in _ADDRESSES and value.place.row is None and not value.place.is_private:
        for part in value.parts:
            if not is_dummy(part, claims.patient_id):
                kind = _ADDRESSES[value.place.vr]
                yield Hit(RULE.id, f"is a {kind}, and VR {value.place.vr} holds nothing else", kind, HIPAA[kind], part)
        return
    for text, mark in value.marks:
        if mark.kind in _ELSEWHERE or is_dummy(text[mark.start : mark.stop], claims.patient_id):
            continue
        if _ALLOWED.get(mark.kind) in claims.options and value.place.row is not None:
            continue
        if mark.kind in _VERSIONS and "Version" in value.place.keyword:
            continue
        if not mark.certain and value.place.vr not in FREE_TEXT_VRS:
            continue
        is_makers = value.place.keyword in _MAKERS and mark.kind in (Kind.URL, Kind.EMAIL)
        severity = None if mark.certain and not is_makers else Severity.WARN
        what = f"tells a {mark.kind}" if mark.certain else f"may tell a {mark.kind}"
        yield Hit(RULE.id, what, mark.kind, HIPAA[mark.kind], text, mark.start, mark.stop, severity)
