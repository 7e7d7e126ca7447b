"""Names and spellings that installed packages hold, read only when a word is in no list of ours.

``mimesis`` ships names of persons in 46 locales, ``pyspellchecker`` a list of English spellings. Neither is imported:
their data files are read where they lie.
"""

import gzip
import json
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from deidpipe.text.folding import fold

_SHORTEST_NAME = 2  # letters, or one Chinese character and more


def is_name_of_a_person(folded: str) -> bool:
    """Tell whether a folded word is a given or a family name in some locale."""
    return folded in _names()


def is_spelt(folded: str) -> bool:
    """Tell whether a folded word stands in the list of spellings, which holds words and some names."""
    spellings = _spellings()
    sought = f'\n"{folded}": '.encode()
    low, high = 0, len(spellings)
    while high - low > len(sought):  # the lines are sorted: no need to make a table of them
        middle = spellings.rfind(b'\n"', low, (low + high) // 2 + 1)
        if middle <= low:
            break
        line = spellings[middle : spellings.find(b": ", middle) + 2]
        if line == sought:
            return True
        low, high = (middle, high) if line < sought else (low, middle)
    return spellings.find(sought, low, high + len(sought)) >= 0


@cache
def _spellings() -> bytes:
    packed = _folder("spellchecker") / "resources" / "en.json.gz"
    return gzip.decompress(packed.read_bytes())


@cache
def _names() -> frozenset[str]:
    """Return the names of all locales, folded; the parts of a double name are names too."""
    told: set[str] = set()
    for path in (_folder("mimesis") / "datasets").glob("*/person.json"):
        person = json.loads(path.read_bytes())
        for names in (*_lists(person.get("names")), *_lists(person.get("surnames"))):
            told.update(names)
    found = set(fold("\n".join(told)).split("\n"))  # all at once: that is ten times as fast
    parts = {part for name in found if not name.isalpha() for part in name.replace("-", " ").split()}
    return frozenset(name for name in found | parts if len(name) >= _SHORTEST_NAME)


def _lists(node: object) -> Iterator[list[str]]:
    """Yield the lists of names in a table, or a table of tables, or what is a list itself."""
    if isinstance(node, dict):
        for below in node.values():
            yield from _lists(below)
    elif isinstance(node, list):
        yield [name for name in node if isinstance(name, str)]


def _folder(package: str) -> Path:
    """Return the folder of an installed package, without importing it."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"{package} is not installed; pip install deidpipe installs it", name=package)
    return Path(spec.submodule_search_locations[0])
