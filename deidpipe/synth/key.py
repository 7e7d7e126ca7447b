"""The answer key: one row for each thing that is to be done or left, and who was invented.

The categories are those that the MIDI-B challenge scored by.
"""

import csv
import os
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from deidpipe.errors import UsageError

ANSWERS, IDENTITIES = "answers.csv", "identities.csv"
GAP = "|"  # stands between the words of one cell


class Category(StrEnum):
    """What is asked of an element."""

    TAG_RETAINED = "tag_retained"
    TEXT_NOTNULL = "text_notnull"
    TEXT_RETAINED = "text_retained"
    TEXT_REMOVED = "text_removed"
    DATE_SHIFTED = "date_shifted"
    UID_CHANGED = "uid_changed"
    UID_CONSISTENT = "uid_consistent"
    PATID_CONSISTENT = "patid_consistent"
    PIXELS_HIDDEN = "pixels_hidden"
    PIXELS_RETAINED = "pixels_retained"


RETAINING = frozenset({Category.TAG_RETAINED, Category.TEXT_NOTNULL, Category.TEXT_RETAINED, Category.PIXELS_RETAINED})


class Row(NamedTuple):
    """One action.

    ``path`` is for machines (see path.py), ``attribute`` for people. ``expected`` holds words with | between them, the
    original of a date or UID, boxes as x0,y0,x1,y1 or a digest. ``kind`` tells what was planted, ``family`` by which
    templates; both are empty for what the file had of itself.
    """

    file: str
    sop_instance_uid: str
    patient_id: str
    path: str
    attribute: str
    category: Category
    expected: str
    kind: str = ""
    family: str = ""

    @property
    def words(self) -> list[str]:
        """The words that must have gone or must be there."""
        return self.expected.split(GAP)


class Identity(NamedTuple):
    """One string that tells who an invented patient is."""

    patient_id: str
    kind: str
    value: str


def write_table(path: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Write a CSV file with a head line."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def read_answers(path: str) -> list[Row]:
    """Return the rows of an answer key. Raises UsageError if it is none."""
    rows = []
    for cells in _read(path, Row._fields):
        try:
            file, uid, patient_id, path_, attribute, category, expected, kind, family = cells
            rows.append(Row(file, uid, patient_id, path_, attribute, Category(category), expected, kind, family))
        except ValueError:
            raise UsageError(
                os.path.basename(path), "has a category that is none of the ten", "make it again"
            ) from None
    return rows


def read_identities(path: str) -> list[Identity]:
    """Return who was invented."""
    return [Identity(*cells) for cells in _read(path, Identity._fields)]


def _read(path: str, columns: tuple[str, ...]) -> list[list[str]]:
    csv.field_size_limit(1 << 24)
    name = os.path.basename(path)
    try:
        with open(path, encoding="utf-8", newline="") as file:
            head, *lines = list(csv.reader(file)) or [[]]
    except OSError:
        raise UsageError(name, "cannot be read", "give the answers.csv of `deidpipe synth`") from None
    if tuple(head) != columns or any(len(line) != len(columns) for line in lines):
        raise UsageError(name, "is no answer key", "give the answers.csv of `deidpipe synth`")
    return lines
