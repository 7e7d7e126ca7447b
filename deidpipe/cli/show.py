"""How results are printed: plain tables on stdout, a progress bar on stderr where somebody looks."""

import json
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Sequence

from deidpipe.run.progress import Progress
from deidpipe.run.utility import UtilityLost, in_lines
from deidpipe.standard.table import EDITION

_GAP = 2  # spaces between columns
_PAUSE = 0.1  # seconds between two looks of the bar
_MINUTE = 60.0
_NARROWEST = 12  # no column is wrapped to less than that


def say(line: str = "") -> None:
    """Print a line of the result."""
    print(line)  # noqa: T201


def complain(line: str) -> None:
    """Print a line that is no result."""
    print(line, file=sys.stderr)  # noqa: T201


def say_json(result: object) -> None:
    """Print one JSON object."""
    print(json.dumps(result, indent=2, ensure_ascii=False, default=str))  # noqa: T201


def say_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table with aligned columns; numbers stand to the right, a column without any text is left out.

    In a terminal long cells are wrapped, so that the table fits; elsewhere each row is one line, and nothing is cut.
    """
    cells = [[f"{value:,}" if isinstance(value, int) else str(value) for value in row] for row in rows]
    used = [place for place in range(len(columns)) if not cells or any(row[place] for row in cells)]
    cells = [[row[place] for place in used] for row in cells]
    heads = [columns[place] for place in used]
    numeric = [all(row[place].replace(",", "").isdigit() for row in cells) for place in range(len(heads))]
    widest = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    widths = _fitted(widest, shutil.get_terminal_size((0, 0)).columns)
    _say_row(heads, widths, [False] * len(heads))
    _say_row(["-" * width for width in widths], widths, numeric)
    for row in cells:
        _say_row(row, widths, numeric)


def _say_row(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> None:
    wrapped = [_wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for line in range(max(map(len, wrapped), default=0)):
        parts = [part[line] if line < len(part) else "" for part in wrapped]
        aligned = (
            part.rjust(width) if number else part.ljust(width)
            for part, width, number in zip(parts, widths, numeric, strict=True)
        )
        say((" " * _GAP).join(aligned).rstrip())


def _fitted(widths: Sequence[int], room: int) -> list[int]:
    """Return widths that fit into the room, if it is known: the widest columns give way."""
    fitted = list(widths)
    while room and sum(fitted) + _GAP * (len(fitted) - 1) > room and max(fitted) > _NARROWEST:
        fitted[fitted.index(max(fitted))] -= 1
    return fitted


def _wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines after a space; a word that is too long, inside: at best before a step or a capital."""
    lines = [""]
    for word in re.findall(r"[^ ]* *", text):
        pieces = re.findall(r"[./_]?[^./_A-Z]*[A-Z]*[^./_A-Z]*", word) if len(word.rstrip()) > width else [word]
        for piece in pieces:
            if len(lines[-1]) + len(piece.rstrip()) > width and lines[-1]:
                lines.append("")
            lines[-1] += piece
            while len(lines[-1].rstrip()) > width:
                lines[-1:] = [lines[-1][:width], lines[-1][width:]]
    return [line.rstrip() for line in lines]


def because(rule: str, source: str, why: str) -> str:
    """Return whose rule it was, where it is written and why, in one line; the edition stands in the manifest."""
    written = source.removeprefix(f"PS3.15 {EDITION} ")
    return f"{rule}, {written}{f': {why}' if why else ''}"


def say_utility(lost: Sequence[UtilityLost]) -> None:
    """Print what research needs and does not get, one line for each modality and reason; nothing if there is none."""
    if lost:
        say("\nNeeded for research, and not in the output as it was")
        say_table(("", "for", "Instances", "Attributes"), in_lines(lost))


def progress_bar() -> tuple[Progress, Callable[[], None]]:
    """Return what shows how far a run is, and what ends that. Where stderr is no terminal: a line now and then."""
    if not sys.stderr.isatty():
        return _Lines(), lambda: None
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description:<8}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[told]}"),
    )
    bar = Bar(*columns, console=Console(stderr=True), auto_refresh=False)
    tasks: dict[str, TaskID] = {}
    began: dict[str, float] = {}
    shown = 0.0
    bar.start()

    def show(stage: str, done: int, total: int, size: int = 0, told: str = "", /) -> None:
        nonlocal shown
        now = time.monotonic()
        if stage not in tasks:
            tasks[stage], began[stage] = bar.add_task(stage, total=total, rate="", told=""), now
        if now - shown > _PAUSE or done == total:
            shown = now
            rate = _rate(done, size, now - began[stage])
            bar.update(tasks[stage], completed=done, rate=rate, told=told, refresh=True)

    return show, bar.stop


def counter(what: str) -> tuple[Callable[[str, int, int], None], Callable[[], None]]:
    """Return a function that counts (stage, done, total) where no total is known, and one that ends it."""
    if not sys.stderr.isatty():
        return lambda _stage, _done, _total: None, lambda: None

    def show(_stage: str, done: int, _total: int) -> None:
        if done % 50 == 0:
            print(f"\r{done:,} {what}", end="", file=sys.stderr, flush=True)  # noqa: T201

    def end() -> None:
        print("\r\033[K", end="", file=sys.stderr, flush=True)  # noqa: T201

    return show, end


class _Lines:
    """Prints a line a minute, for whoever reads the log of a long run; a short one prints none."""

    def __init__(self) -> None:
        self._stage, self._began, self._said = "", 0.0, 0.0

    def __call__(self, stage: str, done: int, total: int, size: int = 0, told: str = "", /) -> None:
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._began, self._said = stage, now, now
        if now - self._said >= _MINUTE and done:
            self._said = now
            spent = now - self._began
            left = round(spent / done * (total - done) / _MINUTE)
            rate = _rate(done, size, spent)
            complain(f"{stage} {done:,} of {total:,}, {rate}, {left} min left{f'; {told}' if told else ''}")


def _rate(done: int, size: int, seconds: float) -> str:
    """Return how fast it goes: files and, if bytes are counted, megabytes a second."""
    if seconds < _PAUSE:
        return ""
    return f"{done / seconds:,.0f} files/s" + (f" {size / seconds / 1e6:,.0f} MB/s" if size else "")
