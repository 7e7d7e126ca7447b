"""Views of Stored Pixel Values: what the text net looks at."""

import numpy as np
import pytest

from deidpipe.pixels.views import Range, grey, ranges, views

DICE = np.random.default_rng(7)
NOISE = DICE.integers(0, 4096, (50, 70)).astype(np.uint16)


@pytest.mark.parametrize(
    ("shape", "grown"), [((512, 512), (512, 512)), ((50, 70), (64, 80)), ((1, 1), (16, 16)), ((17, 16), (32, 16))]
)
def test_views_are_two_planes_grown_to_a_multiple_of_16(shape: tuple[int, int], grown: tuple[int, int]) -> None:
    x = views(DICE.normal(0, 1, shape).astype(np.float32), Range(-1.0, 1.0))
    assert x.shape == (2, *grown)
    assert x.dtype == np.float32
    assert np.isfinite(x).all()
    assert x.min() >= -1
    assert x.max() <= 1


def test_monochrome1_is_seen_as_its_negative() -> None:
    dark_is_high = grey(4095 - NOISE, "MONOCHROME1")
    bright_is_high = grey(NOISE, "MONOCHROME2")
    seen = [views(picture, ranges(picture)[0]) for picture in (dark_is_high, bright_is_high)]
    np.testing.assert_allclose(seen[0], seen[1], atol=1e-3)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16, np.int32, np.float64])
def test_the_views_do_not_depend_on_how_values_are_stored(dtype: type) -> None:
    plain = NOISE % 120
    first, second = grey(plain.astype(np.float32), "MONOCHROME2"), grey(plain.astype(dtype), "MONOCHROME2")
    np.testing.assert_array_equal(views(first, ranges(first)[0]), views(second, ranges(second)[0]))


def test_an_offset_and_a_slope_change_nothing() -> None:
    first = grey(NOISE, "MONOCHROME2")
    second = grey(NOISE.astype(np.int32) * 3 - 5000, "MONOCHROME2")
    np.testing.assert_allclose(views(first, ranges(first)[0]), views(second, ranges(second)[0]), atol=1e-3)


def test_colours_are_mixed_so_that_blue_is_not_lost() -> None:
    frame = np.zeros((4, 4, 3), np.uint8)
    frame[0, 0], frame[0, 1], frame[0, 2] = (255, 255, 255), (0, 0, 255), (255, 0, 0)
    seen = grey(frame, "RGB")
    assert seen.shape == (4, 4)
    np.testing.assert_allclose(
        seen[0], [255, 0.7 * 0.114 * 255 + 0.3 * 255, 0.7 * 0.299 * 255 + 0.3 * 255, 0], atol=0.1
    )


@pytest.mark.parametrize("value", [0, 7, -1000])
def test_a_flat_frame_has_one_range_and_flat_views(value: int) -> None:
    picture = grey(np.full((40, 40), value, np.int16), "MONOCHROME2")
    (only,) = ranges(picture)
    assert only.high > only.low
    x = views(picture, only)
    assert np.ptp(x[0]) == 0
    assert not x[1].any()


def test_an_overlay_in_the_high_bits_gives_a_second_narrow_range() -> None:
    picture = grey(NOISE, "MONOCHROME2")
    picture[:2] = 60000
    usual, narrow = ranges(picture)
    assert usual.high == 60000
    assert narrow.high < 4096


def test_values_far_beyond_the_usual_range_give_a_wide_one() -> None:
    picture = grey(NOISE, "MONOCHROME2")
    picture[0, :3] = 30000
    assert ranges(picture)[-1] == Range(float(picture.min()), 30000.0)


def test_values_that_are_no_numbers_do_no_harm() -> None:
    frame = np.ones((32, 32))
    frame[3, 3], frame[4, 4] = np.nan, np.inf
    picture = grey(frame, "MONOCHROME2")
    assert all(np.isfinite(views(picture, shown)).all() for shown in ranges(picture))
