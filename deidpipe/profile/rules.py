"""One rule and one quarantine rule, from the file to the model."""

from collections.abc import Mapping
from types import MappingProxyType

from deidpipe.profile.complaints import Complaints, did_you_mean, shown
from deidpipe.profile.conditions import when_of
from deidpipe.profile.entries import Entry, items_of, known_entries, text_of
from deidpipe.profile.fit import action_fault, value_fault
from deidpipe.profile.model import Condition, QuarantineRule, Selector, SiteRule
from deidpipe.profile.nodes import Node
from deidpipe.profile.selectors import SELECTORS, selector_of
from deidpipe.standard.actions import Action, CompoundAction

ACTION_WORDS: Mapping[str, Action] = MappingProxyType(
    {
        **{action.value: action for action in Action},
        "remove": Action.REMOVE,
        "empty": Action.EMPTY,
        "dummy": Action.DUMMY,
        "keep": Action.KEEP,
        "clean": Action.CLEAN,
        "replace-uid": Action.UID,
    }
)
_RULE_KEYS = (*SELECTORS, "action", "why", "when", "value")
_COMPOUND = frozenset(CompoundAction)


def rules_of(entry: Entry, complaints: Complaints) -> list[tuple[int, SiteRule]]:
    """Return the rules of a file, each with its line."""
    made = [(node.line, _rule(node, complaints)) for node in items_of(entry, "rules", complaints)]
    return [(line, rule) for line, rule in made if rule]


def quarantine_of(entry: Entry, complaints: Complaints) -> list[QuarantineRule]:
    """Return the quarantine rules of a file."""
    made = [_quarantine(node, complaints) for node in items_of(entry, "quarantine", complaints)]
    return [rule for rule in made if rule]


def _rule(node: Node, complaints: Complaints) -> SiteRule | None:
    before = len(complaints.found)
    entries = known_entries(node, node.line, "a rule", _RULE_KEYS, complaints)
    if not entries:
        return None
    selector = selector_of(entries, node.line, complaints)
    action = _action(entries, node.line, complaints)
    why = _why(entries, node.line, complaints)
    when = when_of(entries["when"], complaints) if "when" in entries else ()
    value = text_of(entries["value"], "value", complaints) if "value" in entries else None
    if selector and action:
        _check_fit(selector, action, value, entries, node.line, complaints)
    if len(complaints.found) > before or not (selector and action and why):
        return None
    return SiteRule(selector, action, why, complaints.where(node.line), when, value)


def _check_fit(
    selector: Selector,
    action: Action,
    value: str | None,
    entries: Mapping[str, Entry],
    line: int,
    complaints: Complaints,
) -> None:
    fault = action_fault(selector, action)
    if fault:
        complaints.add(line, *fault)
    elif value is not None:
        fault = value_fault(selector, action, value)
        if fault:
            complaints.add(entries["value"].line, *fault)


def _action(entries: Mapping[str, Entry], line: int, complaints: Complaints) -> Action | None:
    if "action" not in entries:
        complaints.add(line, "a rule without an action", f"write action: and one of {', '.join(ACTION_WORDS)}")
        return None
    word = text_of(entries["action"], "action", complaints)
    if word is None or word in ACTION_WORDS:
        return ACTION_WORDS[word] if word else None
    if word in _COMPOUND:
        fix = "choose one code; only the Standard's own table leaves it to the Type"
    else:
        fix = did_you_mean(word, ACTION_WORDS, f"known are {', '.join(ACTION_WORDS)}")
    complaints.add(entries["action"].line, f"unknown action {shown(word)}", fix)
    return None


def _why(entries: Mapping[str, Entry], line: int, complaints: Complaints) -> str | None:
    if "why" in entries:
        return text_of(entries["why"], "why", complaints)
    complaints.add(line, "a rule without a reason", "add why: and the reason in a few words")
    return None


def _quarantine(node: Node, complaints: Complaints) -> QuarantineRule | None:
    before = len(complaints.found)
    entries = known_entries(node, node.line, "a quarantine rule", ("when", "why"), complaints)
    if not entries:
        return None
    why = _why(entries, node.line, complaints)
    when: tuple[Condition, ...] = ()
    if "when" in entries:
        when = when_of(entries["when"], complaints)
    else:
        complaints.add(node.line, "a quarantine rule without a condition", "add when:, as in {Modality: US}")
    if len(complaints.found) > before or not (when and why):
        return None
    return QuarantineRule(when, why, complaints.where(node.line))
