"""The report of the gate for a terminal: verdict, findings by rule, coverage. Rich fits it to the room that there
is.
"""

from typing import TYPE_CHECKING

from deidpipe.verify.checks import RULES
from deidpipe.verify.coverage import State
from deidpipe.verify.finding import Finding, Severity
from deidpipe.verify.run_checks import Report

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.table import Table

_MOST = 8  # findings told of one rule and severity; the reports have all
_COLOUR = {Severity.BLOCK: "red", Severity.WARN: "yellow", Severity.INFORM: "blue"}
_STATE = {State.CLEAN: "green", State.FOUND: "red", State.PARTLY: "yellow", State.NOT: "yellow"}


def as_text(report: Report) -> "Group":
    """Return the report as something that Rich prints."""
    from rich.console import Group
    from rich.text import Text

    counts = ", ".join(f"{count:,} {name}" for name, count in report.counts.items() if count)
    parts: list[RenderableType] = [Text(report.path, overflow="fold"), Text(counts), Text()]
    for rule in RULES:
        findings = [each for each in report.findings if each.rule == rule and not each.known]
        if findings:
            parts += [Text(f"{rule}  {RULES[rule].title}", style="bold"), _findings(findings)]
            parts += [Text(f"  To do: {RULES[rule].fix}.", style="dim"), Text()]
    known = sum(each.known for each in report.findings)
    if known:
        parts += [Text(f"{known:,} findings are in the baseline."), Text()]
    parts += [_coverage(report), Text()]
    parts += [Text(each, style="yellow") for each in report.could_not]
    colour = "red" if report.status == 1 else "yellow" if report.status else "green"
    parts.append(Text(report.verdict, style=f"bold {colour}"))
    return Group(*parts)


def _findings(findings: list[Finding]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(width=7)
    table.add_column(overflow="fold", ratio=4)
    table.add_column(overflow="fold", ratio=4)
    table.add_column(overflow="fold", ratio=3)
    for finding in findings[:_MOST]:
        shown = finding.value if finding.value is not None else finding.evidence.context if finding.evidence else ""
        where = Text(finding.path or finding.file or "the collection")
        files = f"{finding.file}{f' and {finding.files - 1:,} more' if finding.files > 1 else ''}"
        what = Text(finding.what)
        if shown:
            what.append(f"\n{shown}", style="dim")
        table.add_row(
            Text(f"  {finding.severity}", style=_COLOUR[finding.severity]), where, what, Text(files, style="dim")
        )
    if len(findings) > _MOST:
        table.add_row("", Text(f"and {len(findings) - _MOST:,} more: see --report"), "", "")
    return table


def _coverage(report: Report) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for head in ("Coverage", "", "looked at", "not looked at"):
        table.add_column(head, overflow="fold")
    for each in report.coverage:
        looked = ", ".join(f"{count:,} {unit}" for unit, count in each.looked.items())
        missed = "; ".join(f"{count:,} {unit}: {reason}" for (unit, reason), count in each.missed.items())
        table.add_row(Text(each.rule), Text(each.state, style=_STATE[each.state]), Text(looked), Text(missed))
    return table
