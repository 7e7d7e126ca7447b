"""One run over planted files, and what became of each marker in them."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pydicom
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from deidpipe.cli.main import main
from tests.canary import EXTRA_VRS, HARMLESS, IMPLICIT, SOP_CLASSES, SOP_INSTANCE, Plant, cleaned_texts, markers_in
from tests.end_to_end.table_answer import action, basic_code, type_of

KEY = "5eed" * 16
PATIENT = {0x00100010, 0x00100020, 0x00120040, 0x00120042}  # DECIDED: Z puts the new Patient ID or name there
_UNKNOWN = {int(tag, 16) for tag in EXTRA_VRS}  # to pydicom
_SELECTOR_UN_VALUE = 0x0072006D
_DATE_OR_TIME = ("DA", "DT", "TM")


class Released(NamedTuple):
    """A file that a run released."""

    name: str
    sop_class: str
    data: bytes
    data_set: Dataset


def run(folder: Path, out: Path, *words: str) -> dict[str, dict[str, str]]:
    """De-identify a folder; return the rows of the list of files, by the name of the input."""
    key = out.parent / "project-key"
    key.write_text(KEY)
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        status = main(["run", str(folder), str(out), "--key", str(key), *words])
    assert status in (0, 3)
    return files_of(out)


def files_of(out: Path) -> dict[str, dict[str, str]]:
    with (out / "private" / "files.csv").open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        return {row["input"]: row for row in csv.DictReader(file)}


def released(folder: Path, out: Path, *words: str) -> dict[str, Released]:
    """De-identify a folder of planted files, all of which must be released."""
    found = {}
    for name, row in run(folder, out, *words).items():
        assert row["outcome"] == "released", row
        path = out / "public" / row["released_as"]
        data_set = pydicom.dcmread(path)
        found[name] = Released(name, SOP_CLASSES[name.partition(",")[0]], path.read_bytes(), data_set)
    return found


def fates(plants: Sequence[Plant], sop_class: str, option: str = "") -> Iterator[tuple[Plant, str]]:
    """Say for each plant what the Table does to it: an action, or "" where its Sequence takes it along."""
    actions: dict[tuple[int, ...], str] = {}

    def at(path: tuple[int, ...]) -> str:
        if path not in actions:
            opened = len(path) == 1 or (at(path[:-1]) in "KCU" and at(path[:-1]) != "")
            actions[path] = (_of_sequence(path) or action(path, sop_class, option)) if opened else ""
        return actions[path]

    def _of_sequence(path: tuple[int, ...]) -> str:
        return "K" if path[-1] in (0x00081115, 0x00540220, 0x52009230) else ""  # the Table lists none of them

    for plant in plants:
        yield plant, at(plant.path)


def wrong(
    file: Released, plants: Sequence[Plant], option: str = "", original: Mapping[int, str] | None = None
) -> list[str]:
    """Return what is not as the Table says: no marker but of what is kept, and each Attribute as its action wants."""
    found = []
    stay: set[bytes] = set()
    for plant, act in fates(plants, file.sop_class, option):
        if act == "K" or (act == "C" and plant.vr == "TM"):  # DECIDED: whole days are shifted; times of day stay
            stay.add(plant.marker)
        fault = _fault(plant, act, file)
        if fault:
            found.append(f"{file.name} {_shown(plant.path)} {plant.vr} {act or 'gone'}: {fault}")
    left = markers_in(file.data) - stay - {str((original or {}).get(SOP_INSTANCE, "")).encode()}
    return found + [f"{file.name}: {marker!r} is left" for marker in sorted(left)]


def _fault(plant: Plant, act: str, file: Released) -> str:
    if act not in ("", "X") and file.data_set.file_meta.TransferSyntaxUID == IMPLICIT and _UNKNOWN & {*plant.path}:
        return ""  # pydicom cannot read it without its VR; the same is looked at in the other encodings
    holder = _holder(file.data_set, plant.path[:-1])
    tag = plant.path[-1]
    if act in ("", "X") or holder is None:
        there = holder is not None and tag in holder and act == "X"
        return "is there" if there else "its Sequence is gone" if act not in ("", "X") else ""
    if tag not in holder:
        return "is gone"
    element = holder[tag]
    value = element.value
    if plant.vr == "SQ":
        return _fault_of_sequence(value, act)
    if act == "C":
        act = _cleaned(plant, file.sop_class)
    text = str(value) if value is not None else ""
    match act:
        case "Z" if tag in PATIENT and (len(plant.path) == 1 or tag != 0x00100010):
            return "" if str(value).startswith("DP-") else "is no new Patient ID"
        case "Z":
            return "" if element.is_empty else "is not empty"
        case "D":
            return "is empty" if element.is_empty else ""
        case "U":
            return "" if re.fullmatch(r"2\.25\.\d{1,39}", text) else "is no new UID"
        case "cleaned":
            return "" if text.encode() == HARMLESS else "is not cleaned"
        case "shifted":
            same = text[:4] == "1700" or not text[:1].isdigit() or text[8:] != plant.value.decode()[8:]
            return "is not shifted" if same else ""
    kept = element.value if isinstance(value, bytes) else text
    wanted = plant.value if isinstance(value, bytes) else plant.value.decode("latin-1")
    return "" if kept == wanted or plant.vr not in ("LO", "SH", "DA", "TM", "DT", "UI") else "is changed"


def _cleaned(plant: Plant, sop_class: str) -> str:
    """DECIDED: dates are shifted, times stay, texts lose what identifies, and what nothing can clean goes."""
    if plant.path[-1] in cleaned_texts():
        return "cleaned"
    if plant.vr in _DATE_OR_TIME:
        return "K" if plant.vr == "TM" else "shifted"
    return "D" if type_of(plant.path, sop_class) == "1" or basic_code(plant.path[-1]) == "D" else "Z"


def _fault_of_sequence(value: Items, act: str) -> str:
    if act == "Z":
        return "has Items" if len(value) else ""
    return "" if len(value) else "has no Item"


def _holder(data_set: Dataset, above: Sequence[int]) -> Dataset | None:
    for tag in above:
        if tag not in data_set or data_set[tag].VR != "SQ" or not data_set[tag].value:
            return None
        data_set = data_set[tag].value[0]
    return data_set


def _shown(path: tuple[int, ...]) -> str:
    return "/".join(f"{tag:08X}" for tag in path)


def illegal(file: Released) -> list[str]:
    """Return the elements whose value pydicom does not find legal for the VR."""
    before = pydicom.config.settings.reading_validation_mode
    pydicom.config.settings.reading_validation_mode = pydicom.config.RAISE
    found = []
    try:
        _look(pydicom.dcmread(io.BytesIO(file.data)))
    except ValueError as error:
        found.append(f"{file.name}: {error}")
    finally:
        pydicom.config.settings.reading_validation_mode = before
    return found


def _look(data_set: Dataset) -> None:
    """Read every value, as strictly as pydicom can; it does not read what it does not know."""
    for tag in data_set.keys() - _UNKNOWN:
        element = data_set[tag]
        assert element.VR != "UN" or tag == _SELECTOR_UN_VALUE
        for item in element.value if element.VR == "SQ" else ():
            _look(item)
