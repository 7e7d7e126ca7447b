"""The expressions of CTP's DICOM anonymizer: text, and calls such as ``@if(this,isblank){@remove()}{@keep()}``.

A backslash makes the next character text. Arguments stay as written, but for ``unquoted``; the clauses of @if, @select
and @append are expressions themselves. @if without its second clause means the empty text there, as it does in CTP.
"""

import re
from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

CLAUSES: Mapping[str, int] = MappingProxyType({"append": 1, "if": 2, "select": 2})
_DEEPEST = 16
_CLOSES = {"(": ")", "{": "}"}


class ExpressionError(Exception):
    """Text that CTP could not read either; it says what is wrong with it."""


class Text(NamedTuple):
    """Literal text."""

    text: str


class Call(NamedTuple):
    """A call of a function."""

    name: str
    arguments: tuple[str, ...]
    clauses: tuple["Expression", ...] = ()

    def argument(self, position: int) -> str:
        """Return an argument without its quotes, empty if there is none."""
        return unquoted(self.arguments[position]) if position < len(self.arguments) else ""


Part: TypeAlias = Text | Call
Expression: TypeAlias = tuple[Part, ...]


def parse(text: str, depth: int = 0) -> Expression:
    """Return the parts of an expression, in order.

    Raises ExpressionError if a call does not end, or is nested too deep.
    """
    if depth > _DEEPEST:
        raise ExpressionError("it is nested too deep")
    parts: list[Part] = []
    literal: list[str] = []
    at = 0
    while at < len(text):
        if text[at] == "\\":
            literal.append(text[at + 1 : at + 2])
            at += 2
        elif text[at] == "@":
            if literal:
                parts.append(Text("".join(literal)))
                literal = []
            call, at = _call(text, at + 1, depth)
            parts.append(call)
        else:
            literal.append(text[at])
            at += 1
    if literal:
        parts.append(Text("".join(literal)))
    return tuple(parts)


def unquoted(argument: str) -> str:
    """Return an argument without the quotes around it."""
    bare = argument.strip()
    return bare[1:-1] if len(bare) > 1 and bare[0] == bare[-1] == '"' else bare


def _call(text: str, start: int, depth: int) -> tuple[Call, int]:
    opening = text.find("(", start)
    if opening < 0:
        raise ExpressionError("an @ without a function")
    name = re.sub(r"\s", "", text[start:opening])
    closing, commas = _end(text, opening)
    bounds = [opening, *commas, closing]
    arguments = [text[first + 1 : after].strip() for first, after in pairwise(bounds)]
    at = closing + 1
    clauses: list[Expression] = []
    for _ in range(CLAUSES.get(name, 0)):
        clause = _next_clause(text, at)
        if clause is None:
            break
        clauses.append(parse(text[clause[0] + 1 : clause[1]], depth + 1))
        at = clause[1] + 1
    missing = CLAUSES.get(name, 0) - len(clauses)
    if missing and (not clauses or text[at:].strip()):
        raise ExpressionError(f"@{name} without its {{ }}")
    clauses += [()] * missing
    return Call(name, () if arguments == [""] else tuple(arguments), tuple(clauses)), at


def _next_clause(text: str, at: int) -> tuple[int, int] | None:
    opening = len(text) - len(text[at:].lstrip())
    return (opening, _end(text, opening)[0]) if text[opening : opening + 1] == "{" else None


def _end(text: str, opening: int) -> tuple[int, list[int]]:
    """Return where what opens there closes, and the commas in it that are in no call or quotes of their own."""
    opens, closes = text[opening], _CLOSES[text[opening]]
    depth, brackets, quoted = 1, 0, False
    commas: list[int] = []
    at = opening + 1
    while at < len(text):
        letter = text[at]
        if letter == "\\":
            at += 1
        elif letter == '"':
            quoted = not quoted
        elif not quoted:
            brackets += (letter == "[") - (letter == "]")
            depth += (letter == opens) - (letter == closes and not brackets)
            if not depth:
                return at, commas
            if letter == "," and depth == 1 and not brackets:
                commas.append(at)
        at += 1
    raise ExpressionError(f"a {opens} that is not closed")
