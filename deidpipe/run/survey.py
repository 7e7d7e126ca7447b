"""The first pass: who is in here, what stands in here twice. Nothing is written.

It is what lets a name in one file be found in a description of another, a second file with the same SOP Instance UID be
found whatever the order of the work, and a mapping be held against all patients before the first file is released.
"""

import os
from collections.abc import Callable, Sequence
from typing import NamedTuple

from deidpipe.dicom.files import OpenFile
from deidpipe.dicom.guide import Guide
from deidpipe.errors import DeidError
from deidpipe.profile.ruleset import RuleSet
from deidpipe.run.gather import Gathered, Gatherer
from deidpipe.run.instance import SOP_INSTANCE, patient_of


class Survey(NamedTuple):
    """What the input holds."""

    paths: Sequence[str]  # in order
    size: int  # bytes of all files
    patients: frozenset[str]
    repeated: frozenset[int]  # positions of files whose SOP Instance UID an earlier one has
    gathered: Gathered  # what identifies


def survey(paths: Sequence[str], rules: RuleSet, seen: Callable[[], None]) -> Survey:
    """Look at every file; ``seen`` is called after each."""
    size = 0
    gatherer = Gatherer(rules)
    patients: set[str] = set()
    first_with: set[str] = set()
    repeated: set[int] = set()
    guide: Guide | None = None
    for position, path in enumerate(paths):
        size += _size(path)
        try:
            with OpenFile(path, guide) as file:
                instance = file.instance
                patient = patient_of(instance)
                gatherer.learn(patient, instance)
                sop_instance = (instance.data_set.value_of(SOP_INSTANCE) or b"").strip(b"\0 ").decode("latin-1")
                if guide is None or guide.layout is not instance.data_set.layout:
                    guide = Guide(instance.data_set.layout)
            patients.add(patient)
            if sop_instance in first_with:
                repeated.add(position)
            elif sop_instance:
                first_with.add(sop_instance)
        except DeidError:
            pass  # the second pass tells what is wrong with it
        seen()
    return Survey(paths, size, frozenset(patients), frozenset(repeated), gatherer.gathered())


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
