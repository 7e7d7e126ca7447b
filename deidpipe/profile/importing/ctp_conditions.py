"""The conditions of CTP's @if, as conditions of a profile.

What differs is met as follows. CTP compares without regard to case, and several values as one text with backslashes
between them; here a value is compared by itself, and one that fits is enough. What is missing counts as blank in CTP.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from deidpipe.dicom.dictionary import keyword_of, tag_of, vrs_of
from deidpipe.profile.importing.ctp_functions import Call, unquoted
from deidpipe.profile.model import Condition, Test

_WITHOUT_TEXT = frozenset({"SQ", "OB", "OD", "OF", "OL", "OV", "OW"})
_HAS_TEXT = r"(?s).*\S.*"
_NUMBER = re.compile(r"[\[(]?([0-9A-Fa-f]{4}),?([0-9A-Fa-f]{4})[\])]?")


class Target(NamedTuple):
    """The element that an expression is for, and what the script calls things."""

    tag: int
    vr: str
    parameters: Mapping[str, str]
    names: Mapping[str, int]  # the labels of the script
    is_nested: bool = False  # in an Item of a Sequence


class Verdict(NamedTuple):
    """A condition, or None if there is no way to say it; ``why`` tells that, or how it differs."""

    condition: Condition | None
    why: str = ""


def tag_named(name: str, target: Target) -> int | None:
    """Return the tag that an argument of CTP names: this, a label of the script, a keyword or a number."""
    bare = unquoted(name).removeprefix("ROOT:").strip()
    if bare in ("", "this"):
        return target.tag
    number = _NUMBER.fullmatch(bare)
    if number:
        return int(number[1] + number[2], 16)
    known = tag_of(bare)
    return target.names.get(bare) if known is None else known


def text_named(argument: str, target: Target) -> str | None:
    """Return an argument with its parameter put in, None if the script has no such parameter."""
    bare = unquoted(argument)
    return target.parameters.get(bare[1:]) if bare[:1] in ("@", "$") else bare


def condition_of(call: Call, target: Target) -> Verdict:
    """Return the condition of an @if."""
    if len(call.arguments) < 2:
        return Verdict(None, "@if without a condition is never true in CTP")
    tag, test = tag_named(call.arguments[0], target), call.argument(1)
    if tag is None or tag_of(keyword_of(tag)) != tag:
        return Verdict(None, "a condition can only be on an Attribute that PS3.6 knows by a keyword")
    if test == "exists":
        return Verdict(Condition(tag, Test.EXISTS))
    if test == "isblank" and tag == target.tag:
        return Verdict(Condition(tag, Test.EMPTY))
    if not _WITHOUT_TEXT.isdisjoint(vrs_of(tag)):
        return Verdict(None, "this Attribute has no text to compare")
    if test == "isblank":
        return Verdict(Condition(tag, Test.MATCHES, (_HAS_TEXT,), negated=True))
    if test not in ("contains", "equals", "matches"):
        what = "numbers cannot be compared" if test == "greaterthan" else f"CTP has no condition {test}"
        return Verdict(None, f"{what} in a profile" if test == "greaterthan" else what)
    wanted = text_named(call.arguments[2], target) if len(call.arguments) > 2 else ""
    return _compared(tag, test, wanted)


def opposite(condition: Condition) -> Condition:
    """Return the condition that holds where this one does not."""
    swapped = {Test.EXISTS: Test.MISSING, Test.MISSING: Test.EXISTS}
    if condition.test in swapped:
        return condition._replace(test=swapped[condition.test])
    return condition._replace(negated=not condition.negated)


def _compared(tag: int, test: str, wanted: str | None) -> Verdict:
    if not wanted or not wanted.strip():
        return Verdict(None, "nothing to compare with")
    why = _many_values(tag)
    if test == "matches":
        try:
            re.compile(wanted.strip())
        except (re.error, OverflowError, RecursionError):
            return Verdict(None, "Python cannot read this regular expression")
        return Verdict(Condition(tag, Test.MATCHES, (wanted.strip(),)), why)
    if "\\" in wanted:
        return Verdict(None, "several values cannot be compared as one text")
    if test == "contains":
        return Verdict(Condition(tag, Test.CONTAINS, (wanted.strip().casefold(),)), why)
    if vrs_of(tag) == ("CS",) and re.fullmatch("[A-Z0-9 _]{1,16}", wanted.upper()):
        return Verdict(Condition(tag, Test.EQUALS, (wanted.strip().upper(),)), why)
    return Verdict(Condition(tag, Test.MATCHES, (f"(?i){re.escape(wanted.strip())}",)), why)


def _many_values(tag: int) -> str:
    from pydicom.datadict import dictionary_VM  # here, because few scripts compare anything

    try:
        is_one = dictionary_VM(tag) == "1"
    except KeyError:
        is_one = False
    return "" if is_one else "the Attribute can have many values; CTP compares them as one text, here one is enough"
