"""Tables beside the images: CSV, TSV and XLSX as rows of texts."""

import csv
import os
from collections.abc import Iterator
from importlib.util import find_spec
from io import TextIOWrapper

from deidpipe.verify.sources import Source

MOST_ROWS = 2_000_000
_LONGEST_CELL = 1 << 20


class TableError(Exception):
    """A table that cannot be read; the message says why, without a cell."""


def rows_of(source: Source) -> Iterator[list[str]]:
    """Yield the rows of a table; of a workbook those of all its sheets. Nothing if it cannot be read."""
    try:
        yield from read_rows(source)
    except TableError:
        return


def read_rows(source: Source) -> Iterator[list[str]]:
    """Yield the rows of a table.

    Raises TableError if it cannot be read.
    """
    if source.name.lower().endswith(".xlsx"):
        yield from _workbook(source)
    else:
        yield from _text(source)


def _text(source: Source) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    with source.open() as stream:
        head = stream.read(1 << 16)
        stream.seek(0)
        codec = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        text = head.decode(codec, "replace")
        delimiter = "\t" if os.path.splitext(source.name)[1].lower() != ".csv" else _delimiter(text)
        try:
            with TextIOWrapper(stream, codec, errors="replace", newline="") as lines:
                for number, row in enumerate(csv.reader(lines, delimiter=delimiter)):
                    if number > MOST_ROWS:
                        raise TableError("has too many rows")
                    yield row
        except csv.Error:
            raise TableError("is no table as CSV has it") from None


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t|", key=first.count)


def _workbook(source: Source) -> Iterator[list[str]]:
    if find_spec("openpyxl") is None:
        raise TableError("needs the package openpyxl to be read (pip install deidpipe[tables])")
    import zipfile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with source.open() as stream:
            book = load_workbook(stream, read_only=True, data_only=True)
            for sheet in book.worksheets:
                yield [sheet.title]
                for row in sheet.iter_rows(values_only=True):
                    yield ["" if cell is None else str(cell) for cell in row]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise TableError("is no workbook that can be read") from None
