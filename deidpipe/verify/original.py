"""What is known of the originals: the identifiers of each patient, and for each Instance its dates and references.

It is read from the folder given with --original, and from a crosswalk. Which original an Instance was made from tells
the crosswalk, or else its fingerprint: what no cleaner changes.
"""

import csv
import os
from collections import Counter
from collections.abc import Iterator
from datetime import date
from hashlib import blake2b
from typing import NamedTuple

from deidpipe.errors import IdentityError
from deidpipe.standard.options import Option
from deidpipe.standard.uids import is_standard
from deidpipe.standard.unlisted import class_of
from deidpipe.verify.dummies import is_dummy
from deidpipe.verify.known import Identifier, of_date, of_name, of_text
from deidpipe.verify.reader import Instance, Reader
from deidpipe.verify.references import Reference, frames_of_reference, references
from deidpipe.verify.sources import Kind, sources
from deidpipe.verify.texts import decoded

_IDS = frozenset(
    {0x00100020, 0x00101000, 0x00080050, 0x00200010, 0x00380010, 0x00380060, 0x00401001, 0x00400009, 0x00400253}
    | {0x00402016, 0x00402017, 0x00101090, 0x00101050}
)
_PLACES = frozenset({0x00080080, 0x00080081, 0x00081040, 0x00101040, 0x00102154, 0x00080094, 0x00102152})
_OF_THE_MAKER = frozenset({0x00080070, 0x00081090, 0x00080060, 0x00180015})  # test data name patients after scanners
_RETAINED_PLACES = frozenset({0x00080080, 0x00080081, 0x00081040})
_DATES = frozenset({"DA", "DT"})
_SAME = (0x00080016, 0x00280010, 0x00280011, 0x00280008, 0x00200032, 0x00200037, 0x00280030, 0x00280100, 0x00280002)
_NUMBERS = frozenset({"DS", "IS", "FD", "FL", "US", "CS"})
STRUCTURAL = frozenset({"structural-keep", "organisation-or-creator"})
ROLES = (0x0020000D, 0x0020000E, 0x00080018, 0x00200052)  # Study, Series, Instance, frame of reference
_SAMPLE = 4096  # bytes at each of three places of Pixel Data


class Before(NamedTuple):
    """What is kept of one original: whose it was, its dates (path -> ordinal), its references, where it is."""

    patient: str
    dates: dict[str, int]
    references: tuple[Reference, ...]
    uids: tuple[str, ...] = ()  # of the Study, the Series, the Instance, the frame of reference
    frames: frozenset[str] = frozenset()  # of reference, that it stands or draws in
    file: str = ""


class Original:
    """The originals. ``identifiers`` are those of all patients; ``dummy_days`` are dates that cannot be told apart."""

    def __init__(self, folder: str = "", crosswalk: str = "", options: frozenset[Option] = frozenset()) -> None:
        self.folder = folder
        self.is_known = bool(folder or crosswalk)
        self.identifiers: set[Identifier] = set()
        self.dummy_days: frozenset[int] = frozenset()
        self.unread = 0
        self.uids: set[str] = set()
        self._common: set[str] = set()
        self._roles: dict[str, int] = {}
        self._doubled: set[str] = set()  # UIDs that had two roles before
        self._by_uid: dict[str, Before] = {}
        self._by_print: dict[bytes, str | None] = {}
        self._old_uid: dict[str, str] = {}
        self._old_patient: dict[str, str] = {}
        self._options = options
        if crosswalk:
            self._read_crosswalk(crosswalk)
        if folder:
            self._read_folder(folder)

    def before(self, instance: Instance) -> Before | None:
        """Return what the Instance was, None if that is not known."""
        old = self._old_uid.get(instance.uid) or self._by_print.get(fingerprint(instance))
        return self._by_uid.get(old) if old else None

    def patient_of(self, instance: Instance, patient_id: str) -> str | None:
        """Return the original Patient ID, None if it is not known."""
        before = self.before(instance)
        return before.patient if before else self._old_patient.get(patient_id)

    def dates_of(self, instance: Instance) -> dict[str, int] | None:
        """Return the dates of the original by path, None if it is not known."""
        before = self.before(instance)
        return before.dates if before else None

    def had_two_roles(self, instance: Instance, tag: int) -> bool:
        """Tell if the UID of a role (Study, Series, Instance, frame of reference) had another role in the originals."""
        before = self.before(instance)
        return before is not None and before.uids[ROLES.index(tag)] in self._doubled

    def frames_agreed(self, instance: Instance) -> bool:
        """Tell if the original stood in a frame of reference of the images that it referred to; True if not known."""
        before = self.before(instance)
        if before is None:
            return True
        theirs = {self._by_uid[each.uid].uids[3] for each in before.references if each.uid in self._by_uid} - {""}
        return not theirs or bool(theirs & before.frames)

    def file_of(self, instance: Instance) -> str:
        """Return the path of the original file, "" if it is not known."""
        before = self.before(instance)
        return before.file if before else ""

    def resolved(self, instance: Instance) -> frozenset[str] | None:
        """Return the paths of references that led to an Instance of the originals, None if that is not known."""
        before = self.before(instance)
        return (
            None if before is None else frozenset(each.path for each in before.references if each.uid in self._by_uid)
        )

    def must_fit(self, patient_ids: set[str]) -> None:
        """Raise IdentityError if a crosswalk was given that knows none of these Patient IDs."""
        if self._old_patient and patient_ids and not patient_ids & self._old_patient.keys():
            raise IdentityError("crosswalk", "knows none of the Patient IDs in PATH", "give the one of the same run")

    def _read_crosswalk(self, folder: str) -> None:
        pairs = {name: list(_pairs(os.path.join(folder, name))) for name in ("patients.csv", "uids.csv")}
        for old, new in pairs["patients.csv"]:
            self._old_patient[new] = old
            self.identifiers.update(of_text(old, "record number", old))
        for old, new in pairs["uids.csv"]:
            self._old_uid[new] = old
            if not is_standard(old):
                self.identifiers.update(of_text(old, "uid", ""))

    def _read_folder(self, folder: str) -> None:
        reader = Reader()
        days: Counter[int] = Counter()
        for number, source in enumerate(sources(folder)):
            if source.kind is not Kind.DICOM or source.problem:
                continue
            with source.open() as stream:
                instance = reader.read(stream, source.name, number, source.size)
                if not instance.uid:
                    self.unread += 1
                    continue
                for tag in ROLES:
                    uid = instance.text(tag)
                    if uid and self._roles.setdefault(uid, tag) != tag:
                        self._doubled.add(uid)
                before = self._of(instance)._replace(file="" if source.member else source.path)
                self._by_uid.setdefault(instance.uid, before)
                print_ = fingerprint(instance)
                self._by_print[print_] = None if print_ in self._by_print else instance.uid
            days.update(set(before.dates.values()))
        self.identifiers = {each for each in self.identifiers if each.text.lower() not in self._common}
        self.dummy_days = frozenset(day for day in days if is_dummy(date.fromordinal(day).strftime("%Y%m%d")))

    def _of(self, instance: Instance) -> Before:
        patient = instance.text(0x00100020)
        dates = {}
        for element in instance.elements:
            if not element.value:
                continue
            place = element.place
            if place.tag in _OF_THE_MAKER:
                told = element.value.decode("latin-1").strip(" \0").lower()
                self._common.update((told, *told.split()))
            if place.vr in _DATES:
                text = element.value.decode("latin-1").strip(" \0").replace(".", "")[:8]
                self.identifiers.update(of_date(text, patient))
                day = ordinal(text)
                if day:
                    dates[element.path] = day
            elif place.vr in ("PN", "UI") or place.tag in _IDS or place.tag in _PLACES:
                text = decoded(element.value, element.holder.codecs)
                self.identifiers.update(self._identifiers(place.tag, place.vr, text, element.value, patient))
        frames = frozenset(frames_of_reference(instance))
        return Before(patient, dates, tuple(references(instance)), tuple(map(instance.text, ROLES)), frames)

    def _identifiers(self, tag: int, vr: str, text: str, stored: bytes, patient: str) -> Iterator[Identifier]:
        for part in filter(None, (each.strip(" \0") for each in text.split("\\"))):
            if vr == "PN":
                yield from of_name(part, patient, stored)
            elif vr == "UI":
                if (
                    not is_standard(part)
                    and class_of(tag) not in STRUCTURAL
                    and Option.RETAIN_UIDS not in self._options
                ):
                    yield from of_text(part, "uid", patient)
            elif tag in _IDS:
                yield from of_text(part, "record number", patient)
            elif tag not in _RETAINED_PLACES or Option.RETAIN_INSTITUTION_IDENTITY not in self._options:
                yield from of_text(part, "institution", patient)


def fingerprint(instance: Instance) -> bytes:
    """Return a digest of what no cleaner changes: kind, geometry, and samples of the pixels or all the numbers."""
    digest = blake2b(digest_size=12)
    for tag in _SAME:
        element = instance.top.get(tag)
        digest.update(element.value or b"" if element is not None else b"")
    pixels = instance.pixels
    if pixels is not None:
        digest.update(sample(instance))
    else:
        for element in instance.elements:
            if element.place.vr in _NUMBERS and element.holder.place is not None and not element.place.is_private:
                digest.update(element.value or b"")
    return digest.digest()


def sample(instance: Instance) -> bytes:
    """Return the length of Pixel Data and three samples of it, or all of it where it is encapsulated and short."""
    pixels = instance.pixels
    if pixels is None:
        return b""
    if pixels.value:
        value = pixels.value
        middle = len(value) // 2
        return b"%d:" % len(value) + value[:_SAMPLE] + value[middle : middle + _SAMPLE] + value[-_SAMPLE:]
    length = pixels.length or max(instance.size - pixels.offset, 0)
    found = [b"%d:" % length]
    for start in (0, length // 2, max(length - _SAMPLE, 0)):
        instance.stream.seek(pixels.offset + start)
        found.append(instance.stream.read(min(_SAMPLE, length)))
    return b"".join(found)


def ordinal(text: str) -> int:
    """Return the ordinal of a date, YYYYMMDD, 0 if it is none."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])).toordinal()
    except ValueError:
        return 0


def _pairs(path: str) -> Iterator[tuple[str, str]]:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            for row in csv.reader(file):
                if row[:2] == ["id_old", "id_new"]:
                    continue
                if len(row) != 2:
                    raise IdentityError(os.path.basename(path), "is no table of two columns", "give a crosswalk folder")
                yield row[0], row[1]
    except OSError:
        raise IdentityError(
            "crosswalk", f"has no {os.path.basename(path)}", "give OUT/private/crosswalk of a run"
        ) from None
