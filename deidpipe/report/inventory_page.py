"""The inventory as one HTML page for the curator: it needs nothing else, and loads nothing.

The rows go in as JSON. Their values are anybody's: in the JSON no ``<`` stands, and the script makes text of them only.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

_FOLDER: Final = os.path.join(os.path.dirname(__file__), "page")
_LONGEST: Final = 20_000  # characters of a value; the Parquet file has it whole

Element = Mapping[str, object]
"""What is told of an element, by the names that the script knows; ``values`` has its rows."""


class About(NamedTuple):
    """What stands above the rows: a line of facts, and what the reader must know of what is not there."""

    facts: str
    notes: Sequence[str]


def inventory_page(about: About, elements: Iterator[Element]) -> Iterator[str]:
    """Yield the pieces of the page, so that it need not be held in memory as a whole."""
    page, style, script = (_read(f"inventory.{kind}") for kind in ("html", "css", "js"))
    before, after = page.replace("@STYLE@", style).split("@ROWS@")
    yield before
    yield '{"about":' + _json(about._asdict()) + ',"elements":['
    for place, element in enumerate(elements):
        yield ("," if place else "") + _json(_short(element))
    yield "]}"
    yield after.replace("@SCRIPT@", script)


def _short(element: Element) -> Element:
    rows = element["values"]
    assert isinstance(rows, list)
    return {**element, "values": [_cut(row) for row in rows]}


def _cut(row: Mapping[str, object]) -> Mapping[str, object]:
    value = row["value"]
    assert isinstance(value, str)
    return row if len(value) <= _LONGEST else {**row, "value": value[:_LONGEST], "more": len(value) - _LONGEST}


def _json(told: object) -> str:
    """Return JSON that ends no script, whatever stands in it."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _read(name: str) -> str:
    with open(os.path.join(_FOLDER, name), encoding="utf-8") as file:
        return file.read().rstrip("\n")
