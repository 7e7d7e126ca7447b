"""Parts of a profile as YAML text: one line a rule, every text in quotes."""

import json
from collections.abc import Iterable, Sequence

from deidpipe.dicom.dictionary import keyword_of, tag_of
from deidpipe.profile.model import Condition, PrivateElement, RepeatingGroup, Selector, Tag, TagPath, Test
from deidpipe.standard.actions import Action

_LONGEST_WHY = 200


def plain(text: str) -> str:
    """Return a text on one line, with a question mark for each character that cannot be seen."""
    line = " ".join(text.split())
    return "".join(letter if letter.isprintable() else "?" for letter in line)


def quoted(text: str) -> str:
    """Return a text in quotes, as JSON and YAML alike have it."""
    return json.dumps(plain(text), ensure_ascii=False)


def rule_text(selector: Selector, action: Action, value: str | None, when: Sequence[Condition], why: str) -> str:
    """Return a rule."""
    parts = [_selector(selector), f"action: {action.value}"]
    if value is not None:
        parts.append(f"value: {quoted(value)}")
    return "{" + ", ".join([*parts, *_when(when), f"why: {_why(why)}"]) + "}"


def stop_text(when: Sequence[Condition], why: str) -> str:
    """Return a quarantine rule."""
    return "{" + ", ".join([*_when(when), f"why: {_why(why)}"]) + "}"


def name_of_tag(tag: int) -> str:
    """Return the keyword, or the number where no keyword leads back to it."""
    keyword = keyword_of(tag)
    return keyword if keyword and tag_of(keyword) == tag else f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def _why(text: str) -> str:
    line = plain(text)
    return quoted(line if len(line) <= _LONGEST_WHY else f"{line[: _LONGEST_WHY - 3]}...")


def _selector(selector: Selector) -> str:
    match selector:
        case Tag(tag):
            name = name_of_tag(tag)
            return f'tag: "{name}"' if name.startswith("(") else f"attribute: {name}"
        case TagPath(tags):
            return f'path: "{"/".join(map(name_of_tag, tags))}"'
        case RepeatingGroup(_, value):
            return f"group: {value >> 16:04X}xxxx"
        case PrivateElement(creator, group, low):
            element = f"{group or 0:04X},xx{'xx' if low is None else f'{low:02X}'}"
            return f'private: {{creator: {quoted(creator)}, element: "{element}"}}'
        case _:
            return f"vr: {selector.vr}"


def _when(conditions: Sequence[Condition]) -> Iterable[str]:
    by_tag: dict[int, list[str]] = {}
    for condition in dict.fromkeys(conditions):
        by_tag.setdefault(condition.tag, []).append(_condition(condition))
    tests = (f"{name_of_tag(tag)}: {{{', '.join(tests)}}}" for tag, tests in by_tag.items())
    return [f"when: {{{', '.join(tests)}}}"] if by_tag else []


def _condition(condition: Condition) -> str:
    match condition.test:
        case Test.EXISTS | Test.MISSING:
            return f"exists: {str(condition.test is Test.EXISTS).lower()}"
        case Test.EMPTY:
            return f"empty: {str(not condition.negated).lower()}"
    values = ", ".join(map(quoted, condition.values))
    test = f"{condition.test.value}: {values if len(condition.values) == 1 else f'[{values}]'}"
    return f"not: {{{test}}}" if condition.negated else test
