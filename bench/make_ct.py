"""Make N synthetic CT Instances to measure with: python bench/make_ct.py OUT N.

Three headers that are built like those of Siemens, GE and Philips scanners: private blocks, nested Sequences,
512 x 512 pixels of 16 bits. Within a series the values vary as they do in a real one. All of it is invented, and
the same each time.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import FileDataset, dcmwrite
from pydicom._private_dict import private_dictionaries
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

ROOT = "1.2.826.0.1.3680043.10.1561.9"
SIDE = 512
SLICES = 125  # Instances in a Series
SHIFTS = 32  # distinct pixel arrays: each is the noise, rolled

# Group, Private Creator, how many of its elements: taken in order from pydicom's private dictionary, so that each has
# the VR it has in the field.
PRIVATE: dict[str, list[tuple[int, str, int]]] = {
    "SIEMENS": [
        (0x0019, "SIEMENS CT VA0  COAD", 34),
        (0x0021, "SIEMENS MED", 6),
        (0x0029, "SIEMENS CSA HEADER", 6),
        (0x0029, "SIEMENS MEDCOM HEADER", 9),
        (0x0051, "SIEMENS CT VA0  OST", 4),
    ],
    "GE MEDICAL SYSTEMS": [
        (0x0009, "GEMS_IDEN_01", 15),
        (0x0011, "GEMS_PATI_01", 1),
        (0x0019, "GEMS_ACQU_01", 30),
        (0x0021, "GEMS_RELA_01", 18),
        (0x0023, "GEMS_STDY_01", 6),
        (0x0025, "GEMS_SERS_01", 8),
        (0x0027, "GEMS_IMAG_01", 10),
        (0x0043, "GEMS_PARM_01", 12),
        (0x0045, "GEMS_HELIOS_01", 8),
    ],
    "Philips": [
        (0x00E1, "ELSCINT1", 40),
        (0x01F1, "ELSCINT1", 28),
        (0x2001, "Philips Imaging DD 001", 8),
    ],
}

VALUES: dict[str, object] = {
    "CS": "STANDARD",
    "DA": "20190312",
    "DS": "12.5",
    "DT": "20190312101500",
    "FD": 0.625,
    "FL": 0.625,
    "IS": "7",
    "LO": "B30f kernel, table in",
    "LT": "reconstructed on console 2",
    "OB": bytes(range(64)),
    "OW": bytes(range(64)),
    "PN": "Federkiel^Ottilie",
    "SH": "ROW1",
    "SL": 1552385700,
    "SS": 3,
    "ST": "head first, supine",
    "TM": "101500",
    "UI": f"{ROOT}.77",
    "UL": 4711,
    "UN": b"unknown!",
    "US": 12,
}


def uid(*numbers: int) -> str:
    """Return the UID with these numbers under the root of the bench."""
    return ".".join([ROOT, *map(str, numbers)])


def item(**values: object) -> Dataset:
    """Return a Data Set with these Attributes."""
    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def code(value: str, meaning: str) -> list[Dataset]:
    """Return a Code Sequence of one Item."""
    return [item(CodeValue=value, CodingSchemeDesignator="99BENCH", CodeMeaning=meaning)]


def reference(sop_class: str, sop_instance: str) -> Dataset:
    """Return an Item that refers to an Instance."""
    return item(ReferencedSOPClassUID=sop_class, ReferencedSOPInstanceUID=sop_instance)


def add_private(header: Dataset, group: int, creator: str, wanted: int) -> None:
    """Add the first elements of a private block that the dictionary knows in this group."""
    block = header.private_block(group, creator, create=True)
    prefix = f"{group:04X}xx"
    for tag, (vr, _multiplicity, _name, _retired) in private_dictionaries[creator].items():
        if wanted and tag.startswith(prefix) and vr in VALUES:
            block.add_new(int(tag[6:], 16), vr, VALUES[vr])
            wanted -= 1


def file_meta() -> FileMetaDataset:
    """Return File Meta Information for a CT Image in Explicit VR Little Endian."""
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\x00\x01"
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = uid(0)
    meta.ImplementationVersionName = "BENCH"
    meta.SourceApplicationEntityTitle = "BENCHCT"
    return meta


def add_patient_and_study(header: Dataset, series: int) -> None:
    """Add who and when: two Series to a patient, each in a Study of its own."""
    patient = series // 2
    header.PatientName = f"Musterkind{patient:03d}^Ludmilla^von"
    header.PatientID = f"BENCH-{patient:05d}"
    header.IssuerOfPatientID = "Klinikum Wolkenstadt"
    header.PatientBirthDate = f"19{30 + patient % 60:02d}0714"
    header.PatientSex = "FM"[patient % 2]
    header.PatientAge = "058Y"
    header.PatientSize = "1.71"
    header.PatientWeight = "70.5"
    header.PatientAddress = "Nebelgasse 14, 99998 Wolkenstadt"
    header.PatientTelephoneNumbers = "+49 5550 0123456"
    header.OtherPatientIDsSequence = [item(PatientID=f"OLD-{patient:05d}", TypeOfPatientID="TEXT")]
    header.EthnicGroup = "unknown"
    header.AdditionalPatientHistory = "smoker, 20 pack years; seen by Dr. Federkiel"
    header.StudyInstanceUID = uid(1, series)
    header.StudyID = f"S{series:04d}"
    header.StudyDescription = "CT Thorax/Abdomen"
    header.AccessionNumber = f"ACC{series:08d}"
    header.ReferringPhysicianName = "Federkiel^Ottilie^^Dr."
    header.PhysiciansOfRecord = "Tintenfass^Ruprecht"
    header.ReferencedStudySequence = [reference("1.2.840.10008.3.1.2.3.1", uid(1, series))]
    header.ProcedureCodeSequence = code("CTTA", "CT Thorax/Abdomen")
    date = f"2019{1 + series % 12:02d}{1 + series % 27:02d}"
    for keyword in ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate", "PerformedProcedureStepStartDate"):
        setattr(header, keyword, date)
    header.StudyTime = header.SeriesTime = header.PerformedProcedureStepStartTime = "101500.250000"


def add_series(header: Dataset, series: int) -> None:
    """Add the Series, its equipment and its requested procedure."""
    header.Modality = "CT"
    header.SeriesInstanceUID = uid(2, series)
    header.SeriesNumber = series + 1
    header.SeriesDescription = "Thorax 1.0 B30f"
    header.ProtocolName = "02_ThorAbd"
    header.BodyPartExamined = "CHEST"
    header.PatientPosition = "HFS"
    header.OperatorsName = "Tintenfass^Ruprecht"
    header.PerformingPhysicianName = "Federkiel^Ottilie"
    header.InstitutionName = "Klinikum Wolkenstadt"
    header.InstitutionAddress = "Am Luftschloss 3, 99998 Wolkenstadt"
    header.InstitutionalDepartmentName = "Radiologie"
    header.StationName = "WOLKCT01"
    header.DeviceSerialNumber = "4711-0815"
    header.SoftwareVersions = ["syngo CT 2012B", "VA44"]
    header.DateOfLastCalibration = "20190101"
    header.TimeOfLastCalibration = "060000"
    header.PerformedProcedureStepID = f"P{series:06d}"
    header.PerformedProcedureStepDescription = "CT Thorax"
    header.RequestedProcedureDescription = "CT Thorax with contrast"
    header.RequestAttributesSequence = [
        item(
            AccessionNumber=f"ACC{series:08d}",
            RequestedProcedureID=f"R{series:06d}",
            RequestedProcedureDescription="CT Thorax",
            ScheduledProcedureStepID=f"SP{series:06d}",
            ScheduledProcedureStepDescription="CT Thorax",
            ScheduledProtocolCodeSequence=code("CTT", "CT Thorax"),
        )
    ]
    header.PerformedProtocolCodeSequence = code("CTT", "CT Thorax")
    header.ReferencedPerformedProcedureStepSequence = [reference("1.2.840.10008.3.1.2.3.3", uid(4, series))]
    header.FrameOfReferenceUID = uid(5, series)
    header.PositionReferenceIndicator = "SN"


def add_image(header: Dataset) -> None:
    """Add the acquisition and the description of the pixels."""
    header.SpecificCharacterSet = "ISO_IR 100"
    header.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL", "CT_SOM5 SPI"]
    header.SOPClassUID = CTImageStorage
    header.ContrastBolusAgent = "Ultravist 370"
    header.ScanOptions = "HELICAL MODE"
    header.ConvolutionKernel = "B30f"
    header.FilterType = "WEDGE_3"
    header.RotationDirection = "CW"
    for keyword, number in {
        "SliceThickness": "1",
        "KVP": "120",
        "DataCollectionDiameter": "500",
        "ReconstructionDiameter": "360",
        "DistanceSourceToDetector": "1085.6",
        "DistanceSourceToPatient": "595",
        "GantryDetectorTilt": "0",
        "TableHeight": "155",
        "ExposureTime": "500",
        "XRayTubeCurrent": "210",
        "Exposure": "140",
        "GeneratorPower": "25",
        "FocalSpots": "1.2",
        "SmallestImagePixelValue": 0,
        "LargestImagePixelValue": 4095,
        "SingleCollimationWidth": 0.6,
        "TotalCollimationWidth": 38.4,
        "TableSpeed": 46.0,
        "TableFeedPerRotation": 23.0,
        "SpiralPitchFactor": 0.6,
        "CTDIvol": 9.4,
        "AcquisitionNumber": "2",
        "SamplesPerPixel": 1,
        "Rows": SIDE,
        "Columns": SIDE,
        "BitsAllocated": 16,
        "BitsStored": 12,
        "HighBit": 11,
        "PixelRepresentation": 0,
        "RescaleIntercept": "-1024",
        "RescaleSlope": "1",
    }.items():
        setattr(header, keyword, number)
    header.PhotometricInterpretation = "MONOCHROME2"
    header.PixelSpacing = ["0.703125", "0.703125"]
    header.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
    header.WindowCenter = ["40", "-600"]
    header.WindowWidth = ["400", "1200"]
    header.WindowCenterWidthExplanation = ["WINDOW1", "WINDOW2"]
    header.RescaleType = "HU"


def a_header(series: int) -> FileDataset:
    """Return what all Instances of a Series share."""
    header = FileDataset(None, {}, preamble=b"\x00" * 128, file_meta=file_meta())
    add_image(header)
    add_patient_and_study(header, series)
    add_series(header, series)
    makers = list(PRIVATE)
    header.Manufacturer = makers[series % len(makers)]
    header.ManufacturerModelName = f"{header.Manufacturer.split()[0]} Fictive 64"
    for group, creator, wanted in PRIVATE[header.Manufacturer]:
        add_private(header, group, creator, wanted)
    return header


def vary(header: FileDataset, series: int, number: int) -> None:
    """Give the header the values of one slice."""
    header.SOPInstanceUID = header.file_meta.MediaStorageSOPInstanceUID = uid(3, series, number + 1)
    header.InstanceNumber = number + 1
    time = f"1015{number * 7 // 60 % 60:02d}.{number * 1319 % 1000000:06d}"
    header.AcquisitionTime = header.ContentTime = header.InstanceCreationTime = time
    header.InstanceCreationDate = header.AcquisitionDate
    header.AcquisitionDateTime = header.AcquisitionDate + time
    position = -812.5 - number
    header.ImagePositionPatient = ["-180", "-180", f"{position:g}"]
    header.SliceLocation = f"{position:g}"
    header.XRayTubeCurrent = 180 + number % 60
    header.IrradiationEventUID = uid(6, series, number // 60 + 1)
    neighbours = [slice_number for slice_number in (number, number + 2) if slice_number]
    header.ReferencedImageSequence = [reference(CTImageStorage, uid(3, series, other)) for other in neighbours]
    header.SourceImageSequence = [reference(CTImageStorage, uid(7, series, number + 1))]


def smooth_noise() -> NDArray[np.uint16]:
    """Return one image of stored values from 0 to 4095, smooth enough to look like tissue."""
    noise = np.random.default_rng(20190312).normal(0.0, 1.0, (SIDE, SIDE))
    for shift in (1, 2, 4, 8, 16):
        noise += np.roll(noise, shift, axis=0) + np.roll(noise, shift, axis=1)
    scaled = 1064 + 220 * noise / noise.std()
    return np.clip(scaled, 0, 4095).astype(np.uint16)


def pixel_arrays() -> list[bytes]:
    """Return the Stored Pixel Values that the Instances take in turn."""
    image = smooth_noise()
    return [np.roll(image, 13 * shift, axis=(0, 1)).tobytes() for shift in range(SHIFTS)]


def make(out: Path, count: int, told: Callable[[str], None] = print) -> None:
    """Write the Instances, one folder for each Series."""
    pixels = pixel_arrays()
    for series in range((count + SLICES - 1) // SLICES):
        folder = out / f"patient_{series // 2:03d}" / f"series_{series:03d}"
        folder.mkdir(parents=True)
        header = a_header(series)
        for number in range(min(SLICES, count - series * SLICES)):
            vary(header, series, number)
            header.PixelData = pixels[(series + number) % SHIFTS]
            dcmwrite(folder / f"IM{number + 1:04d}.dcm", header, enforce_file_format=True)
        told(f"{folder}: {len(header)} elements at the top, {sum(1 for _ in header.iterall())} at every depth")


def make_big(out: Path, frames: int) -> None:
    """Write one multi-frame Instance whose Pixel Data is a hole in the file."""
    out.mkdir(parents=True)
    header = a_header(0)
    vary(header, 0, 0)
    header.NumberOfFrames = frames
    header.SOPClassUID = header.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7.3"
    length = frames * SIDE * SIDE * 2
    with (out / "big.dcm").open("w+b") as file:
        dcmwrite(file, header, enforce_file_format=True)
        file.seek(0, 2)
        file.write(b"\xe0\x7f\x10\x00OW\x00\x00" + length.to_bytes(4, "little"))
        file.truncate(file.tell() + length)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, help="a folder that does not exist yet")
    parser.add_argument("count", type=int, help="how many Instances; with --frames: ignored")
    parser.add_argument("--frames", type=int, help="one multi-frame Instance of so many frames of 512 KiB instead")
    asked = parser.parse_args()
    if asked.frames:
        make_big(asked.out, asked.frames)
    else:
        make(asked.out, asked.count)


if __name__ == "__main__":
    main()
