"""Why a file is not released: a decision with a reason that a curator understands, no exception."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from deidpipe.errors import DeidError, InputError
from deidpipe.plan.opaque import Opaque

INTERNAL, UNREADABLE_PIXELS = "internal-error", "pixels"
CANNOT_BE_OPENED = "cannot-be-opened"  # by the system: it may go well another time


class Refusal(NamedTuple):
    """``code`` goes into the public audit; ``what`` and ``fix`` are for the curator, in the private folder."""

    code: str
    what: str
    fix: str


NO_SOP_INSTANCE = Refusal(
    "no-sop-instance-uid",
    "it has no SOP Instance UID, so it cannot be told from other Instances",
    "ask the sender for a whole file",
)
NO_SOP_CLASS = Refusal(
    "no-sop-class-uid",
    "it has no SOP Class UID, so nobody knows what kind of object it is",
    "ask the sender for a whole file",
)
NO_UID = Refusal(
    "no-uid",
    "a UID in it has characters that no UID has: it may be a name or a number of somebody",
    "ask the sender for a file with valid UIDs, or repair them",
)
DIRECTORY = Refusal(
    "dicomdir",
    "a DICOMDIR lists original names and identities, and files that have other names now",
    "nothing: a run that releases Instances makes a new one that lists them, OUT/file-set/DICOMDIR",
)
SAME_INSTANCE = Refusal(
    "same-sop-instance-uid",
    "a file of the input that comes before it by path has the same SOP Instance UID",
    "look at both, keep the right one and run again",
)
DOUBTFUL = Refusal(
    "doubtful-text",
    "a text in it has a word that may name somebody, and the profile wants a person to decide",
    "look at its texts; clean them or write a rule for the element and run again",
)
PIXELS_LEFT = Refusal(
    "text-in-pixels",
    "its pixels still show text after what was found had been hidden",
    "look at the image; hide the text by hand, or leave the file out",
)
PIXELS_IN_DOUBT = Refusal(
    "doubtful-pixels",
    "its pixels show a trace of what may be text, and the profile wants a person to decide",
    "look at the image, at best with deidpipe pixels; run it again with pixels: {in_doubt: redact}, or leave it out",
)
SLIDE_LABEL = Refusal(
    "slide-label",
    "it is a picture of a slide's label, or may show it",
    "leave it out; the label names the patient",
)
OPAQUE: Mapping[Opaque, Refusal] = MappingProxyType(
    {
        Opaque.ENCAPSULATED_DOCUMENT: Refusal(
            "encapsulated-document",
            "it is a document (PDF, CDA, STL or the like) inside an Instance, and nothing here can look into it",
            "look at it; to release such Instances, write a rule for EncapsulatedDocument and say why",
        ),
        Opaque.WAVEFORM: Refusal(
            "waveform",
            "it holds a waveform, which may be a voice or tell a person, and nothing here can look into it",
            "look at it; to release such Instances, write a rule for WaveformSequence and say why",
        ),
    }
)
NAME_TAKEN = Refusal(
    "name-taken",
    "another Instance was released under the same new identifiers",
    "look for repeated SOP Instance UIDs",
)


CHANGED = Refusal(
    "changed",
    "it changed while the run was at work, so what is known of it is not what it holds",
    "run again when nobody writes to it",
)
WORKER_DIED = Refusal(
    "worker-died",
    "the process that worked on it ended all of a sudden, and again when it worked on this file alone",
    "look at it; with more memory or a mended file, deidpipe quarantine retry tries it again",
)


def unreadable(told: DeidError) -> Refusal:
    """The file cannot be read: the system does not let it, or it could only be guessed."""
    if isinstance(told, InputError):
        return Refusal(CANNOT_BE_OPENED, f"it {told.what}", f"{told.fix}, and run again")
    return Refusal("unreadable", f"it cannot be read as DICOM: {told.where}: {told.what}", told.fix)


def unreadable_pixels(told: DeidError) -> Refusal:
    """The pixels cannot be looked at, or what they show cannot be hidden."""
    return Refusal(UNREADABLE_PIXELS, f"its pixels cannot be cleaned: {told.where}: {told.what}", told.fix)


def asked_for(why: str, where: str) -> Refusal:
    """A quarantine rule of the site holds."""
    return Refusal(
        "site-rule",
        f"a quarantine rule of the profile holds ({where}): {why}",
        "look at it and decide: leave it out, or mend it and run again",
    )


def failed_check(findings: list[str]) -> Refusal:
    """What was written did not pass the look afterwards."""
    return Refusal(
        "self-check",
        "the cleaned file did not pass its check: " + "; ".join(findings),
        "please report this as a defect",
    )


def unexpected(error: Exception) -> Refusal:
    """Something went wrong that nobody thought of: told by its kind and place, for its text may quote a value."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    place = f"{at.tb_frame.f_globals.get('__name__', '?')}:{at.tb_lineno}" if at is not None else "?"
    return Refusal(INTERNAL, f"a defect in deidpipe: {type(error).__name__} at {place}", "please report this")


_STAGES: Mapping[str, str] = MappingProxyType(
    {
        SAME_INSTANCE.code: "survey",
        CANNOT_BE_OPENED: "open",
        "unreadable": "read",
        UNREADABLE_PIXELS: "pixels",
        PIXELS_LEFT.code: "pixels",
        PIXELS_IN_DOUBT.code: "pixels",
        CHANGED.code: "read",
        "self-check": "look again",
        NAME_TAKEN.code: "release",
        INTERNAL: "unknown",
        WORKER_DIED.code: "unknown",
    }
)


def stage_of(code: str) -> str:
    """Return at which step of the work a file was refused, by the code of the refusal."""
    return _STAGES.get(code, "decide")
