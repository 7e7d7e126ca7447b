"""The floors of the house: format, lint, types, length of files, and imports that point down."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "deidpipe"
OURS = ("deidpipe", "tests", "tools", "bench", "training")
LONGEST = 400  # lines

# A room may import from the floors below its own, and from itself.
FLOORS = {
    "errors": 1,
    "standard": 3,
    "dicom": 3,
    "identity": 4,
    "text": 4,
    "audit": 4,
    "profile": 5,
    "plan": 6,
    "actions": 7,
    "pixels": 7,
    "verify": 7,
    "run": 8,
    "report": 8,
    "synth": 8,
    "cli": 9,
}
FACE = ("__init__.py", "__main__.py")  # of the whole house: they may import from every room


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "format", "--check", *OURS),
        ("ruff", "check", *OURS),
        ("mypy",),
    ],
    ids=" ".join,
)
def test_the_tools_find_nothing(command: tuple[str, ...]) -> None:
    told = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


def test_no_file_is_too_long() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for folder in OURS
        for path in (ROOT / folder).rglob("*.py")
    }
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


def test_every_room_is_on_a_floor() -> None:
    rooms = {room_of(path) for path in PACKAGE.rglob("*.py") if not is_face(path)}
    assert rooms <= FLOORS.keys()


def test_imports_point_down() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if not is_face(path)
        for name in upward(path.read_text(encoding="utf-8"), path)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("room", "source", "found"),
    [
        ("plan", "from deidpipe.errors import DeidError", []),
        ("plan", "from deidpipe.plan.decide import decide", []),
        ("plan", "import deidpipe.run.batch", ["deidpipe.run.batch"]),
        ("plan", "from deidpipe.run.batch import run", ["deidpipe.run.batch.run"]),
        ("plan", "from deidpipe import cli", ["deidpipe.cli"]),
        ("audit", "def late():\n    from deidpipe.profile import load", ["deidpipe.profile.load"]),
        ("identity", "from deidpipe.text.spans import Span", ["deidpipe.text.spans.Span"]),
        ("identity", "from deidpipe.standard.table import TABLE", []),
        ("plan", "from ..run import batch", ["deidpipe.run.batch"]),
        ("plan", "from . import compound", []),
        ("audit", "from deidpipe import __version__", []),
        ("audit", "from deidpipe import deidentify", ["deidpipe.deidentify"]),
        ("dicom", "import pydicom", []),
    ],
)
def test_an_import_that_points_up_or_sideways_is_found(room: str, source: str, found: list[str]) -> None:
    assert list(upward(source, PACKAGE / room / "module.py")) == found


def upward(source: str, path: Path) -> Iterator[str]:
    """Yield the names that a module imports from a floor that is not below its own, or from the face."""
    room = room_of(path)
    for name in imported(ast.parse(source), path):
        parts = name.split(".")
        if parts[0] != "deidpipe" or name == "deidpipe.__version__":
            continue
        other = parts[1] if len(parts) > 1 else ""
        if other != room and FLOORS.get(other, 99) >= FLOORS.get(room, 0):
            yield name


def imported(tree: ast.Module, path: Path) -> Iterator[str]:
    """Yield the full name of everything that a module imports, wherever in it."""
    package = ("deidpipe", *path.relative_to(PACKAGE).parent.parts)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = [*above, *([node.module] if node.module else [])]
            yield from (".".join([*base, alias.name]) for alias in node.names)


def room_of(path: Path) -> str:
    """Return the name of the room that a module of the package belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def is_face(path: Path) -> bool:
    """Tell whether a module is the face of the whole package."""
    return path.parent == PACKAGE and path.name in FACE
