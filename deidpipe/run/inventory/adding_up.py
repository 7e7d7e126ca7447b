"""Add up the journals of all processes, by DuckDB on disk: memory does not grow with the collection.

Three tables are left: ``element`` (one row for each), ``one`` (one row for each element and value that is listed, and
one for what is told in place of values that are not) and ``place`` (the order of the elements, the riskiest first).
"""

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from deidpipe.audit.tables import in_sql, one_path
from deidpipe.run.inventory.element import Signature, tag_in_words
from deidpipe.run.inventory.values import LONGEST_TEXT, Summary, Unit, visible

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SAMPLE: Final = 20  # values that are listed of an element that has more distinct ones than may be listed
_MEMORY: Final = "256MB"
_LINE: Final = 5 * LONGEST_TEXT  # bytes; a character has four at most
_VALUES: Final = {
    "element": "BIGINT",
    "patient": "BIGINT",
    "rank": "BIGINT",
    "occurrences": "BIGINT",
    "instances": "BIGINT",
    "risk": "TINYINT",
    "classes": "VARCHAR",
    "found": "VARCHAR",
    "value": "VARCHAR",
}
_PRESENCE: Final = {"element": "BIGINT", "patient": "BIGINT", "occurrences": "BIGINT", "instances": "BIGINT"}
_ELEMENTS: Final = {
    "element": "BIGINT",
    "tag_order": "VARCHAR",
    "path": "VARCHAR",
    "step": "VARCHAR",
    "tag": "VARCHAR",
    "name": "VARCHAR",
    "vr": "VARCHAR",
    "dictionary_vr": "VARCHAR",
    "private_creator": "VARCHAR",
    "private": "BOOLEAN",
    "element_risk": "TINYINT",
    "element_why": "VARCHAR",
    "action": "VARCHAR",
    "what": "VARCHAR",
    "stays": "BOOLEAN",
    "rule": "VARCHAR",
    "source": "VARCHAR",
    "why": "VARCHAR",
    "summary": "VARCHAR",
    "summary_kind": "VARCHAR",
}

Elements = Mapping[int, Signature]
Summaries = Mapping[tuple[int, Unit], Summary]


def added_up(scratch: str, elements: Elements, summaries: Summaries, distinct: int) -> "DuckDBPyConnection":
    """Return a connection to the three tables; ``distinct`` is how many values of an element may be listed."""
    from deidpipe.audit.parquet import duckdb  # type: ignore[attr-defined]  # the library without its Python face

    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1,  # so that the bytes of what is written depend on what was found alone
        "memory_limit": _MEMORY,
        "temp_directory": os.path.join(scratch, "spilled"),
    }
    _write_elements(os.path.join(scratch, "elements.tsv"), elements, summaries)
    for name in ("values", "presence"):  # so that there is a journal, whatever the input
        with open(os.path.join(scratch, f"{name}.0.tsv"), "ab"):
            pass
    con: DuckDBPyConnection = duckdb.connect(os.path.join(scratch, "inventory.duckdb"), config=settings)
    for statement in _statements(scratch, distinct):
        con.execute(statement)
    return con


def _write_elements(path: str, elements: Elements, summaries: Summaries) -> None:
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        for key, each in elements.items():
            told = {unit: summaries[key, unit].in_words(unit) for unit in Unit if (key, unit) in summaries}
            cells = [
                *(key, each.order, each.path, each.step, tag_in_words(each), each.name),
                *(each.vr, each.dictionary_vr, each.creator),
                *(each.is_private, each.risk.value, each.risk_why),
                *(each.action, each.what, each.stays, each.rule, each.source, each.why),
                *("; ".join(told.values()), next(iter(told), Unit.BYTES).value),
            ]
            file.write("\t".join(visible(str(cell)) for cell in cells) + "\n")


def _statements(scratch: str, distinct: int) -> Iterator[str]:
    """Yield what makes the tables. Paths and numbers are ours; no value of a Data Set stands in a statement."""
    values, presence = _read(scratch, "values.", _VALUES), _read(scratch, "presence.", _PRESENCE)
    yield f"CREATE TABLE element AS FROM {_read(scratch, 'elements.', _ELEMENTS)}"
    yield f"""
        CREATE TABLE present AS
        SELECT element, patient, sum(occurrences) AS occurrences, sum(instances) AS instances
        FROM {presence} GROUP BY element, patient"""  # noqa: S608
    yield "CREATE TABLE patient AS SELECT DISTINCT patient FROM present"
    yield """
        CREATE TABLE total AS
        SELECT element, sum(occurrences)::BIGINT AS all_occurrences, sum(instances)::BIGINT AS all_instances,
               count(*) AS all_patients
        FROM present GROUP BY element"""
    yield "DROP TABLE present"
    yield f"""
        CREATE TABLE by_patient AS
        SELECT element, rank, value, patient, min(risk) AS risk, min(classes) AS classes, min(found) AS found,
               sum(occurrences) AS occurrences, sum(instances) AS instances
        FROM {values} GROUP BY element, rank, value, patient"""  # noqa: S608
    yield """
        CREATE TABLE ranked AS
        SELECT *, row_number() OVER (PARTITION BY element ORDER BY rank, value) AS position
        FROM (SELECT element, rank, value, min(risk) AS risk, min(classes) AS classes, min(found) AS found,
                     sum(occurrences)::BIGINT AS occurrences, sum(instances)::BIGINT AS instances,
                     count(*) AS patients
              FROM by_patient GROUP BY element, rank, value)"""
    yield "DROP TABLE by_patient"
    yield f"""
        CREATE TABLE width AS
        SELECT element, max(position) > {distinct} AS is_cut, least(max(position), {distinct}) AS distinct_values
        FROM ranked GROUP BY element"""  # noqa: S608
    yield f"""
        CREATE TABLE listed AS
        SELECT ranked.* FROM ranked JOIN width USING (element)
        WHERE NOT is_cut OR position <= {min(SAMPLE, distinct)} OR (found <> '' AND position <= {distinct})"""  # noqa: S608
    yield "DROP TABLE ranked"
    yield """
        CREATE TABLE told AS
        SELECT element, sum(occurrences) AS told, count(*) AS known FROM listed GROUP BY element"""
    yield f"""
        CREATE TABLE one AS
        SELECT element, 'value' AS kind, value, occurrences, instances, patients, risk, classes, found FROM listed
        UNION ALL
        SELECT element, CASE WHEN is_cut THEN 'others' ELSE summary_kind END,
               concat_ws('; ', nullif(summary, ''), CASE WHEN is_cut
                   THEN 'more than {distinct:,} distinct values, ' || known || ' of them listed' END),
               (all_occurrences - coalesce(told, 0))::BIGINT,
               CASE WHEN told IS NULL THEN all_instances END, CASE WHEN told IS NULL THEN all_patients END,
               element_risk, '', ''
        FROM element JOIN total USING (element) LEFT JOIN told USING (element) LEFT JOIN width USING (element)
        WHERE all_occurrences > coalesce(told, 0)"""  # noqa: S608
    yield "DROP TABLE listed"
    yield """
        CREATE TABLE place AS
        SELECT element, highest, row_number() OVER (
            ORDER BY highest, NOT stays, tag_order, path, vr, dictionary_vr, action, what, rule, source, why, element
        ) AS number
        FROM element JOIN (SELECT element, min(risk) AS highest FROM one GROUP BY element) USING (element)"""


def _read(scratch: str, name: str, columns: Mapping[str, str]) -> str:
    found = [each for each in sorted(os.listdir(scratch)) if each.startswith(name) and each.endswith(".tsv")]
    paths = ", ".join(one_path(os.path.join(scratch, each)) for each in found)
    types = ", ".join(f"{column}: {in_sql(kind)}" for column, kind in columns.items())
    return (
        f"read_csv([{paths}], delim = '\t', quote = '', escape = '', header = false, auto_detect = false, "
        f"columns = {{{types}}}, force_not_null = [{', '.join(map(in_sql, columns))}], "
        f"max_line_size = {_LINE}, buffer_size = {2 * _LINE})"
    )
