"""Hits become findings: the very same at the same place is told once, with all its files.

What a value says is told by its length, its shape and a digest under a salt that is new for each report, so that a
report does not give away what it reports; a baseline brings its salt along, so that its findings are known again.
"""

import re
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import NamedTuple

from deidpipe.verify.finding import RANK, Evidence, Finding, Hit, Rule, Severity
from deidpipe.verify.shelf import Located

_ITEM = re.compile(r"\[\d+\]")
_AROUND = 12  # characters of context on either side
_LONGEST = 40  # characters of what was found
_OTHERS = 9  # files besides the first that a finding names; JSON names all


class Baseline(NamedTuple):
    """Findings that are known: fingerprint -> the files that have it; and the salt that they were digested under."""

    salt: bytes
    known: Mapping[str, Collection[str]]


class _Group:
    __slots__ = ("first", "numbers", "severity")

    def __init__(self, first: Located, severity: Severity) -> None:
        self.first, self.severity = first, severity
        self.numbers = array("l")


class Ledger:
    """Keeps what was found, each group with the numbers of its files."""

    def __init__(self, rules: Mapping[str, Rule], salt: bytes, new_roots: tuple[str, ...] = ("2.25.",)) -> None:
        self._rules, self._salt, self._new_roots = rules, salt, new_roots
        self._groups: dict[tuple[str, ...], _Group] = {}

    def add(self, located: Located) -> None:
        """Note a hit."""
        hit = located.hit
        severity = hit.severity or self._rules[hit.rule].severity
        told = hit.told if self._rules[hit.rule].by_value else ""
        key = (hit.rule, severity, hit.what, _ITEM.sub("[]", located.path), hit.kind, told)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = _Group(located, severity)
        if not group.numbers or group.numbers[-1] != located.number:
            group.numbers.append(located.number)

    def findings(self, names: list[str], baseline: Baseline | None, *, show_values: bool) -> Iterator[Finding]:
        """Yield the findings, those that block first; what a baseline knows is marked, file by file."""
        ordered = sorted(
            self._groups.items(), key=lambda item: (RANK[item[1].severity], item[0][0], item[0][3], item[0])
        )
        for key, group in ordered:
            print_ = self._digest("\0".join(key))
            files = [names[number] if number >= 0 else "" for number in group.numbers]
            old = baseline.known.get(print_, ()) if baseline else ()
            for some, known in (
                ([each for each in files if each not in old], False),
                ([*filter(old.__contains__, files)], True),
            ):
                if some:
                    yield self._finding(group, some, print_, known=known, show=show_values)

    def _finding(self, group: _Group, files: list[str], print_: str, *, known: bool, show: bool) -> Finding:
        _hit, _number, uid, path, vr = group.first
        hit = group.first.hit
        return Finding(
            rule=hit.rule,
            severity=group.severity,
            file=files[0],
            sop_instance_uid=uid if show or not uid or uid.startswith(self._new_roots) else f"({self._digest(uid)})",
            path=path,
            vr=vr,
            what=hit.what,
            kind=str(hit.kind),
            hipaa=hit.hipaa,
            evidence=self._evidence(hit) if hit.value else None,
            fix=hit.fix or self._rules[hit.rule].fix,
            files=len(files),
            others=tuple(files[1:]),
            value=hit.told if show else None,
            known=known,
            fingerprint=print_,
        )

    def _evidence(self, hit: Hit) -> Evidence:
        stop = len(hit.value) if hit.stop < 0 else hit.stop
        told = hit.value[hit.start : stop]
        before, after = hit.value[max(hit.start - _AROUND, 0) : hit.start], hit.value[stop : stop + _AROUND]
        context = f"{_shape(before)}«{_shape(told[:_LONGEST])}{'…' * (len(told) > _LONGEST)}»{_shape(after)}"
        return Evidence(len(told), self._digest(told), context)

    def _digest(self, text: str) -> str:
        return blake2b(text.encode("utf-8", "surrogatepass"), key=self._salt, digest_size=8).hexdigest()


def _shape(text: str) -> str:
    """Return a text with x for each letter and 9 for each digit."""
    return "".join("x" if letter.isalpha() else "9" if letter.isdigit() else letter if letter.isprintable() else " "
                   for letter in text)  # fmt: skip


def masked(name: str, masks: Mapping[str, str], number: int) -> str:
    """Return the path of a file with the components that identify masked; the number tells such files apart."""
    parts = re.split(r"([/\\])", name)
    if not masks.keys() & {*parts}:
        return name
    return "".join(masks.get(part, part) for part in parts) + f" (file {number})"


def worst(findings: Iterable[Finding]) -> Severity | None:
    """Return the gravest severity of findings that are not known."""
    return min(
        (each.severity for each in findings if not each.known), key=lambda severity: RANK[severity], default=None
    )
