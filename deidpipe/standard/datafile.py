"""Read one generated data file: its edition, its source and its lines.

The files are made by ``tools/make_tables.py``. They are plain text, so that start-up costs no parser.
"""

import os
from typing import NamedTuple

_FOLDER = os.path.join(os.path.dirname(__file__), "data")


class DataFile(NamedTuple):
    """The lines of a data file, and what they were made from."""

    edition: str
    source: str
    lines: list[str]


def read(name: str) -> DataFile:
    """Return the data file of that name: three head lines (edition, source, columns), then one line a row."""
    with open(os.path.join(_FOLDER, name), encoding="utf-8") as file:
        edition, source, _columns, *lines = file.read().splitlines()
    return DataFile(edition.partition("\t")[2], source.partition("\t")[2], lines)
