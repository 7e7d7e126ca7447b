"""A script of CTP's DICOM anonymizer, entry by entry, as what a profile should say.

CTP does what its script says and nothing else; a profile starts from the Basic Profile. So what a script does not
name is kept by CTP and treated as Table E.1-1 says here; that is told once for each kind of element.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from deidpipe.dicom.dictionary import keyword_of, keywords, tag_of, vr_of
from deidpipe.dicom.layout import is_private_creator
from deidpipe.profile.attributes import MARKERS
from deidpipe.profile.importing.ctp import KINDS, Line, Script
from deidpipe.profile.importing.ctp_conditions import Target
from deidpipe.profile.importing.ctp_functions import ExpressionError, parse
from deidpipe.profile.importing.ctp_markers import marked
from deidpipe.profile.importing.draft import (
    Deed,
    Draft,
    Entry,
    Outcome,
    Remark,
    Stop,
    Wish,
    dates_are_moved,
    remark_of,
    shift_of,
    strictness,
)
from deidpipe.profile.importing.meaning import Leaf, leaves_of
from deidpipe.profile.model import Condition, PrivateElement, RepeatingGroup, Selector, Tag, TagPath, Test, Unlisted
from deidpipe.standard.actions import Action
from deidpipe.standard.options import Option

_NOT_REMOVED = {
    "privategroups": "CTP keeps private elements; here they go, but for retain-safe-private and private: rules",
    "unspecifiedelements": "CTP keeps what no entry names; here Table E.1-1 and the VR decide about it",
    "curves": "CTP keeps curves; here they go",
    "overlays": "CTP keeps overlays; here they go, unless clean-graphics or a group: rule keeps them",
}
_LISTED_STAYS = (
    "what Table E.1-1 lists and no entry names is treated as the Table says, which may be milder than removal"
)
_POSITIVE = frozenset({Test.EXISTS, Test.EQUALS, Test.CONTAINS, Test.MATCHES, Test.EMPTY})


class _Asked(NamedTuple):
    """What one entry asks for."""

    wishes: list[Wish]
    stops: list[Stop]
    remarks: list[Remark]


def draft_of_script(script: Script) -> Draft:
    """Return what a script asks for."""
    last = {(line.kind, line.name.upper()): line for line in script if line.is_enabled and line.kind in KINDS}
    in_force = [line for line in script if line.is_enabled and line.kind != "p"]
    parameters = {line.name: line.text for line in script if line.kind == "p"}
    asked = [_asked(line, last, script, parameters) for line in in_force]
    asked.append(_Asked([], [], _strays(script) + _not_removed(script)))
    wishes = [wish for each in asked for wish in each.wishes]
    remarks = [remark for each in asked for remark in each.remarks]
    days, other_days = shift_of([(wish.entry, wish.deed) for wish in wishes])
    uid_root = next((_entry(line) for line in reversed(script) if line.kind == "p" and line.name == "UIDROOT"), None)
    options = _options(in_force, wishes)
    return Draft(
        "CTP",
        tuple(_entry(line) for line in in_force),
        sum(not line.is_enabled for line in script if line.kind != "p"),
        tuple(_unscripted(wishes)),
        tuple(stop for each in asked for stop in each.stops),
        (*remarks, *other_days, *marked(_marker_lines(in_force), options, _entry)),
        options,
        Unlisted.REMOVE if ("r", "UNSPECIFIEDELEMENTS") in last else Unlisted.KEEP,
        uid_root if any(wish.deed.action is Action.UID for wish in wishes) else None,
        days,
    )


def _asked(line: Line, last: Mapping[tuple[str, str], Line], script: Script, parameters: Mapping[str, str]) -> _Asked:
    entry = _entry(line)
    if line.kind not in KINDS:
        return _refused(entry, f"CTP has no entry {line.kind}")
    if last[line.kind, line.name.upper()] is not line:
        number = last[line.kind, line.name.upper()].number
        return _refused(entry, f"the entry in line {number} is for the same, and stands last")
    if line.kind == "r":
        return _removed(entry, line)
    if line.kind == "k":
        return _kept_group(entry, line)
    if _number(line.name) in MARKERS:
        return _Asked([], [], [])
    return _element(entry, line, script, _target(line, script, parameters))


def _entry(line: Line) -> Entry:
    number = _number(line.name)
    if line.kind == "e" and number is not None:
        what = f"({line.name[:4].upper()},{line.name[4:].upper()}) {line.label or keyword_of(number)}".rstrip()
    else:
        what = " ".join(filter(None, (line.kind, line.name, line.label if line.kind == "e" else "")))
    return Entry(line.number, what, line.text)


def _number(name: str) -> int | None:
    return int(name, 16) if re.fullmatch("[0-9A-Fa-f]{8}", name) else None


def _refused(entry: Entry, why: str) -> _Asked:
    return _Asked([], [], [Remark(entry, Outcome.NOT_SAID, why)])


# --- elements -------------------------------------------------------------------------------------------------------


def _target(line: Line, script: Script, parameters: Mapping[str, str]) -> Target:
    tag = _number(line.name) or 0
    names = {each.label: number for each in script if each.label and (number := _number(each.name)) is not None}
    return Target(tag, vr_of(tag), parameters, names)


def _selector(line: Line, script: Script) -> Selector | str:
    """Return what an entry selects, or why it cannot be selected."""
    tag = _number(line.name)
    if tag is not None and not tag & 0x10000:
        return Tag(tag)
    if tag is not None and is_private_creator(tag):
        return "a Private Creator stays where an element of it stays, and goes where none does; none is added"
    if tag is not None:  # the script may name the creator of the block itself, as it does for group 0013
        block = f"{tag >> 16:04X}00{tag >> 8 & 0xFF:02X}"
        creators = [each.text.removeprefix("@always()") for each in script if each.name.upper() == block]
        if creators and creators[-1].isalnum():
            return PrivateElement(creators[-1], tag >> 16, tag & 0xFF)
        return "a private element is named by its Private Creator; write private: with it"
    private = re.fullmatch(r"([0-9A-Fa-f]{3}[13579BDFbdf]),?\[(.+)\]([0-9A-Fa-f]{2})", line.name)
    if private:
        return PrivateElement(private[2].strip(), int(private[1], 16), int(private[3], 16))
    return "this is no tag of an element"


def _element(entry: Entry, line: Line, script: Script, target: Target) -> _Asked:
    try:
        expression = parse(line.text)
    except ExpressionError as fault:
        stands_in = Leaf(Deed(Action.DUMMY, None, Outcome.NOT_SAID, f"{fault}; a dummy stands in for it"))
        top, items = [stands_in], [stands_in]
    else:
        top, items = (leaves_of(expression, target._replace(is_nested=nested)) for nested in (False, True))
    selector = _selector(line, script)
    if isinstance(selector, str):
        is_gone = all(leaf.deed and leaf.deed.action is Action.REMOVE for leaf in top + items)
        return (
            _Asked([], [], []) if is_gone and target.tag and not _keeps_private(script) else _refused(entry, selector)
        )
    stops = [Stop(entry, _there(target.tag, leaf.when)) for leaf in top if leaf.deed is None]
    if isinstance(selector, Tag):
        wishes, remarks = _wishes(entry, selector, top, items)
    else:
        wishes, remarks = _private_wish(entry, selector, top + items)
        remarks += [Remark(entry, Outcome.NOT_SAID, "a condition can only be on an Attribute of PS3.6") for _ in stops]
        stops = []
    if any(leaf.deed is None for leaf in items) and stops:
        remarks.append(Remark(entry, Outcome.DIFFERS, "in a Sequence, CTP would quarantine for it too"))
    remarks += [Remark(entry, Outcome.DIFFERS, leaf.why) for leaf in top if leaf.why]
    return _Asked(wishes, stops, remarks)


def _wishes(entry: Entry, selector: Tag, top: list[Leaf], items: list[Leaf]) -> tuple[list[Wish], list[Remark]]:
    """Return a rule for the Attribute at any depth, and rules for the top of the Data Set where that differs.

    Conditions look at the top of the Data Set, so inside a Sequence the strictest of all clauses holds.
    """
    here = [(leaf.deed, leaf.when) for leaf in top if leaf.deed]
    inside = [leaf.deed for leaf in items if leaf.deed]
    deeds = [deed for deed, _ in here] + inside
    remarks = [remark for deed in deeds for remark in remark_of(entry, deed)]
    patient = next((deed for deed in deeds if deed.as_patient), None)
    if patient:
        if len({_done(deed) for deed in deeds}) > 1:
            remarks.append(Remark(entry, Outcome.DIFFERS, "in each case the new identity of the patient is put there"))
        return [Wish(entry, selector, patient)], remarks
    if not deeds:
        return [], remarks
    deep = min(inside or deeds, key=strictness)
    usual = min((deed for deed, _ in here), key=strictness, default=deep)
    path = TagPath((selector.tag,))
    wishes = [Wish(entry, selector, deep)]
    if _done(usual) != _done(deep):
        wishes.append(Wish(entry, path, usual))
    wishes += [Wish(entry, path, deed, when) for deed, when in here if _done(deed) != _done(usual)]
    if len({_done(deed) for deed in inside}) > 1:
        remarks.append(Remark(entry, Outcome.DIFFERS, "in a Sequence the strictest clause holds"))
    return wishes, remarks


def _private_wish(entry: Entry, selector: Selector, leaves: list[Leaf]) -> tuple[list[Wish], list[Remark]]:
    deeds = [leaf.deed for leaf in leaves if leaf.deed]
    if not deeds:
        return [], []
    remarks = [remark for deed in deeds for remark in remark_of(entry, deed)]
    if len({_done(deed) for deed in deeds}) > 1:
        why = "a private element has one rule for every place; the strictest clause holds"
        remarks.append(Remark(entry, Outcome.NOT_SAID, why))
    return [Wish(entry, selector, min(deeds, key=strictness))], remarks


def _done(deed: Deed) -> tuple[Action, str | None, bool]:
    return deed.action, deed.value, deed.as_patient


def _keeps_private(script: Script) -> bool:
    kept = [line.name for line in script if line.kind == "k" and line.is_enabled]
    return any(name.startswith("safe") or name[-1:].upper() in "13579BDF" for name in kept)


def _there(tag: int, when: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """Return conditions that hold only where the element is there, because CTP looks at no others."""
    if any(each.tag == tag and each.test in _POSITIVE and not each.negated for each in when):
        return when
    return (*when, Condition(tag, Test.EXISTS))


# --- groups ---------------------------------------------------------------------------------------------------------


def _removed(entry: Entry, line: Line) -> _Asked:
    if line.name not in _NOT_REMOVED:
        return _refused(entry, "CTP has no such group of elements")
    remarks = [Remark(entry, Outcome.DIFFERS, _LISTED_STAYS)] if line.name == "unspecifiedelements" else []
    return _Asked([], [], remarks)


def _kept_group(entry: Entry, line: Line) -> _Asked:
    if line.name.startswith("safe"):
        why = "what is safe is what PS3.15 Table E.3.10-1 lists, and not CTP's own index"
        return _Asked([], [], [Remark(entry, Outcome.DIFFERS, why)])
    if not re.fullmatch("[0-9A-Fa-f]{1,4}", line.name):
        return _refused(entry, "this is no group")
    group = int(line.name, 16)
    if group & 1:
        return _Asked([Wish(entry, PrivateElement("*", group, None), Deed(Action.KEEP))], [], [])
    if any(tag >> 16 == group for tag in MARKERS):  # one rule for the group would take in what deidpipe writes there
        tags = [tag for keyword in keywords() if (tag := tag_of(keyword)) is not None and tag >> 16 == group]
        return _Asked([Wish(entry, Tag(tag), Deed(Action.KEEP)) for tag in tags if tag not in MARKERS], [], [])
    return _Asked([Wish(entry, RepeatingGroup(0xFFFF0000, group << 16), Deed(Action.KEEP))], [], [])


def _unscripted(wishes: list[Wish]) -> Iterable[Wish]:
    """Leave out what a kept group says of an element that has an entry of its own."""
    scripted = {wish.selector for wish in wishes if not wish.entry.what.startswith("k ")}
    scripted |= {Tag(wish.selector.tags[-1]) for wish in wishes if isinstance(wish.selector, TagPath)}
    return (wish for wish in wishes if not (wish.entry.what.startswith("k ") and wish.selector in scripted))


def _strays(script: Script) -> list[Remark]:
    """Tell of parameters and other lines that nobody can use."""
    return [
        Remark(_entry(line), Outcome.NOT_SAID, f"CTP has no entry {line.kind}")
        for line in script
        if line.kind not in KINDS and not line.is_enabled
    ]


def _not_removed(script: Script) -> list[Remark]:
    """Tell what CTP would keep because the script does not ask for its removal."""
    by_name = {line.name: line for line in script if line.kind == "r"}
    remarks = []
    for name, why in _NOT_REMOVED.items():
        line = by_name.get(name)
        if line is None or not line.is_enabled:
            entry = _entry(line) if line else Entry(0, f"r {name}", "")
            remarks.append(Remark(entry, Outcome.DIFFERS, why))
    return remarks


# --- options and markers --------------------------------------------------------------------------------------------


def _marker_lines(in_force: list[Line]) -> dict[int, Line]:
    lines = {number: line for line in in_force if line.kind == "e" and (number := _number(line.name)) is not None}
    return {tag: line for tag, line in lines.items() if tag in MARKERS}


def _options(in_force: list[Line], wishes: list[Wish]) -> frozenset[Option]:
    """Return the Options that the script's own words and deeds are about."""
    options = set()
    dates = _marker_lines(in_force).get(0x00280303)
    says = dates.text.removeprefix("@always()").strip().upper() if dates else ""
    if dates_are_moved(wishes) or says == "MODIFIED":
        options.add(Option.RETAIN_MODIFIED_DATES)
    elif says == "UNMODIFIED":
        options.add(Option.RETAIN_FULL_DATES)
    if any(line.kind == "k" and line.name.startswith("safe") for line in in_force):
        options.add(Option.RETAIN_SAFE_PRIVATE)
    return frozenset(options)
