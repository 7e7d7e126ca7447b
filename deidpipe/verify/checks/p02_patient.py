"""P-02: Patient ID, Patient's Name, birth date and ages tell of no one.

Asks: Patient ID follows the pattern of the profile; Patient's Name is empty, a dummy or equal to Patient ID; the
birth date is empty or a dummy; no age, in years, months, weeks or days, in headers or in text, is over 89 years, but
for 090Y, which stands for all of them.
Why: these are what a reader looks at first, and an age over 89 is one of the 18 identifiers.
Source: PS3.15 Table E.1-1; 45 CFR 164.514(b)(2)(i)(A), (C), (H).
Fix: replace Patient ID by a keyed code, make Patient's Name the same, empty the birth date, and cap ages at 090Y.
"""

import re
from collections.abc import Iterator

from deidpipe.text.span import Kind
from deidpipe.verify.claims import Claims
from deidpipe.verify.dummies import is_dummy
from deidpipe.verify.finding import Hit, Rule, Severity
from deidpipe.verify.place import Place
from deidpipe.verify.reader import Instance
from deidpipe.verify.shelf import Located, at
from deidpipe.verify.value import Value, holds_text

RULE = Rule(
    "P-02",
    Severity.BLOCK,
    "Patient ID, Patient's Name, birth date and ages tell of no one",
    "PS3.15 Table E.1-1; 45 CFR 164.514(b)(2)(i)(A), (C), (H)",
    "replace Patient ID by a keyed code, make Patient's Name the same, empty the birth date, and cap ages at 090Y",
    by_value=False,
)
_NAME, _ID, _BIRTH = 0x00100010, 0x00100020, 0x00100030
_AGE = re.compile(r"(\d+)([YMWD]?)")
_LIMIT = {"Y": 89, "": 89, "M": 90 * 12 - 1, "W": 90 * 52, "D": 90 * 365 + 21}
_CAPPED = "090Y"


def where(place: Place) -> bool:
    """Tell if a place holds an age, or a text that may tell one."""
    return place.vr == "AS" or (holds_text(place) and place.tag >> 16 != 0x0002)


def look(value: Value, claims: Claims) -> Iterator[Hit]:
    """Yield ages over 89."""
    del claims
    if value.place.vr == "AS":
        for part in value.parts:
            match = _AGE.fullmatch(part.upper())
            if match is None:
                yield Hit(RULE.id, "is no age as AS has it", "age over 89", "C", part, severity=Severity.WARN)
            elif int(match[1]) > _LIMIT[match[2]] and part != _CAPPED:
                yield Hit(RULE.id, "is an age over 89", "age over 89", "C", part)
        return
    for text, mark in value.marks:
        if mark.kind is Kind.AGE and text[mark.start : mark.stop] != _CAPPED:
            severity = None if mark.certain else Severity.WARN
            yield Hit(RULE.id, "tells an age over 89", mark.kind, "C", text, mark.start, mark.stop, severity)


def look_at_patient(instance: Instance, claims: Claims) -> Iterator[Located]:
    """Yield what is wrong with Patient ID, Patient's Name and Patient's Birth Date."""
    told_id, name, birth = instance.text(_ID), instance.text(_NAME), instance.text(_BIRTH)
    pattern = claims.expected.patient_id
    if pattern and told_id and not re.fullmatch(pattern, told_id):
        hit = Hit(RULE.id, "Patient ID is not of the profile's pattern", "record number", "H", told_id)
        yield at(hit, instance, instance.top[_ID])
    elif pattern and not told_id:
        hit = Hit(RULE.id, "Patient ID is missing", "record number", "H", severity=Severity.WARN)
        yield at(hit, instance, path="PatientID")
    elif not pattern and _is_a_number(told_id):
        hit = Hit(
            RULE.id, "Patient ID looks like a record number", "record number", "H", told_id, severity=Severity.WARN
        )
        yield at(hit, instance, instance.top[_ID])
    is_code = not told_id and pattern and re.fullmatch(pattern, name)  # no Patient ID to be equal to
    if not is_dummy(name, told_id) and not is_code:
        hit = Hit(RULE.id, "Patient's Name is neither empty nor a dummy nor Patient ID", "person", "A", name)
        yield at(hit, instance, instance.top[_NAME])
    if not is_dummy(birth):
        yield at(Hit(RULE.id, "Patient's Birth Date is not empty", "date", "C", birth), instance, instance.top[_BIRTH])


def _is_a_number(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Z]{0,2}\d{5,12}", text)) and not is_dummy(text)
