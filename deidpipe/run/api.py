"""De-identify one Instance from Python: a path, bytes, or a Dataset of pydicom."""

import io
import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, overload

from deidpipe.dicom.encoding import IMPLICIT_LITTLE
from deidpipe.dicom.instance import read_instance
from deidpipe.dicom.splice import bytes_of
from deidpipe.errors import DeidError, EncodingError, NotDicomError
from deidpipe.identity.key import Key
from deidpipe.identity.mapping import MappedPatient
from deidpipe.profile.load import load_profile
from deidpipe.run.gather import Gatherer
from deidpipe.run.instance import make_draft, patient_of
from deidpipe.run.job import Job
from deidpipe.run.refusal import Refusal, failed_check
from deidpipe.run.self_check import self_check
from deidpipe.run.sweep import swept

if TYPE_CHECKING:
    from pydicom import Dataset, FileDataset

    Source = str | os.PathLike[str] | bytes | Dataset


class RefusedError(DeidError):
    """An Instance that would go into quarantine; ``code`` is the short reason."""

    def __init__(self, where: str, what: str, fix: str, code: str = "") -> None:
        super().__init__(where, what, fix)
        self.code = code


@overload
def deidentify(
    source: str | os.PathLike[str] | bytes,
    *,
    key: Key | bytes | str,
    profile: str = ...,
    options: Iterable[str] = ...,
    mapping: Mapping[str, MappedPatient] | None = ...,
) -> bytes: ...


@overload
def deidentify(
    source: "Dataset",
    *,
    key: Key | bytes | str,
    profile: str = ...,
    options: Iterable[str] = ...,
    mapping: Mapping[str, MappedPatient] | None = ...,
) -> "FileDataset": ...


def deidentify(
    source: "Source",
    *,
    key: Key | bytes | str,
    profile: str = "basic",
    options: Iterable[str] = (),
    mapping: Mapping[str, MappedPatient] | None = None,
) -> "bytes | FileDataset":
    """Return a de-identified Instance: the bytes of a file, or a Dataset where one was given.

    Parameters
    ----------
    source
        A path, the bytes of a DICOM file, or a Dataset. It is not changed.
    key
        The project key: 32 bytes, or 64 hexadecimal digits. There is no default.
    profile, options
        A shipped profile's name or the path of a YAML file; Options besides those of the profile.
    mapping
        Original Patient ID -> who the patient becomes.

    Raises
    ------
    NotDicomError, EncodingError
        If the source is no DICOM, or cannot be read without guessing.
    RefusedError
        If the Instance would go into quarantine.
    ProfileError, UsageError, IdentityError
        If the profile, an Option or the key does not fit.

    Source: PS3.15 Annex E.
    """
    if isinstance(source, bytes):
        return _deidentified(source, _job(key, profile, options, mapping))
    if isinstance(source, str | os.PathLike):
        return _deidentified(_read(source), _job(key, profile, options, mapping))
    from pydicom import dcmread

    return dcmread(io.BytesIO(_deidentified(_written(source), _job(key, profile, options, mapping))))


def _job(
    key: Key | bytes | str, profile: str, options: Iterable[str], mapping: Mapping[str, MappedPatient] | None
) -> Job:
    secret = key if isinstance(key, Key) else Key(key) if isinstance(key, bytes) else Key.from_text(key, "key")
    return Job(load_profile(profile, options), secret, "", "", mapping or {})


def _deidentified(data: bytes, job: Job) -> bytes:
    instance = read_instance(data, len(data))
    gatherer = Gatherer(job.rules)
    gatherer.learn(patient_of(instance), instance)
    job.gathered = gatherer.gathered()
    draft = make_draft(instance, job)
    if isinstance(draft, Refusal):
        raise _refused(draft)
    body = instance.body
    written = b"".join(bytes_of(piece, lambda start, end: bytes(body[start:end])) for piece in draft.pieces)
    again = read_instance(written, len(written))
    findings = self_check(again, draft.prepared, draft.replaced, draft.transfer_syntax, job)
    findings += swept(again, None, draft.sweep, draft.replaced)
    if findings:
        raise _refused(failed_check(findings))
    return written


def _refused(refusal: Refusal) -> RefusedError:
    return RefusedError("Instance", refusal.what, refusal.fix, refusal.code)


def _read(path: str | os.PathLike[str]) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise NotDicomError("file", f"cannot be read ({error.strerror})", "check the path") from None


def _written(data_set: "Dataset") -> bytes:
    """Return a Dataset as the bytes of a file, in its own Transfer Syntax."""
    import warnings

    from pydicom import dcmwrite
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import UID

    file = io.BytesIO()
    meta = getattr(data_set, "file_meta", None)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they quote values
            if meta is not None and "TransferSyntaxUID" in meta:
                dcmwrite(file, data_set)
            else:
                copy = data_set.copy()
                copy.file_meta = FileMetaDataset()
                copy.file_meta.TransferSyntaxUID = UID(IMPLICIT_LITTLE)
                dcmwrite(file, copy, implicit_vr=True, little_endian=True)
    except Exception as error:  # noqa: BLE001  (its text quotes values too)
        what = f"pydicom cannot write it ({type(error).__name__})"
        raise EncodingError("Dataset", what, "mend the element that has a wrong value") from None
    return file.getvalue()
