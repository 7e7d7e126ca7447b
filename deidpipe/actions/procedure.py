"""What the Decisions on a layout come to: made once, carried out on every Instance of that layout.

Most Decisions need no value: what is removed, emptied or replaced by a dummy is a run of entries and the bytes that
come in its place. The rest are steps: an element, and the action that turns its value into another.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from deidpipe.actions.cap_age import cap_age
from deidpipe.actions.clean_text import clean_label, clean_sentence
from deidpipe.actions.dummy import dummy_sequence, dummy_value, fixed_value
from deidpipe.actions.keep_year import keep_year
from deidpipe.actions.markers import METHOD, append_method, markers
from deidpipe.actions.replace_patient import (
    PATIENT_ID,
    PATIENT_NAME,
    SUBJECT_ID,
    SUBJECT_READING_ID,
    replace_patient_id,
    replace_patient_name,
    replace_subject_id,
)
from deidpipe.actions.replace_uid import replace_uid
from deidpipe.actions.result import Facts, Result
from deidpipe.actions.shift_date import shift_date
from deidpipe.actions.shift_seconds import shift_seconds
from deidpipe.audit.records import DecisionRecord, Outcome
from deidpipe.dicom.dictionary import vr_of
from deidpipe.dicom.encoding import Encoding
from deidpipe.dicom.index import Index
from deidpipe.dicom.layout import TOP, Kind, Layout
from deidpipe.dicom.path import name_of
from deidpipe.dicom.splice import Edit, encoded_element, encoded_header, header
from deidpipe.identity.subject import Subject
from deidpipe.plan.decide import Decision
from deidpipe.profile.model import Dates
from deidpipe.profile.ruleset import BASIC, OWN, is_free_text
from deidpipe.standard.actions import Action
from deidpipe.standard.options import Option

Replace = Callable[[bytes, Facts, Subject], Result]

_TEXT_VRS = frozenset({"LO", "SH", "ST", "LT", "UT", "UC", "CS"})
_DATE_VRS = frozenset({"DA", "DT", "TM"})
_TIMEZONE = 0x00080201
PATIENT: dict[int, tuple[Replace, str]] = {
    PATIENT_NAME: (replace_patient_name, "the patient's new name"),
    PATIENT_ID: (replace_patient_id, "the new Patient ID, by the key or the mapping"),
    SUBJECT_ID: (replace_subject_id, "the new Patient ID"),
    SUBJECT_READING_ID: (replace_subject_id, "the new Patient ID"),
}
_EMPTIED = "emptied"
_DUMMY = "dummy for the Value Representation"


class Step(NamedTuple):
    """One value to be replaced. ``position`` is that of its record in the plan."""

    entry: int
    position: int
    replace: Replace
    facts: Facts
    usual: Outcome
    enclosing: tuple[int, ...]


class Run(NamedTuple):
    """Entries from ``first`` up to ``after`` that ``new`` comes in place of, whatever they hold."""

    first: int
    after: int
    new: bytes
    enclosing: tuple[int, ...]


class Procedure(NamedTuple):
    """What to do with every Instance of a layout, and how it is told in the audit."""

    runs: Sequence[Run]
    steps: Sequence[Step]
    records: Sequence[DecisionRecord]
    before: int  # records of what stands before the Data Set; after them come its elements in order


class _Manner(NamedTuple):
    """How one Decision is carried out: by bytes that are known, by a step, or by leaving the element alone."""

    method: str
    outcome: Outcome
    new: bytes | None = None
    replace: Replace | None = None


def procedure_of(
    decisions: Sequence[Decision],
    layout: Layout,
    encoding: Encoding,
    options: frozenset[Option],
    before: Sequence[DecisionRecord] = (),
    character_set: bytes | None = None,
    dates: Dates = Dates.SHIFT,
    missing: Sequence[int] = (),
) -> Procedure:
    """Turn Decisions into a procedure.

    ``before`` has records of what stands before the Data Set in the file; ``character_set`` is that of the Data Set;
    ``missing`` are Attributes that the IOD wants there even if empty: those that are not are added.
    """
    runs: list[Run] = []
    steps: list[Step] = []
    records = list(before)
    marks = markers(options, encoding)
    ours = 0  # entries before this one stand in a Sequence that ours comes in place of
    for decision in decisions:
        entry = decision.entry
        position = len(records)
        if entry < ours:
            manner = _Manner("", Outcome.REMOVED_WITH)
        elif decision.tag in marks and layout.parents[entry] == TOP:
            manner = _marked(decision, marks)
            ours = layout.afters[entry]
        else:
            manner = _manner(decision, layout, encoding, dates)
        records.append(_record(decision, manner))
        if decision.disposed_with is not None:
            continue
        if manner.new is not None:
            runs.append(Run(entry, layout.afters[entry], manner.new, layout.enclosing(entry)))
        elif manner.replace is not None:
            steps.append(
                Step(
                    entry,
                    position,
                    manner.replace,
                    _facts(decision, layout)._replace(character_set=character_set, big_endian=encoding.big_endian),
                    manner.outcome,
                    layout.enclosing(entry),
                )
            )
    runs += [Run(item, layout.afters[item], b"", layout.enclosing(item)) for item in _items_gone(decisions, layout)]
    added = {
        tag: encoded_element(tag, vr_of(tag), b"", implicit=encoding.implicit, big_endian=encoding.big_endian)
        for tag in missing
    } | marks
    at: dict[int, bytes] = {}
    for tag in sorted(added.keys() - layout.top.keys()):
        entry = _place_for(tag, layout)
        at[entry] = at.get(entry, b"") + added[tag]
        records.append(_inserted(tag, is_mark=tag in marks))
    runs += [Run(entry, entry, new, ()) for entry, new in at.items()]
    return Procedure(_merged(runs), steps, records, len(before))


class Carried(NamedTuple):
    """What a procedure comes to on one Instance.

    ``differences`` says where outcomes differ from the usual ones ("12=kept;40=emptied"), ``replaced`` has the
    original values of UIDs that were replaced.
    """

    edits: list[Edit]
    differences: str
    replaced: set[bytes]


def carry_out(procedure: Procedure, index: Index, subject: Subject) -> Carried:
    """Return the edits for one Instance, in order."""
    starts, data, headers = index.starts, index.data, index.layout.headers
    edits: list[Edit] = [(starts[first], starts[after], new, around) for first, after, new, around in procedure.runs]
    differences: list[str] = []
    replaced: set[bytes] = set()
    for entry, position, replace, facts, usual, enclosing in procedure.steps:
        start, end = starts[entry], starts[entry + 1]
        value_start = start + headers[entry]
        original = bytes(data[value_start:end])
        outcome, value, found = replace(original, facts, subject)
        if outcome is not usual:
            differences.append(f"{position}={outcome.value}:{found}" if found else f"{position}={outcome.value}")
        if value is None:
            continue
        if replace is replace_uid:
            replaced.add(original.rstrip(b"\0 "))
        if len(value) == end - value_start:
            edits.append((value_start, end, value, ()))
        else:
            edits.append((start, end, header(index, entry, len(value)) + value, enclosing))
    edits.sort()
    return Carried(edits, ";".join(differences), replaced)


def _items_gone(decisions: Sequence[Decision], layout: Layout) -> list[int]:
    """Return the Items that go whole."""
    holders = dict.fromkeys(decision.disposed_with for decision in decisions)
    return [holder for holder in holders if holder is not None and layout.kinds[holder] is Kind.ITEM]


def _facts(decision: Decision, layout: Layout) -> Facts:
    vr = decision.rule.listed_vr or (vr_of(decision.tag) if decision.vr == "UN" else decision.vr)
    return Facts(decision.tag, vr, layout.parents[decision.entry] != TOP, decision.rule.attribute_type)


def _manner(decision: Decision, layout: Layout, encoding: Encoding, dates: Dates) -> _Manner:
    """Say how a Decision is carried out."""
    rule = decision.rule
    if decision.disposed_with is not None:
        if layout.kinds[decision.disposed_with] is Kind.ITEM:
            return _Manner("removed with its Content Item", Outcome.REMOVED)
        return _Manner("", Outcome.REMOVED_WITH)
    if decision.descends:
        return _Manner("each element of its Items by its own rule", Outcome.DESCENDED)
    facts = _facts(decision, layout)
    is_patient = facts.tag in PATIENT and rule.layer == BASIC and rule.action in (Action.EMPTY, Action.DUMMY)
    if is_patient and not (facts.is_nested and facts.tag == PATIENT_NAME):
        replace, method = PATIENT[facts.tag]
        return _Manner(method, Outcome.REPLACED, replace=replace)
    match rule.action:
        case Action.KEEP:
            return _Manner("", Outcome.KEPT)
        case Action.REMOVE:
            return _Manner("", Outcome.REMOVED, b"")
        case Action.EMPTY:
            return _Manner(_EMPTIED, Outcome.EMPTIED, _whole(decision, layout, encoding, b""))
        case Action.UID:
            return _Manner("keyed replacement", Outcome.REPLACED, replace=replace_uid)
        case Action.DUMMY if decision.is_sequence:
            new = _whole(decision, layout, encoding, dummy_sequence(facts.tag, encoding))
            return _Manner("one dummy Item", Outcome.REPLACED, new)
        case Action.DUMMY if rule.value is not None:
            value = fixed_value(rule.value, facts, big_endian=encoding.big_endian)
            new = _whole(decision, layout, encoding, value)
            return _Manner("the value that the rule gives", Outcome.REPLACED, new)
        case Action.DUMMY if facts.vr == "UI":
            return _Manner("keyed replacement", Outcome.REPLACED, replace=replace_uid)
        case Action.DUMMY:
            return _Manner(_DUMMY, Outcome.REPLACED, _whole(decision, layout, encoding, dummy_value(facts)))
        case Action.CLEAN:
            return _cleaned(decision, layout, encoding, facts, dates)


def _cleaned(decision: Decision, layout: Layout, encoding: Encoding, facts: Facts, dates: Dates) -> _Manner:
    """Say how C is carried out: dates are moved, what identifies goes from texts, and what is neither cannot stay."""
    if decision.rule.is_seconds and dates is Dates.SHIFT:
        return _Manner("moved by the patient's day shift", Outcome.SHIFTED, replace=shift_seconds)
    if facts.vr == "AS":
        return _Manner("an age over 89 becomes 090Y", Outcome.KEPT, replace=cap_age)
    if facts.vr in ("DA", "DT") and dates is Dates.YEAR:
        return _Manner("reduced to the year", Outcome.REPLACED, replace=keep_year)
    if facts.vr in _DATE_VRS or facts.tag == _TIMEZONE:
        usual = Outcome.KEPT if facts.vr not in ("DA", "DT") else Outcome.SHIFTED
        return _Manner("moved by the patient's day shift", usual, replace=shift_date)
    if facts.vr in _TEXT_VRS:
        by_rule = decision.rule.layer != OWN and not facts.tag & 0x10000
        is_sentence = by_rule or is_free_text(facts.tag, facts.vr)
        replace = clean_sentence if is_sentence else clean_label
        return _Manner("what identifies goes from the text", Outcome.KEPT, replace=replace)
    if facts.attribute_type == "1":
        return _Manner(_DUMMY, Outcome.REPLACED, _whole(decision, layout, encoding, dummy_value(facts)))
    return _Manner("emptied: nothing can clean it", Outcome.EMPTIED, _whole(decision, layout, encoding, b""))


def _whole(decision: Decision, layout: Layout, encoding: Encoding, value: bytes) -> bytes:
    stored = layout.stored_vrs[decision.entry]
    if stored == "OB" and layout.fragmented[decision.entry]:
        value = b""
    return encoded_header(decision.tag, stored, len(value), big_endian=encoding.big_endian) + value


def _marked(decision: Decision, marks: dict[int, bytes]) -> _Manner:
    """Say how a marker element that is there already is treated: ours comes in its place."""
    if decision.tag == METHOD and not decision.is_sequence and decision.vr in ("LO", "UN"):
        return _Manner("our words after those that were there", Outcome.REPLACED, replace=append_method)
    return _Manner("what this run did", Outcome.REPLACED, marks[decision.tag])


def _record(decision: Decision, manner: _Manner) -> DecisionRecord:
    rule = decision.rule
    return DecisionRecord(
        decision.path,
        decision.vr,
        rule.action.value,
        manner.method,
        manner.outcome.value,
        rule.layer,
        rule.source,
        rule.why,
    )


def _inserted(tag: int, *, is_mark: bool) -> DecisionRecord:
    method, source = ("what this run did", "PS3.15 E.1.1, E.3") if is_mark else ("empty", "PS3.3, Type 2 in the IOD")
    return DecisionRecord(name_of(tag), vr_of(tag), "", method, Outcome.INSERTED.value, OWN, source, "")


def _place_for(tag: int, layout: Layout) -> int:
    """Return the entry that an element is to be inserted before: tags ascend (PS3.5 7.1)."""
    return next((entry for other, entry in layout.top.items() if other > tag), len(layout.tags))


def _merged(runs: list[Run]) -> list[Run]:
    """Join runs that touch each other in the same Data Set or Item."""
    merged: list[Run] = []
    for run in sorted(runs):
        if merged and merged[-1].after == run.first and merged[-1].enclosing == run.enclosing:
            last = merged.pop()
            merged.append(Run(last.first, run.after, last.new + run.new, run.enclosing))
        else:
            merged.append(run)
    return merged
