"""Who became whom: the pairs of a run, in its private folder, and their export as tables."""

import csv
import os
from collections.abc import Iterable
from typing import TextIO

from deidpipe.errors import UsageError

PATIENTS, UIDS = "patients.csv", "uids.csv"
_COLUMNS = ("id_old", "id_new")
Pair = tuple[str, str]


class CrosswalkWriter:
    """Write pairs down as they are made, in a folder that only its owner can read; repeats are sorted out at export."""

    def __init__(self, folder: str) -> None:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        self._files = {name: _open_private(os.path.join(folder, name)) for name in (PATIENTS, UIDS)}
        self._writers = {name: csv.writer(file, lineterminator="\n") for name, file in self._files.items()}

    def add(self, patients: Iterable[Pair], uids: Iterable[Pair]) -> None:
        """Write pairs of original and replacement."""
        self._writers[PATIENTS].writerows(patients)
        self._writers[UIDS].writerows(uids)

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


def _open_private(path: str) -> TextIO:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(os.path.basename(path), "is there already", "give an empty folder") from None
    return os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape", newline="")
