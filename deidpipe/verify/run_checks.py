"""The gate: read every file once, let every rule look, tell what was found and how much was looked at.

Memory stays flat: of each file only its name and what the collection rules keep of it stay; a value that was looked
at at a place is not looked at again.
"""

import os
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import NamedTuple

from deidpipe.verify.asked import Asked
from deidpipe.verify.checks import RULES, checks, h01_hipaa
from deidpipe.verify.claims import Claims, claims_of
from deidpipe.verify.coverage import RuleCoverage, Tally
from deidpipe.verify.finding import RANK, Finding, Hit, Severity
from deidpipe.verify.ledger import Baseline, Ledger, masked, worst
from deidpipe.verify.original import Original
from deidpipe.verify.place import Place
from deidpipe.verify.quiet import quiet
from deidpipe.verify.reader import Element, Instance, Reader
from deidpipe.verify.shelf import Check, Collection, Located
from deidpipe.verify.sources import Kind, Source, sources
from deidpipe.verify.value import Value, holds_text

LARGEST_TEXT = 1 << 24  # bytes of one value that are looked into
_SMALL = 1 << 22  # bytes of a file that is read as a whole
_REMEMBERED = 200_000  # values at places whose hits are remembered
_CLAIMS_REMEMBERED = 64
_NEW_ROOTS = ("2.25.", "1.3.6.1.4.1.14519.5.2.1.")  # made for UUIDs; TCIA's: other UIDs are not told, they may be old
_SALT = 16  # bytes

Show = Callable[[str, int, int], None]


class Report(NamedTuple):
    """All that the gate tells. ``status`` is the exit status; ``salt`` is what a baseline needs."""

    path: str
    profile: str
    status: int
    counts: dict[str, int]
    findings: tuple[Finding, ...]
    coverage: tuple[RuleCoverage, ...]
    hipaa: tuple[h01_hipaa.Row, ...]
    could_not: tuple[str, ...]
    salt: str

    @property
    def verdict(self) -> str:
        """The verdict in a sentence."""
        new = [each for each in self.findings if not each.known]
        blocking = sum(each.severity is Severity.BLOCK for each in new)
        if blocking:
            return f"Do not publish: {blocking:,} finding{'s' * (blocking != 1)} block{'s' * (blocking == 1)}."
        if self.status == 1:
            return "Do not publish: there are warnings, and they were asked to block."
        if self.could_not:
            return "Not decided: a check that was asked for could not run."
        warnings = sum(each.severity is Severity.WARN for each in new)
        after = f" {warnings:,} warning{'s' * (warnings != 1)} to look at." if warnings else ""
        return f"Nothing found that blocks.{after} Look at what was not looked at before you publish."


def check(asked: Asked, baseline: Baseline | None = None, show: Show = lambda _stage, _done, _total: None) -> Report:
    """Look at everything below a path.

    Raises UsageError if there is nothing there, IdentityError if the crosswalk does not fit.
    """
    with quiet():
        root, withheld = _place(asked.path)
        original = Original(asked.original, asked.crosswalk, asked.expected.options)
        gate = _Gate(asked._replace(path=root), original, baseline.salt if baseline else os.urandom(_SALT))
        gate.look_at_all(show)
        original.must_fit(gate.patient_ids)
        return gate.report(baseline, withheld)


def _place(path: str) -> tuple[str, int]:
    """Return what is to be checked, and how many files are in quarantine: of a run's OUT it is OUT/public."""
    public, private = os.path.join(path, "public"), os.path.join(path, "private")
    if not (os.path.isdir(public) and os.path.isfile(os.path.join(private, "files.csv"))):
        return path, 0
    quarantine = os.path.join(private, "quarantine")
    return public, sum(len(files) for _, _, files in os.walk(quarantine))


class _Gate:
    """One go over the files."""

    def __init__(self, asked: Asked, original: Original, salt: bytes) -> None:
        self._asked, self._original, self._salt = asked, original, salt
        self._shelf = checks(original)
        self._of_elements: list[Check] = [each for each in self._shelf if each.element]
        self._of_instances = [each for each in self._shelf if each.instance]
        self._collections: list[tuple[str, Collection]] = [
            (each.rule.id, each.collection(asked)) for each in self._shelf if each.collection
        ]
        self._reader = Reader()
        root = asked.expected.uid_root
        self._ledger = Ledger(RULES, salt, (*_NEW_ROOTS, *([f"{root}."] if root else [])))
        self._tally = Tally()
        self._names: list[str] = []
        self._memo: dict[tuple[Claims, Place, bytes, tuple[str, ...]], tuple[Hit, ...]] = {}
        self._claims: dict[Claims, Claims] = {}
        self.counts = {kind.value: 0 for kind in Kind} | {"Instances": 0, "elements": 0, "frames": 0, "unreadable": 0}
        self.patient_ids: set[str] = set()

    def look_at_all(self, show: Show) -> None:
        """Look at every file, and then at all of them together."""
        for source in sources(self._asked.path):
            number = len(self._names)
            self._names.append(source.name)
            self.counts[source.kind] += 1
            for _, collection in self._collections:
                self._add(collection.see_file(source, number))
            if source.problem:
                self._refuse(source.problem, number)
            elif source.kind is Kind.DICOM:
                self._look_at_file(source, number)
            show("check", number + 1, 0)
        for _, collection in self._collections:
            self._add(collection.end())

    def _refuse(self, what: str, number: int) -> None:
        self.counts["unreadable"] += 1
        self._ledger.add(Located(Hit("R-01", what, "not checked"), number))
        self._tally.miss("R-01", "files", what)

    def _look_at_file(self, source: Source, number: int) -> None:
        try:
            stream = source.open()
        except (OSError, RuntimeError, ValueError):
            self._refuse("cannot be opened", number)
            return
        with stream:
            whole = BytesIO(stream.read()) if source.size <= _SMALL else stream  # reading from memory is faster
            instance = self._reader.read(whole, source.name, number, source.size)
            self._look_at(instance)

    def _look_at(self, instance: Instance) -> None:
        if instance.problems:
            self.counts["unreadable"] += 1
            for check in self._shelf:
                self._tally.miss(check.rule.id, "instances", "could not be read to the end")
        self.counts["Instances"] += 1
        self.counts["elements"] += len(instance.elements)
        self.counts["frames"] += instance.frames
        claims = claims_of(instance, self._asked.expected)
        claims = self._claims.setdefault(claims, claims)
        if len(self._claims) > _CLAIMS_REMEMBERED:
            self._claims.clear()
        self.patient_ids.add(claims.patient_id)
        self._look_at_elements(instance, claims)
        for check in self._of_instances:
            assert check.instance
            self._add(check.instance(instance, claims))
        for _, collection in self._collections:
            self._add(collection.see(instance, claims))

    def _look_at_elements(self, instance: Instance, claims: Claims) -> None:
        if len(self._memo) > _REMEMBERED:
            self._memo.clear()
        days: frozenset[int] | None = None
        for element in (*instance.meta, *instance.elements):
            place = element.place
            if place.checks is None:
                place.checks = self._interested(place)
            if not place.checks:
                continue
            for hit in self._hits(instance, element, claims):
                if hit.days:
                    from deidpipe.verify.checks.t01_dates import days_of

                    days = days_of(instance) if days is None else days
                    if days.intersection(hit.days):
                        continue
                self._ledger.add(Located(hit, instance.number, instance.uid, element.path, place.vr))

    def _interested(self, place: Place) -> tuple[int, ...]:
        wanted = (each.where is None or each.where(place) for each in self._of_elements)
        return tuple(number for number, is_wanted in enumerate(wanted) if is_wanted)

    def _hits(self, instance: Instance, element: Element, claims: Claims) -> tuple[Hit, ...]:
        raw = element.value
        place = element.place
        if raw is None:
            raw = b"" if place.vr == "SQ" or place.is_bulk else instance.bytes_of(element, LARGEST_TEXT)
            if element.length > LARGEST_TEXT and not place.is_bulk:
                for number in place.checks or ():
                    self._tally.miss(self._of_elements[number].rule.id, "texts", "values too large to be looked into")
        if not raw and not place.is_private:
            return ()
        key = (claims, place, raw, element.holder.codecs)
        hits = self._memo.get(key)
        if hits is None:
            value = Value(place, raw, element.holder.codecs, claims)
            hits = tuple(hit for number in place.checks or () for hit in self._one(number, value, claims))
            self._memo[key] = hits
        return hits

    def _one(self, number: int, value: Value, claims: Claims) -> Iterator[Hit]:
        look = self._of_elements[number].element
        assert look
        return look(value, claims)

    def _add(self, found: Iterator[Located]) -> None:
        for located in found:
            self._ledger.add(located)

    def report(self, baseline: Baseline | None, withheld: int) -> Report:
        """Return all that is to be told."""
        self._count()
        masks: dict[str, str] = {}
        for _, collection in self._collections:
            masks |= getattr(collection, "masked", {})
        shown = self._asked.show_values
        names = self._names if shown else [masked(name, masks, number) for number, name in enumerate(self._names)]
        findings = tuple(self._ledger.findings(names, baseline, show_values=shown))
        by_rule = {rule: sum(each.rule == rule for each in findings) for rule in RULES}
        coverage = tuple(self._tally.of(rule, by_rule[rule]) for rule in RULES)
        could_not = tuple(self._could_not())
        return Report(
            path=self._asked.path,
            profile=self._asked.expected.profile,
            status=self._status(findings, could_not, withheld),
            counts={name: count for name, count in self.counts.items() if count} | {"in quarantine": withheld},
            findings=findings,
            coverage=coverage,
            hipaa=h01_hipaa.rows(findings, {each.rule: each.is_whole for each in coverage}),
            could_not=could_not,
            salt=self._salt.hex(),
        )

    def _status(self, findings: tuple[Finding, ...], could_not: tuple[str, ...], withheld: int) -> int:
        gravest = worst(findings)
        if gravest is not None and RANK[gravest] <= RANK[self._asked.fail_on]:
            return 1
        return 4 if could_not else 3 if withheld else 0

    def _could_not(self) -> Iterator[str]:
        if self._asked.pixels and self.counts["frames"]:
            yield "I-01: pixels were to be looked at, and this version cannot"
        if self._original.is_known and not self._original.identifiers:
            yield "X-02: the originals have no identifier that could be looked for"
        if self._asked.all_conformance and not self._tally.looked.get("C-01"):
            yield "C-01: conformance was to be checked, and dciodvfy is not installed"

    def _count(self) -> None:
        """Fill the coverage statement: what the rules for elements and Instances looked at, what the others say."""
        for place in self._reader.places:
            for number in place.checks or ():
                rule = self._of_elements[number].rule.id
                self._tally.look(rule, "elements", place.seen)
                if holds_text(place):
                    self._tally.look(rule, "texts", place.seen)
        for check in self._shelf:
            if check.element or check.instance:
                self._tally.look(check.rule.id, "instances", self.counts["Instances"])
        for rule, collection in self._collections:
            if type(collection).see is not Collection.see:
                self._tally.look_once(rule, "instances", self.counts["Instances"] if not collection.looked else 0)
            for unit, count in collection.looked.items():
                self._tally.look(rule, unit, count)
            for (unit, why), count in collection.missed.items():
                self._tally.miss(rule, unit, why, count)
        if not self._original.is_known:
            self._tally.miss("X-02", "instances", "needs --original or --crosswalk", self.counts["Instances"])
        if not self._original.folder:
            why = "one shift a patient needs --original"
            self._tally.miss("T-01", "instances", why, self.counts["Instances"])
        self._tally.look("H-01", "instances", self.counts["Instances"])
