"""S-01: tables beside the images tell of no one, and speak of the same subjects.

Asks: in CSV, TSV and XLSX each subject has images, and each patient with images a row; no column holds names, birth
dates, record numbers, telephone numbers or addresses; ages end at 89, ZIP codes have three digits; dates are those of
the headers; no cell has a text that identifies; no table tells who became whom.
Why: a table of clinical data has the identities that the images no longer have, and is checked by nobody.
Source: 45 CFR 164.514(b)(2)(i)(A) to (C), (D), (H); PS3.15 E.1.1.
Fix: `deidpipe tables FILE OUT` gives tables the identities and shifts of the images; leave the columns out that
identify.
"""

import contextlib
import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from deidpipe.text.find import Reading
from deidpipe.text.span import Kind as Told
from deidpipe.verify.asked import Asked
from deidpipe.verify.claims import Claims
from deidpipe.verify.dummies import is_dummy
from deidpipe.verify.finding import Hit, Rule, Severity
from deidpipe.verify.patterns import HIPAA, marks
from deidpipe.verify.reader import Instance
from deidpipe.verify.shelf import Collection, Located
from deidpipe.verify.sources import Kind, Source
from deidpipe.verify.tables import TableError, read_rows

RULE = Rule(
    "S-01",
    Severity.BLOCK,
    "tables beside the images tell of no one, and speak of the same subjects",
    "45 CFR 164.514(b)(2)(i)(A) to (C), (D), (H); PS3.15 E.1.1",
    "`deidpipe tables` gives tables the identities and shifts of the images; leave the columns out that identify",
)
_SUBJECT = re.compile(r"(?:patient|subject|case|participant)s?[ _.-]*(?:id|identifier|no|number|nr|key)?|id", re.I)
_NAMES = re.compile(
    r"(?<!file)(?<!collection)(?<!protocol)(?<!study)(?<!series)(?<!site)(?:^|[ _.-])names?$|surname|physician|doctor"
    r"|radiologist|^(?:first|last|given|family)",
    re.IGNORECASE,
)
_COLUMNS = (
    (re.compile(r"birth|\bdob\b", re.I), "holds birth dates", "date", "C"),
    (
        re.compile(r"\bmrn\b|medical.?record|accession|hospital.?(?:no|num)", re.I),
        "holds record numbers",
        "record number",
        "H",
    ),
    (
        re.compile(r"\bssn\b|social.?sec|insurance|nhs.?(?:no|num)", re.I),
        "holds national numbers",
        "national number",
        "G",
    ),
    (re.compile(r"phone|\bfax\b|mobile", re.I), "holds telephone numbers", "telephone or fax", "D"),
    (re.compile(r"e-?mail", re.I), "holds e-mail addresses", "e-mail", "F"),
    (re.compile(r"address|street|\bcity\b|\btown\b", re.I), "holds addresses", "address", "B"),
)
_ZIP, _AGE = re.compile(r"\bzip|postal|post.?code", re.I), re.compile(r"(?:^|[ _.-])age(?:$|[ _.-])", re.I)
_OLD_AND_NEW = ({"id_old", "id_new"}, {"old_id", "new_id"}, {"original", "pseudonym"})
_FEW_DIGITS = 3
_WHOLE_AGE = re.compile(r"(\d{1,3})(?:\.\d+)?\s*(?:y|yr|yrs|years?)?", re.I)


class _Table(NamedTuple):
    number: int
    subjects: set[str]


class _Cell(NamedTuple):
    number: int
    path: str
    hit: Hit


class Tables(Collection):
    """Reads the tables when they come by, and compares them with the images in the end."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        self._tables: list[_Table] = []
        self._dates: list[_Cell] = []
        self._patients: dict[str, int] = {}
        self._days: set[int] = set()
        self._keeps_dates = False

    def see_file(self, source: Source, number: int) -> Iterator[Located]:
        """Yield what a table tells."""
        if source.kind is not Kind.TABLE or source.problem:
            return
        heads: list[str] = []
        subjects: set[str] = set()
        told: set[tuple[int, str]] = set()
        try:
            for line, row in enumerate(read_rows(source), 1):
                if len(row) > 1 and not heads:
                    heads = [head.strip() for head in row]
                    yield from self._heads(heads, number)
                elif heads:
                    self.looked["rows"] += 1
                    yield from self._row(row, heads, (number, line), told, subjects)
                else:
                    yield from self._row(row, [""], (number, line), told, subjects)
        except TableError as error:
            self.missed["tables", str(error)] += 1
            yield Located(Hit(RULE.id, f"the table {error}", "table"), number)
        if subjects:
            self._tables.append(_Table(number, subjects))

    def _heads(self, heads: list[str], number: int) -> Iterator[Located]:
        if any(pair <= {head.lower() for head in heads} for pair in _OLD_AND_NEW):
            yield Located(Hit(RULE.id, "is a crosswalk: it tells who became whom", "record number", "H"), number)

    def _row(
        self, row: list[str], heads: list[str], at: tuple[int, int], told: set[tuple[int, str]], subjects: set[str]
    ) -> Iterator[Located]:
        number, line = at
        for column, cell in enumerate(row):
            cell = cell.strip()
            if not cell:
                continue
            head = heads[column] if column < len(heads) else ""
            if _SUBJECT.fullmatch(head):
                subjects.add(cell)
                continue
            for hit in self._cell(head, cell):
                if (column, hit.kind) in told:
                    continue
                if hit.days is not None:
                    self._dates.append(_Cell(number, f"column {column + 1}, row {line}", hit))
                    continue
                told.add((column, hit.kind))
                yield Located(hit, number, path=f"column {column + 1}, row {line}")

    def _cell(self, head: str, cell: str) -> Iterator[Hit]:
        if is_dummy(cell):
            return
        for pattern, what, kind, letter in _COLUMNS:
            if pattern.search(head):
                yield Hit(RULE.id, f"the column {what}", kind, letter, cell)
                return
        if _ZIP.search(head):
            if sum(letter.isdigit() for letter in cell) > _FEW_DIGITS:
                yield Hit(RULE.id, "the column holds ZIP codes of more than three digits", Told.POSTCODE, "B", cell)
            return
        if _AGE.search(head):
            match = _WHOLE_AGE.fullmatch(cell)
            if match and int(match[1]) > 89 and cell.upper() != "090Y":
                severity = Severity.WARN if match[1] == "90" else None
                yield Hit(RULE.id, "the column holds ages over 89", Told.AGE, "C", cell, severity=severity)
            return
        if _NAMES.search(head) and any(letter.isalpha() for letter in cell):
            yield Hit(RULE.id, "the column holds names", Told.PERSON, "A", cell)
            return
        for mark in marks(cell, Reading.SENTENCE if " " in cell else Reading.LABEL):
            what = f"{'tells' if mark.certain else 'may tell'} a {mark.kind}"
            severity = None if mark.certain else Severity.WARN
            days = mark.days if mark.kind is Told.DATE else None
            yield Hit(RULE.id, what, mark.kind, HIPAA[mark.kind], cell, mark.start, mark.stop, severity, days=days)

    def see(self, instance: Instance, claims: Claims) -> Iterator[Located]:
        """Remember who has images, and which days the headers tell."""
        if instance.uid:
            self._patients.setdefault(claims.patient_id, instance.number)
        self._keeps_dates = self._keeps_dates or claims.keeps_dates
        day = instance.text(0x00080020)
        if len(day) == 8 and day.isdecimal():
            with contextlib.suppress(ValueError):
                self._days.add(date(int(day[:4]), int(day[4:6]), int(day[6:])).toordinal())
        yield from ()

    def end(self) -> Iterator[Located]:
        """Yield subjects that stand on one side only, and dates that no header tells."""
        told: set[tuple[int, str]] = set()
        for number, path, hit in self._dates:
            column = path.partition(",")[0]
            if not self._keeps_dates and not self._days.intersection(hit.days or ()) and (number, column) not in told:
                told.add((number, column))
                yield Located(hit, number, path=path)
        listed: set[str] = set()
        for number, subjects in self._tables:
            listed |= subjects
            strangers = sorted(subjects - self._patients.keys())
            if strangers and self._patients:
                what = f"{len(strangers)} of {len(subjects)} subjects have no images: are these IDs of before?"
                yield Located(Hit(RULE.id, what, "record number", "H", strangers[0]), number)
        if self._tables:
            for patient, number in self._patients.items():
                if patient and patient not in listed:
                    hit = Hit(RULE.id, "the patient stands in no table", "table", severity=Severity.WARN)
                    yield Located(hit, number, path="PatientID")
