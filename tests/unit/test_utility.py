"""What research needs and does not get is told: by modality, by reason, with the number of Instances."""

import pytest

from deidpipe.audit.records import DecisionRecord, Outcome
from deidpipe.dicom.dictionary import tag_of
from deidpipe.run.utility import Lost, UtilityLost, counted, in_lines, lost_by
from deidpipe.standard.safe_private import known_creators
from deidpipe.standard.utility import modality_of, needs_of

CT, MR, PT, ENHANCED_PT = (f"1.2.840.10008.5.1.4.1.1.{end}" for end in ("2", "4", "128", "130"))
MODALITIES = ("CT", "MR", "PT", "NM", "US", "MG", "DX", "XA", "RTDOSE", "RTPLAN", "RTSTRUCT", "SEG", "PM", "SM", "REG")


def a_record(path: str, outcome: Outcome, action: str = "X") -> DecisionRecord:
    return DecisionRecord(path, "", action, "", outcome.value, "", "", "")


@pytest.mark.parametrize("modality", MODALITIES)
def test_every_modality_needs_attributes_that_there_are(modality: str) -> None:
    needs = [need for group in needs_of(modality).values() for need in group]
    assert needs
    for need in needs:
        if need.path.startswith("("):
            assert need.path[need.path.index("[") + 1 : need.path.index("]")] in known_creators()
        else:
            assert all(tag_of(step) for step in need.path.split("."))


def test_a_modality_follows_from_the_sop_class() -> None:
    assert [modality_of(uid) for uid in (CT, MR, PT, ENHANCED_PT, "1.2.3")] == ["CT", "MR", "PT", "PT", ""]


START = "RadiopharmaceuticalInformationSequence.RadiopharmaceuticalStartTime"


@pytest.mark.parametrize(
    ("sop_class", "path", "outcome", "lost"),
    [
        (PT, "PatientWeight", Outcome.REMOVED, [Lost("PT", "SUV", "PatientWeight", "removed")]),
        (PT, "RadiopharmaceuticalInformationSequence[0].RadiopharmaceuticalStartTime", Outcome.EMPTIED,
         [Lost("PT", "SUV", START, "emptied")]),
        (PT, "PatientWeight", Outcome.KEPT, []),
        (PT, "SeriesTime", Outcome.SHIFTED, []),
        (CT, "PatientWeight", Outcome.REMOVED, []),
        ("1.2.3", "PatientWeight", Outcome.REMOVED, []),
        (CT, "SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].SliceThickness", Outcome.REMOVED_WITH,
         [Lost("CT", "geometry", "SliceThickness", "removed")]),
        (CT, "OriginalAttributesSequence[0].SliceThickness", Outcome.REMOVED_WITH, []),  # not that of this Instance
        (MR, "(0019,[SIEMENS MR HEADER]0C)", Outcome.REMOVED,
         [Lost("MR", "diffusion", "(0019,[SIEMENS MR HEADER]0C)", "removed")]),
    ],
)  # fmt: skip
def test_what_goes_and_is_needed_is_lost(sop_class: str, path: str, outcome: Outcome, lost: list[Lost]) -> None:
    assert [each for each in lost_by([a_record(path, outcome)], sop_class) if each.reason != "timing"] == lost


def test_a_replaced_uid_is_not_lost_because_references_still_resolve() -> None:
    assert lost_by([a_record("FrameOfReferenceUID", Outcome.REPLACED, "U")], CT) == ()


def test_an_attribute_of_many_items_is_lost_once() -> None:
    records = [a_record(f"SharedFunctionalGroupsSequence[{n}].SliceThickness", Outcome.REMOVED) for n in range(3)]
    assert len(lost_by(records, CT)) == 1


def test_instances_are_counted() -> None:
    weight, size = Lost("PT", "SUV", "PatientWeight", "removed"), Lost("PT", "SUV", "PatientSize", "emptied")
    lost = counted({(weight,): 2, (weight, size): 3, (): 9})
    assert lost == [UtilityLost(*size, 3), UtilityLost(*weight, 5)]
    assert in_lines(lost) == [("PT", "SUV", 5, "PatientSize emptied; PatientWeight removed")]
