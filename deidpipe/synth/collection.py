"""Make a collection: read files, invent who they are about, plant, write, and note the answers."""

import os
import random
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset

from deidpipe.dicom.files import files_below
from deidpipe.errors import UsageError
from deidpipe.synth.answers import Answers, answers_of
from deidpipe.synth.burn import burn, may_burn
from deidpipe.synth.header import Uids, day_of, known_of_source, overwrite
from deidpipe.synth.key import ANSWERS, IDENTITIES, RETAINING, Category, Identity, Row, write_table
from deidpipe.synth.path import element_at, step_of, walk
from deidpipe.synth.people import Patient, Study, a_patient, a_site, a_study
from deidpipe.synth.places import UTF_8
from deidpipe.synth.record import Record
from deidpipe.synth.templates import Planted
from deidpipe.synth.texts import Writer, plant_private, plant_texts

CHANGES = 0.27  # of all actions, as in the challenge
_MODALITIES = {"DX": "CR", "RF": "XA", "PET": "PT", "RTPLAN": "RT", "RTSTRUCT": "RT", "RTDOSE": "RT", "RTIMAGE": "RT"}
_MAY_BE_MISSING = ("AccessionNumber", "StudyID", "ReferringPhysicianName", "PatientBirthDate")
_FILES_A_SITE = 3  # patients of one hospital
_HEAD = ("PatientID", "PatientName", "StudyInstanceUID", "SOPClassUID", "SOPInstanceUID")


class Order(NamedTuple):
    """What is to be made. ``patients`` and ``limit`` are 0 for as many as there are."""

    source: str
    out: str
    seed: int
    families: Sequence[str]
    patients: int = 0
    limit: int = 0


class Made(NamedTuple):
    """What was made. ``skipped`` has reason -> how many files."""

    files: int
    patients: int
    studies: int
    actions: dict[str, int]
    changes: float
    burned: int
    skipped: dict[str, int]


class _Source(NamedTuple):
    path: str
    study: tuple[str, str]


class _Skip(Exception):  # noqa: N818  # it is no error: the file is counted and left out
    """A file that is left out, and why."""


def make(order: Order, show: Callable[[str, int, int], None]) -> Made:
    """Make OUT/data, answers.csv, identities.csv. Raises UsageError if OUT is there or nothing can be read."""
    if os.path.lexists(order.out):
        raise UsageError("OUT", "is there already", "give a folder that is not there yet")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _make(order, show)


def _make(order: Order, show: Callable[[str, int, int], None]) -> Made:
    rng = random.Random(order.seed)  # noqa: S311  # the same seed makes the same collection
    skipped: Counter[str] = Counter()
    sources = _survey(order, skipped, rng)
    if not sources:
        raise UsageError("SOURCE", "has no DICOM file that can be read", "check the path")
    studies = _cast(sources, order.patients, rng)
    uids, remembered, seen = Uids(rng), dict[tuple[str, str], Planted](), set[str]()
    rows: list[Row] = []
    may: list[Row] = []
    numbers = {study: number for number, study in enumerate(dict.fromkeys(studies.values()))}
    for number, source in enumerate(sources):
        study = studies[source.study]
        name = f"{numbers[study]:04}/{number:05}.dcm"
        own = random.Random(f"{order.seed} {number}")  # noqa: S311
        try:
            answers = _one(source, name, study, order, own, uids, remembered, seen)
        except _Skip as reason:
            skipped[str(reason)] += 1
            continue
        rows += answers.rows
        may += answers.may
        show("synth", number + 1, len(sources))
    rows = _weighted(rows, may, rng)
    files = list(dict.fromkeys(row.file for row in rows))
    patients = {row.patient_id for row in rows}
    write_table(os.path.join(order.out, ANSWERS), Row._fields, rows)
    who = [identity for study in numbers for identity in _identities(study) if study.patient.patient_id in patients]
    write_table(os.path.join(order.out, IDENTITIES), Identity._fields, dict.fromkeys(who))
    counts = Counter(row.category.value for row in rows)
    changes = sum(map(_is_change, rows)) / len(rows) if rows else 0.0
    in_use = {name.split("/")[0] for name in files}
    return Made(
        len(files),
        len(patients),
        len(in_use),
        {each.value: counts[each.value] for each in Category},
        changes,
        counts[Category.PIXELS_HIDDEN.value],
        dict(skipped.most_common()),
    )


def _survey(order: Order, skipped: Counter[str], rng: random.Random) -> list[_Source]:
    """Return the files that can be read, with the Study that each belongs to in the source."""
    found = []
    for path in files_below(order.source):
        try:
            head = dcmread(path, stop_before_pixels=True, specific_tags=list(_HEAD))
            ids = [str(head.get(keyword, "")) for keyword in _HEAD]
        except Exception:  # noqa: BLE001  # pydicom raises anything on bytes that are no Data Set
            skipped["cannot be read by pydicom"] += 1
            continue
        if not ids[3] or not ids[4] or "TransferSyntaxUID" not in head.file_meta:
            skipped["no SOP Class, SOP Instance UID or Transfer Syntax"] += 1
        else:
            found.append(_Source(path, (ids[0], ids[2] or path)))
    if order.limit and len(found) > order.limit:
        skipped["over the limit"] += len(found) - order.limit
        found = [found[place] for place in sorted(rng.sample(range(len(found)), order.limit))]
    return found


def _cast(sources: Sequence[_Source], wanted: int, rng: random.Random) -> dict[tuple[str, str], Study]:
    """Return who each Study of the source becomes; some patients get several."""
    keys = list(dict.fromkeys(source.study for source in sources))
    count = min(wanted or max(1, len(keys) * 2 // 3), len(keys))
    sites = [a_site(rng) for _ in range(max(1, count // _FILES_A_SITE))]
    patients: list[Patient] = []
    while len(patients) < count:
        patient = a_patient(sites[len(patients) % len(sites)], rng)
        if patient.patient_id not in {each.patient_id for each in patients}:
            patients.append(patient)
    rng.shuffle(keys)
    return {key: a_study(patients[place % count], rng) for place, key in enumerate(keys)}


def _one(
    source: _Source,
    name: str,
    study: Study,
    order: Order,
    rng: random.Random,
    uids: Uids,
    remembered: dict[tuple[str, str], Planted],
    seen: set[str],
) -> Answers:
    """Make one file and return its answers. Raises _Skip if pydicom cannot read or write it."""
    record = Record()
    try:
        data_set = dcmread(source.path)
        list(walk(data_set))  # every value is decoded, by the character set of its own Item
    except Exception:  # noqa: BLE001
        raise _Skip("cannot be read by pydicom") from None
    if not data_set.get("SOPClassUID") or not data_set.get("SOPInstanceUID"):
        raise _Skip("no SOP Class, SOP Instance UID or Transfer Syntax")
    try:
        _planted(data_set, source, study, order, rng, uids, remembered, record)
    except Exception:  # noqa: BLE001  # a value of the source that its VR does not allow
        raise _Skip("has values that pydicom cannot change") from None
    uid = str(data_set.SOPInstanceUID)
    if uid in seen:  # several files of the source may be one Instance in several encodings
        data_set.SOPInstanceUID = uids.new()
    seen.add(str(data_set.SOPInstanceUID))
    path = os.path.join(order.out, "data", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    _set_meta(data_set)
    language = study.patient.site.language
    sets = ((UTF_8,),) if rng.random() < 0.15 else (language.character_set, (UTF_8,))
    for character_set in (*sets, (UTF_8,)):
        _set_character_set(data_set, character_set)
        answers = _written(data_set, path, name, record, study.patient.patient_id)
        if answers is not None and not answers.faults:
            return answers
        if character_set == (UTF_8,) and answers is not None:
            _take_back(data_set, answers.faults, record)
    if os.path.exists(path):
        os.unlink(path)
    raise _Skip("cannot be written by pydicom as planted")


def _take_back(data_set: Dataset, paths: Sequence[str], record: Record) -> None:
    """Empty what cannot hold what was planted: a private element whose VR as pydicom knows it has no such letters."""
    for path in paths:
        element = element_at(data_set, path)
        if element is not None:
            element.value = None
        record.plants.pop(path, None)
        record.unasked.add(path)


def _written(data_set: FileDataset, path: str, name: str, record: Record, patient_id: str) -> Answers | None:
    """Write a file and return its answers, None if it cannot be written and read again."""
    try:
        data_set.save_as(path, enforce_file_format=True)
        return answers_of(dcmread(path), name, record, patient_id)
    except Exception:  # noqa: BLE001  # a text that the character set does not have, or a value that the VR does not
        return None


def _planted(
    data_set: FileDataset,
    source: _Source,
    study: Study,
    order: Order,
    rng: random.Random,
    uids: Uids,
    remembered: dict[tuple[str, str], Planted],
    record: Record,
) -> None:
    words = known_of_source(data_set)
    modality = str(data_set.get("Modality", ""))
    day = day_of(data_set)
    if "StudyInstanceUID" not in data_set or not data_set.StudyInstanceUID:
        data_set.StudyInstanceUID = uids.of(study.patient.patient_id, source.path)
    overwrite(data_set, study, uids, (study.day - day).days if day else -100, record, rng)
    kind = _MODALITIES.get(modality, modality)
    writer = Writer(order.families, rng, remembered)
    plant_texts(data_set, study, kind, writer, record, words)
    plant_private(data_set, study, kind, writer, record)
    if may_burn(data_set, modality, rng):
        burn(data_set, study, record, rng)
    if rng.random() < 0.12:
        _take_out(data_set, rng.choice(_MAY_BE_MISSING), record)


def _take_out(data_set: Dataset, keyword: str, record: Record) -> None:
    path = step_of(int(data_set[keyword].tag))
    del data_set[keyword]
    record.plants.pop(path, None)
    record.missing.append((path, keyword))


def _set_meta(data_set: FileDataset) -> None:
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = data_set.file_meta.TransferSyntaxUID
    meta.MediaStorageSOPClassUID = data_set.SOPClassUID
    meta.MediaStorageSOPInstanceUID = data_set.SOPInstanceUID
    data_set.file_meta = meta
    data_set.preamble = bytes(128)


def _set_character_set(data_set: Dataset, character_set: tuple[str, ...]) -> None:
    for place in list(walk(data_set)):
        if place.tag == 0x00080005 and place.holder is not data_set:
            del place.holder[place.tag]
        elif place.element.VR == "PN" and not place.element.is_empty:  # pydicom keeps the bytes of another set
            place.element.value = (
                str(place.element.value).split("\\") if place.element.VM > 1 else str(place.element.value)
            )
    data_set.SpecificCharacterSet = list(character_set)


def _weighted(rows: list[Row], may: list[Row], rng: random.Random) -> list[Row]:
    """Return the rows with as large a sample of what stays that changes are the share they are meant to be."""
    changes = sum(map(_is_change, rows))
    room = int(changes / CHANGES) - len(rows)
    chosen = set(rng.sample(range(len(may)), max(0, min(room, len(may)))))
    order = {name: place for place, name in enumerate(dict.fromkeys(row.file for row in rows))}
    return sorted((*rows, *(row for place, row in enumerate(may) if place in chosen)), key=lambda row: order[row.file])


def _is_change(row: Row) -> bool:
    return row.category not in RETAINING and row.category is not Category.UID_CONSISTENT


def _identities(study: Study) -> list[Identity]:
    patient = study.patient
    name = patient.name
    told = [
        *(("name", part) for part in (name.last, name.first, *name.latin)),
        ("id", patient.patient_id),
        ("id", patient.national_number),
        ("id", patient.other_id),
        ("id", patient.insurance),
        ("phone", patient.telephone),
        ("email", patient.email),
        ("accession", study.accession),
    ]
    return [Identity(patient.patient_id, kind, value) for kind, value in told]
