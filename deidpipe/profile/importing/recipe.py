"""Read a recipe of deid: text, with sections that begin with % and one action a line.

``%header`` has the actions, ``%fields NAME`` and ``%values NAME`` the groups that they refer to, ``%filter NAME`` what
deid looks for in images, one LABEL with its lines each, ``%labels`` what it adds for later.
"""

import re
from typing import NamedTuple

from deidpipe.errors import ProfileError
from deidpipe.profile.complaints import shown

ACTIONS = ("ADD", "BLANK", "JITTER", "KEEP", "REMOVE", "REPLACE")
_WITH_VALUE = frozenset({"ADD", "JITTER", "REPLACE"})
_SECTIONS = frozenset({"header", "labels", "filter", "values", "fields"})
_NAMED = frozenset({"filter", "values", "fields"})


class Line(NamedTuple):
    """One line that says something. ``section`` is header, ``fields NAME`` and so on; ``fault`` says what is wrong."""

    number: int
    section: str
    action: str
    field: str
    value: str
    text: str
    fault: str = ""


Recipe = tuple[Line, ...]


def is_recipe(text: str) -> bool:
    """Tell if a text looks like a recipe."""
    return bool(re.search(r"(?im)^\s*(FORMAT\s+\w|%(header|filter|values|fields|labels)\b)", text[:100_000]))


def read_recipe(text: str, file: str) -> Recipe:
    """Return the lines of a recipe, in order; of a filter its LABEL only, which stands for the lines below it.

    Raises ProfileError for a section that deid does not know, or another format than dicom.
    """
    lines: list[Line] = []
    section = ""
    for number, written in enumerate(text.splitlines(), start=1):
        bare = written.strip()
        if not bare or bare.startswith("#"):
            continue
        if re.match("format", bare, re.IGNORECASE):
            _check_format(bare, f"{file}:{number}")
        elif bare.startswith("%"):
            section = _section(bare.partition("#")[0], f"{file}:{number}")
        elif not section:
            raise ProfileError(f"{file}:{number}", "an action before any section", "write %header above it")
        elif section.startswith("filter "):
            if bare.upper().startswith("LABEL"):
                lines.append(Line(number, section, "LABEL", "", "", bare.partition("#")[0].strip()))
        else:
            lines.append(_line(number, section, bare))
    return tuple(lines)


def _check_format(bare: str, where: str) -> None:
    given = bare[len("format") :].strip().lower()
    if given != "dicom":
        raise ProfileError(where, f"format {shown(given)}", "only FORMAT dicom can be imported")


def _section(bare: str, where: str) -> str:
    words = bare[1:].split()
    kind, name = (words[0].lower() if words else ""), " ".join(words[1:])
    if kind not in _SECTIONS:
        raise ProfileError(where, f"unknown section {shown(bare)}", f"deid knows %{', %'.join(sorted(_SECTIONS))}")
    if kind in _NAMED and not name:
        raise ProfileError(where, f"a section %{kind} without a name", f"write %{kind} and a name")
    return f"{kind} {name}" if kind in _NAMED else kind


def _line(number: int, section: str, bare: str) -> Line:
    parts = re.findall(r"""(?:[^\s"']|"[^"]*"|'[^']*')+""", bare)
    action = parts[0] if parts else ""
    field = parts[1] if len(parts) > 1 else ""
    value = " ".join(parts[2:]).partition("#")[0].strip()
    fault = ""
    known = ("FIELD", "SPLIT") if section.startswith(("fields ", "values ")) else ACTIONS
    if action not in known:
        fault = "deid does not know this line, and skips it"
    elif not field or field.startswith("#"):
        fault = "the line names no field"
    elif action in _WITH_VALUE and not value:
        fault = f"{action} without a value"
    return Line(number, section, action, field, value, bare, fault)
