"""C on dates where a profile says ``dates: year``: the year stays, month and day go.

A DA must have a day, so it becomes the first of January; a DT may end after the year, and does. What is no date is
emptied, or replaced by a dummy where the IOD requires a value.

Source: PS3.15 E.3.6 (dates may be made coarser); 45 CFR 164.514(b)(2)(i)(C) (all elements of dates except the year).
"""

from deidpipe.actions.dummy import dummy_value
from deidpipe.actions.result import EMPTIED, KEPT, Facts, Result, padded
from deidpipe.audit.records import Outcome
from deidpipe.identity.dates import shifted_date, shifted_date_time
from deidpipe.identity.subject import Subject


def keep_year(value: bytes, facts: Facts, _subject: Subject) -> Result:
    """Reduce every date of a value of VR DA or DT to its year."""
    bare = value.rstrip(b"\0 ")
    if not bare:
        return KEPT
    years = [_year(part.strip(b" "), facts.vr) for part in bare.split(b"\\")]
    known = [year for year in years if year is not None]
    if len(known) != len(years):
        return Result(Outcome.REPLACED, dummy_value(facts)) if facts.attribute_type == "1" else EMPTIED
    new = b"\\".join(known)
    return KEPT if new == bare else Result(Outcome.REPLACED, padded(new))


def _year(value: bytes, vr: str) -> bytes | None:
    """Return the date that tells the year only; None if the value is no date. A shift of no days reads it strictly."""
    if not value:
        return value
    if vr == "DA":
        date = shifted_date(value, 0)
        return date and date[:4] + b"0101"
    date = shifted_date_time(value, 0)
    return date and date[:4]
