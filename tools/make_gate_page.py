"""Make docs/gate.md: how to use the gate, and every rule as its module tells it. Run: python tools/make_gate_page.py.

What is said of a rule is the docstring of its module; a test holds that the committed page is up to date.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]

from deidpipe.verify.checks import MODULES  # noqa: E402
from deidpipe.verify.finding import Severity  # noqa: E402

PAGE = Path(__file__).parents[1] / "docs" / "gate.md"
MADE = "<!-- Made by tools/make_gate_page.py: do not edit; run make pages. -->"
SEVERITIES = {Severity.BLOCK: "blocks", Severity.WARN: "warns", Severity.INFORM: "informs"}
_LABEL = re.compile(r"^(Asks|Why|Source|Fix): ", re.MULTILINE)

HEAD = """# The gate

`deidpipe check PATH` looks at files before they are published, whoever cleaned them, or nobody. It has its own reader
and its own walk and shares nothing with the cleaner but the Standard's tables and the function that finds identity in
text; beside that function it has a second, smaller set of patterns of its own.

```
deidpipe check OUT/public --profile tcia                    held to a profile
deidpipe check upload/                                      held to what each Instance claims of itself
deidpipe check OUT --profile tcia --original IN --crosswalk OUT/private/crosswalk --report gate.html
```

Everything below PATH is looked at: Instances, members of ZIP archives, tables (CSV, TSV; XLSX with `pip install
deidpipe[tables]`), plain texts, names of files and folders. What cannot be looked into is a finding. Of the OUT
folder of a run OUT/public is looked at; OUT/file-set, where there is one, is a PATH of its own.

| option | does |
| --- | --- |
| `--profile NAME` | `tcia`, `hipaa`, `basic`, `midi-b` or a YAML file: Options, form of Patient IDs and UIDs |
| `--original IN` | compare shifts, references, conformance; hunt each identifier in every byte (X-02) |
| `--crosswalk FOLDER` | who became whom: finds the original of each Instance, and hunts the old IDs and UIDs |
| `--baseline known.json` | findings of an earlier JSON report do not count again, for the files that it names |
| `--fail-on warn` | warnings, too, make the exit status 1 |
| `--report FILE` | `.html`, `.json`, `.sarif` or `.xml` (JUnit); again for more |
| `--pixels` | ask for a look at pixels: this version has none, so the exit status is 4 where there are pixels |
| `--all-conformance` | dciodvfy on every Instance instead of one of each Series |
| `--show-values` | show what was found as it is. Such a report is as secret as the data |

| exit status | meaning |
| --- | --- |
| 0 | nothing found from `--fail-on` up |
| 1 | findings: do not publish |
| 2 | the command or the profile is wrong |
| 3 | nothing found, but the run that was checked has files in quarantine |
| 4 | a check that was asked for could not run: never a pass |
| 5 | the crosswalk does not fit |

## What a report tells

A finding has its rule, severity, file, SOP Instance UID, path, VR, class, the letter of the HIPAA identifier,
evidence and what to do. Evidence is the length of what was found, its shape (letters as x, digits as 9) and a digest
under a salt that is new for each report. Only the JSON report has the salt, because a baseline needs it: keep it
where the data are. Paths that identify are masked, and UIDs that may be old are told by their digest. The same
finding in many files is one, with a count; JSON names all files.

**Coverage.** Each report says of each rule how many Instances, elements, frames and texts it looked at, and how many
it did not, with the reason. A rule that could not look at everything is never green, and a file that cannot be read
blocks.

## In a pipeline

A GitHub workflow that shows findings at the files:

```yaml
name: gate
on: [push, pull_request]
jobs:
  gate:
    runs-on: ubuntu-latest
    permissions: {contents: read, security-events: write}
    steps:
      - uses: actions/checkout@v4
        with: {lfs: true}
      - uses: actions/setup-python@v5
        with: {python-version: "3.12"}
      - run: pip install "$DEIDPIPE[tables]"  # a wheel or a checkout of deidpipe
      - run: deidpipe check data --profile tcia --report gate.sarif --report gate.html
      - uses: github/codeql-action/upload-sarif@v3
        if: always()
        with: {sarif_file: gate.sarif}
      - uses: actions/upload-artifact@v4
        if: always()
        with: {name: gate, path: gate.html}
```

A hook for [pre-commit](https://pre-commit.com), so that nothing that blocks gets into a repository:

```yaml
repos:
  - repo: local
    hooks:
      - id: deidpipe-check
        name: deidpipe check
        language: python
        additional_dependencies: ["deidpipe[tables] @ file:///path/to/checkout"]
        entry: deidpipe check data --profile tcia
        files: ^data/
        pass_filenames: false
```

From Python:

```python
import deidpipe

report = deidpipe.check("OUT/public", "tcia", original="IN")
assert report.status == 0, report.verdict
```
"""


def page() -> str:
    """Return the whole page."""
    lines = [
        f"| [{module.RULE.id}](#{module.RULE.id.lower()}) | {module.RULE.title} | {SEVERITIES[module.RULE.severity]} |"
        for module in MODULES
    ]
    table = "\n".join(["| rule | asks | |", "| --- | --- | --- |", *lines])
    rules = "\n\n".join("\n\n".join(told(module.__doc__ or "")) for module in MODULES)
    return f"{MADE}\n\n{HEAD}\n## The rules\n\n{table}\n\n{rules}\n"


def told(docstring: str) -> Iterator[str]:
    """Yield the parts of a rule's page: heading, what it asks, and why, by which source, how to fix."""
    title, _, body = docstring.strip().partition("\n\n")
    rule, _, asks = " ".join(title.split()).partition(": ")
    yield f"### {rule}\n\n**{asks[0].upper()}{asks[1:]}**"
    parts = _LABEL.split(body.split("\n\n")[0])
    for label, text in zip(parts[1::2], parts[2::2], strict=True):
        yield f"*{label}.* {' '.join(text.split())}"
    for more in body.split("\n\n")[1:]:
        yield " ".join(more.split())


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PAGE, help="another file")
    parser.parse_args().out.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
