"""Z and D on what names the patient: the new Patient ID and name, so that a patient's Instances stay together.

Source: PS3.15 Table E.1-1a (Z allows a dummy), E.1.1 (the dummy is consistent for one entity).
"""

from deidpipe.actions.result import KEPT, Facts, Result, padded
from deidpipe.audit.records import Outcome
from deidpipe.dicom.values import text
from deidpipe.identity.subject import Subject

PATIENT_NAME, PATIENT_ID = 0x00100010, 0x00100020
SUBJECT_ID, SUBJECT_READING_ID = 0x00120040, 0x00120042


def replace_patient_id(value: bytes, facts: Facts, subject: Subject) -> Result:
    """Put the new Patient ID; a nested one may be of another patient, so it follows from its own original."""
    bare = value.strip(b"\0 ")
    if facts.is_nested:
        if not bare:
            return KEPT
        return _replaced(subject.other(text(value, facts.character_set)).patient_id)
    return _replaced(subject.patient_id)


def replace_patient_name(_value: bytes, _facts: Facts, subject: Subject) -> Result:
    """Put the new name of the patient."""
    return _replaced(subject.patient_name)


def replace_subject_id(_value: bytes, _facts: Facts, subject: Subject) -> Result:
    """Put the new Patient ID for the ID that a clinical trial knew the patient by."""
    return _replaced(subject.patient_id)


def _replaced(new: str) -> Result:
    return Result(Outcome.REPLACED, padded(new.encode("ascii")))
