"""Look whether an audit is whole, and whether the released files are those it tells of.

The tables are read in order, a batch of rows at a time, and all is computed again from them: the digests of decisions
and plans, the chain of Instances, the counts. The chain shows where an audit was changed. Only the seal shows that
nobody made the whole of it anew: that takes the key.
"""

import hashlib
import hmac
import os
import re
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import chain, groupby, islice
from typing import Final, NamedTuple

import duckdb

from deidpipe.audit.lines import CHAIN_START, decision_line, instance_line, lines_digest, next_link
from deidpipe.audit.manifest import AUDIT, SEAL, canonical, parse
from deidpipe.audit.records import DecisionRecord, FileOutcome, InstanceRecord, Outcome
from deidpipe.audit.released import Released, file_problems
from deidpipe.audit.tables import FILE_SET, FORMAT, MANIFEST, TABLES, audit_folder, one_path
from deidpipe.dicom.directory import DICOMDIR, file_ids

MOST_PROBLEMS: Final = 1000

_ROWS_AT_ONCE: Final = 1024
_DIFFERENCE: Final = re.compile(rf"([0-9]+)=(?:{'|'.join(Outcome)})(?::[a-z0-9 +-]+)?")


class _TableError(Exception):
    """A table that cannot be read; what needs it is not looked at."""


class _Plan(NamedTuple):
    digest: str
    length: int


def verify(run_folder: str, check_seal: Callable[[bytes], str] | None) -> list[str]:
    """Return the problems found, at most ``MOST_PROBLEMS`` and a note that there are more; none if all is whole.

    Parameters
    ----------
    check_seal
        Returns the HMAC of bytes, as given to ``AuditWriter.finish``; None if the key is not at hand. The seal is
        then not looked at, and an audit made anew by someone else is not found out.

    Raises
    ------
    UsageError
        If there is no finished audit.
    """
    folder = audit_folder(run_folder)
    problems = list(islice(_problems(folder, check_seal), MOST_PROBLEMS + 1))
    if len(problems) > MOST_PROBLEMS:
        problems[MOST_PROBLEMS] = f"{folder}: there are more problems than these {MOST_PROBLEMS}"
    return problems


def _problems(folder: str, check_seal: Callable[[bytes], str] | None) -> Iterator[str]:
    with open(os.path.join(folder, MANIFEST), "rb") as file:
        manifest = parse(file.read())
    if manifest is None:
        yield f"{MANIFEST}: is not as deidpipe wrote it"
        return
    if check_seal and not hmac.compare_digest(
        check_seal(canonical(manifest)).encode(), str(manifest.get(SEAL)).encode()
    ):
        yield f"{MANIFEST}: the seal does not fit; it was changed, or made with another key"
    try:
        with duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "64MB"}) as con:
            yield from _tables(con, folder, manifest.get(AUDIT))
            yield from file_problems(os.path.dirname(folder), _released(con, folder))
            yield from _file_set(con, folder, manifest.get("file_set"))
    except _TableError as error:
        yield f"{error}; what depends on it was not looked at"


def _tables(con: duckdb.DuckDBPyConnection, folder: str, told: object) -> Iterator[str]:
    """Compute what the audit adds to the manifest again, and compare it."""
    decisions = yield from _decisions(con, folder)
    plans = yield from _plans(con, folder, decisions)
    outcomes, chain_head = yield from _instances(con, folder, plans)
    computed = {
        "format": FORMAT,
        "chain_head": chain_head,
        "decisions_digest": lines_digest(decisions),
        "plans_digest": lines_digest(plan.digest.encode() for plan in plans),
        "decisions": len(decisions),
        "plans": len(plans),
        "instances": outcomes.total(),
        "outcomes": {str(outcome): outcomes[outcome.value] for outcome in FileOutcome},
    }
    if not isinstance(told, dict) or told.keys() != computed.keys():
        yield f"{MANIFEST}: does not say what the audit holds"
        return
    for name, value in computed.items():
        if told[name] != value:
            yield f"{MANIFEST}: {AUDIT}.{name} is not that of the tables"


def _decisions(con: duckdb.DuckDBPyConnection, folder: str) -> Generator[str, None, list[bytes]]:
    """Return the canonical bytes of all decisions."""
    lines: list[bytes] = []
    for number, (decision_id, *values) in enumerate(_rows(con, folder, "decisions"), start=1):
        told = [str(value) for value in values]
        line = decision_line(DecisionRecord(*told))
        if decision_id != number or line != "\t".join(told).encode():
            yield f"decisions.parquet, row {number}: out of order, or holds a control character"
        lines.append(line)
    return lines


def _plans(con: duckdb.DuckDBPyConnection, folder: str, lines: Sequence[bytes]) -> Generator[str, None, list[_Plan]]:
    """Return the plans, their digests computed from the decisions."""
    plans: list[_Plan] = []
    by_plan = groupby(_rows(con, folder, "plans"), key=lambda row: row[0])
    for number, (plan_id, rows) in enumerate(by_plan, start=1):
        digest = hashlib.sha256()
        length = 0
        fits = plan_id == number
        for length, (_, position, decision_id) in enumerate(rows, start=1):
            assert isinstance(decision_id, int)
            if position != length - 1 or not 0 < decision_id <= len(lines):
                fits = False
            else:
                digest.update(lines[decision_id - 1] + b"\n")
        if not fits:
            yield f"plans.parquet, plan {number}: out of order, or names a decision that is not there"
        plans.append(_Plan(digest.hexdigest()[:32], length))
    return plans


def _instances(
    con: duckdb.DuckDBPyConnection, folder: str, plans: Sequence[_Plan]
) -> Generator[str, None, tuple[Counter[str], str]]:
    """Return how many Instances have each outcome, and the last link of the chain."""
    outcomes: Counter[str] = Counter()
    chain, line_before = CHAIN_START, b""
    for number, row in enumerate(_rows(con, folder, "instances"), start=1):
        instance_id, chain_told = row[0], str(row[-1])
        record, length = _instance(row, plans)
        outcomes[record.outcome] += 1
        where = f"instances.parquet, row {number}"
        if not _differences_fit(record.differences, length):
            yield f"{where}: differences are not those of its plan"
        try:
            line = instance_line(record)
        except ValueError:
            yield f"{where}: holds a control character"
            line = b""
        if instance_id != number or line < line_before:
            yield f"{where}: out of order"
        line_before = line
        chain = next_link(chain, line)
        if chain.hex() != chain_told:
            yield f"{where}: the chain does not fit; this row or its plan was changed, or one before it is missing"
            chain = _bytes_of(chain_told)  # go on from here, so that one changed row is told once
    return outcomes, chain.hex()


def _instance(row: Sequence[object], plans: Sequence[_Plan]) -> tuple[InstanceRecord, int]:
    """Return the record that a row was made from, and how many elements its plan has."""
    _, outcome, file, reason, uid, differences, size, head_digest, head_size, plan_id, _ = row
    assert isinstance(size, int)
    assert isinstance(head_size, int)
    assert isinstance(plan_id, int)
    plan = plans[plan_id - 1] if 0 < plan_id <= len(plans) else _Plan("" if plan_id == 0 else "unknown", 0)
    return InstanceRecord(
        outcome=str(outcome),
        file=str(file),
        sop_instance_uid=str(uid),
        plan=plan.digest,
        differences=str(differences),
        size=size,
        head_digest=str(head_digest),
        head_size=head_size,
        reason=str(reason),
    ), plan.length


def _differences_fit(differences: str, length: int) -> bool:
    found = [_DIFFERENCE.fullmatch(part) for part in differences.split(";")] if differences else []
    return all(part is not None and int(part[1]) < length for part in found)


def _bytes_of(hexadecimal: str) -> bytes:
    try:
        return bytes.fromhex(hexadecimal)
    except ValueError:
        return CHAIN_START


def _released(con: duckdb.DuckDBPyConnection, folder: str) -> Iterator[Released]:
    for row in _rows(con, folder, "instances"):
        if row[1] == FileOutcome.RELEASED:
            record, _ = _instance(row, ())
            yield Released(record.file, record.size, record.head_digest, record.head_size)


def _file_set(con: duckdb.DuckDBPyConnection, folder: str, told: object) -> Iterator[str]:
    """Yield what is wrong with the File-set beside public/; nothing if it is not there, for public/ may stand alone."""
    place = os.path.join(os.path.dirname(os.path.dirname(folder)), FILE_SET)
    if not os.path.isdir(place):
        return
    size, digest = (told.get("size"), told.get("digest")) if isinstance(told, dict) else (None, None)
    if not isinstance(size, int) or not isinstance(digest, str):
        yield f"{FILE_SET}: is there but not recorded"
        return
    released = {each.file: each for each in _released(con, folder)}
    linked = (released[name]._replace(file=file_id) for name, file_id in file_ids(released))
    expected = chain([Released(DICOMDIR, size, digest, size)], linked)
    yield from (f"{FILE_SET}/{problem}" for problem in file_problems(place, expected))


def _rows(con: duckdb.DuckDBPyConnection, folder: str, table: str) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a table in the order of the file.

    Raises _TableError if it has other columns, cannot be read, or holds a NULL.
    """
    source = f"FROM read_parquet({one_path(os.path.join(folder, f'{table}.parquet'))})"
    try:
        with con.cursor() as cursor:
            columns = [(name, kind) for name, kind, *_ in cursor.execute(f"DESCRIBE {source}").fetchall()]
            if columns != list(TABLES[table].items()):
                raise _TableError(f"{table}.parquet: has other columns than it should have")
            answer = cursor.execute(source)
            while rows := answer.fetchmany(_ROWS_AT_ONCE):
                for row in rows:
                    if None in row:
                        raise _TableError(f"{table}.parquet: a value is missing")
                    yield row
    except duckdb.Error as error:
        raise _TableError(f"{table}.parquet: cannot be read") from error
