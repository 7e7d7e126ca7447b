"""One Instance: open, decide, edit, write, look again, release. Read this file first."""

import hashlib
import re
import zlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from deidpipe.actions.procedure import carry_out
from deidpipe.audit.records import FileOutcome, InstanceRecord, PlanRecord
from deidpipe.dicom.file_meta import preamble_and_meta
from deidpipe.dicom.files import NewFile, OpenFile
from deidpipe.dicom.guide import Guide
from deidpipe.dicom.instance import META_SOP_CLASS, Instance
from deidpipe.dicom.splice import Piece, bytes_of, splice
from deidpipe.dicom.values import CHARACTER_SET, text, texts
from deidpipe.errors import DeidError, NotDicomError
from deidpipe.pixels.frames import Read, reader_of
from deidpipe.pixels.slide import shows_label
from deidpipe.run.job import Job, Prepared
from deidpipe.run.refusal import (
    DIRECTORY,
    DOUBTFUL,
    NO_SOP_CLASS,
    NO_SOP_INSTANCE,
    NO_UID,
    OPAQUE,
    SLIDE_LABEL,
    UNREADABLE_PIXELS,
    Refusal,
    asked_for,
    failed_check,
    unreadable,
)
from deidpipe.run.self_check import self_check
from deidpipe.run.sweep import cleared, swept, tells
from deidpipe.run.utility import Lost
from deidpipe.text.sweep import Sweep

if TYPE_CHECKING:
    from deidpipe.run.pixels import CleanPixels

SOP_CLASS, SOP_INSTANCE, PATIENT_ID = 0x00080016, 0x00080018, 0x00100020
STUDY, SERIES = 0x0020000D, 0x0020000E
_DIRECTORY_STORAGE = "1.2.840.10008.1.3.10"
_UIDS = re.compile(rb"[0-9.\\ \0]*")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]|^\.+")
_NAME_PARTS = ((PATIENT_ID, "no-patient"), (STUDY, "no-study"), (SERIES, "no-series"), (SOP_INSTANCE, "no-instance"))


class Done(NamedTuple):
    """What became of a file: its record for the audit, its plan, why it was not released, what research lacks."""

    record: InstanceRecord
    plan: PlanRecord | None = None
    refusal: Refusal | None = None
    lost: tuple[Lost, ...] = ()
    draft: str = ""  # where in the work folder the de-identified file waits for its name; only if it is released


class Draft(NamedTuple):
    """A de-identified Instance, not yet written; ranges among the pieces are of the source."""

    pieces: Sequence[Piece]
    prepared: Prepared
    sweep: Sweep  # for what may not stand in it
    differences: str
    replaced: set[bytes]
    sop_class: str
    transfer_syntax: str
    picture: Callable[[], bytes] | None  # makes a PNG of before and after, for the private folder


def deidentify(path: str | int, job: Job) -> Done:
    """De-identify one file into the work folder of the job: an outcome for every file, whatever it holds."""
    try:
        with OpenFile(path, job.guide) as file:
            draft = make_draft(file.instance, job, reader_of(file))
            return refused(draft) if isinstance(draft, Refusal) else _release(draft, file.descriptor, job)
    except NotDicomError:
        return Done(InstanceRecord(FileOutcome.NOT_DICOM.value, "", "", "", "", 0, "", 0, "not-dicom"))
    except DeidError as error:
        return refused(unreadable(error))


def make_draft(instance: Instance, job: Job, read: Read | None = None) -> Draft | Refusal:
    """Decide about an Instance and edit it; nothing is written yet. ``read`` gives bytes that are not in memory."""
    index = instance.data_set
    sop_class = _text(index.value_of(SOP_CLASS)) or _text(instance.meta.get(META_SOP_CLASS))
    sop_instance = _text(index.value_of(SOP_INSTANCE))

    def values(tag: int) -> tuple[str, ...] | None:
        return texts(index, tag)

    if sop_class == _DIRECTORY_STORAGE:
        return DIRECTORY
    if not sop_class:
        return NO_SOP_CLASS
    if not sop_instance:
        return NO_SOP_INSTANCE
    looks_at_pixels = job.looks_at_pixels(instance, sop_class, values)
    rule = job.stopped_by(values, looks_at_pixels=looks_at_pixels)
    if rule is not None:
        return asked_for(rule.why, rule.where)
    if job.cleans_pixels and shows_label(sop_class, values):
        return SLIDE_LABEL
    pixels: CleanPixels | None = None
    if looks_at_pixels:
        from deidpipe.run.pixels import clean  # here, because numpy and OpenCV take time to load

        answer = clean(instance, read, sop_class, job.profile.pixels, lambda: job.texts_of(patient_of(instance)))
        if not isinstance(answer, Refusal):
            pixels = answer
        elif answer.code != UNREADABLE_PIXELS or not job.profile.pixels.release_unreadable:
            return answer
    prepared = job.prepared(instance, sop_class, values, has_clean_pixels=pixels is not None)
    if prepared.opaque is not None:
        return OPAQUE[prepared.opaque]
    if not all(map(_UIDS.fullmatch, index.values(prepared.kept_uids))):
        return NO_UID
    subject = job.identity.subject(patient_of(instance))
    cleaner = job.texts(subject)
    carried = carry_out(prepared.procedure, index, subject)
    if job.stops_at_doubt and cleaner.doubtful:
        cleaner.doubtful.clear()
        return DOUBTFUL
    after: Sequence[Piece] = ()
    picture = pixels.picture if pixels is not None else None
    transfer_syntax = instance.transfer_syntax
    if pixels is not None and pixels.element:
        from deidpipe.run.pixels import pieces_after, with_pixels

        carried = with_pixels(carried, pixels, prepared.procedure, index, read or _in_memory(instance))
        after, transfer_syntax = pieces_after(pixels, index), pixels.transfer_syntax
    pieces = splice(index, carried.edits)
    if tells(pieces, cleaner.sweep):
        carried = cleared(prepared.procedure, index, carried, cleaner.sweep)
        pieces = splice(index, carried.edits)
    pieces += after
    if instance.encoding.deflated:
        pieces = [_deflated(pieces, instance)]
    if prepared.replaces_instance_uid:
        sop_instance = subject.pseudonyms.uid(sop_instance)
    if not _is_plain(sop_class) or not _is_plain(sop_instance):
        return NO_UID
    meta = preamble_and_meta(sop_class, sop_instance, transfer_syntax)
    first = pieces[0]
    pieces = [meta + first, *pieces[1:]] if isinstance(first, bytes) else [meta, *pieces]
    return Draft(
        pieces, prepared, cleaner.sweep, carried.differences, carried.replaced, sop_class, transfer_syntax, picture
    )


def _in_memory(instance: Instance) -> Read:
    return lambda start, end: bytes(instance.body[start:end])


def patient_of(instance: Instance) -> str:
    """Return the Patient ID; without one, what keeps the patient apart from others, behind a NUL that no ID has."""
    index = instance.data_set
    patient = index.value_of(PATIENT_ID)
    named = text(patient, index.value_of(CHARACTER_SET)) if patient else ""
    if named:
        return named
    return next(
        (f"\0{tag:08X}:{uid}" for tag in (STUDY, SERIES, SOP_INSTANCE) if (uid := _text(index.value_of(tag)))), "\0"
    )


def refused(refusal: Refusal) -> Done:
    """Return the outcome of a file that goes into quarantine."""
    return Done(InstanceRecord(FileOutcome.QUARANTINED.value, "", "", "", "", 0, "", 0, refusal.code), refusal=refusal)


def _release(draft: Draft, source: int, job: Job) -> Done:
    """Write a draft, look at it again, and set it aside under its new name to come if nothing is wrong."""
    with NewFile(job.work_folder) as new:
        size = new.write(draft.pieces, source)
        try:
            findings, name, sop_instance = _look_again(new.descriptor, draft, job)
        except DeidError as error:
            findings = [f"it cannot be read ({error.where}: {error.what})"]
        if findings:
            return refused(failed_check(findings))
        set_aside = new.set_aside(job.work_folder)
    if draft.picture is not None:
        from deidpipe.run.pixels import keep_picture

        keep_picture(job.pictures, name.split("/")[-2] + ".png", draft.picture)
    head = draft.pieces[0]
    assert isinstance(head, bytes)
    digest = hashlib.sha256(head).hexdigest()
    plan = draft.prepared.plan
    record = InstanceRecord(
        FileOutcome.RELEASED.value, name, sop_instance, plan.digest, draft.differences, size, digest, len(head), ""
    )
    return Done(record, plan, lost=draft.prepared.lost, draft=set_aside)


def _look_again(written: int, draft: Draft, job: Job) -> tuple[list[str], str, str]:
    """Return what is wrong with a draft as it was written, its new name and its SOP Instance UID."""
    guides = draft.prepared.written
    with OpenFile(written, guides[0] if guides else None) as file:
        instance = file.instance
        layout = instance.data_set.layout
        if not guides or guides[0].layout is not layout:
            guides[:] = [Guide(layout)]
        findings = self_check(instance, draft.prepared, draft.replaced, draft.transfer_syntax, job)
        findings += swept(instance, written, draft.sweep, draft.replaced)
        return findings, *new_name(instance)


def new_name(instance: Instance) -> tuple[str, str]:
    """Return the path of a de-identified Instance below the public folder, and its SOP Instance UID."""
    value_of = instance.data_set.value_of
    parts = [_NOT_IN_NAMES.sub("_", _text(value_of(tag)))[:64] or nameless for tag, nameless in _NAME_PARTS]
    return "/".join(parts) + ".dcm", _text(value_of(SOP_INSTANCE))


def _is_plain(uid: str) -> bool:
    return uid.isascii() and uid.isprintable()


def _text(value: bytes | None) -> str:
    return value.strip(b"\0 ").decode("latin-1") if value else ""


def _deflated(pieces: Sequence[Piece], instance: Instance) -> bytes:
    body = instance.body
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    parts = [deflater.compress(bytes_of(piece, lambda start, end: bytes(body[start:end]))) for piece in pieces]
    whole = b"".join((*parts, deflater.flush()))
    return whole + b"\0" if len(whole) % 2 else whole
