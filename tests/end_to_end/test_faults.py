"""What goes wrong in long runs, each really caused: no file is lost, none is released unlooked at, the run goes on."""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from deidpipe.cli.main import main
from deidpipe.dicom.files import files_below
from deidpipe.identity.key import Key
from deidpipe.profile.load import load_profile
from deidpipe.run import batch
from deidpipe.run.batch import Order, run
from deidpipe.run.clean import Clean, Part, Task
from deidpipe.run.workers import in_order
from tests.end_to_end.canary_run import KEY, files_of
from tests.end_to_end.test_resume import again, state
from tests.uploads import instance, make_upload

ROOT = Path(__file__).parents[2]
IS_ROOT = os.geteuid() == 0
PR_CAPBSET_DROP = 24


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return make_upload(tmp_path / "in")


def outcomes(out: Path) -> dict[str, str]:
    return {name: row["reason"] or row["outcome"] for name, row in files_of(out).items()}


def apart(words: Sequence[str | Path], before: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    """Run deidpipe in a process of its own; ``before`` is called in it first."""
    return subprocess.run(
        [sys.executable, "-m", "deidpipe", *map(str, words)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=before,
    )


def words_of(source: Path, out: Path, *more: str) -> list[str | Path]:
    key = source.parent / "project-key"
    key.write_text(KEY)
    return ["run", source, out, "--profile", "tcia", "--key", key, *more]


# --- the disk ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a file system of 3 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = shutil.which("mount") and IS_ROOT
    if not mounted or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk], check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield disk
    subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_full_disk_stops_the_run_and_with_room_it_goes_on(small_disk: Path, tmp_path: Path, workers: str) -> None:
    source, out = make_upload(tmp_path / "in", patients=4, each=30), small_disk / "out"
    (small_disk / "ballast").write_bytes(bytes(2_700_000))
    (source / "patient 2" / "broken.dcm").write_bytes(
        instance(2, 99, RedPaletteColorLookupTableData=bytes(200_000))[:-300]
    )
    told = apart(words_of(source, out, "--workers", workers))
    assert told.returncode == 6
    assert "No space left on device" in told.stderr or "there is no space left" in told.stderr
    assert told.stderr.count("\n") == 1
    assert not list((out / "public").rglob("manifest.json"))
    (small_disk / "ballast").unlink()
    assert again(source, out) == again(source, tmp_path / "fresh") == 3
    assert state(out) == state(tmp_path / "fresh")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs limits of a process")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_file_that_may_not_grow_stops_the_run(source: Path, tmp_path: Path, workers: str) -> None:
    import resource

    (source / "patient 1" / "big.dcm").write_bytes(instance(1, 99, RedPaletteColorLookupTableData=bytes(3_000_000)))
    limited = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))  # noqa: E731
    told = apart(words_of(source, tmp_path / "out", "--workers", workers), limited)
    assert (told.returncode, told.stdout) == (6, "")
    assert told.stderr.startswith(
        "deidpipe: OUT: cannot be written (File too large); mend that and run the same command"
    )
    assert again(source, tmp_path / "out") == again(source, tmp_path / "fresh") == 0
    assert state(tmp_path / "out") == state(tmp_path / "fresh")


def test_a_disk_that_became_read_only_stops_the_run(small_disk: Path, tmp_path: Path) -> None:
    source, out = make_upload(tmp_path / "in"), small_disk / "out"
    assert again(source, out, "--profile", "tcia") == 0
    before = state(out)
    (source / "more.dcm").write_bytes(instance(1, 99))
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    told = apart(words_of(source, out))
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (6, "", 1)
    assert state(out) == before
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    assert again(source, out) == 0
    assert len(files_of(out)) == 25


def without_privilege() -> None:
    """Let modes of files count for root as well (capabilities(7): CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH)."""
    for capability in (1, 2) if IS_ROOT else ():
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability)


def test_an_out_that_may_not_be_written_is_told(source: Path, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o555)
    told = apart(words_of(source, tmp_path / "closed" / "out"), without_privilege)
    assert (told.returncode, told.stdout) == (6, "")
    assert told.stderr == "deidpipe: the system says: Permission denied\n"


# --- the input --------------------------------------------------------------------------------------------------------


def test_what_may_not_be_read_is_in_quarantine_until_it_may(source: Path, tmp_path: Path) -> None:
    (source / "patient 0" / "0002.dcm").chmod(0)
    (source / "patient 1").chmod(0)
    words = words_of(source, tmp_path / "out")
    told = apart(words, without_privilege)
    assert told.returncode == 3, told.stderr
    found = outcomes(tmp_path / "out")
    closed = {"patient 0/0002.dcm": "cannot-be-opened", "patient 1": "cannot-be-opened"}
    assert {name: reason for name, reason in found.items() if reason != "released"} == closed
    assert len(found) == 17
    assert list(files_of(tmp_path / "out").values())[2]["what"] == (
        "it cannot be read (Permission denied); there is no copy of it in quarantine"
    )
    for path in (source / "patient 1", *source.rglob("*")):
        path.chmod(0o777)
    told = apart(words, without_privilege)
    assert told.returncode == 0, told.stderr
    assert len(files_of(tmp_path / "out")) == 24


@pytest.mark.parametrize("workers", [1, 2])
def test_what_changes_between_the_passes_is_not_released(source: Path, tmp_path: Path, workers: int) -> None:
    first = source / "patient 0"

    def meanwhile(stage: str, done: int, _total: int, _size: int = 0, _told: str = "", /) -> None:
        if stage == "clean" and not done:
            (first / "0001.dcm").unlink()
            (first / "0002.dcm").write_bytes(instance(0, 2)[:-100])  # cut off
            (first / "0003.dcm").write_bytes(instance(0, 3, PatientComments="Quastenflosser was here"))
            (first / "0004.dcm").write_bytes(b"")
            os.utime(first / "0005.dcm")

    order = Order(str(source), str(tmp_path / "out"), load_profile("tcia", []), Key.from_text(KEY, "key"), {}, workers)
    result = run(order, meanwhile)
    assert (result.inputs, result.released, result.quarantined) == (24, 19, 5)
    assert result.reasons == {"cannot-be-opened": 1, "changed": 4}
    assert not list((tmp_path / "out" / "private").rglob("drafts"))
    (first / "0001.dcm").write_bytes(instance(0, 1))
    result = run(order, lambda *_: None)
    assert (result.released, result.reasons) == (22, {"unreadable": 1})
    run(order._replace(out=str(tmp_path / "fresh")), lambda *_: None)
    assert state(tmp_path / "out") == state(tmp_path / "fresh")


def test_a_file_that_grows_all_the_time_is_not_released_by_half(source: Path, tmp_path: Path) -> None:
    growing = source / "patient 1" / "0000.dcm"
    writer = subprocess.Popen([sys.executable, "-c", GROW, growing])
    try:
        assert again(source, tmp_path / "out") == 3
    finally:
        writer.kill()
        writer.wait()
    found = outcomes(tmp_path / "out")
    assert found.pop("patient 1/0000.dcm") in ("changed", "unreadable")
    assert set(found.values()) == {"released"}


GROW = """
import sys
while True:
    with open(sys.argv[1], "ab", buffering=0) as file:
        for _ in range(1000):
            file.write(b"more")
"""


@pytest.mark.parametrize("keep", [0, 1, 131, 132, 200, 400, -514, -2])
def test_cut_off_files_are_accounted_for(source: Path, tmp_path: Path, keep: int) -> None:
    (source / "patient 0" / "0000.dcm").write_bytes(instance(0, 0)[:keep])
    assert again(source, tmp_path / "out") in (0, 3)
    found = outcomes(tmp_path / "out")
    assert len(found) == 24
    assert found["patient 0/0000.dcm"] in ("unreadable", "not-dicom", "no-sop-class-uid", "no-sop-instance-uid")


def test_odd_things_in_folders_are_accounted_for(source: Path, tmp_path: Path) -> None:
    os.symlink("circle", source / "circle")
    os.symlink(source, source / "patient 0" / "up")
    os.symlink("nowhere", source / "dangling")
    os.mkfifo(source / "pipe")
    name = b"\xffpatient\n\xe9"
    os.makedirs(os.fsencode(source) + b"/" + name)
    with open(os.fsencode(source) + b"/" + name + b"/\xfe.dcm", "wb") as file:
        file.write(instance(9, 1))
    with open(os.fsencode(source) + b"/" + name + b"/\xfd.dcm", "wb") as file:
        file.write(instance(9, 2)[:-100])
    assert again(source, tmp_path / "out", "--workers", "2") == 3
    found = {name: reason for name, reason in outcomes(tmp_path / "out").items() if not name.startswith("patient ")}
    assert found == {
        "circle": "cannot-be-opened",
        "dangling": "cannot-be-opened",
        "pipe": "not-dicom",
        os.fsdecode(name + b"/\xfe.dcm"): "released",
        os.fsdecode(name + b"/\xfd.dcm"): "unreadable",
    }
    assert os.path.exists(os.fsencode(tmp_path / "out" / "private" / "quarantine") + b"/" + name + b"/\xfd.dcm")
    assert main(["quarantine", "list", str(tmp_path / "out"), "--json"]) == 3


def test_the_first_that_can_be_read_counts_where_an_instance_stands_twice(source: Path, tmp_path: Path) -> None:
    (source / "a.dcm").write_bytes(instance(1, 3)[:-100])
    assert again(source, tmp_path / "out") == 3
    found = outcomes(tmp_path / "out")
    assert found.pop("a.dcm") == "unreadable"
    assert set(found.values()) == {"released"}


def test_a_folder_of_many_files_is_walked_in_order(tmp_path: Path) -> None:
    for number in range(20_000):
        (tmp_path / f"{number:05d}").touch()
    assert list(files_below(str(tmp_path))) == [f"{tmp_path}/{number:05d}" for number in range(20_000)]


# --- the processes ----------------------------------------------------------------------------------------------------


class Deadly(Clean):
    """Kills the process it works in at one file."""

    def __call__(self, tasks: Sequence[Task]) -> Part:
        if any(task.path.endswith(("patient 1/0003.dcm", "patient 2/0000.dcm")) for task in tasks):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(tasks)


def test_a_file_that_kills_its_process_is_in_quarantine_alone(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(batch, "Clean", Deadly)
        assert again(source, tmp_path / "out", "--workers", "2") == 3
    found = outcomes(tmp_path / "out")
    died = [name for name, reason in found.items() if reason == "worker-died"]
    assert died == ["patient 1/0003.dcm", "patient 2/0000.dcm"]
    assert sorted(set(found.values())) == ["released", "worker-died"]
    assert again(source, tmp_path / "out", "--workers", "2") == 3  # not tried again unasked
    capsys.readouterr()
    key = ["--key", str(tmp_path / "project-key")]
    assert main(["quarantine", "retry", str(tmp_path / "out"), *key, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["done_again"] == 2
    assert again(source, tmp_path / "fresh") == 0
    assert state(tmp_path / "out") == state(tmp_path / "fresh")


def begin() -> Callable[[Sequence[int]], list[int]]:
    return work


def work(numbers: Sequence[int]) -> list[int]:
    """Square numbers; die at multiples of 17."""
    if any(number % 17 == 0 for number in numbers):
        os.kill(os.getpid(), signal.SIGKILL)
    return [number * number for number in numbers]


def chunks(count: int, each: int) -> Iterator[list[int]]:
    return (list(range(start, min(start + each, count + 1))) for start in range(1, count + 1, each))


@pytest.mark.parametrize(("count", "each", "workers"), [(100, 7, 2), (40, 1, 3), (300, 50, 2), (0, 5, 2), (5, 50, 4)])
def test_results_come_in_order_and_only_killers_are_given_up(count: int, each: int, workers: int) -> None:
    found = [
        number for part in in_order(chunks(count, each), begin, lambda number: [-number], workers) for number in part
    ]
    assert found == [-number if number % 17 == 0 else number * number for number in range(1, count + 1)]


def test_work_is_not_taken_faster_than_results_are_wanted() -> None:
    taken = 0

    def counted() -> Iterator[list[int]]:
        nonlocal taken
        for chunk in chunks(16, 1):
            taken += 1
            yield chunk

    results = in_order(counted(), begin, lambda number: [-number], 2)
    next(results)
    assert taken <= 10
    assert len(list(results)) == 15


def fails() -> Callable[[Sequence[int]], list[int]]:
    raise ValueError("SECRET-7")


def test_a_process_that_cannot_begin_is_told_and_blames_no_file() -> None:
    from deidpipe.errors import DeidError

    with pytest.raises(DeidError, match="ended before it could begin"):
        list(in_order(chunks(10, 2), fails, lambda number: [-number], 2))
