"""Burned-in text in a run: what is hidden, what stays bit for bit, what is claimed, what is not released."""

import io
import json
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pydicom
import pytest
from PIL import Image as Drawn
from PIL import ImageDraw, ImageFont
from pydicom.pixels import pixel_array
from pydicom.uid import ExplicitVRLittleEndian, JPEGBaseline8Bit

from deidpipe.cli.main import main
from deidpipe.errors import DeidError
from deidpipe.pixels.clean_pixels import clean_pixels
from deidpipe.pixels.frames import open_image
from deidpipe.pixels.region import Region
from tests.end_to_end.canary_run import KEY, files_of, run
from tests.images import Array, an_image, with_frames, with_pixels
from tests.shared import csv_rows, shared_folder

pytestmark = [
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(not find_spec("cv2"), reason="the extra 'pixels' is not installed"),
]

CORPUS = shared_folder("corpus")
MANIFEST = {row["path"]: row for row in csv_rows(CORPUS / "MANIFEST.csv")}
BURNED_IN = json.loads((CORPUS / "burned_in.json").read_text(encoding="utf-8"))["files"]
HARMLESS = {"technical", "label", "orientation", "manufacturer"}
COVERED = 0.95

# Identifying boxes of which more than a twentieth is not hidden: how many, and why. This table may only shrink.
NOT_COVERED: Mapping[str, tuple[int, str]] = {
    "modality/CT/dicom-test-files__SC1_JLSN": (
        10,
        "labels of many lines boxed as one: room between and ends of lines",
    ),
}
# Files of burned_in.json whose pixels are not reached; they are not released.
NOT_READ = {"modality/US/fo-dicom__GH364.dcm": "an Item Delimitation Item that ends nothing"}
MOST_TOUCHED = 0.09  # of the pictures without text, were all of them looked at; 0.07 were measured
NO_EVIDENCE = ("PM5644", "IM00001.fragmented")  # a test picture with its name in it; hidden around its sector


class Made(NamedTuple):
    """A run over made files: by name, the row of the list of files, and what came out."""

    out: Path
    source: Path
    rows: Mapping[str, Mapping[str, str]]

    def before(self, name: str) -> pydicom.Dataset:
        return pydicom.dcmread(self.source / name)

    def after(self, name: str) -> pydicom.Dataset:
        return pydicom.dcmread(self.path(name))

    def path(self, name: str) -> Path:
        assert self.rows[name]["outcome"] == "released", self.rows[name]
        return self.out / "public" / self.rows[name]["released_as"]


# --- real files -----------------------------------------------------------------------------------------------------


def regions_of(name: str) -> tuple[Region, ...]:
    with open_image(CORPUS / name) as image:
        return clean_pixels(image, str(pydicom.dcmread(CORPUS / name, force=True).get("SOPClassUID", ""))).regions


@pytest.mark.parametrize("part", range(2))
def test_identifying_boxes_of_real_files_are_covered(part: int) -> None:
    missed = {}
    names = sorted(BURNED_IN.keys() - NOT_READ.keys())[part::2]
    for name in names:
        told = BURNED_IN[name]
        mask = np.zeros((told["rows"], told["columns"]), np.bool_)
        for region in regions_of(name):
            mask[region.y0 : region.y1, region.x0 : region.x1] = True
        boxes = [box for box in told["boxes"] if box["category"] not in HARMLESS]
        shown = [mask[box["y"] : box["y"] + box["h"], box["x"] : box["x"] + box["w"]].mean() for box in boxes]
        count = sum(covered < COVERED for covered in shown)
        if count:
            missed[name] = count
    assert missed == {name: count for name, (count, _) in NOT_COVERED.items() if name in names}


def test_real_files_that_cannot_be_read_are_refused() -> None:
    for name in NOT_READ:
        with pytest.raises(DeidError):
            regions_of(name)


def test_few_real_pictures_without_text_are_touched() -> None:
    looked, touched = 0, []
    for name, row in MANIFEST.items():
        has_none = row["burned_in_text"].startswith("none seen") and not any(each in name for each in NO_EVIDENCE)
        if not has_none or name in BURNED_IN or not row["rows"] or row["frames"] not in ("", "1"):
            continue
        try:
            looked, regions = looked + 1, regions_of(name)
        except DeidError:
            continue
        touched += [name] if regions else []
    assert looked > 150
    assert len(touched) <= MOST_TOUCHED * looked, touched


# --- made files -----------------------------------------------------------------------------------------------------

WIDTH, HEIGHT, FRAMES = 320, 240, 60
STILL, SHORT = (8, 6), (60, 150)  # left and top of two texts
SHOWN = range(30, 35)  # the frames that show the short one
SINCE = "1.2.840.10008.5.1.4.1.1."


def scene(shift: int = 0) -> Array:
    """Return a picture without text: smooth clouds, which move."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    return np.asarray(60 + 30 * np.sin((x + 3 * shift) / 25) + 25 * np.cos((y - 2 * shift) / 19), np.uint8)


def with_text(array: Array, *texts: tuple[tuple[int, int], str]) -> Array:
    picture = Drawn.fromarray(array)
    font = ImageFont.load_default(18)
    for place, text in texts:
        ImageDraw.Draw(picture).text(place, text, fill=255, font=font)
    return np.asarray(picture)


TEXT = with_text(scene(), (STILL, "INVENTED Ottilie 4711"))
INK = scene() != TEXT
HARDLY_ANY = 0.05  # of the ink of a text


def shown(array: Array, ink: Array) -> float:
    """Return how much of the ink of a text is not hidden."""
    return float((array[ink] > 0).mean())


def facts(number: int, **more: object) -> dict[str, object]:
    return {
        "SOPInstanceUID": f"2.25.7{number}",
        "StudyInstanceUID": "2.25.5",
        "SeriesInstanceUID": f"2.25.6{number}",
        "PatientID": "4711",
        "PatientName": "Invented^Ottilie",
        "Modality": "OT",
        "Rows": HEIGHT,
        "Columns": WIDTH,
        "RequestingPhysician": "Federkiel^Ruprecht",  # goes: edits stand side by side
        "RequestedProcedureDescription": "none",
        **more,
    }


def files() -> Iterator[tuple[str, bytes]]:
    """Yield made files."""
    deep: dict[str, object] = {"BitsAllocated": 16, "BitsStored": 12}
    ct = {"SOPClassUID": SINCE + "2", "ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"], "Modality": "CT", **deep}
    slide = {"SOPClassUID": SINCE + "77.1.6", "Modality": "SM"}
    progressive = io.BytesIO()
    Drawn.fromarray(TEXT).save(progressive, "JPEG", quality=92, progressive=True)
    clouds = np.asarray(scene(), np.uint16) * 8
    yield "text", with_pixels(an_image(**facts(1, BurnedInAnnotation="YES")), TEXT.tobytes())
    yield "plain", with_pixels(an_image(**facts(2, BurnedInAnnotation="YES")), scene().tobytes())
    yield "ct", with_pixels(an_image(**facts(3, **ct)), clouds.tobytes())
    yield "ct-yes", with_pixels(an_image(**facts(4, BurnedInAnnotation="YES", **ct)), clouds.tobytes())
    yield "mpeg", with_frames(an_image(**facts(5)), [b"\0\0\1\xba" * 9], "1.2.840.10008.1.2.4.102")
    yield "progressive", with_frames(an_image(**facts(6)), [progressive.getvalue()], JPEGBaseline8Bit)
    kind = ["ORIGINAL", "PRIMARY", "LABEL", "NONE"]
    yield "label", with_pixels(an_image(**facts(7, ImageType=kind, **slide)), TEXT.tobytes())
    kind = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]
    yield "tile", with_pixels(an_image(**facts(8, ImageType=kind, **slide)), scene().tobytes())
    overlay = an_image(**facts(9, **deep))
    overlay.add_new(0x60000102, "US", 15)
    yield "overlay-bits", with_pixels(overlay, (clouds | 0x8000).tobytes())
    cine = [
        with_text(scene(at), (STILL, "INVENTED Ottilie 4711"), *([(SHORT, "Dr. Federkiel 1931")] * (at in SHOWN)))
        for at in range(FRAMES)
    ]
    ultrasound = facts(10, SOPClassUID=SINCE + "3.1", Modality="US", NumberOfFrames=FRAMES)
    yield "cine", with_pixels(an_image(**ultrasound), np.stack(cine).tobytes())
    cut = with_pixels(an_image(**facts(11, NumberOfFrames=2)), TEXT.tobytes())
    yield "too-short", cut


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    base = tmp_path_factory.mktemp("pixels")
    (base / "in").mkdir()
    for name, data in files():
        (base / "in" / name).write_bytes(data)
    return Made(base / "out", base / "in", run(base / "in", base / "out", "--profile", "tcia"))


def codes(data_set: pydicom.Dataset) -> set[str]:
    return {item.CodeValue for item in data_set.DeidentificationMethodCodeSequence}


GROUP = pytest.mark.xdist_group("pixels in a run")


@GROUP
def test_each_made_file_has_its_outcome(made: Made) -> None:
    assert {name: row["reason"] for name, row in made.rows.items() if row["reason"]} == {
        "mpeg": "pixels",
        "too-short": "pixels",
        "label": "slide-label",
    }


@GROUP
@pytest.mark.parametrize(
    ("name", "looked_at"),
    [
        ("text", True),
        ("plain", True),
        ("ct", False),
        ("ct-yes", True),
        ("progressive", True),
        ("tile", False),
        ("overlay-bits", True),
        ("cine", True),
    ],
)
def test_clean_pixels_are_claimed_where_they_were_looked_at(name: str, *, looked_at: bool, made: Made) -> None:
    after = made.after(name)
    assert ("113101" in codes(after)) is looked_at
    assert after.get("BurnedInAnnotation") == ("NO" if looked_at else made.before(name).get("BurnedInAnnotation"))


@GROUP
@pytest.mark.parametrize("name", ["plain", "ct", "ct-yes", "tile"])
def test_pixel_data_without_text_stay_bit_for_bit(name: str, made: Made) -> None:
    assert made.after(name).PixelData == made.before(name).PixelData


@GROUP
def test_text_is_hidden_and_all_else_stays(made: Made) -> None:
    before, after = made.before("text").pixel_array, made.after("text").pixel_array
    assert shown(after, INK) < HARDLY_ANY
    assert np.array_equal(before[60:], after[60:])


@GROUP
def test_text_that_stands_still_and_text_that_shows_up_are_hidden_in_every_frame(made: Made) -> None:
    after = made.after("cine").pixel_array
    assert after.shape == (FRAMES, HEIGHT, WIDTH)
    assert max(shown(frame, INK) for frame in after) < HARDLY_ANY
    short = with_text(scene(), (SHORT, "Dr. Federkiel 1931")) != scene()
    assert max(shown(frame, short) for frame in after) < HARDLY_ANY
    assert np.array_equal(after[:, 190:], made.before("cine").pixel_array[:, 190:])


@GROUP
def test_a_new_transfer_syntax_stands_in_file_meta_information(made: Made) -> None:
    after = made.after("progressive")
    assert after.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert (after.LossyImageCompression, after.LossyImageCompressionMethod) == ("01", "ISO_10918_1")
    assert [element.tag for element in after] == sorted(element.tag for element in after)
    assert shown(pixel_array(made.path("progressive")), INK) < HARDLY_ANY


@GROUP
def test_overlays_in_unused_bits_are_cleared(made: Made) -> None:
    before, after = (np.frombuffer(one("overlay-bits").PixelData, np.uint16) for one in (made.before, made.after))
    assert (before & 0x8000).all()
    assert np.array_equal(before & 0x0FFF, after)
    assert not any(element.tag.group >> 8 == 0x60 for element in made.after("overlay-bits"))


@GROUP
def test_pictures_of_before_and_after_are_for_their_owner_only(made: Made) -> None:
    pictures = list((made.out / "private" / "pixels").iterdir())
    assert len(pictures) == 4  # text, progressive, overlay-bits, cine: one a Series
    assert all(picture.stat().st_mode & 0o777 == 0o600 for picture in pictures)
    assert not list((made.out / "public").rglob("*.png"))


@GROUP
def test_the_audit_tells_regions_and_frames_and_no_text(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["audit", "query", "SELECT differences FROM instances", str(made.out), "--json"]) == 0
    told = capsys.readouterr().out
    assert "regions in 60 frames" in told
    assert "Ottilie" not in told
    assert main(["audit", "verify", str(made.out), "--key", str(made.out.parent / "project-key")]) == 0


# --- what a profile may ask for -------------------------------------------------------------------------------------


def run_with(made: Made, tmp_path: Path, pixels: str, *names: str) -> dict[str, dict[str, str]]:
    """Return the rows of a run over some of the made files."""
    (tmp_path / "in").mkdir()
    for name in names:
        (tmp_path / "in" / name).write_bytes((made.source / name).read_bytes())
    text = f"deidpipe: 1\nname: mine\nextends: tcia\npixels: {pixels}\n"
    text += "quarantine:\n  - {when: {BurnedInAnnotation: 'YES'}, why: it may show a name}\n"
    (tmp_path / "mine.yaml").write_text(text)
    return run(tmp_path / "in", tmp_path / "out", "--profile", str(tmp_path / "mine.yaml"))


@GROUP
def test_what_is_never_looked_at_is_not_released_if_it_says_that_it_shows_text(made: Made, tmp_path: Path) -> None:
    rows = run_with(made, tmp_path, "{look: never}", "text", "cine")
    assert rows["text"]["reason"] == "site-rule"
    after = pydicom.dcmread(tmp_path / "out" / "public" / rows["cine"]["released_as"])
    assert "113101" not in codes(after)
    assert "BurnedInAnnotation" not in after


@GROUP
def test_always_looks_at_what_is_at_no_risk(made: Made, tmp_path: Path) -> None:
    rows = run_with(made, tmp_path, "{look: always}", "ct", "tile")
    for row in rows.values():
        assert "113101" in codes(pydicom.dcmread(tmp_path / "out" / "public" / row["released_as"]))


@GROUP
def test_a_plan_tells_what_the_run_does(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["plan", str(made.source), "--profile", "tcia", "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    expected = {name: row["reason"] for name, row in made.rows.items() if row["reason"]}
    assert {one["file"]: one["code"] for one in told["refused"]} == expected


@GROUP
def test_the_command_shows_what_would_be_found(made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    picture = tmp_path / "seen.png"
    assert main(["pixels", str(made.source / "text"), "--out", str(picture)]) == 1
    told = capsys.readouterr().out
    assert "text net" in told
    assert "INVENTED" not in told
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_mode & 0o777 == 0o600
    assert main(["pixels", str(made.source / "text"), "--out", str(picture)]) == 2  # it is not written over
    assert main(["pixels", str(made.source / "plain")]) == 0
    assert KEY not in told
    assert files_of(made.out).keys() == made.rows.keys()
