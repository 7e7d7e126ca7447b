"""What a run would do, without writing anything."""

import os
import re
from collections import Counter
from typing import NamedTuple

from deidpipe.audit.records import DecisionRecord, Outcome
from deidpipe.dicom.files import OpenFile, files_below
from deidpipe.errors import DeidError, NotDicomError
from deidpipe.identity.key import KEY_BYTES, Key
from deidpipe.pixels.frames import reader_of
from deidpipe.profile.model import Profile
from deidpipe.run.instance import make_draft
from deidpipe.run.job import Job
from deidpipe.run.progress import Progress
from deidpipe.run.refusal import SAME_INSTANCE, Refusal, unreadable
from deidpipe.run.survey import survey
from deidpipe.run.utility import Lost, UtilityLost, counted

_ITEM = re.compile(r"\[\d+\]")
_UNCHANGED = frozenset({Outcome.KEPT.value, Outcome.DESCENDED.value, Outcome.REMOVED_WITH.value})


class Change(NamedTuple):
    """What would be done to one Attribute, whatever the number of the Item it stands in."""

    action: str
    attribute: str
    instances: int
    by: str
    source: str
    why: str


class Refused(NamedTuple):
    """A file that would go into quarantine."""

    file: str
    code: str
    what: str
    fix: str


class Forecast(NamedTuple):
    """What a run would do."""

    inputs: int
    size: int  # bytes
    patients: int
    released: int
    not_dicom: int
    refused: list[Refused]
    changes: list[Change]  # the most frequent first
    utility_lost: list[UtilityLost]  # what research needs, and the profile would take


def dry_run(source: str, profile: Profile, progress: Progress) -> Forecast:
    """Decide about every file below ``source``. No key is needed: what is decided does not depend on it."""
    job = Job(profile, Key(bytes(KEY_BYTES)), "", "", {})
    paths = list(files_below(source))
    root = source if os.path.isdir(source) else os.path.dirname(source)
    found = survey(paths, job.rules)
    job.gathered = found.gathered
    uses: Counter[DecisionRecord] = Counter()
    refused: list[Refused] = []
    lost: Counter[tuple[Lost, ...]] = Counter()
    released = not_dicom = 0
    for position, path in enumerate(paths):
        progress("plan", position + 1, len(paths))
        try:
            answer = SAME_INSTANCE if position in found.repeated else _answer(path, job)
        except NotDicomError:
            not_dicom += 1
            continue
        except DeidError as error:
            answer = unreadable(error)
        if isinstance(answer, Refusal):
            refused.append(Refused(os.path.relpath(path, root), *answer))
        else:
            released += 1
            uses.update(answer.changes)
            lost[answer.lost] += 1
    changes = [
        Change(record.action, record.path, count, record.rule, record.source, record.why)
        for record, count in sorted(uses.items(), key=lambda use: (-use[1], use[0]))
    ]
    return Forecast(len(paths), found.size, len(found.patients), released, not_dicom, refused, changes, counted(lost))


class _Answer(NamedTuple):
    changes: set[DecisionRecord]
    lost: tuple[Lost, ...]


def _answer(path: str, job: Job) -> _Answer | Refusal:
    with OpenFile(path) as file:
        draft = make_draft(file.instance, job, reader_of(file))
    if isinstance(draft, Refusal):
        return draft
    records = draft.prepared.plan.decisions
    changes = {
        record._replace(path=_ITEM.sub("", record.path), outcome="", method="", vr="")
        for record in records
        if record.outcome not in _UNCHANGED
    }
    return _Answer(changes, draft.prepared.lost)
