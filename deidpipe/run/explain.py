"""What a profile does to one Attribute, and why."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import NamedTuple

from deidpipe.actions.procedure import PATIENT
from deidpipe.dicom.dictionary import keyword_of, keywords, tag_of, vr_of
from deidpipe.dicom.layout import is_private_creator
from deidpipe.dicom.path import name_of
from deidpipe.errors import UsageError
from deidpipe.profile.model import Dates, PrivateElement, Profile, SafeList, SiteRule
from deidpipe.profile.outline import conditional
from deidpipe.profile.private import SENDER, STANDARD, TCIA
from deidpipe.profile.ruleset import BASIC, TABLE, Place, Rule, RuleSet
from deidpipe.profile.words import in_words
from deidpipe.standard.actions import Action, CompoundAction
from deidpipe.standard.options import OPTIONS, Option
from deidpipe.standard.table import row_of
from deidpipe.standard.types import settle

_MEANING = {
    Action.REMOVE: "removed",
    Action.EMPTY: "emptied",
    Action.DUMMY: "replaced by a value that names no one",
    Action.KEEP: "kept",
    Action.CLEAN: "emptied: text is not cleaned yet",
    Action.UID: "replaced by another UID, the same wherever it occurs",
}
_CLEANED = {
    "AS": "kept up to 89 years; 090Y stands for all ages above",
    "DA": "shifted by the patient's number of days",
    "DT": "shifted by the patient's number of days",
    "TM": "kept: dates are shifted by whole days, so times of day stay",
    "SQ": "kept; each element inside is decided for itself",
}
_YEAR = {"DA": "reduced to the first of January of its year", "DT": "reduced to the year"}
_BY_TYPE = (
    ("1", "where the IOD requires a value (Type 1)"),
    ("2", "where it may be empty (Type 2)"),
    ("3", "elsewhere"),
)
_TIMEZONE = 0x00080201
_DISPOSES = frozenset({Action.REMOVE, Action.EMPTY, Action.DUMMY})


class Arm(NamedTuple):
    """One thing that may happen, and in which case."""

    action: str
    meaning: str
    where: str
    layer: str
    source: str
    why: str


class Explanation(NamedTuple):
    """All that may happen to an Attribute."""

    tag: str
    keyword: str
    vr: str
    profile: str
    arms: list[Arm]


def explain(attribute: str, profile: Profile) -> Explanation:
    """Explain what a profile does to an Attribute: a keyword, a tag, or a path with / between Attributes.

    Raises UsageError if there is no such Attribute.
    """
    path = tuple(tag_called(step) for step in attribute.split("/"))
    tag, vr = path[-1], vr_of(path[-1])
    number = f"({tag >> 16:04X},{tag & 0xFFFF:04X})"
    written = "/".join(map(name_of, path)) if keyword_of(tag) else ""
    is_private = tag & 0x10000 and not is_private_creator(tag)
    arms = [*_disposed(path, profile)] or [*(_private(tag, profile) if is_private else _public(path, profile))]
    return Explanation(number, written, vr, profile.name, arms)


def _disposed(path: tuple[int, ...], profile: Profile) -> Iterator[Arm]:
    """Yield what happens to the Sequence that takes all of the path below it with it."""
    rules = RuleSet(profile)
    for depth in range(1, len(path)):
        rule = rules.rule_for(Place(path[:depth], "SQ", is_sequence=True), None)
        if rule.action in _DISPOSES:
            yield Arm(rule.action.value, f"goes with {name_of(path[depth - 1])}", "", *_said(rule))
            return


def _public(path: tuple[int, ...], profile: Profile) -> Iterator[Arm]:
    rules = RuleSet(profile)
    vr = vr_of(path[-1])
    place = Place(path, vr, is_sequence=vr == "SQ")
    with_conditions = conditional(rules, place)
    for site_rule in with_conditions:
        rule = Rule(site_rule.action, "site rule", site_rule.where, site_rule.why)
        yield _arm(rule, path, profile, "where the rule's conditions hold")
    rule = rules.rule_for(place, None)
    row = row_of(place.tag)
    if rule.layer != BASIC or row is None or not isinstance(row.basic, CompoundAction):
        yield _arm(rule, path, profile, "elsewhere" if with_conditions else "")
        return
    settled: dict[Action, str] = {}
    for attribute_type, where in _BY_TYPE:
        settled.setdefault(settle(row.basic, attribute_type, known_iod=True), where)
    for action, where in settled.items():
        yield _arm(rule._replace(action=action), path, profile, where if len(settled) > 1 else "")


def _private(tag: int, profile: Profile) -> Iterator[Arm]:
    """Yield what may happen to a private element: its number alone says nothing, its Private Creator counts."""
    for rule in profile.rules:
        if _may_select(rule, tag):
            where = f"as {in_words(rule.selector)}{', where the conditions of the rule hold' if rule.when else ''}"
            yield _arm(Rule(rule.action, "site rule", rule.where, rule.why), (tag,), profile, where)
    if Option.RETAIN_SAFE_PRIVATE in profile.options:
        title = OPTIONS[Option.RETAIN_SAFE_PRIVATE].title
        for source, where in _safe(profile):
            yield _arm(Rule(Action.KEEP, title, source), (tag,), profile, where)
    yield _arm(Rule(Action.REMOVE, BASIC, f"{TABLE}, private elements"), (tag,), profile, "elsewhere")


def _safe(profile: Profile) -> Iterator[tuple[str, str]]:
    """Yield who may call a private element safe, and where it does."""
    if SafeList.STANDARD in profile.safe_private:
        yield STANDARD, "where the Standard lists it as safe under its Private Creator"
    if SafeList.TCIA in profile.safe_private:
        yield TCIA, "where TCIA keeps it under its Private Creator (h: with another UID; o, oi: with shifted dates)"
    yield SENDER, "where the sender declares it safe, and it is no text and nothing that could hold anything"


def _may_select(rule: SiteRule, tag: int) -> bool:
    selector = rule.selector
    return (
        isinstance(selector, PrivateElement)
        and selector.group in (None, tag >> 16)
        and selector.low in (None, tag & 0xFF)
    )


def _arm(rule: Rule, path: tuple[int, ...], profile: Profile, where: str) -> Arm:
    return Arm(rule.action.value, _meaning(rule, path, profile), where, *_said(rule))


def _said(rule: Rule) -> tuple[str, str, str]:
    return rule.layer, rule.source, rule.why


def _meaning(rule: Rule, path: tuple[int, ...], profile: Profile) -> str:
    tag, action = path[-1], rule.action
    vr = vr_of(tag)
    if rule.layer == BASIC and tag in PATIENT and len(path) == 1 and action in (Action.EMPTY, Action.DUMMY):
        return f"replaced: {PATIENT[tag][1]}"
    if action is Action.CLEAN and tag == _TIMEZONE:
        return "kept: whole days change no offset from UTC"
    if action is Action.CLEAN and vr in _YEAR and profile.identity.dates is Dates.YEAR:
        return _YEAR[vr]
    if action is Action.CLEAN:
        return _CLEANED.get(vr, _MEANING[action])
    if action in (Action.KEEP, Action.UID) and vr == "SQ":
        return _CLEANED[vr]
    if action is Action.DUMMY:
        return {"UI": _MEANING[Action.UID], "SQ": "replaced by one Item that names no one"}.get(vr, _MEANING[action])
    return _MEANING[action]


def tag_called(attribute: str) -> int:
    """Return the tag of an Attribute that a person names by keyword or tag.

    Raises UsageError if there is no such Attribute.
    """
    digits = re.sub(r"[(), ]", "", attribute)
    if re.fullmatch(r"[0-9A-Fa-f]{8}", digits):
        return int(digits, 16)
    tag = tag_of(attribute)
    if tag is None:
        near = get_close_matches(attribute, keywords(), 1)
        raise UsageError(
            attribute, "DICOM has no such Attribute", f"did you mean {near[0]}?" if near else "give a keyword or a tag"
        )
    return tag
