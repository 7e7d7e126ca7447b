"""Who became whom: the pairs of a run, in its private folder, and their export as tables."""

import csv
import os
from collections.abc import Iterable
from typing import TextIO

from deidpipe.errors import UsageError

PATIENTS, UIDS = "patients.csv", "uids.csv"
_COLUMNS = ("id_old", "id_new")
Pair = tuple[str, str]


Lengths = tuple[int, int]  # bytes of the two tables


class CrosswalkWriter:
    """Write pairs down as they are made, in a folder that only its owner can read; repeats are sorted out at export.

    ``lengths`` is what ``flush`` of an earlier writer told: it goes on from there, and what was written later, perhaps
    half a line, is cut off. Raises UsageError if the tables are shorter than that; without it, if there are any.
    """

    def __init__(self, folder: str, lengths: Lengths | None = None) -> None:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        paths = {name: os.path.join(folder, name) for name in (PATIENTS, UIDS)}
        if lengths is None:
            self._files = {name: _open_private(path) for name, path in paths.items()}
        else:
            self._files = {
                name: _open_at(path, length) for (name, path), length in zip(paths.items(), lengths, strict=True)
            }
        self._writers = {name: csv.writer(file, lineterminator="\n") for name, file in self._files.items()}

    def add(self, patients: Iterable[Pair], uids: Iterable[Pair]) -> None:
        """Write pairs of original and replacement."""
        self._writers[PATIENTS].writerows(patients)
        self._writers[UIDS].writerows(uids)

    def flush(self) -> Lengths:
        """Hand everything to the system, and return how long the tables are."""
        for file in self._files.values():
            file.flush()
        patients, uids = (os.fstat(self._files[name].fileno()).st_size for name in (PATIENTS, UIDS))
        return patients, uids

    def close(self) -> None:
        """Close the tables."""
        for file in self._files.values():
            file.close()


def export_crosswalk(folder: str, target: str) -> dict[str, int]:
    """Write patients.csv and uids.csv with the columns id_old,id_new to ``target``; return how many rows each has.

    Raises UsageError if there is no crosswalk, or if a table of that name is there already.
    """
    counts = {}
    for name in (PATIENTS, UIDS):
        if os.path.lexists(os.path.join(target, name)):
            raise UsageError(name, "is there already", "give an empty folder")
    for name in (PATIENTS, UIDS):
        try:
            with open(os.path.join(folder, name), encoding="utf-8", errors="surrogateescape", newline="") as file:
                pairs = sorted({(row[0], row[1]) for row in csv.reader(file) if len(row) == len(_COLUMNS)})
        except FileNotFoundError:
            raise UsageError("crosswalk", "there is none in this folder", "give the OUT folder of a run") from None
        os.makedirs(target, mode=0o700, exist_ok=True)
        with _open_private(os.path.join(target, name)) as file:
            csv.writer(file, lineterminator="\n").writerows([_COLUMNS, *pairs])
        counts[name] = len(pairs)
    return counts


def _open_at(path: str, length: int) -> TextIO:
    """Open a table to go on behind its first ``length`` bytes."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    if os.fstat(descriptor).st_size < length:
        os.close(descriptor)
        raise UsageError("crosswalk", f"{os.path.basename(path)} is shorter than it was", "give a new OUT folder")
    os.ftruncate(descriptor, length)
    os.lseek(descriptor, 0, os.SEEK_END)
    return os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape", newline="")


def _open_private(path: str) -> TextIO:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(os.path.basename(path), "is there already", "give an empty folder") from None
    return os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape", newline="")
