"""Directory Records of a DICOMDIR: which record a SOP Class has, and the keys that stand in it.

Source: PS3.3 F.3 (Basic Directory Information Object), F.4 (which records below which), F.5 (keys of each record).
Keys of Type 3 (icons and the like) are left out: a directory needs no more than what finds an Instance.

Decided: the records of bulk annotations, inventories and waveform presentations (since 2022) are not made: readers of
today give up the whole DICOMDIR at a Directory Record Type that they do not know. Protocols have no record.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from deidpipe.standard.types import iod_of

DIRECTORY_STORAGE = "1.2.840.10008.1.3.10"


class Key(NamedTuple):
    """An Attribute of a Directory Record: ``type`` is 1 (has a value), 2 (may be empty) or 1C (where there is one)."""

    keyword: str
    type: str


def record_type_of(sop_class: str) -> str | None:
    """Return the Directory Record Type for Instances of a SOP Class; None if there is none or it is unknown."""
    iod = iod_of(sop_class) or ""
    if iod in _NOT_MADE:
        return None
    for record_type, iods in _IODS.items():
        if iod in iods:
            return record_type
    return next((record_type for ending, record_type in _ENDINGS.items() if iod.endswith(ending)), None)


def keys_of(record_type: str) -> tuple[Key, ...]:
    """Return the keys of a Directory Record."""
    return _KEYS[record_type]


def all_keys() -> list[str]:
    """Return the keywords of all keys of all Directory Records."""
    return sorted({key.keyword for keys in _KEYS.values() for key in keys})


def _keys(told: str) -> tuple[Key, ...]:
    return tuple(Key(keyword, key_type or "1") for keyword, _, key_type in (key.partition("=") for key in told.split()))


_NOT_MADE = frozenset({"waveform-presentation-state", "waveform-acquisition-presentation-state"})
# Records that stand beside those of patients, not below one.
OF_NO_PATIENT = frozenset({"HANGING PROTOCOL", "PALETTE", "IMPLANT", "IMPLANT ASSY", "IMPLANT GROUP"})
_CONTENT = "InstanceNumber ContentDate ContentTime"
_IDENTIFIED = f"{_CONTENT} ContentLabel ContentDescription=2 ContentCreatorName=2"
_KEYS: Mapping[str, tuple[Key, ...]] = MappingProxyType(
    {
        record_type: _keys(told)
        for record_type, told in {
            "PATIENT": "PatientName=2 PatientID",
            "STUDY": "StudyDate StudyTime StudyDescription=2 StudyInstanceUID StudyID AccessionNumber=2",
            "SERIES": "Modality SeriesInstanceUID SeriesNumber",
            "IMAGE": "InstanceNumber",
            "RT DOSE": "InstanceNumber DoseSummationType",
            "RT STRUCTURE SET": "InstanceNumber StructureSetLabel StructureSetDate=2 StructureSetTime=2",
            "RT PLAN": "InstanceNumber RTPlanLabel RTPlanDate=2 RTPlanTime=2",
            "RT TREAT RECORD": "InstanceNumber TreatmentDate=2 TreatmentTime=2",
            "PRESENTATION": "PresentationCreationDate PresentationCreationTime InstanceNumber ContentLabel "
            "ContentDescription=2 ContentCreatorName=2 ReferencedSeriesSequence=1C BlendingSequence=1C",
            "WAVEFORM": _CONTENT,
            "SR DOCUMENT": f"{_CONTENT} CompletionFlag VerificationFlag VerificationDateTime=1C "
            "ConceptNameCodeSequence ContentSequence=1C",
            "KEY OBJECT DOC": f"{_CONTENT} ConceptNameCodeSequence ContentSequence=1C",
            "SPECTROSCOPY": f"{_CONTENT} ImageType ReferencedImageEvidenceSequence=1C NumberOfFrames Rows Columns "
            "DataPointRows DataPointColumns",
            "RAW DATA": _CONTENT,
            "REGISTRATION": _IDENTIFIED,
            "FIDUCIAL": _IDENTIFIED,
            "ENCAP DOC": "InstanceNumber ContentDate=2 ContentTime=2 DocumentTitle=2 HL7InstanceIdentifier=1C "
            "ConceptNameCodeSequence=2 MIMETypeOfEncapsulatedDocument",
            "VALUE MAP": _IDENTIFIED,
            "STEREOMETRIC": "",
            "MEASUREMENT": _IDENTIFIED,
            "SURFACE": _IDENTIFIED,
            "SURFACE SCAN": "ContentDate ContentTime",
            "TRACT": _IDENTIFIED,
            "ASSESSMENT": "InstanceNumber InstanceCreationDate InstanceCreationTime=2",
            "PLAN": "",
            "RADIOTHERAPY": "InstanceNumber UserContentLabel=1C UserContentLongLabel=1C ContentDescription=2 "
            "ContentCreatorName=2",
            "HANGING PROTOCOL": "HangingProtocolName HangingProtocolDescription HangingProtocolLevel "
            "HangingProtocolCreator HangingProtocolCreationDateTime HangingProtocolDefinitionSequence "
            "NumberOfPriorsReferenced HangingProtocolUserIdentificationCodeSequence=2",
            "PALETTE": "ContentLabel ContentDescription=2",
            "IMPLANT": "Manufacturer ImplantName ImplantSize=1C ImplantPartNumber",
            "IMPLANT ASSY": "ImplantAssemblyTemplateName Manufacturer ProcedureTypeCodeSequence",
            "IMPLANT GROUP": "ImplantTemplateGroupName ImplantTemplateGroupIssuer",
        }.items()
    }
)
_IODS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        record_type: frozenset(iods.split())
        for record_type, iods in {
            "RT DOSE": "rt-dose",
            "RT STRUCTURE SET": "rt-structure-set",
            "RT PLAN": "rt-plan rt-ion-plan",
            "RT TREAT RECORD": "rt-beams-treatment-record rt-brachy-treatment-record rt-ion-beams-treatment-record "
            "rt-treatment-summary-record",
            "PLAN": "rt-beams-delivery-instruction rt-brachy-application-setup-delivery-instruction",
            "RADIOTHERAPY": "rt-physician-intent rt-segment-annotation rt-radiation-set rt-radiation-record-set "
            "rt-radiation-salvage-record rt-radiation-set-delivery-instruction rt-treatment-preparation "
            "rt-patient-position-acquisition-instruction c-arm-photon-electron-radiation robotic-arm-radiation "
            "c-arm-photon-electron-radiation-record robotic-arm-radiation-record tomotherapeutic-radiation "
            "tomotherapeutic-radiation-record",
            "PRESENTATION": "basic-structured-display",
            "WAVEFORM": "12-lead-ecg general-ecg general-32-bit-ecg ambulatory-ecg basic-cardiac-electrophysiology-"
            "waveform basic-voice-audio-waveform general-audio-waveform hemodynamic-waveform arterial-pulse-waveform "
            "respiratory-waveform multi-channel-respiratory-waveform routine-scalp-electroencephalogram electromyogram "
            "electrooculogram sleep-electroencephalogram body-position-waveform",
            "SR DOCUMENT": "procedure-log implantation-plan-sr-document spectacle-prescription-report "
            "macular-grid-thickness-and-volume-report",
            "KEY OBJECT DOC": "key-object-selection-document",
            "SPECTROSCOPY": "mr-spectroscopy",
            "RAW DATA": "raw-data",
            "REGISTRATION": "spatial-registration deformable-spatial-registration",
            "FIDUCIAL": "spatial-fiducials",
            "VALUE MAP": "real-world-value-mapping",
            "STEREOMETRIC": "stereometric-relationship",
            "SURFACE": "surface-segmentation",
            "SURFACE SCAN": "surface-scan-mesh surface-scan-point-cloud",
            "TRACT": "tractography-results",
            "ASSESSMENT": "content-assessment-results",
            "MEASUREMENT": "intraocular-lens-calculations",
            "HANGING PROTOCOL": "hanging-protocol",
            "PALETTE": "color-palette",
            "IMPLANT": "generic-implant-template",
            "IMPLANT ASSY": "implant-assembly-template",
            "IMPLANT GROUP": "implant-template-group",
            "IMAGE": "segmentation height-map-segmentation parametric-map enhanced-us-volume ophthalmic-thickness-map "
            "corneal-topography-map ophthalmic-optical-coherence-tomography-b-scan-volume-analysis",
        }.items()
    }
)
_ENDINGS: Mapping[str, str] = MappingProxyType(
    {
        "-image": "IMAGE",
        "-presentation-state": "PRESENTATION",
        "-sr": "SR DOCUMENT",
        "-measurements": "MEASUREMENT",
    }
    | dict.fromkeys(("encapsulated-cda", "encapsulated-pdf", "encapsulated-stl"), "ENCAP DOC")
    | dict.fromkeys(("encapsulated-obj", "encapsulated-mtl"), "ENCAP DOC")
)
