"""The rows of the answer key for one file, and a check that the file as written can be held against them."""

import hashlib
import re
from collections.abc import Iterator
from typing import NamedTuple

from pydicom.dataset import Dataset

from deidpipe.standard.types import iod_of
from deidpipe.standard.uids import is_standard
from deidpipe.synth.header import moved
from deidpipe.synth.key import GAP, Category, Row
from deidpipe.synth.path import Place, walk
from deidpipe.synth.record import Box, Plant, Record
from deidpipe.synth.wanted import DATES, Wanted, wanted
from deidpipe.synth.words import holds, spaced, text_of, words_of

PIXELS, PATIENT_ID = "7FE00010", "00100020"
_MOST_WORDS = 20
_TIME = re.compile(r"([01]\d|2[0-3])([0-5]\d([0-5]\d(\.\d{1,6})?)?)?")
_BULK = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})
_TEXTS = frozenset({"AE", "AS", "CS", "DS", "IS", "LO", "LT", "SH", "ST", "TM", "UC", "UT"})


class Answers(NamedTuple):
    """Rows that are always scored, rows to take a sample of, and the paths that do not hold what was planted."""

    rows: list[Row]
    may: list[Row]
    faults: list[str]


class _Asked(NamedTuple):
    category: Category
    expected: str = ""
    kind: str = ""
    family: str = ""


def answers_of(data_set: Dataset, file: str, record: Record, patient_id: str) -> Answers:
    """Return what is to become of a file, read again after it was written."""
    iod = iod_of(str(data_set.SOPClassUID))
    uid = str(data_set.SOPInstanceUID)
    answers = Answers([], [], [])
    gone = ""
    met = set()
    for place in walk(data_set):
        plant = record.plants.get(place.path)
        met.add(place.path)
        inside = bool(gone) and place.path.startswith(gone)
        ask = Wanted.REMOVED if inside else wanted(place.parts, str(place.element.VR), iod)
        if not inside:
            gone = f"{place.path}[" if place.element.VR == "SQ" and ask in _WITH_ITEMS else ""
        if place.path == PIXELS:
            continue
        if place.path in record.unasked:
            continue
        must, may = ([], list(_of_rest(place, ask))) if plant is None else (list(_of_plant(place, plant, ask)), [])
        if plant is not None and not _is_held(place, plant):
            answers.faults.append(place.path)
        if plant is None and ask in (Wanted.UID, Wanted.SHIFTED):
            must, may = may, []
        for asked, rows in ((must, answers.rows), (may, answers.may)):
            rows += [Row(file, uid, patient_id, place.path, place.attribute, *each) for each in asked]
    for path, attribute in record.missing:
        answers.rows.append(Row(file, uid, patient_id, path, attribute, Category.TAG_RETAINED, "", "type 2 missing"))
    answers.rows.extend(
        Row(file, uid, patient_id, PIXELS, "PixelData", *asked) for asked in _of_pixels(data_set, record)
    )
    answers.faults.extend(record.plants.keys() - met)
    return answers


_WITH_ITEMS = frozenset({Wanted.REMOVED, Wanted.EMPTIED, Wanted.DUMMY, Wanted.OPEN})


def _is_held(place: Place, plant: Plant) -> bool:
    text = spaced(text_of(place.element))
    return all(spaced(word) in text for word in plant.kept) and (not plant.gone or any(_held(plant, text)))


def _held(plant: Plant, text: str) -> list[str]:
    return [word for word in plant.gone if holds(text, word)]


def _of_plant(place: Place, plant: Plant, ask: Wanted) -> Iterator[_Asked]:
    about = plant.kind, plant.family
    gone = _held(plant, spaced(text_of(place.element)))
    if gone:
        yield _Asked(Category.TEXT_REMOVED, _cell(gone), *about)
    if ask in (Wanted.REMOVED, Wanted.OPEN):
        return
    if place.path == PATIENT_ID:
        yield _Asked(Category.PATID_CONSISTENT, str(place.element.value), *about)
    elif ask is Wanted.KEPT and plant.kept:
        yield _Asked(Category.TEXT_RETAINED, _cell(plant.kept), *about)
    elif place.element.VR == "PN" and "[" in place.path:
        return  # of a person inside an Item nothing must stay
    elif ask is Wanted.DUMMY:
        yield _Asked(Category.TEXT_NOTNULL, "", *about)
    else:
        yield _Asked(Category.TAG_RETAINED, "", *about)


def _of_rest(place: Place, ask: Wanted) -> Iterator[_Asked]:
    """Yield what is asked of an element that nothing was planted in."""
    element = place.element
    if not place.is_sample or ask in (Wanted.REMOVED, Wanted.OPEN, Wanted.DUMMY):
        return
    if element.is_empty or ask is Wanted.EMPTIED:
        yield _Asked(Category.TAG_RETAINED)
    elif ask is Wanted.SHIFTED:
        yield from _of_date(place)
    elif element.VR == "UI":
        yield from _of_uid(place)
    elif element.VR == "SQ" or element.VR in _BULK:
        yield _Asked(Category.TAG_RETAINED)
    elif element.VR == "TM" and not _TIME.fullmatch(str(element.value)):
        return
    elif element.VR in _TEXTS:
        words = words_of(text_of(element))[:_MOST_WORDS]
        yield _Asked(Category.TEXT_RETAINED, _cell(words)) if words else _Asked(Category.TEXT_NOTNULL)
    elif element.VR not in DATES and element.VR != "PN":
        yield _Asked(Category.TEXT_NOTNULL)


def _of_date(place: Place) -> Iterator[_Asked]:
    element = place.element
    if element.VR in DATES and element.VM == 1 and moved(str(element.value), 0) is not None:
        yield _Asked(Category.DATE_SHIFTED, str(element.value))


def _of_uid(place: Place) -> Iterator[_Asked]:
    if place.element.VM != 1:
        return
    uid = str(place.element.value)
    if is_standard(uid):
        yield _Asked(Category.TEXT_RETAINED, uid)
    elif wanted(place.parts, "UI", None) is Wanted.UID:
        yield _Asked(Category.UID_CHANGED, uid)
        yield _Asked(Category.UID_CONSISTENT, uid)
    else:
        yield _Asked(Category.TEXT_RETAINED, uid)


def _of_pixels(data_set: Dataset, record: Record) -> Iterator[_Asked]:
    if "PixelData" not in data_set:
        return
    if record.boxes:
        boxes = ";".join(",".join(map(str, box)) for box in record.boxes)
        yield _Asked(Category.PIXELS_HIDDEN, boxes, "burned in")
        yield _Asked(Category.PIXELS_RETAINED, boxes, "outside of burned in")
    else:
        yield _Asked(Category.PIXELS_RETAINED, digest_of(data_set))


def digest_of(data_set: Dataset) -> str:
    """Return the digest of the Pixel Data as they are stored."""
    return f"sha256:{hashlib.sha256(data_set.PixelData).hexdigest()}"


def boxes_of(expected: str) -> list[Box]:
    """Return the boxes of a row."""
    return [Box(*map(int, box.split(","))) for box in expected.split(";")]


def _cell(words: list[str] | tuple[str, ...]) -> str:
    return GAP.join(" ".join(word.replace(GAP, " ").split()) for word in words)
