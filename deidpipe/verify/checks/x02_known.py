"""X-02: no known identifier of a patient is anywhere in the bytes.

Asks: with --original or --crosswalk: no name or part of a name, ID, accession number, date, UID, institution or
physician of the original header stands in any byte of a file of that patient, in Latin-1, UTF-8, UTF-16 or a
multi-byte character set, in capitals or not; nor in the names of files and folders, nor in tables and other files
beside the images.
Why: what is known can be looked for without guessing; this finds what no rule thought of.
Source: PS3.15 E.1.1; 45 CFR 164.514(b)(2)(i).
Fix: clean the element, or the place in the file, that still has the identifier.
"""

import re
from collections.abc import Iterator

from deidpipe.standard.unlisted import class_of
from deidpipe.text.span import Kind as Told
from deidpipe.verify.asked import Asked
from deidpipe.verify.claims import Claims
from deidpipe.verify.finding import Hit, Rule, Severity
from deidpipe.verify.known import Match, Search, is_by_chance
from deidpipe.verify.original import STRUCTURAL, Original
from deidpipe.verify.patterns import HIPAA
from deidpipe.verify.reader import Element, Instance
from deidpipe.verify.shelf import Collection, Located
from deidpipe.verify.sources import Kind, Source
from deidpipe.verify.tables import rows_of

RULE = Rule(
    "X-02",
    Severity.BLOCK,
    "no known identifier of a patient is anywhere in the bytes",
    "PS3.15 E.1.1; 45 CFR 164.514(b)(2)(i)",
    "clean the element, or the place in the file, that still has the identifier",
)
_LARGEST = 1 << 28  # bytes of a file that are looked into at a time
_OVERLAP = 256
_DATE_VRS = frozenset({"DA", "DT"})
_DEFINED = frozenset({"CS", "DS", "IS", "TM", "AS"})


class KnownIdentifiers(Collection):
    """Looks for everything that is known of the patients in every byte."""

    def __init__(self, asked: Asked, original: Original) -> None:
        super().__init__(asked)
        self._original = original
        self._search = Search(original.identifiers)
        self.masked: dict[str, str] = {}

    def see_file(self, source: Source, number: int) -> Iterator[Located]:
        """Yield known identifiers in a path and in a file that is not DICOM."""
        name = source.name.encode("utf-8", "surrogateescape")
        for match in self._search.find(name, None):
            for component in re.split(r"[/\\]|!/", source.name):
                if any(self._search.find(component.encode("utf-8", "surrogateescape"), None)):
                    self.masked[component] = f"[{match.identifier.kind}]"
            yield Located(_hit(match, "stands in the path"), number, path="the path")
        if source.kind in (Kind.DICOM, Kind.ARCHIVE, Kind.LINK) or source.problem:
            return
        if source.kind is Kind.AUDIT:
            self.missed["files", "audit tables are compressed"] += 1
            return
        data = b"\n".join("\t".join(row).encode() for row in rows_of(source)) if source.kind is Kind.TABLE else b""
        if not data:
            with source.open() as stream:
                data = stream.read(_LARGEST)
        for match in self._search.find(data, None):
            if source.kind is Kind.OTHER and is_by_chance(match):
                continue
            yield Located(_hit(match, "stands in the file"), number, path=f"byte {match.start}")

    def see(self, instance: Instance, claims: Claims) -> Iterator[Located]:
        """Yield known identifiers in the bytes of an Instance."""
        patient = self._original.patient_of(instance, claims.patient_id)
        if patient is None:
            self.missed["instances", "no original was found, so parts of names were not looked for"] += 1
        self.looked["instances"] += 1
        stream, start = instance.stream, 0
        seen: set[tuple[str, str]] = set()
        stream.seek(0)
        while data := stream.read(_LARGEST):
            for match in self._search.find(data, patient):
                element = _element_at(instance, start + match.start)
                path = element.path if element else f"byte {start + match.start}"
                if (path, match.identifier.kind) not in seen and _counts(match, element, claims):
                    seen.add((path, match.identifier.kind))
                    hit = _hit(match, "is known of a patient of the original")
                    yield Located(hit, instance.number, "", path, element.place.vr if element else "")
            start += len(data)
            if len(data) == _LARGEST:
                start -= _OVERLAP
                stream.seek(start)


def _hit(match: Match, what: str) -> Hit:
    told = match.identifier
    letter = HIPAA.get(Told(told.kind), "R")
    return Hit(RULE.id, what, told.kind, letter, told.text or told.stored.decode("latin-1"))


def _element_at(instance: Instance, position: int) -> Element | None:
    """Return the innermost element that has a byte."""
    found = None
    for element in (*instance.meta, *instance.elements):
        is_there = 0 <= element.offset <= position < element.offset + element.length
        if is_there and (found is None or element.length <= found.length):
            found = element
    pixels = instance.pixels
    if found is None and pixels is not None and position >= pixels.offset > 0:
        return pixels
    return found


def _counts(match: Match, element: Element | None, claims: Claims) -> bool:
    """Tell if a match means what it says: dates of DA and DT are T-01's, words of defined terms are no names."""
    if element is None:
        return True
    place = element.place
    if place.is_bulk or place.vr in ("OW", "OF", "OD", "OL"):
        return not is_by_chance(match)
    told = match.identifier
    if class_of(place.tag) in STRUCTURAL:
        return False
    if told.kind == Told.DATE:
        return place.vr not in _DATE_VRS and place.vr not in _DEFINED and not claims.keeps_dates
    if told.is_strong:
        return True
    is_creator = place.is_private and 0x10 <= place.tag & 0xFFFF <= 0xFF
    return not is_creator and place.vr not in _DEFINED and place.vr != "UI" and place.keyword != "CodeMeaning"
