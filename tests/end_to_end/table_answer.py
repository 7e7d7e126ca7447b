"""What the Standard's own tables say is to become of an element: read from their text, without the package.

Where deidpipe decided something that the Table leaves open, or deviates from it, the line says DECIDED.
"""

import csv
import json
from collections.abc import Mapping
from functools import cache

from tests.canary import PS315, TABLE, UNLISTED

_ROWS: Mapping[str, dict[str, str]] = {row["tag"]: row for row in TABLE}
_TYPES = json.loads((PS315 / "iod_types.json").read_text(encoding="utf-8"))
_CLASSES = {int(row["tag"], 16): (row["our_class"], row["vr"]) for row in UNLISTED}
_STRICTEST_FIRST = ("1", "1C", "2", "2C", "3")
_ARMS = {  # by Type: 1 or 1C, 2 or 2C, 3 or none; and in a SOP Class that nobody knows
    "Z/D": "DZZD",
    "X/Z": "DZXX",  # DECIDED: no arm for Type 1; a dummy, which Z permits
    "X/D": "DDXX",  # DECIDED: no arm for Type 2; a dummy
    "X/Z/D": "DZXX",
    "X/Z/U*": "UZXX",
}
_DATES = ("DA", "TM", "DT")

COLUMNS = {  # Options that this version can run, with their column
    "retain-longitudinal-full-dates": "retain_long_full_dates",
    "retain-longitudinal-modified-dates": "retain_long_modified_dates",
    "clean-descriptors": "clean_descriptors",
    "retain-patient-characteristics": "retain_patient_characteristics",
    "retain-device-identity": "retain_device_id",
    "retain-institution-identity": "retain_institution_id",
    "retain-uids": "retain_uids",
    "retain-safe-private": "retain_safe_private",
}


def safe_private() -> list[dict[str, str]]:
    with (PS315 / "safe_private.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def action(path: tuple[int, ...], sop_class: str, option: str = "", columns: Mapping[str, str] = COLUMNS) -> str:
    """Return the action on a public element or a private one that is not safe: one of X Z D K C U."""
    tag = path[-1]
    group = tag >> 16
    if group < 0x0008 or group > 0x7FE0 or group & 1 or not tag & 0xFFFF:
        return "X"  # no part of a Data Set (E.3.8), padding, signatures, private, group lengths
    if tag in (0x04000500, 0x4FFE0001):
        return "X"  # DECIDED: encrypted originals and signatures of them; not in the Table
    row = _ROWS.get(_written(tag))
    if row is not None:
        return row.get(columns.get(option, ""), "") or _basic(row["basic_profile"], path, sop_class)
    if group >> 8 == 0x60 or tag not in _CLASSES:
        return "X"  # DECIDED: an overlay goes whole; DICOM does not have the others that are planted
    our_class, vr = _CLASSES[tag]
    if our_class == "structural-keep":
        return "K"  # E.3.9
    if vr == "UI":
        return "K" if option == "retain-uids" else "U"
    if vr in _DATES and option == "retain-longitudinal-full-dates":
        return "K"
    if vr in _DATES and option == "retain-longitudinal-modified-dates":
        return "C"
    return "Z"


def _basic(code: str, path: tuple[int, ...], sop_class: str) -> str:
    iod = iod_of(sop_class)
    found = _types(iod, "MCU").get(_path(path), "") if iod else ""
    if code in _ARMS:
        arm = 3 if not iod else 0 if found[:1] == "1" else 1 if found[:1] == "2" else 2
        code = _ARMS[code][arm]
    required = _types(iod, "M").get(_path(path), "") if iod else ""
    if code == "X" and required in ("1", "2"):
        code = "D" if required == "1" else "Z"  # DECIDED: E.1.1, the Instance must stay valid
    if code == "Z" and found == "1":
        code = "D"  # DECIDED: likewise; Z permits a dummy
    return code


def basic_code(tag: int) -> str:
    """Return what the Basic column has for a tag, "" if it has no row."""
    return _ROWS.get(_written(tag), {}).get("basic_profile", "")


def type_of(path: tuple[int, ...], sop_class: str) -> str:
    iod = iod_of(sop_class)
    return _types(iod, "MCU").get(_path(path), "") if iod else ""


def iod_of(sop_class: str) -> str | None:
    found: str | None = _TYPES["sop_classes"].get(sop_class)
    return found


@cache
def _types(iod: str, usages: str) -> dict[str, str]:
    """Return the strictest Type of each path in the Modules of these usages."""
    strictest: dict[str, str] = {}
    for usage in usages:
        for module in _TYPES["iods"][iod].get(usage, []):
            parts = _TYPES["modules"][module]
            for path, found in (*parts.get("top", {}).items(), *parts.get("nested", {}).items()):
                strictest[path] = min(strictest.get(path, "3"), found, key=_STRICTEST_FIRST.index)
    return strictest


def _path(path: tuple[int, ...]) -> str:
    return "/".join(map(_written, path))


def _written(tag: int) -> str:
    group = tag >> 16
    if group >> 8 == 0x50 and group & 0xFF <= 0x1E:
        return "50XXXXXX"
    if group >> 8 == 0x60 and group & 0xFF <= 0x1E:
        return f"60XX{tag & 0xFFFF:04X}"
    return f"{tag:08X}"
