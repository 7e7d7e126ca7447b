"""The part of a rule that says which Instances it is for: ``when``."""

import re

from deidpipe.dicom.dictionary import vrs_of
from deidpipe.profile.attributes import keyword_to_tag
from deidpipe.profile.complaints import Complaints, shown
from deidpipe.profile.entries import Entry, entries_of, known_entries, text_of
from deidpipe.profile.model import Condition, Test
from deidpipe.profile.nodes import Listing, Mapping, Scalar

TESTS = ("exists", "empty", "equals", "contains", "matches")
_LONGEST_PATTERN = 500
_WITHOUT_TEXT = frozenset({"SQ", "OB", "OD", "OF", "OL", "OV", "OW"})
_TRUTHS = {"true": True, "yes": True, "false": False, "no": False}


def when_of(entry: Entry, complaints: Complaints) -> tuple[Condition, ...]:
    """Return the conditions of a rule; all of them must hold."""
    entries = entries_of(entry.node, entry.line, "when", complaints)
    return tuple(
        condition for keyword, wanted in entries.items() for condition in _attribute(keyword, wanted, complaints)
    )


def _attribute(keyword: str, entry: Entry, complaints: Complaints) -> list[Condition]:
    tag = keyword_to_tag(keyword, entry.line, complaints)
    if tag is None:
        return []
    if not isinstance(entry.node, Mapping):
        return _compared(tag, Test.EQUALS, entry, complaints)
    known = (*TESTS, "not")
    tests = known_entries(entry.node, entry.line, f"the condition on {keyword}", known, complaints)
    denied = tests.pop("not", None)
    conditions = [each for name, wanted in tests.items() for each in _test(tag, name, wanted, complaints)]
    return conditions + (_denied(tag, denied, complaints) if denied else [])


def _denied(tag: int, entry: Entry, complaints: Complaints) -> list[Condition]:
    """Read ``not``: one value, a list, or one test."""
    if not isinstance(entry.node, Mapping):
        conditions = _compared(tag, Test.EQUALS, entry, complaints)
    else:
        tests = known_entries(entry.node, entry.line, "not", TESTS, complaints)
        if len(entry.node.entries) != 1:
            complaints.add(entry.line, "not takes one test", f"write one of {', '.join(TESTS)} in it")
            return []
        conditions = [each for name, wanted in tests.items() for each in _test(tag, name, wanted, complaints)]
    return [_opposite(condition) for condition in conditions]


def _opposite(condition: Condition) -> Condition:
    swapped = {Test.EXISTS: Test.MISSING, Test.MISSING: Test.EXISTS}
    if condition.test in swapped:
        return Condition(condition.tag, swapped[condition.test])
    return Condition(condition.tag, condition.test, condition.values, not condition.negated)


def _test(tag: int, name: str, entry: Entry, complaints: Complaints) -> list[Condition]:
    if name not in ("exists", "empty"):
        return _compared(tag, Test(name), entry, complaints)
    text = text_of(entry, name, complaints)
    if text is None:
        return []
    holds = _TRUTHS.get(text.lower())
    if holds is None:
        complaints.add(entry.line, f"{name} is neither true nor false", "write true or false")
        return []
    if name == "exists":
        return [Condition(tag, Test.EXISTS if holds else Test.MISSING)]
    return [Condition(tag, Test.EMPTY, negated=not holds)]


def _compared(tag: int, test: Test, entry: Entry, complaints: Complaints) -> list[Condition]:
    if not _WITHOUT_TEXT.isdisjoint(vrs_of(tag)):
        complaints.add(entry.line, "this Attribute has no text to compare", "use exists or empty")
        return []
    nodes = entry.node.items if isinstance(entry.node, Listing) else (entry.node,)
    if not nodes:
        complaints.add(entry.line, "an empty list of values", "write at least one value")
    values = [_value(tag, test, Entry(node, node.line), complaints) for node in nodes]
    known = tuple(value for value in values if value is not None)
    return [Condition(tag, test, known)] if known and len(known) == len(values) else []


def _value(tag: int, test: Test, entry: Entry, complaints: Complaints) -> str | None:
    if isinstance(entry.node, Scalar) and entry.node.is_empty:
        complaints.add(entry.line, "an empty value in a condition", "write {empty: true}")
        return None
    text = text_of(entry, "a value of a condition", complaints)
    if text is None:
        return None
    if test is Test.CONTAINS:
        return text.casefold()
    if test is Test.MATCHES:
        return _pattern(text, entry.line, complaints)
    if vrs_of(tag) == ("CS",) and not re.fullmatch("[A-Z0-9 _]{1,16}", text):
        upper = text.upper()
        fix = f"write {upper}" if re.fullmatch("[A-Z0-9 _]{1,16}", upper) else "write the Defined Term of PS3.3"
        complaints.add(entry.line, f"{shown(text)} can never occur: a CS is in capitals, 16 at most", fix)
        return None
    return text


def _pattern(text: str, line: int, complaints: Complaints) -> str | None:
    if len(text) > _LONGEST_PATTERN:
        complaints.add(line, f"a regular expression of more than {_LONGEST_PATTERN} characters", "write a list of them")
        return None
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as fault:
        complaints.add(line, f"no regular expression ({fault})", "escape . ( ) [ ] + * ? with a backslash")
        return None
    return text
