"""Where scanners burn in text, as a site's own script for CTP's DicomPixelAnonymizer tells it.

A script has sections: { signature } (left, top, width, height) ...; what stands outside of braces and parentheses is
comment. A signature is a condition on Attributes with * for and, + for or, ! for not. The first signature that is met
counts. No script is shipped: those that are published come without a licence.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from deidpipe.dicom.dictionary import keyword_of, tag_of
from deidpipe.errors import ProfileError
from deidpipe.pixels.detectors.device_rules import (
    Area,
    Asked,
    Both,
    Condition,
    DeviceRule,
    DeviceRules,
    Either,
    How,
    Not,
)

_SECTION = re.compile(r"([^{}()]*)(?:\{((?:[^{}\"]|\"[^\"]*\")*)\}|\(([^(){}]*)\))")
_TOKEN = re.compile(
    r"\s*(?:(?P<sign>[*+!()])|(?P<name>\[?\w+(?:,\s*\w+)?\]?)\s*\.\s*(?P<method>\w+)\s*\(\s*\"(?P<text>[^\"]*)\"\s*\)"
    r"|(?P<word>true|false)\.?)"
)
_METHODS = {
    "equals": How.EQUALS,
    "contains": How.CONTAINS,
    "startsWith": How.BEGINS,
    "endsWith": How.ENDS,
    "matches": How.MATCHES,
    "isLessThan": How.BELOW,
    "isGreaterThan": How.ABOVE,
}
_ANY_CASE = "IgnoreCase"


class _Token(NamedTuple):
    sign: str
    condition: Condition | None = None


def read_ctp_script(text: str, file: str) -> DeviceRules:
    """Return the rules of a script.

    Raises ProfileError with the line of the first thing in it that is not understood.
    """
    rules, pos = list[DeviceRule](), 0
    name, condition, areas = "", None, list[Area]()
    for found in _SECTION.finditer(text):
        if found.start() != pos:
            break
        pos, where = found.end(), f"{file}:{text.count(chr(10), 0, found.end()) + 1}"
        comment, signature, region = found.groups()
        if signature is not None:
            if condition is not None:
                rules.append(DeviceRule(name, condition, tuple(areas)))
            name = _last_line(comment) or f"section {len(rules) + 1}"
            condition, areas = _parsed(signature, where), []
        elif condition is None:
            raise ProfileError(where, "a region before any signature", "write { signature } above it")
        else:
            areas.append(_area(region, where))
    if re.search(r"[{}()]", text[pos:]):
        line = text.count("\n", 0, pos) + 1
        raise ProfileError(f"{file}:{line}", "a brace or parenthesis that is not closed", "close it")
    if condition is not None:
        rules.append(DeviceRule(name, condition, tuple(areas)))
    return DeviceRules(file, tuple(rules), first_only=True)


def _last_line(comment: str) -> str:
    lines = [line.strip() for line in comment.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def _area(region: str, where: str) -> Area:
    numbers = [part.strip() for part in region.split(",")]
    if len(numbers) != 4 or not all(map(str.isdecimal, numbers)):
        raise ProfileError(where, "a region that is not four numbers", "write (left, top, width, height)")
    left, top, width, height = map(int, numbers)
    return Area((left, top, left + width, top + height))


def _parsed(signature: str, where: str) -> Condition:
    tokens = list(_tokens(signature, where))
    condition, rest = _sum(tokens, where)
    if rest:
        raise _not_understood(where)
    return condition


def _tokens(signature: str, where: str) -> Iterator[_Token]:
    pos = 0
    while signature[pos:].strip():
        found = _TOKEN.match(signature, pos)
        if found is None:
            raise _not_understood(where)
        pos = found.end()
        if found["sign"]:
            yield _Token(found["sign"])
        elif found["word"]:
            yield _Token("", Both(()) if found["word"] == "true" else Either(()))
        else:
            yield _Token("", _asked(found["name"], found["method"], found["text"], where))


def _asked(name: str, method: str, text: str, where: str) -> Condition:
    exact = not method.endswith(_ANY_CASE)
    how = _METHODS.get(method.removesuffix(_ANY_CASE))
    digits = re.sub(r"[\[\],\s]", "", name)
    keyword = keyword_of(int(digits, 16)) if re.fullmatch(r"[0-9A-Fa-f]{8}", digits) else name
    if how is None or not keyword or tag_of(keyword) is None:
        raise _not_understood(where)
    if how is How.MATCHES:
        try:
            re.compile(text)
        except re.error:
            raise _not_understood(where) from None
    if how in (How.BELOW, How.ABOVE) and not re.fullmatch(r"[+-]?\d+(\.\d*)?", text.strip()):
        raise _not_understood(where)
    return Asked(keyword, how, text, exact_case=exact)


def _sum(tokens: list[_Token], where: str) -> tuple[Condition, list[_Token]]:
    parts, (part, tokens) = list[Condition](), _product(tokens, where)
    parts.append(part)
    while tokens and tokens[0].sign == "+":
        part, tokens = _product(tokens[1:], where)
        parts.append(part)
    return (parts[0] if len(parts) == 1 else Either(tuple(parts))), tokens


def _product(tokens: list[_Token], where: str) -> tuple[Condition, list[_Token]]:
    parts, (part, tokens) = list[Condition](), _factor(tokens, where)
    parts.append(part)
    while tokens and tokens[0].sign == "*":
        part, tokens = _factor(tokens[1:], where)
        parts.append(part)
    return (parts[0] if len(parts) == 1 else Both(tuple(parts))), tokens


def _factor(tokens: list[_Token], where: str) -> tuple[Condition, list[_Token]]:
    if not tokens:
        raise _not_understood(where)
    first, rest = tokens[0], tokens[1:]
    if first.condition is not None:
        return first.condition, rest
    if first.sign == "!":
        condition, rest = _factor(rest, where)
        return Not(condition), rest
    if first.sign == "(":
        condition, rest = _sum(rest, where)
        if rest and rest[0].sign == ")":
            return condition, rest[1:]
    raise _not_understood(where)


def _not_understood(where: str) -> ProfileError:
    return ProfileError(where, "a signature that is not understood", "see docs/pixels.md for what it may say")
