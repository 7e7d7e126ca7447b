"""The report of the gate as one JSON object: all findings with all their files, coverage, the 18 identifiers.

It holds the salt of its digests, because a baseline needs it. Who has the report can try values against a digest: it
is to be kept where the data are, and not to be published.
"""

import json

from deidpipe import __version__
from deidpipe.verify.run_checks import Report

FORMAT = 1


def as_json(report: Report) -> str:
    """Return the report as JSON."""
    numbers: dict[str, int] = {}
    findings = []
    for finding in report.findings:
        told = finding.as_json
        del told["others"]
        told["in"] = [numbers.setdefault(name, len(numbers)) for name in (finding.file, *finding.others)]
        findings.append(told)
    whole = {
        "deidpipe": __version__,
        "format": FORMAT,
        "verdict": report.verdict,
        "exit_status": report.status,
        "path": report.path,
        "profile": report.profile,
        "counts": report.counts,
        "could_not": report.could_not,
        "findings": findings,
        "files": list(numbers),
        "coverage": [each.as_json for each in report.coverage],
        "hipaa": [row._asdict() for row in report.hipaa],
        "salt": report.salt,
    }
    return json.dumps(whole, ensure_ascii=False, default=str)
