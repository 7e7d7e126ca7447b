"""What in a text identifies: what `deidpipe/text` finds, and a second pair of eyes that shares nothing with it.

The second pair knows few forms, and only such as hardly ever mean something else: the gate must not be blind where the
cleaner is. Decided: no names but after a title or a cue word, because names are what `deidpipe/text` is for.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from deidpipe.text.find import Reading, find
from deidpipe.text.span import Kind


class Mark(NamedTuple):
    """A part of a text that identifies; ``days`` are the dates that it may mean, as ordinals."""

    start: int
    stop: int
    kind: Kind
    certain: bool
    days: tuple[int, ...] = ()


HIPAA: dict[Kind, str] = {
    Kind.PERSON: "A",
    Kind.INITIALS: "A",
    Kind.WORD: "",
    Kind.INSTITUTION: "B",
    Kind.ADDRESS: "B",
    Kind.POSTCODE: "B",
    Kind.DATE: "C",
    Kind.AGE: "C",
    Kind.TELEPHONE: "D",
    Kind.EMAIL: "F",
    Kind.NATIONAL_NUMBER: "G",
    Kind.RECORD_NUMBER: "H",
    Kind.LICENCE: "K",
    Kind.DEVICE: "M",
    Kind.URL: "N",
    Kind.NETWORK: "O",
    Kind.UID: "R",
}
_DATE_LENGTHS = (8, 12, 14)  # digits of a date, of a date and time
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
_MONTH = f"(?:{_MONTH}|nov(?:ember)?|dec(?:ember)?)"
_YEAR = r"(?:19|20)\d\d"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_NAME = r"[A-Z][\w'\u2019-]+"

_PATTERNS: tuple[tuple[Kind, "re.Pattern[str]"], ...] = tuple(
    (kind, re.compile(pattern, flags))
    for kind, pattern, flags in (
        (Kind.EMAIL, r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}\b", 0),
        (Kind.URL, r"\b(?:https?|ftp|sftp|ldap|file)://[^\s\\]+|\bwww\.[\w-]+\.[\w./-]+", re.IGNORECASE),
        (Kind.NETWORK, rf"(?<![\w.])[1-9]\d\d?\.(?:{_OCTET}\.){{2}}{_OCTET}(?![\w.])", 0),
        (Kind.NETWORK, r"\b(?:[0-9A-F]{2}[:-]){5}[0-9A-F]{2}\b", re.IGNORECASE),
        (Kind.NATIONAL_NUMBER, r"(?<![\d.-])(?!000|666|9\d\d)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\d-])", 0),
        (Kind.NATIONAL_NUMBER, r"\b(?:SSN|social security)\W{0,4}(?:no\W*|number\W*)?\d{3}\W?\d\d\W?\d{4}\b", re.I),
        (Kind.TELEPHONE, r"(?<![\w.])(?:\+\d{1,3}[ .-]?)?\(\d{3}\) ?\d{3}[ .-]?\d{4}(?!\d)", 0),
        (Kind.TELEPHONE, r"(?<![\w.-])(?:\+?1[ .-])?[2-9]\d{2}([ .-])[2-9]\d{2}\1\d{4}(?![\w.-])", 0),
        (Kind.TELEPHONE, r"(?<![\w.])\+\d{1,3}[ ()\d.-]{7,16}\d\b", 0),
        (Kind.TELEPHONE, r"\b(?:tel|phone|telephone|fax|mobile|pager)\b[.:# ]{0,3}\+?[\d(][\d ()./-]{5,16}\d", re.I),
        (Kind.RECORD_NUMBER, r"\b(?:MRN|medical record|hospital (?:no|number)|acc(?:ession)?(?: no| number)?|NHS)"
         r"\b\W{0,4}(?:(?:no|number|nr)\W{1,3})?(?=[\w-]*\d{3})[\w-]{4,}", re.I),
        (Kind.POSTCODE, r"\b[A-Z]{2} \d{5}(?:-\d{4})?\b", 0),
        (Kind.ADDRESS, r"\b\d{1,5} (?:[NSEW]\.? )?(?:[A-Z][\w.]+ ){1,3}"
         r"(?:street|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|court)\b\.?", re.I),
        (Kind.PERSON, rf"\b(?:Dr|Prof|Mrs|Mr|Ms|Miss|Herr|Frau|Mme)\.?,? (?:{_NAME}[ ,]*){{1,3}}", 0),
        (Kind.PERSON, r"\b(?:patient(?:'s)? name|pat(?:ient)?|name of patient|referred by|physician|radiologist|"
         rf"technologist|operator|signed by|dictated by|reported by)\s*[:=]\s*(?:{_NAME}[ ,^]*){{1,3}}", re.I),
        (Kind.INSTITUTION, rf"\b(?:{_NAME} ){{1,4}}(?:Hospital|Clinic|Medical Cent(?:er|re)|Infirmary|Hospice)\b", 0),
        (Kind.INSTITUTION, r"\b(?:University|Hospital|Klinikum|St\.?) (?:of |at )?[A-Z]\w+ (?:Hospital|Clinic)\b", 0),
        (Kind.AGE, r"\b(?:9\d|1[0-2]\d)[ -]?(?:y\.?o\.?|years?[ -]old|year[ -]old)\b", re.I),
        (Kind.AGE, r"\b(?:age|aged)\W{0,3}(?:9\d|1[0-2]\d)\b", re.I),
        (Kind.LICENCE, r"\b(?:licen[cs]e|lic|DEA|NPI|plate)\b\W{0,3}(?:(?:no|number|nr)\W{1,3})?(?=\w*\d{3})\w{5,}",
         re.I),
        (Kind.UID, r"(?<![\d.])[12]\.\d{1,6}(?:\.\d{1,40}){5,}(?![\d.])", 0),
    )
)  # fmt: skip
_CARET = re.compile(r"\b[A-Z][A-Za-z'-]+\^[A-Z][A-Za-z'-]+(?:\^[\w' .-]*)*")
_DATES: tuple["re.Pattern[str]", ...] = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\d.])(?P<y>{_YEAR})(?P<s>[-/.])(?P<m>\d\d?)(?P=s)(?P<d>\d\d?)(?![\d])",
        rf"(?<![\d.])(?P<d>\d\d?)(?P<s>[-/.])(?P<m>\d\d?)(?P=s)(?P<y>{_YEAR})(?![\d.])",
        rf"(?<![\w.])(?P<y>{_YEAR})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?(?![\w.])",
        rf"(?<!\w)(?P<d>\d\d?)(?:st|nd|rd|th)?[ ./-]*(?P<w>{_MONTH})[ .,/-]*(?P<y>{_YEAR}|'?\d\d(?!\d))(?!\w)",
        rf"(?<![A-Za-z])(?P<w>{_MONTH})\.? *(?P<d>\d\d?)(?:st|nd|rd|th)?,? +(?P<y>{_YEAR})(?!\d)",
        rf"(?<![A-Za-z])(?P<w>{_MONTH})[ .,'-]*(?P<y>{_YEAR})(?!\d)",
        r"(?<![\d./])(?P<m>0?[1-9]|1[0-2])/(?P<d>0?[1-9]|[12]\d|3[01])/(?P<y>\d\d)(?![\d/])",
    )
)


@lru_cache(100_000)
def marks(text: str, reading: Reading = Reading.SENTENCE) -> tuple[Mark, ...]:
    """Return what in a text identifies, in order; where both pairs of eyes see the same, it is told once.

    ``reading`` says who writes there: people, or machines, whose bare numbers and strange words are no one's.
    """
    found: list[Mark] = []
    for mark in sorted(_all(text, reading), key=lambda mark: (not mark.certain, mark.start, -mark.stop)):
        if all(mark.start >= other.stop or mark.stop <= other.start for other in found):
            found.append(mark)
    return tuple(sorted(found))


def _all(text: str, reading: Reading) -> Iterator[Mark]:
    if len(text) < 4:
        return
    if not text.isdigit() or len(text) in _DATE_LENGTHS:
        yield from _dates(text)
    if not text.replace(".", "").isdigit():
        for kind, pattern in _PATTERNS:
            for match in pattern.finditer(text):
                yield Mark(match.start(), match.end(), kind, certain=True)
    for match in _CARET.finditer(text):  # a name as PN has it; but some scanners write region^protocol
        yield Mark(match.start(), match.end(), Kind.PERSON, certain=False)
    for span in find(text, reading=reading):
        days = _days_of(text[span.start : span.stop]) if span.kind is Kind.DATE else ()
        yield Mark(span.start, span.stop, span.kind, span.certain, days)


def _dates(text: str) -> Iterator[Mark]:
    for pattern in _DATES:
        for match in pattern.finditer(text):
            days = _days(match)
            if days is not None:
                yield Mark(match.start(), match.end(), Kind.DATE, certain=True, days=days)


def _days_of(text: str) -> tuple[int, ...]:
    return next((mark.days for mark in _dates(text) if mark.days), ())


def _days(match: "re.Match[str]") -> tuple[int, ...] | None:
    """Return the ordinals that a date may mean (03/04/2019 means two), none if it has no day, None if it is no date."""
    parts = match.groupdict()
    year = int(parts["y"].strip("'"))
    year += 0 if year > 99 else 2000 if year < 50 else 1900
    month = _MONTHS.index(parts["w"][:3].lower()) + 1 if parts.get("w") else int(parts["m"])
    if not parts.get("d"):
        return ()
    place = int(parts["d"])
    found = set()
    for this, that in ((month, place),) if parts.get("w") else ((month, place), (place, month)):
        try:
            found.add(date(year, this, that).toordinal())
        except ValueError:
            continue
    return tuple(sorted(found)) or None
