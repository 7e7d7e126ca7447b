"""Rules that contradict each other: found when a profile is read, not when an Instance meets them.

Decided: two rules with a condition each must not both hold for one Instance, unless they ask for the same. A condition
is seen to exclude another one if both look at one Attribute and no value fits both.
"""

from collections.abc import Sequence
from itertools import combinations

from deidpipe.profile.complaints import Complaints
from deidpipe.profile.model import Condition, PrivateElement, RepeatingGroup, Selector, SiteRule, Test

_MOST_CONDITIONS = 100  # rules with one selector: every pair of them is compared
_MOST_PATTERNS = 200

Numbered = tuple[int, SiteRule]


def replace_and_check(base: Sequence[SiteRule], own: Sequence[Numbered], complaints: Complaints) -> list[SiteRule]:
    """Return the rules of the base that are not replaced, then the own ones; complain of conflicts."""
    replaced = {rule.selector for _, rule in own}
    inherited = [rule for rule in base if rule.selector not in replaced]
    by_selector: dict[Selector, list[Numbered]] = {}
    for line, rule in own:
        by_selector.setdefault(rule.selector, []).append((line, rule))
    for same in by_selector.values():
        _check_one_selector(same, complaints)
    _check_patterns(inherited, [same[0] for same in by_selector.values()], complaints)
    _check_any_creator(inherited, own, complaints)
    return [*inherited, *(rule for _, rule in own)]


def _check_one_selector(same: Sequence[Numbered], complaints: Complaints) -> None:
    if len(same) > _MOST_CONDITIONS:
        line = same[_MOST_CONDITIONS][0]
        complaints.add(line, f"more than {_MOST_CONDITIONS} rules for one thing", "join their conditions into lists")
        return
    for (_, first), (line, second) in combinations(same, 2):
        if set(first.when) == set(second.when):
            complaints.add(line, f"the rule at {first.where} is for the same", "keep one of them")
        elif first.when and second.when and _differ(first, second) and not _exclude(first.when, second.when):
            fix = "let their conditions exclude each other, with not, or join them"
            complaints.add(
                line, f"this rule and the one at {first.where} can both hold, and ask for different things", fix
            )


def _check_patterns(inherited: Sequence[SiteRule], own: Sequence[Numbered], complaints: Complaints) -> None:
    patterns = [(line, rule) for line, rule in own if isinstance(rule.selector, RepeatingGroup)]
    if len(patterns) > _MOST_PATTERNS:
        complaints.add(patterns[_MOST_PATTERNS][0], f"more than {_MOST_PATTERNS} patterns", "join them with x")
        return
    earlier = [rule for rule in inherited if isinstance(rule.selector, RepeatingGroup)]
    for line, rule in patterns:
        for other in earlier:
            if _overlap(rule.selector, other.selector):
                fix = "make one pattern of them, or name the exceptions with tag:"
                complaints.add(line, f"this pattern and the one at {other.where} can fit the same element", fix)
        earlier.append(rule)


def _check_any_creator(inherited: Sequence[SiteRule], own: Sequence[Numbered], complaints: Complaints) -> None:
    """Compare rules for any creator with wider ones for one creator: neither is the more specific."""
    private = [
        (line, rule, rule.selector)
        for line, rule in (*((0, rule) for rule in inherited), *own)
        if isinstance(rule.selector, PrivateElement) and not rule.when
    ]
    any_creator: dict[int | None, dict[object, Numbered]] = {}  # by the group in which a wider rule would be met
    for line, rule, selector in private:
        if selector.creator == "*" and selector.group is not None:
            group = None if selector.low is None else selector.group
            any_creator.setdefault(group, {}).setdefault((rule.action, rule.value), (line, rule))
    for line, rule, selector in private:
        if selector.creator == "*" or selector.low is not None:
            continue
        for other_line, other in any_creator.get(selector.group, {}).values():
            if _differ(rule, other) and (line or other_line):
                where = other.where if line > other_line else rule.where
                fix = "write creator and element in both, or the same action"
                complaints.add(max(line, other_line), f"this rule and the one at {where} are equally specific", fix)
                break


def _overlap(one: Selector, other: Selector) -> bool:
    assert isinstance(one, RepeatingGroup)
    assert isinstance(other, RepeatingGroup)
    return not (one.value ^ other.value) & one.mask & other.mask


def _differ(one: SiteRule, other: SiteRule) -> bool:
    return (one.action, one.value) != (other.action, other.value)


def _exclude(one: Sequence[Condition], other: Sequence[Condition]) -> bool:
    return any(_cannot_both(a, b) for a in one for b in other if a.tag == b.tag)


def _cannot_both(a: Condition, b: Condition) -> bool:
    if a.test is b.test and a.negated != b.negated:
        asked, denied = (b, a) if a.negated else (a, b)
        return set(asked.values) <= set(denied.values)
    if a.negated or b.negated:
        return False
    tests = {a.test, b.test}
    if tests == {Test.EQUALS}:
        return not set(a.values) & set(b.values)
    if Test.MISSING in tests:
        return len(tests) == 2
    return Test.EMPTY in tests and bool(tests & {Test.EQUALS, Test.CONTAINS})
