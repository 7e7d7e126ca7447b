"""The first pass: who is in here, what stands in here twice. Nothing is written.

It is what lets a name in one file be found in a description of another, a second file with the same SOP Instance UID be
found whatever the order of the work, and a mapping be held against all patients before the first file is released.
"""

import os
from array import array
from collections.abc import Iterator, Sequence
from functools import partial
from hashlib import blake2b
from typing import NamedTuple

from deidpipe.dicom.files import OpenFile
from deidpipe.dicom.guide import Guide
from deidpipe.errors import DeidError
from deidpipe.profile.ruleset import RuleSet
from deidpipe.run.gather import Gathered, Gatherer, News
from deidpipe.run.instance import SOP_INSTANCE, patient_of
from deidpipe.run.progress import Progress, counting
from deidpipe.run.workers import in_order

_CHUNK = 200  # files that a process takes at a time
_NOBODY = -1


class Survey(NamedTuple):
    """What the input holds; the arrays have one number for each path."""

    paths: Sequence[str]  # in order
    sizes: "array[int]"  # bytes
    mtimes: "array[int]"  # nanoseconds; with a file that has none -1
    owners: "array[int]"  # position in ``patients``; -1 if the file could not be read
    patients: tuple[str, ...]
    repeated: frozenset[int]  # positions of files whose SOP Instance UID an earlier one has
    gathered: Gathered  # what identifies

    @property
    def size(self) -> int:
        """Return the bytes of all files."""
        return sum(self.sizes)

    def patient(self, position: int) -> str | None:
        """Return the patient of a file; None if it could not be read."""
        owner = self.owners[position]
        return None if owner == _NOBODY else self.patients[owner]


class _Seen(NamedTuple):
    """What a process saw in a chunk."""

    files: list[tuple[int, int, str | None, bytes]]  # size, time, patient, digest of the SOP Instance UID
    news: News


def survey(paths: Sequence[str], rules: RuleSet, progress: Progress | None = None, workers: int = 1) -> Survey:
    """Look at every file. What is found depends neither on the number of processes nor on who is first."""
    sizes, mtimes, owners = array("q"), array("q"), array("q")
    gatherer = Gatherer(rules)
    patients: dict[str, int] = {}
    first_with: set[bytes] = set()
    repeated: set[int] = set()
    count = counting("survey", len(paths), progress) if progress is not None else None
    for seen in in_order(_chunks(paths), partial(_Look, rules), _not_seen, workers):
        gatherer.add(seen.news)
        for size, mtime, patient, uid in seen.files:
            if uid in first_with:
                repeated.add(len(sizes))
            elif uid:
                first_with.add(uid)
            sizes.append(size)
            mtimes.append(mtime)
            owners.append(_NOBODY if patient is None else patients.setdefault(patient, len(patients)))
        if count is not None:
            count(len(seen.files), sum(each[0] for each in seen.files), "")
    return Survey(paths, sizes, mtimes, owners, tuple(patients), frozenset(repeated), gatherer.gathered())


def size_and_time(path: str) -> tuple[int, int]:
    """Return how large a file is and when it was changed, in nanoseconds; (0, -1) if there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return 0, -1
    return status.st_size, status.st_mtime_ns


def _chunks(paths: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(paths), _CHUNK):
        yield paths[start : start + _CHUNK]


class _Look:
    """Looks at files; what is known of the last one speeds up the next."""

    def __init__(self, rules: RuleSet) -> None:
        self._gatherer = Gatherer(rules)
        self._guide: Guide | None = None

    def __call__(self, paths: Sequence[str]) -> _Seen:
        files = [(*size_and_time(path), *self._who(path)) for path in paths]
        return _Seen(files, self._gatherer.news())

    def _who(self, path: str) -> tuple[str | None, bytes]:
        """Return the patient and a digest of the SOP Instance UID."""
        try:
            with OpenFile(path, self._guide) as file:
                instance = file.instance
                patient = patient_of(instance)
                self._gatherer.learn(patient, instance)
                uid = (instance.data_set.value_of(SOP_INSTANCE) or b"").strip(b"\0 ")
                if self._guide is None or self._guide.layout is not instance.data_set.layout:
                    self._guide = Guide(instance.data_set.layout)
            return patient, blake2b(uid, digest_size=16).digest() if uid else b""
        except DeidError:
            return None, b""  # the second pass tells what is wrong with it


def _not_seen(path: str) -> _Seen:
    """A file at which processes die: the second pass finds out too, and puts it into quarantine."""
    return _Seen([(*size_and_time(path), None, b"")], News({}, set(), set()))
