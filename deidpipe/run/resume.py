"""What is left to do: the input as the survey finds it, held against the journal of what was done."""

import contextlib
import os
from array import array
from typing import NamedTuple

from deidpipe.audit.records import FileOutcome
from deidpipe.errors import UsageError
from deidpipe.run.books import Input, publish
from deidpipe.run.clean import Task
from deidpipe.run.journal import Entry, Journal
from deidpipe.run.knowledge import REPEATED, Knowledge
from deidpipe.run.place import Place
from deidpipe.run.refusal import SAME_INSTANCE
from deidpipe.run.survey import Survey


class Left(NamedTuple):
    """What is left to do."""

    positions: "array[int]"  # in the survey
    again: list[Entry]  # of those, what stands of an earlier time and must go
    gone: list[Entry]  # what stands of files that the input no longer has


class Inputs:
    """The files of a survey as a run deals with them."""

    def __init__(self, found: Survey, root: str) -> None:
        self._found, self._root = found, root
        self._knowledge = Knowledge(found.gathered)

    def name(self, position: int) -> str:
        """Return the name of a file below IN."""
        return self._found.paths[position].removeprefix(self._root)

    def known(self, position: int) -> str:
        """Return a name for what is known of the patient of a file."""
        found = self._found
        return REPEATED if position in found.repeated else self._knowledge.of(found.patient(position))

    def task(self, position: int) -> Task:
        """Return the work on a file."""
        found = self._found
        refusal = SAME_INSTANCE if position in found.repeated else None
        was_read = found.patient(position) is not None
        return Task(found.paths[position], found.sizes[position], found.mtimes[position], was_read, refusal)

    def input(self, position: int) -> Input:
        """Return a file whose outcome is to be entered."""
        return Input(self.name(position), self.task(position), self.known(position))

    def stands(self, position: int, entry: Entry) -> bool:
        """Tell if what became of a file still holds: the file is the same, and no more and no less is known."""
        found = self._found
        held = (entry.size, entry.mtime, entry.known)
        return held == (found.sizes[position], found.mtimes[position], self.known(position))


def left_to_do(inputs: Inputs, count: int, journal: Journal, place: Place, *, retry: bool) -> Left:
    """Return what is left to do of ``count`` files; drafts that only wait for their names get them here.

    ``retry``: what is in quarantine is to be done again.
    """
    left = Left(array("q"), [], [])
    met = 0
    for position in range(count):
        entry = journal.entry(inputs.name(position))
        met += entry is not None
        if entry is None:
            left.positions.append(position)
        elif not inputs.stands(position, entry) or not _still_good(place, entry, retry=retry):
            left.positions.append(position)
            left.again.append(entry)
    if met < journal.count():
        names = {inputs.name(position) for position in range(count)}
        left.gone.extend(entry for entry in journal.entries() if entry.name not in names)
    return left


def may_go(gone: list[Entry], *, withdraw_gone: bool) -> None:
    """Raise UsageError if files were released whose input is gone, and nobody said that they are to go too.

    Decided: they are not withdrawn unasked. The input may just not be mounted.
    """
    released = sum(entry.record.outcome == FileOutcome.RELEASED for entry in gone)
    if released and not withdraw_gone:
        raise UsageError(
            "IN",
            f"no longer has {released:,} files that were released",
            "put them back, or say --withdraw-gone to take what was made of them out of OUT",
        )


def _still_good(place: Place, entry: Entry, *, retry: bool) -> bool:
    """Tell if what the journal says of an outcome is so in OUT, and is not to be tried again."""
    if entry.record.outcome == FileOutcome.QUARANTINED:
        return not retry
    return entry.record.outcome != FileOutcome.RELEASED or _is_there(place, entry)


def _is_there(place: Place, entry: Entry) -> bool:
    """Tell if a released file is there; a draft that waits for its name gets it."""
    path = os.path.join(place.public, entry.record.file)
    with contextlib.suppress(OSError):
        if os.lstat(path).st_size == entry.record.size:
            return True
    with contextlib.suppress(FileNotFoundError):
        publish(place, entry)
        return True
    return False
