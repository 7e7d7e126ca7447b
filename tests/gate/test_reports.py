"""The forms of the report: each is what its readers expect, and none shows a value."""

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

import deidpipe
from deidpipe.report.gate_html import as_html
from deidpipe.report.gate_json import as_json
from deidpipe.report.gate_junit import as_junit
from deidpipe.report.gate_sarif import as_sarif
from deidpipe.verify.checks import RULES
from deidpipe.verify.run_checks import Report
from tests.gate.clean import Plot, clean_ct, file_of
from tests.gate.plants_around import beside

SECRETS = ("Quill", "415-555", "<b>bold")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    plot = Plot()
    plot.data_set.OperatorsName = "Quill^Ada"
    plot.data_set.StudyDescription = "<b>bold call 415-555-0134 & more"
    plot.add(clean_ct(2), "series/<2> & more.dcm")
    other = clean_ct(3)
    other.OperatorsName = "Quill^Ada"
    plot.add(other, "series/3.dcm")
    beside("letter.pdf", b"%PDF-1.4\0")(plot)  # type: ignore[operator]
    return plot.checked(tmp_path_factory.mktemp("report"))


@pytest.mark.parametrize("form", [as_json, as_sarif, as_junit, as_html])
def test_no_form_shows_a_value(form: object, report: Report) -> None:
    text = form(report)  # type: ignore[operator]
    assert [secret for secret in SECRETS if secret in text] == []
    assert "OperatorsName" in text


def test_json_has_the_fields_of_a_finding_and_all_files(report: Report) -> None:
    told = json.loads(as_json(report))
    assert told["exit_status"] == 1
    finding = next(each for each in told["findings"] if each["path"] == "OperatorsName")
    assert finding.keys() >= {
        *("rule", "severity", "file", "sop_instance_uid", "path", "vr", "class", "hipaa", "evidence", "fix"),
    }
    assert finding["evidence"].keys() == {"length", "digest", "context"}
    assert finding["evidence"]["context"] == "«xxxxx^xxx»"
    assert (finding["class"], finding["hipaa"]) == ("person", "A")
    assert [told["files"][number] for number in finding["in"]] == ["series/1.dcm", "series/3.dcm"]
    assert {each["rule"] for each in told["coverage"]} == RULES.keys()
    assert [each["letter"] for each in told["hipaa"]] == list("ABCDEFGHIJKLMNOPQR")


def test_sarif_is_2_1_0_and_points_at_files(report: Report) -> None:
    told = json.loads(as_sarif(report))
    assert told["version"] == "2.1.0"
    (run,) = told["runs"]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert ids == list(RULES)
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        for location in result["locations"]:
            assert re.fullmatch(r"[\w.~/%-]+", location["physicalLocation"]["artifactLocation"]["uri"])
    assert run["invocations"][0]["exitCode"] == 1
    assert "salt" not in json.dumps(told)


def test_junit_has_a_test_for_each_rule(report: Report) -> None:
    suite = ElementTree.fromstring(as_junit(report))[0]
    cases = {case.attrib["name"][:4]: case for case in suite}
    assert cases.keys() == RULES.keys()
    assert cases["P-03"].find("failure") is not None
    assert cases["X-02"].find("skipped") is not None
    assert list(cases["D-01"]) == []
    assert int(suite.attrib["failures"]) == sum(case.find("failure") is not None for case in cases.values())


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]


def test_the_page_needs_nothing_else(report: Report) -> None:
    page = _Page()
    text = as_html(report)
    page.feed(text)
    assert page.links == []
    assert not re.search(r"url\(|@import|fetch\(|https?://", text)
    assert page.tags.count("script") == 1
    assert "series/&lt;2&gt; &amp; more.dcm" in text or "<2>" not in text


def test_the_page_tells_verdict_coverage_and_the_eighteen(report: Report) -> None:
    text = as_html(report)
    assert report.verdict in text
    assert all(f"<b>{rule}</b>" in text for rule in RULES)
    assert "(Q) full face photographs" in text


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Chromium")
def test_a_browser_filters_what_is_searched_for(report: Report, tmp_path: Path) -> None:
    page = tmp_path / "gate.html"
    asks = '<script>document.getElementById("search").value = "operators"; filter();</script></body>'
    page.write_text(as_html(report).replace("</body>", asks), encoding="utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", page.as_uri()]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120).stdout
    assert '<span id="shown">1 shown</span>' in told


def test_values_are_shown_in_all_forms_if_asked_for(tmp_path: Path) -> None:
    (tmp_path / "1.dcm").write_bytes(file_of(_with_operator()))
    shown = deidpipe.check(tmp_path, show_values=True)
    assert "Quill^Ada" in as_html(shown)
    assert "Quill^Ada" in as_json(shown)


def _with_operator() -> object:
    data_set = clean_ct()
    data_set.OperatorsName = "Quill^Ada"
    return data_set
