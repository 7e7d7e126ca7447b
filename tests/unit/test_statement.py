"""The conformance statement says what PS3.15 E.1.3 asks for, and nothing that was not done."""

import re
from html.parser import HTMLParser

import pytest

from deidpipe.profile.load import load_profile
from deidpipe.profile.model import Profile, SiteRule, Tag
from deidpipe.profile.shipped import names
from deidpipe.report.document import Document, Fold, Section, Table, as_html, as_markdown
from deidpipe.report.statement import Ran, statement
from deidpipe.standard.actions import Action
from deidpipe.standard.options import OPTIONS, Option
from deidpipe.standard.table import rows

RAN = Ran(
    "0123456789abcdef", {"inputs": 3, "released": 2}, {"site-rule": 1}, [("PT", "SUV", 2, "PatientWeight removed")]
)


class Page(HTMLParser):
    """Whatever an HTML page would fetch, and the elements that are not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", names())
def test_the_page_is_whole_and_needs_nothing_else(name: str) -> None:
    text = as_html(statement(load_profile(name), RAN))
    page = Page(text)
    assert (page.fetched, page.open) == ([], [])
    assert "http" not in text


@pytest.mark.parametrize("name", names())
def test_the_same_run_gives_the_same_text(name: str) -> None:
    once, again = (as_markdown(statement(load_profile(name), RAN)) for _ in range(2))
    assert once == again


@pytest.mark.parametrize("name", names())
def test_every_attribute_of_the_table_is_told_once(name: str) -> None:
    document = statement(load_profile(name), RAN)
    (section,) = (each for each in document.sections if each.title == "What is removed, replaced and kept")
    told = [word for part in section.parts if isinstance(part, Fold) for word in part.words]
    assert sorted(told) == sorted(row.keyword or row.name for row in rows())


def test_only_the_options_of_the_profile_are_claimed() -> None:
    options = frozenset({Option.RETAIN_UIDS, Option.RETAIN_FULL_DATES})
    document = statement(Profile("trial", options=options), RAN)
    (section,) = (each for each in document.sections if each.title == "Profile and Options")
    (codes,) = (part for part in section.parts if isinstance(part, Table))
    assert [row[0] for row in codes.rows] == ["113100", "113106", "113110"]
    unclaimed = section.parts[-1]
    assert isinstance(unclaimed, str)
    assert all((OPTIONS[option].title in unclaimed) is (option not in options) for option in Option)


def test_without_pixel_options_it_says_that_nobody_looked_at_pixels() -> None:
    assert "Pixel Data were neither looked at nor changed" in as_markdown(statement(load_profile("basic"), RAN))


def test_what_research_lacks_is_told() -> None:
    assert "| PT | SUV | 2 | PatientWeight removed |" in as_markdown(statement(Profile("trial"), RAN))


def test_words_of_a_profile_cannot_break_out_of_the_page() -> None:
    rule = SiteRule(Tag(0x00200010), Action.KEEP, "<script>x</script> a | b\n# c", "trial.yaml:1")
    document = statement(Profile("trial", rules=(rule,)), RAN)
    assert "<script" not in as_html(document)
    markdown = as_markdown(document)
    assert "<script" not in markdown
    assert re.search(r"^\| StudyID \| K \| &lt;script>x&lt;/script> a \\\| b # c \|$", markdown, re.MULTILINE)


def test_a_document_in_markdown() -> None:
    document = Document("T", "lead", (Section("S", ("words", Table(("a", "b"), [("1", "2")]), Fold("F", ("x", "y")))),))
    expected = "# T\n\nlead\n\n## S\n\nwords\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n**F**\n\nx, y\n"
    assert as_markdown(document) == expected
