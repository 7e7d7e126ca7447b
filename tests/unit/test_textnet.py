"""The text net finds what is written and leaves alone what is not."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from deidpipe.pixels.detectors.textnet import Care, Layout, find_text, probability, regions, tiled
from deidpipe.pixels.region import Region
from deidpipe.pixels.views import grey, ranges

DATE = "DOB 19.03.1961"
CARES = list(Care)


def written(shape: tuple[int, int], at: tuple[int, int], *, paper: float = 0, ink: float = 255) -> NDArray[np.uint8]:
    """Return a flat frame with a date whose base line begins at (x, y)."""
    frame = np.full(shape, paper, np.uint8)
    cv2.putText(frame, DATE, at, cv2.FONT_HERSHEY_SIMPLEX, 0.6, ink, 1, cv2.LINE_AA)
    return frame


def hidden(frame: NDArray[np.uint8], found: list[Region]) -> float:
    """Return the part of the ink, what differs from the top left pixel, that the regions cover."""
    ink = frame != frame[0, 0]
    mask = np.zeros(frame.shape, bool)
    for one in found:
        mask[one.y0 : one.y1, one.x0 : one.x1] = True
    return float((ink & mask).sum() / ink.sum())


@pytest.mark.parametrize("care", CARES)
@pytest.mark.parametrize(("paper", "ink"), [(0, 255), (255, 0), (90, 200)])
@pytest.mark.parametrize("at", [(10, 30), (300, 200), (60, 250)])
def test_a_crisp_date_is_found(care: Care, paper: int, ink: int, at: tuple[int, int]) -> None:
    frame = written((256, 500), at, paper=paper, ink=ink)
    found = find_text(frame, "MONOCHROME2", care)
    assert hidden(frame, found) == 1
    assert sum((one.x1 - one.x0) * (one.y1 - one.y0) for one in found) < 0.12 * frame.size


@pytest.mark.parametrize("quarters", [1, 3])
def test_a_turned_date_is_found(quarters: int) -> None:
    frame = np.ascontiguousarray(np.rot90(written((256, 400), (80, 100)), quarters))
    assert hidden(frame, find_text(frame, "MONOCHROME2")) == 1


def test_a_date_is_found_in_monochrome1_and_in_colour() -> None:
    frame = written((256, 400), (80, 100))
    blue = np.zeros((*frame.shape, 3), np.uint8)
    blue[..., 2] = frame
    assert hidden(frame, find_text(255 - frame, "MONOCHROME1")) == 1
    assert hidden(frame, find_text(blue, "RGB")) == 1


def test_a_date_that_saturates_the_range_and_one_that_a_window_would_hide_are_found() -> None:
    dice = np.random.default_rng(3)
    quiet = dice.normal(1000, 8, (256, 400))
    ink = written((256, 400), (80, 100)) > 128
    for level in (4096, 65535):
        frame = np.where(ink, level, quiet).astype(np.uint16)
        assert hidden(ink.astype(np.uint8), find_text(frame, "MONOCHROME2")) == 1


@pytest.mark.parametrize("care", CARES)
@pytest.mark.parametrize("shape", [(512, 512), (64, 64), (16, 16), (3, 5), (1, 1)])
def test_nothing_is_found_on_a_flat_frame(care: Care, shape: tuple[int, int]) -> None:
    assert find_text(np.full(shape, 77, np.uint8), "MONOCHROME2", care) == []


@pytest.mark.parametrize("grain", [0, 1, 3])
def test_nothing_is_found_in_noise(grain: int) -> None:
    noise = np.random.default_rng(5).normal(500, 100, (400, 400)).astype(np.float32)
    frame = cv2.GaussianBlur(noise, (0, 0), grain) if grain else noise
    assert find_text(frame.astype(np.uint16), "MONOCHROME2") == []


def test_tile_by_tile_gives_the_same_answer() -> None:
    frame = written((480, 640), (200, 250))
    picture = grey(frame, "MONOCHROME2")
    shown = ranges(picture)[0]
    whole = tiled(picture, shown)
    pieces = tiled(picture, shown, Layout(tile=256, whole=0))
    assert whole.shape == pieces.shape == (120, 160)
    assert np.abs(whole - pieces).max() < 0.2
    first, second = (regions(found, frame.shape, Care.BALANCED) for found in (whole, pieces))
    assert hidden(frame, first) == hidden(frame, second) == 1


@pytest.mark.parametrize("care", CARES)
def test_a_date_on_a_very_large_frame_is_found(care: Care) -> None:
    frame = written((2300, 2000), (1270, 1290), paper=20)
    assert hidden(frame, find_text(frame, "MONOCHROME2", care)) == 1


def test_other_turns_and_scales_find_no_less() -> None:
    picture = grey(written((256, 400), (80, 100)), "MONOCHROME2")
    assert (probability(picture, turns=(0, 1), scales=(1.0, 0.5)) >= probability(picture)).all()


@pytest.mark.parametrize("shape", [(100, 130), (7, 9)])
def test_regions_stay_inside_the_frame(shape: tuple[int, int]) -> None:
    everywhere = np.ones((-(-shape[0] // 4), -(-shape[1] // 4)), np.float32)
    assert regions(everywhere, shape, Care.STRICT) == [Region(0, 0, shape[1], shape[0], "text net", 1.0)]


def test_a_weak_and_lonely_region_counts_under_strict_care_alone() -> None:
    found = np.zeros((50, 50), np.float32)
    found[10:12, 10:20] = (Care.BALANCED.peak + Care.BALANCED.lonely) / 2
    assert regions(found, (200, 200), Care.BALANCED) == []
    assert len(regions(found, (200, 200), Care.STRICT)) == 1
    found[10:12, 23:33] = 0.95
    assert len(regions(found, (200, 200), Care.BALANCED)) == 2


def test_a_tilted_line_is_covered_in_slices() -> None:
    found = np.zeros((60, 100), np.float32)
    for x in range(10, 90):
        found[10 + x // 4 : 13 + x // 4, x] = 1
    told = regions(found, (240, 400), Care.BALANCED)
    mask = np.zeros((240, 400), bool)
    for one in told:
        mask[one.y0 : one.y1, one.x0 : one.x1] = True
    assert mask[np.kron(found, np.ones((4, 4))) > 0].all()
    assert mask.mean() < 0.5 * (20 * 80) * 16 / mask.size * 2
