"""Files: what is read at first and what is left for later must not be told apart in the result."""

import os
from pathlib import Path

import pydicom
import pytest
from pydicom.uid import ExplicitVRLittleEndian

from deidpipe.dicom.files import HEAD, NewFile, OpenFile, files_below
from deidpipe.dicom.splice import splice
from deidpipe.errors import NotDicomError, UsageError


def an_instance(path: Path, before_pixels: int, pixels: int) -> bytes:
    """Write an Instance with about so many bytes before the Pixel Data; return the Pixel Data."""
    data_set = pydicom.Dataset()
    data_set.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    data_set.SOPInstanceUID = "1.2.826.0.1.3680043.8.498.1"
    data_set.RedPaletteColorLookupTableData = bytes(before_pixels)
    data_set.RequestedProcedureComments = "the last edit stands right before the Pixel Data"
    data_set.PixelData = os.urandom(pixels)
    data_set["PixelData"].VR = "OB"
    data_set.file_meta = pydicom.dataset.FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data_set.save_as(path, enforce_file_format=True)
    return bytes(data_set.PixelData)


@pytest.mark.parametrize("before_pixels", [0, HEAD - 2000, HEAD - 500, HEAD, 3 * HEAD])
@pytest.mark.parametrize("pixels", [2, 1000, HEAD - 2, HEAD + 2, 5 * HEAD])
def test_values_beyond_what_is_read_at_first_are_written_whole(tmp_path: Path, before_pixels: int, pixels: int) -> None:
    original = an_instance(tmp_path / "in", before_pixels, pixels)
    with OpenFile(str(tmp_path / "in")) as file:
        index = file.instance.data_set
        entry = index.layout.top[0x00401400]
        edits = [(index.starts[entry], index.starts[entry + 1], b"", ())]
        pieces = splice(index, edits)
        with NewFile(str(tmp_path)) as new:
            size = new.write(pieces, file.descriptor)
            assert new.publish(str(tmp_path / "out"))
        expected = (tmp_path / "in").read_bytes()[index.starts[0] :]
        removed = index.starts[entry + 1] - index.starts[entry]
    written = (tmp_path / "out").read_bytes()
    assert len(written) == size == len(expected) - removed
    assert written.endswith(original)


@pytest.mark.parametrize("has_nameless_files", [True, False])
def test_a_name_that_is_taken_is_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_nameless_files: bool
) -> None:
    if not has_nameless_files:
        monkeypatch.setattr("deidpipe.dicom.files._NAMELESS", 0)
    (tmp_path / "taken").write_text("taken")
    with NewFile(str(tmp_path), mode=0o600) as new:
        new.write([b"new"], -1)
        assert not new.publish(str(tmp_path / "taken"))
        assert new.publish(str(tmp_path / "deeper" / "free"))
    assert (tmp_path / "taken").read_text() == "taken"
    assert (tmp_path / "deeper" / "free").read_text() == "new"
    assert (tmp_path / "deeper" / "free").stat().st_mode & 0o777 == 0o600
    with NewFile(str(tmp_path)) as new:
        new.write([b"never published"], -1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["deeper", "taken"]


def test_every_file_is_found_once_also_behind_links_that_lead_back(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in ("b", "a/c"):
        (tmp_path / name).write_text("")
    (tmp_path / "a" / "back").symlink_to(tmp_path)
    assert list(files_below(str(tmp_path))) == [str(tmp_path / "a" / "c"), str(tmp_path / "b")]
    with pytest.raises(UsageError):
        list(files_below(str(tmp_path / "nowhere")))


def test_what_is_no_regular_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotDicomError):
        OpenFile(str(tmp_path / "pipe"))
