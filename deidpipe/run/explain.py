"""What a profile does to one Attribute, and why."""

import re
from difflib import get_close_matches
from typing import NamedTuple

from deidpipe.dicom.dictionary import keyword_of, keywords, tag_of, vr_of
from deidpipe.errors import UsageError
from deidpipe.profile.model import Profile
from deidpipe.profile.ruleset import BASIC, Place, Rule, RuleSet
from deidpipe.standard.actions import Action, CompoundAction
from deidpipe.standard.table import row_of
from deidpipe.standard.types import settle

MEANING = {
    Action.REMOVE: "removed",
    Action.EMPTY: "emptied, or replaced by a value that names no one",
    Action.DUMMY: "replaced by a value that names no one",
    Action.KEEP: "kept",
    Action.CLEAN: "cleaned: dates are shifted, text is emptied in this version",
    Action.UID: "replaced by another UID, the same everywhere",
}
_BY_TYPE = (
    ("1", "where the IOD requires a value (Type 1)"),
    ("2", "where it may be empty (Type 2)"),
    ("3", "elsewhere"),
)


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
    """Explain what a profile does to an Attribute, given by keyword or tag.

    Raises UsageError if there is no such Attribute.
    """
    tag = _tag(attribute)
    rules = RuleSet(profile)
    vr = vr_of(tag)
    place = Place((tag,), vr, is_sequence=vr == "SQ")
    arms = [
        _arm(Rule(rule.action, "site rule", rule.where, rule.why), "where the rule's conditions hold")
        for rule in profile.rules
        if rule.when and rules.rule_for(place, None, frozenset({rule.when})).source == rule.where
    ]
    rule = rules.rule_for(place, None)
    row = row_of(tag)
    if rule.layer == BASIC and row is not None and isinstance(row.basic, CompoundAction):
        settled: dict[Action, str] = {}
        for attribute_type, where in _BY_TYPE:
            settled.setdefault(settle(row.basic, attribute_type, known_iod=True), where)
        arms += [_arm(rule._replace(action=action), where) for action, where in settled.items()]
    else:
        arms.append(_arm(rule, "elsewhere" if arms else ""))
    return Explanation(f"({tag >> 16:04X},{tag & 0xFFFF:04X})", keyword_of(tag), vr, profile.name, arms)


def _arm(rule: Rule, where: str) -> Arm:
    return Arm(rule.action.value, MEANING[rule.action], where, rule.layer, rule.source, rule.why)


def _tag(attribute: str) -> int:
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
