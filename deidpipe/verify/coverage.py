"""The coverage statement: how much each rule looked at, and how much it could not, with the reason. Not looked at
is never green.
"""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """What may be said of a rule."""

    CLEAN = "looked at, nothing found"
    FOUND = "findings"
    PARTLY = "partly looked at"
    NOT = "not looked at"


class RuleCoverage(NamedTuple):
    """Of one rule: unit -> how many were looked at; (unit, reason) -> how many were not."""

    rule: str
    looked: Mapping[str, int]
    missed: Mapping[tuple[str, str], int]
    findings: int

    @property
    def state(self) -> State:
        """What may be said of the rule: green only if it looked at all that there was."""
        if self.findings:
            return State.FOUND
        if not any(self.looked.values()):
            return State.NOT
        return State.PARTLY if any(self.missed.values()) else State.CLEAN

    @property
    def is_whole(self) -> bool:
        """Whether the rule looked at all that there was."""
        return any(self.looked.values()) and not any(self.missed.values())

    @property
    def as_json(self) -> dict[str, object]:
        """The coverage as a JSON object."""
        missed = [{"unit": unit, "reason": why, "count": count} for (unit, why), count in sorted(self.missed.items())]
        return {"rule": self.rule, "state": self.state, "looked_at": dict(self.looked), "not_looked_at": missed}


class Tally:
    """Counts while the gate looks."""

    def __init__(self) -> None:
        self.looked: dict[str, Counter[str]] = {}
        self.missed: dict[str, Counter[tuple[str, str]]] = {}

    def look(self, rule: str, unit: str, count: int = 1) -> None:
        """Count what a rule looked at."""
        if count:
            self.looked.setdefault(rule, Counter())[unit] += count

    def look_once(self, rule: str, unit: str, count: int) -> None:
        """Say how many a rule looked at, if that was not counted already."""
        if count:
            self.looked.setdefault(rule, Counter()).setdefault(unit, count)

    def miss(self, rule: str, unit: str, reason: str, count: int = 1) -> None:
        """Count what a rule could not look at."""
        if count:
            self.missed.setdefault(rule, Counter())[unit, reason] += count

    def of(self, rule: str, findings: int) -> RuleCoverage:
        """Return the coverage of a rule."""
        return RuleCoverage(rule, self.looked.get(rule, Counter()), self.missed.get(rule, Counter()), findings)
