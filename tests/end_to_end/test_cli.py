"""The command line as a person meets it: results on stdout, complaints on stderr, an exit status for each case."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from pydicom import dcmread

from deidpipe.cli.main import main

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_data"
KEY = bytes(range(32)).hex()
COUNTS = {"inputs": 20, "released": 14, "quarantined": 3, "not_dicom": 3}


class Told(NamedTuple):
    """What a command said."""

    status: int
    out: str
    err: str


class Cli:
    """deidpipe, in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str | Path) -> Told:
        self._capsys.readouterr()
        status = main([str(word) for word in words])
        return Told(status, *self._capsys.readouterr())


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DEIDPIPE_KEY", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLES, tmp_path / "in"))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the OUT folder of a run over the samples with basic."""
    folder = tmp_path_factory.mktemp("finished")
    (folder / "key").write_text(KEY)
    out = folder / "out"
    assert main(["run", str(SAMPLES), str(out), "--key", str(folder / "key")]) == 3
    return out


def files_below(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in files_below(folder)}


# --- run --------------------------------------------------------------------------------------------------------------


def test_a_run_accounts_for_every_file_and_leaves_the_input_alone(cli: Cli, samples: Path, tmp_path: Path) -> None:
    before = snapshot(samples)
    told = cli("run", samples, tmp_path / "out")
    assert told.status == 3
    assert [line.split()[:2] for line in told.out.splitlines()[2:4]] == [["inputs", "20"], ["released", "14"]]
    for code in ("same-sop-instance-uid", "site-rule", "unreadable"):
        assert code in told.out
    assert told.err.startswith(f"A new project key was made: {tmp_path / 'out' / 'private' / 'key'}\n")
    assert snapshot(samples) == before
    assert len([path for path in files_below(tmp_path / "out" / "public") if path.suffix == ".dcm"]) == 14
    assert os.stat(tmp_path / "out" / "private").st_mode & 0o777 == 0o700
    assert os.stat(tmp_path / "out" / "private" / "key").st_mode & 0o777 == 0o600


def test_json_is_one_object(cli: Cli, tmp_path: Path) -> None:
    told = cli("run", SAMPLES, tmp_path / "out", "--json")
    answer = json.loads(told.out)
    assert COUNTS.items() <= answer.items()
    assert answer["exit_status"] == told.status == 3
    assert answer["reasons"] == {"same-sop-instance-uid": 1, "site-rule": 1, "unreadable": 1}
    forecast = json.loads(cli("plan", SAMPLES, "--json").out)
    assert COUNTS.items() <= forecast.items()
    assert {refused["code"] for refused in forecast["refused"]} == answer["reasons"].keys()


def test_a_clean_input_ends_with_0(cli: Cli, tmp_path: Path) -> None:
    told = cli("run", SAMPLES / "TSUKISHIMA_MICHIKO", tmp_path / "out", "--profile", "retain-dates-research")
    assert told.status == 0
    assert "quarantined          0\n" in told.out


def test_one_file_can_be_given(cli: Cli, samples: Path, tmp_path: Path) -> None:
    one = samples / "TSUKISHIMA_MICHIKO" / "MR" / "b0.ima"
    assert cli("run", one, tmp_path / "out").status == 0
    (released,) = (tmp_path / "out" / "public").rglob("*.dcm")
    assert dcmread(released).PatientID == released.relative_to(tmp_path / "out" / "public").parts[0]
    assert "b0.ima,released," in (tmp_path / "out" / "private" / "files.csv").read_text()


@pytest.mark.parametrize("texts", [0, 2])
def test_a_folder_without_dicom_ends_with_0_and_an_audit(cli: Cli, tmp_path: Path, texts: int) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for number in range(texts):
        (source / f"{number}.txt").write_text("nothing")
    told = cli("run", source, tmp_path / "out", "--json")
    assert told.status == 0
    assert json.loads(told.out)["not_dicom"] == json.loads(told.out)["inputs"] == texts
    assert cli("audit", "verify", tmp_path / "out").status == 0
    assert cli("audit", "summary", tmp_path / "out").status == 0


# --- what cannot be done ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        ("run IN FULL", 2, "deidpipe: OUT: is not empty, and holds no run to go on with; give a new folder"),
        ("run IN IN/out", 2, "deidpipe: OUT: lies in the input, or the input in it; give a folder of its own"),
        ("run IN IN", 2, "deidpipe: OUT: lies in the input"),
        ("run IN/wombleton_barnaby IN", 2, "deidpipe: OUT: lies in the input"),
        ("run IN IN/identities.txt", 2, "deidpipe: OUT: lies in the input"),
        ("run IN FILE", 2, "deidpipe: OUT: is a file; give a new folder"),
        ("run NONE OUT", 2, "deidpipe: IN: there is no such file or folder; check the path"),
        ("run IN OUT --profile basik", 2, "deidpipe: profile: no profile basik; did you mean basic?"),
        ("run IN OUT --option retain-uid", 2, "deidpipe: option: unknown Option retain-uid; did you mean retain-uids?"),
        ("run IN OUT --profle basic", 2, "deidpipe: run: does not know --profle; did you mean --profile?"),
        ("run IN OUT --workers many", 2, "deidpipe: run: argument --workers: give a number from 1 up"),
        ("run IN", 2, "deidpipe: run: the following arguments are required: OUT; see deidpipe run --help"),
        ("rum IN OUT", 2, "deidpipe: command line: does not know rum; did you mean run?"),
        ("audit sumary", 2, "deidpipe: audit: does not know sumary; did you mean summary?"),
        ("", 2, "deidpipe: command line: the following arguments are required: COMMAND"),
        ("run IN OUT --option clean-recognizable-visual-features", 2, "deidpipe: option clean-recognizable"),
        ("plan IN --option clean-recognizable-visual-features", 2, "deidpipe: option clean-recognizable"),
        ("plan NONE", 2, "deidpipe: input: there is no such file or folder"),
        ("explain PatientNmae", 2, "deidpipe: PatientNmae: DICOM has no such Attribute; did you mean PatientName?"),
        ("audit summary NONE", 2, "deidpipe: "),
        ("crosswalk export NONE OUT", 2, "deidpipe: crosswalk: there is none in this folder"),
        ("run IN OUT --key NONE", 5, "deidpipe: key file: cannot be read (No such file or directory); check the path"),
        ("run IN OUT --key FILE", 5, "deidpipe: key file: holds no key; give the key that was made for this project"),
        ("run IN OUT --key-command false", 5, "deidpipe: key command: failed; run it by hand"),
        ("run IN OUT --mapping NONE", 5, "deidpipe: none: cannot be read"),
        ("run IN FILE/out --key KEY", 6, "deidpipe: the system says: Not a directory"),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_is_written(
    cli: Cli, samples: Path, tmp_path: Path, words: str, status: int, told: str
) -> None:
    places = {"IN": samples, "FULL": tmp_path / "full", "NONE": tmp_path / "none", "FILE": tmp_path / "file"}
    places |= {"KEY": tmp_path / "key", "OUT": tmp_path / "out"}
    places["FULL"].mkdir()
    (places["FULL"] / "x").write_text("x")
    places["FILE"].write_text("no key")
    places["KEY"].write_text(KEY)
    before = snapshot(tmp_path)
    named = [word.split("/") for word in words.split()]
    said = cli(*(Path(places.get(first, Path(first)), *rest) for first, *rest in named))
    assert (said.status, said.out) == (status, "")
    assert said.err.startswith(told)
    assert said.err.count("\n") == 1
    assert snapshot(tmp_path) == before
    assert not (tmp_path / "out").exists()


def test_a_mapping_with_a_gap_releases_nothing_and_tells_whom_it_lacks(cli: Cli, samples: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.csv"
    mapping.write_text("id_old,id_new\nBH-1048-77,TRIAL-1\n")
    told = cli("run", samples, tmp_path / "out", "--mapping", mapping)
    assert told.status == 5
    assert "mapping: 2 patients of the input have no row in it; fill in private/patients_without" in told.err
    assert "MRN-555" not in told.err + told.out
    assert list(files_below(tmp_path / "out" / "public")) == []
    lacking = tmp_path / "out" / "private" / "patients_without_mapping.csv"
    assert lacking.read_text().splitlines() == ["id_old,id_new", "MRN-555-01-9942,", "TSK-20771,"]
    assert os.stat(lacking).st_mode & 0o777 == 0o600


def test_a_mapping_is_followed(cli: Cli, samples: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.csv"
    mapping.write_text("id_old,id_new,name_new\nTSK-20771,TRIAL-1,Case^One\n")
    assert cli("run", samples / "TSUKISHIMA_MICHIKO", tmp_path / "out", "--mapping", mapping).status == 0
    released = [dcmread(path) for path in (tmp_path / "out" / "public").rglob("*.dcm")]
    assert {(each.PatientID, str(each.PatientName)) for each in released} == {("TRIAL-1", "Case^One")}


def test_an_internal_error_is_told_without_its_words(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: object) -> None:
        raise ValueError("SECRET-7")

    monkeypatch.setattr("deidpipe.profile.load.load_profile", fails)
    monkeypatch.setattr("deidpipe.cli.arguments.load_profile", lambda *_: fails(None))
    told = cli("explain", "PatientID")
    assert (told.status, told.out) == (6, "")
    assert told.err.startswith("deidpipe: internal error, ValueError at test_cli.py:")
    assert "SECRET-7" not in told.err


# --- plan, explain, profile -------------------------------------------------------------------------------------------


def test_plan_writes_nothing_and_says_the_same_each_time(cli: Cli, samples: Path, tmp_path: Path) -> None:
    before = snapshot(tmp_path)
    told = cli("plan", samples)
    assert told.status == 3
    assert told.out.startswith("20 files, ")
    assert "  would be released            14\n" in told.out
    assert "its pixels are said to show identifying text" in told.out
    assert told.err == ""
    assert snapshot(tmp_path) == before
    assert cli("plan", samples) == told
    assert len(cli("plan", samples, "--all").out) > len(told.out)


def test_tables_fit_the_terminal(cli: Cli, finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    (released, *_) = sorted((finished / "public").rglob("*.dcm"))
    for words in (("plan", SAMPLES, "--all"), ("audit", "show", released), ("profile", "list")):
        told = cli(*words)
        assert max(map(len, told.out.splitlines())) <= 100
        assert "…" not in told.out


@pytest.mark.parametrize(
    ("attribute", "profile", "lines"),
    [
        (
            "StudyDate",
            "retain-dates-research",
            ["(0008,0020) StudyDate (DA)", "  C  shifted by the patient's number of days", "Modified Dates Option"],
        ),
        ("00100010", "basic", ["(0010,0010) PatientName (PN)", "  Z  replaced: the patient's new name"]),
        ("(0010,0020)", "basic", ["where the IOD requires a value (Type 1)", "  D  replaced: the new Patient ID"]),
        ("OtherPatientIDsSequence/PatientID", "basic", ["  X  goes with OtherPatientIDsSequence"]),
        ("Rows", "basic", ["  K  kept", "not listed"]),
        ("0019100C", "basic", ["(0019,100C) private element", "  X  removed"]),
        ("0019100C", "retain-dates-research", ["where the Standard lists it as safe", "  K  kept", "  X  removed"]),
    ],
)
def test_explain_says_what_why_and_where_it_is_written(
    cli: Cli, attribute: str, profile: str, lines: list[str]
) -> None:
    told = cli("explain", attribute, "--profile", profile)
    assert told.status == 0
    assert all(line in told.out for line in lines)
    assert "PS3.15 2026d" in told.out
    assert json.loads(cli("explain", attribute, "--profile", profile, "--json").out)["profile"] == profile


def test_explain_tells_a_rule_of_the_site_with_its_line(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(
        "deidpipe: 1\nname: t\nrules:\n"
        "  - {attribute: StudyDescription, action: keep, why: fixed names, when: {Modality: CT}}\n"
        '  - {private: {creator: ACME, element: "0019,xx01"}, action: keep, why: b-value}\n'
    )
    told = cli("explain", "StudyDescription", "--profile", tmp_path / "t.yaml")
    assert "  where the rule's conditions hold\n  K  kept\n     site rule, t.yaml:4: fixed names\n" in told.out
    assert "  elsewhere\n  X  removed\n" in told.out
    told = cli("explain", "00191001", "--profile", tmp_path / "t.yaml")
    assert "  as private ACME (0019,xx01)\n  K  kept\n     site rule, t.yaml:5: b-value\n" in told.out


def test_profiles_are_listed_shown_and_checked(cli: Cli, tmp_path: Path) -> None:
    listed = cli("profile", "list")
    assert (listed.status, "basic" in listed.out, "retain-dates-research" in listed.out) == (0, True, True)
    shown = cli("profile", "show", "retain-dates-research")
    assert "Dates            shifted by -3650 to -365 days, the same number for all of a patient\n" in shown.out
    assert json.loads(cli("profile", "show", "basic", "--json").out)["name"] == "basic"
    assert cli("profile", "lint", "basic") == Told(0, "basic: nothing to complain about\n", "")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("deidpipe: 1\nname: x\nrules:\n  - {attribute: PatientNmae, action: zap}\n")
    told = cli("profile", "lint", wrong)
    assert told.status == 2
    assert "wrong.yaml:4: unknown Attribute PatientNmae; did you mean PatientName?\n" in told.out
    assert len(told.out.splitlines()) == 3


# --- audit and crosswalk ----------------------------------------------------------------------------------------------


def test_the_audit_answers(cli: Cli, finished: Path, tmp_path: Path) -> None:
    summary = cli("audit", "summary", finished)
    assert "files     released" in summary.out
    rows = json.loads(cli("audit", "summary", finished, "--json").out)["rows"]
    assert sum(row["count"] for row in rows if row["what"] == "files") == 20
    (released, *_) = sorted((finished / "public").rglob("*.dcm"))
    by_file, by_uid = cli("audit", "show", released), cli("audit", "show", dcmread(released).SOPInstanceUID, finished)
    assert by_file == by_uid
    assert "PatientName" in by_file.out
    for name in ("PatientID", "00100020", "(0010,0020)"):
        told = cli("audit", "attribute", name, finished)
        assert "OtherPatientIDsSequence[0].PatientID" in told.out
        assert "replaced: the new Patient ID" in told.out
    asked = cli("audit", "query", "SELECT count(*) AS n FROM instances", finished, "--json")
    assert json.loads(asked.out) == {"rows": [{"n": 20}]}
    for kind, first in (("csv", "file,sop_instance_uid,"), ("jsonl", '{"file": "')):
        target = tmp_path / f"all.{kind}"
        assert cli("audit", "export", target, finished).status == 0
        assert target.read_text().startswith(first)


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("attribute", "PatientNmae"), 2, "did you mean PatientName?"),
        (("attribute", "DoseReferenceUID"), 0, "No released Instance had DoseReferenceUID."),
        (("show", "1.2.3"), 2, "no released Instance has this file or UID"),
        (("query", "DROP TABLE instances"), 2, "is not one SELECT"),
        (("query", "SELECT nothing FROM instances"), 2, "the views are instances"),
    ],
)
def test_what_the_audit_cannot_answer_is_told(
    cli: Cli, finished: Path, words: tuple[str, ...], status: int, told: str
) -> None:
    said = cli("audit", *words, finished)
    assert (said.status, said.out) == (status, "")
    assert told in said.err


def test_verify_tells_whether_the_audit_is_whole(cli: Cli, finished: Path, tmp_path: Path) -> None:
    key = finished.parent / "key"
    assert cli("audit", "verify", finished, "--key", key).status == 0
    unsealed = cli("audit", "verify", finished)
    assert (unsealed.status, "The seal was not checked" in unsealed.err) == (4, True)
    (tmp_path / "other").write_text("00" * 32)
    assert cli("audit", "verify", finished, "--key", tmp_path / "other").status == 1
    assert cli("audit", "verify", finished, "--key", tmp_path / "none").status == 5
    copy = Path(shutil.copytree(finished, tmp_path / "copy"))
    next((copy / "public").rglob("*.dcm")).unlink()
    changed = cli("audit", "verify", copy, "--key", key, "--json")
    assert changed.status == 1
    assert len(json.loads(changed.out)["problems"]) == 1


def test_the_crosswalk_is_exported_once(cli: Cli, finished: Path, tmp_path: Path) -> None:
    told = cli("crosswalk", "export", finished, tmp_path / "crosswalk")
    assert told.status == 0
    assert (tmp_path / "crosswalk" / "patients.csv").read_text().splitlines()[0] == "id_old,id_new"
    assert len((tmp_path / "crosswalk" / "patients.csv").read_text().splitlines()) == 4
    assert cli("crosswalk", "export", finished, tmp_path / "crosswalk").status == 2


# --- what may leave ---------------------------------------------------------------------------------------------------


def test_no_identity_of_the_samples_is_in_public(finished: Path) -> None:
    planted = [line for line in (SAMPLES / "identities.txt").read_text(encoding="utf-8").splitlines() if line]
    assert len(planted) > 40
    released = [path for path in files_below(finished / "public") if path.suffix == ".dcm"]
    data = {path: path.read_bytes() for path in files_below(finished / "public")}
    for path in released:
        with_pixels = dcmread(path)
        data[path] += b"".join(str(element.value).encode() for element in with_pixels.iterall())  # inflated, decoded
    for identity in planted:
        forms = {identity.encode(charset, "ignore") for charset in ("utf-8", "latin-1", "shift_jis", "iso2022_jp")}
        forms = {form for form in forms if len(form) >= 4}
        assert forms
        for path, content in data.items():
            assert not [form for form in forms if form in content], f"{identity} in {path.name}"
            assert identity not in str(path.relative_to(finished))


# --- as a program -----------------------------------------------------------------------------------------------------


def test_it_runs_as_a_program_and_keeps_results_and_complaints_apart(tmp_path: Path) -> None:
    run = [sys.executable, "-m", "deidpipe", "run", str(SAMPLES), str(tmp_path / "out"), "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = subprocess.run(run, capture_output=True, text=True, check=False, env=environment)
    assert told.returncode == 3
    assert COUNTS.items() <= json.loads(told.stdout).items()
    assert told.stderr.startswith("A new project key was made")
    assert KEY not in told.stdout + told.stderr
