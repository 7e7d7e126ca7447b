"""The first pass: who is in here, what stands in here twice. Nothing is written.

It is what lets a second file with the same SOP Instance UID be found whatever the order of the work, and a mapping be
held against all patients before the first file is released.
"""

import os
from collections.abc import Callable, Sequence
from typing import NamedTuple

from deidpipe.dicom.files import OpenFile
from deidpipe.dicom.peek import peek
from deidpipe.dicom.values import CHARACTER_SET, text
from deidpipe.errors import DeidError
from deidpipe.run.instance import PATIENT_ID, SOP_INSTANCE, patient_of


class Survey(NamedTuple):
    """What the input holds."""

    paths: Sequence[str]  # in order
    size: int  # bytes of all files
    patients: frozenset[str]
    repeated: frozenset[int]  # positions of files whose SOP Instance UID an earlier one has


def survey(paths: Sequence[str], look_at_patients: bool, seen: Callable[[], None]) -> Survey:  # noqa: FBT001
    """Look at every file; ``seen`` is called after each. ``look_at_patients``: whether patients are wanted."""
    size = 0
    patients: set[str] = set()
    first_with: set[str] = set()
    repeated: set[int] = set()
    for position, path in enumerate(paths):
        patient, sop_instance = _who(path, PATIENT_ID if look_at_patients else SOP_INSTANCE)
        size += _size(path)
        if look_at_patients and patient is not None:
            patients.add(patient)
        if sop_instance:
            if sop_instance in first_with:
                repeated.add(position)
            first_with.add(sop_instance)
        seen()
    return Survey(paths, size, frozenset(patients), frozenset(repeated))


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _who(path: str, last: int) -> tuple[str | None, str]:
    """Return patient and SOP Instance UID of a file; neither where it cannot be read, which the second pass tells.

    The patient is told only if ``last``, the last Attribute to look at, is the Patient ID.
    """
    values = peek(path, last)
    if values is not None and values.get(SOP_INSTANCE):
        sop_instance = values[SOP_INSTANCE].strip(b"\0 ").decode("latin-1")
        if last == SOP_INSTANCE:
            return None, sop_instance
        patient = text(values.get(PATIENT_ID, b""), values.get(CHARACTER_SET))
        if patient:
            return patient, sop_instance
    try:
        with OpenFile(path) as file:
            value = file.instance.data_set.value_of(SOP_INSTANCE) or b""
            return patient_of(file.instance), value.strip(b"\0 ").decode("latin-1")
    except DeidError:
        return None, ""
