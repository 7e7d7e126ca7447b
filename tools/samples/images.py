"""The images of the upload: CT, CR, MR, PET, US and a Secondary Capture."""

import numpy as np
from numpy.typing import NDArray
from pydicom import FileDataset
from pydicom.dataset import Dataset
from pydicom.uid import (
    UID,
    ComputedRadiographyImageStorage,
    CTImageStorage,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    MRImageStorage,
    PositronEmissionTomographyImageStorage,
    RLELossless,
    SecondaryCaptureImageStorage,
    UltrasoundImageStorage,
    UltrasoundMultiFrameImageStorage,
)

from samples.drawing import lettering, phantom, ultrasound
from samples.people import (
    BARNABY,
    CR_STUDY,
    CT_STUDY,
    JOERG,
    MICHIKO,
    MR_STUDY,
    OLD_STUDY,
    PET_STUDY,
    US_STUDY,
    an_instance,
    code,
    item,
    reference,
    uid,
)


def ct_series() -> list[FileDataset]:
    """Return three slices that refer to each other; private blocks of several makers; text in the preamble."""
    slices = [_ct_slice(number) for number in (1, 2, 3)]
    for made in slices:
        made.ReferencedImageSequence = [reference(other) for other in slices if other is not made]
    slices[0].preamble = b"II*\x00exported for Ueberschwaeng, Joerg at WOLKPACS".ljust(128, b"\x00")
    slices[2].DataSetTrailingPadding = b"saved by Tintenfass for BH-1048-77".ljust(64, b"\x00")
    return slices


def _ct_slice(number: int) -> FileDataset:
    made = an_instance(CT_STUDY, CTImageStorage, "CT", 1, number)
    made.file_meta.SendingApplicationEntityTitle = "WOLKCT01"
    made.file_meta.ReceivingApplicationEntityTitle = "WOLKPACS"
    made.file_meta.PrivateInformationCreatorUID = uid(9)
    made.file_meta.PrivateInformation = b"routed for BH-1048-77 "
    _describe(made, "Hals nativ, Hr. Überschwäng", "NECK")
    made.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    made.AcquisitionDate, made.AcquisitionTime = CT_STUDY.date, f"10150{number}.250000"
    made.AcquisitionDateTime = f"{CT_STUDY.date}10150{number}.250000+0100"
    made.IssuerOfPatientID = JOERG.institution
    made.ImageComments = f"Rückfragen an Dr. Federkiel, {JOERG.telephone}"
    made.AdditionalPatientHistory = "Hr. Überschwäng raucht seit dem 12.03.1965; Überweisung Dr. Federkiel"
    made.PerformingPhysicianName = JOERG.referring
    made.ProcedureCodeSequence = code("CTH", "99WOLK", "CT Hals")
    made.AcquisitionNumber = 1
    made.KVP, made.XRayTubeCurrent, made.SliceThickness = "120", 210 + number, "3"
    made.FrameOfReferenceUID = uid(1, 1, 90)
    made.ImagePositionPatient = ["-100", "-100", str(-30 + 3 * number)]
    _add_geometry(made, "3.125")
    made.RescaleIntercept, made.RescaleSlope, made.RescaleType = "-1024", "1", "HU"
    made.WindowCenter, made.WindowWidth = "40", "400"
    _add_pixels(made, phantom(64, 24, 1124, number), stored=12)
    _add_ct_private(made, number)
    return made


def _add_ct_private(made: Dataset, number: int) -> None:
    csa = made.private_block(0x0029, "SIEMENS CSA HEADER", create=True)
    csa.add_new(0x08, "CS", "IMAGE NUM 4")
    csa.add_new(0x09, "LO", CT_STUDY.date)
    csa.add_new(0x10, "OB", _csa({"SliceNumber": str(number), "PatientName": "Überschwäng^Jörg-Günther"}))
    medcom = made.private_block(0x0029, "SIEMENS MEDCOM HEADER", create=True)
    medcom.add_new(0x08, "CS", "MEDCOM 1")
    medcom.add_new(0x20, "OB", b"opened by Tintenfass at WOLKPACS")
    medcom.add_new(0x40, "SQ", [_medcom_item()])
    gems = made.private_block(0x0009, "GEMS_IDEN_01", create=True)
    gems.add_new(0x01, "LO", "GE_GENESIS_FF")
    gems.add_new(0x02, "SH", "WOLKCT01")
    gems.add_new(0x27, "SL", 1552385700)  # 2019-03-12 10:15:00 as UNIX time
    gems.add_new(0x30, "SH", JOERG.serial)
    parameters = made.private_block(0x0043, "GEMS_PARM_01", create=True)
    parameters.add_new(0x10, "US", 400)  # window value
    parameters.add_new(0x27, "SH", "/1.5:1")  # scan pitch ratio
    pacs = made.private_block(0x0031, "WOLKENSTADT PACS", create=True)
    pacs.add_new(0x01, "LO", "Überschwäng, Jörg-Günther")
    pacs.add_new(0x02, "UN", "Hr. Überschwäng, Nebelgasse 14".encode("latin-1"))
    pacs.add_new(0x10, "SQ", [item(PatientName=JOERG.name, PatientID=JOERG.patient_id)])


def _medcom_item() -> Dataset:
    made = Dataset()
    block = made.private_block(0x0029, "SIEMENS MEDCOM HEADER", create=True)
    block.add_new(0x41, "CS", "REPORT")
    block.add_new(0x42, "LO", "Befund Überschwäng")
    return made


def _csa(values: dict[str, str]) -> bytes:
    """Return bytes shaped like a CSA header: a signature, a count, then name and value by name and value."""
    out = b"SV10\x04\x03\x02\x01" + len(values).to_bytes(4, "little") + (77).to_bytes(4, "little")
    for name, value in values.items():
        out += name.encode("latin-1").ljust(64, b"\x00") + value.encode("latin-1").ljust(64, b"\x00")
    return out


def cr_image() -> FileDataset:
    """Return a deflated radiograph with an overlay that bears the name, and a retired curve."""
    made = an_instance(CR_STUDY, ComputedRadiographyImageStorage, "CR", 1, 1)
    made.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    _describe(made, "Thorax p.a.", "CHEST")
    made.ImageType = ["DERIVED", "PRIMARY"]
    made.AcquisitionDate, made.AcquisitionTime = CR_STUDY.date, "083105"
    made.PatientComments = "Vorname Jörg-Günther; wohnt Nebelgasse 14"
    made.ViewPosition, made.PlateID, made.CassetteID = "PA", "PLATE-88", "KASS-12"
    _add_pixels(made, phantom(96, 100, 3000, 5), stored=12, photometric="MONOCHROME1")
    made.ImagerPixelSpacing = ["2", "2"]
    _add_overlay(made, "TOM 19", "Beschriftet von Tintenfass für Hrn. Überschwäng")
    made.add_new(0x50000005, "US", 1)
    made.add_new(0x50000022, "LO", "EKG Überschwäng")
    made.add_new(0x50003000, "OW", bytes(range(16)))
    return made


def _add_overlay(made: Dataset, text: str, comment: str) -> None:
    plane = np.zeros((96, 96), dtype=np.uint8)
    dots = lettering(text, 2)
    plane[8 : 8 + dots.shape[0], 8 : 8 + dots.shape[1]] = dots
    for tag, vr, value in (
        (0x60000010, "US", 96),
        (0x60000011, "US", 96),
        (0x60000022, "LO", "Beschriftung"),
        (0x60000040, "CS", "G"),
        (0x60000050, "SS", [1, 1]),
        (0x60000100, "US", 1),
        (0x60000102, "US", 0),
        (0x60003000, "OW", np.packbits(plane, bitorder="little").tobytes()),
        (0x60004000, "LT", comment),
    ):
        made.add_new(tag, vr, value)


def mr_images() -> list[FileDataset]:
    """Return the same slice at b = 0 and b = 1000, in Implicit VR Little Endian, with Siemens' diffusion elements."""
    return [_mr_image(1, 0), _mr_image(2, 1000)]


def _mr_image(number: int, b_value: int) -> FileDataset:
    made = an_instance(MR_STUDY, MRImageStorage, "MR", 1, number)
    made.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    _describe(made, f"ep2d_diff b{b_value} 月島様", "BRAIN")
    made.Manufacturer = "SIEMENS"
    made.ImageType = ["ORIGINAL", "PRIMARY", "DIFFUSION", "NONE"]
    made.ScanningSequence, made.SequenceVariant, made.MRAcquisitionType = "EP", "SK", "2D"
    made.ScanOptions, made.EchoTrainLength = "PFP", 1
    made.RepetitionTime, made.EchoTime, made.MagneticFieldStrength = "6600", "92", "3"
    made.AcquisitionDate, made.AcquisitionTime = MR_STUDY.date, f"14231{number}.5"
    made.PatientComments = f"電話 {MICHIKO.telephone}"
    made.RequestingPhysician = MICHIKO.referring
    made.FrameOfReferenceUID = uid(2, 1, 90)
    made.ImagePositionPatient = ["-110", "-110", "12"]
    _add_geometry(made, "3.4375")
    _add_pixels(made, phantom(64, 20, 900 - b_value // 2, 10 + number), stored=12)
    _add_diffusion(made, b_value)
    return made


def _add_diffusion(made: Dataset, b_value: int) -> None:
    block = made.private_block(0x0019, "SIEMENS MR HEADER", create=True)
    block.add_new(0x08, "CS", "IMAGE NUM 4")
    block.add_new(0x0A, "US", 1)
    block.add_new(0x0B, "DS", "82.5")
    block.add_new(0x0C, "IS", str(b_value))
    block.add_new(0x0D, "CS", "DIRECTIONAL" if b_value else "NONE")
    if b_value:
        block.add_new(0x0E, "FD", [0.70710677, -0.70710677, 0.0])
        block.add_new(0x27, "FD", [500.0, -500.0, 0.0, 500.0, 0.0, 0.0])
    block.add_new(0x15, "FD", [-110.0, -110.0, 12.0])
    timing = made.private_block(0x0051, "SIEMENS MR HEADER", create=True)
    timing.add_new(0x08, "CS", "IMAGE NUM 4")
    timing.add_new(0x0A, "LO", "TA 01:52")
    timing.add_new(0x0B, "LO", "64*64")
    owner = made.private_block(0x0019, "KAKUU VIEWER", create=True)
    owner.add_new(0x01, "PN", MICHIKO.name)


def pet_image() -> FileDataset:
    """Return a PET slice whose injection is before midnight and whose acquisition is after it."""
    made = an_instance(PET_STUDY, PositronEmissionTomographyImageStorage, "PT", 1, 1)
    _describe(made, "WB FDG AC", "WHOLEBODY")
    made.Manufacturer = "GE MEDICAL SYSTEMS"
    made.ImageType = ["ORIGINAL", "PRIMARY"]
    made.SeriesTime = "000512.000000"
    made.SeriesDate = made.AcquisitionDate = made.ContentDate = "20200201"
    made.AcquisitionTime, made.ContentTime = "000512.000000", "000730.000000"
    made.CollimatorType = "NONE"
    made.PatientOrientationCodeSequence = code("102538003", "SCT", "recumbent")
    made.PatientGantryRelationshipCodeSequence = code("102540008", "SCT", "headfirst")
    made.Units, made.CountsSource, made.SeriesType = "BQML", "EMISSION", ["STATIC", "IMAGE"]
    made.CorrectedImage = ["DECY", "ATTN", "SCAT", "NORM"]
    made.DecayCorrection, made.DecayFactor = "START", "1.0051"
    made.ActualFrameDuration, made.FrameReferenceTime = "120000", "60000"
    made.NumberOfSlices, made.ImageIndex = 1, 1
    made.RadiopharmaceuticalInformationSequence = [
        item(
            Radiopharmaceutical="Fluorodeoxyglucose F^18^",
            RadiopharmaceuticalStartTime="231500.000000",
            RadiopharmaceuticalStopTime="231530.000000",
            RadiopharmaceuticalStartDateTime="20200131231500.000000",
            RadionuclideTotalDose="370000000",
            RadionuclideHalfLife="6586.2",
            RadionuclidePositronFraction="0.9673",
            RadionuclideCodeSequence=code("C-111A1", "SRT", "^18^Fluorine"),
        )
    ]
    made.FrameOfReferenceUID = uid(2, 2, 90)
    made.ImagePositionPatient = ["-200", "-200", "-412.5"]
    _add_geometry(made, "6.25")
    del made.PatientPosition  # the Patient Orientation Code Sequence says it
    made.RescaleIntercept, made.RescaleSlope = "0", "1.25"
    _add_pixels(made, phantom(64, 10, 20000, 20), stored=16)
    block = made.private_block(0x0009, "GEMS_PETD_01", create=True)
    block.add_new(0x02, "LO", MICHIKO.patient_id)
    block.add_new(0x05, "DT", f"{MICHIKO.born}000000.00")
    block.add_new(0x06, "SL", 1)
    block.add_new(0x0A, "UI", uid(2, 2, 80))
    block.add_new(0x0D, "DT", "20200201000512.00")
    block.add_new(0x36, "LO", "FDG -- fluorodeoxyglucose")
    block.add_new(0x38, "FL", 370.0)
    return made


def us_image() -> FileDataset:
    """Return a colour ultrasound image with the patient's name burned in."""
    made = _ultrasound(UltrasoundImageStorage, 1)
    _add_pixels(made, ultrasound(112, 192, ("WOMBLETON BARN", "MRN-555-01-9942")), stored=8, photometric="RGB")
    made.ImageComments = "call (212) 555-0187 or b.wombleton@example.invalid"
    return made


def us_clip() -> FileDataset:
    """Return a colour clip of three frames, compressed with RLE Lossless, without text in the pixels."""
    made = _ultrasound(UltrasoundMultiFrameImageStorage, 2)
    made.BurnedInAnnotation = "NO"
    made.NumberOfFrames, made.FrameTime, made.FrameIncrementPointer = 3, "33.3", 0x00181063
    frames = np.stack([ultrasound(64, 64, (), phase) for phase in range(3)])
    _add_pixels(made, frames, stored=8, photometric="RGB")
    made.compress(RLELossless, encoding_plugin="pydicom", generate_instance_uid=False)
    return made


def _ultrasound(sop_class: UID, number: int) -> FileDataset:
    made = an_instance(US_STUDY, sop_class, "US", 1, number)
    _describe(made, "Liver, long axis", "ABDOMEN")
    made.ImageType = ["ORIGINAL", "PRIMARY", "ABDOMINAL"]
    made.BurnedInAnnotation = "YES"
    made.LossyImageCompression = "00"
    made.SequenceOfUltrasoundRegions = [
        item(
            RegionSpatialFormat=1,
            RegionDataType=1,
            RegionFlags=2,
            RegionLocationMinX0=0,
            RegionLocationMinY0=44,
            RegionLocationMaxX1=191,
            RegionLocationMaxY1=111,
            PhysicalUnitsXDirection=3,
            PhysicalUnitsYDirection=3,
            PhysicalDeltaX=0.04,
            PhysicalDeltaY=0.04,
        )
    ]
    return made


def secondary_capture() -> FileDataset:
    """Return a film digitised long ago, in the retired Explicit VR Big Endian."""
    made = _capture(1, ExplicitVRBigEndian)
    made.DateOfSecondaryCapture, made.TimeOfSecondaryCapture = OLD_STUDY.date, "113245"
    made.SecondaryCaptureDeviceID = "Mapledown Scanner 1"
    made.DerivationDescription = "film of Mr Wombleton, digitised by A. Thimblewick"
    return made


def bare_data_set() -> FileDataset:
    """Return what is to be written without preamble and File Meta Information."""
    return _capture(2, ImplicitVRLittleEndian)


def to_be_cut() -> FileDataset:
    """Return what is to be cut off in the middle of an element."""
    return _capture(3, ExplicitVRLittleEndian)


def _capture(number: int, transfer_syntax: UID) -> FileDataset:
    made = an_instance(OLD_STUDY, SecondaryCaptureImageStorage, "OT", 1, number)
    made.file_meta.TransferSyntaxUID = transfer_syntax
    _describe(made, "digitised film", "CHEST")
    made.ConversionType = "DF"
    made.PatientComments = f"daughter: {BARNABY.telephone}"
    _add_pixels(made, phantom(48, 10, 4000, 30 + number), stored=12)
    return made


def _describe(made: Dataset, description: str, body_part: str) -> None:
    made.SeriesDescription = description
    made.PatientOrientation = ["L", "P"]
    made.ProtocolName = description
    made.BodyPartExamined = body_part


def _add_geometry(made: Dataset, spacing: str) -> None:
    made.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
    made.PixelSpacing = [spacing, spacing]
    made.SliceThickness = "3"
    made.PatientPosition = "HFS"
    made.PositionReferenceIndicator = ""


def _add_pixels(
    made: Dataset, pixels: NDArray[np.uint8] | NDArray[np.uint16], stored: int, photometric: str = "MONOCHROME2"
) -> None:
    is_colour = photometric == "RGB"
    made.SamplesPerPixel = 3 if is_colour else 1
    if is_colour:
        made.PlanarConfiguration = 0
    made.PhotometricInterpretation = photometric
    made.Rows, made.Columns = pixels.shape[-3:-1] if is_colour else pixels.shape[-2:]
    made.BitsAllocated = pixels.dtype.itemsize * 8
    made.BitsStored, made.HighBit, made.PixelRepresentation = stored, stored - 1, 0
    big = made.file_meta.TransferSyntaxUID == ExplicitVRBigEndian
    made.PixelData = pixels.astype(pixels.dtype.newbyteorder(">" if big else "<")).tobytes()
    made["PixelData"].VR = "OB" if pixels.dtype.itemsize == 1 else "OW"
