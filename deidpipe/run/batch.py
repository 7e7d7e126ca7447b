"""Many Instances: survey, clean, close the books. Inputs = released + quarantined + not-dicom, always."""

import csv
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TextIO

from deidpipe.audit.records import FileOutcome, PlanRecord
from deidpipe.audit.tables import FOLDER
from deidpipe.audit.writer import AuditWriter
from deidpipe.dicom.files import copy_file, files_below
from deidpipe.dicom.path import name_of
from deidpipe.errors import DeidError, IdentityError
from deidpipe.identity.crosswalk import CrosswalkWriter, Pair
from deidpipe.identity.key import Key
from deidpipe.identity.mapping import MappedPatient
from deidpipe.profile.model import Profile
from deidpipe.run.file_set import FileSet, make_file_set
from deidpipe.run.instance import Done, deidentify, refused
from deidpipe.run.job import Job
from deidpipe.run.manifest import manifest_of
from deidpipe.run.place import Place
from deidpipe.run.refusal import DIRECTORY, INTERNAL, SAME_INSTANCE, unexpected
from deidpipe.run.survey import Survey, survey
from deidpipe.run.utility import Lost, UtilityLost, counted

_CHUNK = 50  # files that a worker takes at a time
_AHEAD = 4  # chunks for each worker that may wait

Progress = Callable[[str, int, int], None]
"""(stage, done, of how many) -> None"""


class Order(NamedTuple):
    """What a run is to do."""

    source: str
    out: str
    profile: Profile
    key: Key
    mapping: dict[str, MappedPatient]
    workers: int = 1


class Result(NamedTuple):
    """What a run did."""

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

    @property
    def is_defective(self) -> bool:
        """Whether a file met a defect of ours."""
        return INTERNAL in self.reasons or bool(self.file_set_fault)


Documents = Callable[[Result], Mapping[str, str]]
"""What was done -> the texts that go beside the audit, by the names of their files."""


class _Part(NamedTuple):
    """What a worker gives back for one chunk."""

    outcomes: list[Done]
    plans: list[PlanRecord]
    patients: list[Pair]
    uids: list[Pair]
    doubtful: set[tuple[int, str]]  # tag and words of texts that stayed in doubt


def run(order: Order, progress: Progress, documents: Documents = lambda _result: {}) -> Result:
    """De-identify everything below ``order.source`` into ``order.out``.

    ``documents`` gives the texts that go beside the audit, by their names.

    Raises
    ------
    UsageError
        If the profile asks for what cannot be done.
    IdentityError
        If the mapping lacks a patient of the input; nothing was released then.
    """
    place = Place(order.out)
    job = Job(order.profile, order.key, place.drafts, place.public, order.mapping)
    place.make()
    paths = list(files_below(order.source))
    found = survey(paths, job.rules, _counting("survey", len(paths), progress))
    job.gathered = found.gathered
    _must_be_mapped(order.mapping, found, place)
    books = _Books(order, place)
    counting = _counting("clean", len(paths), progress)
    for path, done in zip(paths, _cleaned(job, order.workers, found, books), strict=True):
        books.enter(path, done)
        counting()
    return books.close(found, documents)


# --- the work ---------------------------------------------------------------------------------------------------------


def _cleaned(job: Job, workers: int, found: Survey, books: "_Books") -> Iterator[Done]:
    """Yield what became of each file, in the order of the survey, whoever did the work."""
    for part in _parts(job, workers, _chunks(found)):
        books.learn(part)
        yield from part.outcomes


def _chunks(found: Survey) -> Iterator[list[tuple[str, bool]]]:
    for start in range(0, len(found.paths), _CHUNK):
        chunk = found.paths[start : start + _CHUNK]
        yield [(path, start + offset in found.repeated) for offset, path in enumerate(chunk)]


def _parts(job: Job, workers: int, chunks: Iterable[list[tuple[str, bool]]]) -> Iterator[_Part]:
    if workers == 1:
        for chunk in chunks:
            yield _work(job, chunk)
        return
    from collections import deque
    from concurrent.futures import Future, ProcessPoolExecutor

    waiting: deque[Future[_Part]] = deque()
    with ProcessPoolExecutor(workers, initializer=_begin, initargs=(job,)) as pool:
        for chunk in chunks:
            waiting.append(pool.submit(_work_here, chunk))
            if len(waiting) > workers * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


_here: list[Job] = []  # of a worker process: its job


def _begin(job: Job) -> None:
    _here[:] = [job]


def _work_here(chunk: list[tuple[str, bool]]) -> _Part:
    return _work(_here[0], chunk)


def _work(job: Job, chunk: Sequence[tuple[str, bool]]) -> _Part:
    outcomes: list[Done] = []
    plans: dict[str, PlanRecord] = {}
    for path, repeated in chunk:
        done = refused(SAME_INSTANCE) if repeated else _deidentified(path, job)
        if done.plan is not None:
            plans[done.plan.digest] = done.plan
            done = done._replace(plan=None)
        outcomes.append(done)
    identity = job.identity
    part = _Part(outcomes, list(plans.values()), identity.made, identity.pseudonyms.made, job.doubtful())
    identity.made, identity.pseudonyms.made = [], []
    return part


def _deidentified(path: str, job: Job) -> Done:
    """De-identify one file; a defect that one file brings to light must not end the work on the others."""
    try:
        return deidentify(path, job)
    except Exception as error:  # noqa: BLE001
        return refused(unexpected(error))


# --- the books --------------------------------------------------------------------------------------------------------


class _Books:
    """The audit, the crosswalk and the list of files of one run; one process keeps them."""

    def __init__(self, order: Order, place: Place) -> None:
        self._order, self._place = order, place
        self._audit = AuditWriter(place.journal)
        self._crosswalk = CrosswalkWriter(place.crosswalk)
        self._root = os.path.join(order.source if os.path.isdir(order.source) else os.path.dirname(order.source), "")
        self._counts: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._lost: Counter[tuple[Lost, ...]] = Counter()
        self._doubtful: set[tuple[int, str]] = set()
        self._file = _private(place.files)
        self._list = csv.writer(self._file, lineterminator="\n")
        self._list.writerow(("input", "outcome", "released_as", "reason", "what", "what_to_do"))

    def learn(self, part: _Part) -> None:
        """Take in the plans and the pairs of a chunk, before its outcomes."""
        for plan in part.plans:
            self._audit.add_plan(plan)
        self._crosswalk.add(part.patients, part.uids)
        self._doubtful |= part.doubtful

    def enter(self, path: str, done: Done) -> None:
        """Write down what became of a file; one that is in quarantine is copied there."""
        record, refusal = done.record, done.refusal
        name = path.removeprefix(self._root)
        self._audit.add(record)
        self._counts[record.outcome] += 1
        self._lost[done.lost] += 1
        if refusal is not None:
            self._reasons[refusal.code] += 1
            copy_file(path, os.path.join(self._place.quarantine, name))
        what, fix = (refusal.what, refusal.fix) if refusal is not None else ("", "")
        self._list.writerow((name, record.outcome, record.file, record.reason, what, fix))

    def close(self, found: Survey, documents: Documents) -> Result:
        """Write the documents and the public audit, and tell what was done."""
        self._file.close()
        self._crosswalk.close()
        counts = {outcome.value: self._counts[outcome.value] for outcome in FileOutcome}
        file_set, fault = self._file_set()
        result = Result(
            len(found.paths),
            self._counts[FileOutcome.RELEASED],
            self._counts[FileOutcome.QUARANTINED],
            self._counts[FileOutcome.NOT_DICOM],
            dict(sorted(self._reasons.items())),
            found.size,
            counted(self._lost),
            len(self._doubtful),
            file_set,
            fault,
        )
        self._write_review()
        self._write(documents(result))
        seal = self._order.key.seal
        manifest = manifest_of(self._order.profile, self._order.key, counts, file_set)
        self._audit.finish(self._place.public, manifest, seal)
        for left_over in os.listdir(self._place.drafts):
            os.unlink(os.path.join(self._place.drafts, left_over))
        os.rmdir(self._place.drafts)
        os.rmdir(self._place.journal)
        return result

    def _write_review(self) -> None:
        """Write down the words that stayed in doubt, for a person to look at."""
        if self._doubtful:
            with _private(self._place.review) as file:
                rows = sorted((name_of(tag), word) for tag, word in self._doubtful)
                csv.writer(file, lineterminator="\n").writerows([("attribute", "word"), *rows])

    def _file_set(self) -> tuple[FileSet | None, str]:
        """Make a File-set if the input had a DICOMDIR; if that fails, tell why: the books are closed all the same."""
        if DIRECTORY.code not in self._reasons:
            return None, ""
        try:
            return make_file_set(self._place, self._order.key, self._order.profile.identity.uid_root), ""
        except Exception as error:  # noqa: BLE001
            shutil.rmtree(self._place.file_set, ignore_errors=True)
            return None, str(error) if isinstance(error, DeidError) else unexpected(error).what

    def _write(self, documents: Mapping[str, str]) -> None:
        """Write texts beside the audit, before the manifest: what has a manifest is whole."""
        folder = os.path.join(self._place.public, FOLDER)
        os.makedirs(folder, exist_ok=True)
        for name, text in documents.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8", newline="\n") as file:
                file.write(text)


def _must_be_mapped(mapping: dict[str, MappedPatient], found: Survey, place: Place) -> None:
    """Raise IdentityError if a mapping is given and does not have every patient of the input."""
    missing = sorted(found.patients - mapping.keys()) if mapping else []
    if missing:
        with _private(place.unmapped) as file:
            csv.writer(file, lineterminator="\n").writerows([("id_old", "id_new"), *((each, "") for each in missing)])
        raise IdentityError(
            "mapping",
            f"{len(missing)} patients of the input have no row in it",
            f"fill in {os.path.relpath(place.unmapped, place.out)} below OUT, add its rows, and give a new OUT",
        )


def _private(path: str) -> TextIO:
    """Return a file that only its owner can read, open for writing."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape", newline="")


def _counting(stage: str, total: int, progress: Progress) -> Callable[[], None]:
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        progress(stage, done, total)

    progress(stage, 0, total)
    return count
