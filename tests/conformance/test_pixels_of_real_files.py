"""Regions hidden in real files of every encoding, depth and colour model of the corpus, read again by pydicom.

One file stands for all that are stored alike: the smallest. Outside of the regions the Stored Pixel Values are the same
(in JPEG: outside of the MCUs), inside they are background, untouched frames are the same bytes.
"""

import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest

from deidpipe.dicom.instance import read_instance
from deidpipe.errors import DeidError
from deidpipe.pixels.encodings.jpeg_markers import read_jpeg
from deidpipe.pixels.fragments import frames_in
from deidpipe.pixels.frames import Image, image_of, open_image, stored_values
from deidpipe.pixels.picture import picture
from deidpipe.pixels.preview import preview
from deidpipe.pixels.redacted import Redacted, image_after
from deidpipe.pixels.region import Region
from deidpipe.pixels.write_back import write_back
from tests.conformance.test_valid_output import errors
from tests.images import Array, cells_of, put_back
from tests.shared import csv_rows, shared_folder

CORPUS = shared_folder("corpus")
JPEG = ("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51")
MOST_FRAMES = 6  # compared
ALIKE = ("transfer_syntax", "photometric", "bits_allocated", "bits_stored", "many")


def smallest_of_each_kind() -> Iterator[str]:
    kinds: dict[tuple[str, ...], tuple[int, str]] = {}
    for row in csv_rows(CORPUS / "MANIFEST.csv"):
        row["many"] = str(row["frames"] not in ("", "1"))
        if row["decode"].startswith("ok") and row["bits_stored"] and not row["path"].startswith("malformed"):
            kind = tuple(row[name] for name in ALIKE)
            pixels = int(row["rows"]) * int(row["columns"])
            kinds[kind] = min(kinds.get(kind, (1 << 40, "")), (pixels, row["path"]))
    yield from sorted(path for pixels, path in kinds.values() if pixels < 2_000_000)


REFUSED = {
    "modality/MR/deidentification__cati_dicom": "more frames",  # Pixel Data of another size than it says
    "modality/SM/fo-dicom__multiframe.dcm": "size",  # tiles at the edge are smaller than it says
    "modality/US/fo-dicom__GH364.dcm": "no Data Element",  # something stands behind the Data Set
}
PATHS = [path for path in smallest_of_each_kind() if path not in REFUSED]


def hidden_in(path: Path) -> tuple[bytes, Image, list[Region], Redacted]:
    """Hide a place in the first frame, and the last pixel of the last frame."""
    source = path.read_bytes()
    image = image_of(read_instance(source, len(source)))
    facts = image.facts
    x0, y0 = facts.columns // 3, facts.rows // 4
    regions = [
        Region(x0, y0, max(x0 + 1, facts.columns // 2), max(y0 + 1, facts.rows // 2), "test", frames=(0, 1)),
        Region(
            facts.columns - 1,
            facts.rows - 1,
            facts.columns,
            facts.rows,
            "test",
            frames=(facts.frames - 1, facts.frames),
        ),
    ]
    return source, image, regions, write_back(image, regions)


@pytest.mark.parametrize("path", PATHS)
def test_what_is_outside_stays_and_what_is_inside_is_background(path: str) -> None:
    warnings.simplefilter("ignore")
    source, image, regions, new = hidden_in(CORPUS / path)
    after = put_back(source, image, new)
    last = image.facts.frames - 1
    assert new.touched == tuple(sorted({0, last}))
    if image.fragmented and new.transfer_syntax == image.facts.transfer_syntax:
        both = ([frame.joined(each.read) for frame in frames_in(each)] for each in (image, image_after(image, new)))
        before_and_after = list(zip(*both, strict=True))
        assert all(one == other for one, other in before_and_after[1:-1])
        assert before_and_after[0][0] != before_and_after[0][1]
    for frame in sorted({*range(min(last + 1, MOST_FRAMES)), last}):
        try:
            was, now = cells_of(source, frame), cells_of(after, frame)
        except RuntimeError:  # 12 bits: the coefficients are compared elsewhere, nothing here decodes them
            assert image.facts.transfer_syntax in JPEG
            continue
        assert was.shape == now.shape
        boxes = [region for region in regions if region.frames and frame in range(*region.frames)]
        compare(was, now, boxes, image, new, frame)


def compare(was: Array, now: Array, regions: list[Region], image: Image, new: Redacted, frame: int) -> None:
    inside = np.zeros(was.shape[:2], np.bool_)
    for region in regions:
        inside[region.y0 : region.y1, region.x0 : region.x1] = True
    may_change = inside
    if image.facts.is_halved and not image.fragmented:
        may_change = np.repeat(inside[:, ::2] | inside[:, 1::2], 2, axis=1)
    if new.transfer_syntax in JPEG and regions:
        may_change = grown_to_mcus(inside, frames_in(image)[frame].joined(image.read))
    changed = was != now
    assert not (changed.any(-1) if changed.ndim == 3 else changed)[~may_change].any()
    if not regions:
        return
    hidden = now[inside].reshape(inside.sum(), -1)
    if new.transfer_syntax in JPEG:
        brightness = hidden[:, 0] if new.facts.photometric.startswith("YBR") else hidden.max(1)
        assert brightness.max() <= 20  # at the edge the chroma of what is outside is smoothed into it
    else:
        assert (hidden == background(image, was.dtype)).all()


def grown_to_mcus(inside: Array, stream: bytes) -> Array:
    """Return the MCUs that are touched, and around them the pixel that takes part of its chroma from them."""
    jpeg = read_jpeg(stream)
    across = 8 * max(one.across for one in jpeg.components)
    down = 8 * max(one.down for one in jpeg.components)
    grown = np.zeros_like(inside)
    for row, column in {(row // down, column // across) for row, column in np.argwhere(inside).tolist()}:
        smoothed = 1 if len({(one.across, one.down) for one in jpeg.components}) > 1 else 0
        top, left = max(row * down - smoothed, 0), max(column * across - smoothed, 0)
        grown[top : (row + 1) * down + smoothed, left : (column + 1) * across + smoothed] = True
    return grown


def background(image: Image, kind: np.dtype[Any]) -> Array:
    facts, padding = image.facts, image.data_set.value_of(0x00280120)
    low = -(1 << facts.bits_stored - 1) if facts.signed else 0
    high = low + (1 << facts.bits_stored) - 1
    if facts.signed and padding:
        low = int.from_bytes(padding, "big" if image.big_endian else "little", signed=True)
    black: dict[str, object] = {"MONOCHROME1": high, "MONOCHROME2": low}
    black |= dict.fromkeys(("YBR_FULL", "YBR_FULL_422"), (0, 128, 128))
    return np.array(black.get(facts.photometric, 0)).astype(kind)


@pytest.mark.parametrize(("path", "told"), REFUSED.items())
def test_pixels_that_are_not_as_told_are_refused(path: str, told: str) -> None:
    with pytest.raises(DeidError, match=told):
        hidden_in(CORPUS / path)


@pytest.mark.parametrize(
    "path",
    [
        "modality/US/dicompixelanon__US-GE-4AICL142.dcm",
        "transfer_syntax/fo-dicom__D_CLUNIE_CT1_RLE_FRAGS.dcm",
        "transfer_syntax/pydicom-data__HTJ2K_08_RGB.dcm",
    ],
)
def test_the_image_after_can_be_looked_at_and_shown(path: str) -> None:
    with open_image(CORPUS / path) as image:
        facts = image.facts
        region = Region(0, 0, facts.columns // 2, facts.rows // 2, "test")
        new = write_back(image, [region])
        values = stored_values(image_after(image, new), 0)
        assert values[: facts.rows // 2 - 16, : facts.columns // 2 - 16].reshape(-1, facts.samples).std(0).max() == 0
        assert preview(image, new, [region]).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "path",
    [
        "modality/US/dicom-test-files__gdcm-US-ALOKA-16.dcm",
        "transfer_syntax/dcm4che__jpeg-ls-Palette.dcm",
        "transfer_syntax/dicom-test-files__SC_ybr_full_422_uncompressed.dcm",
        "modality/SM/EZ-WSI-DICOMweb__test_wsi.dcm",
    ],
)
def test_a_picture_has_the_colours_that_pydicom_shows(path: str) -> None:
    data_set = pydicom.dcmread(CORPUS / path)
    shown = pydicom.pixels.pixel_array(data_set, index=0)
    if data_set.PhotometricInterpretation == "PALETTE COLOR":
        shown = pydicom.pixels.apply_color_lut(shown, data_set)
    with open_image(CORPUS / path) as image:
        array, photometric = picture(image, 0)
    assert photometric == "RGB"
    assert np.abs(array.astype(np.int64) - shown).max() <= 1


@pytest.mark.skipif(not shutil.which("dciodvfy"), reason="dciodvfy is not installed (Debian: dicom3tools)")
@pytest.mark.parametrize(
    "path",
    [
        "modality/US/dicompixelanon__US-GE-4AICL142.dcm",
        "transfer_syntax/fo-dicom__D_CLUNIE_CT1_RLE_FRAGS.dcm",
        "transfer_syntax/pydicom-data__HTJ2KLossless_08_RGB.dcm",
        "transfer_syntax/dicom-test-files__SC_rgb_jpeg_dcmtk.dcm",
        "transfer_syntax/pylibjpeg-data__JPEGLosslessP14SV1_3s_2f_u_08_08.dcm",
    ],
)
def test_dciodvfy_finds_no_new_error(path: str, tmp_path: Path) -> None:
    source, image, _, new = hidden_in(CORPUS / path)
    (tmp_path / "after").write_bytes(put_back(source, image, new))
    assert errors(tmp_path / "after") <= errors(CORPUS / path)
