"""Values that name no one: what de-identifiers, ours and others, write in place of a value.

Decided: one list for all VRs, because a dummy is no dummy by its VR but by what it says. A date counts where it is
one that tools write, never because it is old.
"""

import re

_WORDS = frozenset(
    [
        "ANON",
        "ANONYMOUS",
        "ANONYMIZED",
        "ANONYMISED",
        "ANONYMIZE",
        "ANONYM",
        "ANONYMOUSNAME",
        "NONE",
        "NO",
        "VALUE",
        "NULL",
        "NA",
        "N/A",
        "N.A.",
        "UNKNOWN",
        "UNSPECIFIED",
        "UNDEFINED",
        "REMOVED",
        "DELETED",
        "REDACTED",
        "HIDDEN",
        "MASKED",
        "BLANK",
        "EMPTY",
        "DUMMY",
        "DEFAULT",
        "DEIDENTIFIED",
        "DE-IDENTIFIED",
        "DEID",
        "NO_NAME",
        "NONAME",
        "NO-NAME",
        "NO_VALUE",
        "NOVALUE",
        "NOT_AVAILABLE",
        "NOTAVAILABLE",
        "NOTSPECIFIED",
        "NOT_SPECIFIED",
        "CONFIDENTIAL",
        "PSEUDONYM",
        "PSEUDONYMIZED",
        "PATIENT",
        "PHYSICIAN",
        "OPERATOR",
        "PATIENT_NAME",
        "PATIENTNAME",
        "PATIENT_ID",
        "SUBJECT",
        "NAME",
        "NOID",
        "NO_ID",
        "TEST",
        "X",
        "XX",
        "XXX",
        "XXXX",
        "XXXXX",
        "XXXXXX",
        "XXXXXXXX",
        "?",
        "-",
        ".",
        "_",
        "0",
        "00",
        "000",
        "0000",
        "0000000",
        "00000000",
        "UNNAMED",
        "OTHER",
        "OTHERS",
        "ANY-SCP",
        "ANYSCP",
        "ANY-SCU",
        "NOBODY",
        "ANONYMIZER",
        "ANONYMOUSPATIENT",
        "ANONYMOUS_PATIENT",
        "PLACEHOLDER",
        "DATE_REMOVED",
        "TIME_REMOVED",
        "URN:REMOVED",
        "HTTP://REMOVED",
    ]
)
_DATES = frozenset(
    [
        "00000000",
        "00010101",
        "10000101",
        "11111111",
        "15000101",
        "18000101",
        "18991230",
        "19000101",
        "19000102",
        "19010101",
        "19110101",
        "19111111",
        "19500101",
        "19600101",
        "19700101",
        "19800101",
        "19900101",
        "19950101",
        "20000101",
        "20010101",
        "99991231",
    ]
)
_TIME_OR_ZERO = re.compile(r"0*(?:\.0*)?|0{2}:0{2}(?::0{2})?")
_ZERO_AGE = re.compile(r"0{1,3}[YMWD]?")
_DATE_TIME = re.compile(r"(\d{8})0*(?:\.0*)?(?:[+-]\d{4})?")


def is_dummy(text: str, patient_id: str = "") -> bool:
    """Tell if a value names no one: empty, a word that tools write, a dummy date, zero, or the new Patient ID."""
    told = text.strip(" \0^*\t").upper()
    if not told or (patient_id and told == patient_id.upper().strip(" \0^")):
        return True
    if _words(told):
        return True
    if len(told) > 2 and len(set(told)) == 1 and not told.isdigit():
        return True
    if _TIME_OR_ZERO.fullmatch(told) or _ZERO_AGE.fullmatch(told):
        return True
    match = _DATE_TIME.fullmatch(told)
    return match is not None and match[1] in _DATES


def _words(told: str) -> bool:
    """Tell if each part of a value is a word that tools write, numbered or not: ANONYMOUS^PATIENT, ANON_001, SUBJECT
    12.
    """
    parts = [part for part in re.split(r"[\^ ,=]+", told) if part]
    return all(re.sub(r"[_-]?\d{1,4}$", "", part) in _WORDS or part in _WORDS for part in parts)


def is_dummy_date(text: str) -> bool:
    """Tell if a date or a date and time is one that tools write."""
    match = _DATE_TIME.fullmatch(text.strip(" \0"))
    return match is not None and match[1] in _DATES


def is_dummy_uid(uid: str) -> bool:
    """Tell if a UID stands for none."""
    return uid in ("2.25.0", "0", "0.0", "1.2.3")
