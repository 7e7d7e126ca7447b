"""What each clause of PS3.15 Annex E demands, on small Data Sets; the tests are named by their clause."""

import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from pydicom import Dataset, dcmread
from pydicom.filewriter import dcmwrite
from pydicom.uid import ExplicitVRLittleEndian

from deidpipe import deidentify
from deidpipe.errors import DeidError
from deidpipe.standard.options import OPTIONS
from tests.canary import SOP_CLASSES
from tests.datasets import a_dataset, written
from tests.shared import csv_rows, shared_folder

pytestmark = pytest.mark.filterwarnings("ignore")

KEY = "5eed" * 16
CODES = {row["code_value"]: row for row in csv_rows(shared_folder("ps315") / "cid7050.csv")}
ORIGINAL = "1.2.826.0.1.3680043.8.498.4711"
PIXEL_OPTIONS = ("clean-pixel-data", "clean-recognizable-visual-features")
FULL, MODIFIED = "retain-longitudinal-full-dates", "retain-longitudinal-modified-dates"


def an_instance(sop_class: str = "CT", **attributes: object) -> Dataset:
    """Return a small Instance of one invented patient."""
    given = {
        "SOPClassUID": SOP_CLASSES[sop_class],
        "SOPInstanceUID": f"{ORIGINAL}.1",
        "StudyInstanceUID": f"{ORIGINAL}.2",
        "SeriesInstanceUID": f"{ORIGINAL}.3",
        "PatientName": "Roe^Jane",
        "PatientID": "INV-7",
        "StudyDate": "19870604",
        "Modality": "CT",
    }
    return a_dataset(**{**given, **attributes})


def after(data_set: Dataset, *options: str) -> Dataset:
    found: Dataset = deidentify(dcmread(io.BytesIO(written(data_set))), key=KEY, options=options)
    return found


def codes(data_set: Dataset) -> list[str]:
    return [item.CodeValue for item in data_set.DeidentificationMethodCodeSequence]


# --- E.1.1 De-identifier -------------------------------------------------------------------------------------------


def test_e_1_1_patient_identity_removed_is_yes() -> None:
    assert after(an_instance()).PatientIdentityRemoved == "YES"
    assert after(an_instance(PatientIdentityRemoved="NO")).PatientIdentityRemoved == "YES"


def test_e_1_1_the_method_has_a_code_of_cid_7050_for_the_profile_and_each_option() -> None:
    assert codes(after(an_instance())) == ["113100"]
    for option, facts in OPTIONS.items():
        if option not in PIXEL_OPTIONS:
            sequence = after(an_instance(), option).DeidentificationMethodCodeSequence
            assert [(item.CodeValue, item.CodingSchemeDesignator) for item in sequence] == [
                ("113100", "DCM"),
                (facts.code, "DCM"),
            ]
            assert [item.CodeMeaning for item in sequence] == [
                CODES[item.CodeValue]["code_meaning"] for item in sequence
            ]


def test_e_1_1_the_method_is_appended_to_the_text_that_is_there() -> None:
    method = after(an_instance(DeidentificationMethod="SOME TOOL 1.0")).DeidentificationMethod
    assert method[0] == "SOME TOOL 1.0"
    assert len(method) == 2
    assert method[1].startswith("deidpipe")


def test_e_1_1_a_uid_is_replaced_the_same_way_wherever_it_stands() -> None:
    one = after(an_instance("GSPS", ReferencedSeriesSequence=[_series()]))
    other = after(an_instance(SOPInstanceUID=f"{ORIGINAL}.9"))
    image = one.ReferencedSeriesSequence[0].ReferencedImageSequence[0]
    assert image.ReferencedSOPInstanceUID == other.SOPInstanceUID
    assert image.ReferencedSOPClassUID == SOP_CLASSES["CT"]
    assert one.StudyInstanceUID == other.StudyInstanceUID != f"{ORIGINAL}.2"
    assert one.ReferencedSeriesSequence[0].SeriesInstanceUID == other.SeriesInstanceUID


def _series() -> Dataset:
    image = a_dataset(ReferencedSOPClassUID=SOP_CLASSES["CT"], ReferencedSOPInstanceUID=f"{ORIGINAL}.9")
    return a_dataset(SeriesInstanceUID=f"{ORIGINAL}.3", ReferencedImageSequence=[image])


def test_e_1_1_sequences_are_walked_at_every_level() -> None:
    inner = a_dataset(PatientName="Roe^Jane", InstitutionName="Invented Hospital", CodeValue="T-1")
    code = a_dataset(ViewModifierCodeSequence=[inner], StudyDate="19870604")
    item = after(an_instance(ViewCodeSequence=[code])).ViewCodeSequence[0]
    deepest = item.ViewModifierCodeSequence[0]
    assert (deepest.CodeValue, deepest.get("PatientName", ""), "InstitutionName" in deepest) == ("T-1", "", False)
    assert not item.get("StudyDate")


def test_e_1_1_a_sequence_that_is_removed_takes_its_items_along() -> None:
    item = a_dataset(CodeValue="T-1", CodingSchemeDesignator="SCT", CodeMeaning="harmless")
    found = after(an_instance(OtherPatientIDsSequence=[item], RequestAttributesSequence=[item]))
    assert "OtherPatientIDsSequence" not in found
    assert "RequestAttributesSequence" not in found


def test_e_1_1_a_dummy_is_not_empty_and_an_emptied_attribute_is_there() -> None:
    found = after(
        an_instance("RTSTRUCT", StructureSetLabel="ROE", ReferringPhysicianName="Doe^Jim", AccessionNumber="7")
    )
    assert found.StructureSetLabel not in ("", "ROE")
    assert found["ReferringPhysicianName"].is_empty
    assert found["AccessionNumber"].is_empty


def test_e_1_1_curves_and_overlays_go_whole_whatever_their_group() -> None:
    data_set = an_instance()
    for group in (0x5000, 0x501E):
        data_set.add_new(group << 16 | 0x0005, "US", 1)
        data_set.add_new(group << 16 | 0x3000, "OW", b"Roe^Jane")
    for group in (0x6000, 0x601E):
        data_set.add_new(group << 16 | 0x0010, "US", 8)
        data_set.add_new(group << 16 | 0x3000, "OW", b"Roe^Jane")
        data_set.add_new(group << 16 | 0x4000, "LT", "Roe^Jane")
    assert [element.tag for element in after(data_set) if element.tag.group >> 8 in (0x50, 0x60)] == []


def test_e_1_1_preamble_and_file_meta_are_those_of_the_deidentifier() -> None:
    data_set = dcmread(io.BytesIO(written(an_instance())))
    data_set.preamble = b"Roe^Jane".ljust(128, b"\0")
    data_set.file_meta.SourceApplicationEntityTitle = "ROEHOST"
    data_set.file_meta.PrivateInformationCreatorUID = f"{ORIGINAL}.5"
    data_set.file_meta.PrivateInformation = b"Roe^Jane"
    buffer = io.BytesIO()
    dcmwrite(buffer, data_set, enforce_file_format=True)
    data = deidentify(buffer.getvalue(), key=KEY)
    found = dcmread(io.BytesIO(data))
    assert data[:132] == bytes(128) + b"DICM"
    assert {element.tag.element for element in found.file_meta} <= {
        0x0000,
        0x0001,
        0x0002,
        0x0003,
        0x0010,
        0x0012,
        0x0013,
    }
    assert found.file_meta.MediaStorageSOPInstanceUID == found.SOPInstanceUID
    assert found.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert b"Roe" not in data


def test_e_1_1_group_0004_goes_where_there_is_no_directory() -> None:
    data_set = an_instance()
    data_set.add_new(0x00041130, "CS", "ROEFILES")
    assert not [tag for tag in after(data_set) if tag.tag.group == 0x0004]


def test_e_1_1_encrypted_originals_histories_and_signatures_go() -> None:
    item = a_dataset(PatientName="Roe^Jane")
    names = (
        "EncryptedAttributesSequence",
        "OriginalAttributesSequence",
        "ModifiedAttributesSequence",
        "DigitalSignaturesSequence",
        "MACParametersSequence",
    )
    found = after(an_instance(**{name: [item] for name in names}))
    assert [name for name in names if name in found] == []


# --- E.2 Basic Profile ---------------------------------------------------------------------------------------------


def test_e_2_the_basic_profile_says_that_dates_are_removed() -> None:
    found = after(an_instance(PatientBirthDate="19010203", LongitudinalTemporalInformationModified="UNMODIFIED"))
    assert found.LongitudinalTemporalInformationModified == "REMOVED"
    assert (found.StudyDate, found.PatientBirthDate) == ("", "")


def test_e_2_private_elements_go_with_their_creators_at_every_level() -> None:
    data_set = an_instance(ViewCodeSequence=[a_dataset(CodeValue="T-1")])
    for holder in (data_set, data_set.ViewCodeSequence[0]):
        holder.add_new(0x00190010, "LO", "SIEMENS MR HEADER")
        holder.add_new(0x0019100C, "IS", "1000")
    assert not [element for element in after(data_set).iterall() if element.tag.is_private]


# --- E.3 Options ---------------------------------------------------------------------------------------------------


def _is_refused(option: str) -> None:
    with pytest.raises(DeidError, match=option):
        after(an_instance(), option)


def test_e_3_1_clean_pixel_data_is_claimed_only_where_pixels_were_looked_at() -> None:
    without_pixels = after(an_instance(), "clean-pixel-data")
    assert "113101" not in [item.CodeValue for item in without_pixels.DeidentificationMethodCodeSequence]
    assert "BurnedInAnnotation" not in without_pixels
    assert after(an_instance(BurnedInAnnotation="NO")).BurnedInAnnotation == "NO"


def test_e_3_2_clean_recognizable_visual_features_is_refused_rather_than_claimed() -> None:
    _is_refused("clean-recognizable-visual-features")
    assert "RecognizableVisualFeatures" not in after(an_instance())


def test_e_3_3_clean_graphics_keeps_graphics_without_their_text() -> None:
    graphic = a_dataset(GraphicAnnotationUnits="PIXEL", GraphicData=[1.0, 2.0], GraphicType="POINT")
    text = a_dataset(UnformattedTextValue="Roe^Jane", AnchorPoint=[3.0, 4.0], AnchorPointVisibility="N")
    annotation = a_dataset(GraphicLayer="LAYER", GraphicObjectSequence=[graphic], TextObjectSequence=[text])
    data_set = an_instance("GSPS", GraphicAnnotationSequence=[annotation])
    cleaned = after(data_set, "clean-graphics").GraphicAnnotationSequence[0]
    assert cleaned.GraphicObjectSequence[0].GraphicData == [1.0, 2.0]
    assert cleaned.TextObjectSequence[0].AnchorPoint == [3.0, 4.0]
    assert cleaned.TextObjectSequence[0].UnformattedTextValue not in ("", "Roe^Jane")
    assert "GraphicObjectSequence" not in after(data_set).GraphicAnnotationSequence[0]


def test_e_3_4_clean_structured_content_acts_by_concept_and_keeps_numbers() -> None:
    def item(value_type: str, code: str, scheme: str, **value: object) -> Dataset:
        concept = a_dataset(CodeValue=code, CodingSchemeDesignator=scheme, CodeMeaning="a concept")
        return a_dataset(RelationshipType="CONTAINS", ValueType=value_type, ConceptNameCodeSequence=[concept], **value)

    units = a_dataset(CodeValue="mm", CodingSchemeDesignator="UCUM", CodeMeaning="mm")
    measured = a_dataset(NumericValue="7", MeasurementUnitsCodeSequence=[units])
    tree = [
        item("NUM", "410668003", "SCT", MeasuredValueSequence=[measured]),
        item("PNAME", "121008", "DCM", PersonName="Roe^Jane"),  # Person Observer Name
        item("TEXT", "121106", "DCM", TextValue="Roe^Jane"),
    ]
    data_set = an_instance("SR", ContentSequence=tree)
    cleaned = after(data_set, "clean-structured-content").ContentSequence
    assert [each.MeasuredValueSequence[0].NumericValue for each in cleaned if each.ValueType == "NUM"] == [7]
    assert not [element for each in cleaned for element in each.iterall() if "Roe" in str(element.value)]
    (dummy,) = after(data_set).ContentSequence
    assert dummy.ValueType == "TEXT"


def test_e_3_5_clean_descriptors_lets_no_uncleaned_text_through() -> None:
    descriptors = {
        "StudyDescription": "Roe^Jane knee",
        "SeriesDescription": "T2 SAG of INV-7",
        "PatientComments": "Roe",
        "ImageComments": "field of view enlarged 12 March 2018",
        "RequestedProcedureDescription": "MR KNEE LEFT",
    }
    found = after(an_instance(**descriptors), "clean-descriptors")
    assert not [word for word in ("Roe", "Jane", "INV-7", "2018") if word in found.to_json()]
    assert {keyword: found[keyword].value for keyword in descriptors} == {
        "StudyDescription": "knee",
        "SeriesDescription": "T2 SAG",
        "PatientComments": "",
        "ImageComments": "field of view enlarged",
        "RequestedProcedureDescription": "MR KNEE LEFT",
    }


@pytest.mark.parametrize(
    ("option", "said", "is_right"),
    [
        (FULL, "UNMODIFIED", lambda each: each == "19870604"),
        (MODIFIED, "MODIFIED", lambda each: len(each) == 8 and each != "19870604"),
    ],
)
def test_e_3_6_dates_are_kept_or_modified_and_it_is_said(
    option: str, said: str, is_right: Callable[[str], bool]
) -> None:
    found = after(an_instance(PatientBirthDate="19010203"), option)
    assert found.LongitudinalTemporalInformationModified == said
    assert is_right(found.StudyDate)
    assert found["PatientBirthDate"].is_empty  # no cell under either Option


def test_e_3_6_modified_dates_keep_the_intervals() -> None:
    days = [after(an_instance(StudyDate=each), MODIFIED).StudyDate for each in ("20200227", "20200302")]
    first, second = (date.fromisoformat(each) for each in days)
    assert second - first == timedelta(4)


def test_e_3_6_the_two_date_options_exclude_each_other() -> None:
    with pytest.raises(DeidError, match=r"E\.3\.6"):
        after(an_instance(), FULL, MODIFIED)


def test_e_3_7_patient_characteristics_stay_and_the_name_does_not() -> None:
    found = after(an_instance(PatientSex="F", PatientAge="042Y"), "retain-patient-characteristics")
    assert (found.PatientSex, found.PatientAge) == ("F", "042Y")
    assert "Roe" not in str(found.PatientName)


def test_e_3_8_the_device_stays() -> None:
    data_set = an_instance(DeviceSerialNumber="INV-1", StationName="CT99")
    found = after(data_set, "retain-device-identity")
    assert (found.DeviceSerialNumber, found.StationName) == ("INV-1", "CT99")
    assert {"DeviceSerialNumber", "StationName"} & set(after(data_set).dir()) == set()


def test_e_3_9_uids_stay_and_structural_ones_stay_always() -> None:
    data_set = an_instance(FrameOfReferenceUID="1.2.840.10008.1.4.1.1")
    kept, basic = after(data_set, "retain-uids"), after(data_set)
    assert (kept.SOPInstanceUID, kept.StudyInstanceUID) == (f"{ORIGINAL}.1", f"{ORIGINAL}.2")
    assert basic.SOPClassUID == SOP_CLASSES["CT"]
    assert basic.FrameOfReferenceUID == "1.2.840.10008.1.4.1.1"  # a well-known one
    assert basic.SOPInstanceUID != f"{ORIGINAL}.1"


def test_e_3_10_private_elements_known_to_be_safe_stay_with_their_creator() -> None:
    data_set = an_instance("MR")
    data_set.add_new(0x00190011, "LO", "SIEMENS MR HEADER")
    data_set.add_new(0x0019110C, "IS", "1000")  # B Value
    data_set.add_new(0x00191177, "LO", "Roe^Jane")
    data_set.add_new(0x00210010, "LO", "INVENTED 1.0")
    data_set.add_new(0x00211001, "LO", "Roe^Jane")
    found = after(data_set, "retain-safe-private")
    private = [(element.tag, element.value) for element in found if element.tag.is_private]
    assert private == [(0x00190011, "SIEMENS MR HEADER"), (0x0019110C, 1000)]


def test_e_3_11_the_institution_stays() -> None:
    data_set = an_instance(InstitutionName="Invented Hospital")
    assert after(data_set, "retain-institution-identity").InstitutionName == "Invented Hospital"
    assert "InstitutionName" not in after(data_set)
