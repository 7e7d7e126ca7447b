"""deidentify from Python."""

import io
from pathlib import Path

import pydicom
import pytest
from pydicom.uid import UID

import deidpipe
from deidpipe.dicom.instance import read_instance
from deidpipe.errors import DeidError, EncodingError, IdentityError, NotDicomError, UsageError
from deidpipe.identity.key import Key
from deidpipe.run.instance import Draft, make_draft
from deidpipe.run.job import Job

KEY = "17" * 32
SAMPLE = Path(__file__).parents[2] / "sample_data"


def a_sample() -> Path:
    return next(SAMPLE.rglob("IM_0001.dcm"))


def test_a_path_bytes_and_a_dataset_give_the_same_instance() -> None:
    path = a_sample()
    from_path = deidpipe.deidentify(path, key=KEY)
    assert deidpipe.deidentify(path.read_bytes(), key=bytes.fromhex(KEY)) == from_path
    data_set = pydicom.dcmread(path)
    before = data_set.to_json()
    from_dataset = deidpipe.deidentify(data_set, key=KEY)
    assert data_set.to_json() == before
    assert from_dataset.to_json() == pydicom.dcmread(io.BytesIO(from_path)).to_json()
    assert from_dataset.PatientIdentityRemoved == "YES"


def test_a_dataset_without_file_meta_can_be_given() -> None:
    data_set = pydicom.Dataset()
    data_set.SOPClassUID = UID("1.2.840.10008.5.1.4.1.1.7")
    data_set.SOPInstanceUID = UID("1.2.826.0.1.3680043.8.498.1")
    data_set.PatientName = "Invented^Ida"
    assert "Invented" not in str(deidpipe.deidentify(data_set, key=KEY))


@pytest.mark.parametrize(
    ("source", "key", "more", "error", "told"),
    [
        (b"no DICOM at all", KEY, {}, NotDicomError, "prefix"),
        (b"", "17", {}, IdentityError, "holds no key"),
        (b"", KEY, {"options": ["clean-recognizable-visual-features"]}, UsageError, "faces"),
        ("no/such/file", KEY, {}, NotDicomError, "cannot be read"),
    ],
)
def test_what_does_not_fit_is_told(
    source: bytes | str, key: str, more: dict[str, list[str]], error: type[DeidError], told: str
) -> None:
    with pytest.raises(error, match=told):
        deidpipe.deidentify(source, key=key, **more)  # type: ignore[call-overload]


def test_what_would_go_into_quarantine_is_refused_with_its_code() -> None:
    data_set = pydicom.dcmread(a_sample())
    del data_set.SOPInstanceUID
    with pytest.raises(deidpipe.RefusedError) as told:
        deidpipe.deidentify(data_set, key=KEY)
    assert told.value.code == "no-sop-instance-uid"


def test_what_pydicom_cannot_write_is_told_without_the_value() -> None:
    data_set = pydicom.dcmread(a_sample())
    data_set.add(pydicom.DataElement(0x00280010, "US", "ZQX-SECRET", already_converted=True))
    with pytest.raises(EncodingError) as told:
        deidpipe.deidentify(data_set, key=KEY)
    assert "ZQX" not in repr(told.value) + str(told.value)


@pytest.mark.parametrize(("options", "told"), [([], ("U", "replaced")), (["retain-uids"], ("K", "kept"))])
def test_the_audit_says_of_the_media_storage_uid_what_was_done(options: list[str], told: tuple[str, str]) -> None:
    data = a_sample().read_bytes()
    instance = read_instance(data, len(data))
    job = Job(deidpipe.load_profile("basic", options), Key(bytes(32)), "", "", {})
    draft = make_draft(instance, job)
    assert isinstance(draft, Draft)
    (record,) = (each for each in draft.prepared.plan.decisions if each.path == "MediaStorageSOPInstanceUID")
    assert (record.action, record.outcome) == told
