"""Two profiles are compared by what they ask for and by what becomes of each Attribute."""

from pathlib import Path

import pytest

from deidpipe.profile import model
from deidpipe.profile.difference import Change, difference
from deidpipe.profile.load import load_profile
from deidpipe.profile.model import Condition, Profile, SiteRule, Tag, TagPath, VrSelector
from deidpipe.profile.outline import of_the_rest, of_the_table
from deidpipe.profile.ruleset import RuleSet
from deidpipe.profile.shipped import names
from deidpipe.standard.actions import Action
from deidpipe.standard.options import Option
from deidpipe.standard.table import rows

STUDY_ID, SERIES_NUMBER = Tag(0x00200010), Tag(0x00200011)


def a_profile(*rules: SiteRule, options: frozenset[Option] = frozenset()) -> Profile:
    return Profile("trial", options=options, rules=rules)


def a_rule(selector: Tag | TagPath | VrSelector, action: Action, *when: Condition) -> SiteRule:
    return SiteRule(selector, action, "a reason", "trial.yaml:1", when)


@pytest.mark.parametrize("name", names())
def test_a_profile_does_not_differ_from_itself(name: str) -> None:
    profile = load_profile(name)
    assert not any(difference(profile, profile))


def test_every_row_of_the_table_has_an_answer() -> None:
    assert len([*of_the_table(RuleSet(a_profile()))]) == len(rows())


def test_no_attribute_is_both_in_the_table_and_in_the_rest() -> None:
    rules = RuleSet(a_profile())
    listed = {answer.attribute for answer in of_the_table(rules)}
    assert listed.isdisjoint(answer.attribute for _, answer in of_the_rest(rules))


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        (a_rule(STUDY_ID, Action.KEEP), Change("StudyID", "Z", "K")),
        (a_rule(SERIES_NUMBER, Action.REMOVE), Change("SeriesNumber", "K", "X")),
        (
            a_rule(SERIES_NUMBER, Action.EMPTY, Condition(0x00080060, model.Test.EQUALS, ("CT",))),
            Change("SeriesNumber", "K", "Z where its conditions hold, else K"),
        ),
        (
            a_rule(TagPath((0x00400275, 0x00080050)), Action.KEEP),
            Change("RequestAttributesSequence/AccessionNumber", "Z", "K"),
        ),
    ],
)
def test_a_rule_shows_in_what_becomes_of_its_attribute(rule: SiteRule, change: Change) -> None:
    found = difference(a_profile(), a_profile(rule))
    assert found.listed == [change]
    assert [each.what for each in found.rules] == [change.what]
    assert found.unlisted == []


def test_where_a_rule_stands_does_not_count() -> None:
    rule = a_rule(STUDY_ID, Action.KEEP)
    assert not any(difference(a_profile(rule), a_profile(rule._replace(where="other.yaml:9"))))


def test_a_compound_code_is_shown_as_the_table_has_it() -> None:
    found = difference(a_profile(), a_profile(options=frozenset({Option.RETAIN_FULL_DATES})))
    assert Change("SeriesDate", "X/D", "K") in found.listed
    assert Change("Option retain-longitudinal-full-dates", "", "yes") in found.settings


def test_unlisted_attributes_are_told_together_by_vr() -> None:
    found = difference(a_profile(), a_profile(a_rule(VrSelector("DS"), Action.REMOVE)))
    (group,) = found.unlisted
    assert (group.vr, group.first, group.second) == ("DS", "K", "X")
    assert len(group.attributes) > 100
    assert group.in_words.endswith("more")


def test_deny_by_default_keeps_less_than_basic_of_what_nobody_lists(tmp_path: Path) -> None:
    path = tmp_path / "trial.yaml"
    path.write_text("deidpipe: 1\nname: trial\nextends: basic\nunlisted: remove\n")
    found = difference(load_profile("basic"), load_profile(str(path)))
    assert found.listed == []
    assert {group.second for group in found.unlisted} == {"X"}
