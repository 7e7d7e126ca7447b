"""Processes that share work: results in the order of the work, none lost when a process dies.

Not by concurrent.futures: there, one process that dies takes all others with it, and nobody can tell whose work did
it. Here each process has one pipe to the keeper. Who dies is known by the end of its pipe; what it had in hand is done
again item by item, and the item at which a process dies again is given up, alone.
"""

import contextlib
import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from deidpipe.errors import DeidError
from deidpipe.run.refusal import unexpected

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[Sequence[Item]], Result]

_AHEAD = 4  # chunks for each process that may be done before an earlier one is
_IN_HAND = 2  # chunks that a process has: one that it works on, one that lies ready
_FITS_PIPE = 1 << 15  # bytes; a larger chunk is not sent before the process asks for it


class _Piece(NamedTuple):
    """A chunk, or after an accident one item of it."""

    number: int  # of the chunk
    place: int  # in the chunk
    message: bytes


def in_order(
    chunks: Iterable[Sequence[Item]],
    begin: Callable[[], Work[Item, Result]],
    given_up: Callable[[Item], Result],
    workers: int,
) -> Iterator[Result]:
    """Yield what the work makes of each chunk, in the order of the chunks; of a chunk in pieces, one result a piece.

    Parameters
    ----------
    begin
        Called once in each process; returns the work. It is called here if ``workers`` is 1.
    given_up
        Returns the result for an item at which two processes died.

    Raises
    ------
    DeidError, OSError
        If the work raises them; work does so only when nothing can go on.
    """
    if workers == 1:
        work = begin()
        yield from map(work, chunks)
        return
    crew = _Crew(chunks, begin, given_up, workers)
    try:
        yield from crew.results()
    finally:
        crew.end()


class _Worker:
    """A process, the keeper's end of its pipe, and what it has in hand, in order."""

    def __init__(self, process: "BaseProcess", connection: Connection) -> None:
        self.process, self.connection = process, connection
        self.in_hand: deque[_Piece] = deque()
        self.is_ready = (
            False  # before that it is given nothing: work must not be blamed for a process that cannot begin
        )

    def can_take(self, piece: _Piece) -> bool:
        return not self.in_hand or (
            len(self.in_hand) < _IN_HAND and all(len(each.message) < _FITS_PIPE for each in (*self.in_hand, piece))
        )


class _Crew(Generic[Item, Result]):
    def __init__(
        self,
        chunks: Iterable[Sequence[Item]],
        begin: Callable[[], Work[Item, Result]],
        given_up: Callable[[Item], Result],
        workers: int,
    ) -> None:
        self._chunks = enumerate(chunks)
        self._begin, self._given_up, self._count = begin, given_up, workers
        self._again: deque[_Piece] = deque()  # what is done before anything new
        self._results: dict[int, list[Result | None]] = {}  # by number of the chunk; None: not yet
        self._next = 0  # the chunk whose result is yielded next
        self._workers: list[_Worker] = []

    def results(self) -> Iterator[Result]:
        while len(self._workers) < self._count:
            self._hire()
        self._listen()
        self._hand_out()
        while self._results:
            ready = self._results.get(self._next)
            if ready is not None and None not in ready:
                del self._results[self._next]
                self._next += 1
                self._hand_out()
                yield from (each for each in ready if each is not None)
                continue
            self._listen()
            self._hand_out()

    def _hire(self) -> None:
        import multiprocessing

        context: BaseContext = multiprocessing.get_context()
        ours, theirs = context.Pipe()
        # A forked process has the keeper's end of every pipe; while it has one, nobody there is told that we died.
        inherited = [each.connection for each in self._workers] if context.get_start_method() == "fork" else []
        inherited += [ours] if context.get_start_method() == "fork" else []
        process = context.Process(  # type: ignore[attr-defined]  # each context has it, only BaseContext does not say so
            target=_serve, args=(theirs, inherited, self._begin, os.getpid()), daemon=True
        )
        process.start()
        theirs.close()
        self._workers.append(_Worker(process, ours))

    def _hand_out(self) -> None:
        """Give each process what it can take."""
        for _ in range(_IN_HAND):
            for worker in list(self._workers):
                if len(worker.in_hand) >= _IN_HAND or not worker.is_ready:
                    continue
                piece = self._take()
                if piece is None:
                    return
                if worker.can_take(piece):
                    self._send(worker, piece)
                else:
                    self._again.appendleft(piece)

    def _take(self) -> _Piece | None:
        """Return the next piece; None if there is none, or the first result is waited for too long."""
        if self._again:
            return self._again.popleft()
        if len(self._results) >= self._count * _AHEAD:
            return None
        number, chunk = next(self._chunks, (-1, None))
        if chunk is None:
            return None
        self._results[number] = [None]
        return _Piece(number, 0, pickle.dumps(chunk))

    def _send(self, worker: _Worker, piece: _Piece) -> None:
        worker.in_hand.append(piece)
        with contextlib.suppress(OSError):  # it is dead; _listen will find out
            worker.connection.send_bytes(piece.message)

    def _listen(self) -> None:
        """Wait for a result or a death."""
        ready = wait([worker.connection for worker in self._workers])
        for worker in [worker for worker in self._workers if worker.connection in ready]:
            try:
                is_result, answer = pickle.loads(worker.connection.recv_bytes())  # noqa: S301  # from our own process
            except (EOFError, OSError):
                self._replace(worker)
                continue
            if not is_result:
                raise answer
            if not worker.is_ready:
                worker.is_ready = True
                continue
            piece = worker.in_hand.popleft()
            self._results[piece.number][piece.place] = answer

    def _replace(self, dead: _Worker) -> None:
        """Hire another process; what the dead one had in hand is done again, item by item."""
        self._workers.remove(dead)
        dead.connection.close()
        dead.process.join()
        if not dead.is_ready:
            raise DeidError(
                "worker", "ended before it could begin", "look for what ends processes here: memory, limits"
            )
        self._hire()
        if not dead.in_hand:
            return
        first = dead.in_hand.popleft()
        self._again.extendleft(reversed(dead.in_hand))
        chunk: Sequence[Item] = pickle.loads(first.message)  # noqa: S301
        if len(chunk) == 1:
            self._results[first.number][first.place] = self._given_up(chunk[0])
        else:
            pieces = [_Piece(first.number, place, pickle.dumps([item])) for place, item in enumerate(chunk)]
            self._results[first.number] = [None] * len(chunk)
            self._again.extendleft(reversed(pieces))

    def end(self) -> None:
        """End the processes, at once: what they have not handed in is not in any book."""
        for worker in self._workers:
            worker.connection.close()
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()


def _serve(
    connection: Connection, inherited: Sequence[Connection], begin: Callable[[], Work[Item, Result]], keeper: int
) -> None:
    """Do the work that comes through the pipe until it ends; of a process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the keeper hears it too, and ends us
    for other in inherited:
        other.close()
    try:
        work = begin()
        connection.send_bytes(pickle.dumps((True, None)))
        while True:
            chunk: Sequence[Item] = pickle.loads(connection.recv_bytes())  # noqa: S301
            if os.getppid() != keeper:
                return
            connection.send_bytes(_answer(work, chunk))
    except (EOFError, ConnectionError):  # the keeper is gone
        return


def _answer(work: Work[Item, Result], chunk: Sequence[Item]) -> bytes:
    try:
        return pickle.dumps((True, work(chunk)))
    except (DeidError, OSError) as error:
        return pickle.dumps((False, error))
    except Exception as error:  # noqa: BLE001
        told = unexpected(error)
        return pickle.dumps((False, DeidError("worker", told.what, told.fix)))
