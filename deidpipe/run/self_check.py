"""Look again at what was written: on the bytes, not on what was hoped.

The written file is indexed anew and the rules are asked anew. For a layout that is met for the first time, every
element is held against its rule; for every file, what must be empty is empty and no original UID is where UIDs are.
"""

from deidpipe.actions.procedure import PATIENT
from deidpipe.dicom.instance import META_SOP_INSTANCE, Instance
from deidpipe.dicom.layout import TOP, Kind
from deidpipe.dicom.path import name_of
from deidpipe.plan.decide import Decision
from deidpipe.run.job import Job, Prepared, Watched
from deidpipe.standard.actions import Action

_SOP_INSTANCE = 0x00080018


def self_check(
    instance: Instance, prepared: Prepared, replaced: set[bytes], transfer_syntax: str, job: Job
) -> list[str]:
    """Return what is wrong with a written Instance, by place and never by value; nothing if it may be released.

    ``replaced`` has the original values of the UIDs that were replaced in it.
    """
    findings = []
    if instance.transfer_syntax != transfer_syntax:
        findings.append("the Transfer Syntax is another one")
    index = instance.data_set
    layout, starts = index.layout, index.starts
    uid = index.value_of(_SOP_INSTANCE)
    if uid is None or uid.rstrip(b"\0 ") != instance.meta.get(META_SOP_INSTANCE, b"").rstrip(b"\0 "):
        findings.append("the SOP Instance UID is not that of the File Meta Information")
    watched = prepared.passed.get(layout)
    if watched is None:
        watched, wrong = _watched(instance, prepared, job)
        findings += wrong
        if not wrong:
            prepared.passed[layout] = watched
    for entry in watched.empty:
        if starts[entry + 1] - starts[entry] != layout.headers[entry]:
            findings.append(f"{name_of(layout.tags[entry])} is not empty")
    for entry in watched.uids:
        if index.value(entry).rstrip(b"\0 ") in replaced:
            findings.append(f"{name_of(layout.tags[entry])} has an original UID")
    return findings


def _watched(instance: Instance, prepared: Prepared, job: Job) -> tuple[Watched, list[str]]:
    """Hold each element of a layout against its rule; return what to watch in every file, and what is wrong."""
    layout = instance.data_set.layout
    empty, uids, wrong = [], [], []
    for decision in job.decisions(instance, prepared.sop_class, prepared.fits, prepared.declared):
        if decision.disposed_with is not None:
            if layout.kinds[decision.disposed_with] is Kind.ITEM:
                wrong.append(f"{decision.path} is still there")
            continue
        if decision.action is Action.REMOVE:
            wrong.append(f"{decision.path} is still there")
        elif decision.action is Action.UID and layout.kinds[decision.entry] is Kind.LEAF:
            uids.append(decision.entry)
        elif decision.action is Action.EMPTY and not _names_the_patient(decision, layout.parents[decision.entry]):
            if decision.is_sequence:
                if layout.kinds[decision.entry + 1] is Kind.ITEM:
                    wrong.append(f"{decision.path} has Items")
            else:
                empty.append(decision.entry)
    return Watched(tuple(empty), tuple(uids)), wrong


def _names_the_patient(decision: Decision, parent: int) -> bool:
    return decision.tag in PATIENT and (parent == TOP or decision.tag != next(iter(PATIENT)))
