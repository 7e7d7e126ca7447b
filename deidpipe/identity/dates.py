"""Dates moved by whole days: intervals and times of day stay.

Source: PS3.15 E.3.6 (Modified Dates), PS3.5 6.2 (DA, TM, DT).
"""

import re
from datetime import date, timedelta

_DATE = re.compile(rb"(\d{4})(\.?)(\d\d)\2(\d\d)", re.ASCII)  # 19930822, and 1993.08.22 of ACR-NEMA
_HOUR, _MINUTE, _SECOND = rb"(?:[01]\d|2[0-3])", rb"[0-5]\d", rb"(?:[0-5]\d|60)(?:\.\d{1,6})?"
_OFFSET = rb"[+-](?:0\d|1[0-4])" + _MINUTE  # PS3.5 Table 6.2-1: from -1200 to +1400
_DATE_TIME = re.compile(
    rb"(\d{4})(?:(\d\d)(?:(\d\d)((?:%b(?:%b(?:%b)?)?)?))?)?(%b)?" % (_HOUR, _MINUTE, _SECOND, _OFFSET), re.ASCII
)
_TIME = re.compile(rb"%b(?:(:?)%b(?:\1%b)?)?" % (_HOUR, _MINUTE, _SECOND), re.ASCII)
_ZONE = re.compile(_OFFSET, re.ASCII)
_MID_MONTH, _MID_YEAR = 15, 7


def shifted_date(value: bytes, days: int) -> bytes | None:
    """Return a DA value moved by whole days; None if it is no date."""
    match = _DATE.fullmatch(value)
    moved = match and _moved(int(match[1]), int(match[3]), int(match[4]), days)
    if not match or not moved:
        return None
    dot = match[2].decode()
    return f"{moved.year:04}{dot}{moved.month:02}{dot}{moved.day:02}".encode()


def shifted_date_time(value: bytes, days: int) -> bytes | None:
    """Return a DT value moved by whole days, as exact as it was; None if it is no date and time."""
    match = _DATE_TIME.fullmatch(value)
    if not match:
        return None
    year, month, day, time, zone = match.groups(b"")
    moved = _moved(int(year), int(month or _MID_YEAR), int(day or _MID_MONTH), days)
    if not moved:
        return None
    text = f"{moved.year:04}{moved.month:02}{moved.day:02}".encode()
    return text[: len(year) + len(month) + len(day)] + time + zone


def is_time(value: bytes) -> bool:
    """Tell if a TM value is a time of day and nothing else: that may stay when dates are moved by whole days."""
    return _TIME.fullmatch(value) is not None


def is_zone(value: bytes) -> bool:
    """Tell if a value is an offset from UTC and nothing else."""
    return _ZONE.fullmatch(value) is not None


def _moved(year: int, month: int, day: int, days: int) -> date | None:
    try:
        return date(year, month, day) + timedelta(days)
    except (ValueError, OverflowError):
        return None
