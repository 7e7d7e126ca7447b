"""C on dates and times: move them by the patient's day shift.

What is no date cannot be moved. It is emptied, or replaced by a dummy where the IOD requires a value.

Source: PS3.15 E.3.6; (0008,0201) stays: whole days change no offset from UTC.
"""

from deidpipe.actions.dummy import dummy_value
from deidpipe.actions.result import EMPTIED, KEPT, Facts, Result, padded
from deidpipe.audit.records import Outcome
from deidpipe.identity.dates import is_time, is_zone, shifted_date, shifted_date_time
from deidpipe.identity.subject import Subject

_REMEMBERED = 10_000


def shift_date(value: bytes, facts: Facts, subject: Subject) -> Result:
    """Move every date of a value of VR DA or DT; leave a time of day or an offset from UTC."""
    bare = value.rstrip(b"\0 ")
    if not bare:
        return KEPT
    known = (facts.vr, bare)
    if known in subject.shifted:
        moved = subject.shifted[known]
    else:
        moved = _moved(bare, facts, subject.day_shift)
        if len(subject.shifted) >= _REMEMBERED:
            subject.shifted.clear()
        subject.shifted[known] = moved
    if moved is None:
        return Result(Outcome.REPLACED, dummy_value(facts)) if facts.attribute_type == "1" else EMPTIED
    return KEPT if moved == bare else Result(Outcome.SHIFTED, padded(moved))


def _moved(value: bytes, facts: Facts, days: int) -> bytes | None:
    moved = [_one_moved(part.strip(b" "), facts, days) for part in value.split(b"\\")]
    whole = [part for part in moved if part is not None]
    return b"\\".join(whole) if len(whole) == len(moved) else None


def _one_moved(value: bytes, facts: Facts, days: int) -> bytes | None:
    if not value:
        return value
    match facts.vr:
        case "DA":
            return shifted_date(value, days)
        case "DT":
            return shifted_date_time(value, days)
        case "TM":
            return value if is_time(value) else None
        case _:
            return value if is_zone(value) else None
