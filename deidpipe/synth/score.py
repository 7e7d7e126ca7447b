"""The score of a result: each action right or wrong, by category, and what of the patients is left in the bytes."""

import os
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from deidpipe.errors import UsageError
from deidpipe.synth.judge import JUDGES, shift_of
from deidpipe.synth.key import ANSWERS, IDENTITIES, Category, Row, read_answers, read_identities
from deidpipe.synth.leaks import Leaks, Search
from deidpipe.synth.matching import NOTHING_TOLD, Crosswalk, match, prints_below, read_file
from deidpipe.synth.path import element_at
from deidpipe.synth.pixels import are_hidden, are_retained
from deidpipe.synth.words import text_of

_Name = TypeVar("_Name", bound=str)


class Wrong(NamedTuple):
    """An action that was not done. ``value`` is what the result has, "" where there is nothing."""

    row: Row
    result: str  # the file of the result, "" where there is none
    value: str


class Tally(NamedTuple):
    """How many actions of a category were right and wrong."""

    right: int
    wrong: int

    @property
    def percent(self) -> float:
        """How many of a hundred were right."""
        return 100 * self.right / max(self.right + self.wrong, 1)


class Score(NamedTuple):
    """The score of a result. ``by_kind`` and ``by_family`` are of planted text and identity alone."""

    files: int
    missing: int
    by_category: dict[Category, Tally]
    by_kind: dict[str, Tally]
    by_family: dict[str, Tally]
    wrong: list[Wrong]
    leaks: Leaks

    @property
    def total(self) -> Tally:
        """All categories."""
        return Tally(
            sum(each.right for each in self.by_category.values()), sum(each.wrong for each in self.by_category.values())
        )


class _Seen(NamedTuple):
    """What a result has where the key looks."""

    row: Row
    result: str
    value: str
    right: bool | None  # None: only the whole collection tells
    told: Hashable = None  # what the whole collection is asked about: days of a shift, a new UID or ID


def score(
    answers: str,
    result: str,
    crosswalk: Crosswalk = NOTHING_TOLD,
    show: Callable[[str, int, int], None] = lambda *_: None,
) -> Score:
    """Score the files below ``result`` by an answer key, which must lie beside its collection.

    Raises UsageError if one of them is not there.
    """
    key = os.path.join(answers, ANSWERS) if os.path.isdir(answers) else answers
    folder = os.path.dirname(key)
    rows = read_answers(key)
    if not os.path.isdir(os.path.join(folder, "data")):
        raise UsageError("answers.csv", "has no collection beside it", "leave it where `deidpipe synth` put it")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _score(rows, folder, result, crosswalk, show)


def _score(
    rows: list[Row], folder: str, result: str, crosswalk: Crosswalk, show: Callable[[str, int, int], None]
) -> Score:
    by_file: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_file[row.file].append(row)
    data = os.path.join(folder, "data")
    results = prints_below(result)
    found = match(prints_below(data), results, crosswalk.uids)
    search = Search(read_identities(os.path.join(folder, IDENTITIES)), rows)
    seen: list[_Seen] = []
    for number, (name, asked) in enumerate(by_file.items()):
        original = os.path.join(data, name)
        path = found.get(original, "")
        data_set = read_file(path) if path else None
        if data_set is None:
            seen += [_Seen(row, "", "", right=False) for row in asked]
        else:
            search.look(path, data_set, asked[0].patient_id)
            source = read_file(original) if any(row.category in _PIXELS for row in asked) else None
            seen += [_look(row, data_set, source, os.path.relpath(path, result)) for row in asked]
        show("score", number + 1, len(by_file))
    for path in {each.path for each in results} - set(found.values()):
        stray = read_file(path)
        if stray is not None:
            search.look(path, stray, "")
    judged = _judged(seen, crosswalk)
    wrong = [Wrong(each.row, each.result, each.value) for each, right in judged if not right]
    return Score(
        len(by_file),
        sum(os.path.join(data, name) not in found for name in by_file),
        _tallies(judged, lambda row: row.category, list(Category)),
        _tallies([pair for pair in judged if pair[0].row.kind], lambda row: f"{row.category} {row.kind}"),
        _tallies([pair for pair in judged if pair[0].row.family], lambda row: f"{row.category} {row.family}"),
        wrong,
        search.leaks(),
    )


_PIXELS = (Category.PIXELS_HIDDEN, Category.PIXELS_RETAINED)


def _look(row: Row, data_set: Dataset, original: Dataset | None, result: str) -> _Seen:
    if row.category in _PIXELS:
        assert original is not None
        judge = are_hidden if row.category is Category.PIXELS_HIDDEN else are_retained
        return _Seen(row, result, "", judge(row.expected, original, data_set))
    element = _element(data_set, row.path)
    value = text_of(element) if element is not None else ""
    if row.category is Category.DATE_SHIFTED:
        return _Seen(row, result, value, None, shift_of(row, element))
    if row.category in (Category.UID_CONSISTENT, Category.PATID_CONSISTENT):
        return _Seen(row, result, value, None, value)
    return _Seen(row, result, value, JUDGES[row.category](row, element))


def _element(data_set: Dataset, path: str) -> DataElement | None:
    try:
        return element_at(data_set, path)
    except Exception:  # noqa: BLE001  # a value that pydicom cannot read is as good as none
        return None


def _judged(seen: Sequence[_Seen], crosswalk: Crosswalk) -> list[tuple[_Seen, bool]]:
    """Return each action and whether it was done; what must be the same everywhere is what it mostly is."""
    shifts = _mostly(
        (each.row.patient_id, each.told) for each in seen if each.row.category is Category.DATE_SHIFTED and each.told
    )
    tables = {Category.UID_CONSISTENT: dict(crosswalk.uids), Category.PATID_CONSISTENT: dict(crosswalk.patients)}
    for category, told in tables.items():
        pairs = [(each.row.expected, each.told) for each in seen if each.row.category is category and each.told]
        told.update({old: str(new) for old, new in _mostly(pairs).items() if old not in told})
    owners = {category: Counter(table.values()) for category, table in tables.items()}
    judged = []
    for each in seen:
        right = each.right
        if right is None and each.row.category is Category.DATE_SHIFTED:
            right = bool(each.told) and each.told == shifts.get(each.row.patient_id)
        elif right is None:
            category, old = each.row.category, each.row.expected
            new = tables[category].get(old, "")
            right = bool(new) and each.told == new and new != old and owners[category][new] == 1
        judged.append((each, bool(right)))
    return judged


def _mostly(pairs: Iterable[tuple[str, Hashable]]) -> dict[str, Hashable]:
    counts: dict[str, Counter[Hashable]] = defaultdict(Counter)
    for old, new in pairs:
        counts[old][new] += 1
    return {old: counter.most_common(1)[0][0] for old, counter in counts.items()}


def _tallies(
    judged: Sequence[tuple[_Seen, bool]], name: Callable[[Row], _Name], names: Sequence[_Name] = ()
) -> dict[_Name, Tally]:
    counts = Counter((name(each.row), right) for each, right in judged)
    listed = names or sorted({each for each, _ in counts})
    return {each: Tally(counts[each, True], counts[each, False]) for each in listed}
