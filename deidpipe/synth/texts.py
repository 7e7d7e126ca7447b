"""Free text: identity between clinical words, in descriptors, nested Items, content items and private elements."""

import random
import re
from collections.abc import Sequence
from functools import cache

from pydicom.datadict import dictionary_VR, private_dictionary_VR, tag_for_keyword
from pydicom.dataset import Dataset

from deidpipe.standard.datafile import read
from deidpipe.standard.options import Option
from deidpipe.standard.table import row_of
from deidpipe.synth.header import may_identify, parts_of, tells_of_source
from deidpipe.synth.path import Place, labels_of, step_of, walk
from deidpipe.synth.people import Study
from deidpipe.synth.record import Plant, Record
from deidpipe.synth.templates import Planted, a_phrase, fill, settled, slot_value, templates_of
from deidpipe.synth.wanted import Wanted, wanted
from deidpipe.synth.words import telling, words_of

ROOM = {"SH": 16, "LO": 64, "ST": 1000, "LT": 4000, "UT": 4000, "UC": 4000}
_LONG = 100  # characters from which a text may be a report
_PRIVATE_BLOCK = 0x1000
_TRIES = 60
_TOP = (
    "StudyDescription",
    "SeriesDescription",
    "ProtocolName",
    "PatientComments",
    "AdditionalPatientHistory",
    "ImageComments",
    "StudyComments",
    "RequestedProcedureDescription",
    "PerformedProcedureStepDescription",
    "ReasonForStudy",
    "AdmittingDiagnosesDescription",
    "AcquisitionProtocolDescription",
    "RequestedProcedureComments",
    "ImagingServiceRequestComments",
    "CommentsOnThePerformedProcedureStep",
    "ReasonForTheRequestedProcedure",
    "MedicalAlerts",
    "Allergies",
    "AcquisitionComments",
    "VisitComments",
    "PatientState",
    "Occupation",
)
_SHARED = {"StudyDescription": "StudyInstanceUID", "SeriesDescription": "SeriesInstanceUID"}
_NO_VENDOR = frozenset({"CTP"})  # what submission tools write
_IN_PRIVATE = frozenset({"LO", "SH", "ST", "LT", "UT"})


class Writer:
    """Makes texts for the files of a study. ``remembered`` keeps what all Instances of a Series or Study share."""

    def __init__(self, families: Sequence[str], rng: random.Random, remembered: dict[tuple[str, str], Planted]) -> None:
        self.families, self.rng, self.remembered = families, rng, remembered

    def text(self, study: Study, modality: str, vr: str, clinical: float = 0.35) -> Planted:
        """Return a text for a VR: with identity in it, or (as often as ``clinical`` says) without."""
        rng, language = self.rng, study.patient.site.language.code
        family = rng.choice(self.families)
        if rng.random() < clinical:
            return self.clinical(family, language, modality, vr)
        templates = templates_of([family], language)
        if ROOM[vr] <= _LONG:
            templates = [each for each in templates if each.family not in ("report",)] or templates_of(
                self.families, language
            )
        for _ in range(_TRIES):
            made = fill(rng.choice(templates), study, modality, rng, ROOM[vr])
            if made is not None and made.gone:
                return made
        return self.clinical(family, language, modality, vr)

    def clinical(self, family: str, language: str, modality: str, vr: str) -> Planted:
        """Return a text that must stay as it is."""
        for _ in range(_TRIES):
            kind = "HISTORY" if ROOM[vr] > _LONG and self.rng.random() < 0.5 else modality
            text = a_phrase(family, language, kind, self.rng)
            if len(text) <= ROOM[vr]:
                return settled(text, (), words_of(text), "clinical", family)
        return settled("SCOUT", (), ("SCOUT",), "clinical", family)


def plant_texts(
    data_set: Dataset, study: Study, modality: str, writer: Writer, record: Record, source_words: frozenset[str]
) -> None:
    """Plant texts everywhere in a Data Set. ``source_words`` are those by which the source told who it was about."""
    for place in list(walk(data_set)):
        _existing(place, study, modality, writer, record, source_words)
    rng = writer.rng
    keywords = [*_TOP[:2], *rng.sample(_TOP[2:], rng.randrange(1, 4))]
    keywords += [each for each in _TOP[2:] if each in data_set and rng.random() < 0.5]
    for keyword in dict.fromkeys(keywords):
        if keyword not in data_set or rng.random() < 0.7:
            _put(data_set, keyword, study, modality, writer, record)
    _nested(data_set, study, modality, writer, record)
    _content(data_set, study, modality, writer, record)
    _numbers(data_set, study, record, rng)


def _put(data_set: Dataset, keyword: str, study: Study, modality: str, writer: Writer, record: Record) -> None:
    tag = tag_for_keyword(keyword)
    assert tag is not None
    shared = (keyword, str(data_set.get(_SHARED.get(keyword, ""), "")))
    planted = writer.remembered.get(shared) if shared[1] else None
    if planted is None:
        planted = writer.text(study, modality, dictionary_VR(tag))
        writer.remembered[shared] = planted
    setattr(data_set, keyword, planted.text)
    record.text(step_of(tag), planted)


def _existing(
    place: Place, study: Study, modality: str, writer: Writer, record: Record, source_words: frozenset[str]
) -> None:
    """Replace a text of the source that may tell of a real person, and plant in some that are harmless."""
    element, rng = place.element, writer.rng
    vr = str(element.VR)
    if vr not in ROOM or place.path in record.plants or not element.value or element.VM != 1:
        return
    tells = tells_of_source(str(element.value), source_words)
    if wanted(place.parts, vr, None) is not Wanted.KEPT or (tells and not _is_free(place)):
        if tells:
            element.value = writer.clinical(writer.families[0], "", modality, vr).text
            record.unasked.add(place.path)
        return
    is_safe = not tells and not may_identify(str(element.value))
    if place.is_private and (not is_safe or place.parts[-1][1] in _NO_VENDOR):
        record.unasked.add(place.path)  # whether it tells of a person cannot be known
        return
    if not place.is_private and not _is_free(place):
        if not is_safe and vr != "SH":
            record.unasked.add(place.path)
        return
    if is_safe and rng.random() > 0.1:
        return
    planted = writer.text(study, modality, vr, 0.2)
    element.value = planted.text
    record.text(place.path, planted)


def _is_free(place: Place) -> bool:
    """Tell if an Attribute holds free text: a descriptor of the Table, or by its name."""
    row = row_of(place.tag)
    if row is not None:
        return row.options.get(Option.CLEAN_DESCRIPTORS) is not None
    return re.search(r"Description|Comment|Narrative|Reason|History", str(place.element.keyword)) is not None


def _nested(data_set: Dataset, study: Study, modality: str, writer: Writer, record: Record) -> None:
    rng = writer.rng
    if rng.random() < 0.25:
        item = _item(data_set, "RequestAttributesSequence")
        path = f"{step_of(_tag('RequestAttributesSequence'))}[0]"
        for keyword in ("RequestedProcedureDescription", "ScheduledProcedureStepDescription"):
            _inside(item, keyword, path, writer.text(study, modality, "LO"), record)
        _told(item, "RequestedProcedureID", path, study.order_id[:16], "order", record)
        _told(item, "AccessionNumber", path, study.accession[:16], "accession", record)
    if rng.random() < 0.2:
        item = _item(data_set, "OtherPatientIDsSequence")
        path = f"{step_of(_tag('OtherPatientIDsSequence'))}[0]"
        _told(
            item, "PatientID", path, rng.choice((study.patient.national_number, study.patient.other_id)), "ssn", record
        )
        _told(item, "IssuerOfPatientID", path, study.patient.site.institution[:64].strip(), "institution", record)
        item.TypeOfPatientID = "TEXT"
    if rng.random() < 0.15:
        item = _item(data_set, "ProcedureCodeSequence")
        path = f"{step_of(_tag('ProcedureCodeSequence'))}[0]"
        item.CodeValue, item.CodingSchemeDesignator = f"P{rng.randrange(100, 999)}", "99LOCAL"
        _inside(item, "CodeMeaning", path, writer.text(study, modality, "LO"), record)
    if rng.random() < 0.1:
        item = _item(data_set, "ContributingEquipmentSequence")
        path = f"{step_of(_tag('ContributingEquipmentSequence'))}[0]"
        item.Manufacturer = "ACME Imaging"
        _told(item, "InstitutionName", path, study.patient.site.institution[:64].strip(), "institution", record)
        _told(item, "OperatorsName", path, study.technologist.dicom, "technologist", record)
        _inside(item, "ContributionDescription", path, writer.text(study, modality, "ST"), record)


def _content(data_set: Dataset, study: Study, modality: str, writer: Writer, record: Record) -> None:
    """Add two Content Items to a report: a text and a person."""
    if "ContentSequence" not in data_set or "ConceptNameCodeSequence" not in data_set:
        return
    items = data_set.ContentSequence
    for value_type, code, meaning in (("TEXT", "121071", "Finding"), ("PNAME", "121008", "Person Observer Name")):
        item, concept = Dataset(), Dataset()
        concept.CodeValue, concept.CodingSchemeDesignator, concept.CodeMeaning = code, "DCM", meaning
        item.RelationshipType = "CONTAINS" if value_type == "TEXT" else "HAS OBS CONTEXT"
        item.ValueType, item.ConceptNameCodeSequence = value_type, [concept]
        items.append(item)
        path = f"{step_of(_tag('ContentSequence'))}[{labels_of(_tag('ContentSequence'), items)[-1]}]"
        if value_type == "TEXT":
            _inside(item, "TextValue", path, writer.text(study, modality, "UT"), record)
        else:
            _told(item, "PersonName", path, study.reading.dicom, "physician", record)


def _numbers(data_set: Dataset, study: Study, record: Record, rng: random.Random) -> None:
    if "SeriesNumber" in data_set and rng.random() < 0.04:
        data_set.SeriesNumber = f"{study.day:%Y%m%d}"
        record.identity(step_of(_tag("SeriesNumber")), "date", [f"{study.day:%Y%m%d}"])


def plant_private(data_set: Dataset, study: Study, modality: str, writer: Writer, record: Record) -> None:
    """Add private elements: texts in some that TCIA keeps, and identity where it deletes."""
    rng = writer.rng
    if rng.random() < 0.35:
        for group, creator, low, vr in rng.sample(_kept_texts(), 2):
            planted = writer.text(study, modality, vr, 0.3)
            _private(
                data_set, group, creator, low, vr, planted.text, Plant(planted.gone, planted.kept, *planted[3:]), record
            )
    if modality == "PT" or rng.random() < 0.1:
        uid = slot_value("uid", study, rng)
        _private(data_set, 0x0009, "GEMS_PETD_01", 0x07, "UI", uid, None, record)
        words = tuple(telling(study.patient.patient_id))
        _private(
            data_set, 0x0009, "GEMS_PETD_01", 0x02, "LO", study.patient.patient_id, Plant(words, (), "mrn"), record
        )
    if rng.random() < 0.15:
        name = study.patient.name
        words = tuple(word for part in parts_of(name.dicom) for word in telling(part))
        _private(data_set, 0x0029, "INHOUSE PACS 2.0", 0x10, "PN", name.dicom, Plant(words, (), "patient"), record)


def _private(
    data_set: Dataset, group: int, creator: str, low: int, vr: str, value: str, plant: Plant | None, record: Record
) -> None:
    block = data_set.private_block(group, creator, create=True)
    if low in block:
        return
    block.add_new(low, vr, value)
    if plant is not None:
        record.plants[step_of(block.get_tag(low), creator)] = plant


@cache
def _kept_texts() -> list[tuple[int, str, int, str]]:
    """Return (group, creator, low, VR) of the texts at the top that TCIA keeps."""
    found = []
    for line in read("tcia_private.tsv").lines:
        block, cells = line.split("\t")
        group, _, creator = block.partition('"')
        if (
            "/" in group
            or creator[:-1] in _NO_VENDOR
            or not creator.endswith('"')
            or '"' in creator[:-1]
            or not creator[:-1].strip()
        ):
            continue
        for cell in cells.split():
            low, _, rows = cell.partition("=")
            pairs = [row.split(":") for row in rows.split(",")]
            texts = [vr for vr, _ in pairs if vr in _IN_PRIVATE]
            known = _vr_in_pydicom(int(group, 16), int(low, 16), creator[:-1])
            if texts and known in ("", texts[0]) and all(disposition == "k" for _, disposition in pairs):
                found.append((int(group, 16), creator[:-1], int(low, 16), texts[0]))
    return found


def _vr_in_pydicom(group: int, low: int, creator: str) -> str:
    """Return the VR by which pydicom would read a private element in Implicit VR, "" if it does not know it."""
    try:
        return private_dictionary_VR(group << 16 | _PRIVATE_BLOCK | low, creator)
    except KeyError:
        return ""


def _tag(keyword: str) -> int:
    tag = tag_for_keyword(keyword)
    assert tag is not None
    return tag


def _item(data_set: Dataset, keyword: str) -> Dataset:
    items = data_set.get(keyword)
    if not items:
        setattr(data_set, keyword, [Dataset()])
    return getattr(data_set, keyword)[0]  # type: ignore[no-any-return]


def _inside(item: Dataset, keyword: str, path: str, planted: Planted, record: Record) -> None:
    setattr(item, keyword, planted.text)
    record.text(f"{path} > {step_of(_tag(keyword))}", planted)


def _told(item: Dataset, keyword: str, path: str, value: str, kind: str, record: Record) -> None:
    setattr(item, keyword, value)
    values = parts_of(value) if dictionary_VR(_tag(keyword)) == "PN" else [value]
    record.identity(f"{path} > {step_of(_tag(keyword))}", kind, values)
