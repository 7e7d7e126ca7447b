"""The command line over the whole corpus of real files: every file has its outcome, and what is released is right."""

import hashlib
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from deidpipe.cli.main import main
from tests.end_to_end.canary_run import KEY, files_of, run
from tests.shared import csv_rows, shared_folder

pytestmark = [pytest.mark.xdist_group("corpus"), pytest.mark.filterwarnings("ignore")]

CORPUS = shared_folder("corpus")
MANIFEST = {row["path"]: row for row in csv_rows(CORPUS / "MANIFEST.csv")}
DECODES = sorted(path for path, row in MANIFEST.items() if row["decode"].startswith("ok"))
NOT_DICOM = {"LICENCES.txt", "MANIFEST.csv", "README.md", "burned_in.json"}

# Every file that is not released, but for those whose SOP Instance UID an earlier file has: why that is right.
REFUSED: Mapping[str, Mapping[str, str]] = {
    "unreadable": {
        "dicomdir/pydicom_tree/DICOMDIR-nooffset": "a record is longer than the Sequence that holds it",
        "malformed/dcm4che__3gb-bulk-data-truncated": "its Pixel Data is said to be 3 GB and is not there",
        "malformed/dicom-test-files__MR_truncated.dcm": "it ends in the middle of Pixel Data",
        "malformed/dicom-test-files__emri_small_jpeg_2k_lossless_too_short.dcm": "its last fragment is cut off",
        "malformed/dicom-test-files__rtplan_truncated.dcm": "it ends in the middle of a Sequence",
        "malformed/fo-dicom__FreezePattern.dcm": "an Item that stands in no Sequence",
        "malformed/fo-dicom__GH1339.dcm": "its fragments do not end",
        "malformed/fo-dicom__GH177_D_CLUNIE_CT1_IVRLE_BigEndian_undefined_length.dcm": "two byte orders in one file",
        "malformed/fo-dicom__GH626.dcm": "bytes that are no element in the midst of private ones",
        "modality/US/fo-dicom__GH364.dcm": "an Item Delimitation Item that ends nothing, before most of the elements",
    },
    "no-sop-instance-uid": {
        "charset/fo-dicom__chrSQEncoding.dcm": "a fragment for tests of character sets",
        "charset/fo-dicom__chrSQEncoding1.dcm": "a fragment for tests of character sets",
        "malformed/dicognito__bad.dcm": "File Meta Information without a Data Set",
        "malformed/dicom-test-files__no_meta_group_length.dcm": "a fragment",
        "malformed/pydicom__UN_sequence.dcm": "one Sequence and nothing else",
        "malformed/pydicom__priv_SQ.dcm": "one private Sequence and nothing else",
        "modality/SM/libdicom__generated_encapsulated_defined_bot_2_to_2.dcm": "Pixel Data and what it needs, no more",
        "modality/SM/libdicom__generated_encapsulated_empty_bot_2_to_1.dcm": "Pixel Data and what it needs, no more",
        "transfer_syntax/pydicom-data__JLSL_RGB_ILV1.dcm": "Pixel Data and what it needs, no more",
        "transfer_syntax/pydicom-data__JLSL_RGB_ILV2.dcm": "Pixel Data and what it needs, no more",
        "transfer_syntax/pydicom-data__JLSN_RGB_ILV0.dcm": "Pixel Data and what it needs, no more",
    },
    "no-sop-class-uid": {
        "malformed/dcm4che__no_preamble_dicm_in_data": "a fragment, with DICM in a value where a prefix would be",
        "malformed/dicom-test-files__empty_charset_LEI.dcm": "a fragment for tests of character sets",
        "malformed/dicom-test-files__meta_missing_tsyntax.dcm": "a fragment",
        "malformed/fo-dicom__GH340.dcm": "neither File Meta Information nor Data Set says what it is",
        "malformed/pydicom__nested_priv_SQ.dcm": "one private Sequence and nothing else",
    },
    "site-rule": {  # Burned In Annotation YES, and the Basic Profile leaves pixels alone
        "modality/CT/dcm_qa_ct__I30": "it says that there is text in its pixels",
        "modality/CT/fo-dicom__GH1728.dcm": "it says that there is text in its pixels",
        "modality/PT_NM/dicognito__burned_in_yes.dcm": "it says that there is text in its pixels",
        "modality/SM/EZ-WSI-DICOMweb__test_wsi.dcm": "it says that there is text in its pixels",
        "modality/US/pypi_deid-data__GREYSCALE_IMAGE.dcm": "it says that there is text in its pixels",
    },
    "waveform": {
        "modality/ECG/dicom-ecg-plot__anonymous_ecg.dcm": "an ECG: nothing here can look into it",
        "transfer_syntax/dicomParser__wave_dfl": "hemodynamic waveforms: nothing here can look into them",
    },
    "dicomdir": dict.fromkeys(
        [
            "dicomdir/other/dcm4che__DICOMDIR",
            "dicomdir/other/fo-dicom__DICOMDIR",
            "dicomdir/other/go-dicom__testdicomdir",
            "dicomdir/pydicom_tree/DICOMDIR",
            "dicomdir/pydicom_tree/DICOMDIR-bigEnd",
            "dicomdir/pydicom_tree/DICOMDIR-empty.dcm",
            "dicomdir/pydicom_tree/DICOMDIR-implicit",
            "dicomdir/pydicom_tree/DICOMDIR-reordered",
            "malformed/pydicom__DICOMDIR-nopatient",
        ],
        "a directory of original names; it would list files that have other names now",
    ),
    "not-dicom": {
        # PS3.10 wants a preamble; without one, a file counts as DICOM if it begins with an element of group 2 or 8.
        "malformed/dicom-test-files__no_meta.dcm": "a stray byte stands before its first element",
    },
}


class CorpusRun(NamedTuple):
    out: Path
    rows: Mapping[str, Mapping[str, str]]


@pytest.fixture(scope="module")
def corpus_run(tmp_path_factory: pytest.TempPathFactory) -> CorpusRun:
    base = tmp_path_factory.mktemp("corpus")
    before = digest_of(CORPUS)
    run_of(CORPUS, base / "out")
    assert digest_of(CORPUS) == before, "the input was changed"
    return CorpusRun(base / "out", files_of(base / "out"))


@pytest.fixture(scope="module")
def pairs(corpus_run: CorpusRun, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each input that is released, if need be on its own: with it, only the first one of a SOP Instance UID is."""
    found = {}
    for number, (name, row) in enumerate(corpus_run.rows.items()):
        out = corpus_run.out
        if row["reason"] == "same-sop-instance-uid":
            out = tmp_path_factory.mktemp("alone") / str(number)
            run_of(CORPUS / name, out)
            (row,) = files_of(out).values()
            assert row["outcome"] == "released" or name in refused(), (name, row)
        if row["outcome"] == "released":
            found[name] = out / "public" / row["released_as"]
    return found


def run_of(source: Path, out: Path) -> None:
    key = out.parent / "project-key"
    key.write_text(KEY)
    assert main(["run", str(source), str(out), "--key", str(key)]) in (0, 3)


def refused() -> dict[str, str]:
    return {name: code for code, files in REFUSED.items() for name in files}


def digest_of(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        status = path.stat()
        digest.update(f"{path}\0{status.st_mode}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def released_files(out: Path) -> Iterator[Path]:
    return (path for path in (out / "public").rglob("*.dcm") if path.is_file())


def test_every_file_has_one_outcome(corpus_run: CorpusRun) -> None:
    inputs = {str(path.relative_to(CORPUS)) for path in CORPUS.rglob("*") if path.is_file()}
    assert set(corpus_run.rows) == inputs
    assert {row["outcome"] for row in corpus_run.rows.values()} == {"released", "quarantined", "not-dicom"}
    released = [row["released_as"] for row in corpus_run.rows.values() if row["outcome"] == "released"]
    assert sorted(released) == sorted(
        str(p.relative_to(corpus_run.out / "public")) for p in released_files(corpus_run.out)
    )


def test_what_is_not_released_is_refused_for_a_reason_that_is_right(corpus_run: CorpusRun) -> None:
    repeated = {name for name, row in corpus_run.rows.items() if row["reason"] == "same-sop-instance-uid"}
    found = {name: row["reason"] for name, row in corpus_run.rows.items() if row["reason"] and name not in repeated}
    expected = refused() | dict.fromkeys(NOT_DICOM, "not-dicom")
    assert found == {name: code for name, code in expected.items() if name not in repeated}
    kept = {row["released_as"] for row in corpus_run.rows.values()}
    assert len(kept) == 1 + len(corpus_run.rows) - len(found) - len(repeated)


def test_a_quarantined_file_is_kept_as_it_was(corpus_run: CorpusRun) -> None:
    for name, row in corpus_run.rows.items():
        copy = corpus_run.out / "private" / "quarantine" / name
        assert copy.exists() is (row["outcome"] == "quarantined"), name
        if copy.exists():
            assert copy.read_bytes() == (CORPUS / name).read_bytes(), name


def test_every_repeated_file_is_released_when_it_is_alone(pairs: Mapping[str, Path]) -> None:
    assert set(pairs) == set(MANIFEST) - set(refused()) - NOT_DICOM


def test_each_released_file_is_sound(pairs: Mapping[str, Path]) -> None:
    for name, path in pairs.items():
        data_set = pydicom.dcmread(path)
        for element in data_set.iterall():
            assert not element.tag.is_private, (name, element.tag)
            assert element.tag.group not in range(0x5000, 0x5020), (name, element.tag)
            assert element.tag.group not in range(0x6000, 0x6020), (name, element.tag)
        assert data_set.SOPInstanceUID == data_set.file_meta.MediaStorageSOPInstanceUID, name
        assert data_set.PatientIdentityRemoved == "YES", name
        assert "deidpipe" in str(data_set.DeidentificationMethod), name
        codes = [(code.CodeValue, code.CodingSchemeDesignator) for code in data_set.DeidentificationMethodCodeSequence]
        assert codes == [("113100", "DCM")], name
        assert data_set.LongitudinalTemporalInformationModified == "REMOVED", name
        names = {str(data_set[tag].value) for tag in ("PatientName", "PatientID") if tag in data_set}
        assert len(names) < 2, name
        assert all(new.startswith("DP-") for new in names), name
        assert not data_set.get("PatientBirthDate"), name


@pytest.mark.parametrize("part", range(8))
def test_what_can_be_decoded_decodes_to_the_same_pixels(pairs: Mapping[str, Path], part: int) -> None:
    compared = 0
    for name in DECODES[part::8]:
        if name not in pairs:
            assert name in refused(), name
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            before = pydicom.dcmread(CORPUS / name, force=True)
            if "TransferSyntaxUID" not in before.file_meta:
                before.file_meta.TransferSyntaxUID = pydicom.dcmread(pairs[name]).file_meta.TransferSyntaxUID
            after = pydicom.dcmread(pairs[name])
            assert _pixels(before) == _pixels(after), name
            pixels = _decoded(before)
            if pixels is not None:
                assert np.array_equal(pixels, after.pixel_array), name
                compared += 1
    assert compared > 30


def _pixels(data_set: Dataset) -> list[bytes]:
    return [data_set[tag].value for tag in ("PixelData", "FloatPixelData", "DoubleFloatPixelData") if tag in data_set]


def _decoded(data_set: Dataset) -> "np.ndarray[tuple[int, ...], np.dtype[np.generic]] | None":
    """Return the pixels; None where they need a decoder that is not among those of this project."""
    try:
        pixels: np.ndarray[tuple[int, ...], np.dtype[np.generic]] = data_set.pixel_array
    except (RuntimeError, ValueError):
        return None
    return pixels


def test_the_private_folder_is_for_its_owner_only(corpus_run: CorpusRun, tmp_path: Path) -> None:
    private = corpus_run.out / "private"
    assert private.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o077 == 0 for path in private.rglob("*") if path.is_file())
    (tmp_path / "in").mkdir()
    main(["run", str(tmp_path / "in"), str(tmp_path / "out")])
    assert (tmp_path / "out" / "private" / "key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "out" / "private").stat().st_mode & 0o777 == 0o700


def test_no_name_of_the_input_stands_in_the_public_folder(corpus_run: CorpusRun) -> None:
    for path in (corpus_run.out / "public").rglob("*"):
        for part in path.relative_to(corpus_run.out / "public").parts:
            assert part.startswith(("DP-", "2.25.", "_deidpipe", "no-")) or path.parent.name == "_deidpipe", path


def test_the_audit_is_whole(corpus_run: CorpusRun, capsys: pytest.CaptureFixture[str]) -> None:
    key = str(corpus_run.out.parent / "project-key")
    assert main(["audit", "verify", str(corpus_run.out), "--key", key]) == 0
    assert "whole" in capsys.readouterr().out


def test_the_command_does_the_same_in_a_process_of_its_own(tmp_path: Path) -> None:
    source, key = CORPUS / "studies", tmp_path / "project-key"
    run(source, tmp_path / "here")
    key.write_text(KEY)
    command = [sys.executable, "-m", "deidpipe", "run", str(source), str(tmp_path / "there"), "--key", str(key)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 3)
    assert done.stderr == ""
    assert files_of(tmp_path / "here") == files_of(tmp_path / "there")
    for name, row in files_of(tmp_path / "here").items():
        if row["released_as"]:
            here, there = (tmp_path / out / "public" / row["released_as"] for out in ("here", "there"))
            assert here.read_bytes() == there.read_bytes(), name
