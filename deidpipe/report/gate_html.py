"""The report of the gate as one HTML page that needs nothing else: no network, no other file. Search is a few
lines of script.
"""

from html import escape

from deidpipe.report.gate_page import SCRIPT, STYLE
from deidpipe.verify.checks import RULES
from deidpipe.verify.coverage import RuleCoverage, State
from deidpipe.verify.finding import Finding, Severity
from deidpipe.verify.run_checks import Report

_MOST_FILES = 50  # named at one finding; the JSON report has all
_STATE_CLASS = {State.CLEAN: "clean", State.FOUND: "found", State.PARTLY: "partly", State.NOT: "not"}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def as_html(report: Report) -> str:
    """Return the report as one page."""
    verdict = "bad" if report.status == 1 else "doubt" if report.status else "good"
    parts = [
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>The gate: {escape(report.verdict)}</title><style>{STYLE}</style></head><body>",
        f'<header class="{verdict}"><h1>{escape(report.verdict)}</h1>{_summary(report)}</header>',
        '<nav><label>Search <input id="search" type="search" placeholder="rule, Attribute, file, words"></label>'
        '<label><input id="blocking" type="checkbox"> only what blocks</label><span id="shown"></span></nav>',
        "<main><h2>Findings</h2>",
        *[_rule(rule, [each for each in report.findings if each.rule == rule]) for rule in RULES],
        "" if report.findings else "<p>None.</p>",
        f"<h2>What was looked at</h2>{_coverage(report)}",
        f"<h2>The 18 identifiers of HIPAA Safe Harbor</h2>{_hipaa(report)}",
        f"</main><script>{SCRIPT}</script></body></html>\n",
    ]
    return "\n".join(part for part in parts if part)


def _summary(report: Report) -> str:
    counts = " · ".join(f"<b>{count:,}</b> {escape(name)}" for name, count in report.counts.items() if count)
    by = {
        severity: sum(each.severity is severity and not each.known for each in report.findings) for severity in Severity
    }
    told = f"<b>{by[Severity.BLOCK]:,}</b> block · <b>{by[Severity.WARN]:,}</b> warn"
    known = sum(each.known for each in report.findings)
    profile = f"profile {escape(report.profile)}" if report.profile else "no profile: held to what each Instance claims"
    more = "".join(f"<p>{escape(each)}</p>" for each in report.could_not)
    return f"<p>{told}{f' · {known:,} in the baseline' if known else ''} · {profile}</p><p>{counts}</p>{more}"


def _rule(rule: str, findings: list[Finding]) -> str:
    if not findings:
        return ""
    gravest = "block" if any(each.severity is Severity.BLOCK and not each.known for each in findings) else "warn"
    facts = RULES[rule]
    rows = "".join(map(_finding, findings))
    return (
        f'<details class="rule {gravest}" {"open" if gravest == "block" else ""}><summary><b>{rule}</b> '
        f"{escape(facts.title)} "
        f'<span class="count">{len(findings):,}</span></summary><p class="fix">To do: {escape(facts.fix)}. '
        f'<span class="source">{escape(facts.source)}</span></p><table><thead><tr><th></th><th>where</th><th>what</th>'
        f"<th>evidence</th><th>files</th></tr></thead><tbody>{rows}</tbody></table></details>"
    )


def _finding(finding: Finding) -> str:
    evidence = ""
    if finding.value is not None:
        evidence = f"<code>{escape(finding.value)}</code>"
    elif finding.evidence:
        length = f"{finding.evidence.length} characters"
        evidence = (
            f"<code>{escape(finding.evidence.context)}</code><br><small>{length}, {finding.evidence.digest}</small>"
        )
    letter = f' <span class="letter" title="45 CFR 164.514(b)(2)(i)">{finding.hipaa}</span>' if finding.hipaa else ""
    files = escape(finding.file) or "the collection"
    if finding.others:
        listed = "<br>".join(map(escape, finding.others[:_MOST_FILES]))
        rest = len(finding.others) - _MOST_FILES
        more = f"<br>and {rest:,} more" if rest > 0 else ""
        files += f"<details><summary>and {len(finding.others):,} more</summary>{listed}{more}</details>"
    known = " (in the baseline)" if finding.known else ""
    kind = f" <small>{escape(finding.vr)}</small>" if finding.vr else ""
    return (
        f'<tr class="finding {finding.severity}"><td><span class="mark">{finding.severity}</span></td>'
        f"<td>{escape(finding.path) or 'the file'}{kind}</td><td>{escape(finding.what)}{letter}{known}</td>"
        f"<td>{evidence}</td><td>{files}</td></tr>"
    )


def _coverage(report: Report) -> str:
    rows = "".join(map(_covered, report.coverage))
    heads = "<tr><th>rule</th><th></th><th>looked at</th><th>not looked at</th></tr>"
    return f'<table class="coverage"><thead>{heads}</thead><tbody>{rows}</tbody></table>'


def _covered(each: RuleCoverage) -> str:
    looked = ", ".join(f"{count:,} {escape(unit)}" for unit, count in each.looked.items())
    missed = "<br>".join(f"{count:,} {escape(unit)}: {escape(reason)}" for (unit, reason), count in each.missed.items())
    return (
        f'<tr class="{_STATE_CLASS[each.state]}"><td><b>{each.rule}</b> {escape(RULES[each.rule].title)}</td>'
        f'<td><span class="mark">{each.state}</span></td><td>{looked}</td><td>{missed}</td></tr>'
    )


def _hipaa(report: Report) -> str:
    rows = "".join(
        f"<tr><td>({row.letter}) {escape(row.what)}</td><td>{', '.join(row.checked) or 'none'}</td>"
        f"<td>{', '.join(row.not_checked) or ''}</td>"
        f'<td class="{"found" if row.blocking else ""}">{row.blocking:,} block, {row.warnings:,} warn</td></tr>'
        for row in report.hipaa
    )
    heads = "<tr><th>identifier</th><th>rules that looked at all</th><th>only partly or not</th><th>findings</th></tr>"
    return f"<p>An account, and no legal advice.</p><table><thead>{heads}</thead><tbody>{rows}</tbody></table>"
