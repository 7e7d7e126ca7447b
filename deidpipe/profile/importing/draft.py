"""What an imported file asks for, before it is settled which of it needs a rule and which the loader refuses.

A script or a recipe becomes Wishes: what is to be done with which elements, and how far that is what was asked for.
"""

from enum import StrEnum
from typing import NamedTuple

from deidpipe.profile.model import Condition, Selector, Tag, Unlisted
from deidpipe.standard.actions import Action
from deidpipe.standard.options import Option

STRICTEST_FIRST = "XZDUCK"
PATIENT = frozenset({0x00100010, 0x00100020, 0x00120040, 0x00120042})  # the identity of a patient is put there


class Outcome(StrEnum):
    """How far an entry could be said in YAML."""

    SAID = "said"
    DIFFERS = "differs"  # it does the same kind of thing, with a difference that is told
    NOT_SAID = "not said"  # at most a stricter rule stands in for it


class Entry(NamedTuple):
    """One entry of the imported file, as a remark quotes it. ``line`` is 0 for what is not in the file."""

    line: int
    what: str
    text: str


class Remark(NamedTuple):
    """What could not be said of an entry, or differs, and why.

    ``names`` has the Attributes that it is about, where the entry is for many.
    """

    entry: Entry
    outcome: Outcome
    why: str
    names: tuple[str, ...] = ()


class Deed(NamedTuple):
    """What is to be done with an element.

    ``as_patient``: the new name or ID of the patient is put there, which the Basic Profile does without a rule.
    ``days`` is the range of the day shift that the entry asks for.
    """

    action: Action
    value: str | None = None
    outcome: Outcome = Outcome.SAID
    why: str = ""
    as_patient: bool = False
    days: tuple[int, int] | None = None


class Wish(NamedTuple):
    """A deed for some elements, under conditions."""

    entry: Entry
    selector: Selector
    deed: Deed
    when: tuple[Condition, ...] = ()


class Stop(NamedTuple):
    """Instances to quarantine."""

    entry: Entry
    when: tuple[Condition, ...]


class Draft(NamedTuple):
    """All that an imported file asks for. ``origin`` is CTP or deid; ``entries`` are those that are in force."""

    origin: str
    entries: tuple[Entry, ...]
    disabled: int
    wishes: tuple[Wish, ...]
    stops: tuple[Stop, ...]
    remarks: tuple[Remark, ...]
    options: frozenset[Option] = frozenset()
    unlisted: Unlisted = Unlisted.KEEP
    uid_root: Entry | None = None  # its text is the root
    days: tuple[int, int] | None = None


def strictness(deed: Deed) -> int:
    """Return a number that is the smaller the more a deed protects."""
    return STRICTEST_FIRST.index(deed.action)


def remark_of(entry: Entry, deed: Deed) -> list[Remark]:
    """Return what is to be told of a deed, if anything."""
    return [] if deed.outcome is Outcome.SAID else [Remark(entry, deed.outcome, deed.why)]


def shift_of(deeds: list[tuple[Entry, Deed]]) -> tuple[tuple[int, int] | None, list[Remark]]:
    """Return the one range of the day shift that a profile can have, and a remark for each entry with another one."""
    asked = [(entry, deed.days) for entry, deed in deeds if deed.days]
    if not asked:
        return None, []
    chosen = min((days for _, days in asked), key=lambda days: days[1] - days[0])
    why = f"a profile has one day shift for a patient, {chosen[0]} to {chosen[1]}"
    return chosen, [Remark(entry, Outcome.DIFFERS, why) for entry, days in asked if days != chosen]


def dates_are_moved(wishes: list[Wish]) -> bool:
    """Tell if a wish moves dates, which is what the Option Modified Dates is about."""
    return any(wish.deed.action is Action.CLEAN and isinstance(wish.selector, Tag) for wish in wishes)
