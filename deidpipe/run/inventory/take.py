"""Take the inventory of everything below a folder. Read this file first.

``tally.py`` counts in each process and writes lines to a journal; ``tables.py`` adds them up. Nothing grows with the
number of files but the journal, which is on disk and is removed at the end.
"""

import os
from collections import Counter as Bag
from collections import deque
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

from deidpipe.dicom.files import files_below
from deidpipe.errors import DeidError, NotDicomError
from deidpipe.identity.key import KEY_BYTES, Key
from deidpipe.profile.model import Profile
from deidpipe.run.inventory.adding_up import added_up
from deidpipe.run.inventory.element import Signature
from deidpipe.run.inventory.tables import Inventory
from deidpipe.run.inventory.tally import Counter, Summaries
from deidpipe.run.job import Job
from deidpipe.run.progress import Progress

_CHUNK = 500  # files that a worker takes at a time
_AHEAD = 2  # chunks for each worker that may wait


class Order(NamedTuple):
    """What to take the inventory of. ``distinct``: of an element with more distinct values only some are listed."""

    source: str
    profile: Profile
    workers: int = 1
    distinct: int = 10_000


class Files(NamedTuple):
    """What became of the files."""

    inputs: int
    read: int
    not_dicom: int
    unreadable: int
    reasons: dict[str, int]  # why files could not be read


class _Part(NamedTuple):
    read: int
    not_dicom: int
    reasons: Bag[str]
    elements: dict[int, Signature]
    summaries: Summaries


def take(order: Order, scratch: str, progress: Progress) -> tuple[Files, Inventory]:
    """Read every file and return what was found; ``scratch`` is a private folder that holds the journal.

    No key is needed: what the profile proposes does not depend on it.

    Raises UsageError if there is no input, or the profile asks for what this version cannot do.
    """
    job = Job(order.profile, Key(bytes(KEY_BYTES)), "", "", {})
    paths = list(files_below(order.source))
    elements: dict[int, Signature] = {}
    summaries: Summaries = {}
    reasons: Bag[str] = Bag()
    read = not_dicom = 0
    progress("read", 0, len(paths))
    for part in _parts(job, order, _chunks(paths), scratch):
        elements.update(part.elements)
        for place, summary in part.summaries.items():
            summaries[place] = summary.with_other(summaries.get(place, summary))
        reasons.update(part.reasons)
        read += part.read
        not_dicom += part.not_dicom
        progress("read", read + not_dicom + reasons.total(), len(paths))
    files = Files(len(paths), read, not_dicom, reasons.total(), dict(sorted(reasons.items())))
    return files, Inventory(added_up(scratch, elements, summaries, order.distinct))


def _chunks(paths: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(paths), _CHUNK):
        yield paths[start : start + _CHUNK]


def _parts(job: Job, order: Order, chunks: Iterable[list[str]], scratch: str) -> Iterator[_Part]:
    if order.workers == 1:
        counter = Counter(job, order.distinct)
        yield from (_count(counter, chunk, scratch) for chunk in chunks)
        return
    from concurrent.futures import Future, ProcessPoolExecutor

    waiting: deque[Future[_Part]] = deque()
    with ProcessPoolExecutor(order.workers, initializer=_begin, initargs=(job, order.distinct, scratch)) as pool:
        for chunk in chunks:
            waiting.append(pool.submit(_count_here, chunk))
            if len(waiting) > order.workers * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


_here: list[tuple[Counter, str]] = []  # of a worker process: its counter and the folder of the journal


def _begin(job: Job, distinct: int, scratch: str) -> None:
    _here[:] = [(Counter(job, distinct), scratch)]


def _count_here(chunk: list[str]) -> _Part:
    counter, scratch = _here[0]
    return _count(counter, chunk, scratch)


def _count(counter: Counter, chunk: list[str], scratch: str) -> _Part:
    """Count the files of a chunk, and write what was counted to the journal of this process."""
    part = _Part(0, 0, Bag(), {}, {})
    values, presence = (os.path.join(scratch, f"{name}.{os.getpid()}.tsv") for name in ("values", "presence"))
    with open(values, "ab") as value_lines, open(presence, "ab") as presence_lines:
        for path in chunk:
            try:
                counter.add(path)
                part = part._replace(read=part.read + 1)
            except NotDicomError:
                part = part._replace(not_dicom=part.not_dicom + 1)
            except DeidError as error:
                part.reasons[error.what] += 1
            if counter.is_full:
                _write(counter, value_lines, presence_lines, part)
        _write(counter, value_lines, presence_lines, part)
    return part


def _write(counter: Counter, values: BinaryIO, presence: BinaryIO, part: _Part) -> None:
    tally = counter.write(values, presence)
    part.elements.update(tally.elements)
    for place, summary in tally.summaries.items():
        part.summaries[place] = summary.with_other(part.summaries.get(place, summary))
