"""Whether a replacement that a profile gives is legal in its Value Representation.

Source: PS3.5 Table 6.2-1. Decided: ASCII only, because a profile does not know the character set of an Instance.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

_LONGEST: Mapping[str, int] = MappingProxyType(
    {"AE": 16, "CS": 16, "SH": 16, "LO": 64, "PN": 64, "ST": 1024, "LT": 10240, "UC": 10240, "UT": 10240, "UR": 10240}
)
_TIME = "([01][0-9]|2[0-3])([0-5][0-9](([0-5][0-9]|60)(\\.[0-9]{1,6})?)?)?"
_FORMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "AS": ("[0-9]{3}[DWMY]", "three digits and D, W, M or Y, as in 045Y"),
        "CS": ("[A-Z0-9 _]*", "capitals, digits, space and _"),
        "DA": ("[0-9]{4}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])", "YYYYMMDD"),
        "DS": (r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", "a decimal number"),
        "DT": (
            rf"[0-9]{{4}}((0[1-9]|1[0-2])((0[1-9]|[12][0-9]|3[01])({_TIME})?)?)?([+-][0-9]{{4}})?",
            "YYYYMMDDHHMMSS",
        ),
        "IS": ("[+-]?[0-9]{1,11}", "a whole number"),
        "TM": (_TIME, "HHMMSS"),
        "UI": (r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))+", "numbers with points, without leading zeros"),
        "UR": (r"\S*", "a URL without spaces"),
    }
)
_MANY_LINES = frozenset({"LT", "ST", "UT"})


def fault_of(value: str, vr: str) -> str | None:
    """Return what is wrong with a value in a Value Representation, or None. An empty ``vr`` is a private one."""
    if not value.isascii():
        return "has characters outside ASCII"
    if "\\" in value:
        return "has a backslash, which parts values"
    if not value.isprintable() and (vr not in _MANY_LINES or re.search("[^\n\r\x20-\x7e]", value)):
        return "has a line break or a control character"
    if not vr:
        return None if len(value) <= 64 else "is longer than 64 characters"
    if vr not in _LONGEST and vr not in _FORMS:
        return f"cannot be given for VR {vr}"
    longest = _LONGEST.get(vr, 16 if vr == "DS" else 64)
    if len(value) > longest:
        return f"is longer than the {longest} characters of VR {vr}"
    if vr in _FORMS and not re.fullmatch(_FORMS[vr][0], value):
        return f"is no {vr}: it must be {_FORMS[vr][1]}"
    if vr in ("DA", "DT") and re.match("[0-9]{8}", value) and not _is_day(value[:8]):
        return "is no day of the calendar"
    return None


def _is_day(text: str) -> bool:
    import datetime  # here, because few profiles give a date

    try:
        datetime.date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return False
    return True
