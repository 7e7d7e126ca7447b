"""The end of a run: what the journal holds becomes the list of files, the documents and the public audit.

All of it is made from the journal in the order of the survey, so it is the same whether a run was killed ten times or
never. The manifest is written last; killed before, all of this is made again.
"""

import csv
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from deidpipe.audit.records import FileOutcome
from deidpipe.audit.tables import FOLDER, MANIFEST
from deidpipe.audit.writer import AuditWriter
from deidpipe.dicom.files import sync, write_whole
from deidpipe.dicom.path import name_of
from deidpipe.errors import DeidError
from deidpipe.identity.key import Key
from deidpipe.profile.model import Profile
from deidpipe.run.books import clear_away
from deidpipe.run.file_set import FileSet, make_file_set
from deidpipe.run.journal import Entry, Journal
from deidpipe.run.manifest import manifest_of
from deidpipe.run.place import Place
from deidpipe.run.refusal import DIRECTORY, INTERNAL, unexpected
from deidpipe.run.resume import Inputs
from deidpipe.run.survey import Survey
from deidpipe.run.utility import Lost, UtilityLost, counted

_COLUMNS = ("input", "outcome", "released_as", "reason", "what", "what_to_do")


class Result(NamedTuple):
    """What became of the input."""

    inputs: int
    released: int
    quarantined: int
    not_dicom: int
    reasons: dict[str, int]  # why files were quarantined, by code
    size: int  # bytes of the input
    utility_lost: list[UtilityLost]  # what research needs, and the profile took
    in_doubt: int  # different words in texts that may name somebody and stayed, as the profile says
    file_set: FileSet | None = None  # made where the input had a DICOMDIR
    file_set_fault: str = ""  # why it could not be made
    done_before: int = 0  # files whose outcome stood already when this run began
    done_again: int = 0  # files with an outcome that held no longer: they changed, or more is known of who is in IN

    @property
    def is_defective(self) -> bool:
        """Whether a file met a defect of ours."""
        return INTERNAL in self.reasons or bool(self.file_set_fault)

    @property
    def nothing_was_left(self) -> bool:
        """Whether all was done before."""
        return self.done_before == self.inputs and self.inputs > 0


class Before(NamedTuple):
    """What an earlier run had done: how many outcomes still hold, and how many files were done again."""

    stands: int
    again: int


Documents = Callable[[Result], Mapping[str, str]]
"""What was done -> the texts that go beside the audit, by the names of their files."""


def close(
    profile: Profile,
    key: Key,
    place: Place,
    journal: Journal,
    found: Survey,
    inputs: Inputs,
    before: Before,
    documents: Documents,
) -> Result:
    """Write the list of files, the documents and the public audit, and tell what was done."""
    os.makedirs(place.scratch, mode=0o700, exist_ok=True)
    audit = AuditWriter(place.scratch)
    for plan in journal.plans():
        audit.add_plan(plan)
    entries = _listed(place, _audited(audit, _entries(journal, found, inputs)))
    result = _added_up(entries, journal, found)
    shutil.rmtree(place.file_set, ignore_errors=True)
    file_set, fault = None, ""
    if DIRECTORY.code in result.reasons:
        file_set, fault = _file_set(place, key, profile.identity.uid_root)
    result = result._replace(
        file_set=file_set, file_set_fault=fault, done_before=before.stands, done_again=before.again
    )
    _write_review(place, journal)
    folder = os.path.join(place.public, FOLDER)
    os.makedirs(folder, exist_ok=True)
    for name, text in documents(result).items():
        write_whole(os.path.join(folder, name), text.encode())
    sync(place.out)
    counts = {"released": result.released, "quarantined": result.quarantined, "not-dicom": result.not_dicom}
    audit.finish(place.public, manifest_of(profile, key, counts, file_set), key.seal)
    clear_away(place)
    return result


def told_again(place: Place, journal: Journal, found: Survey, inputs: Inputs) -> Result | None:
    """Return what was done when nothing is left to do; None if a File-set could not be made and may be now."""
    result = _added_up(_entries(journal, found, inputs), journal, found)
    with open(os.path.join(place.public, FOLDER, MANIFEST), encoding="utf-8") as file:
        told = json.load(file).get("file_set")
    if told is None and DIRECTORY.code in result.reasons and result.released:
        return None
    return result._replace(file_set=None if told is None else FileSet(**told), done_before=result.inputs)


def _entries(journal: Journal, found: Survey, inputs: Inputs) -> Iterator[Entry]:
    """Yield what became of each file, in the order of the survey."""
    for position in range(len(found.paths)):
        entry = journal.entry(inputs.name(position))
        if entry is None:
            raise DeidError("OUT/private/journal", "lacks a file that was dealt with", "please report this as a defect")
        yield entry


def _audited(audit: AuditWriter, entries: Iterator[Entry]) -> Iterator[Entry]:
    """Write the record of each entry into the audit on its way."""
    for entry in entries:
        audit.add(entry.record)
        yield entry


def _listed(place: Place, entries: Iterator[Entry]) -> Iterator[Entry]:
    """Write each entry into the list of files on its way; the list is there when all have passed."""
    draft = f"{place.files}.draft"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(_COLUMNS)
        for entry in entries:
            record = entry.record
            rows.writerow((entry.name, record.outcome, record.file, record.reason, entry.what, entry.fix))
            yield entry
    os.replace(draft, place.files)


def _added_up(entries: Iterator[Entry], journal: Journal, found: Survey) -> Result:
    outcomes: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    lost: Counter[tuple[Lost, ...]] = Counter()
    for entry in entries:
        outcomes[entry.record.outcome] += 1
        lost[entry.lost] += 1
        if entry.record.outcome == FileOutcome.QUARANTINED:
            reasons[entry.record.reason] += 1
    return Result(
        outcomes.total(),
        outcomes[FileOutcome.RELEASED],
        outcomes[FileOutcome.QUARANTINED],
        outcomes[FileOutcome.NOT_DICOM],
        dict(sorted(reasons.items())),
        found.size,
        counted(lost),
        len(journal.doubtful()),
    )


def _write_review(place: Place, journal: Journal) -> None:
    """Write down the words that stayed in doubt, for a person to look at."""
    doubtful = sorted((name_of(tag), word) for tag, word in journal.doubtful())
    if doubtful:
        descriptor = os.open(f"{place.review}.draft", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([("attribute", "word"), *doubtful])
        os.replace(f"{place.review}.draft", place.review)


def _file_set(place: Place, key: Key, uid_root: str) -> tuple[FileSet | None, str]:
    """Make a File-set; if that fails, tell why: the books are closed all the same."""
    try:
        return make_file_set(place, key, uid_root), ""
    except Exception as error:  # noqa: BLE001
        shutil.rmtree(place.file_set, ignore_errors=True)
        return None, str(error) if isinstance(error, DeidError) else unexpected(error).what
