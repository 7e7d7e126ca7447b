"""Where the inventory is written: a private folder, never below one that is to be passed on."""

import os
from collections.abc import Iterable

from deidpipe.errors import UsageError

PAGE, TABLE, PARQUET = "inventory.html", "inventory.csv", "inventory.parquet"


def must_be_private(out: str, source: str) -> None:
    """Raise UsageError unless OUT is a new folder, or an empty one, in no public folder and apart from the input."""
    if not os.path.lexists(source):
        raise UsageError("IN", "there is no such file or folder", "check the path")
    here, there = os.path.realpath(out), os.path.realpath(source)
    if "public" in {step.lower() for step in (*here.split(os.sep), *os.path.abspath(out).split(os.sep))}:
        raise UsageError(
            "OUT", "lies in a folder named public, and the inventory shows names", "give a folder that stays with you"
        )
    if here == there or here.startswith(there + os.sep):
        raise UsageError("OUT", "lies in the input", "give a folder of its own")
    if os.path.lexists(out) and not os.path.isdir(out):
        raise UsageError("OUT", "is a file", "give a new folder")
    if os.path.isdir(out) and os.listdir(out):
        raise UsageError("OUT", "is not empty", "give a new folder; nothing is written over")


def make_private(out: str) -> None:
    """Make the folder; its owner alone can enter it."""
    os.makedirs(out, mode=0o700, exist_ok=True)
    os.chmod(out, 0o700)


def write_private(path: str, pieces: Iterable[str]) -> None:
    """Write a text that its owner alone can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", newline="\n") as file:
        file.writelines(pieces)
