"""Measure deidpipe against `cp -r` and gdcmanon on the same Instances: python bench/run.py.

Rounds are interleaved: each round runs every tool once, so that a slow minute of the machine hits all of them. Figures
are of the whole child process: CPU is user + system time, peak is the largest resident set (a few MB of it can be the
memory of this script, inherited before the child starts). Ratios are taken within a round; the table shows medians.
"""

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
WORK = HERE / "work"
SPENT = WORK / "spent"
DEIDPIPE = f"{shlex.quote(sys.executable)} -m deidpipe run {{in}} {{out}} --profile basic --workers 1"
FRAMES = {"320 MB": 640, "1 GB": 2000}  # of 512 KiB each


@dataclass(frozen=True)
class Cost:
    """What one run of one tool took."""

    tool: str
    cpu_s: float
    wall_s: float
    peak_mb: float


@dataclass(frozen=True)
class Row:
    """One line of a table: a tool on one set of Instances. Ratios are None where there is nothing to compare with."""

    data: str
    files: int
    tool: str
    cpu_s: float
    wall_s: float
    peak_mb: float
    cpu_ms_a_file: float
    cpu_x_cp: float | None
    wall_x_cp: float | None
    cpu_x_gdcmanon: float | None


def made(name: str, arguments: Sequence[str]) -> Path:
    """Return the folder of Instances with this name, making it the first time."""
    folder = WORK / name
    if not folder.exists():
        complain(f"making {folder}")
        draft = WORK / f"{name}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        WORK.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [sys.executable, str(HERE / "make_ct.py"), str(draft), *arguments], check=True, stdout=subprocess.DEVNULL
        )
        draft.rename(folder)
    return folder


def certificate() -> Path | None:
    """Return a certificate for gdcmanon, or None where gdcmanon or openssl is missing."""
    if not shutil.which("gdcmanon") or not shutil.which("openssl"):
        complain("gdcmanon is left out: it needs the packages libgdcm-tools and openssl")
        return None
    path = WORK / "cert.pem"
    if not path.exists():
        WORK.mkdir(parents=True, exist_ok=True)
        request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/CN=bench"]
        key = ["-keyout", str(WORK / "key.pem"), "-out", str(path)]
        subprocess.run([*request, *key], check=True, stderr=subprocess.DEVNULL)
    return path


def tools(deidpipe: str, *, only_copy: bool = False) -> dict[str, str]:
    """Return the command line of each tool that is there."""
    there = {"cp -r": "cp -r {in} {out}"}
    cert = None if only_copy else certificate()
    if cert:
        there["gdcmanon"] = f"gdcmanon -e -r --continue -i {{in}} -o {{out}} -c {shlex.quote(str(cert))}"
    if deidpipe:
        there["deidpipe"] = deidpipe
    return there


def cost_of(tool: str, template: str, source: Path, out: Path) -> Cost:
    """Run a tool once, with fresh output, and return what it took."""
    words = [word.replace("{in}", str(source)).replace("{out}", str(out)) for word in shlex.split(template)]
    if out.exists():
        retire(out)
    os.sync()
    with (WORK / "last.log").open("wb") as log:
        start = time.perf_counter()
        child = subprocess.Popen(words, stdout=log, stderr=log)
        _pid, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    written, wanted = count_instances(out), count_instances(source)
    if child.returncode or written < wanted:
        told = (WORK / "last.log").read_text(errors="replace")[-2000:]
        sys.exit(f"{tool}: exit status {child.returncode}, {written} of {wanted} Instances written\n{told}")
    retire(out)
    return Cost(tool, used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)


def retire(out: Path) -> None:
    """Empty the files of an output and set it aside; they are removed when everything is measured.

    Decided: not removed between runs. For minutes after a removal, ext4 looks at each inode that was freed before it
    makes a new file, which costs every later run up to 1 ms a file, more than the copy itself.
    """
    for path in out.rglob("*"):
        if path.is_file():
            os.truncate(path, 0)
    SPENT.mkdir(parents=True, exist_ok=True)
    out.rename(SPENT / str(time.monotonic_ns()))


def count_instances(folder: Path) -> int:
    """Return how many DICOM files a folder holds, at any depth."""
    return sum(1 for path in folder.rglob("*.dcm") if path.is_file())


def rounds(source: Path, commands: dict[str, str], count: int, *, warm_up: bool = True) -> list[dict[str, Cost]]:
    """Run every tool once a round; the warm-up round is not among the results."""
    results = []
    for number in range(0 if warm_up else 1, count + 1):
        result = {tool: cost_of(tool, command, source, WORK / "out") for tool, command in commands.items()}
        complain(f"{source.name} {f'round {number} of {count}' if number else 'warm-up'}: {brief(result)}")
        if number:
            results.append(result)
    return results


def brief(result: dict[str, Cost]) -> str:
    """Return one round in a few words."""
    return ", ".join(f"{tool} {cost.cpu_s:.2f} s CPU {cost.wall_s:.2f} s wall" for tool, cost in result.items())


def rows(data: str, files: int, results: Sequence[dict[str, Cost]]) -> Iterator[Row]:
    """Yield the medians of each tool."""
    for tool in results[0]:
        runs = [result[tool] for result in results]
        cpu = median(run.cpu_s for run in runs)
        yield Row(
            data=data,
            files=files,
            tool=tool,
            cpu_s=cpu,
            wall_s=median(run.wall_s for run in runs),
            peak_mb=median(run.peak_mb for run in runs),
            cpu_ms_a_file=1000 * cpu / files,
            cpu_x_cp=ratio(results, tool, "cp -r", "cpu_s"),
            wall_x_cp=ratio(results, tool, "cp -r", "wall_s"),
            cpu_x_gdcmanon=ratio(results, tool, "gdcmanon", "cpu_s"),
        )


def ratio(results: Sequence[dict[str, Cost]], tool: str, other: str, figure: str) -> float | None:
    """Return the median of the ratios within each round, or None where the other tool did not run."""
    if other not in results[0] or tool == other:
        return None
    return median(getattr(result[tool], figure) / getattr(result[other], figure) for result in results)


def table(of: Sequence[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = [
        "| data | files | tool | CPU s | wall s | CPU ms/file | peak MB | CPU x cp | wall x cp | CPU x gdcmanon |",
        "| --- | --: | --- | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for row in of:
        ratios = " | ".join(
            "-" if number is None else f"{number:.2f}" for number in (row.cpu_x_cp, row.wall_x_cp, row.cpu_x_gdcmanon)
        )
        lines.append(
            f"| {row.data} | {row.files} | {row.tool} | {row.cpu_s:.2f} | {row.wall_s:.2f} | {row.cpu_ms_a_file:.2f} "
            f"| {row.peak_mb:.0f} | {ratios} |"
        )
    return "\n".join(lines)


def measured(asked: argparse.Namespace) -> list[Row]:
    """Run all that was asked for."""
    found: list[Row] = []
    commands = tools(asked.tool)
    for count in asked.counts:
        source = made(f"ct-{count}", [str(count)])
        found += rows(f"CT, {count}", count, rounds(source, commands, asked.rounds))
    if asked.big:
        for name, frames in FRAMES.items():
            source = made(f"big-{frames}", ["1", "--frames", str(frames)])
            walkers = {tool: command for tool, command in commands.items() if tool != "cp -r"}  # cp skips the hole
            if walkers:
                found += rows(f"multi-frame, {name}", 1, rounds(source, walkers, 1, warm_up=False))
    return found


def complain(text: str) -> None:
    """Print progress, apart from the results."""
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each tool runs after the warm-up")
    parser.add_argument(
        "--counts",
        type=lambda text: [int(number) for number in text.split(",")],
        default=[1000],
        help="sizes of the sets of CT Instances, such as 250,1000,4000: is the time per file flat?",
    )
    parser.add_argument("--big", action="store_true", help="also one Instance of 320 MB and one of 1 GB: peak memory")
    parser.add_argument(
        "--tool", default=DEIDPIPE, metavar="CMD", help="instead of deidpipe: 'cmd with {in} {out}'; empty: none"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    asked = parser.parse_args()
    try:
        rows_found = measured(asked)
    finally:
        shutil.rmtree(SPENT, ignore_errors=True)
        shutil.rmtree(WORK / "out", ignore_errors=True)
    print(json.dumps({"rows": [asdict(row) for row in rows_found]}, indent=2) if asked.json else table(rows_found))


if __name__ == "__main__":
    main()
