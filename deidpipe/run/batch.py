"""Many Instances: survey, clean, close the books. Inputs = released + quarantined + not-dicom, always.

The same command again goes on where a run was killed, and does nothing that is done. ``books.py`` says why that is
safe, ``resume.py`` what is left to do, ``closing.py`` what is written at the end.
"""

import csv
import hashlib
import io
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from deidpipe.dicom.files import files_below, write_whole
from deidpipe.errors import IdentityError
from deidpipe.identity.key import Key
from deidpipe.identity.mapping import MappedPatient
from deidpipe.profile.model import Profile
from deidpipe.run.books import Books, Input, clear_away, is_whole, open_again, withdraw
from deidpipe.run.clean import Clean, Task, killed_at
from deidpipe.run.closing import Before, Documents, Result, close, told_again
from deidpipe.run.job import Job
from deidpipe.run.journal import Journal
from deidpipe.run.place import Place
from deidpipe.run.progress import Progress, counting
from deidpipe.run.resume import Inputs, Left, left_to_do, may_go
from deidpipe.run.survey import Survey, survey
from deidpipe.run.terms import Terms, must_fit, terms_of
from deidpipe.run.workers import in_order

__all__ = ["ASKED", "Documents", "Order", "Progress", "Result", "run"]

_CHUNK = 50  # files that a worker takes at a time
ASKED = "asked"  # a fact in the journal: the words of the command
_TERMS = "terms"


class Order(NamedTuple):
    """What a run is to do."""

    source: str
    out: str
    profile: Profile
    key: Key
    mapping: dict[str, MappedPatient]
    workers: int = 1
    retry: bool = False  # what is in quarantine is done again
    withdraw_gone: bool = False  # what was made of files that the input no longer has is taken out of OUT
    asked: str = ""  # the words of the command, for a retry


def run(order: Order, progress: Progress, documents: Documents = lambda _result: {}) -> Result:
    """De-identify everything below ``order.source`` into ``order.out``, or what is left to do of it.

    ``documents`` gives the texts that go beside the audit, by their names.

    Raises
    ------
    UsageError
        If the profile asks for what cannot be done, or OUT was begun on other terms.
    IdentityError
        If the key is another one than OUT was begun with, or the mapping lacks a patient of the input.
    DeidError
        If OUT cannot be written. What was done stands; the same order again goes on from there.
    """
    place = Place(order.out)
    job = Job(order.profile, order.key, place.drafts, place.public, order.mapping)
    place.make()
    with Journal(place.journal_file) as journal:
        terms = _agreed(order, journal)
        paths = list(files_below(order.source))
        found = survey(paths, job.rules, progress, order.workers)
        job.gathered = found.gathered
        _must_be_mapped(order.mapping, found, place)
        inputs = Inputs(found, place.root_of(order.source))
        is_new_profile = terms.as_text() != (journal.fact(_TERMS) or terms.as_text())
        left = left_to_do(inputs, len(paths), journal, place, retry=order.retry or is_new_profile)
        may_go(left.gone, withdraw_gone=order.withdraw_gone)
        before = Before(len(paths) - len(left.positions), len(left.again))
        if not (left.positions or left.gone or is_new_profile) and is_whole(place):
            result = told_again(place, journal, found, inputs)
            if result is not None:
                clear_away(place)
                return result
        _begin(order, terms, left, journal, place)
        _clean(job, order, left, inputs, Books(place, journal), progress)
        return close(order.profile, order.key, place, journal, found, inputs, before, documents)


def _agreed(order: Order, journal: Journal) -> Terms:
    """Return the terms of this run; raise if OUT was begun on others."""
    mapping = hashlib.sha256(ascii(sorted(order.mapping.items())).encode()).hexdigest()
    source = os.path.realpath(order.source)
    terms = terms_of(source, order.profile, order.key.fingerprint, mapping, "")
    held = journal.fact(_TERMS)
    if held:
        must_fit(Terms.from_text(held), terms)
    return terms


def _begin(order: Order, terms: Terms, left: Left, journal: Journal, place: Place) -> None:
    """Write down the terms; take away what no longer holds, and drafts that nobody waits for."""
    open_again(place)
    for entry in (*left.again, *left.gone):
        withdraw(place, entry)
    with journal.transaction():
        journal.forget(entry.name for entry in (*left.again, *left.gone))
        journal.set_fact(_TERMS, terms.as_text())
        journal.set_fact(ASKED, order.asked)
    clear_away(place)
    place.make()


def _clean(job: Job, order: Order, left: Left, inputs: Inputs, books: Books, progress: Progress) -> None:
    """Do what is left to do."""
    count = counting("clean", len(left.positions), progress)
    under_way: deque[list[Input]] = deque()

    def chunks() -> Iterator[Sequence[Task]]:
        for start in range(0, len(left.positions), _CHUNK):
            chunk = [inputs.input(position) for position in left.positions[start : start + _CHUNK]]
            under_way.append(chunk)
            yield [each.task for each in chunk]

    with books:
        chunk: list[Input] = []
        begin: Callable[[], Clean] = partial(Clean, job)
        for part in in_order(chunks(), begin, killed_at, order.workers):
            chunk = chunk or under_way.popleft()
            done, chunk = chunk[: len(part.outcomes)], chunk[len(part.outcomes) :]
            books.enter(done, part)
            count(len(done), sum(each.task.size for each in done), books.told())


def _must_be_mapped(mapping: dict[str, MappedPatient], found: Survey, place: Place) -> None:
    """Raise IdentityError if a mapping is given and does not have every patient of the input."""
    missing = sorted(set(found.patients) - mapping.keys()) if mapping else []
    if missing:
        lines = io.StringIO(newline="")
        csv.writer(lines, lineterminator="\n").writerows([("id_old", "id_new"), *((each, "") for each in missing)])
        write_whole(place.unmapped, lines.getvalue().encode("utf-8", "surrogateescape"), mode=0o600)
        raise IdentityError(
            "mapping",
            f"{len(missing)} patients of the input have no row in it",
            f"fill in {os.path.relpath(place.unmapped, place.out)} below OUT, add its rows, and run again",
        )
