"""Whole-slide images: which pictures show the label of the slide."""

import pytest

from deidpipe.pixels.slide import SlideVerdict, slide_verdict


@pytest.mark.parametrize(
    ("image_type", "label_in_image", "verdict"),
    [
        ((r"ORIGINAL", "PRIMARY", "VOLUME", "NONE"), "NO", SlideVerdict.CLEAN),
        (("DERIVED", "PRIMARY", "VOLUME", "RESAMPLED"), "", SlideVerdict.CLEAN),
        (("DERIVED", "PRIMARY", "THUMBNAIL", "RESAMPLED"), "", SlideVerdict.CLEAN),
        (("ORIGINAL", "PRIMARY", "LABEL", "NONE"), "YES", SlideVerdict.DROP),
        (("ORIGINAL", "PRIMARY", "label ", "NONE"), "NO", SlideVerdict.DROP),
        (("ORIGINAL", "PRIMARY", "OVERVIEW", "NONE"), "YES", SlideVerdict.QUARANTINE),
        (("ORIGINAL", "PRIMARY", "OVERVIEW", "NONE"), "", SlideVerdict.QUARANTINE),
        (("ORIGINAL", "PRIMARY", "OVERVIEW", "NONE"), "NO", SlideVerdict.CLEAN),
        (("ORIGINAL", "PRIMARY", "MACRO"), "NO", SlideVerdict.QUARANTINE),
        (("ORIGINAL", "PRIMARY", "LOCALIZER", "RESAMPLED"), "", SlideVerdict.QUARANTINE),
        (("ORIGINAL", "PRIMARY", "VOLUME", "NONE"), "YES", SlideVerdict.QUARANTINE),
        (("ORIGINAL", "PRIMARY"), "", SlideVerdict.CLEAN),
        ((), "", SlideVerdict.CLEAN),
    ],
)
def test_a_picture_of_the_label_goes(image_type: tuple[str, ...], label_in_image: str, verdict: SlideVerdict) -> None:
    assert slide_verdict(image_type, label_in_image) is verdict
