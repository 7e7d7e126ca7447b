"""Exactly one Decision for each Data Element, a Sequence before what it holds.

Source: PS3.15 E.1.1 (an action is for the Sequence and all of its contents; keeping or cleaning one means following
the rules in each Item).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from deidpipe.dicom.content import Content
from deidpipe.dicom.layout import CHARACTERISTICS, TOP, Kind, Layout, is_private_creator
from deidpipe.dicom.path import path_of
from deidpipe.plan.content import content_rules
from deidpipe.profile.declared import NOTHING_DECLARED, Block, Declared
from deidpipe.profile.model import Condition
from deidpipe.profile.ruleset import OWN, SITE, Place, Rule, RuleSet
from deidpipe.standard.actions import Action
from deidpipe.standard.safe_private import known_creators

_DESCENDS = frozenset({Action.KEEP, Action.CLEAN, Action.UID})
_UNTRUE = Rule(Action.REMOVE, OWN, "PS3.3 C.12.1", "it speaks of private elements that are gone")


class Decision(NamedTuple):
    """What is to be done to one element, and why. It prints as ``Z PatientName (PS3.15 2026d Table E.1-1)``."""

    entry: int
    path: str
    tag: int
    vr: str
    is_sequence: bool
    rule: Rule
    disposed_with: int | None = None  # the Sequence or Content Item that takes this element with it

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
    contents: Mapping[int, Content] = MappingProxyType({}),
    declared: Declared = NOTHING_DECLARED,
) -> list[Decision]:
    """Return one Decision for each element of a layout, in its order.

    ``creators`` names the Private Creator of private elements by entry; ``iod`` is None for an unknown SOP Class;
    ``contents`` has what each Content Item says of itself, for the Clean Structured Content Option; ``declared`` has
    what the sender says of its private elements, for the Retain Safe Private Option.
    """
    dropped, bare, values = content_rules(layout, contents, rules.profile.options)
    known = known_creators() if layout.creators else frozenset()
    decisions: list[Decision] = []
    disposed_until, disposer = 0, None  # the rule and the Sequence or Item that elements up to there go with
    for entry in layout.elements:
        tag, vr = layout.tags[entry], layout.vrs[entry]
        is_sequence = layout.kinds[entry] is Kind.SEQUENCE
        path = path_of(layout, entry, creators, known)
        if entry < disposed_until and disposer is not None:
            decisions.append(Decision(entry, path, tag, vr, is_sequence, *disposer))
            continue
        item = layout.parents[entry]
        if item in dropped:
            disposed_until, disposer = layout.afters[item], (dropped[item], item)
            decisions.append(Decision(entry, path, tag, vr, is_sequence, *disposer))
            continue
        within = creators_around(layout, entry, creators) if creators else ()
        place = Place(layout.tag_path(entry), vr, creators.get(entry, ""), is_sequence, within)
        rule = rules.rule_for(place, iod, fits, declared)
        if entry in values and rule.layer != SITE:
            rule = values[entry]
        decision = Decision(entry, path, tag, vr, is_sequence, rule)
        if entry in bare and decision.descends:
            decision = decision._replace(rule=bare[entry])
        if is_sequence and not decision.descends:
            disposed_until, disposer = layout.afters[entry], (decision.rule, entry)
        decisions.append(decision)
    decisions = _without_idle_creators(decisions, layout)
    return _without_untrue_characteristics(decisions, layout, creators, declared)


def creators_around(layout: Layout, entry: int, creators: Mapping[int, str]) -> tuple[str, ...]:
    """Return the Private Creator of each Sequence around an element, the outermost first; "" for a public one."""
    around = []
    item = layout.parents[entry]
    while item != TOP:
        sequence = layout.parents[item]
        around.append(creators.get(sequence, ""))
        item = layout.parents[sequence]
    return tuple(reversed(around))


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


def _without_untrue_characteristics(
    decisions: list[Decision], layout: Layout, creators: Mapping[int, str], declared: Declared
) -> list[Decision]:
    """Remove (0008,0300) unless each block that it speaks of still has an element.

    Decided: it stays whole or goes whole. Source: PS3.3 C.12.1.
    """
    stays = [
        decision.entry
        for decision in decisions
        if decision.tag == CHARACTERISTICS and decision.descends and decision.rule.layer != SITE
    ]
    if not stays:
        return decisions
    held = {
        Block(decision.tag >> 16, creators[decision.entry])
        for decision in decisions
        if decision.entry in creators and decision.disposed_with is None and decision.action is not Action.REMOVE
    }
    if declared and held.issuperset(declared):
        return decisions
    holder = {entry: sequence for sequence in stays for entry in range(sequence, layout.afters[sequence])}
    return [
        decision._replace(rule=_UNTRUE, disposed_with=None if decision.entry in stays else holder[decision.entry])
        if decision.entry in holder
        else decision
        for decision in decisions
    ]
