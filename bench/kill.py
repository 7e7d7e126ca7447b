"""Kill runs at random moments and see that nothing is lost: python bench/kill.py [--kills 100] [--files 2000].

A run is killed (kill -9: its keeper alone, all its processes, or one worker), taken up by the same command, killed
again, until it ends. What it leaves must be byte for byte what a run leaves that nobody disturbed. Then the next one
begins, until enough were killed.
"""

import argparse
import csv
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
KEY = "5eed" * 16
WORKERS = 2
ENDED = (0, 3)  # exit statuses of a run that came to its end


def make_input(folder: Path, files: int) -> None:
    """Write small CT Instances and what else is found in uploads: broken files, repeated ones, no DICOM, a DICOMDIR."""
    subprocess.run([sys.executable, str(HERE / "make_small.py"), str(folder), str(files)], check=True)
    some = sorted(folder.rglob("*.dcm"))[:: max(files // 40, 1)]
    for number, path in enumerate(some):
        data = path.read_bytes()
        if number % 3 == 0:
            path.with_suffix(".cut").write_bytes(data[: len(data) * 2 // 3])
        elif number % 3 == 1:
            path.with_suffix(".twice").write_bytes(data)
        else:
            path.with_suffix(".txt").write_text("no DICOM at all")


def command(source: Path, out: Path, key: Path, *words: str) -> list[str]:
    """Return the command line of a run."""
    run = [sys.executable, "-m", "deidpipe", "run", str(source), str(out), "--profile", "tcia", "--key", str(key)]
    return [*run, "--workers", str(WORKERS), *words]


def state(out: Path) -> dict[str, str]:
    """Return a digest of everything that a run leaves and that does not tell how often it was begun."""
    files = [path for folder in ("public", "file-set", "private/quarantine") for path in (out / folder).rglob("*")]
    files.append(out / "private" / "files.csv")
    left = {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.is_file()
    }
    for table in ("patients.csv", "uids.csv"):
        with (out / "private" / "crosswalk" / table).open(newline="", errors="surrogateescape") as file:
            pairs = sorted({tuple(row) for row in csv.reader(file)})
        left[table] = hashlib.sha256(ascii(pairs).encode()).hexdigest()
    left["left over"] = ascii(sorted(path.name for path in (out / "private").iterdir()))
    return left


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started, by /proc."""
    try:
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(child) for child in told.split()]


def killed_run(words: list[str], after: float, how: str) -> int | None:
    """Begin a run and kill it after some seconds; return its exit status, None if it was killed."""
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True) as run:
        try:
            run.communicate(timeout=after)
        except subprocess.TimeoutExpired:
            workers = children_of(run.pid)
            if how == "worker" and workers:
                kill(random.choice(workers))
                _, told = run.communicate()
                return must_have_ended(run.returncode, told)
            if how == "all":
                for worker in workers:
                    kill(worker)
            kill(run.pid)
            run.communicate()
            return None
        return must_have_ended(run.returncode, b"")


def must_have_ended(status: int, told: bytes) -> int:
    """Return the exit status of a run that was not killed; leave if it is not one of a run that came to its end."""
    if status not in ENDED:
        sys.exit(f"a run ended with {status}: {told.decode(errors='replace')}")
    return status


def kill(pid: int) -> None:
    """Kill a process that may have ended already."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def half_written(out: Path) -> list[str]:
    """Return the Instances below public/ that are shorter than the shortest whole one, or do not begin like one."""
    found = []
    for path in (out / "public").rglob("*.dcm"):
        data = path.read_bytes()
        if data[128:132] != b"DICM" or len(data) < 1000:
            found.append(str(path))
    return found


def measure(kills: int, files: int, seed: int, folder: Path) -> Counter[str]:
    """Kill and take up runs; return how often each kind of thing happened. Leaves with a message where one differs."""
    chance = random.Random(seed)
    random.seed(seed)
    source, key = folder / "in", folder / "key"
    key.write_text(KEY)
    make_input(source, files)
    start = time.monotonic()
    must_have_ended(
        subprocess.run(command(source, folder / "undisturbed", key), stdout=subprocess.DEVNULL).returncode, b""
    )
    lasts = time.monotonic() - start
    wanted = state(folder / "undisturbed")
    done: Counter[str] = Counter()
    number = 0
    while done["kills"] < kills:
        out = folder / f"out-{number}"
        number += 1
        status = None
        while status is None:
            how = chance.choice(("keeper", "all", "worker")) if done["kills"] < kills else "none"
            after = chance.uniform(0, lasts) if how != "none" else 600.0
            status = killed_run(command(source, out, key), after, how)
            done["kills"] += status is None or how == "worker"
            done[f"killed: {how}"] += status is None or how == "worker"
            if out.exists() and half_written(out):
                sys.exit(f"half written: {half_written(out)}")
        found = state(out)
        if found != wanted:
            different = sorted(name for name in {*found, *wanted} if found.get(name) != wanted.get(name))
            sys.exit(f"{out} differs after {done}: {len(different)} of {len(wanted)}: {different[:5]}")
        done["runs that ended the same"] += 1
        shutil.rmtree(out)
        print(
            f"{done['kills']} kills, {done['runs that ended the same']} runs ended the same",
            file=sys.stderr,
            flush=True,
        )
    return done


def main() -> None:
    """Read the command line, kill, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    os.environ["PYTHONPATH"] = str(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        done = measure(asked.kills, asked.files, asked.seed, Path(folder))
    for what, count in sorted(done.items()):
        print(f"{count:>6,}  {what}")


if __name__ == "__main__":
    main()
