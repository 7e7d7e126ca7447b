"""What a profile costs: Attributes that research needs, that were there, and that are not there as they were.

Decided for a layout, not for each file: whether a value was empty before does not show. Dates that were shifted and
UIDs that were replaced count as kept, because intervals and references stay.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from deidpipe.audit.records import DecisionRecord, Outcome
from deidpipe.standard.actions import Action
from deidpipe.standard.utility import modality_of, needs_of

_TOP_OR_FRAME = re.compile(r"|(Shared|PerFrame)FunctionalGroupsSequence\.(.+\.)?")
_ITEM = re.compile(r"\[\d+\]")
_GONE: Mapping[str, str] = {
    Outcome.REMOVED.value: "removed",
    Outcome.REMOVED_WITH.value: "removed",
    Outcome.EMPTIED.value: "emptied",
    Outcome.REPLACED.value: "replaced",
}


class Lost(NamedTuple):
    """An Attribute that research on a modality needs, and what became of it."""

    modality: str
    reason: str  # what it is needed for
    attribute: str
    became: str


class UtilityLost(NamedTuple):
    """The same, with the number of released Instances that had it."""

    modality: str
    reason: str
    attribute: str
    became: str
    instances: int


def lost_by(records: Iterable[DecisionRecord], sop_class: str) -> tuple[Lost, ...]:
    """Return what the decisions on one layout cost, each Attribute once for each reason."""
    modality = modality_of(sop_class)
    needs = needs_of(modality)
    found: dict[Lost, None] = {}
    for record in records if needs else ():
        became = _GONE.get(record.outcome)
        if became is None or record.action == Action.UID:
            continue
        for need in needs.get(_last_step(record.path), ()):
            path = _ITEM.sub("", record.path)
            if path.endswith(need.path) and _TOP_OR_FRAME.fullmatch(path.removesuffix(need.path)):
                found[Lost(modality, need.reason, need.path, became)] = None
    return tuple(found)


def counted(uses: Mapping[tuple[Lost, ...], int]) -> list[UtilityLost]:
    """Return all that was lost, by modality, reason and Attribute."""
    instances: Counter[Lost] = Counter()
    for lost, count in uses.items():
        for each in lost:
            instances[each] += count
    return [UtilityLost(*each, instances[each]) for each in sorted(instances)]


def in_lines(lost: Iterable[UtilityLost]) -> list[tuple[str, str, int, str]]:
    """Return one line for each modality and reason: (modality, reason, Instances at most, fates)."""
    lines: dict[tuple[str, str], dict[str, list[UtilityLost]]] = {}
    for each in lost:
        lines.setdefault((each.modality, each.reason), {}).setdefault(each.became, []).append(each)
    return [
        (
            *key,
            max(each.instances for group in fates.values() for each in group),
            "; ".join(f"{', '.join(_last_step(e.attribute) for e in group)} {fate}" for fate, group in fates.items()),
        )
        for key, fates in lines.items()
    ]


def _last_step(path: str) -> str:
    """Return the last step of a path; a private one may have points in the name of its creator."""
    if path.endswith(")"):
        return path[path.rindex("(") :]
    return path.rpartition(".")[2]
