"""What the gate tells: rules, hits without a place, findings with one. No value of a Data Set is in them unless
asked for.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Severity(StrEnum):
    """How much a finding weighs."""

    BLOCK = "block"
    WARN = "warn"
    INFORM = "inform"


RANK: Mapping[Severity, int] = MappingProxyType({Severity.BLOCK: 0, Severity.WARN: 1, Severity.INFORM: 2})


class Rule(NamedTuple):
    """One question of the gate; ``severity`` is that of its findings, where a finding does not say otherwise.

    With ``by_value`` each value is a finding of its own, else all values at one place are one.
    """

    id: str
    severity: Severity
    title: str
    source: str
    fix: str
    by_value: bool = True


class Hit(NamedTuple):
    """What a rule found, before it is known where and how often.

    ``value`` is the text that it is about (never printed unless asked for); [start, stop) the part that counts.
    ``kind`` is the class of what was found, ``hipaa`` the letter of 45 CFR 164.514(b)(2)(i), "" where none fits.
    ``days`` are the dates (ordinals) that a text may mean; a date that the header has as well is none of its own.
    """

    rule: str
    what: str
    kind: str = ""
    hipaa: str = ""
    value: str = ""
    start: int = 0
    stop: int = -1
    severity: Severity | None = None
    fix: str = ""
    days: tuple[int, ...] | None = None

    @property
    def told(self) -> str:
        """The part of the value that counts."""
        return self.value[self.start :] if self.stop < 0 else self.value[self.start : self.stop]


class Evidence(NamedTuple):
    """What may be told of a value: its length, a keyed digest, and its shape around what was found.

    In ``context`` letters are x, digits are 9; what was found stands between angle quotes.
    """

    length: int
    digest: str
    context: str


class Finding(NamedTuple):
    """One finding, at its first place; ``files`` counts where the very same was found, ``others`` names them."""

    rule: str
    severity: Severity
    file: str
    sop_instance_uid: str
    path: str
    vr: str
    what: str
    kind: str
    hipaa: str
    evidence: Evidence | None
    fix: str
    files: int = 1
    others: tuple[str, ...] = ()
    value: str | None = None  # only with --show-values
    known: bool = False  # the baseline has it
    fingerprint: str = ""

    @property
    def as_json(self) -> dict[str, object]:
        """The finding as a JSON object; ``class`` is the name that the format uses for ``kind``."""
        told = self._asdict()
        told["class"] = told.pop("kind")
        told["evidence"] = self.evidence._asdict() if self.evidence else None
        if self.value is None:
            del told["value"]
        return told
