"""Find burned-in text and hide it, then look again.

What the rules about devices name and what the net finds is hidden. In an Instance of many frames the net looks at some
of them, and at what is brightest and darkest in all of them: text that stands still, or shows up for a moment only, is
in one of these. What is found is hidden in every frame.

Source: PS3.15 E.3.1.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from deidpipe.pixels.detectors.deid_recipe import shipped_recipe
from deidpipe.pixels.detectors.device_regions import device_regions
from deidpipe.pixels.detectors.device_rules import DeviceRules
from deidpipe.pixels.detectors.ultrasound_regions import declared_regions, outside_regions
from deidpipe.pixels.frames import Image, PixelError
from deidpipe.pixels.picture import Picture, picture
from deidpipe.pixels.redacted import Redacted, image_after
from deidpipe.pixels.region import Region
from deidpipe.pixels.write_back import write_back

if TYPE_CHECKING:
    import numpy as np

_ULTRASOUND = ("1.2.840.10008.5.1.4.1.1.6.", "1.2.840.10008.5.1.4.1.1.3.1")
_ALL_FRAMES = 8  # so many are looked at one by one
_PROBES = 12  # of more frames, besides the brightest and the darkest of all
_LOOKS = 3  # how often more may be found after hiding
_MARGIN = 2  # pixels that a region found again is widened by


class Hidden(NamedTuple):
    """What was hidden in an image; ``new`` is None if nothing had to be. ``looks`` counts what the net looked at."""

    regions: tuple[Region, ...]
    new: Redacted | None
    looks: int


class TextLeftError(PixelError):
    """Text is still found after it was hidden."""


def clean_pixels(image: Image, sop_class: str, *, keep_technical: bool = False) -> Hidden:
    """Return the image without burned-in text.

    ``keep_technical`` leaves marks that were read surely and tell nothing about anybody.

    Raises PixelError if the pixels cannot be read or redacted, or if text is left after that.
    """
    regions = _by_rules(image, sop_class)
    looks = 0
    for shown in _probes(image):
        looks += 1
        regions += [region for region in _text(shown) if not (keep_technical and _may_stay(shown, region))]
    if not regions:
        return Hidden((), None, looks)
    for _ in range(_LOOKS):
        new = write_back(image, _distinct(regions))
        left = []
        for shown in _probes(image_after(image, new)):
            looks += 1
            left += [region for region in _text(shown) if not (keep_technical and _may_stay(shown, region))]
        left = [region for region in left if not _is_flat(region, regions)]
        if not left:
            return Hidden(tuple(_distinct(regions)), new, looks)
        regions += [_wider(region, image) for region in left]
    raise TextLeftError("Pixel Data", "still show text after it was hidden", "look at the image and decide")


@cache
def _lists() -> tuple[DeviceRules, ...]:
    return (shipped_recipe(),)


def _by_rules(image: Image, sop_class: str) -> list[Region]:
    """Return what is hidden because of the device, or because it lies outside of the ultrasound image."""
    facts, index = image.facts, image.data_set
    found = list(device_regions(_lists(), index, facts))
    if sop_class.startswith(_ULTRASOUND):
        found += outside_regions(facts.columns, facts.rows, declared_regions(index))
    return found


def _text(shown: Picture) -> list[Region]:
    from deidpipe.pixels.detectors.textnet import find_text

    return find_text(shown.array, shown.photometric)


def _probes(image: Image) -> Iterator[Picture]:
    """Yield what the net looks at: every frame of a few; of many some, and the brightest and darkest of all."""
    import numpy as np

    frames = image.facts.frames
    if frames <= _ALL_FRAMES:
        for frame in range(frames):
            yield picture(image, frame)
        return
    chosen = {round(number * (frames - 1) / (_PROBES - 1)) for number in range(_PROBES)}
    brightest = darkest = None
    photometric = ""
    for frame in range(frames):
        shown = picture(image, frame)
        photometric = shown.photometric
        brightest = shown.array.copy() if brightest is None else np.maximum(brightest, shown.array, out=brightest)
        darkest = shown.array.copy() if darkest is None else np.minimum(darkest, shown.array, out=darkest)
        if frame in chosen:
            yield shown
    assert brightest is not None
    assert darkest is not None
    yield Picture(brightest, photometric)
    yield Picture(darkest, photometric)


def _may_stay(shown: Picture, region: Region) -> bool:
    """Tell if what stands in a region was read surely and is a technical mark."""
    from deidpipe.pixels.detectors.tesseract import read_line
    from deidpipe.pixels.technical import is_technical

    reading = read_line(_eight_bits(shown), region.box)
    return is_technical(*reading)


def _eight_bits(shown: Picture) -> "np.ndarray":
    import numpy as np

    grey = shown.array if shown.array.ndim == 2 else shown.array.mean(axis=2)
    low, high = np.percentile(grey, (0.5, 99.5))
    scaled = (grey.astype(np.float32) - low) * (255 / max(high - low, 1))
    return np.asarray(np.clip(scaled, 0, 255), np.uint8)


def _distinct(regions: Sequence[Region]) -> list[Region]:
    """Return the regions, those left out that lie in another one."""
    ordered = sorted(regions, key=lambda region: (region.x0 - region.x1) * (region.y1 - region.y0))
    kept: list[Region] = []
    for region in ordered:
        if not any(_covers(other, region) for other in kept):
            kept.append(region)
    return kept


def _covers(one: Region, other: Region) -> bool:
    return one.x0 <= other.x0 and one.y0 <= other.y0 and one.x1 >= other.x1 and one.y1 >= other.y1


def _is_flat(region: Region, hidden: Sequence[Region]) -> bool:
    """Tell if a region lies all in one that is hidden already: there nothing is left to see."""
    return any(_covers(other, region) for other in hidden)


def _wider(region: Region, image: Image) -> Region:
    rows, columns = image.facts.rows, image.facts.columns
    return Region(
        max(0, region.x0 - _MARGIN),
        max(0, region.y0 - _MARGIN),
        min(columns, region.x1 + _MARGIN),
        min(rows, region.y1 + _MARGIN),
        region.source,
        region.score,
    )
