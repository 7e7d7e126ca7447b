"""Identity in the header: every name, number, date, UID and place becomes an invented one, at all depths."""

import random
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType

from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset

from deidpipe.standard.uids import is_standard
from deidpipe.standard.unlisted import STRUCTURAL_UIDS
from deidpipe.synth.path import Place, step_of, walk
from deidpipe.synth.people import Study
from deidpipe.synth.record import Record
from deidpipe.synth.words import GENERIC, spaced, words_of

Invent = Callable[[Study, random.Random], str]
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)(.*)", re.DOTALL)
_IDENTIFYING = re.compile(
    r"\d{6}|@|www|http|\bdr\b|hospital|clinic|univ|\bmr\.|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\^\w+\^"
)
_SHORT = 4  # letters up to which a word of the source counts only by itself


def _staff(study: Study, rng: random.Random) -> str:
    return rng.choice((study.referring, study.reading, study.performing, study.technologist)).dicom


def _number(_study: Study, rng: random.Random) -> str:
    return f"{rng.choice(('', 'R', 'Q-'))}{rng.randrange(10**6, 10**9)}"


# What each Attribute becomes, wherever it stands.
IDENTITY: Mapping[str, tuple[str, Invent]] = MappingProxyType(
    {
        "PatientName": ("patient", lambda study, _: study.patient.name.dicom),
        "PatientID": ("mrn", lambda study, _: study.patient.patient_id),
        "PatientBirthDate": ("dob", lambda study, _: f"{study.patient.born:%Y%m%d}"),
        "OtherPatientIDs": ("ssn", lambda study, _: study.patient.national_number),
        "OtherPatientNames": ("patient", lambda study, _: study.patient.name.dicom),
        "PatientBirthName": ("patient", lambda study, _: study.patient.name.dicom),
        "PatientMotherBirthName": ("relative", lambda study, _: study.patient.relative.dicom),
        "ResponsiblePerson": ("relative", lambda study, _: study.patient.relative.dicom),
        "PatientAddress": ("address", lambda study, _: study.patient.address),
        "RegionOfResidence": ("city", lambda study, _: study.patient.city),
        "PatientTelephoneNumbers": ("phone", lambda study, _: study.patient.telephone),
        "PatientTelecomInformation": ("email", lambda study, _: study.patient.email),
        "MedicalRecordLocator": ("mrn", lambda study, _: study.patient.other_id),
        "InsurancePlanIdentification": ("insurance", lambda study, _: study.patient.insurance),
        "IssuerOfPatientID": ("institution", lambda study, _: study.patient.site.acronym),
        "AccessionNumber": ("accession", lambda study, _: study.accession),
        "StudyID": ("study_id", lambda study, _: study.study_id),
        "RequestedProcedureID": ("order", lambda study, _: study.order_id),
        "PlacerOrderNumberImagingServiceRequest": ("order", lambda study, _: study.order_id),
        "FillerOrderNumberImagingServiceRequest": ("accession", lambda study, _: study.accession),
        "ScheduledProcedureStepID": ("order", _number),
        "PerformedProcedureStepID": ("order", _number),
        "AdmissionID": ("order", _number),
        "ServiceEpisodeID": ("order", _number),
        "InstitutionName": ("institution", lambda study, _: study.patient.site.institution),
        "InstitutionAddress": ("address", lambda study, _: study.patient.site.address),
        "InstitutionalDepartmentName": ("department", lambda study, _: study.patient.site.department),
        "CurrentPatientLocation": ("department", lambda study, _: study.patient.site.department),
        "PatientInstitutionResidence": ("department", lambda study, _: study.patient.site.department),
        "RequestedProcedureLocation": ("institution", lambda study, _: study.patient.site.acronym),
        "ReferringPhysicianAddress": ("address", lambda study, _: study.patient.site.address),
        "ReferringPhysicianTelephoneNumbers": ("phone", lambda study, _: study.patient.site.telephone),
        "PersonTelephoneNumbers": ("phone", lambda study, _: study.patient.site.telephone),
        "PersonAddress": ("address", lambda study, _: study.patient.site.address),
        "OrderCallbackPhoneNumber": ("phone", lambda study, _: study.patient.site.telephone),
        "ReferringPhysicianName": ("physician", lambda study, _: study.referring.dicom),
        "NameOfPhysiciansReadingStudy": ("physician", lambda study, _: study.reading.dicom),
        "PerformingPhysicianName": ("physician", lambda study, _: study.performing.dicom),
        "OperatorsName": ("technologist", lambda study, _: study.technologist.dicom),
        "VerifyingOrganization": ("institution", lambda study, _: study.patient.site.institution),
        "ResponsibleOrganization": ("institution", lambda study, _: study.patient.site.institution),
        "HumanPerformerOrganization": ("institution", lambda study, _: study.patient.site.institution),
    }
)
# Device identity stays, so no row asks that it goes; it is invented all the same, to tell of no real place.
_DEVICE: Mapping[str, Callable[[Study], str]] = MappingProxyType(
    {
        "StationName": lambda study: study.patient.site.station[:16],
        "DeviceSerialNumber": lambda study: study.patient.site.serial,
    }
)
# In every Instance, and in some, at the top.
ALWAYS = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "AccessionNumber",
    "StudyID",
    "ReferringPhysicianName",
    "InstitutionName",
)
SOMETIMES = (
    "OtherPatientIDs",
    "OtherPatientNames",
    "PatientAddress",
    "PatientTelephoneNumbers",
    "PatientMotherBirthName",
    "MedicalRecordLocator",
    "InstitutionAddress",
    "InstitutionalDepartmentName",
    "OperatorsName",
    "PerformingPhysicianName",
    "NameOfPhysiciansReadingStudy",
    "ReferringPhysicianTelephoneNumbers",
    "RequestedProcedureID",
    "PerformedProcedureStepID",
    "AdmissionID",
    "IssuerOfPatientID",
    "CurrentPatientLocation",
)


class Uids:
    """UIDs of the source and those invented for them; the same within a patient."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._made: dict[tuple[str, str], str] = {}
        self._root = "1.2.826.0.1.3680043.10.1561"

    def of(self, scope: str, uid: str) -> str:
        """Return the UID that stands for one of the source."""
        if (scope, uid) not in self._made:
            self._made[scope, uid] = self.new()
        return self._made[scope, uid]

    def new(self) -> str:
        """Return a new UID."""
        rng = self._rng
        return f"{self._root}.{rng.randrange(1, 99)}.{rng.randrange(10**8, 10**14)}.{rng.randrange(1, 10**8)}"


def known_of_source(data_set: Dataset) -> frozenset[str]:
    """Return the words by which the source tells who it is about, in lower case."""
    words: set[str] = set()
    for place in walk(data_set):
        element = place.element
        if element.VR == "PN" or element.keyword in IDENTITY or element.keyword in _DEVICE:
            words.update(word.lower() for word in words_of(str(element.value)))
    return frozenset(word for word in words if len(word) > 2 and word not in GENERIC)


def overwrite(data_set: Dataset, study: Study, uids: Uids, days: int, record: Record, rng: random.Random) -> None:
    """Overwrite what identifies in all of a Data Set, and note what was planted."""
    for place in list(walk(data_set)):
        element = place.element
        if element.VR == "UI":
            _renew(place, uids, study.patient.patient_id)
        elif element.VR in ("DA", "DT") and element.keyword not in IDENTITY:
            _move(place, days)
        elif element.keyword in _DEVICE:
            element.value = _DEVICE[element.keyword](study)
        elif element.keyword in IDENTITY and not place.is_private:
            _invent(place, study, record, rng)
        elif element.VR == "PN":
            element.value = _staff(study, rng)
            record.identity(place.path, "physician", parts_of(str(element.value)))
    for keyword in (*ALWAYS, *(each for each in SOMETIMES if rng.random() < 0.15)):
        tag = tag_for_keyword(keyword)
        assert tag is not None
        if step_of(tag) not in record.plants:
            setattr(data_set, keyword, "")
            place = Place(data_set[tag], data_set, step_of(tag), keyword, ((tag, ""),), is_sample=True)
            _invent(place, study, record, rng)
    data_set.PatientSex = study.patient.sex
    data_set.StudyDate = f"{study.day:%Y%m%d}"
    _age(data_set, study, record)


def _invent(place: Place, study: Study, record: Record, rng: random.Random) -> None:
    kind, invent = IDENTITY[place.element.keyword]
    value = invent(study, rng)
    if place.element.VR == "SH":
        value = value[:16].strip()
    elif place.element.VR == "LO":
        value = value[:64].strip()
    place.element.value = value
    record.identity(place.path, kind, parts_of(value) if place.element.VR == "PN" else [value])


def parts_of(name: str) -> list[str]:
    """Return the components of all groups of a PN value."""
    return [part for part in re.split(r"[\^=]", name) if part]


def _renew(place: Place, uids: Uids, scope: str) -> None:
    if place.tag in STRUCTURAL_UIDS or not place.element.value:
        return
    values = place.element.value if place.element.VM > 1 else [place.element.value]
    new = [uid if is_standard(uid) else uids.of(scope, uid) for uid in map(str, values)]
    place.element.value = new if len(new) > 1 else new[0]


def _move(place: Place, days: int) -> None:
    values = place.element.value if place.element.VM > 1 else [place.element.value]
    new = [moved(str(value), days) for value in values or ()]
    if all(each is not None for each in new) and new:
        place.element.value = new if len(new) > 1 else new[0]


def moved(text: str, days: int) -> str | None:
    """Return a DA or DT value moved by days; None if it is none."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        day = date(int(match[1]), int(match[2]), int(match[3])) + timedelta(days)
    except (ValueError, OverflowError):
        return None
    return f"{day:%Y%m%d}{match[4]}" if day.year > 999 else None


def day_of(data_set: Dataset) -> date | None:
    """Return the day of the study in the source."""
    for keyword in ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate"):
        try:
            return datetime.strptime(str(data_set.get(keyword, "")), "%Y%m%d").date()
        except ValueError:
            continue
    return None


def _age(data_set: Dataset, study: Study, record: Record) -> None:
    value = f"{study.years:03}Y"
    data_set.PatientAge = value
    if study.years > 90:  # 90 is what those over 89 may become
        record.identity(step_of(0x00101010), "age90", [value])


def tells_of_source(text: str, source_words: frozenset[str]) -> bool:
    """Tell if a text has a word by which the source tells who it is about."""
    lower = spaced(text)
    own = {word.lower() for word in words_of(text)}
    return any(word in own or (len(word) > _SHORT and word in lower) for word in source_words)


def may_identify(text: str) -> bool:
    """Tell if a text of the source has a number, an address, a title or a date that may identify."""
    return _IDENTIFYING.search(spaced(text)) is not None
