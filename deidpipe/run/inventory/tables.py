"""What the inventory found: as Parquet and CSV with one row for each element and value, or one element at a time."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from deidpipe.audit.tables import in_sql
from deidpipe.run.inventory.risk import Risk

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_AT_ONCE: Final = 2048


class FoundValue(NamedTuple):
    """One row of an element: a value, or what is told in place of values that are not listed.

    ``kind`` is value, numbers, bytes, Items or others. ``instances`` and ``patients`` are None where they were not
    counted for these values. ``occurrences`` counts each Item for itself.
    """

    kind: str
    value: str
    occurrences: int
    instances: int | None
    patients: int | None
    risk: str
    classes: str
    risk_why: str


class FoundElement(NamedTuple):
    """An element, what the profile proposes for it, and its rows: the riskiest value first, then the most frequent.

    ``risk`` is the highest of its values; ``is_cut`` tells that there are more distinct values than were counted.
    ``step`` is the last of the path; ``order`` sorts as the tags do.
    """

    number: int
    order: str
    path: str
    step: str
    tag: str
    name: str
    vr: str
    dictionary_vr: str
    private_creator: str
    private: bool
    action: str
    what: str
    stays: bool
    rule: str
    source: str
    why: str
    risk: str
    occurrences: int
    instances: int
    patients: int
    distinct: int
    is_cut: bool
    values: list[FoundValue]


class Counts(NamedTuple):
    """How much there is; ``high``, ``medium`` and ``low`` are rows, ``high_that_stay`` those that would stay."""

    patients: int
    elements: int
    rows: int
    high: int
    medium: int
    low: int
    high_that_stay: int


def _word(column: str) -> str:
    return f"CASE {column} " + " ".join(f"WHEN {risk.value} THEN '{risk.word}'" for risk in Risk) + " END"


_WHY: Final = "coalesce(nullif(found, ''), element_why)"
_ROWS: Final = "one JOIN element USING (element) JOIN place USING (element)"
_ROW_ORDER: Final = "number, one.kind = 'others', one.kind <> 'value', one.risk, one.occurrences DESC, value"
_ABOUT: Final = "private_creator, private"
_PROPOSED: Final = "action, what, stays, rule, source, why"
_OF_ELEMENT: Final = (
    f"number, tag_order, path, step, tag, name, vr, dictionary_vr, {_ABOUT}, {_PROPOSED}, {_word('highest')}, "
    "all_occurrences, all_instances, all_patients, coalesce(distinct_values, 0), coalesce(is_cut, false)"
)
_OF_ROW: Final = f"one.kind, value, occurrences, instances, patients, {_word('one.risk')}, classes, {_WHY}"
# A spreadsheet would take such a cell for a formula, and a value may be anybody's.
_GUARDED: Final = (
    "CASE WHEN regexp_matches(value, '^\\s*[=@+-]') AND TRY_CAST(value AS DOUBLE) IS NULL "
    "THEN chr(39) || value ELSE value END"
)


def _columns(value: str) -> str:
    return (
        f"number AS element, {_word('one.risk')} AS risk, path, tag, name, vr, dictionary_vr, {_ABOUT}, "
        f"one.kind AS kind, {value} AS value, occurrences, instances, patients, classes, {_WHY} AS risk_why, "
        f"{_PROPOSED}"
    )


class Inventory:
    """What was found, the riskiest first; ``with`` closes it."""

    def __init__(self, con: "DuckDBPyConnection") -> None:
        self._con = con

    def __enter__(self) -> "Inventory":
        return self

    def __exit__(self, *_: object) -> None:
        self._con.close()

    def write(self, parquet: str, table: str) -> None:
        """Write all rows as Parquet, and as CSV."""
        for path, value, form in (
            (parquet, "value", "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 8192"),
            (table, _GUARDED, "FORMAT csv, HEADER true"),
        ):
            rows = f"SELECT {_columns(value)} FROM {_ROWS} ORDER BY {_ROW_ORDER}"  # noqa: S608
            self._con.execute(f"COPY ({rows}) TO {in_sql(path)} ({form})")

    def elements(self, at_most: int | None = None) -> Iterator[FoundElement]:
        """Yield the elements with their rows, the riskiest first, until ``at_most`` rows were told."""
        found = self._fetched(
            f"SELECT {_OF_ELEMENT} FROM element JOIN place USING (element) JOIN total USING (element) "  # noqa: S608
            "LEFT JOIN width USING (element) ORDER BY number"
        )
        limit = "" if at_most is None else f" LIMIT {at_most}"
        rows = self._fetched(f"SELECT number, {_OF_ROW} FROM {_ROWS} ORDER BY {_ROW_ORDER}{limit}")  # noqa: S608
        row = next(rows, None)
        for element in found:
            values = []
            while row is not None and row[0] == element[0]:
                values.append(FoundValue._make(row[1:]))
                row = next(rows, None)
            if not values:
                return
            yield FoundElement._make((*element, values))

    def _fetched(self, question: str) -> Iterator[tuple[object, ...]]:
        con = self._con.cursor()
        con.execute(question)
        while found := con.fetchmany(_AT_ONCE):
            yield from found
        con.close()

    def counts(self) -> Counts:
        """Return how much there is."""
        of_risk = ", ".join(f"count(*) FILTER (one.risk = {risk.value})" for risk in Risk)
        (answer,) = self._con.execute(
            f"""SELECT (SELECT count(*) FROM patient), (SELECT count(*) FROM place), count(*), {of_risk},
                    count(*) FILTER (one.risk = {Risk.HIGH.value} AND stays) FROM {_ROWS}"""  # noqa: S608
        ).fetchall()
        return Counts(*answer)
