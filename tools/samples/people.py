"""Who is in the upload, and the Attributes that say so. Every person, place and number is invented."""

from dataclasses import dataclass

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

ROOT = "1.2.826.0.1.3680043.10.1561"


@dataclass(frozen=True)
class Patient:
    """One invented patient and the place that imaged them."""

    number: int
    name: str
    patient_id: str
    born: str
    sex: str
    character_set: str | tuple[str, ...]
    address: str
    telephone: str
    other_id: str
    referring: str
    operator: str
    institution: str
    institution_address: str
    station: str
    serial: str


@dataclass(frozen=True)
class Study:
    """One visit of a patient."""

    patient: Patient
    number: int
    date: str
    time: str
    description: str

    @property
    def accession(self) -> str:
        """The Accession Number."""
        return f"ACC-{self.patient.number}{self.date}"


JOERG = Patient(
    number=1,
    name="Überschwäng^Jörg-Günther^^Dr.",
    patient_id="BH-1048-77",
    born="19470318",
    sex="M",
    character_set="ISO_IR 100",
    address="Nebelgasse 14, 99998 Wolkenstadt",
    telephone="+49 5550 0123456",
    other_id="KVNR-X482910337",
    referring="Federkiel^Ottilie^^Dr.",
    operator="Tintenfass^Ruprecht",
    institution="Klinikum Wolkenstadt",
    institution_address="Am Luftschloss 3, 99998 Wolkenstadt",
    station="WOLKCT01",
    serial="SN-CT-4711-0815",
)
MICHIKO = Patient(
    number=2,
    name="ﾂｷｼﾏ^ﾐﾁｺ=月島^美知子=つきしま^みちこ",
    patient_id="TSK-20771",
    born="19580211",
    sex="F",
    character_set=("ISO 2022 IR 13", "ISO 2022 IR 87"),
    address="架空県夢見市雲町七丁目",
    telephone="000-5550-7788",
    other_id="JP-HOKEN-88120043",
    referring="ﾔﾏﾉ^ｿﾗ=山野^空=やまの^そら",
    operator="ｳﾐﾉ^ﾅﾐ=海野^波=うみの^なみ",
    institution="架空中央病院",
    institution_address="架空県夢見市星町一番地",
    station="KAKUUMR2",
    serial="SN-MR-90210-77",
)
BARNABY = Patient(
    number=3,
    name="Wombleton^Barnaby^Thistle",
    patient_id="MRN-555-01-9942",
    born="19520607",
    sex="M",
    character_set="ISO_IR 6",
    address="7 Nowhere Lane, Mapledown, ZZ 00000",
    telephone="(212) 555-0187",
    other_id="987-65-4329",
    referring="Gooseberry^Prudence",
    operator="Thimblewick^Ada",
    institution="Mapledown Imaging Center",
    institution_address="12 Imaginary Plaza, Mapledown, ZZ 00000",
    station="MAPLEUS3",
    serial="SN-US-31337",
)

CT_STUDY = Study(JOERG, 1, "20190312", "101500", "CT Hals/Thorax, Hr. Überschwäng")
CR_STUDY = Study(JOERG, 2, "20191128", "083020", "Röntgen Thorax, Verlaufskontrolle")
MR_STUDY = Study(MICHIKO, 1, "20200131", "142210", "MR BRAIN DWI 月島")
PET_STUDY = Study(MICHIKO, 2, "20200131", "235000", "PET WHOLE BODY FDG")
US_STUDY = Study(BARNABY, 1, "20210704", "160145", "US ABDOMEN for Barnaby Wombleton")
OLD_STUDY = Study(BARNABY, 2, "20030519", "113000", "OUTSIDE FILMS")

# One planted string a line in identities.txt. Each occurs in the upload, in the character set of its Instance.
IDENTITIES = (
    "Überschwäng",
    "Ueberschwaeng",
    "Jörg-Günther",
    "BH-1048-77",
    "19470318",
    "Nebelgasse",
    "+49 5550 0123456",
    "KVNR-X482910337",
    "Federkiel",
    "Ottilie",
    "Tintenfass",
    "Ruprecht",
    "Wolkenstadt",
    "Luftschloss",
    "WOLKCT01",
    "WOLKPACS",
    "SN-CT-4711-0815",
    "ﾂｷｼﾏ",
    "ﾐﾁｺ",
    "月島",
    "美知子",
    "つきしま",
    "みちこ",
    "TSK-20771",
    "19580211",
    "架空県夢見市",
    "000-5550-7788",
    "JP-HOKEN-88120043",
    "山野",
    "海野",
    "架空中央病院",
    "KAKUUMR2",
    "SN-MR-90210-77",
    "Wombleton",
    "Barnaby",
    "MRN-555-01-9942",
    "19520607",
    "Nowhere Lane",
    "(212) 555-0187",
    "987-65-4329",
    "b.wombleton@example.invalid",
    "Gooseberry",
    "Prudence",
    "Thimblewick",
    "Mapledown",
    "MAPLEUS3",
    "SN-US-31337",
    "ACC-120190312",
    "ACC-120191128",
    "ACC-220200131",
    "ACC-320210704",
    "ACC-320030519",
    f"{ROOT}.",
)


def uid(*numbers: int) -> str:
    """Return the UID with these numbers under the root of the upload."""
    return ".".join([ROOT, *map(str, numbers)])


def item(**values: object) -> Dataset:
    """Return a Data Set with these Attributes."""
    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def code(value: str, scheme: str, meaning: str) -> list[Dataset]:
    """Return a Code Sequence of one Item."""
    return [item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)]


def reference(instance: Dataset) -> Dataset:
    """Return an Item that refers to an Instance."""
    return item(ReferencedSOPClassUID=instance.SOPClassUID, ReferencedSOPInstanceUID=instance.SOPInstanceUID)


def an_instance(study: Study, sop_class: UID, modality: str, series: int, number: int) -> FileDataset:
    """Return an Instance of a Study: File Meta Information, patient, study, series, equipment, and no content yet."""
    patient = study.patient
    made = FileDataset(None, {}, preamble=b"\x00" * 128, file_meta=FileMetaDataset())
    made.SpecificCharacterSet = (
        patient.character_set if isinstance(patient.character_set, str) else list(patient.character_set)
    )
    made.SOPClassUID = sop_class
    made.SOPInstanceUID = uid(patient.number, study.number, series, number)
    made.Modality = modality
    made.SeriesNumber = series
    made.InstanceNumber = number
    made.SeriesInstanceUID = uid(patient.number, study.number, series)
    _add_file_meta(made, patient)
    _add_patient(made, patient)
    _add_study(made, study)
    _add_equipment(made, patient)
    return made


def _add_file_meta(made: FileDataset, patient: Patient) -> None:
    meta = made.file_meta
    meta.FileMetaInformationVersion = b"\x00\x01"
    meta.MediaStorageSOPClassUID = made.SOPClassUID
    meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = uid(0)
    meta.ImplementationVersionName = "INVENTED_1"
    meta.SourceApplicationEntityTitle = patient.station


def _add_patient(made: Dataset, patient: Patient) -> None:
    made.PatientName = patient.name
    made.PatientID = patient.patient_id
    made.PatientBirthDate = patient.born
    made.PatientSex = patient.sex
    made.PatientWeight = "71.5"
    made.PatientAddress = patient.address
    made.PatientTelephoneNumbers = patient.telephone
    made.OtherPatientIDsSequence = [
        item(PatientID=patient.other_id, IssuerOfPatientID=patient.institution, TypeOfPatientID="TEXT")
    ]
    made.PatientComments = f"Tel. {patient.telephone}"


def _add_study(made: Dataset, study: Study) -> None:
    patient = study.patient
    made.StudyInstanceUID = uid(patient.number, study.number)
    made.StudyID = f"{study.number}"
    made.StudyDescription = study.description
    made.AccessionNumber = study.accession
    made.ReferringPhysicianName = patient.referring
    years = int(study.date[:4]) - int(patient.born[:4]) - (study.date[4:] < patient.born[4:])
    made.PatientAge = f"{years:03d}Y"
    made.StudyDate = made.SeriesDate = made.ContentDate = study.date
    made.StudyTime = made.SeriesTime = made.ContentTime = study.time
    made.ReferencedStudySequence = [
        item(ReferencedSOPClassUID="1.2.840.10008.3.1.2.3.1", ReferencedSOPInstanceUID=made.StudyInstanceUID)
    ]
    made.RequestAttributesSequence = [
        item(
            AccessionNumber=study.accession,
            RequestedProcedureID=f"RP{study.accession}",
            RequestedProcedureDescription=study.description,
            ScheduledProcedureStepID=f"SP{study.accession}",
            RequestingPhysician=patient.referring,
        )
    ]


def _add_equipment(made: Dataset, patient: Patient) -> None:
    made.Manufacturer = "Fictive Imaging"
    made.InstitutionName = patient.institution
    made.InstitutionAddress = patient.institution_address
    made.StationName = patient.station
    made.DeviceSerialNumber = patient.serial
    made.OperatorsName = patient.operator
    made.OperatorIdentificationSequence = [
        item(
            PersonIdentificationCodeSequence=code("OP-17", "99WOLK", str(patient.operator).replace("^", " ")),
            InstitutionName=patient.institution,
            InstitutionAddress=patient.institution_address,
            PersonTelephoneNumbers=patient.telephone,
        )
    ]
