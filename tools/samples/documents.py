"""What refers to the images: an RT Structure Set, a Structured Report, a Key Object and a Presentation State."""

from collections.abc import Sequence

from pydicom import FileDataset
from pydicom.dataset import Dataset
from pydicom.uid import (
    ComprehensiveSRStorage,
    GrayscaleSoftcopyPresentationStateStorage,
    KeyObjectSelectionDocumentStorage,
    RTStructureSetStorage,
)

from samples.people import CT_STUDY, JOERG, an_instance, code, item, reference


def structure_set(slices: Sequence[Dataset]) -> FileDataset:
    """Return contours on each slice of the CT series."""
    made = an_instance(CT_STUDY, RTStructureSetStorage, "RTSTRUCT", 2, 1)
    first = slices[0]
    made.StructureSetLabel = "Hals JG"
    made.StructureSetName = "Ueberschwaeng Hals"
    made.StructureSetDescription = "konturiert von Tintenfass am 13.03.2019"
    made.StructureSetDate, made.StructureSetTime = "20190313", "090500"
    made.ApprovalStatus, made.ReviewerName = "APPROVED", JOERG.referring
    made.ReviewDate, made.ReviewTime = "20190314", "120000"
    series = item(SeriesInstanceUID=first.SeriesInstanceUID, ContourImageSequence=[reference(made) for made in slices])
    study = item(
        ReferencedSOPClassUID="1.2.840.10008.3.1.2.3.1",
        ReferencedSOPInstanceUID=first.StudyInstanceUID,
        RTReferencedSeriesSequence=[series],
    )
    frame = made.FrameOfReferenceUID = first.FrameOfReferenceUID
    made.PositionReferenceIndicator = ""
    made.ReferencedFrameOfReferenceSequence = [item(FrameOfReferenceUID=frame, RTReferencedStudySequence=[study])]
    made.StructureSetROISequence = [
        item(ROINumber=1, ReferencedFrameOfReferenceUID=frame, ROIName="GTV", ROIGenerationAlgorithm="MANUAL")
    ]
    made.ROIContourSequence = [
        item(ROIDisplayColor=["255", "0", "0"], ReferencedROINumber=1, ContourSequence=[_contour(on) for on in slices])
    ]
    made.RTROIObservationsSequence = [
        item(ObservationNumber=1, ReferencedROINumber=1, RTROIInterpretedType="GTV", ROIInterpreter=JOERG.operator)
    ]
    return made


def _contour(on: Dataset) -> Dataset:
    z = str(on.ImagePositionPatient[2])
    corners = (("-10", "-10"), ("10", "-10"), ("10", "10"), ("-10", "10"))
    return item(
        ContourImageSequence=[reference(on)],
        ContourGeometricType="CLOSED_PLANAR",
        NumberOfContourPoints=len(corners),
        ContourData=[number for x, y in corners for number in (x, y, z)],
    )


def report(slices: Sequence[Dataset]) -> FileDataset:
    """Return a report that names the patient and the physician in its content."""
    made = an_instance(CT_STUDY, ComprehensiveSRStorage, "SR", 3, 1)
    made.CompletionFlag, made.VerificationFlag = "COMPLETE", "VERIFIED"
    made.VerifyingObserverSequence = [
        item(
            VerifyingObserverName=JOERG.referring,
            VerifyingOrganization=JOERG.institution,
            VerificationDateTime="20190312160000",
            VerifyingObserverIdentificationCodeSequence=[],
        )
    ]
    made.PerformedProcedureCodeSequence = []
    made.ReferencedPerformedProcedureStepSequence = []
    made.CurrentRequestedProcedureEvidenceSequence = [_evidence(slices)]
    made.ValueType, made.ContinuityOfContent = "CONTAINER", "SEPARATE"
    made.ConceptNameCodeSequence = code("18748-4", "LN", "Diagnostic Imaging Report")
    finding = _text("121071", "Finding", "Hr. Überschwäng, geb. 18.03.1947: unauffällig. Tel. +49 5550 0123456")
    finding.ContentSequence = [_image(slices[0])]
    made.ContentSequence = [
        _content("121008", "Person Observer Name", "HAS OBS CONTEXT", "PNAME", PersonName=JOERG.referring),
        _content("121029", "Subject Name", "HAS OBS CONTEXT", "PNAME", PersonName=JOERG.name),
        _content("121031", "Subject Birth Date", "HAS OBS CONTEXT", "DATE", Date=JOERG.born),
        _content("121018", "Procedure Study Instance UID", "HAS OBS CONTEXT", "UIDREF", UID=made.StudyInstanceUID),
        finding,
    ]
    return made


def key_object(slices: Sequence[Dataset]) -> FileDataset:
    """Return a note that the second slice is the one to look at."""
    made = an_instance(CT_STUDY, KeyObjectSelectionDocumentStorage, "KO", 4, 1)
    made.ReferencedPerformedProcedureStepSequence = []
    made.CurrentRequestedProcedureEvidenceSequence = [_evidence(slices[1:2])]
    made.ValueType, made.ContinuityOfContent = "CONTAINER", "SEPARATE"
    made.ConceptNameCodeSequence = code("113000", "DCM", "Of Interest")
    made.ContentSequence = [
        _text("113012", "Key Object Description", "bitte Dr. Federkiel zeigen"),
        _image(slices[1], "CONTAINS"),
    ]
    return made


def presentation_state(slices: Sequence[Dataset]) -> FileDataset:
    """Return a window and an annotation that bears the name."""
    made = an_instance(CT_STUDY, GrayscaleSoftcopyPresentationStateStorage, "PR", 5, 1)
    made.ContentLabel, made.ContentDescription = "BEFUND", "für Dr. Federkiel"
    made.ContentCreatorName = JOERG.operator
    made.PresentationCreationDate, made.PresentationCreationTime = "20190312", "154500"
    made.ReferencedSeriesSequence = [
        item(
            SeriesInstanceUID=slices[0].SeriesInstanceUID,
            ReferencedImageSequence=[reference(made) for made in slices],
        )
    ]
    made.GraphicLayerSequence = [item(GraphicLayer="TEXT", GraphicLayerOrder=1)]
    text = item(
        AnchorPointAnnotationUnits="PIXEL",
        UnformattedTextValue="Überschwäng: Lymphknoten?",
        AnchorPoint=[20.0, 20.0],
        AnchorPointVisibility="Y",
    )
    made.GraphicAnnotationSequence = [item(GraphicLayer="TEXT", TextObjectSequence=[text])]
    made.DisplayedAreaSelectionSequence = [
        item(
            DisplayedAreaTopLeftHandCorner=[1, 1],
            DisplayedAreaBottomRightHandCorner=[64, 64],
            PresentationSizeMode="SCALE TO FIT",
            PresentationPixelSpacing=["3.125", "3.125"],
        )
    ]
    made.SoftcopyVOILUTSequence = [item(WindowCenter="60", WindowWidth="350")]
    made.PresentationLUTShape = "IDENTITY"
    return made


def _evidence(slices: Sequence[Dataset]) -> Dataset:
    series = item(
        SeriesInstanceUID=slices[0].SeriesInstanceUID, ReferencedSOPSequence=[reference(made) for made in slices]
    )
    return item(StudyInstanceUID=slices[0].StudyInstanceUID, ReferencedSeriesSequence=[series])


def _content(value: str, meaning: str, relationship: str, value_type: str, **content: object) -> Dataset:
    return item(
        RelationshipType=relationship,
        ValueType=value_type,
        ConceptNameCodeSequence=code(value, "DCM", meaning),
        **content,
    )


def _text(value: str, meaning: str, text: str) -> Dataset:
    return _content(value, meaning, "CONTAINS", "TEXT", TextValue=text)


def _image(of: Dataset, relationship: str = "INFERRED FROM") -> Dataset:
    return item(RelationshipType=relationship, ValueType="IMAGE", ReferencedSOPSequence=[reference(of)])
