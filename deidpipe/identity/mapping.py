"""A mapping table: who is to become whom, given by the site as CSV and checked before anything is written."""

import csv
import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from deidpipe.errors import IdentityError

_NEEDED = frozenset({"id_old", "id_new"})
_COLUMNS = _NEEDED | {"name_new", "day_shift"}
_MAX_LO = 64
_FARTHEST = 36500  # days, as in a profile


class MappedPatient(NamedTuple):
    """What a mapping says of one patient; what it does not say follows from the project key."""

    id_new: str = ""
    name_new: str = ""
    day_shift: int | None = None


def read_mapping(path: str) -> dict[str, MappedPatient]:
    """Read a CSV file with the columns id_old, id_new and, if wanted, name_new and day_shift (whole days).

    Raises IdentityError for the first thing that is wrong, by its row and never by its content: a column missing or
    unknown, an empty cell, an original that stands twice, two patients with one new ID, a new ID that is an original.
    """
    mapping: dict[str, MappedPatient] = {}
    row_of_new: dict[str, str] = {}
    for here, row in _rows(path):
        old, patient = _patient(row, here)
        if old in mapping:
            raise IdentityError(here, "the original ID stands in the table twice", "keep one of the rows")
        if patient.id_new in row_of_new:
            other = row_of_new[patient.id_new].rpartition(":")[2]
            raise IdentityError(here, f"the new ID is that of row {other} too", "give each patient an own ID")
        mapping[old], row_of_new[patient.id_new] = patient, here
    for old, patient in mapping.items():
        if patient.id_new in mapping:
            what = "the new ID is the same as the original" if patient.id_new == old else "the new ID is an original ID"
            raise IdentityError(row_of_new[patient.id_new], what, "choose a new ID that nobody had before")
    return mapping


def _rows(path: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield ``file:line`` and the cells of each row; rows without any text are left out."""
    where = os.path.basename(path)
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            columns = [name.strip() for name in next(reader, [])]
            _must_name_columns(columns, f"{where}:1")
            at = reader.line_num + 1
            for cells in reader:
                here, at = f"{where}:{at}", reader.line_num + 1
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) != len(columns):
                    raise IdentityError(
                        here, f"has {len(cells)} cells, not {len(columns)}", "put a text with a comma in quotes"
                    )
                yield here, dict(zip(columns, (cell.strip() for cell in cells), strict=True))
    except OSError as error:
        raise IdentityError(where, f"cannot be read ({error.strerror})", "check the path") from None
    except (UnicodeDecodeError, csv.Error):
        raise IdentityError(where, "is no CSV file in UTF-8", "save it as CSV UTF-8") from None


def _must_name_columns(columns: list[str], here: str) -> None:
    named = set(columns)
    if not named >= _NEEDED or not named <= _COLUMNS or len(named) != len(columns):
        raise IdentityError(
            here,
            "the first row must name the columns id_old,id_new and may name name_new,day_shift, each once",
            "write them so, with a comma between them",
        )


def _patient(row: dict[str, str], here: str) -> tuple[str, MappedPatient]:
    old = row["id_old"]
    patient = MappedPatient(row["id_new"], row.get("name_new", ""), _days(row.get("day_shift", ""), here))
    if not old or not patient.id_new:
        raise IdentityError(here, "an ID is missing", "fill the cell or delete the row")
    for text in (patient.id_new, patient.name_new):
        plain = text.isascii() and text.isprintable() and not set("\\/") & set(text)
        if len(text) > _MAX_LO or not plain or text.startswith("."):
            raise IdentityError(
                here, "a new ID or name does not fit into DICOM", "use at most 64 plain letters, digits, - and _"
            )
    return old, patient


def _days(cell: str, here: str) -> int | None:
    if not cell:
        return None
    days = int(cell) if re.fullmatch("[+-]?[0-9]{1,6}", cell) else 0
    if not 0 < abs(days) <= _FARTHEST:
        what = f"day_shift is no whole number of days from 1 to {_FARTHEST}, forward or back (-)"
        raise IdentityError(here, what, "give days, such as -1200, or leave the cell empty")
    return days
