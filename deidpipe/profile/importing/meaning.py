"""What each function of CTP means in a profile.

Decided: where a value of CTP cannot be made here, a rule that protects at least as well stands in for it, and it is
told: a dummy for a text, nothing at all for a number or a date that would be mistaken for a true one.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from deidpipe.profile.importing.ctp_conditions import Target, condition_of, opposite, tag_named, text_named
from deidpipe.profile.importing.ctp_functions import Call, Expression, Text
from deidpipe.profile.importing.draft import PATIENT, Deed, Outcome, strictness
from deidpipe.profile.model import Condition
from deidpipe.standard.actions import Action

_MOST_LEAVES = 16
_HASHED_DAYS = (-3649, -1)  # CTP's @hashdate goes back by less than ten years
_FARTHEST = 36500
_NOT_ADDED = "where the Attribute is missing it is not added"
_KEPT_INSIDE = "CTP keeps what is in the Sequence as it is; here each element in it follows the rules"
_COMPUTED = "the value cannot be computed; a dummy stands in for it"


class Leaf(NamedTuple):
    """What comes of an expression where all conditions hold; ``deed`` is None for quarantine."""

    deed: Deed | None
    when: tuple[Condition, ...] = ()
    why: str = ""  # how the conditions differ, or how quarantine does


def leaves_of(expression: Expression, target: Target) -> list[Leaf]:
    """Return all that can come of an expression, at the top of a Data Set or in the Items of a Sequence."""
    leaves = _leaves(expression, target, (), "")
    if len(leaves) <= _MOST_LEAVES:
        return leaves
    return [Leaf(_strictest(leaves, "too many conditions in one entry"))]


def _leaves(
    expression: Expression,
    target: Target,
    when: tuple[Condition, ...],
    why: str,
) -> list[Leaf]:
    parts = _trimmed([part for part in expression if not (isinstance(part, Call) and part.name == "always")])
    is_always = any(isinstance(part, Call) and part.name == "always" for part in expression)
    call = parts[0] if len(parts) == 1 else None
    if not isinstance(call, Call):
        return [Leaf(_added(_joined(parts, target), is_always), when, why)]
    if call.name == "select":
        return _leaves(call.clauses[1 if target.is_nested else 0], target, when, why)
    if call.name == "if":
        return _either(call, target, when, why)
    if call.name == "quarantine":
        return [Leaf(None, when, why)]
    if call.name == "skip":
        return [Leaf(None, when, "CTP leaves the Instance out; here it goes into quarantine")]
    return [Leaf(_added(_deed(call, target), is_always), when, why)]


def _either(
    call: Call,
    target: Target,
    when: tuple[Condition, ...],
    why: str,
) -> list[Leaf]:
    condition, told = condition_of(call, target)
    if condition is None:
        both = [leaf for clause in call.clauses for leaf in _leaves(clause, target, when, why)]
        if any(leaf.deed is None for leaf in both):
            told = f"{told}; quarantine is not asked for"
        return [Leaf(_strictest(both, told), when, why)]
    leaves = []
    for clause, held in zip(call.clauses, (condition, opposite(condition)), strict=True):
        if opposite(held) not in when:
            together = when if held in when else (*when, held)
            leaves += _leaves(clause, target, together, why or told)
    return leaves


def _strictest(leaves: list[Leaf], why: str) -> Deed:
    deeds = [leaf.deed for leaf in leaves if leaf.deed] or [Deed(Action.REMOVE)]
    return min(deeds, key=strictness)._replace(outcome=Outcome.NOT_SAID, why=f"{why}; the strictest of all is done")


def _added(deed: Deed, is_always: bool) -> Deed:  # noqa: FBT001
    """Tell that a profile adds no Attributes."""
    if not is_always or deed.outcome is Outcome.NOT_SAID or deed.action in (Action.REMOVE, Action.KEEP):
        return deed
    return deed._replace(outcome=Outcome.DIFFERS, why="; ".join(filter(None, (deed.why, _NOT_ADDED))))


def _trimmed(parts: list[Text | Call]) -> list[Text | Call]:
    """Return the parts without blank text at either end."""
    while parts and isinstance(parts[0], Text) and not parts[0].text.strip():
        parts = parts[1:]
    while parts and isinstance(parts[-1], Text) and not parts[-1].text.strip():
        parts = parts[:-1]
    return parts


def _joined(parts: list[Text | Call], target: Target) -> Deed:
    """Return what becomes of several parts that CTP puts into one text."""
    if any(isinstance(part, Call) and part.name == "remove" and not part.arguments for part in parts):
        return Deed(Action.REMOVE)
    texts: list[str] = []
    for part in parts:
        if isinstance(part, Text):
            texts.append(part.text)
        elif part.name == "param":
            text = text_named(part.arguments[0] if part.arguments else "", target)
            if text is None:
                return _not_said("the script has no such parameter; a dummy stands in for it")
            texts.append(text)
        else:
            return _not_said("a text that is made of several functions; a dummy stands in for it")
    text = "".join(texts).strip()
    return Deed(Action.DUMMY, text) if text else Deed(Action.EMPTY)


def _deed(call: Call, target: Target) -> Deed:
    if call.name not in FUNCTIONS:
        return _not_said(f"CTP has no function @{call.name}; a dummy stands in for its text")
    if call.name in _BARE and call.arguments:
        return _not_said(f"CTP writes @{call.name} with an argument as text; a dummy stands in for it")
    return FUNCTIONS[call.name](call, target)


def _not_said(why: str, action: Action = Action.DUMMY) -> Deed:
    return Deed(action, outcome=Outcome.NOT_SAID, why=why)


def _differs(action: Action, why: str) -> Deed:
    return Deed(action, outcome=Outcome.DIFFERS, why=why)


def _keep(_call: Call, target: Target) -> Deed:
    return _differs(Action.KEEP, _KEPT_INSIDE) if target.vr == "SQ" else Deed(Action.KEEP)


def _is_this(call: Call, position: int, target: Target) -> bool:
    return tag_named(call.argument(position), target) == target.tag


def _hash_uid(call: Call, target: Target) -> Deed:
    if target.vr != "UI":
        return _not_said("this is no UID; a dummy stands in for it")
    if len(call.arguments) > 2 or not _is_this(call, 1, target):
        return _differs(Action.UID, "CTP makes it from other Attributes too; here it follows from its own value")
    return Deed(Action.UID)


def _pseudonym(position: int, other: Deed, patient: Deed) -> Callable[[Call, Target], Deed]:
    """Return the meaning of a function that makes a code: the new identity of a patient, or else a dummy."""

    def meant(call: Call, target: Target) -> Deed:
        source = tag_named(call.argument(position).partition("|")[0], target)
        return patient if target.tag in PATIENT and source in PATIENT else other

    return meant


def _moved(days: Callable[[Call, Target], tuple[int, int] | None], why: str) -> Callable[[Call, Target], Deed]:
    """Return the meaning of a function that moves dates: C, by the day shift of the patient."""

    def meant(call: Call, target: Target) -> Deed:
        if target.vr == "TM":
            return _differs(Action.EMPTY, "a time is no date; CTP finds none in it and empties it")
        if target.vr not in ("DA", "DT"):
            return _not_said("this is no date; a dummy stands in for it")
        asked = days(call, target)
        if not _is_this(call, 0, target):
            return _differs(Action.CLEAN, "CTP puts another date here; its own date is moved")._replace(days=asked)
        return _differs(Action.CLEAN, why) if asked is None else Deed(Action.CLEAN, days=asked)

    return meant


def _constant(call: Call, target: Target) -> tuple[int, int] | None:
    text = text_named(call.argument(1), target) or ""
    if not re.fullmatch("[+-]?[0-9]{1,6}", text.strip(), re.ASCII) or not 0 < abs(int(text)) <= _FARTHEST:
        return None
    return int(text), int(text)


def _of_itself(only: int, changed: Deed) -> Callable[[Call, Target], Deed]:
    """Return the meaning of a function that gives back a value: K if it is the own one, with ``only`` arguments."""

    def meant(call: Call, target: Target) -> Deed:
        if not _is_this(call, 0, target):
            return _not_said("the value of another Attribute cannot be put here; a dummy stands in for it")
        return _keep(call, target) if len(call.arguments) <= only else changed

    return meant


def _always(deed: Deed) -> Callable[[Call, Target], Deed]:
    return lambda _call, _target: deed


_DUMMY_CODE = _differs(Action.DUMMY, "a dummy, the same for all, and no code by which equal values could be known")
_BY_TABLE = "the table of CTP is not read; for Patient IDs give it with --mapping as id_old,id_new"
_AS_PATIENT = Deed(Action.DUMMY, as_patient=True)
_FIXED_DATE = "a fixed dummy and not the date or time of processing"
_SHIFTED = "no number of days is given; each patient has a shift of its own, by the project key"

FUNCTIONS: Mapping[str, Callable[[Call, Target], Deed]] = MappingProxyType(
    {
        "append": _always(_differs(Action.KEEP, "nothing is appended")),
        "blank": _always(Deed(Action.EMPTY)),
        "call": _always(_not_said("a plugin of CTP; a dummy stands in for its value")),
        "contents": _of_itself(1, _not_said(_COMPUTED)),
        "date": _always(_differs(Action.DUMMY, _FIXED_DATE)),
        "dateinterval": _always(_not_said("an interval cannot be computed; it is emptied", Action.EMPTY)),
        "decrypt": _always(_not_said(_COMPUTED)),
        "empty": _always(Deed(Action.EMPTY)),
        "encrypt": _pseudonym(
            0, _not_said(_COMPUTED), _AS_PATIENT._replace(outcome=Outcome.DIFFERS, why="the crosswalk leads back")
        ),
        "hash": _pseudonym(0, _DUMMY_CODE, _AS_PATIENT),
        "hashdate": _moved(lambda _call, _target: _HASHED_DAYS, ""),
        "hashname": _pseudonym(0, _DUMMY_CODE, _AS_PATIENT),
        "hashptid": _pseudonym(1, _DUMMY_CODE, _AS_PATIENT),
        "hashuid": _hash_uid,
        "incrementdate": _moved(_constant, _SHIFTED),
        "initials": _pseudonym(
            0, _not_said(_COMPUTED), _AS_PATIENT._replace(outcome=Outcome.DIFFERS, why="initials name a person")
        ),
        "integer": _pseudonym(
            0,
            _not_said(_COMPUTED),
            _AS_PATIENT._replace(outcome=Outcome.DIFFERS, why="a keyed code and no running number; or give --mapping"),
        ),
        "keep": _keep,
        "lookup": _pseudonym(
            0,
            _not_said(f"a dummy; {_BY_TABLE}"),
            _AS_PATIENT._replace(outcome=Outcome.DIFFERS, why=_BY_TABLE),
        ),
        "lowercase": _of_itself(0, _not_said(_COMPUTED)),
        "modifydate": _moved(lambda _call, _target: None, "the date is moved by the day shift of the patient"),
        "param": lambda call, target: _joined([call], target),
        "pathelement": _always(_not_said(_COMPUTED)),
        "process": _always(Deed(Action.KEEP)),
        "remove": _always(Deed(Action.REMOVE)),
        "require": _always(_differs(Action.KEEP, _NOT_ADDED)),
        "round": _always(_not_said("numbers are not rounded; it is emptied", Action.EMPTY)),
        "time": _always(_differs(Action.DUMMY, _FIXED_DATE)),
        "truncate": _always(_not_said(_COMPUTED)),
        "uppercase": _of_itself(0, _not_said(_COMPUTED)),
        "value": _of_itself(1, _differs(Action.KEEP, "an empty value gets no other")),
    }
)
CONTROL = frozenset({"always", "if", "quarantine", "select", "skip"})  # known too, and no deeds of their own
_BARE = frozenset({"empty", "keep", "remove"})
