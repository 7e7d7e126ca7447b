"""What becomes of Content Items: whole Items go, positions are put right, nothing is left without what it needs."""

import io

import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

import deidpipe
from deidpipe.dicom.content import Content, contents_of
from deidpipe.dicom.instance import read_instance
from deidpipe.dicom.layout import Kind
from deidpipe.dicom.path import creators_of
from deidpipe.plan.decide import Decision, decide
from deidpipe.plan.opaque import Opaque, opaque
from deidpipe.profile import model
from deidpipe.profile.model import Condition, Profile, SiteRule, Tag, TagPath, VrSelector
from deidpipe.profile.ruleset import RuleSet
from deidpipe.standard.actions import Action
from deidpipe.standard.options import Option
from tests.datasets import a_dataset, written

SR = "1.2.840.10008.5.1.4.1.1.88.33"
OPTION = frozenset({Option.CLEAN_STRUCTURED_CONTENT})
ACCESSION, COMMENT, FINDING, OBSERVER, OUR_OWN = "121022", "121106", "121071", "121008", "121049"
CLEAN = "a cyst, told"  # what is left of a text
SYNTAXES = (ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian)


def named(code: str) -> list[Dataset]:
    return [a_dataset(CodeValue=code, CodingSchemeDesignator="DCM", CodeMeaning="a meaning")]


def text(code: str, value: str = "a cyst, told to Ida Invented") -> Dataset:
    return a_dataset(
        RelationshipType="CONTAINS", ValueType="TEXT", ConceptNameCodeSequence=named(code), TextValue=value
    )


def container(*items: Dataset, code: str = "126010") -> Dataset:
    return a_dataset(ValueType="CONTAINER", ConceptNameCodeSequence=named(code), ContentSequence=list(items))


def pointer(*position: int) -> Dataset:
    return a_dataset(RelationshipType="SELECTED FROM", ReferencedContentItemIdentifier=list(position))


def an_sr(*items: Dataset) -> Dataset:
    return a_dataset(
        SOPClassUID=SR,
        SOPInstanceUID="2.25.7",
        PatientName="Invented^Ida",
        PatientID="MRN-7",
        ContentSequence=list(items),
    )


def decisions(source: Dataset | bytes, *rules: SiteRule, options: frozenset[Option] = OPTION) -> list[Decision]:
    file = source if isinstance(source, bytes) else written(source)
    index = read_instance(file, len(file)).data_set
    profile = Profile("trial", options=options, rules=rules)
    creators = creators_of(index.layout, index.value)
    made = decide(index.layout, creators, RuleSet(profile), "comprehensive-sr", contents=contents_of(index))
    assert [each.entry for each in made] == index.layout.elements  # exactly one for each
    return made


def cleaned(data_set: Dataset, *options: Option, transfer_syntax: str = ExplicitVRLittleEndian) -> Dataset:
    file = written(data_set, transfer_syntax)
    return dcmread(io.BytesIO(deidpipe.deidentify(file, key="17" * 32, options=[*OPTION, *options])))


def told(data_set: Dataset) -> list[object]:
    """Return the tree as nested lists of texts; of what points to another Item, the position."""
    found: list[object] = []
    for item in data_set.get("ContentSequence", []):
        if "ContentSequence" in item:
            found.append(told(item))
        elif "ReferencedContentItemIdentifier" in item:
            position = item.ReferencedContentItemIdentifier
            found.append(tuple(position) if isinstance(position, list | tuple) or len(position) else position)
        else:
            found.append(item.get("TextValue", item.ValueType))
    return found


# --- what an Item says ---------------------------------------------------------------------


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_an_item_is_read_with_its_code_type_and_position(syntax: str) -> None:
    long_code = a_dataset(ValueType="TEXT", ConceptNameCodeSequence=[a_dataset(LongCodeValue="L", CodeMeaning="m")])
    no_type = a_dataset(ConceptNameCodeSequence=named(FINDING), Date="20010101")
    file = written(an_sr(text(FINDING), long_code, no_type, a_dataset(ValueType="IMAGE"), pointer(1, 2, 300)), syntax)
    assert list(contents_of(read_instance(file, len(file)).data_set).values()) == [
        Content(FINDING, "DCM", "TEXT"),
        Content("L", "", "TEXT"),
        Content(FINDING, "DCM", "DATE"),
        Content("", "", "IMAGE"),
        Content("", "", "", (1, 2, 300)),
    ]


# --- Items that go -------------------------------------------------------------------------


def test_an_item_goes_with_all_that_it_holds_and_the_row_is_named() -> None:
    gone = text(COMMENT)
    gone.ContentSequence = [text(OUR_OWN)]
    made = decisions(an_sr(gone, text(OUR_OWN)))
    first = [each for each in made if each.path.startswith("ContentSequence[0].")]
    assert len(first) > 8
    assert {(each.action, each.rule.source, each.rule.why) for each in first} == {
        (Action.REMOVE, "PS3.15 2026d Table E.3.4-1", "Comment")
    }
    file = written(an_sr(gone, text(OUR_OWN)))
    (item,) = {each.disposed_with for each in first}
    assert item is not None
    assert read_instance(file, len(file)).data_set.layout.kinds[item] is Kind.ITEM
    assert not [each for each in made if "[1]" in each.path and each.disposed_with is not None]


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([text(COMMENT), text(OUR_OWN)], [CLEAN]),
        ([text(OUR_OWN), text(COMMENT), text(ACCESSION), text(FINDING)], [CLEAN, "REMOVED"]),
        ([container(text(COMMENT), text(OUR_OWN)), text(ACCESSION)], [[CLEAN]]),
        ([container(text(COMMENT))], ["CONTAINER"]),  # without a Content Sequence
        ([text(COMMENT)], ["REMOVED"]),  # a dummy: a document must have content
    ],
)
def test_what_is_left_is_a_tree(before: list[Dataset], after: list[object], syntax: str) -> None:
    assert told(cleaned(an_sr(*before), transfer_syntax=syntax)) == after


def test_acquisition_context_may_be_empty() -> None:
    data_set = an_sr(text(OUR_OWN))
    data_set.AcquisitionContextSequence = [text(COMMENT)]
    assert list(cleaned(data_set).AcquisitionContextSequence) == []


# --- what points to another Item -----------------------------------------------------------


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([text(OUR_OWN), container(pointer(1, 1))], [CLEAN, [(1, 1)]]),
        ([text(COMMENT), text(OUR_OWN), container(pointer(1, 2))], [CLEAN, [(1, 1)]]),
        (
            [text(COMMENT), container(text(ACCESSION), text(OUR_OWN)), container(pointer(1, 2, 2))],
            [[CLEAN], [(1, 1, 1)]],
        ),
        ([text(COMMENT), text(OUR_OWN), container(pointer(1, 1), text(OUR_OWN))], [CLEAN, [CLEAN]]),
        ([text(COMMENT), text(OUR_OWN), container(pointer(1, 9), text(OUR_OWN))], [CLEAN, [CLEAN]]),
        # what points to what points to an Item that is gone
        (
            [text(COMMENT), container(pointer(1, 1), text(OUR_OWN)), container(pointer(1, 2, 1))],
            [[CLEAN], "CONTAINER"],
        ),
    ],
)  # fmt: skip
def test_a_position_still_names_its_item(before: list[Dataset], after: list[object], syntax: str) -> None:
    assert told(cleaned(an_sr(*before), transfer_syntax=syntax)) == after


# --- values --------------------------------------------------------------------------------


def test_a_rule_of_the_site_comes_before_the_row_but_cannot_save_what_goes() -> None:
    keep = SiteRule(Tag(0x0040A160), Action.KEEP, "a reason", "trial.yaml:4")
    made = decisions(an_sr(text(FINDING), text(COMMENT)), keep)
    texts = {each.path: each for each in made if each.tag == 0x0040A160}
    kept, gone = texts["ContentSequence[0].TextValue"], texts["ContentSequence[1].TextValue"]
    assert (kept.action, kept.rule.source) == (Action.KEEP, "trial.yaml:4")
    assert (gone.action, gone.disposed_with is not None) == (Action.REMOVE, True)


def test_a_code_spelt_with_another_value_type_is_treated_by_its_vr() -> None:
    found = cleaned(an_sr(text(OBSERVER, "Invented^Ida")))
    assert found.ContentSequence[0].TextValue == "REMOVED"


def test_references_that_could_not_be_opened_are_not_kept() -> None:
    item = a_dataset(ValueType="IMAGE", ConceptNameCodeSequence=named("113795"))
    item.add_new(0x00081190, "OB", b"1.2.3.4.5.6.7.89")
    file = written(an_sr(item)).replace(b"\x08\0\x90\x11OB", b"\x08\0\x99\x11UN")  # (0008,1199), as UN
    (made,) = (each for each in decisions(file) if each.tag == 0x00081199)
    assert made.action is Action.REMOVE


def test_without_the_option_the_tree_is_one_dummy() -> None:
    made = decisions(an_sr(text(COMMENT)), options=frozenset())
    (tree,) = (each for each in made if each.path == "ContentSequence")
    assert (tree.action, tree.rule.source) == (Action.DUMMY, "PS3.15 2026d Table E.1-1")


def test_two_documents_of_one_layout_are_told_apart_by_their_codes() -> None:
    from deidpipe.identity.key import Key
    from deidpipe.run.job import Job

    job = Job(Profile("trial", options=OPTION), Key(bytes(32)), "", "", {})
    prepared = []
    for code in (COMMENT, FINDING, COMMENT):
        file = written(an_sr(text(code)))
        instance = read_instance(file, len(file))
        prepared.append(job.prepared(instance, SR, lambda _tag: None))
    assert prepared[0] is prepared[2]
    assert prepared[0].plan.digest != prepared[1].plan.digest


# --- what nobody can look into -------------------------------------------------------------

PDF, ECG = "1.2.840.10008.5.1.4.1.1.104.1", "1.2.840.10008.5.1.4.1.1.9.1.1"
ON_CT = (Condition(0x00080060, model.Test.EQUALS, ("CT",)),)


@pytest.mark.parametrize(
    ("sop_class", "attributes", "rules", "expected"),
    [
        (PDF, {}, [], Opaque.ENCAPSULATED_DOCUMENT),
        (SR, {"EncapsulatedDocument": b"%PDF"}, [], None),  # becomes a dummy
        (SR, {"EncapsulatedDocument": b"%PDF"}, [(VrSelector("OB"), Action.KEEP, ())], Opaque.ENCAPSULATED_DOCUMENT),
        (ECG, {}, [], Opaque.WAVEFORM),
        (SR, {"WaveformSequence": [Dataset()]}, [], Opaque.WAVEFORM),
        ("1.2.840.10008.5.1.4.1.1.9.100.1", {}, [], None),  # Waveform Presentation State
        (SR, {}, [], None),
        (PDF, {}, [(Tag(0x00420011), Action.KEEP, ())], None),
        (PDF, {}, [(TagPath((0x00420011,)), Action.DUMMY, ())], None),
        (PDF, {}, [(VrSelector("OB"), Action.KEEP, ())], Opaque.ENCAPSULATED_DOCUMENT),  # names it not
        (PDF, {}, [(Tag(0x00420011), Action.KEEP, ON_CT)], Opaque.ENCAPSULATED_DOCUMENT),  # does not hold
        (ECG, {}, [(Tag(0x00420011), Action.KEEP, ())], Opaque.WAVEFORM),
        (ECG, {}, [(Tag(0x54000100), Action.KEEP, ())], None),
    ],
)
def test_what_cannot_be_looked_into_needs_a_rule_that_names_it(
    sop_class: str, attributes: dict[str, object], rules: list[tuple[Tag, Action, tuple[Condition, ...]]],
    expected: Opaque | None,
) -> None:  # fmt: skip
    file = written(a_dataset(SOPClassUID=sop_class, SOPInstanceUID="2.25.7", **attributes))
    made = tuple(SiteRule(selector, action, "a reason", "trial.yaml:4", when) for selector, action, when in rules)
    assert opaque(sop_class, decisions(file, *made), Profile("trial", rules=made)) is expected
