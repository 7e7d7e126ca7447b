"""H-01: the 18 identifiers of HIPAA Safe Harbor, each with what was checked and what was found.

Asks: for each of (A) to (R) which rules looked, which could not, and how many findings they have.
Why: reviewers ask for the list; this is the account, and no legal advice. Safe Harbor also asks that nobody knows the
rest to identify somebody, 164.514(b)(2)(ii): no program can tell that.
Source: 45 CFR 164.514(b)(2)(i).
Fix: see the rules that have findings.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from deidpipe.verify.finding import Finding, Rule, Severity
from deidpipe.verify.hipaa import IDENTIFIERS

RULE = Rule(
    "H-01",
    Severity.INFORM,
    "the 18 identifiers of HIPAA Safe Harbor, each with what was checked and what was found",
    "45 CFR 164.514(b)(2)(i)",
    "see the rules that have findings",
)


class Row(NamedTuple):
    """One identifier: rules that looked everywhere, rules that could not, and findings that block or warn."""

    letter: str
    what: str
    checked: tuple[str, ...]
    not_checked: tuple[str, ...]
    blocking: int
    warnings: int


def rows(findings: Iterable[Finding], is_whole: Mapping[str, bool]) -> tuple[Row, ...]:
    """Return the account of the 18 identifiers; ``is_whole`` tells of each rule whether it looked at all that there
    was.
    """
    told = list(findings)
    made = []
    for letter, what, rules in IDENTIFIERS:
        mine = [each for each in told if each.hipaa == letter]
        made.append(
            Row(
                letter,
                what,
                tuple(rule for rule in rules if is_whole.get(rule, False)),
                tuple(rule for rule in rules if not is_whole.get(rule, False)),
                sum(each.severity is Severity.BLOCK for each in mine),
                sum(each.severity is Severity.WARN for each in mine),
            )
        )
    return tuple(made)
