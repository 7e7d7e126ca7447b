"""Directory Records from de-identified Instances: the keys that PS3.3 F.5 asks for, with their values as released."""

import logging
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pydicom import Dataset, dcmread
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset

from deidpipe.actions.dummy import dummy_value
from deidpipe.actions.result import Facts
from deidpipe.standard.directory import Key, all_keys, keys_of

if TYPE_CHECKING:
    from pydicom import FileDataset

_BESIDES = ("SpecificCharacterSet", "VerifyingObserverSequence")
_LEGAL = {
    "DA": re.compile(r"[12]\d{7}"),
    "TM": re.compile(r"\d{2}(\d\d){0,2}(\.\d{1,6})?"),
}  # 1992.12.11 was legal once
_MODIFIES = "HAS CONCEPT MOD"  # of a content tree a directory holds what modifies its title, and no more


def read(path: str) -> "FileDataset | None":
    """Return a released Instance with what a Directory Record may need of it; None if pydicom cannot read it."""
    with quiet():
        try:
            return dcmread(path, stop_before_pixels=True, specific_tags=[*_BESIDES, *all_keys()])
        except Exception:  # noqa: BLE001  (whatever it says of a Data Set that it does not like)
            return None


@contextmanager
def quiet() -> Iterator[None]:
    """Let pydicom say nothing: its warnings, which it logs too, quote values."""
    log = logging.getLogger("pydicom")
    was_silent, log.disabled = log.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.disabled = was_silent


def has_place(instance: Dataset) -> bool:
    """Tell if an Instance says which Study and Series it belongs to: a record of one stands once in a directory."""
    with quiet():
        return bool(_value("StudyInstanceUID", instance) and _value("SeriesInstanceUID", instance))


def of_instance(record_type: str, instance: "FileDataset", file_id: Sequence[str]) -> bytes:
    """Return the Directory Record of an Instance, without the links between records."""
    reference = Dataset()
    reference.ReferencedFileID = list(file_id)
    reference.ReferencedSOPClassUIDInFile = instance.file_meta.MediaStorageSOPClassUID
    reference.ReferencedSOPInstanceUIDInFile = instance.file_meta.MediaStorageSOPInstanceUID
    reference.ReferencedTransferSyntaxUIDInFile = instance.file_meta.TransferSyntaxUID
    return encoded(record_type, instance, reference)


def encoded(record_type: str, instance: Dataset, reference: Dataset | None = None) -> bytes:
    """Return a Directory Record from (0004,1430) on; a key that must have a value and has none gets a dummy."""
    record = Dataset()
    record.DirectoryRecordType = record_type
    record.update(reference or Dataset())
    with quiet():
        for key in keys_of(record_type):
            _add(key, instance, record)
        if instance.get("SpecificCharacterSet") and not str(record).isascii():
            record.SpecificCharacterSet = instance.SpecificCharacterSet
        file = DicomBytesIO()
        file.is_little_endian, file.is_implicit_VR = True, False
        write_dataset(file, record)
    return file.getvalue()


def _add(key: Key, instance: Dataset, record: Dataset) -> None:
    """Put a key into a record."""
    vr = dictionary_VR(key.keyword)
    value = _value(key.keyword, instance)
    if value not in (None, "", []):
        record.add_new(key.keyword, vr, value)
    elif key.type == "1":
        record.add_new(key.keyword, vr, _dummy(key.keyword, vr))
    elif key.type == "2":
        record.add_new(key.keyword, vr, [] if vr == "SQ" else None)


def _value(keyword: str, instance: Dataset) -> object:
    """Return a value as it was released; None where there is none, or none that can be read."""
    try:
        value = instance.get(keyword)
        if keyword == "ContentSequence":
            return [item for item in value or () if item.get("RelationshipType") == _MODIFIES]
        if keyword == "VerificationDateTime" and instance.get("VerificationFlag") == "VERIFIED":
            times = (item.get(keyword) for item in instance.get("VerifyingObserverSequence") or ())
            return max((str(time) for time in times if time), default=_dummy(keyword, "DT"))
    except Exception:  # noqa: BLE001  (whatever pydicom says of a wrong value)
        return None
    vr = dictionary_VR(keyword)
    if vr in _LEGAL:
        plain = str(value or "").replace(".", "", 2 if vr == "DA" else 0).replace(":", "")
        return plain if _LEGAL[vr].fullmatch(plain) else None
    return list(value) if vr == "SQ" and value is not None else value


def _dummy(keyword: str, vr: str) -> object:
    if vr == "SQ":
        code = Dataset()
        code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "REMOVED", "99DEIDPIPE", "Removed"
        return [code]
    if vr == "US":
        return 0
    return dummy_value(Facts(tag_for_keyword(keyword) or 0, vr)).decode("ascii").rstrip("\0 ")
