"""A mapping table: who is to become whom, given by the site as CSV and checked before anything is written."""

import csv
import os
from typing import NamedTuple

from deidpipe.errors import IdentityError

_COLUMNS = frozenset({"id_old", "id_new", "name_new", "day_shift"})
_MAX_LO = 64
_FORBIDDEN = frozenset("\\/\0\r\n\t")


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
    where = os.path.basename(path)
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
            columns = set(rows[0]) if rows else set()
    except OSError as error:
        raise IdentityError(where, f"cannot be read ({error.strerror})", "check the path") from None
    except (UnicodeDecodeError, csv.Error):
        raise IdentityError(where, "is no CSV file in UTF-8", "save it as CSV UTF-8") from None
    if not {"id_old", "id_new"} <= columns or not columns <= _COLUMNS:
        raise IdentityError(
            f"{where}:1", "needs the columns id_old,id_new and may have name_new,day_shift", "name the columns so"
        )
    mapping: dict[str, MappedPatient] = {}
    row_of_new: dict[str, int] = {}
    for number, row in enumerate(rows, start=2):
        here = f"{where}:{number}"
        old, new = (row["id_old"] or "").strip(), (row["id_new"] or "").strip()
        patient = MappedPatient(new, (row.get("name_new") or "").strip(), _days(row.get("day_shift"), here))
        _must_fit(old, patient, here)
        if old in mapping:
            raise IdentityError(here, "the original ID stands in the table twice", "keep one of the rows")
        if new in row_of_new:
            raise IdentityError(here, f"the new ID is that of row {row_of_new[new]} too", "give each patient an own ID")
        mapping[old], row_of_new[new] = patient, number
    for old, patient in mapping.items():
        if patient.id_new in mapping:
            here = f"{where}:{row_of_new[patient.id_new]}"
            what = "the new ID is the same as the original" if patient.id_new == old else "the new ID is an original ID"
            raise IdentityError(here, what, "choose a new ID that nobody had before")
    return mapping


def _must_fit(old: str, patient: MappedPatient, here: str) -> None:
    if not old or not patient.id_new:
        raise IdentityError(here, "an ID is missing", "fill the cell or delete the row")
    for text in (patient.id_new, patient.name_new):
        if len(text) > _MAX_LO or _FORBIDDEN & set(text) or not text.isascii() or text.startswith("."):
            raise IdentityError(
                here, "a new ID or name does not fit into DICOM", "use at most 64 plain letters, digits, - and _"
            )


def _days(cell: str | None, here: str) -> int | None:
    if not cell or not cell.strip():
        return None
    try:
        return int(cell)
    except ValueError:
        raise IdentityError(here, "day_shift is no whole number", "give days, such as -1200") from None
