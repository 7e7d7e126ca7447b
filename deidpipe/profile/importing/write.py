"""The YAML of an imported profile: what could not be said as comments at the top, then the profile in a fixed order."""

import os
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from deidpipe.errors import ProfileError
from deidpipe.profile.importing.draft import Draft, Entry, Outcome, Remark
from deidpipe.profile.importing.settle import BASE, Settled
from deidpipe.profile.importing.yaml_text import plain, quoted
from deidpipe.profile.model import Unlisted
from deidpipe.profile.nodes import LARGEST_FILE

_ORIGINS = {"CTP": "a CTP DICOM anonymizer script", "deid": "a deid recipe"}
_HEADINGS = {
    Outcome.NOT_SAID: "NOT SAID: at most a stricter rule stands in for these.",
    Outcome.DIFFERS: "DIFFERS: a rule stands for these, or the Basic Profile sees to them, with this difference.",
}


class Imported(NamedTuple):
    """A profile as YAML, and how much of the file it says. What is disabled is in none of the other counts."""

    text: str
    remarks: tuple[Remark, ...]
    said: int
    differs: int
    not_said: int
    disabled: int
    rules: int


def written(draft: Draft, settled: Settled, file: str) -> Imported:
    """Return the profile of a draft.

    Raises ProfileError if it would be larger than a profile may be.
    """
    outcomes = _outcomes(draft.entries, settled.remarks)
    said, differs, not_said = (outcomes.count(outcome) for outcome in Outcome)
    name = re.sub("[^A-Za-z0-9._-]+", "-", os.path.splitext(file)[0]).strip("-.")[:64] or "imported"
    lines = [
        f"# Made by deidpipe profile import from {plain(file)}, {_ORIGINS[draft.origin]}.",
        f"# Of {len(outcomes)} entries in force {said} are said, {differs} differ, {not_said} are not said; "
        f"{draft.disabled} are disabled.",
        *_told(settled.remarks),
        "deidpipe: 1",
        f"name: {quoted(name)}",
        f"description: {quoted(f'Imported from {file}, {_ORIGINS[draft.origin]}')}",
        f"extends: {BASE}",
    ]
    if draft.options:
        lines.append(f"options: [{', '.join(sorted(draft.options))}]")
    if draft.unlisted is not Unlisted.KEEP:
        lines.append(f"unlisted: {draft.unlisted}")
    if settled.identity:
        lines.append(f"identity: {{{', '.join(settled.identity)}}}")
    for key, items in (("rules", settled.rules), ("quarantine", settled.stops)):
        lines += [f"{key}:", *(f"  - {item}" for item in items)] if items else []
    text = "\n".join(lines) + "\n"
    if len(text.encode()) > LARGEST_FILE:
        raise ProfileError(f"{file}:1", "its profile would be larger than 1 MB", "split it")
    return Imported(text, settled.remarks, said, differs, not_said, draft.disabled, len(settled.rules))


def _outcomes(entries: Sequence[Entry], remarks: Iterable[Remark]) -> list[Outcome]:
    """Return the gravest outcome of each entry."""
    told: dict[Entry, set[Outcome]] = {}
    for remark in remarks:
        told.setdefault(remark.entry, set()).add(remark.outcome)
    gravest = (Outcome.NOT_SAID, Outcome.DIFFERS, Outcome.SAID)
    return [next(each for each in gravest if each in {*told.get(entry, ()), Outcome.SAID}) for entry in entries]


def _told(remarks: Iterable[Remark]) -> list[str]:
    by_why: dict[tuple[Outcome, str], list[str]] = {}
    for remark in remarks:
        by_why.setdefault((remark.outcome, remark.why), []).append(in_words(remark))
    lines = []
    for outcome, heading in _HEADINGS.items():
        reasons = {why: told for (each, why), told in by_why.items() if each is outcome}
        lines += ["#", f"# {heading}"] if reasons else []
        for why, told in reasons.items():
            lines.append(f"#   {plain(why)}")
            lines += [f"#     {each}" for each in told]
    return lines


def in_words(remark: Remark) -> str:
    """Return the entry of a remark: its line, its tag and label, its expression, the Attributes that it is about."""
    entry = remark.entry
    line = f"line {entry.line}" if entry.line else ""
    names = f"({', '.join(remark.names)})" if remark.names else ""
    return f"{plain(': '.join(filter(None, (line, entry.what, entry.text))))} {names}".rstrip()
