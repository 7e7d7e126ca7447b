"""What a script says of itself in the Attributes that deidpipe writes: said, if deidpipe says the same."""

import re
from collections.abc import Callable, Collection, Mapping

from deidpipe.profile.importing.ctp import Line
from deidpipe.profile.importing.draft import Entry, Outcome, Remark
from deidpipe.standard.codes import method_codes
from deidpipe.standard.options import OPTIONS, Option

REMOVED, METHOD, CODES, DATES = 0x00120062, 0x00120063, 0x00120064, 0x00280303


def marked(lines: Mapping[int, Line], options: Collection[Option], entry_of: Callable[[Line], Entry]) -> list[Remark]:
    """Return a remark for each entry whose words deidpipe will not write as they are."""
    remarks = []
    for tag, line in lines.items():
        told = _MARKERS[tag](line.text.removeprefix("@always()").strip(), frozenset(options))
        if told:
            remarks.append(Remark(entry_of(line), *told))
    return remarks


Told = tuple[Outcome, str] | None


def _removed(text: str, _options: frozenset[Option]) -> Told:
    return None if text.upper() == "YES" else (Outcome.NOT_SAID, "deidpipe writes YES here")


def _method(text: str, _options: frozenset[Option]) -> Told:
    return None if text == "@keep()" else (Outcome.DIFFERS, "deidpipe appends its own words")


def _codes(text: str, options: frozenset[Option]) -> Told:
    asked = set(re.findall("1131[0-9]{2}", text))
    written = {code for code, _ in method_codes(options)}
    if asked <= written and re.fullmatch("[0-9/ ]+", text):
        return None
    names = [option.value for option, facts in OPTIONS.items() if facts.code in asked - written]
    fix = f"; if the script keeps to them, add options: {', '.join(names)}" if names else ""
    return Outcome.NOT_SAID, f"deidpipe writes the codes of the Options that are in force{fix}"


def _dates(text: str, options: frozenset[Option]) -> Told:
    written = "REMOVED"
    if Option.RETAIN_FULL_DATES in options:
        written = "UNMODIFIED"
    elif Option.RETAIN_MODIFIED_DATES in options:
        written = "MODIFIED"
    return None if text.upper() == written else (Outcome.NOT_SAID, f"deidpipe writes {written} here")


_MARKERS: Mapping[int, Callable[[str, frozenset[Option]], Told]] = {
    REMOVED: _removed,
    METHOD: _method,
    CODES: _codes,
    DATES: _dates,
}
