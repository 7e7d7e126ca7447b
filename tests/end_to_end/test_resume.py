"""The same command again: it goes on where a run was killed, does what changed, and nothing that is done."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from deidpipe.cli.main import main
from deidpipe.identity.key import Key
from deidpipe.profile.load import load_profile
from deidpipe.run.job import Job
from deidpipe.run.journal import Journal
from deidpipe.run.survey import survey
from tests.end_to_end.canary_run import KEY, files_of
from tests.uploads import instance, make_upload

ROOT = Path(__file__).parents[2]
TABLES = ("patients.csv", "uids.csv")


def again(source: Path, out: Path, *words: str) -> int:
    key = out.parent / "project-key"
    if not key.exists():
        key.write_text(KEY)
    return main(["run", str(source), str(out), "--profile", "tcia", "--key", str(key), *words])


def state(out: Path) -> dict[str, bytes]:
    """Return all that a run leaves but the journal and the crosswalk, which is sorted when it is exported."""
    folders = (out / "public", out / "private" / "quarantine", out / "file-set")
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    left = {str(path.relative_to(out)): path.read_bytes() for path in [*files, out / "private" / "files.csv"]}
    for table in TABLES:
        rows = sorted({*(out / "private" / "crosswalk" / table).read_text().splitlines()})
        left[table] = "\n".join(rows).encode()
    return left


def times(out: Path) -> Mapping[str, int]:
    return {path.name: path.stat().st_ctime_ns for path in (out / "public").rglob("*") if path.is_file()}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return make_upload(tmp_path / "in")


def test_a_finished_run_has_nothing_to_do(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (source / "broken").write_bytes(instance(0, 99)[:-200])
    assert again(source, tmp_path / "out") == 3
    before, when = state(tmp_path / "out"), times(tmp_path / "out")
    capsys.readouterr()
    assert again(source, tmp_path / "out", "--workers", "2") == 3
    assert "Nothing to do: all of this was done before.\n" in capsys.readouterr().out
    assert (state(tmp_path / "out"), times(tmp_path / "out")) == (before, when)
    assert again(source, tmp_path / "out", "--json") == 3
    answer = json.loads(capsys.readouterr().out)
    assert (answer["inputs"], answer["done_before"], answer["done_again"]) == (25, 25, 0)
    assert sorted(path.name for path in (tmp_path / "out" / "private").iterdir()) == [
        *("crosswalk", "files.csv", "journal", "quarantine")
    ]


CHANGES = {
    "an Instance more of a known patient": {"patient 1/9999.dcm": instance(1, 9)},
    "another patient": {"patient 9/0.dcm": instance(9, 0)},
    "a physician more": {"patient 1/9999.dcm": instance(1, 9, ReferringPhysicianName="Zwiebelturm^Adalbert")},
    "a changed file": {"patient 1/0003.dcm": instance(1, 3, SliceLocation="7.5")},
    "a file that is another Instance now": {"patient 1/0003.dcm": instance(1, 77)},
    "a file that is broken now": {"patient 1/0003.dcm": instance(1, 3)[:-200]},
    "a file that is no DICOM any more": {"patient 1/0003.dcm": b"nothing"},
    "the same Instance before the other": {"patient 0/9999.dcm": instance(1, 3)},
    "no DICOM more": {"a": b"nothing"},
}


@pytest.mark.parametrize("change", CHANGES)
def test_after_a_change_all_is_as_if_there_had_been_one_run(source: Path, tmp_path: Path, change: str) -> None:
    assert again(source, tmp_path / "out") == 0
    when = times(tmp_path / "out")
    for name, data in CHANGES[change].items():
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_bytes(data)
    status = again(source, tmp_path / "out")
    later = times(tmp_path / "out")
    assert status == again(source, tmp_path / "fresh")
    found, wanted = state(tmp_path / "out"), state(tmp_path / "fresh")
    for table in TABLES:  # who was released once stays known: somebody may have that file
        assert {*wanted.pop(table).splitlines()} <= {*found.pop(table).splitlines()}
    assert found == wanted
    untouched = {name for name, at in later.items() if name.endswith(".dcm") and when.get(name) == at}
    # Staff may stand in any text, so one more physician means that all is done again; else only what it concerns.
    assert (not untouched) if "physician" in change else (len(untouched) >= 16)


def test_words_are_cleaned_again_when_more_is_known(source: Path, tmp_path: Path) -> None:
    name = "Zwiebelturm"
    (source / "patient 0" / "note.dcm").write_bytes(instance(0, 50, StudyDescription=f"CT for {name}"))
    assert again(source, tmp_path / "out") == 0
    (source / "patient 2" / "more.dcm").write_bytes(instance(2, 51, ReferringPhysicianName=f"{name}^Adalbert"))
    assert again(source, tmp_path / "out") == 0
    assert not [path for path in (tmp_path / "out" / "public").rglob("*.dcm") if name.encode() in path.read_bytes()]


def test_what_was_made_of_files_that_are_gone_goes_only_when_asked(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert again(source, out) == 0
    before = state(out)
    kept = tmp_path / "patient 1"
    shutil.move(source / "patient 1", kept)
    assert again(source, out) == 2
    assert state(out) == before
    assert again(source, out, "--withdraw-gone") == 0
    assert again(source, tmp_path / "fresh") == 0
    assert {name for name in state(out) if "/" in name} == {name for name in state(tmp_path / "fresh") if "/" in name}
    assert (out / "private" / "files.csv").read_text() == (tmp_path / "fresh" / "private" / "files.csv").read_text()


def test_a_released_file_that_was_deleted_is_made_again(source: Path, tmp_path: Path) -> None:
    assert again(source, tmp_path / "out") == 0
    before = state(tmp_path / "out")
    next((tmp_path / "out" / "public").rglob("*.dcm")).unlink()
    assert again(source, tmp_path / "out") == 0
    assert state(tmp_path / "out") == before


# --- other terms ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["--profile", "basic"], 2, "profile basic: is not the one that OUT was begun with (tcia)"),
        (["--option", "retain-uids"], 2, "profile tcia: is not the one that OUT was begun with (tcia)"),
        (["--key", "OTHER"], 5, "key: is not the one that OUT was begun with"),
        (["--mapping", "MAPPING"], 5, "mapping: is not the one that OUT was begun with"),
    ],
)
def test_other_terms_are_told_and_nothing_is_mixed_in(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], status: int, told: str
) -> None:
    (tmp_path / "other").write_text("c0de" * 16)
    rows = "".join(f"UPL-{patient:04d},TRIAL-{patient}\n" for patient in range(3))
    (tmp_path / "mapping").write_text(f"id_old,id_new\n{rows}")
    assert again(source, tmp_path / "out") == 0
    before = state(tmp_path / "out")
    (source / "more.dcm").write_bytes(instance(1, 9))
    places = {"OTHER": str(tmp_path / "other"), "MAPPING": str(tmp_path / "mapping")}
    capsys.readouterr()
    assert again(source, tmp_path / "out", *(places.get(word, word) for word in words)) == status
    assert f"deidpipe: {told}" in capsys.readouterr().err
    assert state(tmp_path / "out") == before


def test_another_input_is_told(source: Path, tmp_path: Path) -> None:
    assert again(source, tmp_path / "out") == 0
    assert again(make_upload(tmp_path / "elsewhere"), tmp_path / "out") == 2


def test_without_its_key_a_run_is_not_gone_on_with_and_no_key_is_made(source: Path, tmp_path: Path) -> None:
    assert again(source, tmp_path / "out") == 0
    assert main(["run", str(source), str(tmp_path / "out"), "--profile", "tcia"]) == 5
    assert not (tmp_path / "out" / "private" / "key").exists()


def test_the_key_is_not_in_the_journal(source: Path, tmp_path: Path) -> None:
    assert again(source, tmp_path / "out") == 0
    for path in (tmp_path / "out").rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes()
            assert bytes.fromhex(KEY) not in path.read_bytes()


def test_two_runs_do_not_work_in_one_folder(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert again(source, tmp_path / "out") == 0
    held = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "out" / "private" / "journal" / "journal.sqlite")],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert held.stdout is not None
    assert held.stdout.readline() == b"held\n"
    assert again(source, tmp_path / "out") == 2
    assert "OUT: another run is at work in it" in capsys.readouterr().err
    held.communicate(b"\n")


HOLD = """
import sys
from deidpipe.run.journal import Journal
with Journal(sys.argv[1]) as journal:
    print("held", flush=True)
    sys.stdin.readline()
"""


# --- quarantine -------------------------------------------------------------------------------------------------------

SITE = """deidpipe: 1
name: site
extends: tcia
quarantine:
  - {when: {InstanceNumber: 3}, why: third ones are looked at}
  - {when: {InstanceNumber: 5}, why: fifth ones are looked at}
"""


def test_quarantine_is_listed_and_done_again_with_fewer_rules(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile, out = tmp_path / "site.yaml", tmp_path / "out"
    profile.write_text(SITE)
    assert again(source, out, "--profile", str(profile)) == 3
    key = ["--key", str(tmp_path / "project-key")]
    capsys.readouterr()
    assert main(["quarantine", "list", str(out), "--json"]) == 3
    (*_, last) = rows = json.loads(capsys.readouterr().out)["quarantined"]
    assert len(rows) == 6
    assert (last["input"], last["reason"], last["stage"]) == ("patient 2/0005.dcm", "site-rule", "decide")
    assert "fifth ones" in last["what"]
    assert main(["quarantine", "list", str(out)]) == 3
    assert "patient 0/0003.dcm" in capsys.readouterr().out
    before = {name: at for name, at in times(out).items() if name.endswith(".dcm")}

    assert main(["quarantine", "retry", str(out), *key]) == 3  # the same rules: the same answer
    profile.write_text("".join(line for line in SITE.splitlines(keepends=True) if "third" not in line))
    assert main(["quarantine", "retry", str(out), *key]) == 3
    assert {row["reason"] for row in files_of(out).values()} == {"", "site-rule"}
    profile.write_text(SITE)  # a rule more than now: what is released might have had to stay
    assert main(["quarantine", "retry", str(out), *key]) == 2
    profile.write_text("deidpipe: 1\nname: site\nextends: tcia\n")
    assert main(["quarantine", "retry", str(out), *key]) == 0
    assert before.items() <= times(out).items()
    assert main(["quarantine", "list", str(out)]) == 0
    assert again(source, tmp_path / "fresh", "--profile", str(profile)) == 0
    assert state(out) == state(tmp_path / "fresh")
    assert main(["audit", "verify", str(out), *key]) == 0


@pytest.mark.parametrize("command", ["list", "retry"])
def test_quarantine_of_no_run_is_told_and_nothing_is_written(tmp_path: Path, command: str) -> None:
    (tmp_path / "out").mkdir()
    assert main(["quarantine", command, str(tmp_path / "out")]) == 2
    assert list((tmp_path / "out").iterdir()) == []


# --- killed -----------------------------------------------------------------------------------------------------------


@pytest.mark.xdist_group("killed")
def test_killed_at_random_moments_a_run_loses_nothing() -> None:
    """``make bench-kill`` does this a hundred times with 2,000 files."""
    words = [sys.executable, str(ROOT / "bench" / "kill.py"), "--kills", "12", "--files", "250"]
    told = subprocess.run(words, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert "runs that ended the same" in told.stdout


@pytest.mark.parametrize("workers", ["1", "2"])
def test_interrupted_a_run_ends_at_once_and_goes_on_later(tmp_path: Path, workers: str) -> None:
    source, out = make_upload(tmp_path / "in", patients=12, each=50), tmp_path / "out"
    (tmp_path / "project-key").write_text(KEY)
    words = ["run", str(source), str(out), "--profile", "tcia", "--key", str(tmp_path / "project-key")]
    run = subprocess.Popen(
        [sys.executable, "-m", "deidpipe", *words, "--workers", workers],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not list((out / "public").rglob("*.dcm")) and run.poll() is None:
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGINT)
    said, complained = run.communicate(timeout=30)
    assert (run.returncode, said) == (130, "")
    assert complained == "deidpipe: interrupted; the same command again goes on from here\n"
    with pytest.raises(ProcessLookupError):
        os.killpg(run.pid, 0)  # nobody of the group is left
    assert main(words) == 0
    assert again(source, tmp_path / "fresh") == 0
    assert state(out) == state(tmp_path / "fresh")


def test_a_torn_end_of_the_crosswalk_is_cut_off(source: Path, tmp_path: Path) -> None:
    assert again(source, tmp_path / "out") == 0
    before = state(tmp_path / "out")
    table = tmp_path / "out" / "private" / "crosswalk" / "uids.csv"
    with table.open("a") as file:
        file.write("1.2.826.0.1.9999.31,2.25.1")  # written by a run that was killed before its journal said so
    (source / "text").write_text("nothing")
    assert again(source, tmp_path / "out") == 0
    assert state(tmp_path / "out")["uids.csv"] == before["uids.csv"]


# --- the survey -------------------------------------------------------------------------------------------------------


def test_the_survey_finds_the_same_whoever_does_it(tmp_path: Path) -> None:
    source = make_upload(tmp_path / "in", patients=30, each=25)
    (source / "patient 3" / "twice.dcm").write_bytes(instance(1, 1))
    (source / "broken").write_bytes(instance(1, 50)[:300])
    paths = sorted(map(str, (path for path in source.rglob("*") if path.is_file())))
    rules = Job(load_profile("tcia", []), Key(bytes(32)), "", "", {}).rules
    one, three = survey(paths, rules), survey(paths, rules, workers=3)
    assert one == three
    assert len(one.repeated) == 1
    assert len(one.gathered.patients) == 30


def test_the_journal_tells_what_was_put_into_it(tmp_path: Path, source: Path) -> None:
    (source / "patient 1" / "\udcff\n.dcm").write_bytes(instance(1, 40))
    assert again(source, tmp_path / "out") == 0
    with Journal(str(tmp_path / "out" / "private" / "journal" / "journal.sqlite")) as journal:
        entries = list(journal.entries())
    with (tmp_path / "out" / "private" / "files.csv").open(errors="surrogateescape", newline="") as file:
        listed = {row["input"]: row["released_as"] for row in csv.DictReader(file)}
    assert {entry.name: entry.record.file for entry in entries} == listed
    assert len(listed) == 25
