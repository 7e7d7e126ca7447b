"""Exactly one Decision for each element at every depth; nothing in ``plan`` that disk, clock or chance could sway."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from deidpipe import plan
from deidpipe.dicom.instance import Instance, read_instance
from deidpipe.dicom.layout import TOP, Kind, is_private_creator
from deidpipe.dicom.path import creators_of
from deidpipe.plan.decide import Decision, decide
from deidpipe.profile.model import PrivateElement, Profile, SiteRule, Tag, Unlisted
from deidpipe.profile.ruleset import RuleSet
from deidpipe.standard.actions import Action
from deidpipe.standard.options import Option
from tests.datasets import PRIVATE_CREATOR, a_dataset, files, written

X, Z, D, K, C, U = Action
SIEMENS = "SIEMENS MR HEADER"


def decisions_on(instance: Instance, profile: Profile, iod: str | None = "ct-image") -> list[Decision]:
    index = instance.data_set
    return decide(index.layout, creators_of(index.layout, index.value), RuleSet(profile), iod)


def decided(data_set: Dataset, *rules: SiteRule, options: tuple[Option, ...] = ()) -> list[tuple[str, str]]:
    """Return (action, path) of each element, in order; "-" for what goes with its Sequence."""
    file = written(data_set)
    profile = Profile("trial", options=frozenset(options), rules=rules)
    made = decisions_on(read_instance(file, len(file)), profile)
    return [("-" if each.disposed_with is not None else each.action.value, each.path) for each in made]


def keep(selector: Tag | PrivateElement) -> SiteRule:
    return SiteRule(selector, K, "a reason", "trial.yaml:4")


# --- the law ------------------------------------------------------------------

PROFILES = st.builds(
    Profile,
    name=st.just("trial"),
    options=st.frozensets(st.sampled_from(Option), max_size=4).filter(
        lambda chosen: not chosen >= {Option.RETAIN_FULL_DATES, Option.RETAIN_MODIFIED_DATES}
    ),
    rules=st.lists(
        st.builds(
            SiteRule,
            st.sampled_from([0x00081140, 0x00400275, 0x0040A730, 0x00081111]).map(Tag)
            | st.sampled_from([0x01, 0x02, 0x03, None]).map(lambda low: PrivateElement(PRIVATE_CREATOR, 0x0009, low)),
            st.sampled_from([X, Z, D, K]),
            st.just("a reason"),
            st.just("trial.yaml:4"),
        ),
        max_size=3,
    ).map(tuple),
    unlisted=st.sampled_from(Unlisted),
)


@given(files(), PROFILES, st.sampled_from(["ct-image", "basic-text-sr", None]))
def test_every_element_has_exactly_one_decision(file: bytes, profile: Profile, iod: str | None) -> None:
    instance = read_instance(file, len(file))
    layout = instance.data_set.layout
    made = decisions_on(instance, profile, iod)
    assert [each.entry for each in made] == layout.elements
    assert made == decisions_on(instance, profile, iod)
    for each in made:
        holder = each.disposed_with
        above = list(sequences_above(instance, each.entry))
        disposed = [other.entry for other in made if other.entry in above and other.action in (X, Z, D)]
        assert holder == (disposed[0] if disposed else None)  # the outermost of them takes all with it
        assert each.is_sequence is (layout.kinds[each.entry] is Kind.SEQUENCE)


@given(files(), PROFILES)
def test_a_private_creator_stays_exactly_as_long_as_it_is_needed(file: bytes, profile: Profile) -> None:
    instance = read_instance(file, len(file))
    layout = instance.data_set.layout
    made = [each for each in decisions_on(instance, profile) if each.disposed_with is None and each.tag & 0x10000]
    kept_blocks = {
        (layout.parents[each.entry], each.tag >> 8)
        for each in made
        if not is_private_creator(each.tag) and each.action is not X
    }
    for each in made:
        if is_private_creator(each.tag):
            block = (layout.parents[each.entry], (each.tag & 0xFFFF0000) >> 8 | each.tag & 0xFF)
            assert (each.action is K) is (block in kept_blocks)


def sequences_above(instance: Instance, entry: int) -> Iterator[int]:
    """Yield the Sequences that an element stands in, the innermost first."""
    layout = instance.data_set.layout
    while (item := layout.parents[entry]) != TOP:
        entry = layout.parents[item]
        yield entry


# --- Sequences ------------------------------------------------------------------


def with_request() -> Dataset:
    return a_dataset(
        PatientName="Doe^Jane",
        RequestAttributesSequence=[a_dataset(AccessionNumber="A1", RequestedProcedureCodeSequence=[a_dataset()])],
        Rows=1,
    )


def test_a_sequence_that_is_disposed_of_takes_all_it_holds() -> None:
    assert decided(with_request()) == [
        ("Z", "PatientName"),
        ("K", "Rows"),
        ("X", "RequestAttributesSequence"),
        ("-", "RequestAttributesSequence[0].AccessionNumber"),
        ("-", "RequestAttributesSequence[0].RequestedProcedureCodeSequence"),
    ]


def test_in_a_sequence_that_stays_each_element_has_its_own_rule() -> None:
    assert decided(with_request(), keep(Tag(0x00400275))) == [
        ("Z", "PatientName"),
        ("K", "Rows"),
        ("K", "RequestAttributesSequence"),
        ("Z", "RequestAttributesSequence[0].AccessionNumber"),
        ("K", "RequestAttributesSequence[0].RequestedProcedureCodeSequence"),
    ]


def test_every_item_is_decided_on_at_any_depth() -> None:
    deep = a_dataset(ContentSequence=[a_dataset(ContentSequence=[a_dataset(PersonName="Doe"), a_dataset(UID="1.2.3")])])
    assert decided(deep, keep(Tag(0x0040A730))) == [
        ("K", "ContentSequence"),
        ("K", "ContentSequence[0].ContentSequence"),
        ("D", "ContentSequence[0].ContentSequence[0].PersonName"),
        ("U", "ContentSequence[0].ContentSequence[1].UID"),
    ]


def test_two_sequences_in_a_row_are_not_mistaken_for_one_another() -> None:
    data_set = a_dataset(
        ReferencedStudySequence=[a_dataset(ReferencedSOPInstanceUID="1.2.3")],
        ReferencedSeriesSequence=[a_dataset(SeriesInstanceUID="1.2.4")],
    )
    assert [action for action, _ in decided(data_set)] == ["X", "-", "K", "U"]


# --- groups ------------------------------------------------------------------


def with_private() -> Dataset:
    data_set = a_dataset(PatientID="1")
    for block, creator in ((0x10, SIEMENS), (0x11, "SOMEBODY")):
        data_set.add_new(0x00190000 | block, "LO", creator)
        data_set.add_new(0x00190000 | block << 8 | 0x0C, "IS", "1000")
    return data_set


@pytest.mark.parametrize(
    ("options", "rules", "actions"),
    [
        ((), (), "XXXX"),
        ((Option.RETAIN_SAFE_PRIVATE,), (), "KXKX"),  # creators first: the one of SOMEBODY has nothing to hold
        ((), (keep(PrivateElement("SOMEBODY", None, None)),), "XKXK"),
        ((), (keep(PrivateElement("*", 0x0019, None)),), "KKKK"),
    ],
)
def test_private_creators_stay_only_with_what_they_hold(
    options: tuple[Option, ...], rules: tuple[SiteRule, ...], actions: str
) -> None:
    made = decided(with_private(), *rules, options=options)
    assert "".join(action for action, path in made if path != "PatientID") == actions


def test_a_private_creator_is_named_in_a_path_only_if_it_is_known_to_be_a_vendor() -> None:
    assert [path for _, path in decided(with_private())][-2:] == ["(0019,[SIEMENS MR HEADER]0C)", "(0019,110C)"]


def test_an_overlay_goes_whole() -> None:
    data_set = a_dataset(Rows=1)
    for element, vr, value in ((0x0010, "US", 1), (0x0022, "LO", "name"), (0x3000, "OW", b"ab"), (0x4000, "LT", "x")):
        data_set.add_new(0x60020000 | element, vr, value)
    assert "".join(action for action, _ in decided(data_set)) == "KXXXX"


def test_a_decision_prints_as_action_path_source() -> None:
    file = written(a_dataset(PatientName="Doe^Jane"))
    (only,) = decisions_on(read_instance(file, len(file)), Profile("trial"))
    assert str(only) == "Z PatientName (PS3.15 2026d Table E.1-1, Basic Profile)"


# --- no disk, no clock, no chance ------------------------------------------------------------------

SWAYED_BY = frozenset({"datetime", "io", "os", "pathlib", "random", "secrets", "socket", "subprocess", "time", "uuid"})


@pytest.mark.parametrize("path", sorted(Path(plan.__file__).parent.glob("*.py")), ids=lambda path: path.name)
def test_plan_has_no_disk_no_clock_and_no_chance(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    modules = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    modules |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not modules & SWAYED_BY
    assert not names & {"open", "input", "print", "hash", "id", "__import__"}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Global)]
