"""C on an age: what is over 89 years becomes 090Y, in whatever unit it is written.

Decided: 090Y and not 089Y, because 45 CFR 164.514(b)(2)(i)(C) lets all ages over 89 be one category "of age 90 or
older": 090Y tells that category and is true of it; 089Y would be wrong, and would spoil the ages that really are 89.

What cannot be read as an age is emptied, or replaced by a dummy where the IOD requires a value.
Source: PS3.5 Table 6.2-1, AS (three digits and D, W, M or Y). A number without a unit is read as years, the longest.
"""

import re

from deidpipe.actions.dummy import dummy_value
from deidpipe.actions.result import EMPTIED, KEPT, Facts, Result
from deidpipe.audit.records import Outcome
from deidpipe.identity.subject import Subject

OLDEST = 89  # years
CATEGORY = b"090Y"
_AGE = re.compile(rb"\s*([0-9]{1,6})\s*([DWMYdwmy]?)\s*")
_IN_A_YEAR = {b"D": 365, b"W": 52, b"M": 12, b"Y": 1, b"": 1}  # too few days rather than too many: it caps early


def cap_age(value: bytes, facts: Facts, _subject: Subject) -> Result:
    """Replace each age over 89 by 090Y."""
    bare = value.rstrip(b"\0 ")
    if not bare:
        return KEPT
    ages = [_capped(part) for part in bare.split(b"\\")]
    known = [age for age in ages if age is not None]
    if len(known) != len(ages):
        return Result(Outcome.REPLACED, dummy_value(facts)) if facts.attribute_type == "1" else EMPTIED
    new = b"\\".join(known)
    return KEPT if new == bare else Result(Outcome.REPLACED, new + b" " * (len(new) % 2))


def _capped(age: bytes) -> bytes | None:
    match = _AGE.fullmatch(age)
    if match is None:
        return age if not age.strip() else None
    units = _IN_A_YEAR[match[2].upper()]
    return CATEGORY if int(match[1]) >= (OLDEST + 1) * units else age
