"""What is released is as valid as what came in: two validators say nothing that they did not say before.

dciodvfy is in Debian's dicom3tools; dicom-validator is given the tables of highdicom (`second_validator.py`).
"""

import logging
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest

from deidpipe.profile import shipped
from deidpipe.profile.load import load_profile
from deidpipe.profile.words import in_words
from tests.end_to_end.canary_run import run
from tests.shared import csv_rows, shared_folder

pytestmark = [pytest.mark.xdist_group("valid output"), pytest.mark.filterwarnings("ignore")]

CORPUS = shared_folder("corpus")
MANIFEST = {row["path"]: row for row in csv_rows(CORPUS / "MANIFEST.csv")}
ALL_CASES: Mapping[str, str] = {
    # What the Standard itself brings about.
    "ReferencedSeriesSequence present but Instance does not reference Instances "
    "- attribute <ReferencedSeriesSequence>": (
        "Source Image Sequence (0008,2112) is X/Z/U* and goes where PS3.3 does not require it, while the list of all "
        "references (0008,1115) is not in the Table; it holds new UIDs only"
    ),
    "Missing attribute Type 2C Conditional Element=<ResponsiblePerson> Module=<Patient>": (
        "X in the Table, 2C for animals in PS3.3: the condition is not evaluated, and a person's name is better gone"
    ),
    "Missing attribute Type 2C Conditional Element=<ResponsibleOrganization> Module=<Patient>": "likewise",
}
SECOND_CASES: Mapping[str, str] = {
    **dict.fromkeys(
        [
            "TagUnexpected DeidentificationMethod",
            "TagUnexpected DeidentificationMethodCodeSequence",
            "TagUnexpected PatientIdentityRemoved",
        ],
        "PS3.15 E.1.1 wants them in every Instance, and a Hanging Protocol has no Patient Module",
    ),
    "TagMissing ContentSequence/ContinuityOfContent": (
        "a CONTAINER needs it, which the tables do not say; the dummy Item that takes its place is a TEXT"
    ),
}
MADE_FOR = {  # deny-by-default says of itself that other kinds of Instances come out sparse
    "deny-by-default": ("CT Image Storage", "MR Image Storage", "Positron Emission Tomography Image Storage"),
}
_VALUE = re.compile(r"<[^<>]*[0-9. ][^<>]*>|\b\d[\d.]{9,}|(?<=InstanceUID )[\d.]+")


class Released(NamedTuple):
    """What one profile made of the corpus."""

    profile: str
    files: Mapping[str, Path]  # input -> what came out


@pytest.fixture(scope="module", params=shipped.names())
def released(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Released]:
    out = tmp_path_factory.mktemp(request.param) / "out"
    rows = run(CORPUS, out, "--profile", request.param)
    kinds = MADE_FOR.get(request.param)
    files = {
        name: out / "public" / row["released_as"]
        for name, row in rows.items()
        if row["outcome"] == "released" and (kinds is None or MANIFEST[name]["sop_class"] in kinds)
    }
    assert len(files) > (100 if kinds else 250)
    yield Released(request.param, files)
    shutil.rmtree(out)


def must_be_there(found: object, told: str) -> None:
    """Skip a test that needs a program or package that is not there, but never in CI, where it fails."""
    if not found:
        assert os.environ.get("CI") != "true", told
        pytest.skip(told)


def new_errors(
    files: Mapping[str, Path], before: Callable[[Path], frozenset[str]], after: Callable[[Path], frozenset[str]]
) -> dict[str, frozenset[str]]:
    """Return by input what is said of what came out, and was not said of what went in."""
    with ThreadPoolExecutor(4) as workers:
        then = workers.map(lambda name: before(CORPUS / name), files)
        now = workers.map(after, files.values())
        return {name: late - early for name, early, late in zip(files, then, now, strict=True)}


def test_dciodvfy_finds_no_error_that_was_not_there_before(released: Released) -> None:
    must_be_there(shutil.which("dciodvfy"), "dciodvfy is not installed (Debian: dicom3tools)")
    new = new_errors(released.files, errors_of, errors)
    profile = load_profile(released.profile)
    keeps_sources = any(in_words(rule.selector) == "SourceImageSequence" for rule in profile.rules)
    known = {
        case: why for case, why in ALL_CASES.items() if not (keeps_sources and case.startswith("ReferencedSeries"))
    }
    assert [f"{name}: {told}" for name, each in new.items() for told in sorted(each) if told not in known] == []
    if released.profile not in MADE_FOR:
        met = {told for each in new.values() for told in each}
        assert known.keys() <= met, "a case that no file shows any more: take it out of the table"


def test_dicom_validator_finds_no_error_that_was_not_there_before(
    released: Released, monkeypatch: pytest.MonkeyPatch
) -> None:
    must_be_there(
        find_spec("dicom_validator") and find_spec("highdicom"),
        "dicom-validator or highdicom is not installed (pip install '.[dev]')",
    )
    from tests.conformance.second_validator import errors_found

    monkeypatch.setattr(logging.getLogger("pydicom"), "disabled", True)
    wanted = MANIFEST.keys() if released.profile == "basic" else one_of_each()
    files = {name: path for name, path in released.files.items() if name in wanted}
    new = {name: errors_found(path) - errors_before(CORPUS / name) for name, path in files.items()}
    assert sum(map(len, map(errors_before, (CORPUS / name for name in files)))) > 100, "it does look"
    assert [f"{name}: {told}" for name, each in new.items() for told in sorted(each) if told not in SECOND_CASES] == []
    if released.profile == "basic":
        assert {told for each in new.values() for told in each} == SECOND_CASES.keys()


@cache
def one_of_each() -> frozenset[str]:
    """Return a file of each kind, sender and encoding: where the Basic Profile has all, others need no more."""
    facts = ("sop_class", "manufacturer", "model", "transfer_syntax")
    first = {(path.split("/")[0], *(row[fact] for fact in facts)): path for path, row in reversed(MANIFEST.items())}
    return frozenset(first.values())


@cache
def errors_of(path: Path) -> frozenset[str]:
    """Return the errors of an input file, which every profile needs."""
    return errors(path)


@cache
def errors_before(path: Path) -> frozenset[str]:
    """Return what the second validator says of an input file."""
    from tests.conformance.second_validator import errors_found

    return errors_found(path)


def errors(path: Path) -> frozenset[str]:
    """Return what dciodvfy calls an error, without the values that it quotes."""
    told = subprocess.run(["dciodvfy", str(path)], capture_output=True, check=False, timeout=60)
    lines = (told.stderr + told.stdout).decode("latin-1").splitlines()
    return frozenset(kind_of(line.removeprefix("Error - ")) for line in lines if line.startswith("Error"))


def kind_of(message: str) -> str:
    """Return a message without values and UIDs: <0095.07.24> becomes <>."""
    return _VALUE.sub("<>", message)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Missing attribute Type 1 Element=<Rows> Module=<ImagePixel>",) * 2,
        ("DA [1] = <0095.07.24> - Character invalid", "DA [1] = <> - Character invalid"),
        ("has same value as FrameOfReferenceUID 1.2.826.0.1.99", "has same value as FrameOfReferenceUID <>"),
    ],
)
def test_messages_are_compared_without_values(message: str, kind: str) -> None:
    assert kind_of(message) == kind
