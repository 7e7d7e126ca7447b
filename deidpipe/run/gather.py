"""What identifies, gathered from the Data Sets before any is cleaned: of each patient, and of staff and sites.

Only what the profile takes out is gathered: a value that may stay where it is may stay in a text as well.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from deidpipe.dicom.dictionary import vr_of
from deidpipe.dicom.index import Index
from deidpipe.dicom.instance import Instance
from deidpipe.dicom.layout import Kind as Part
from deidpipe.dicom.layout import Layout
from deidpipe.dicom.values import CHARACTER_SET, text
from deidpipe.profile.ruleset import Place, RuleSet
from deidpipe.standard.actions import Action
from deidpipe.text.identifier import Identifier
from deidpipe.text.sources import is_own, is_shared, kind_of
from deidpipe.text.span import Kind

_DATE_LENGTH = 8
_EQUIPMENT = (0x00080070, 0x00081090)  # Manufacturer, Manufacturer's Model Name


class Gathered(NamedTuple):
    """Identifiers by original Patient ID, and those that are hunted in the texts of all patients."""

    patients: Mapping[str, frozenset[Identifier]]
    shared: frozenset[Identifier]


NOTHING_GATHERED = Gathered({}, frozenset())


class News(NamedTuple):
    """What one process has gathered since it last told; sets, so that it does not matter who tells first."""

    patients: dict[str, set[Identifier]]
    shared: set[Identifier]
    makers: set[str]


class Gatherer:
    """Gathers identifiers from one Instance after the other; their order does not matter."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._goes: dict[int, bool] = {}  # tag -> whether the profile takes its value out
        self._entries: dict[Layout, tuple[int, ...]] = {}
        self._seen: set[int] = set()
        self._patients: dict[str, set[Identifier]] = {}
        self._shared: set[Identifier] = set()
        self._makers: set[str] = set()

    def learn(self, patient: str, instance: Instance) -> None:
        """Take in what an Instance says of a patient; the same values again cost next to nothing."""
        index = instance.data_set
        entries = self._entries.get(index.layout)
        if entries is None:
            entries = self._entries[index.layout] = self._telling(index.layout)
        values = index.values(entries)
        known = hash((patient, index.layout, values))
        if known not in self._seen:
            self._seen.add(known)
            own = self._patients.setdefault(patient, set())
            if not patient.startswith("\0"):
                own.add(Identifier(Kind.RECORD_NUMBER, patient, is_own=True))
            self._makers |= {text(index.value_of(tag) or b"").casefold() for tag in _EQUIPMENT}
            for tag, identifier in _identifiers(index, entries, values):
                own.add(identifier)
                if is_shared(tag):
                    self._shared.add(identifier)

    def news(self) -> News:
        """Return what was learnt since the last call; for the keeper of a run in many processes, see ``add``."""
        news = News(self._patients, self._shared, self._makers)
        self._patients, self._shared, self._makers = {}, set(), set()
        return news

    def add(self, news: News) -> None:
        """Take in what another Gatherer has learnt."""
        for patient, own in news.patients.items():
            self._patients.setdefault(patient, set()).update(own)
        self._shared |= news.shared
        self._makers |= news.makers

    def gathered(self) -> Gathered:
        """Return what was gathered."""
        return Gathered(
            {patient: frozenset(filter(self._is_no_maker, own)) for patient, own in self._patients.items()},
            frozenset(filter(self._is_no_maker, self._shared)),
        )

    def _is_no_maker(self, identifier: Identifier) -> bool:
        """Tell if an identifier is not just what the equipment is called, in a place meant for the site."""
        return identifier.value.casefold() not in self._makers

    def _telling(self, layout: Layout) -> tuple[int, ...]:
        """Return the entries of a layout whose values are to be gathered."""
        return tuple(
            entry
            for entry in layout.elements
            if layout.kinds[entry] is Part.LEAF and kind_of(layout.tags[entry]) and self._is_taken(layout.tags[entry])
        )

    def _is_taken(self, tag: int) -> bool:
        if tag not in self._goes:
            self._goes[tag] = self._rules.rule_for(Place((tag,), vr_of(tag)), None).action is not Action.KEEP
        return self._goes[tag]


def _identifiers(index: Index, entries: tuple[int, ...], values: tuple[bytes, ...]) -> Iterator[tuple[int, Identifier]]:
    character_set = index.value_of(CHARACTER_SET)
    for entry, value in zip(entries, values, strict=True):
        tag = index.layout.tags[entry]
        kind = kind_of(tag)
        if kind is None or not value.strip(b"\0 "):
            continue
        for part in text(value, character_set).split("\\"):
            told = part.strip()[:_DATE_LENGTH] if kind is Kind.DATE else part.strip()
            if told:
                yield tag, Identifier(kind, told, is_own(tag))
