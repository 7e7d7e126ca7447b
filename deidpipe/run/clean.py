"""The second pass: what a process does with each file of a chunk. What becomes of them stands in batch.py."""

import contextlib
import errno
import os
from collections.abc import Sequence
from typing import NamedTuple

from deidpipe.audit.records import FileOutcome, PlanRecord
from deidpipe.errors import DeidError
from deidpipe.identity.crosswalk import Pair
from deidpipe.run.instance import Done, deidentify, refused
from deidpipe.run.job import Job
from deidpipe.run.refusal import CANNOT_BE_OPENED, CHANGED, WORKER_DIED, Refusal, unexpected
from deidpipe.run.survey import size_and_time

_OUTPUT_FAILS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM})


class Task(NamedTuple):
    """One file to clean, and what the survey saw of it."""

    path: str
    size: int
    mtime: int
    was_read: bool
    refusal: Refusal | None = None  # why it need not be looked at any more


class Part(NamedTuple):
    """What a process gives back for one chunk."""

    outcomes: list[Done]
    plans: list[PlanRecord]
    patients: list[Pair]
    uids: list[Pair]
    doubtful: set[tuple[int, str]]  # tag and words of texts that stayed in doubt


class Clean:
    """Cleans chunk after chunk; one of it works in each process."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def __call__(self, tasks: Sequence[Task]) -> Part:
        """Clean the files of a chunk.

        Raises DeidError if it cannot write: then nothing can go on.
        """
        job = self._job
        outcomes: list[Done] = []
        plans: dict[str, PlanRecord] = {}
        for task in tasks:
            done = _cleaned(task, job)
            if done.plan is not None:
                plans[done.plan.digest] = done.plan
                done = done._replace(plan=None)
            outcomes.append(done)
        identity = job.identity
        part = Part(outcomes, list(plans.values()), identity.made, identity.pseudonyms.made, job.doubtful())
        identity.made, identity.pseudonyms.made = [], []
        return part


def killed_at(task: Task) -> Part:
    """Return what becomes of a file at which processes die."""
    return Part([refused(task.refusal or WORKER_DIED)], [], [], [], set())


def _cleaned(task: Task, job: Job) -> Done:
    """De-identify one file; a defect that one file brings to light must not end the work on the others."""
    if task.refusal is not None:
        return refused(task.refusal)
    try:
        done = deidentify(task.path, job)
    except OSError as error:  # what fails on the side of the input is a DeidError
        if error.errno in _OUTPUT_FAILS:
            raise cannot_write(error) from None
        return refused(unexpected(error))
    except Exception as error:  # noqa: BLE001
        return refused(unexpected(error))
    if _has_changed(task, done):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(job.work_folder, done.draft or "none"))
        return refused(CHANGED)
    return done


def _has_changed(task: Task, done: Done) -> bool:
    """Tell if a file is not the one that the survey saw: then not all that it says was known when it was cleaned."""
    if done.refusal is not None and done.refusal.code == CANNOT_BE_OPENED:
        return False
    released = done.record.outcome == FileOutcome.RELEASED
    return size_and_time(task.path) != (task.size, task.mtime) or (released and not task.was_read)


def cannot_write(error: OSError) -> DeidError:
    """Return what is told when the output cannot be written; what is written so far stays, and counts."""
    return DeidError(
        "OUT",
        f"cannot be written ({error.strerror})",
        "mend that and run the same command again: it goes on from there",
    )
