"""The 18 identifiers of HIPAA Safe Harbor, and where headers of DICOM hold them.

Source: 45 CFR 164.514(b)(2)(i), (A) to (R). The words are ours; which Attributes belong to which is our judgement.
"""

from typing import NamedTuple


class Identifier(NamedTuple):
    """One of the 18: its letter, what it is, Attributes that hold it, and what is to be said of it."""

    letter: str
    what: str
    attributes: tuple[str, ...]
    told: str


def _held(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_TEXT = "elsewhere in texts only, from which they are taken"

IDENTIFIERS = (
    Identifier(
        "A",
        "names",
        _held("PatientName OtherPatientNames PatientBirthName ReferringPhysicianName OperatorsName"),
        "persons by VR PN anywhere else are emptied; names are taken from texts",
    ),
    Identifier(
        "B",
        "places smaller than a state, ZIP codes but for three digits",
        _held("PatientAddress RegionOfResidence CountryOfResidence InstitutionName InstitutionAddress StationName"),
        "addresses go whole, and ZIP codes are taken from texts: nothing is left to cut to three digits",
    ),
    Identifier(
        "C",
        "dates but for the year, and ages over 89",
        _held("PatientBirthDate PatientBirthTime PatientAge StudyDate AcquisitionDateTime AdmittingDate"),
        "the birth date is emptied, years of other dates stay, all ages over 89 are one category (090Y)",
    ),
    Identifier("D", "telephone numbers", _held("PatientTelephoneNumbers ReferringPhysicianTelephoneNumbers"), ""),
    Identifier("E", "fax numbers", _held("PatientTelecomInformation PersonTelecomInformation"), _TEXT),
    Identifier("F", "e-mail addresses", _held("PatientTelecomInformation PersonTelecomInformation"), _TEXT),
    Identifier("G", "social security numbers", _held("OtherPatientIDs OtherPatientIDsSequence"), ""),
    Identifier(
        "H",
        "medical record numbers",
        _held("PatientID OtherPatientIDs IssuerOfPatientID AdmissionID ServiceEpisodeID"),
        "Patient ID becomes a keyed code of the original; who reads (c)(1) to want codes that are not derived from it "
        "gives a mapping (`run --mapping`)",
    ),
    Identifier("I", "health plan beneficiary numbers", _held("InsurancePlanIdentification"), ""),
    Identifier("J", "account numbers", _held("AccessionNumber StudyID PlacerOrderNumberImagingServiceRequest"), ""),
    Identifier("K", "certificate and licence numbers", _held("PersonIdentificationCodeSequence"), _TEXT),
    Identifier(
        "L",
        "vehicle identifiers",
        (),
        "DICOM has no Attribute for them; what says that it is a plate is taken from texts",
    ),
    Identifier(
        "M",
        "device identifiers and serial numbers",
        _held("DeviceSerialNumber DeviceUID DetectorID PlateID GantryID UniqueDeviceIdentifier"),
        "",
    ),
    Identifier("N", "web addresses", _held("RetrieveURL"), "VR UR anywhere is emptied or removed"),
    Identifier("O", "IP addresses", _held("RetrieveAETitle StationAETitle"), "VR AE anywhere is emptied or removed"),
    Identifier(
        "P",
        "biometric identifiers, voices among them",
        _held("WaveformAnnotationSequence"),
        "Instances that hold a waveform, as a voice is, go into quarantine",
    ),
    Identifier(
        "Q",
        "full face photographs and comparable images",
        (),
        "**not done**: photographs (Modality XC) and what says that a person can be recognised go into quarantine; "
        "head volumes that could be rendered must be found and defaced by other means",
    ),
    Identifier(
        "R",
        "any other unique number, characteristic or code",
        _held("SOPInstanceUID StudyInstanceUID SeriesInstanceUID FrameOfReferenceUID ImageComments StudyDescription"),
        "new UIDs are keyed functions of the originals; private elements are removed; "
        "text that is burned into pixels is **not** looked for",
    ),
)
