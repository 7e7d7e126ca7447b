"""The page of the gate is the one that the modules of the rules give."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from deidpipe.verify.checks import RULES

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    found = importlib.util.spec_from_file_location("make_gate_page", ROOT / "tools" / "make_gate_page.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    before = list(sys.path)
    try:
        found.loader.exec_module(module)
    finally:
        sys.path[:] = before
    return module


def test_the_page_is_up_to_date(maker: ModuleType) -> None:
    assert (ROOT / "docs" / "gate.md").read_text(encoding="utf-8") == maker.page(), "run make pages"


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_says_what_it_asks_why_and_how_to_fix(maker: ModuleType, rule: str) -> None:
    section = maker.page().partition(f"### {rule}\n")[2].partition("\n### ")[0]
    assert all(f"*{label}.* " in section for label in ("Asks", "Why", "Source", "Fix"))
