"""The report of the gate as SARIF 2.1.0, for code hosts and editors that show findings at files.

Source: OASIS SARIF 2.1.0.
"""

import json
from urllib.parse import quote

from deidpipe import __version__
from deidpipe.verify.checks import RULES
from deidpipe.verify.finding import Finding, Severity
from deidpipe.verify.run_checks import Report

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVEL = {Severity.BLOCK: "error", Severity.WARN: "warning", Severity.INFORM: "note"}
_MOST_FILES = 100  # locations of one result; the JSON report has all


def as_sarif(report: Report) -> str:
    """Return the report as SARIF."""
    order = list(RULES)
    rules = [
        {
            "id": rule.id,
            "shortDescription": {"text": rule.title},
            "help": {"text": f"{rule.fix} ({rule.source})"},
            "defaultConfiguration": {"level": _LEVEL[rule.severity]},
        }
        for rule in RULES.values()
    ]
    notes = [
        {"level": "warning" if each.missed else "note", "message": {"text": f"{each.rule}: {each.state}"}}
        for each in report.coverage
    ]
    run = {
        "tool": {"driver": {"name": "deidpipe check", "version": __version__, "rules": rules}},
        "results": [_result(each, order) for each in report.findings],
        "invocations": [
            {"executionSuccessful": True, "exitCode": report.status, "toolExecutionNotifications": notes},
        ],
        "columnKind": "unicodeCodePoints",
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)


def _result(finding: Finding, order: list[str]) -> dict[str, object]:
    where = f"{finding.path}: " if finding.path else ""
    more = f" (in {finding.files:,} files)" if finding.files > 1 else ""
    files = [name for name in (finding.file, *finding.others) if name][:_MOST_FILES]
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "ruleIndex": order.index(finding.rule),
        "level": _LEVEL[finding.severity],
        "message": {"text": f"{where}{finding.what}{more}. To do: {finding.fix}."},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": quote(name)}},
                "logicalLocations": [{"fullyQualifiedName": finding.path or "file"}],
            }
            for name in files
        ],
        "partialFingerprints": {"deidpipe/v1": finding.fingerprint},
        "properties": {"class": finding.kind, "hipaa": finding.hipaa, "vr": finding.vr, "files": finding.files},
    }
    if finding.known:
        result["suppressions"] = [{"kind": "external", "justification": "in the baseline"}]
    return result
