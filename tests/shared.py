"""The Standard's own tables, which stand outside the repository."""

import csv
import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("DEIDPIPE_SHARED") or Path(__file__).resolve().parents[2] / "shared")


def shared_folder(name: str) -> Path:
    """Return a folder of SHARED. Without it the asking module is skipped, but never in CI, where it fails."""
    folder = SHARED / name
    if not folder.is_dir():
        told = f"{folder} is not there: set DEIDPIPE_SHARED to the folder with the Standard's tables"
        if os.environ.get("CI") == "true":
            raise FileNotFoundError(told)
        pytest.skip(told, allow_module_level=True)
    return folder


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
