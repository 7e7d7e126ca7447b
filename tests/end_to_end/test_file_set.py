"""Where the input has a DICOMDIR, OUT/file-set holds what was released as a File-set, with a new DICOMDIR."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.fileset import FileSet, is_conformant_file_id

from deidpipe.cli.main import main
from deidpipe.run.file_set import link_or_copy
from tests.end_to_end.canary_run import KEY, files_of, run
from tests.shared import csv_rows, shared_folder

pytestmark = [pytest.mark.xdist_group("file-set"), pytest.mark.filterwarnings("ignore")]

CORPUS = shared_folder("corpus")
MANIFEST = {row["path"]: row for row in csv_rows(CORPUS / "MANIFEST.csv")}
TREE = CORPUS / "dicomdir" / "pydicom_tree"
DIRECTORIES = [path for path, row in MANIFEST.items() if row["sop_class"] == "Media Storage Directory Storage"]
CANNOT_BE_READ = {"dicomdir/pydicom_tree/DICOMDIR-nooffset"}  # a record is longer than the Sequence that holds it
IDENTITIES = (
    *("PatientName", "PatientID", "AccessionNumber", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"),
    *("ReferencedSOPInstanceUIDInFile", "InstitutionName", "ReferringPhysicianName", "PerformingPhysicianName"),
)
WORDS = {b"REMOVED", b"phantom", b"Unknown"}  # our dummy; patients who are called what a description says
UNLISTED = 15  # ten say no Study or Series, four have SOP Classes of their own, and there are Bulk Simple Annotations
KNOWN_ERRORS = {  # of dciodvfy, in the released Instance too
    "Missing attribute Type 1 Required Element=<ReferencedImageEvidenceSequence> Module=<SpectroscopyDirectoryRecord>",
    "Bad Sequence number of Items 0 (1-n Required by Module definition) "
    "Element=<ReasonForRequestedProcedureCodeSequence> Module=<HangingProtocolDirectoryRecord>",
    "Bad attribute Value Multiplicity Type 2 Required "
    "Element=<ReasonForRequestedProcedureCodeSequence> Module=<HangingProtocolDirectoryRecord>",
}


class Made(NamedTuple):
    out: Path
    released: Mapping[str, str]  # input -> released as

    @property
    def directory(self) -> Path:
        return self.out / "file-set" / "DICOMDIR"


def made(source: Path, out: Path, *words: str) -> Made:
    out.parent.mkdir(exist_ok=True)
    return Made(out, {name: row["released_as"] for name, row in run(source, out, *words).items() if row["released_as"]})


@pytest.fixture(scope="module", params=["basic", "tcia"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    return made(CORPUS, tmp_path_factory.mktemp(request.param) / "out", "--profile", request.param)


def test_everything_in_the_dicomdir_is_a_released_file(whole: Made) -> None:
    file_set = FileSet(whole.directory)
    listed = {Path(*instance.ReferencedFileID): instance.SOPInstanceUID for instance in file_set}
    assert len(listed) == len(file_set) == len(whole.released) - UNLISTED
    released = {(whole.out / "public" / name).stat().st_ino for name in whole.released.values()}
    for path, uid in listed.items():
        assert is_conformant_file_id(path)
        there = whole.out / "file-set" / path
        assert there.stat().st_ino in released
        assert pydicom.dcmread(there, stop_before_pixels=True).SOPInstanceUID == uid
    files = {path for path in (whole.out / "file-set").rglob("*") if path.is_file()}
    assert {path.stat().st_ino for path in files - {whole.directory}} == released
    assert len(files) == len(whole.released) + 1


def test_records_say_what_the_instances_say(whole: Made) -> None:
    for instance in FileSet(whole.directory):
        data_set = pydicom.dcmread(instance.path, stop_before_pixels=True)
        if instance.node.depth != 3:  # a Hanging Protocol: no patient, no study
            continue
        for keyword in ("PatientID", "StudyInstanceUID", "SeriesInstanceUID"):
            if data_set.get(keyword):
                assert instance[keyword].value == data_set[keyword].value, keyword
    records = pydicom.dcmread(whole.directory).DirectoryRecordSequence
    for record_type, keyword in (("PATIENT", "PatientID"), ("STUDY", "StudyInstanceUID")):
        told = [record[keyword].value for record in records if record.DirectoryRecordType == record_type]
        assert len(told) > 100
        assert len(set(told)) == len(told), f"PS3.3 F.5: one {record_type} record for each {keyword}"


def test_nothing_of_the_originals_is_in_the_dicomdir(whole: Made) -> None:
    written = whole.directory.read_bytes()
    originals = set()
    for name in [*whole.released, *(path for path in DIRECTORIES if path not in CANNOT_BE_READ)]:
        originals |= set(identities(pydicom.dcmread(CORPUS / name, force=True, stop_before_pixels=True)))
    assert len(originals) > 600
    assert sorted(original for original in originals if original in written) == []


def test_no_date_is_the_original_one(whole: Made) -> None:
    new = {instance.SOPInstanceUID: instance for instance in FileSet(whole.directory)}
    compared = 0
    for name, released_as in whole.released.items():
        before = str(pydicom.dcmread(CORPUS / name, force=True, stop_before_pixels=True).get("StudyDate") or "")
        instance = new.get(Path(released_as).stem)
        if instance is not None and instance.node.depth == 3 and before not in ("", "19000101"):
            assert str(instance["StudyDate"].value) != before, name
            compared += 1
    assert compared > 150


def identities(data_set: Dataset) -> Iterator[bytes]:
    """Yield names, IDs and UIDs; values too short to be told from others are left out."""
    for record in (data_set, *data_set.get("DirectoryRecordSequence", ())):
        for keyword in IDENTITIES:
            value = str(record.get(keyword) or "").encode("utf-8", "replace")
            if len(value) > 6 and value not in WORDS:
                yield value


@pytest.mark.skipif(not shutil.which("dciodvfy"), reason="dciodvfy is not installed (Debian: dicom3tools)")
def test_dciodvfy_finds_no_fault_that_the_instances_do_not_have(whole: Made) -> None:
    told = subprocess.run(["dciodvfy", str(whole.directory)], capture_output=True, check=False, timeout=60)
    lines = (told.stdout + told.stderr).decode("latin-1").splitlines()
    assert "BasicDirectory" in lines
    assert {line.removeprefix("Error - ") for line in lines if line.startswith("Error")} <= KNOWN_ERRORS


@pytest.mark.parametrize("name", [path for path in DIRECTORIES if path not in CANNOT_BE_READ])
def test_each_dicomdir_is_replaced(name: str, tmp_path: Path) -> None:
    shutil.copytree(TREE / "98892001", tmp_path / "in" / "98892001")
    shutil.copyfile(CORPUS / name, tmp_path / "in" / "DICOMDIR")
    out = made(tmp_path / "in", tmp_path / "out").out
    row = files_of(out)["DICOMDIR"]
    assert (row["outcome"], row["reason"]) == ("quarantined", "dicomdir")
    assert len(FileSet(out / "file-set" / "DICOMDIR")) == 7
    assert len({path.stat().st_size for path in out.rglob("DICOMDIR")}) == 2  # the one in quarantine, and ours


def test_without_a_dicomdir_or_without_instances_there_is_no_file_set(tmp_path: Path) -> None:
    assert not (made(TREE / "98892001", tmp_path / "one" / "out").out / "file-set").exists()
    (tmp_path / "in").mkdir()
    shutil.copyfile(TREE / "DICOMDIR", tmp_path / "in" / "DICOMDIR")
    out = made(tmp_path / "in", tmp_path / "out").out
    assert files_of(out)["DICOMDIR"]["reason"] == "dicomdir"
    assert not (out / "file-set").exists()


def test_workers_and_names_of_the_input_change_nothing(tmp_path: Path) -> None:
    first = made(TREE, tmp_path / "one" / "out").directory.read_bytes()
    for number, path in enumerate(sorted(path for path in TREE.rglob("*") if path.is_file())):
        (tmp_path / "in").mkdir(exist_ok=True)
        shutil.copyfile(path, tmp_path / "in" / f"{999 - number}")
    again = made(tmp_path / "in", tmp_path / "two" / "out", "--workers", "2")
    assert again.directory.read_bytes() == first


def test_the_run_tells_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "key").write_text(KEY)
    assert main(["run", str(TREE), str(tmp_path / "out"), "--key", str(tmp_path / "key"), "--json"]) == 3
    told = json.loads(capsys.readouterr().out)["file_set"]
    assert (told["instances"], told["unlisted"]) == (31, 0)
    assert main(["run", str(TREE), str(tmp_path / "again"), "--key", str(tmp_path / "key")]) == 3
    out, err = capsys.readouterr()
    assert re.search(r"file-set +31 +.*file-set: the released files with a new DICOMDIR", out)
    assert err == ""


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        (lambda folder: (folder / "DICOMDIR").write_bytes(b"x"), "file-set/DICOMDIR: has another size"),
        (lambda folder: (folder / "DICOMDIR").unlink(), "file-set/DICOMDIR: is recorded but not there"),
        (lambda folder: (folder / "README").touch(), "file-set/README: is in file-set/ but not recorded"),
        (lambda folder: next(folder.rglob("IM000000")).unlink(), "IM000000: is recorded but not there"),
    ],
)
def test_verify_finds_what_was_done_to_it(
    harm: object, problem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = made(TREE, tmp_path / "out").out
    command = ["audit", "verify", str(out), "--key", str(tmp_path / "project-key")]
    assert main(command) == 0
    assert callable(harm)
    harm(out / "file-set")
    assert main(command) == 1
    assert problem in capsys.readouterr().out
    shutil.rmtree(out / "file-set")
    assert main(command) == 0, "public/ may stand alone"


def test_a_file_system_without_links_gets_copies(tmp_path: Path) -> None:
    elsewhere = Path("/dev/shm")
    if not elsewhere.is_dir() or elsewhere.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no other file system here, so no link can fail")
    (tmp_path / "file").write_bytes(b"content")
    target = elsewhere / f"deidpipe-{os.getpid()}" / "file"
    try:
        link_or_copy(str(tmp_path / "file"), str(target))
        assert target.read_bytes() == b"content"
    finally:
        shutil.rmtree(target.parent)
