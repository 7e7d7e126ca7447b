"""What is released is as valid as what came in: dciodvfy says nothing that it did not say before.

dciodvfy is in Debian's dicom3tools. dicom-validator is left out: it needs the DocBook of PS3.3 from the network.
"""

import re
import shutil
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest

from deidpipe.profile import shipped
from deidpipe.profile.load import load_profile
from deidpipe.profile.words import in_words
from tests.end_to_end.canary_run import run
from tests.shared import csv_rows, shared_folder

pytestmark = [
    pytest.mark.xdist_group("valid output"),
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(not shutil.which("dciodvfy"), reason="dciodvfy is not installed (Debian: dicom3tools)"),
]

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
MADE_FOR = {  # deny-by-default says of itself that other kinds of Instances come out sparse
    "deny-by-default": ("CT Image Storage", "MR Image Storage", "Positron Emission Tomography Image Storage"),
}
_VALUE = re.compile(r"<[^<>]*[0-9. ][^<>]*>|\b\d[\d.]{9,}")


@pytest.mark.parametrize("profile", shipped.names())
def test_no_error_is_there_that_was_not_there_before(profile: str, tmp_path: Path) -> None:
    source = CORPUS if profile == "basic" else one_of_each(tmp_path / "in")
    rows = run(source, tmp_path / "out", "--profile", profile)
    kinds = MADE_FOR.get(profile)
    released = {
        name: tmp_path / "out" / "public" / row["released_as"]
        for name, row in rows.items()
        if row["outcome"] == "released" and (kinds is None or MANIFEST[name]["sop_class"] in kinds)
    }
    assert len(released) > (40 if kinds else 250 if source == CORPUS else 90)
    with ThreadPoolExecutor(2) as workers:
        before = workers.map(lambda name: errors_of(CORPUS / name), released)
        after = workers.map(errors, released.values())
        new = {name: now - then for name, then, now in zip(released, before, after, strict=True)}
    keeps_sources = any(in_words(rule.selector) == "SourceImageSequence" for rule in load_profile(profile).rules)
    known = {
        case: why for case, why in ALL_CASES.items() if not (keeps_sources and case.startswith("ReferencedSeries"))
    }
    assert [f"{name}: {told}" for name, each in new.items() for told in sorted(each) if told not in known] == []
    if not kinds:
        met = {told for each in new.values() for told in each}
        assert known.keys() <= met, "a case that no file shows any more: take it out of the table"


def one_of_each(folder: Path) -> Path:
    """Make a folder with a file of each kind, sender and encoding: the Basic Profile has all, others need no more."""
    facts = ("sop_class", "manufacturer", "model", "transfer_syntax")
    first = {(path.split("/")[0], *(row[fact] for fact in facts)): path for path, row in reversed(MANIFEST.items())}
    for path in first.values():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).symlink_to(CORPUS / path)
    return folder


@cache
def errors_of(path: Path) -> frozenset[str]:
    """Return the errors of an input file, which every profile needs."""
    return errors(path)


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
