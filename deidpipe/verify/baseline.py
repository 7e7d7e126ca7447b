"""Findings that are known: the JSON of an earlier report, whose findings do not count again for the same files."""

import json
import os
from typing import Any

from deidpipe.errors import UsageError
from deidpipe.verify.ledger import Baseline


def read_baseline(path: str) -> Baseline:
    """Return the baseline that a JSON report of the gate is.

    Raises UsageError if the file is no such report.
    """
    where = os.path.basename(path)
    try:
        with open(path, encoding="utf-8") as file:
            told: Any = json.load(file)
        names: list[str] = told["files"]
        known: dict[str, set[str]] = {}
        for finding in told["findings"]:
            known.setdefault(finding["fingerprint"], set()).update(names[number] for number in finding["in"])
        return Baseline(bytes.fromhex(told["salt"]), known)
    except OSError as error:
        raise UsageError(where, f"cannot be read ({error.strerror})", "give a report written with --json") from None
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise UsageError(where, "is no JSON report of deidpipe check", "give a report written with --json") from None
