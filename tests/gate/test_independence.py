"""The gate shares nothing with the cleaner: it may be wrong, but not for the same reason."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "deidpipe"
ALLOWED = ("deidpipe.standard", "deidpipe.text", "deidpipe.errors", "deidpipe.verify")
PROFILE = {"deidpipe.profile.model", "deidpipe.profile.load"}  # what a profile asks for, as data; not how it is done


def test_the_gate_imports_nothing_of_the_cleaner() -> None:
    strangers = set()
    for path in (PACKAGE / "verify").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            strangers |= {name for name in names if name.startswith("deidpipe") and not name.startswith(ALLOWED)}
    assert strangers <= PROFILE


def test_the_cleaner_imports_nothing_of_the_gate() -> None:
    rooms = ("dicom", "identity", "profile", "plan", "actions", "run", "audit", "text", "standard")
    files = [path for room in rooms for path in (PACKAGE / room).rglob("*.py")]
    assert [path.name for path in files if "deidpipe.verify" in path.read_text(encoding="utf-8")] == []
