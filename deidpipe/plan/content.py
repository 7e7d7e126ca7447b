"""The Clean Structured Content Option: what becomes of each Content Item, by its concept and Value Type.

Decided, where PS3.15 E.3.4 leaves a choice:

* X/D is D, because a template may need the Content Item, and a dummy names no one.
* D on what refers to Instances maps the references (U): they stay usable and tell no original UID.
* A Sequence all of whose Items go goes too where it may; where it must not be missing, it is emptied or gets a dummy.
* A Content Item that points to one that is gone (by its position in the tree) goes too. Where Items before the
  target are gone, the position is put right.
* A text that no row is for is cleaned. Numbers, codes and coordinates stay; names, dates and UIDs have rows in
  Table E.1-1.

Source: PS3.15 E.3.4 and Table E.3.4-1; PS3.3 C.17.3.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from deidpipe.dicom.content import ACQUISITION_CONTEXT, CONTENT, REFERS_TO, VALUES, Content
from deidpipe.dicom.dictionary import vr_of
from deidpipe.dicom.layout import TOP, Kind, Layout
from deidpipe.profile.ruleset import OWN, Rule
from deidpipe.standard.actions import Action
from deidpipe.standard.content_items import ContentRow, content_row
from deidpipe.standard.options import OPTIONS, Option
from deidpipe.standard.table import EDITION

TABLE_OF_CONTENT = f"PS3.15 {EDITION} Table E.3.4-1"
_TEXT_VALUE, _UID_VALUE, _REFERENCES = 0x0040A160, 0x0040A124, 0x00081199
_REFERRING = frozenset({"IMAGE", "COMPOSITE", "WAVEFORM"})
_TITLE = OPTIONS[Option.CLEAN_STRUCTURED_CONTENT].title
_POINTS_NOWHERE = Rule(Action.REMOVE, _TITLE, "PS3.3 C.17.3", "it points to a Content Item that is gone")
_Position = tuple[int, ...]


class ContentRules(NamedTuple):
    """Rules by entry: of Items that go, of Sequences whose Items all go, and of the values of Items that stay."""

    dropped: Mapping[int, Rule]
    bare: Mapping[int, Rule]
    values: Mapping[int, Rule]


NO_CONTENT = ContentRules({}, {}, {})


def content_rules(layout: Layout, contents: Mapping[int, Content], options: frozenset[Option]) -> ContentRules:
    """Return what becomes of the Content Items of a layout; ``contents`` has what each of them says."""
    if Option.CLEAN_STRUCTURED_CONTENT not in options or not contents:
        return NO_CONTENT
    rows = {item: content_row(*content[:3]) for item, content in contents.items()}
    rules = {item: rule_of_row(row, options) for item, row in rows.items() if row is not None}
    listed = {item: rule for item, rule in rules.items() if rule.action is Action.REMOVE}
    dropped = _with_what_points_to_it(layout, contents, listed)
    values = dict(_new_positions(layout, contents, dropped))
    for entry in layout.elements:
        content = contents.get(layout.parents[entry])
        if content is not None and (vr_of(layout.tags[entry]) != "SQ" or layout.kinds[entry] is Kind.SEQUENCE):
            rule = _value_rule(layout.tags[entry], content.value_type, rules.get(layout.parents[entry]))
            if rule is not None:
                values[entry] = rule
    return ContentRules(dropped, dict(_bare(layout, dropped)), values)


def rule_of_row(row: ContentRow, options: frozenset[Option]) -> Rule:
    """Return what a row of the Table asks for under these Options: of two Options, the one that says C."""
    named = [option for option in row.options if option in options]
    if named:
        option = min(named, key=lambda each: (row.options[each], each))
        facts = OPTIONS[option]
        return Rule(row.options[option], facts.title, f"{TABLE_OF_CONTENT}, {facts.section}", row.meaning)
    if isinstance(row.basic, Action):
        return Rule(row.basic, _TITLE, TABLE_OF_CONTENT, row.meaning)
    return Rule(Action.DUMMY, _TITLE, f"{TABLE_OF_CONTENT}, {row.basic}: a template may need it", row.meaning)


def _value_rule(tag: int, value_type: str, rule: Rule | None) -> Rule | None:
    """Return the rule for an element of a Content Item that stays; None where Table E.1-1 or its VR decides."""
    if rule is not None and rule.action is not Action.REMOVE:
        if VALUES.get(tag) == value_type:  # Type 1: a value that cannot be cleaned becomes a dummy, and is not emptied
            action = Action.UID if tag == _UID_VALUE and rule.action is Action.DUMMY else rule.action
            return rule._replace(action=action, attribute_type="1")
        if tag == _REFERENCES and value_type in _REFERRING:
            return rule if rule.action is Action.KEEP else rule._replace(action=Action.UID)
    if tag == _TEXT_VALUE:
        return Rule(Action.CLEAN, _TITLE, f"{TABLE_OF_CONTENT}, not listed", attribute_type="1")
    return None


def _bare(layout: Layout, dropped: Mapping[int, Rule]) -> Iterator[tuple[int, Rule]]:
    """Yield the Sequences all of whose Items go, each with its rule."""
    stay = {
        layout.parents[item]
        for item, kind in enumerate(layout.kinds)
        if kind is Kind.ITEM and item not in dropped
    }  # fmt: skip
    for sequence in dict.fromkeys(layout.parents[item] for item in dropped):
        if sequence not in stay:
            match layout.tags[sequence], layout.parents[sequence] == TOP:
                case (tag, False) if tag == CONTENT:
                    action = Action.REMOVE
                case (tag, _) if tag == ACQUISITION_CONTEXT:
                    action = Action.EMPTY
                case _:
                    action = Action.DUMMY
            yield sequence, Rule(action, _TITLE, TABLE_OF_CONTENT, "all of its Content Items go")


def _with_what_points_to_it(
    layout: Layout, contents: Mapping[int, Content], dropped: Mapping[int, Rule]
) -> Mapping[int, Rule]:
    """Return the Items that go, and with them those that point to one of them or to nothing."""
    pointing = {item: content.refers_to for item, content in contents.items() if content.refers_to}
    if not dropped or not pointing:
        return dropped
    gone = dict(dropped)
    targets = {position: item for item, position in _positions(layout, contents, {}).items()}
    while True:
        stay = _positions(layout, contents, gone)
        lost = [
            item
            for item, position in pointing.items()
            if item not in gone and len(position) > 1 and targets.get(position) not in stay
        ]
        if not lost:
            return gone
        gone |= dict.fromkeys(lost, _POINTS_NOWHERE)


def _new_positions(
    layout: Layout, contents: Mapping[int, Content], dropped: Mapping[int, Rule]
) -> Iterator[tuple[int, Rule]]:
    """Yield the elements that point to a Content Item which has another position now, each with its rule."""
    if not dropped or not any(content.refers_to for content in contents.values()):
        return
    targets = {position: item for item, position in _positions(layout, contents, {}).items()}
    after = _positions(layout, contents, dropped)
    for entry in layout.elements:
        content = contents.get(layout.parents[entry])
        if content is not None and layout.tags[entry] == REFERS_TO:
            new = after.get(targets.get(content.refers_to, TOP))
            if new is not None and new != content.refers_to:
                why = "the position of a Content Item, put right because others before it are gone"
                yield entry, Rule(Action.DUMMY, OWN, "PS3.3 C.17.3", why, "\\".join(map(str, new)))


def _positions(layout: Layout, contents: Mapping[int, Content], dropped: Mapping[int, Rule]) -> Mapping[int, _Position]:
    """Return Item -> its position in the tree, (1, 3, 2): from the root, which is 1. What is dropped has none."""
    positions: dict[int, _Position] = {}
    counts: dict[_Position, int] = {}
    for item in sorted(contents):  # an Item stands before those that it holds
        sequence = layout.parents[item]
        holder = layout.parents[sequence]
        above = (1,) if holder == TOP else positions.get(holder)
        if layout.tags[sequence] == CONTENT and above is not None and item not in dropped:
            counts[above] = counts.get(above, 0) + 1
            positions[item] = (*above, counts[above])
    return positions
