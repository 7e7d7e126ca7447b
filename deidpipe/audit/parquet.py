"""Tab separated text to Parquet, by DuckDB, in flat memory and with the same bytes each time."""

import os
from collections.abc import Mapping
from typing import Final

try:
    import _duckdb as duckdb  # the library without its Python face, which takes 0.1 s to import and is not needed here
except ImportError:  # before DuckDB 1.4
    import duckdb  # type: ignore[no-redef]  # the same library under its other name

from deidpipe.audit.tables import TABLES, in_sql, one_path

DUCKDB_VERSION: Final[str] = duckdb.__version__
_ROWS_AT_ONCE: Final = 4096  # a row group; it is what DuckDB holds in memory
_SHORTEST_LIMIT: Final = 1 << 18


def write_parquet(tables: Mapping[str, tuple[str, str]], scratch: str) -> None:
    """Write Parquet files from text files.

    Parameters
    ----------
    tables
        Path of a text file: name of its table, path of the Parquet file.
    scratch
        A folder for what does not fit in memory.
    """
    # One thread: the order of rows and the bytes of the file then depend on the text alone.
    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1,
        "memory_limit": "64MB",
        "temp_directory": os.path.join(scratch, "duckdb"),
    }
    with duckdb.connect(":memory:", config=settings) as con:
        for text, (table, parquet) in tables.items():
            con.execute(
                f"COPY (SELECT * FROM {_read_csv(text, TABLES[table])}) TO {in_sql(parquet)} "  # noqa: S608
                f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROWS_AT_ONCE})"
            )


def _read_csv(path: str, columns: Mapping[str, str]) -> str:
    with open(path, "rb") as lines:
        limit = max(_SHORTEST_LIMIT, 2 * max(map(len, lines), default=0))
    types = ", ".join(f"{name}: {in_sql(kind)}" for name, kind in columns.items())
    names = ", ".join(map(in_sql, columns))
    return (
        f"read_csv({one_path(path)}, delim = '\t', quote = '', escape = '', header = false, auto_detect = false, "
        f"columns = {{{types}}}, force_not_null = [{names}], max_line_size = {limit}, buffer_size = {4 * limit})"
    )
