"""The pages of the shipped profiles are those that the profiles and the Table give."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from deidpipe.profile.shipped import names
from deidpipe.standard.table import rows

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "profiles"


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    found = importlib.util.spec_from_file_location("make_profile_pages", ROOT / "tools" / "make_profile_pages.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    before = list(sys.path)
    try:
        found.loader.exec_module(module)
    finally:
        sys.path[:] = before
    return module


def test_there_is_a_page_for_each_profile_and_no_other() -> None:
    assert {path.name for path in PAGES.iterdir()} == {"README.md", *(f"{name}.md" for name in names())}


def test_the_pages_are_up_to_date(maker: ModuleType) -> None:
    old = [name for name, text in maker.pages() if (PAGES / name).read_text(encoding="utf-8") != text]
    assert old == [], "run make pages"


@pytest.mark.parametrize("name", names())
def test_a_page_has_every_row_of_the_table(name: str) -> None:
    text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    assert [row.keyword for row in rows() if row.keyword and f"{row.keyword} (" not in text] == []


def test_all_eighteen_identifiers_are_mapped(maker: ModuleType) -> None:
    assert "".join(each.letter for each in maker.IDENTIFIERS) == "ABCDEFGHIJKLMNOPQR"
    text = (PAGES / "hipaa-safe-harbor.md").read_text(encoding="utf-8")
    assert all(f"| ({each.letter}) {each.what} |" in text for each in maker.IDENTIFIERS)
