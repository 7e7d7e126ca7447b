"""The books of one run, kept by one process: the journal, the crosswalk, and what waits to be written to both.

The order of writing is what makes a run safe to kill. A cleaned file waits as a draft in the private folder. When some
have come together: the disk has all of them; then the journal says what became of them; then they get their names below
public/. Killed before the journal says so, a draft counts for nothing and the file is cleaned again; killed after,
the next run gives it its name. So nothing is ever in public/ that no book tells of, and no half of a file.
"""

import contextlib
import os
import shutil
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from deidpipe.audit.records import FileOutcome
from deidpipe.audit.tables import FOLDER, MANIFEST
from deidpipe.dicom.files import copy_file, sync
from deidpipe.errors import InputError
from deidpipe.identity.crosswalk import CrosswalkWriter
from deidpipe.run.clean import Part, Task, cannot_write
from deidpipe.run.instance import Done, refused
from deidpipe.run.journal import Entry, Journal
from deidpipe.run.place import Place
from deidpipe.run.refusal import CANNOT_BE_OPENED, NAME_TAKEN

_MOST_WAITING = 5_000  # files; they are in memory until then
_SHORTEST_PAUSE = 0.2  # seconds between two times that the books are written
_SHARE = 10  # the pause is at least so many times as long as the writing took
_LENGTHS = "crosswalk"
_NO_COPY = "; there is no copy of it in quarantine"


class Input(NamedTuple):
    """A file whose outcome is to be entered."""

    name: str
    task: Task
    known: str


class Books:
    """Keeps the books; ``with Books(place, journal) as books``: what waits is written at the end, if all went well."""

    def __init__(self, place: Place, journal: Journal) -> None:
        self._place, self._journal = place, journal
        held = [int(length) for length in journal.fact(_LENGTHS).split()]
        self._crosswalk = CrosswalkWriter(place.crosswalk, (held[0], held[1]) if held else (0, 0))
        self._waiting: list[tuple[Input, Done]] = []
        self._parts: list[Part] = []  # their outcomes are not used
        self._pause, self._written = _SHORTEST_PAUSE, time.monotonic()
        self._counts: Counter[str] = Counter()

    def __enter__(self) -> "Books":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self.write()
        finally:
            self._crosswalk.close()

    def enter(self, inputs: Iterable[Input], part: Part) -> None:
        """Take in what became of a chunk; it stands when it is written, which is now or soon."""
        self._parts.append(part._replace(outcomes=[]))
        for each, done in zip(inputs, part.outcomes, strict=True):
            self._waiting.append((each, done))
            self._counts[done.record.outcome] += 1
        if len(self._waiting) >= _MOST_WAITING or time.monotonic() - self._written > self._pause:
            self.write()

    def told(self) -> str:
        """Return what became of the files of this run so far, in words."""
        return ", ".join(f"{self._counts[outcome]:,} {outcome}" for outcome in FileOutcome if self._counts[outcome])

    def write(self) -> None:
        """Write down all that waits. It stands then, whatever happens."""
        start = time.monotonic()
        try:
            self._write()
        except OSError as error:
            raise cannot_write(error) from None
        self._written = time.monotonic()
        self._pause = max(_SHORTEST_PAUSE, _SHARE * (self._written - start))

    def _write(self) -> None:
        entries = list(self._entries())
        for part in self._parts:
            self._crosswalk.add(part.patients, part.uids)
        lengths = self._crosswalk.flush()
        sync(self._place.private)
        with self._journal.transaction():
            for part in self._parts:
                self._journal.put_doubtful(part.doubtful)
                for plan in part.plans:
                    self._journal.put_plan(plan)
            self._journal.set_fact(_LENGTHS, " ".join(map(str, lengths)))
            for entry in entries:
                self._journal.put(self._unless_taken(entry))
        for entry in entries:
            if entry.draft:
                self._publish(entry)
        self._waiting.clear()
        self._parts.clear()

    def _entries(self) -> Iterator[Entry]:
        for each, done in self._waiting:
            refusal, known = done.refusal, each.known
            what, fix = (refusal.what, refusal.fix) if refusal is not None else ("", "")
            if refusal is not None:
                has_copy = self._copied(each)
                what = what if has_copy else what + _NO_COPY
                if refusal.code == CANNOT_BE_OPENED or not has_copy:
                    known = "?"  # like nothing that a survey finds out: the next run tries it again
            yield Entry(
                each.name, each.task.size, each.task.mtime, known, done.record, what, fix, done.lost, done.draft
            )

    def _copied(self, each: Input) -> bool:
        """Copy a file into quarantine; False if it cannot be read any more."""
        try:
            copy_file(each.task.path, os.path.join(self._place.quarantine, each.name))
        except InputError:
            return False
        return True

    def _unless_taken(self, entry: Entry) -> Entry:
        """Return an entry, or that of a refusal if another file was released under its name."""
        if not self._journal.is_taken(entry.record.file, entry.name):
            return entry
        record = refused(NAME_TAKEN).record
        return entry._replace(record=record, what=NAME_TAKEN.what, fix=NAME_TAKEN.fix, lost=())

    def _publish(self, entry: Entry) -> None:
        publish(self._place, entry)


def publish(place: Place, entry: Entry) -> None:
    """Give a draft its name below public/."""
    draft, target = os.path.join(place.drafts, entry.draft), os.path.join(place.public, entry.record.file)
    try:
        os.rename(draft, target)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.rename(draft, target)


def withdraw(place: Place, entry: Entry) -> None:
    """Take away what stands of an input file: what was released, or its copy in quarantine."""
    for folder, name in ((place.public, entry.record.file), (place.quarantine, entry.name)):
        if name:
            path = os.path.join(folder, name)
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                os.unlink(path)
            with contextlib.suppress(OSError):  # until one is not empty
                while (path := os.path.dirname(path)) != folder:
                    os.rmdir(path)


def is_whole(place: Place) -> bool:
    """Tell if there is an audit: it is made last."""
    return os.path.exists(os.path.join(place.public, FOLDER, MANIFEST))


def open_again(place: Place) -> None:
    """Take the manifest away, so that nobody takes the audit for whole while there is work."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(os.path.join(place.public, FOLDER, MANIFEST))
        sync(place.private)


def clear_away(place: Place) -> None:
    """Remove what only a run at work needs."""
    for folder in (place.drafts, place.scratch):
        shutil.rmtree(folder, ignore_errors=True)
