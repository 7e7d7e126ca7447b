"""The report of the gate as JUnit XML, for build servers: one test for each rule.

Decided: a rule that blocks fails, one that only could not look is skipped, with the reason; skipped is not passed.
"""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from deidpipe.verify.checks import RULES
from deidpipe.verify.coverage import RuleCoverage, State
from deidpipe.verify.finding import Finding, Severity
from deidpipe.verify.run_checks import Report

_MOST = 200  # findings told of one rule


def as_junit(report: Report) -> str:
    """Return the report as JUnit XML."""
    cases = [
        _case(each, [f for f in report.findings if f.rule == each.rule and not f.known]) for each in report.coverage
    ]
    failures = sum("<failure" in case for case in cases)
    skipped = sum("<skipped" in case for case in cases)
    head = (
        f'<testsuite name="deidpipe check" tests="{len(cases)}" failures="{failures}" errors="0" skipped="{skipped}">'
    )
    return "\n".join(
        ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", head, *cases, "</testsuite>", "</testsuites>\n"]
    )


def _case(coverage: RuleCoverage, findings: Iterable[Finding]) -> str:
    rule = RULES[coverage.rule]
    name = quoteattr(_legal(f"{rule.id} {rule.title}"))
    blocking = [each for each in findings if each.severity is Severity.BLOCK]
    others = [each for each in findings if each.severity is not Severity.BLOCK]
    inside = ""
    if blocking:
        message = quoteattr(f"{len(blocking)} findings block")
        inside += f'<failure type="{rule.id}" message={message}>{_lines(blocking)}</failure>'
    elif coverage.state in (State.NOT, State.PARTLY):
        why = "; ".join(f"{count:,} {unit}: {reason}" for (unit, reason), count in sorted(coverage.missed.items()))
        inside += f"<skipped message={quoteattr(f'{coverage.state}: {why}')}/>"
    if others:
        inside += f"<system-out>{_lines(others)}</system-out>"
    return f'<testcase classname="deidpipe.check" name={name}>{inside}</testcase>'


def _lines(findings: list[Finding]) -> str:
    lines = [f"{each.file} {each.path}: {each.what}{_count(each)}. To do: {each.fix}" for each in findings[:_MOST]]
    if len(findings) > _MOST:
        lines.append(f"and {len(findings) - _MOST:,} more")
    return escape(_legal("\n".join(lines)))


def _count(finding: Finding) -> str:
    return f" (in {finding.files:,} files)" if finding.files > 1 else ""


def _legal(text: str) -> str:
    """Return a text without characters that XML cannot have."""
    return "".join(letter if letter >= " " or letter in "\n\t" else "?" for letter in text)
