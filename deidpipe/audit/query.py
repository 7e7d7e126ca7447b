"""Questions about a finished audit, in SQL or ready made.

Decided: the tables are copied into memory and the connection is then cut off from every file. DuckDB could instead read
just the three Parquet files where they are (``allowed_paths``), but what it may read there it may also overwrite.
"""

import csv
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple

import duckdb

from deidpipe.audit.tables import TABLES, audit_folder, one_path
from deidpipe.errors import UsageError

Row = tuple[object, ...]

_INSTANCES_AT_ONCE: Final = 100
_LOCKS: Final = (
    "SET python_enable_replacements = false",  # no Python variable is a table
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET temp_directory = ''",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
_VIEWS: Final = """
CREATE TABLE differences AS
    SELECT instance_id, split_part(difference, '=', 1)::BIGINT AS position,
           split_part(split_part(difference, '=', 2), ':', 1) AS outcome, split_part(difference, ':', 2) AS found
    FROM (SELECT instance_id, unnest(string_split(differences, ';')) AS difference
          FROM instances WHERE differences <> '');
CREATE VIEW elements AS
    SELECT i.file, i.sop_instance_uid, i.instance_id, p.position, d.path, d.vr, d.action, d.method,
           coalesce(x.outcome, d.outcome) AS outcome, coalesce(x.found, '') AS found, d.rule, d.source, d.why
    FROM instances i
    JOIN plans p ON p.plan_id = i.plan_id
    JOIN decisions d ON d.decision_id = p.decision_id
    LEFT JOIN differences x ON x.instance_id = i.instance_id AND x.position = p.position;
"""


class Table(NamedTuple):
    """What a question answers."""

    columns: tuple[str, ...]
    rows: list[Row]


def open_audit(run_folder: str) -> duckdb.DuckDBPyConnection:
    """Return a connection to a copy of the audit, with the views ``instances decisions plans differences elements``.

    It can reach no file, no extension and no variable of Python, and its settings can not be changed.

    Raises UsageError if there is no finished audit, or one that cannot be read.
    """
    folder = audit_folder(run_folder)
    con = duckdb.connect(":memory:")
    try:
        for table in TABLES:
            con.execute(f"CREATE TABLE {table} AS FROM read_parquet({one_path(f'{folder}/{table}.parquet')})")
        con.execute(_VIEWS)
        for lock in _LOCKS:
            con.execute(lock)
    except duckdb.Error as error:
        con.close()
        raise UsageError(
            run_folder, "the audit cannot be read", "run `deidpipe audit verify` to see what is damaged"
        ) from error
    return con


def summary(con: duckdb.DuckDBPyConnection) -> Table:
    """Count the files by outcome and reason, and the elements of the released ones by action and outcome."""
    # The elements are counted plan by plan, not one by one: a million Instances have hundreds of millions of them.
    return _answer(
        con,
        """
        WITH uses AS (SELECT plan_id, count(*) AS uses FROM instances GROUP BY plan_id),
        counted AS (
            SELECT d.action, d.outcome, sum(u.uses)::BIGINT AS n
            FROM plans p JOIN uses u ON u.plan_id = p.plan_id JOIN decisions d ON d.decision_id = p.decision_id
            GROUP BY ALL
            UNION ALL
            SELECT d.action, unnest([d.outcome, x.outcome]), unnest([-1, 1])
            FROM differences x JOIN instances i ON i.instance_id = x.instance_id
            JOIN plans p ON p.plan_id = i.plan_id AND p.position = x.position
            JOIN decisions d ON d.decision_id = p.decision_id
        )
        SELECT 'files' AS what, outcome, reason AS detail, count(*) AS count FROM instances GROUP BY ALL
        UNION ALL
        SELECT 'elements', outcome, action, sum(n)::BIGINT FROM counted GROUP BY ALL HAVING sum(n) > 0
        ORDER BY what DESC, outcome, detail
        """,
    )


def show(con: duckdb.DuckDBPyConnection, file_or_uid: str) -> Table:
    """Return what became of each element of one Instance, in the order of the file.

    Raises UsageError if no released Instance has that file below public/, or that new SOP Instance UID.
    """
    table = _answer(
        con,
        """
        SELECT path, vr, action, method, outcome, rule, source, why FROM elements
        WHERE file = $1 OR sop_instance_uid = $1 ORDER BY instance_id, position
        """,
        [file_or_uid],
    )
    if not table.rows:
        raise UsageError(
            "audit show",
            "no released Instance has this file or UID",
            "give a path below public/ or a new SOP Instance UID",
        )
    return table


def by_attribute(con: duckdb.DuckDBPyConnection, attribute: str) -> Table:
    """Return what was done to an Attribute, by its keyword (at any depth) or path, and in how many Instances."""
    return _answer(
        con,
        """
        SELECT path, vr, action, method, outcome, rule, source, why, count(*) AS instances FROM elements
        WHERE path = $1 OR ends_with(path, '.' || $1) GROUP BY ALL ORDER BY ALL
        """,
        [attribute],
    )


def query(con: duckdb.DuckDBPyConnection, sql: str) -> Table:
    """Return the answer to one SELECT.

    Raises UsageError if it is something else, or is wrong.
    """
    with _sql_errors():
        statements = con.extract_statements(sql)
    if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
        raise UsageError("SQL", "is not one SELECT", "ask one question; an audit is not changed")
    return _answer(con, sql)


def export(con: duckdb.DuckDBPyConnection, path: str, kind: str) -> Table:
    """Write the elements view to a file and return how many rows there are.

    Raises UsageError if ``kind`` is neither "csv" nor "jsonl", or if the file exists or cannot be written.
    """
    if kind not in ("csv", "jsonl"):
        raise UsageError("audit export", "the format is not known", "use csv or jsonl")
    count = 0
    try:
        with _sql_errors(), open(path, "x", encoding="utf-8", newline="") as file:
            as_csv = csv.writer(file, lineterminator="\n")
            if kind == "csv":
                as_csv.writerow(_answer(con, "FROM elements LIMIT 0").columns)
            for columns, rows in _all_elements(con):
                count += len(rows)
                if kind == "csv":
                    as_csv.writerows(rows)
                else:
                    file.writelines(json.dumps(dict(zip(columns, row, strict=True))) + "\n" for row in rows)
    except OSError as error:
        raise UsageError(
            path, f"cannot be written ({error.strerror})", "give a new file in a folder that exists"
        ) from error
    return Table(("rows",), [(count,)])


def _all_elements(con: duckdb.DuckDBPyConnection) -> Iterator[Table]:
    """Yield the rows of the elements view in order, some Instances at a time: they are never sorted all at once."""
    (last,) = con.execute("SELECT coalesce(max(instance_id), 0) FROM instances").fetchall()[0]
    for first in range(1, last + 1, _INSTANCES_AT_ONCE):
        yield _answer(
            con,
            "FROM elements WHERE instance_id BETWEEN $1 AND $2 ORDER BY instance_id, position",
            [first, first + _INSTANCES_AT_ONCE - 1],
        )


def _answer(con: duckdb.DuckDBPyConnection, sql: str, values: Sequence[str | int] = ()) -> Table:
    with _sql_errors():
        answer = con.execute(sql, list(values))
        return Table(_columns(answer), answer.fetchall())


def _columns(answer: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    return tuple(column[0] for column in answer.description or ())


@contextmanager
def _sql_errors() -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        what = str(error).partition("\n")[0]
        views = "instances, decisions, plans, differences, elements"
        raise UsageError("SQL", what, f"the views are {views}; DESCRIBE one to see its columns") from error
