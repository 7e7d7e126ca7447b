"""What Decisions come to: edits that leave a sound Data Set, with our markers in it once and in the order of tags."""

import warnings
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from deidpipe.actions.markers import DATES_MODIFIED, IDENTITY_REMOVED, METHOD, METHOD_CODES, METHOD_TEXT
from deidpipe.actions.procedure import Procedure, carry_out, procedure_of
from deidpipe.dicom.instance import Instance, read_instance
from deidpipe.dicom.layout import TOP
from deidpipe.dicom.path import creators_of
from deidpipe.dicom.splice import bytes_of, splice
from deidpipe.identity.key import Key
from deidpipe.identity.subject import Identity
from deidpipe.plan.decide import decide
from deidpipe.profile.model import PrivateElement, Profile, SiteRule, Tag
from deidpipe.profile.ruleset import RuleSet
from deidpipe.standard.actions import Action
from tests.datasets import PRIVATE_CREATOR, a_dataset, files, written
from tests.texts import no_texts

MARKERS = (IDENTITY_REMOVED, METHOD, METHOD_CODES, DATES_MODIFIED)
NATIVE = (ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian)
BASIC = Profile("trial")
KEEPS_MUCH = Profile(
    "trial",
    rules=(
        SiteRule(PrivateElement(PRIVATE_CREATOR, None, None), Action.KEEP, "", "trial.yaml:1"),
        SiteRule(Tag(0x00400275), Action.KEEP, "", "trial.yaml:2"),
        SiteRule(Tag(0x0040A730), Action.KEEP, "", "trial.yaml:3"),
    ),
)


def opened(file: bytes) -> Instance:
    return read_instance(file, len(file))


def procedure_for(instance: Instance, profile: Profile = BASIC) -> Procedure:
    index = instance.data_set
    decisions = decide(index.layout, creators_of(index.layout, index.value), RuleSet(profile), None)
    return procedure_of(decisions, index.layout, instance.encoding, profile.options)


def carried_out(instance: Instance, profile: Profile = BASIC) -> bytes:
    """Return the Data Set after the procedure."""
    identity = Identity(Key(bytes(32)), uid_root="2.25", patient_id="DP-{code}", shift=(-3650, -365), texts=no_texts)
    edits = carry_out(procedure_for(instance, profile), instance.data_set, identity.subject("MRN-1")).edits
    body = instance.body
    pieces = splice(instance.data_set, edits)
    return b"".join(bytes_of(piece, lambda start, end: bytes(body[start:end])) for piece in pieces)


def cleaned(data_set: Dataset, transfer_syntax: str = ExplicitVRLittleEndian, profile: Profile = BASIC) -> Dataset:
    file = written(data_set, transfer_syntax)
    data_set_start = len(file) - opened(file).data_set.size + opened(file).data_set.starts[0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = dcmread(BytesIO(file[:data_set_start] + carried_out(opened(file), profile)))
        found.decode()
    return found


# --- where the markers go ------------------------------------------------------------------


@pytest.mark.parametrize("transfer_syntax", NATIVE)
@pytest.mark.parametrize(
    ("data_set", "left"),
    [
        (a_dataset(Modality="CT"), [0x00080060]),  # ends before the markers
        (a_dataset(Rows=1), [0x00280010]),  # begins between them
        (a_dataset(PixelPaddingValue=0, LossyImageCompression="00"), [0x00280120, 0x00282110]),
        (a_dataset(PresentationLUTShape="IDENTITY"), [0x20500020]),  # begins after them
        (a_dataset(PatientComments="Jane"), []),  # nothing is left
        (a_dataset(Modality="CT", PatientComments="x", PresentationLUTShape="IDENTITY"), [0x00080060, 0x20500020]),
        (a_dataset(ClinicalTrialTimePointID="1", ClinicalTrialProtocolName="P"), None),  # right where they go
    ],
)
def test_markers_are_put_where_their_tags_belong(
    data_set: Dataset, left: list[int] | None, transfer_syntax: str
) -> None:
    tags = [int(element.tag) for element in cleaned(data_set, transfer_syntax)]
    assert [tag for tag in tags if tag in MARKERS] == list(MARKERS)
    assert tags == sorted(tags)
    if left is not None:
        assert [tag for tag in tags if tag not in MARKERS] == left


def test_markers_that_are_there_are_replaced_and_the_method_of_others_stays() -> None:
    found = cleaned(
        a_dataset(
            PatientIdentityRemoved="NO",
            DeidentificationMethod="CTP 2020",
            DeidentificationMethodCodeSequence=[a_dataset(CodeValue="113101"), a_dataset(CodeValue="113105")],
            LongitudinalTemporalInformationModified="UNMODIFIED",
        )
    )
    assert found.PatientIdentityRemoved == "YES"
    assert list(found.DeidentificationMethod) == ["CTP 2020", METHOD_TEXT.decode()]
    assert [item.CodeValue for item in found.DeidentificationMethodCodeSequence] == ["113100"]
    assert found.LongitudinalTemporalInformationModified == "REMOVED"


def test_a_marker_inside_an_item_is_not_taken_for_ours() -> None:
    nested = a_dataset(ReferencedSeriesSequence=[a_dataset(PatientIdentityRemoved="NO")])
    found = cleaned(nested)
    assert found.ReferencedSeriesSequence[0].PatientIdentityRemoved == "NO"
    assert found.PatientIdentityRemoved == "YES"


# --- edits ------------------------------------------------------------------


def test_runs_that_touch_are_one_edit() -> None:
    in_a_row = a_dataset(PatientBirthDate="19610319", PatientAddress="x", PatientComments="y", Rows=1, StudyID="7")
    procedure = procedure_for(opened(written(in_a_row)))
    assert [(run.first, run.after) for run in procedure.runs] == [(0, 4), (5, 5)]  # all but Rows, and a marker after it
    assert procedure.steps == []


def test_runs_in_two_items_are_not_joined() -> None:
    items = [a_dataset(PatientComments="x"), a_dataset(PatientComments="y")]
    found = cleaned(a_dataset(ReferencedSeriesSequence=items))
    assert [len(item) for item in found.ReferencedSeriesSequence] == [0, 0]


@pytest.mark.parametrize("transfer_syntax", NATIVE)
@pytest.mark.parametrize("undefined", [False, True])
def test_lengths_of_what_encloses_an_edit_are_right(transfer_syntax: str, *, undefined: bool) -> None:
    inner = a_dataset(UID="1.2.3", PatientID="MRN-2", PersonName="Doe^Jane", ConceptNameCodeSequence=[])
    outer = a_dataset(ContentSequence=[inner, a_dataset(TextValue="Jane")], ContinuityOfContent="SEPARATE")
    data_set = a_dataset(ContentSequence=[outer], PatientID="MRN-1", PresentationLUTShape="IDENTITY")
    for sequence in (data_set["ContentSequence"], outer["ContentSequence"]):
        sequence.is_undefined_length = undefined
    for item in (inner, outer):
        item.is_undefined_length_sequence_item = undefined
    found = cleaned(data_set, transfer_syntax, KEEPS_MUCH)
    (item,) = found.ContentSequence
    assert item.ContinuityOfContent == "SEPARATE"
    assert item.ContentSequence[0].UID.startswith("2.25.")
    assert item.ContentSequence[0].PatientID.startswith("DP-")
    assert item.ContentSequence[0].PatientID != found.PatientID
    assert item.ContentSequence[0].PersonName == "REMOVED"
    assert found.PresentationLUTShape == "IDENTITY"


@given(files())
def test_after_a_procedure_the_data_set_can_be_read_and_has_each_marker_once(file: bytes) -> None:
    instance = opened(file)
    before = tops(instance)
    data = carried_out(instance, KEEPS_MUCH)
    meta = b"".join((bytes(128), b"DICM", _transfer_syntax(instance)))
    after = tops(opened(meta + data)) if not instance.encoding.deflated else None
    if after is not None:
        assert [tag for tag in after if tag in MARKERS] == list(MARKERS)
        assert set(after) <= set(before) | set(MARKERS)
        if all(one < other for one, other in pairwise(before)):
            assert all(one < other for one, other in pairwise(after))


def tops(instance: Instance) -> list[int]:
    layout = instance.data_set.layout
    return [layout.tags[entry] for entry in layout.elements if layout.parents[entry] == TOP]


def _transfer_syntax(instance: Instance) -> bytes:
    from deidpipe.dicom.splice import encoded_element

    return encoded_element(0x00020010, "UI", instance.transfer_syntax.encode(), implicit=False, big_endian=False)


@given(files())
def test_a_procedure_has_a_record_for_each_element_and_each_marker_put_in(file: bytes) -> None:
    instance = opened(file)
    procedure = procedure_for(instance)
    inserted = [record for record in procedure.records if record.outcome == "inserted"]
    assert len(procedure.records) == len(instance.data_set.layout.elements) + len(inserted)
    assert {step.position for step in procedure.steps} <= set(range(len(procedure.records)))
    assert len(inserted) == len(set(MARKERS) - set(instance.data_set.layout.top))
