"""What is written down of one Instance: small numbers that point to rules and paths stored once.

No value of a Data Set and no original identity may enter a record.
"""

from enum import StrEnum
from typing import NamedTuple


class Outcome(StrEnum):
    """What became of one Data Element."""

    KEPT = "kept"
    REMOVED = "removed"
    EMPTIED = "emptied"
    REPLACED = "replaced"
    SHIFTED = "shifted"
    CLEANED = "cleaned"  # what identifies went from a text, the rest stayed
    INSERTED = "inserted"
    DESCENDED = "descended"  # a Sequence that stays; its Items were treated element by element
    REMOVED_WITH = "removed with its Sequence"


class FileOutcome(StrEnum):
    """What became of one input file."""

    RELEASED = "released"
    QUARANTINED = "quarantined"
    NOT_DICOM = "not-dicom"


class DecisionRecord(NamedTuple):
    """The decision on one Data Element, without the Instance: it recurs in thousands of them."""

    path: str  # RequestAttributesSequence[0].AccessionNumber
    vr: str
    action: str  # X Z D K C U
    method: str  # how it was carried out, in words
    outcome: str  # the usual one; an Instance notes where it differs
    rule: str  # "Basic Profile", "Retain UIDs Option", "site rule", ...
    source: str  # "PS3.15 2026d Table E.1-1", "trial.yaml:14"
    why: str


class PlanRecord(NamedTuple):
    """The decisions on all elements of one layout, in the order of the file."""

    digest: str  # 32 hexadecimal digits of SHA-256 over the decisions
    decisions: tuple[DecisionRecord, ...]


class InstanceRecord(NamedTuple):
    """What became of one input file. ``file`` and ``sop_instance_uid`` are new ones, empty unless released."""

    outcome: str
    file: str  # below public/
    sop_instance_uid: str
    plan: str  # digest of its PlanRecord; empty unless released
    differences: str  # "12=kept;40=cleaned:date": positions in the plan whose outcome is not the usual one
    size: int  # bytes of the released file
    head_digest: str  # SHA-256 of all released bytes before the bulk values that were copied untouched
    head_size: int  # how many bytes that digest covers
    reason: str  # why it was not released, by a short code such as "no-sop-instance-uid"
