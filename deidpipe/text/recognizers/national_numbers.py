"""Numbers that a country gives to people: social security, health insurance, identity cards, tax.

Certain after a cue of theirs, or where the check digits are right and marks between the groups (or the length) leave
little to chance. Leaves alone: bare digits whose check digits are right by chance alone (a bare run of seven or more is
what the recognizer of record numbers finds).

Source: the tables in ``deidpipe/text/national``.
"""

from collections.abc import Iterator
from typing import NamedTuple

from deidpipe.text.form import count_digits, cue, cue_before, plain
from deidpipe.text.lazily import Lazily
from deidpipe.text.national.americas import AMERICAS
from deidpipe.text.national.asia_pacific import ASIA_PACIFIC
from deidpipe.text.national.europe import EUROPE
from deidpipe.text.national.number import Number
from deidpipe.text.span import Kind, Span

_FEWEST = 5  # digits that any of the numbers has
_LONG = 10  # digits from which groups with spaces are no list of measurements


class _Ready(NamedTuple):
    number: Number
    form: Lazily
    cues: Lazily | None


_NUMBERS = tuple(
    _Ready(
        number,
        Lazily(rf"(?<![0-9A-Za-z])(?<![0-9][.,/:-])(?:{number.form})(?![0-9A-Za-z]|[.,/:-][0-9])"),
        cue(number.cues) if number.cues else None,
    )
    for number in (*EUROPE, *AMERICAS, *ASIA_PACIFIC)
)


def national_numbers(text: str) -> Iterator[Span]:
    """Yield the national numbers of people in a text."""
    text = plain(text)
    if count_digits(text) < _FEWEST:
        return
    for number, form, cues in _NUMBERS:
        for match in form.finditer(text):
            at = cue_before(text, match.start(), cues) if cues else -1
            certain = True if at >= 0 else _is_certain(number, match.group())
            if certain is not None:
                yield Span(*match.span(), Kind.NATIONAL_NUMBER, "national_numbers", certain, at)


def _is_certain(number: Number, found: str) -> bool | None:
    """Tell whether a number without a cue is one: surely, perhaps (False), or not (None)."""
    compact = "".join(filter(str.isalnum, found)).upper()
    if len(set(compact)) < 3 or not number.check(compact):
        return None
    if number.alone or any(mark in found for mark in "-./+("):
        return True
    groups = {len(group) for group in found.split(" ")}
    if len(compact) >= _LONG and " " in found:
        return True
    if not compact.isdecimal() and " " in found:
        return True
    return False if len(groups) > 1 else None
