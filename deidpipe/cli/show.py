"""How results are printed: plain tables on stdout, a progress bar on stderr where somebody looks."""

import json
import sys
from collections.abc import Callable, Iterable, Sequence

_WIDEST = 60  # characters of one cell in a terminal


def say(line: str = "") -> None:
    """Print a line of the result."""
    print(line)  # noqa: T201


def complain(line: str) -> None:
    """Print a line that is no result."""
    print(line, file=sys.stderr)  # noqa: T201


def say_json(result: object) -> None:
    """Print one JSON object."""
    print(json.dumps(result, indent=2, ensure_ascii=False, default=str))  # noqa: T201


def say_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, widest: int = _WIDEST) -> None:
    """Print a table with aligned columns; numbers stand to the right."""
    cells = [[_cell(value, widest) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    numeric = [all(row[place].replace(",", "").isdigit() for row in cells) for place in range(len(columns))]
    say("  ".join(name.ljust(width) for name, width in zip(columns, widths, strict=True)).rstrip())
    say("  ".join("-" * width for width in widths))
    for row in cells:
        aligned = (
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row, widths, numeric, strict=True)
        )
        say("  ".join(aligned).rstrip())


def _cell(value: object, widest: int) -> str:
    text = f"{value:,}" if isinstance(value, int) else str(value)
    return text if len(text) <= widest else text[: widest - 1] + "…"


def progress_bar() -> tuple[Callable[[str, int, int], None], Callable[[], None]]:
    """Return a function that shows (stage, done, total), and one that ends it; silent where stderr is no terminal."""
    if not sys.stderr.isatty():
        return lambda _stage, _done, _total: None, lambda: None
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description:<8}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), auto_refresh=False)
    tasks: dict[str, TaskID] = {}
    bar.start()

    def show(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            tasks[stage] = bar.add_task(stage, total=total)
        if done % max(total // 200, 1) == 0 or done == total:
            bar.update(tasks[stage], completed=done, refresh=True)

    return show, bar.stop
