"""What a profile does to all that it may meet: each row of Table E.1-1, each other Attribute of the Standard, each
element that only a rule of the site names.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from deidpipe.dicom.dictionary import keywords, tag_of, vr_of
from deidpipe.profile.model import PrivateElement, RepeatingGroup, Selector, SiteRule, TagPath
from deidpipe.profile.ruleset import BASIC, OWN, Place, Rule, RuleSet
from deidpipe.profile.words import in_words
from deidpipe.standard.actions import Action, CompoundAction
from deidpipe.standard.options import Option
from deidpipe.standard.table import EDITION, PRIVATE, row_of, rows

_FILE_META = 0x0002
_ANY_CREATOR = "ANY CREATOR"


class Answer(NamedTuple):
    """What is done to one Attribute.

    ``code`` is a letter, a compound code that the Type in the IOD settles, or both cases of a rule with conditions.
    """

    attribute: str
    tag: str
    code: str
    rule: Rule


def of_the_table(rules: RuleSet) -> Iterator[Answer]:
    """Yield what is done to each row of Table E.1-1, in its order."""
    for row in rows():
        if row.tag == PRIVATE:
            yield _private(rules)
            continue
        place = Place((int(row.tag.replace("XXXXXX", "003000").replace("X", "0"), 16),), row.vr)
        written = f"({row.tag[:4]},{row.tag[4:]})".replace("X", "x")
        yield Answer(row.keyword or written, written, *_at(rules, place._replace(is_sequence=row.vr == "SQ")))


def of_the_rest(rules: RuleSet) -> Iterator[tuple[str, Answer]]:
    """Yield the VR, and what is done, for each Attribute of the Standard that the Table does not list."""
    for keyword in keywords():
        tag = tag_of(keyword)
        if tag is not None and tag >> 16 > _FILE_META and row_of(tag) is None and not tag & 0x10000:
            vr = vr_of(tag)
            written = f"({tag >> 16:04X},{tag & 0xFFFF:04X})"
            yield vr, Answer(keyword, written, *_at(rules, Place((tag,), vr, is_sequence=vr == "SQ")))


def of_the_site(rules: RuleSet, selectors: Iterable[Selector]) -> Iterator[Answer]:
    """Yield what is done where a selector names more than an Attribute: paths, private elements, repeating groups."""
    for selector in dict.fromkeys(selectors):
        match selector:
            case TagPath(tags):
                vr = vr_of(tags[-1])
                place = Place(tags, vr, is_sequence=vr == "SQ")
            case PrivateElement(creator, group, low):
                element = 0x1000 | (low or 0)
                place = Place(((group or 0x0009) << 16 | element,), "LO", _ANY_CREATOR if creator == "*" else creator)
            case RepeatingGroup(_, value):
                place = Place((value,), vr_of(value))
            case _:
                continue
        yield Answer(in_words(selector), "", *_at(rules, place))


def conditional(rules: RuleSet, place: Place) -> list[SiteRule]:
    """Return the rules with conditions that decide about an element where they hold."""
    return [
        rule
        for rule in rules.profile.rules
        if rule.when and rules.rule_for(place, None, frozenset({rule.when})).source == rule.where
    ]


def _at(rules: RuleSet, place: Place) -> tuple[str, Rule]:
    tag = place.tag
    if tag >> 16 == _FILE_META:
        return Action.UID.value, Rule(
            Action.UID, OWN, f"PS3.15 {EDITION} E.1.1", "File Meta Information is written anew"
        )
    rule = rules.rule_for(place, None)
    row = row_of(tag)
    compound = rule.layer == BASIC and row is not None and isinstance(row.basic, CompoundAction)
    code = row.basic.value if compound and row is not None else rule.action.value
    held = {each.action.value: None for each in conditional(rules, place)} if rules.conditions else {}
    held.pop(code, None)
    return (f"{' or '.join(held)} where its conditions hold, else {code}" if held else code), rule


def _private(rules: RuleSet) -> Answer:
    rule = rules.rule_for(Place((0x00091001,), "UN", _ANY_CREATOR), None)
    safe = Option.RETAIN_SAFE_PRIVATE in rules.profile.options
    code = f"{Action.KEEP} where known to be safe, else {rule.action}" if safe else rule.action.value
    return Answer("private elements", PRIVATE, code, rule)
