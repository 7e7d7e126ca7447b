"""How two profiles differ: in what they ask for, and in what becomes of each Attribute."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from deidpipe.profile.model import Profile, SiteRule, Tag
from deidpipe.profile.outline import Answer, of_the_rest, of_the_site, of_the_table
from deidpipe.profile.ruleset import RuleSet
from deidpipe.profile.words import dates_in_words, in_words

_EXAMPLES = 3


class Change(NamedTuple):
    """One thing that is another in the second profile; empty where a profile has nothing of it."""

    what: str
    first: str
    second: str


class Unlisted(NamedTuple):
    """Attributes of one VR that Table E.1-1 does not list, and that are treated alike."""

    vr: str
    first: str
    second: str
    attributes: list[str]

    @property
    def in_words(self) -> str:
        """Return how many they are, and which by example."""
        named = ", ".join(self.attributes[:_EXAMPLES])
        left = len(self.attributes) - _EXAMPLES
        return f"{named} and {left:,} more" if left > 0 else named


class Difference(NamedTuple):
    """All that differs; nothing if every list is empty."""

    settings: list[Change]
    rules: list[Change]
    listed: list[Change]  # rows of Table E.1-1, and what only rules name
    unlisted: list[Unlisted]


def difference(first: Profile, second: Profile) -> Difference:
    """Return how the second profile differs from the first."""
    one, other = RuleSet(first), RuleSet(second)
    selectors = [rule.selector for rule in (*first.rules, *second.rules)]
    named = {tag for (tag,) in (selector for selector in selectors if isinstance(selector, Tag))}
    listed = [
        *_changes(of_the_table(one), of_the_table(other)),
        *_changes(of_the_site(one, selectors), of_the_site(other, selectors)),
    ]
    groups: dict[tuple[str, str, str], list[str]] = {}
    for (vr, before), (_, after) in zip(of_the_rest(one), of_the_rest(other), strict=True):
        if before.code == after.code:
            continue
        if int(before.tag[1:5] + before.tag[6:10], 16) in named:
            listed.append(Change(before.attribute, before.code, after.code))
        else:
            groups.setdefault((vr, before.code, after.code), []).append(before.attribute)
    unlisted = [Unlisted(*key, attributes) for key, attributes in sorted(groups.items())]
    return Difference([*_settings(first, second)], [*_rules(first, second)], listed, unlisted)


def _changes(before: Iterable[Answer], after: Iterable[Answer]) -> Iterator[Change]:
    for one, other in zip(before, after, strict=True):
        if one.code != other.code:
            yield Change(one.attribute, one.code, other.code)


def _settings(first: Profile, second: Profile) -> Iterator[Change]:
    for option in sorted(first.options ^ second.options):
        yield Change(f"Option {option}", *("yes" if option in each.options else "" for each in (first, second)))
    pairs = [("dates", dates_in_words(first), dates_in_words(second)), ("unlisted", first.unlisted, second.unlisted)]
    pairs += [("patient_id", first.identity.patient_id, second.identity.patient_id)]
    pairs += [("pixels look", first.pixels.look.value, second.pixels.look.value)]
    kept = ["technical" if each.pixels.keep_technical else "nothing" for each in (first, second)]
    pairs += [("pixels keep", kept[0], kept[1])]
    pairs += [("pixels in_doubt", first.pixels.in_doubt.value, second.pixels.in_doubt.value)]
    pairs += [("complete_iod", str(first.complete_iod).lower(), str(second.complete_iod).lower())]
    pairs += [("text in_doubt", first.in_doubt.value, second.in_doubt.value)]
    pairs += [("uid_root", first.identity.uid_root, second.identity.uid_root)]
    pairs += [("safe_private", " and ".join(sorted(first.safe_private)), " and ".join(sorted(second.safe_private)))]
    yield from (Change(*pair) for pair in pairs if pair[1] != pair[2])
    for rule in first.quarantine:
        if rule[:2] not in [each[:2] for each in second.quarantine]:
            yield Change("quarantine", rule.why, "")
    for rule in second.quarantine:
        if rule[:2] not in [each[:2] for each in first.quarantine]:
            yield Change("quarantine", "", rule.why)


def _rules(first: Profile, second: Profile) -> Iterator[Change]:
    """Yield the rules that only one profile has; where a rule stands in its file does not count."""
    ones, others = ({_asked(rule): rule for rule in profile.rules} for profile in (first, second))
    for key, rule in ones.items():
        if key not in others:
            yield Change(in_words(rule.selector), _said(rule), "")
    for key, rule in others.items():
        if key not in ones:
            yield Change(in_words(rule.selector), "", _said(rule))


def _asked(rule: SiteRule) -> tuple[object, ...]:
    return rule.selector, rule.action, frozenset(rule.when), rule.value


def _said(rule: SiteRule) -> str:
    return f"{rule.action}{' on conditions' if rule.when else ''}: {rule.why}"
