"""An Instance that the gate lets through, and a collection to plant a leak in. All identities are invented."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian

from deidpipe.verify.api import check
from deidpipe.verify.run_checks import Report
from tests.datasets import a_dataset, written

CT = "1.2.840.10008.5.1.4.1.1.2"
PATIENT = "DP-ABCDEFGH23"
STUDY, SERIES, FRAME = "2.25.1001", "2.25.1002", "2.25.1003"
CODES = ("113100", "113105", "113107", "113108", "113109", "113111")


def uid(number: int) -> str:
    return f"2.25.{2000 + number}"


def codes(*values: str) -> list[Dataset]:
    return [a_dataset(CodeValue=value, CodingSchemeDesignator="DCM", CodeMeaning="as claimed") for value in values]


def clean_ct(number: int = 1) -> Dataset:
    """Return a CT slice as a good cleaner leaves it; slices of one number differ in nothing."""
    data_set = a_dataset(
        SpecificCharacterSet="ISO_IR 192",
        ImageType=["ORIGINAL", "PRIMARY", "AXIAL"],
        SOPClassUID=CT,
        SOPInstanceUID=uid(number),
        StudyDate="20100105",
        SeriesDate="20100105",
        AcquisitionDate="20100105",
        ContentDate="20100105",
        StudyTime="101500",
        AcquisitionTime="101501",
        ContentTime="101502",
        AccessionNumber="",
        Modality="CT",
        Manufacturer="ACME",
        ReferringPhysicianName="",
        StudyDescription="CT CHEST W CONTRAST",
        SeriesDescription="THIN 1.25 mm",
        ManufacturerModelName="Scanner 9",
        PatientName=PATIENT,
        PatientID=PATIENT,
        PatientBirthDate="",
        PatientSex="F",
        PatientAge="061Y",
        PatientIdentityRemoved="YES",
        DeidentificationMethod="by hand, for a test",
        DeidentificationMethodCodeSequence=codes(*CODES),
        BodyPartExamined="CHEST",
        SliceThickness="1.25",
        KVP="120",
        PatientPosition="HFS",
        StudyInstanceUID=STUDY,
        SeriesInstanceUID=SERIES,
        StudyID="",
        SeriesNumber="2",
        AcquisitionNumber="1",
        InstanceNumber=str(number),
        ImagePositionPatient=["0", "0", f"{number * 1.25}"],
        ImageOrientationPatient=["1", "0", "0", "0", "1", "0"],
        FrameOfReferenceUID=FRAME,
        PositionReferenceIndicator="",
        SamplesPerPixel=1,
        PhotometricInterpretation="MONOCHROME2",
        Rows=16,
        Columns=16,
        PixelSpacing=["0.7", "0.7"],
        BitsAllocated=16,
        BitsStored=16,
        HighBit=15,
        PixelRepresentation=0,
        LongitudinalTemporalInformationModified="MODIFIED",
        WindowCenter="40",
        WindowWidth="400",
        RescaleIntercept="-1024",
        RescaleSlope="1",
        RescaleType="HU",
    )
    data_set.add_new(0x7FE00010, "OW", bytes((number * 7 + place * 13) % 251 for place in range(512)))
    return data_set


def file_of(data_set: Dataset, syntax: str = ExplicitVRLittleEndian) -> bytes:
    """Return the file, with the Media Storage SOP Instance UID that it should have."""
    data = written(data_set, syntax)
    told = str(data_set.get("SOPInstanceUID", "2.25.1"))
    return _with_media_uid(data, told)


def _with_media_uid(data: bytes, told: str) -> bytes:
    from io import BytesIO

    from pydicom import dcmread, dcmwrite

    read = dcmread(BytesIO(data))
    read.file_meta.MediaStorageSOPInstanceUID = told  # type: ignore[assignment]
    read.file_meta.MediaStorageSOPClassUID = read.get("SOPClassUID", CT)
    buffer = BytesIO()
    dcmwrite(buffer, read, enforce_file_format=True)
    return buffer.getvalue()


class Plot:
    """A collection of one clean Instance, ``data_set``, in ``name``; a plant changes what it likes.

    ``edit`` changes the bytes of the file, ``others`` are more files, ``words`` go to the gate.
    """

    def __init__(self) -> None:
        self.data_set = clean_ct()
        self.name = "series/1.dcm"
        self.syntax = ExplicitVRLittleEndian
        self.edit: Callable[[bytes], bytes] = lambda data: data
        self.others: dict[str, bytes] = {}
        self.original: Dataset | None = None
        self.words: dict[str, Any] = {}

    def add(self, data_set: Dataset, name: str = "series/2.dcm") -> None:
        self.others[name] = file_of(data_set)

    def write(self, folder: Path) -> Path:
        out = folder / "out"
        for name, data in {self.name: self.edit(file_of(self.data_set, self.syntax)), **self.others}.items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(data)
        if self.original is not None:
            (folder / "in").mkdir()
            (folder / "in" / "a.dcm").write_bytes(file_of(self.original))
            self.words["original"] = folder / "in"
        return out

    def checked(self, folder: Path) -> Report:
        return check(self.write(folder), **self.words)
