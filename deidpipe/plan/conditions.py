"""Whether an Instance meets the conditions of a rule."""

import re
from collections.abc import Callable, Iterable

from deidpipe.profile.model import Condition, Test

Values = Callable[[int], tuple[str, ...] | None]
"""Tag -> the values of an Attribute of the Data Set itself, without padding; None if it is not there."""


def met(conditions: Iterable[Condition], values: Values) -> bool:
    """Tell if all conditions hold."""
    return all(_holds(condition, values(condition.tag)) != condition.negated for condition in conditions)


def _holds(condition: Condition, values: tuple[str, ...] | None) -> bool:
    match condition.test:
        case Test.EXISTS:
            return values is not None
        case Test.MISSING:
            return values is None
        case Test.EMPTY:
            return values is not None and not any(values)
        case Test.EQUALS:
            return any(value == wanted for value in values or () for wanted in condition.values)
        case Test.CONTAINS:
            return any(wanted.casefold() in value.casefold() for value in values or () for wanted in condition.values)
        case Test.MATCHES:
            return any(re.fullmatch(wanted, value) for value in values or () for wanted in condition.values)
