"""The laws of ``dicom/`` on every real file: the index says what pydicom reads, and an edit changes nothing else."""

import time
import tracemalloc
from pathlib import Path
from random import Random

import pytest

from deidpipe.dicom.instance import read_instance
from deidpipe.dicom.layout import SEQUENCE_END
from deidpipe.dicom.splice import splice
from deidpipe.errors import EncodingError, NotDicomError
from tests.laws import broken_by, broken_laws, changed_file, materialised, some_changes
from tests.shared import csv_rows, shared_folder
from tests.trees import differences, indexed_tree, read_by_pydicom

CORPUS = shared_folder("corpus")
FILES = [row["path"] for row in csv_rows(CORPUS / "MANIFEST.csv")]

# Files that are not read, and why nobody can read them without guessing.
REFUSED = {
    "dicomdir/pydicom_tree/DICOMDIR-nooffset": "an Item goes on after the end of its Sequence: 24 bytes were taken out",
    "malformed/dcm4che__3gb-bulk-data-truncated": "Pixel Data of 3 GB, of which 98 kB are there",
    "malformed/dicom-test-files__MR_truncated.dcm": "Pixel Data goes on after the end of the file",
    "malformed/dicom-test-files__emri_small_jpeg_2k_lossless_too_short.dcm": "ends among the fragments of Pixel Data",
    "malformed/dicom-test-files__rtplan_truncated.dcm": "a Sequence goes on after the end of the file",
    "malformed/fo-dicom__FreezePattern.dcm": "an Item in no Sequence: is what follows of the Item or of the Data Set?",
    "malformed/fo-dicom__GH1339.dcm": "ends among the fragments of Pixel Data",
    "malformed/fo-dicom__GH177_D_CLUNIE_CT1_IVRLE_BigEndian_undefined_length.dcm": (
        "a Sequence in UN is little endian while all else is big endian; pydicom cannot read it either"
    ),
    "malformed/fo-dicom__GH626.dcm": "an Item that ends twice",
    "modality/US/fo-dicom__GH364.dcm": "an Item in no Sequence",
}
NO_DICOM = {"malformed/dicom-test-files__no_meta.dcm": "a stray byte stands before the first element"}

# Private Sequences without VR and of defined length: pydicom leaves them closed, an identity in them must be seen.
MORE_OPENED = {
    "malformed/dcm4che__MR-JPEGLosslessSV1.dcm": [(0x2001105F,), (0x20051080,), (0x20051083,)],
    "malformed/pydicom__priv_SQ.dcm": [(0x3F031001,)],
    "modality/MR/fo-dicom__adb1_1.dcm": [(0x2001FC5F,)],
}

# UN with nothing but a Sequence Delimitation Item in it: pydicom knows the private tags as Sequences without Items.
ONLY_A_DELIMITER = {"modality/MR/fo-dicom__GH064.dcm": b"\xfe\xff\xdd\xe0\0\0\0\0"}

# pydicom takes DICM in a value for the prefix, and what follows it for the Data Set.
MISREAD = {"malformed/dcm4che__no_preamble_dicm_in_data"}
READ = [name for name in FILES if name not in REFUSED and name not in NO_DICOM]


@pytest.mark.parametrize("name", READ)
def test_the_index_says_what_pydicom_reads(name: str) -> None:
    file = (CORPUS / name).read_bytes()
    instance = read_instance(file, len(file))
    assert list(broken_laws(instance)) == []
    ours = indexed_tree(instance.data_set)
    if name in MISREAD:
        assert len(ours) > 20
        return
    surplus = ("missing", (SEQUENCE_END,))  # pydicom makes an element of a delimiter that ends nothing
    found = [each for each in differences(ours, read_by_pydicom(file)) if each != surplus]
    if name in ONLY_A_DELIMITER:
        assert {ours[path[0]] for _, path in found} == {ONLY_A_DELIMITER[name]}
    else:
        assert found == [("opened", path) for path in MORE_OPENED.get(name, [])]


@pytest.mark.parametrize("name", READ)
def test_without_edits_the_bytes_are_the_same(name: str) -> None:
    file = (CORPUS / name).read_bytes()
    instance = read_instance(file, len(file))
    unchanged = materialised(instance, splice(instance.data_set, []))
    if instance.encoding.deflated:
        assert unchanged == bytes(instance.body)
    else:
        assert unchanged == file[instance.data_set.starts[0] :]


@pytest.mark.parametrize("name", READ)
def test_edits_change_what_they_say_and_nothing_else(name: str) -> None:
    file = (CORPUS / name).read_bytes()
    instance = read_instance(file, len(file))
    random = Random(name)
    for _ in range(2):
        assert list(broken_by(instance, some_changes(instance.data_set, random))) == []
    changed = changed_file(instance, some_changes(instance.data_set, random))
    ours = indexed_tree(read_instance(changed, len(changed)).data_set)
    told = {what for what, _ in differences(ours, read_by_pydicom(changed))}
    assert told <= ({"opened", "closed"} if name in MORE_OPENED.keys() | ONLY_A_DELIMITER.keys() else set())


@pytest.mark.parametrize(
    ("name", "error"), [(name, EncodingError) for name in REFUSED] + [(n, NotDicomError) for n in NO_DICOM]
)
def test_what_cannot_be_read_without_guessing_is_refused_at_once(name: str, error: type[Exception]) -> None:
    file = (CORPUS / name).read_bytes()
    began = time.process_time()
    tracemalloc.start()
    with pytest.raises(error):
        read_instance(file, len(file))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.process_time() - began < 1
    assert peak < 1 << 20


def test_the_tables_name_files_that_are_there() -> None:
    named = REFUSED.keys() | NO_DICOM.keys() | MORE_OPENED.keys() | ONLY_A_DELIMITER.keys()
    assert named <= set(FILES)
    assert all(Path(CORPUS / name).is_file() for name in FILES)
