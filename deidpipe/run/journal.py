"""What a run knows for certain: one row for each input file whose outcome stands, on the disk, in OUT/private/journal.

A run that was killed is taken up from here, and a finished one is held against the input as it is now. Nobody else can
have the journal open meanwhile.

Decided: SQLite, because a commit is there whole or not at all whatever happens, and rows are found by the name of the
input without holding millions of them in memory. It is in Python's own library.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from deidpipe.audit.records import DecisionRecord, InstanceRecord, PlanRecord
from deidpipe.errors import DeidError, UsageError
from deidpipe.run.utility import Lost

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS plans (digest TEXT PRIMARY KEY, decisions TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lost (id INTEGER PRIMARY KEY, lost TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS doubtful (tag INTEGER, word BLOB, PRIMARY KEY (tag, word)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (
  name BLOB PRIMARY KEY, size INTEGER, mtime INTEGER, known TEXT, outcome TEXT, file TEXT, uid TEXT, plan TEXT,
  differences TEXT, released_size INTEGER, head_digest TEXT, head_size INTEGER, reason TEXT, what TEXT, fix TEXT,
  lost INTEGER, draft TEXT
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS by_file ON files (file) WHERE file != '';
"""
_COLUMNS: Final = 17
_RECORD: Final = slice(4, 13)


class Entry(NamedTuple):
    """What became of one input file, and what the file was like then."""

    name: str  # below IN
    size: int
    mtime: int  # nanoseconds
    known: str  # stands for what was known of its patient, see knowledge.py
    record: InstanceRecord
    what: str = ""  # for the curator, if it is in quarantine
    fix: str = ""
    lost: tuple[Lost, ...] = ()
    draft: str = ""  # where the released file waits for its name, if it has not got it


class Journal:
    """The journal of one OUT folder; ``with Journal(path) as journal``.

    Raises UsageError if another run has it open.
    """

    def __init__(self, path: str) -> None:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        self._lost: dict[tuple[Lost, ...], int] = {}
        self._lost_by_id: dict[int, tuple[Lost, ...]] = {0: ()}
        with _told():
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))  # for its owner only; its log gets the same mode
            self._db = sqlite3.connect(path, isolation_level=None, timeout=0.5)
            for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = FULL"):
                self._db.execute(f"PRAGMA {pragma}")
            self._db.executescript(f"BEGIN EXCLUSIVE; {_TABLES} COMMIT;")

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside comes to stand at the end, on the disk, or nothing does."""
        with _told():
            self._db.execute("BEGIN")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    # --- facts of the whole run

    def fact(self, name: str) -> str:
        """Return a fact; empty if it was not written down."""
        with _told():
            row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def set_fact(self, name: str, value: str) -> None:
        """Write down a fact."""
        with _told():
            self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    # --- files

    def entry(self, name: str) -> Entry | None:
        """Return what became of a file, if that stands."""
        with _told():
            row = self._db.execute("SELECT * FROM files WHERE name = ?", (os.fsencode(name),)).fetchone()
        return self._entry(row) if row else None

    def entries(self, outcome: str = "") -> Iterator[Entry]:
        """Yield the entries in the order of the names' bytes; ``outcome``: only those that have it."""
        where = "WHERE outcome = ?" if outcome else ""
        with _told():
            rows = self._db.execute(f"SELECT * FROM files {where} ORDER BY name", (outcome,) if outcome else ())  # noqa: S608
            yield from map(self._entry, rows)

    def count(self) -> int:
        """Return how many files have an outcome."""
        with _told():
            return int(self._db.execute("SELECT count(*) FROM files").fetchone()[0])

    def is_taken(self, file: str, name: str) -> bool:
        """Tell if another input was released under a name."""
        asked = "SELECT 1 FROM files WHERE file = ? AND file != '' AND name != ?"
        with _told():
            return self._db.execute(asked, (file, os.fsencode(name))).fetchone() is not None

    def put(self, entry: Entry) -> None:
        """Write down what became of a file; an earlier entry gives way."""
        key = (os.fsencode(entry.name), entry.size, entry.mtime, entry.known)
        row = (*key, *entry.record, entry.what, entry.fix, self._lost_id(entry.lost), entry.draft)
        marks = ",".join("?" * _COLUMNS)
        with _told():
            self._db.execute(f"INSERT OR REPLACE INTO files VALUES ({marks})", row)  # noqa: S608

    def forget(self, names: Iterable[str]) -> None:
        """Strike entries out."""
        with _told():
            self._db.executemany("DELETE FROM files WHERE name = ?", ((os.fsencode(name),) for name in names))

    # --- plans and words in doubt

    def put_plan(self, plan: PlanRecord) -> None:
        """Write down a plan, if it is new."""
        with _told():
            self._db.execute("INSERT OR IGNORE INTO plans VALUES (?, ?)", (plan.digest, json.dumps(plan.decisions)))

    def plans(self) -> Iterator[PlanRecord]:
        """Yield the plans that an entry refers to."""
        asked = "SELECT digest, decisions FROM plans WHERE digest IN (SELECT DISTINCT plan FROM files) ORDER BY digest"
        with _told():
            for digest, decisions in self._db.execute(asked):
                yield PlanRecord(digest, tuple(DecisionRecord(*each) for each in json.loads(decisions)))

    def put_doubtful(self, words: Iterable[tuple[int, str]]) -> None:
        """Write down words that stayed in doubt, with their tag."""
        with _told():
            rows = ((tag, word.encode("utf-8", "surrogatepass")) for tag, word in words)
            self._db.executemany("INSERT OR IGNORE INTO doubtful VALUES (?, ?)", rows)

    def doubtful(self) -> list[tuple[int, str]]:
        """Return the words that stayed in doubt."""
        with _told():
            rows = self._db.execute("SELECT tag, word FROM doubtful")
            return [(int(tag), word.decode("utf-8", "surrogatepass")) for tag, word in rows]

    # --- within

    def _entry(self, row: tuple[object, ...]) -> Entry:
        name, size, mtime, known = row[:4]
        what, fix, lost, draft = row[13:]
        assert isinstance(name, bytes)
        assert isinstance(size, int)
        assert isinstance(mtime, int)
        record = InstanceRecord(*row[_RECORD])  # type: ignore[arg-type]  # SQLite gives back what put was given
        told = self._lost_of(int(str(lost)))
        return Entry(os.fsdecode(name), size, mtime, str(known), record, str(what), str(fix), told, str(draft))

    def _lost_id(self, lost: tuple[Lost, ...]) -> int:
        if not lost:
            return 0
        if lost not in self._lost:
            told = json.dumps(lost)
            self._db.execute("INSERT OR IGNORE INTO lost (lost) VALUES (?)", (told,))
            row = self._db.execute("SELECT id FROM lost WHERE lost = ?", (told,)).fetchone()
            self._lost[lost] = int(row[0])
        return self._lost[lost]

    def _lost_of(self, number: int) -> tuple[Lost, ...]:
        if number not in self._lost_by_id:
            (told,) = self._db.execute("SELECT lost FROM lost WHERE id = ?", (number,)).fetchone()
            self._lost_by_id[number] = tuple(Lost(*each) for each in json.loads(told))
        return self._lost_by_id[number]


@contextmanager
def _told() -> Iterator[None]:
    """Tell an error of SQLite in our words; its own may quote what was written."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        if name in ("SQLITE_BUSY", "SQLITE_LOCKED"):
            raise UsageError("OUT", "another run is at work in it", "wait until it has ended") from None
        if name == "SQLITE_FULL":
            raise DeidError("OUT", "there is no space left", "make room and run the same command again") from None
        raise DeidError(
            "OUT/private/journal", f"cannot be read or written ({name})", "check the disk, or give a new OUT"
        ) from None
