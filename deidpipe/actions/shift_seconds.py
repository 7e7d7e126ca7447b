"""C on a date that is a number of seconds since 1970: move it by the patient's day shift.

What is no number, or no moment between 1970 and 2100, is not believed to be a date, and is emptied; so is what has no
room once it is moved (no SL goes beyond 2038, no unsigned number below 1970).

Source: PS3.15 E.3.6; TCIA private tag knowledge base, disposition oi.
"""

import re
import struct
from math import isfinite

from deidpipe.actions.result import EMPTIED, KEPT, Facts, Result, padded
from deidpipe.audit.records import Outcome
from deidpipe.identity.subject import Subject

_FORMS = {"SL": "l", "UL": "L", "SV": "q", "UV": "Q", "FD": "d"}
_TEXT = re.compile(rb"[+]?(\d{1,10})(\.\d*)?", re.ASCII)
_DAY = 86_400  # seconds
_YEAR_2100 = 4_102_444_800
_LONGEST = {"IS": 12, "DS": 16, "SH": 16}


def shift_seconds(value: bytes, facts: Facts, subject: Subject) -> Result:
    """Move one number of seconds by whole days; a time of day in it stays."""
    if not value.strip(b"\0 ") and facts.vr not in _FORMS:
        return KEPT
    seconds = subject.day_shift * _DAY
    moved = _number_moved(value, facts, seconds) if facts.vr in _FORMS else _text_moved(value, facts.vr, seconds)
    return Result(Outcome.SHIFTED, moved) if moved is not None else EMPTIED if value else KEPT


def _number_moved(value: bytes, facts: Facts, seconds: int) -> bytes | None:
    form = (">" if facts.big_endian else "<") + _FORMS[facts.vr]
    try:
        (number,) = struct.unpack(form, value)
        return struct.pack(form, number + seconds) if isfinite(number) and 0 <= number < _YEAR_2100 else None
    except struct.error:
        return None


def _text_moved(value: bytes, vr: str, seconds: int) -> bytes | None:
    match = _TEXT.fullmatch(value.strip(b"\0 "))
    if not match or int(match[1]) >= _YEAR_2100 or int(match[1]) + seconds < 0:
        return None
    moved = b"%d%b" % (int(match[1]) + seconds, match[2] or b"")
    return padded(moved) if len(moved) <= _LONGEST.get(vr, 64) else None
