"""The 18 identifiers of HIPAA Safe Harbor: their letters, and which Attributes and rules have to do with them.

Source: 45 CFR 164.514(b)(2)(i), (A) to (R). The words are ours; which Attribute belongs to which letter is our
judgement.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from deidpipe.verify.place import Place


class Identifier(NamedTuple):
    """One of the 18, and the rules that look for it."""

    letter: str
    what: str
    rules: tuple[str, ...]


_TEXT = ("X-01", "F-01", "S-01", "X-02")
IDENTIFIERS = (
    Identifier("A", "names", ("P-01", "P-02", "P-03", *_TEXT)),
    Identifier("B", "places smaller than a state, ZIP codes but for three digits", ("P-01", *_TEXT)),
    Identifier("C", "dates but for the year, and ages over 89", ("P-01", "P-02", "T-01", "S-01", "F-01")),
    Identifier("D", "telephone numbers", ("P-01", *_TEXT)),
    Identifier("E", "fax numbers", ("P-01", *_TEXT)),
    Identifier("F", "e-mail addresses", ("P-01", *_TEXT)),
    Identifier("G", "social security numbers", ("P-01", *_TEXT)),
    Identifier("H", "medical record numbers", ("P-01", "P-02", *_TEXT)),
    Identifier("I", "health plan beneficiary numbers", ("P-01", *_TEXT)),
    Identifier("J", "account numbers", ("P-01", *_TEXT)),
    Identifier("K", "certificate and licence numbers", ("P-01", *_TEXT)),
    Identifier("L", "vehicle identifiers", _TEXT),
    Identifier("M", "device identifiers and serial numbers", ("P-01", "X-01")),
    Identifier("N", "web addresses", ("P-01", "X-01")),
    Identifier("O", "IP addresses", ("P-01", "X-01", "V-02")),
    Identifier("P", "biometric identifiers, voices among them", ("O-01",)),
    Identifier("Q", "full face photographs and comparable images", ("I-01", "I-02", "I-03")),
    Identifier(
        "R", "any other unique number, characteristic or code", ("U-01", "V-01", "V-02", "O-01", "P-04", "X-02", "I-01")
    ),
)
_BY_NAME: Mapping[str, "re.Pattern[str]"] = {
    letter: re.compile(pattern)
    for letter, pattern in (
        ("C", r"Date|Time|Age$"),
        ("D", r"Telephone|Telecom"),
        ("F", r"Email"),
        ("B", r"Address|Institution|Residence|Location|Country|Region"),
        ("M", r"Serial|Device|Detector|Plate|Gantry|Station|Equipment"),
        ("J", r"Accession|Admission|StudyID|OrderNumber|ServiceEpisode|Filler|Placer"),
        ("I", r"Insurance"),
        ("N", r"UR[LI]$"),
        ("O", r"AETitle|NetworkID|HostName"),
        ("H", r"PatientID|OtherPatientIDs|IssuerOf"),
        ("A", r"Name|Person|Physician|Operator|Reviewer|Author|Observer"),
    )
}
_BY_VR = {"PN": "A", "DA": "C", "DT": "C", "TM": "C", "AS": "C", "UR": "N", "AE": "O", "UI": "R"}


def letter_of(place: Place) -> str:
    """Return the letter of the identifier that an Attribute holds, R for what has no letter of its own."""
    return _letter(place.keyword, place.vr)


@lru_cache(5_000)
def _letter(keyword: str, vr: str) -> str:
    by_name = next((letter for letter, pattern in _BY_NAME.items() if pattern.search(keyword)), "")
    return _BY_VR.get(vr) or by_name or "R"
