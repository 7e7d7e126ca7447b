"""Every planted leak is found, by the right rule, at the right place; and where nothing is planted nothing is found."""

import re
from pathlib import Path

import pytest

from deidpipe.verify.checks import RULES
from deidpipe.verify.finding import Severity
from tests.gate.clean import Plot, clean_ct
from tests.gate.plants import HEADER, Plant
from tests.gate.plants_around import AROUND

PLANTS = [*HEADER, *AROUND]


@pytest.mark.parametrize("plant", PLANTS, ids=[f"{plant.rule} {plant.name}" for plant in PLANTS])
def test_a_planted_leak_is_found_by_the_right_rule(plant: Plant, tmp_path: Path) -> None:
    plot = Plot()
    plant.plant(plot)
    report = plot.checked(tmp_path)
    found = {(each.rule, each.path, each.file) for each in report.findings}
    assert any(rule == plant.rule and plant.path in f"{file} {path}" for rule, path, file in found), sorted(found)


def test_a_clean_series_has_no_finding(tmp_path: Path) -> None:
    plot = Plot()
    for number in range(2, 9):
        plot.add(clean_ct(number), f"series/{number}.dcm")
    report = plot.checked(tmp_path)
    assert [(each.rule, each.path, each.what) for each in report.findings] == []
    assert report.status == 0


def test_every_rule_has_a_plant_but_the_account() -> None:
    assert {plant.rule for plant in PLANTS} == RULES.keys() - {"H-01"}


def test_there_are_many_plants_and_no_two_alike() -> None:
    names = [f"{plant.rule} {plant.name}" for plant in PLANTS]
    assert len(set(names)) == len(names) >= 120


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_told_in_its_file(rule: str) -> None:
    from deidpipe.verify.checks import MODULES

    module = next(module for module in MODULES if rule == module.RULE.id)
    told = module.__doc__ or ""
    assert told.startswith(f"{rule}: ")
    title = " ".join(told.split("\n\n")[0].split()).removeprefix(f"{rule}: ").rstrip(".")
    assert title == module.RULE.title
    assert all(re.search(rf"^{part}: ", told, re.MULTILINE) for part in ("Asks", "Why", "Source", "Fix"))


def test_a_value_is_shown_only_if_asked_for(tmp_path: Path) -> None:
    plot = Plot()
    plot.data_set.OperatorsName = "Quill^Ada"
    plot.data_set.StudyDescription = "call 415-555-0134"
    report = plot.checked(tmp_path)
    assert "Quill" not in repr(report)
    assert "555" not in repr(report)
    plot.words["show_values"] = True
    shown = plot.checked(tmp_path)
    assert {each.value for each in shown.findings if each.severity is Severity.BLOCK} >= {"Quill^Ada", "415-555-0134"}
