"""Exactly one Decision for each Data Element, a Sequence before what it holds.

Source: PS3.15 E.1.1 (an action is for the Sequence and all of its contents; keeping or cleaning one means following
the rules in each Item).
"""

from collections.abc import Mapping
from typing import NamedTuple

from deidpipe.dicom.layout import Kind, Layout, is_private_creator
from deidpipe.dicom.path import path_of
from deidpipe.profile.model import Condition
from deidpipe.profile.ruleset import OWN, Place, Rule, RuleSet
from deidpipe.standard.actions import Action
from deidpipe.standard.safe_private import known_creators

_DESCENDS = frozenset({Action.KEEP, Action.CLEAN, Action.UID})
_INSIDE = "inside a disposed Sequence"


class Decision(NamedTuple):
    """What is to be done to one element, and why. It prints as ``Z PatientName (PS3.15 2026d Table E.1-1)``."""

    entry: int
    path: str
    tag: int
    vr: str
    is_sequence: bool
    rule: Rule
    disposed_with: int | None = None  # the Sequence that takes this element with it

    @property
    def action(self) -> Action:
        """The settled action code."""
        return self.rule.action

    @property
    def descends(self) -> bool:
        """Whether this is a Sequence that stays, so that each of its elements has an action of its own."""
        return self.is_sequence and self.rule.action in _DESCENDS

    def __str__(self) -> str:
        return f"{self.rule.action} {self.path} ({self.rule.source}, {self.rule.layer})"


def decide(
    layout: Layout,
    creators: Mapping[int, str],
    rules: RuleSet,
    iod: str | None,
    fits: frozenset[tuple[Condition, ...]] = frozenset(),
) -> list[Decision]:
    """Return one Decision for each element of a layout, in its order.

    ``creators`` names the Private Creator of private elements by entry; ``iod`` is None for an unknown SOP Class.
    """
    known = known_creators() if layout.creators else frozenset()
    decisions: list[Decision] = []
    disposed_until, disposer = 0, None
    for entry in layout.elements:
        tag, vr = layout.tags[entry], layout.vrs[entry]
        is_sequence = layout.kinds[entry] is Kind.SEQUENCE
        path = path_of(layout, entry, creators, known)
        if entry < disposed_until and disposer is not None:
            rule = disposer.rule
            decisions.append(Decision(entry, path, tag, vr, is_sequence, rule, disposer.entry))
            continue
        rule = rules.rule_for(Place(layout.tag_path(entry), vr, creators.get(entry, ""), is_sequence), iod, fits)
        decision = Decision(entry, path, tag, vr, is_sequence, rule)
        if is_sequence and not decision.descends:
            disposed_until, disposer = layout.afters[entry], decision
        decisions.append(decision)
    return _without_idle_creators(decisions, layout)


def _without_idle_creators(decisions: list[Decision], layout: Layout) -> list[Decision]:
    """Remove the Private Creators that no kept element needs any more."""
    if not layout.creators:
        return decisions
    needed = {
        (layout.parents[decision.entry], decision.tag & 0xFFFFFF00)
        for decision in decisions
        if decision.tag & 0x10000 and decision.disposed_with is None and decision.action is not Action.REMOVE
        if not is_private_creator(decision.tag)
    }
    idle = Rule(Action.REMOVE, OWN, "PS3.5 7.8.1", "a Private Creator whose elements are all gone")
    return [
        decision._replace(rule=idle)
        if is_private_creator(decision.tag)
        and decision.action is Action.KEEP
        and (layout.parents[decision.entry], (decision.tag & 0xFFFF0000) | (decision.tag & 0xFF) << 8) not in needed
        else decision
        for decision in decisions
    ]
