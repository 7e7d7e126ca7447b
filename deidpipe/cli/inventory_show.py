"""The inventory on a terminal: how much there is, and the riskiest elements with an example."""

import sys
from collections.abc import Sequence

from deidpipe.cli.show import say, say_table
from deidpipe.run.inventory.tables import Counts, FoundElement
from deidpipe.run.inventory.take import Files

_EXAMPLE = 40  # characters
_COLORS = {"high": "red", "medium": "yellow", "low": "green"}
_HEADS = ("risk", "element", "VR", "values", "Instances", "patients", "proposed", "found", "for example")
_NUMBERS = frozenset({"values", "Instances", "patients"})


def say_summary(files: Files, counts: Counts, top: Sequence[FoundElement], profile: str) -> None:
    """Print the summary and a table: by Rich where somebody looks, elsewhere one line for each element."""
    say(f"{files.read:,} Instances of {files.inputs:,} files, {counts.patients:,} patients; profile {profile}")
    say(f"  not-dicom   {files.not_dicom:>9,}")
    say(f"  unreadable  {files.unreadable:>9,}   {'; '.join(files.reasons)}".rstrip())
    say(f"  elements    {counts.elements:>9,}   as {counts.rows:,} rows of distinct values")
    say(f"  high risk   {counts.high:>9,}   of which would stay: {counts.high_that_stay:,}")
    say(f"  medium      {counts.medium:>9,}")
    say(f"  low         {counts.low:>9,}")
    say()
    rows = [_row(element) for element in top]
    if sys.stdout.isatty():
        _say_in_color(rows)
    else:
        say_table(_HEADS, rows)
    if len(top) < counts.elements:
        say(f"and {counts.elements - len(top):,} more: --top N shows more, --out FOLDER writes a page with all")


def _row(element: FoundElement) -> tuple[str, ...]:
    first = element.values[0]
    example = first.value if len(first.value) <= _EXAMPLE else first.value[:_EXAMPLE] + " ..."
    name = f" {element.name}" if element.private and element.name else ""
    found = sorted({kind for value in element.values for kind in value.classes.split(", ") if kind})
    return (
        element.risk,
        element.path + name,
        element.vr + (f" ({element.dictionary_vr})" if element.dictionary_vr else ""),
        f"{element.distinct:,}" + ("+" if element.is_cut else "") if element.distinct else "",
        f"{element.instances:,}",
        f"{element.patients:,}",
        f"{element.action} {element.what}",
        ", ".join(found),
        example if first.kind == "value" else f"({example})",
    )


def _say_in_color(rows: Sequence[Sequence[str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    used = [place for place in range(len(_HEADS)) if any(row[place] for row in rows)]
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for place in used:
        table.add_column(_HEADS[place], justify="right" if _HEADS[place] in _NUMBERS else "left", overflow="fold")
    for row in rows:  # as Text: a value that looks like markup is none
        table.add_row(*(Text(row[place], style=_COLORS[row[0]] if place == 0 else "") for place in used))
    Console(highlight=False).print(table)
