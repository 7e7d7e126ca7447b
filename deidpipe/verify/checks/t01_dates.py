"""T-01: dates are plausible, none is left in text or in UIDs, and one patient has one shift.

Asks: each DA and DT is a date, not in the future and not before 1895; no date stands in a text, but for one that the
header tells as well, nor inside a UID. Without an Option that retains dates no date is left at all; where only the
year may stay, none is exact. With --original: no date is as it was, and all dates of a patient moved by the same
number of days.
Why: dates are the identifiers that are overlooked most, and a date that was not shifted gives away all that were.
Source: PS3.15 E.3.6; PS3.5 6.2; 45 CFR 164.514(b)(2)(i)(C).
Fix: shift or empty dates by VR at every depth, and clean texts that tell one.
"""

import re
from collections.abc import Iterator
from datetime import date

from deidpipe.standard.uids import is_standard
from deidpipe.text.span import Kind
from deidpipe.verify.asked import Asked
from deidpipe.verify.claims import Claims
from deidpipe.verify.dummies import is_dummy, is_dummy_date
from deidpipe.verify.finding import Hit, Rule, Severity
from deidpipe.verify.original import Original
from deidpipe.verify.place import Place
from deidpipe.verify.reader import Instance
from deidpipe.verify.shelf import Collection, Located, at
from deidpipe.verify.value import Value, holds_text

RULE = Rule(
    "T-01",
    Severity.BLOCK,
    "dates are plausible, none is left in text or in UIDs, and one patient has one shift",
    "PS3.15 E.3.6; PS3.5 6.2; 45 CFR 164.514(b)(2)(i)(C)",
    "shift or empty dates by VR at every depth, and clean texts that tell one",
    by_value=False,
)
_DATE_VRS = frozenset({"DA", "DT"})
_DATE = re.compile(r"(\d{4})[.-]?(\d\d)?[.-]?(\d\d)?")
_IN_UID = re.compile(r"(?:^|\.)((?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?:[0-2]\d[0-5]\d\d*)?(?=\.|$)")
_FIRST_YEAR = 1895  # X-rays
_BIRTH = 0x00100030
_YEAR_ONLY = re.compile(r"\d{4}(?:0101|0701|0000)?")


def where(place: Place) -> bool:
    """Tell if a place holds a date, a UID or a text."""
    if place.tag >> 16 == 0x0002 or place.tags[0] == 0x00120064:
        return False
    return place.vr in _DATE_VRS or place.vr == "UI" or holds_text(place)


def look(value: Value, claims: Claims) -> Iterator[Hit]:
    """Yield dates that are none, or that should not be there."""
    if value.place.vr in _DATE_VRS:
        yield from _of_a_date(value, claims)
    elif claims.keeps_dates:
        return
    elif value.place.vr == "UI":
        for uid in value.parts:
            match = _IN_UID.search(uid)
            if match and not uid.startswith("2.25.") and not is_standard(uid):
                yield Hit(RULE.id, "is a UID with a date in it", Kind.DATE, "C", uid, match.start(1), match.end(1))
    elif "Version" not in value.place.keyword:  # of software and of coding schemes: no date of a person
        for text, mark in value.marks:
            if mark.kind is Kind.DATE and not is_dummy_date(text[mark.start : mark.stop]):
                severity = None if mark.certain else Severity.WARN
                what = "tells a date that the header does not have"
                yield Hit(RULE.id, what, mark.kind, "C", text, mark.start, mark.stop, severity, days=mark.days)


def _of_a_date(value: Value, claims: Claims) -> Iterator[Hit]:
    if value.place.tag == _BIRTH:  # P-02 asks about it
        return
    for part in value.parts:
        if is_dummy(part, claims.patient_id):
            continue
        match = _DATE.match(part)
        what = ""
        severity = None
        if match is None or _is_impossible(match):
            what = "is no date as the VR has it"
        elif int(match[1]) < _FIRST_YEAR:
            what, severity = "is a date before there were X-rays", Severity.WARN
        elif claims.expected.year_only and claims.shifts_dates and not _YEAR_ONLY.fullmatch(part[:8]):
            what = "is a date of which only the year may stay"
        elif not claims.keeps_dates and not claims.shifts_dates and value.place.row is None:
            what = "is a date, and no Option that retains dates is claimed"
        if what:
            yield Hit(RULE.id, what, Kind.DATE, "C", part, severity=severity)


def _is_impossible(match: "re.Match[str]") -> bool:
    try:
        date(int(match[1]), int(match[2] or 1) or 1, int(match[3] or 1) or 1)
    except ValueError:
        return True
    return False


def look_into_the_future(instance: Instance, claims: Claims) -> Iterator[Located]:
    """Yield the dates of the Study that lie after today: a shift into the future gives itself away."""
    del claims
    today = date.today().strftime("%Y%m%d")
    for tag, element in instance.top.items():
        if element.place.vr == "DA" and tag >> 16 in (0x0008, 0x0040) and element.value and len(element.value) == 8:
            told = element.value.decode("latin-1")
            if told.isdecimal() and told > today and not is_dummy_date(told):
                hit = Hit(RULE.id, "is a date in the future", Kind.DATE, "C", told, severity=Severity.WARN)
                yield at(hit, instance, element)


def days_of(instance: Instance) -> frozenset[int]:
    """Return the days that the dates of an Instance tell, as ordinals."""
    days = set()
    for element in instance.elements:
        if element.place.vr in _DATE_VRS and element.value:
            day = _ordinal(element.value)
            if day:
                days.add(day)
    return frozenset(days)


def _ordinal(value: bytes) -> int:
    text = value.decode("latin-1").strip(" \0").replace(".", "")[:8]
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])).toordinal()
    except ValueError:
        return 0


def _whose(instance: Instance, claims: Claims) -> str:
    """Return what tells one patient from another; without an ID it is the name, without that the Study."""
    return claims.patient_id or instance.text(0x00100010) or instance.text(0x0020000D)


class OneShift(Collection):
    """Compares the dates with those of the original, as far as it is known which one it was."""

    def __init__(self, asked: Asked, original: Original) -> None:
        super().__init__(asked)
        self._original = original
        self._shift: dict[str, int] = {}

    def see(self, instance: Instance, claims: Claims) -> Iterator[Located]:
        """Yield the dates that did not move, or by another number of days than the patient's others."""
        before = self._original.dates_of(instance)
        if before is None:
            self.missed["instances", "no original was found to compare dates with"] += 1
            return
        if claims.keeps_dates or claims.expected.year_only:
            return
        for element in instance.elements:
            if element.place.vr not in _DATE_VRS or not element.value or element.place.tag == _BIRTH:
                continue
            was, now = before.get(element.path, 0), _ordinal(element.value)
            if not was or not now or is_dummy(element.value.decode("latin-1")) or was in self._original.dummy_days:
                continue
            told = element.value.decode("latin-1").strip(" \0")
            if not _whose(instance, claims):
                continue
            usual = self._shift.setdefault(_whose(instance, claims), now - was)
            if now == was:
                yield at(Hit(RULE.id, "is the date of the original", Kind.DATE, "C", told), instance, element)
            elif now - was != usual:
                what = "did not move by the same number of days as the patient's other dates"
                yield at(Hit(RULE.id, what, Kind.DATE, "C", told), instance, element)
