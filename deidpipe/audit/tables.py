"""Where the audit of a run lies, and the columns of its tables."""

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from deidpipe.errors import UsageError

FOLDER: Final = "_deidpipe"  # below public/
FILE_SET: Final = "file-set"  # beside public/, where the input had a DICOMDIR
MANIFEST: Final = "manifest.json"
FORMAT: Final = 1  # of the tables and the canonical bytes; a change of either makes it 2

TABLES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "decisions": {
            "decision_id": "BIGINT",
            "path": "VARCHAR",
            "vr": "VARCHAR",
            "action": "VARCHAR",
            "method": "VARCHAR",
            "outcome": "VARCHAR",
            "rule": "VARCHAR",
            "source": "VARCHAR",
            "why": "VARCHAR",
        },
        "plans": {"plan_id": "BIGINT", "position": "BIGINT", "decision_id": "BIGINT"},
        "instances": {
            "instance_id": "BIGINT",
            "outcome": "VARCHAR",
            "file": "VARCHAR",
            "reason": "VARCHAR",
            "sop_instance_uid": "VARCHAR",
            "differences": "VARCHAR",
            "size": "BIGINT",
            "head_digest": "VARCHAR",
            "head_size": "BIGINT",
            "plan_id": "BIGINT",  # 0: no plan, the file was not released
            "chain": "VARCHAR",
        },
    }
)


def audit_folder(run_folder: str) -> str:
    """Return the folder of a finished audit, given OUT, OUT/public or that folder itself.

    Raises UsageError if there is none. The manifest is written last, so without it the audit is not whole.
    """
    for below in (os.path.join("public", FOLDER), FOLDER, ""):
        folder = os.path.abspath(os.path.join(run_folder, below))
        if os.path.isfile(os.path.join(folder, MANIFEST)):
            return folder
    raise UsageError(
        run_folder,
        f"holds no finished audit (public/{FOLDER}/{MANIFEST})",
        "give the OUT folder of a run that has ended",
    )


def require_no_audit(public_folder: str) -> None:
    """Raise UsageError if a finished audit is there already: it would be lost."""
    if os.path.exists(os.path.join(public_folder, FOLDER, MANIFEST)):
        raise UsageError(public_folder, "holds the audit of an earlier run", "give another OUT folder")


def in_sql(text: str) -> str:
    """Return a text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def one_path(path: str) -> str:
    """Return a path as an SQL string that stands for that file only: DuckDB would expand ``*``, ``?`` and ``[``."""
    return in_sql("".join(f"[{sign}]" if sign in "*?[" else sign for sign in path))
