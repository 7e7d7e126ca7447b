"""Which file of a result was made of which file of the collection."""

import csv
import hashlib
import os
import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pydicom import dcmread
from pydicom.dataset import Dataset

from deidpipe.dicom.files import files_below
from deidpipe.errors import UsageError

_COMPARED = (
    "SOPClassUID",
    "Modality",
    "InstanceNumber",
    "SeriesNumber",
    "Rows",
    "Columns",
    "NumberOfFrames",
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "SliceLocation",
    "AcquisitionTime",
    "ContentTime",
    "StudyTime",
    "SeriesTime",
    "ImageType",
    "EchoTime",
    "Manufacturer",
    "ManufacturerModelName",
    "PatientSex",
    "PatientWeight",
    "StationName",
    "DeviceSerialNumber",
)
_ENOUGH = 0.5  # of what is compared must agree where nothing else tells


class Crosswalk(NamedTuple):
    """Who became whom, as a tool tells it; empty where it does not."""

    patients: Mapping[str, str]
    uids: Mapping[str, str]


NOTHING_TOLD = Crosswalk({}, {})


class Print(NamedTuple):
    """What of a file no tool changes. ``pixels`` is the digest of the Pixel Data, empty where there are none."""

    path: str
    uid: str
    pixels: str
    values: tuple[str, ...]


def read_crosswalk(folder: str) -> Crosswalk:
    """Read the tables of a folder: of each CSV file the first two columns, old and new, with or without a head line.

    Raises UsageError if there is none: the name of the file must have ``patient`` or ``uid`` in it.
    """
    found: dict[str, dict[str, str]] = {"patient": {}, "uid": {}}
    names = os.listdir(folder) if os.path.isdir(folder) else []
    for name in sorted(names):
        kind = "uid" if "uid" in name.lower() else "patient" if "pat" in name.lower() else ""
        if kind and name.lower().endswith(".csv"):
            with open(os.path.join(folder, name), encoding="utf-8", errors="surrogateescape", newline="") as file:
                pairs = [row[:2] for row in csv.reader(file) if len(row) > 1]
            found[kind].update((old, new) for old, new in pairs if old != "id_old")
    if not any(found.values()):
        raise UsageError(
            "--crosswalk", "has no table of patients or UIDs", "give the folder of patients.csv and uids.csv"
        )
    return Crosswalk(found["patient"], found["uid"])


def read_file(path: str) -> Dataset | None:
    """Return a file as a Data Set, None if it is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            data_set = dcmread(path)
            return data_set if data_set.get("SOPClassUID") and data_set.get("SOPInstanceUID") else None
        except Exception:  # noqa: BLE001  # pydicom raises anything on bytes that are no Data Set
            return None


def print_of(path: str) -> Print | None:
    """Return the print of a file, None if it is no Instance."""
    data_set = read_file(path)
    if data_set is None:
        return None
    pixels = hashlib.sha256(data_set.PixelData).hexdigest() if data_set.get("PixelData") else ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = tuple(str(data_set.get(keyword, "")) for keyword in _COMPARED)
    return Print(path, str(data_set.SOPInstanceUID), pixels, values)


def prints_below(folder: str) -> list[Print]:
    """Return the prints of all Instances below a folder."""
    return [made for path in files_below(folder) if (made := print_of(path)) is not None]


def match(originals: Iterable[Print], results: Iterable[Print], uids: Mapping[str, str]) -> dict[str, str]:
    """Return path of the original -> path of the result.

    By the UID that a crosswalk tells; by the same UID; then by the same Pixel Data; then by what of the header no tool
    has reason to change, the best pairs first. A result is given away once.
    """
    left = {each.path: each for each in results}
    by_uid = {each.uid: each.path for each in left.values()}
    found: dict[str, str] = {}
    waiting = []
    for original in originals:
        path = by_uid.get(uids.get(original.uid, original.uid))
        if path in left:
            found[original.path] = left.pop(path).path
        elif original.uid not in uids:
            waiting.append(original)
    by_pixels: dict[str, list[Print]] = defaultdict(list)
    for result in left.values():
        if result.pixels:
            by_pixels[result.pixels].append(result)
    pairs = [
        (_likeness(original, result), original.path, result.path)
        for original in waiting
        for result in (by_pixels.get(original.pixels) or left.values())
    ]
    for likeness, original_path, result_path in sorted(pairs, key=lambda pair: (-pair[0], *pair[1:])):
        if original_path not in found and result_path in left and likeness >= _ENOUGH:
            found[original_path] = left.pop(result_path).path
    return found


def _likeness(original: Print, result: Print) -> float:
    """Return how much of the header agrees, from 0 to 1; more than 1 if the Pixel Data are the same."""
    if original.values[0] != result.values[0]:
        return 0.0
    pairs = [pair for pair in zip(original.values, result.values, strict=True) if any(pair)]
    same = sum(old == new for old, new in pairs) / max(len(pairs), 1)
    name = os.path.basename(original.path) == os.path.basename(result.path)
    return same + bool(original.pixels and original.pixels == result.pixels) + name / 4
