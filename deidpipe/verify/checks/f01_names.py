"""F-01: names of files and folders carry no identity, and only expected types of files are there.

Asks: no name of a file or a folder tells a person, a date that the headers do not have, a number or an address; UIDs,
Patient IDs of the collection and plain numbers may stand there. There are DICOM files, tables and plain texts; what
else there is (PDF, pictures, links, archives, programs) cannot be looked into and must not go out unseen. Plain texts
are looked into.
Why: exports name folders after patients, and a PDF beside the images has what was taken out of them.
Source: PS3.15 E.1.1; 45 CFR 164.514(b)(2)(i).
Fix: name files by new UIDs only, and leave out what is neither an image nor a table that was checked.
"""

import os
import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from deidpipe.text.span import Kind as Told
from deidpipe.verify.asked import Asked
from deidpipe.verify.claims import Claims
from deidpipe.verify.finding import Hit, Rule, Severity
from deidpipe.verify.patterns import HIPAA, marks
from deidpipe.verify.reader import Instance
from deidpipe.verify.shelf import Collection, Located
from deidpipe.verify.sources import Kind, Source

RULE = Rule(
    "F-01",
    Severity.BLOCK,
    "names of files and folders carry no identity, and only expected types of files are there",
    "PS3.15 E.1.1; 45 CFR 164.514(b)(2)(i)",
    "name files by new UIDs only, and leave out what is neither an image nor a table that was checked",
)
_UID_LIKE = re.compile(r"(?:[A-Z]{2,8}[._-])?[0-9.]+(?:_\d+)?|[A-Za-z]{0,8}[_-]?\d{1,7}", re.ASCII)
_SEPARATORS = re.compile(r"[_+]|(?<![0-9])-|-(?![0-9])|%20")
_LARGEST_TEXT = 1 << 24
_OWN = "_deidpipe"
_FREE_IN_OWN = frozenset({Told.DATE, Told.URL, Told.UID, Told.WORD, Told.NETWORK, Told.AGE})
_UNEXPECTED = {
    Kind.LINK: "is a link, and what it leads to was not looked at",
    Kind.OTHER: "is of a type that the gate cannot look into",
}


class _Name(NamedTuple):
    number: int
    text: str
    start: int
    stop: int
    kind: Told
    is_certain: bool
    days: tuple[int, ...]
    component: str


class Names(Collection):
    """Judges names when the Patient IDs and dates of the headers are known."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        self._seen: set[str] = set()
        self._found: list[_Name] = []
        self._patient_ids: set[str] = set()
        self._days: set[int] = set()
        self._keeps_dates = False
        self.masked: dict[str, str] = {}

    def see_file(self, source: Source, number: int) -> Iterator[Located]:
        """Yield what is wrong with a file by its type, or in a plain text; remember its name."""
        self.looked["files"] += 1
        for component in re.split(r"[/\\]|!/", source.name):
            if component and component not in self._seen:
                self._seen.add(component)
                self._look_at_name(component, number)
        if source.problem:
            return
        if source.kind in _UNEXPECTED:
            self.missed["files", _UNEXPECTED[source.kind]] += 1
            yield Located(Hit(RULE.id, _UNEXPECTED[source.kind], "file type", "R"), number)
        elif source.kind is Kind.ARCHIVE:
            hit = Hit(RULE.id, "is an archive; its members were looked at", "file type", severity=Severity.WARN)
            yield Located(hit, number)
        elif source.kind is Kind.AUDIT:
            self.missed["files", "audit tables of deidpipe were not looked into"] += 1
        elif source.kind is Kind.TEXT:
            yield from self._look_into(source, number)

    def _look_at_name(self, component: str, number: int) -> None:
        stem = os.path.splitext(component)[0]
        if _UID_LIKE.fullmatch(stem) and not _is_date(stem):
            return
        spaced = _SEPARATORS.sub(" ", stem)
        for text in dict.fromkeys((stem, spaced)):
            for mark in marks(text):
                is_certain = mark.certain or "^" in text[mark.start : mark.stop]  # no scanner names folders
                found = (text, mark.start, mark.stop, mark.kind, is_certain, mark.days, component)
                self._found.append(_Name(number, *found))

    def _look_into(self, source: Source, number: int) -> Iterator[Located]:
        with source.open() as stream:
            data = stream.read(_LARGEST_TEXT + 1)
        if len(data) > _LARGEST_TEXT:
            self.missed["files", "a text is too large"] += 1
            yield Located(Hit(RULE.id, "is too large a text to be looked into", "file type"), number)
            return
        is_own = f"{os.sep}{_OWN}{os.sep}" in f"{os.sep}{source.name}"
        told: set[str] = set()
        for line_number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
            for mark in marks(line[:10_000]):
                said = line[mark.start : mark.stop]
                if (is_own and mark.kind in _FREE_IN_OWN) or said in told or not mark.certain:
                    continue
                told.add(said)
                hit = Hit(RULE.id, f"tells a {mark.kind}", mark.kind, HIPAA[mark.kind], line, mark.start, mark.stop)
                yield Located(hit, number, path=f"line {line_number}")

    def see(self, instance: Instance, claims: Claims) -> Iterator[Located]:
        """Remember the Patient ID and the days that names may tell."""
        self._patient_ids.add(claims.patient_id.lower())
        self._keeps_dates = self._keeps_dates or claims.keeps_dates
        for tag in (0x00080020, 0x00080021, 0x00080022):
            day = instance.text(tag)
            if len(day) == 8 and day.isdecimal():
                try:
                    self._days.add(date(int(day[:4]), int(day[4:6]), int(day[6:])).toordinal())
                except ValueError:
                    continue
        yield from ()

    def end(self) -> Iterator[Located]:
        """Yield the names that tell something."""
        for found in self._found:
            stem = os.path.splitext(found.component)[0].lower()
            said = found.text[found.start : found.stop].lower()
            if stem in self._patient_ids or any(said in known for known in self._patient_ids if known):
                continue
            if found.kind is Told.DATE and (self._keeps_dates or self._days.intersection(found.days)):
                continue
            if found.is_certain or found.kind is Told.PERSON:
                self.masked[found.component] = f"[{found.kind}]"
            severity = None if found.is_certain else Severity.WARN
            what = f"{'tells' if found.is_certain else 'may tell'} a {found.kind}"
            hit = Hit(RULE.id, what, found.kind, HIPAA[found.kind], found.text, found.start, found.stop, severity)
            yield Located(hit, found.number, path="the path")


def _is_date(stem: str) -> bool:
    return any(mark.kind is Told.DATE for mark in marks(stem))
