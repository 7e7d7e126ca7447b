"""Find burned-in text and hide it, then look again.

What the rules about devices name and what the net finds is hidden, in every frame: what stands in one frame may stand,
fainter, in another. Only where frames are places (the tiles of a slide) each is treated alone.

The look again is at the new Pixel Data, decoded; what is brightest and darkest in all frames is not made again, but
hidden likewise, for outside of the regions nothing has changed. What is still found is hidden wider; if that does not
help, the Instance is not to be released.

Source: PS3.15 E.3.1.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from deidpipe.pixels.detectors.deid_recipe import shipped_recipe
from deidpipe.pixels.detectors.device_regions import device_regions
from deidpipe.pixels.detectors.device_rules import DeviceRules
from deidpipe.pixels.detectors.ultrasound_regions import declared_regions, outside_regions
from deidpipe.pixels.fill import has_overlay_bits
from deidpipe.pixels.frames import Image, PixelError
from deidpipe.pixels.looks import Look, again, looks
from deidpipe.pixels.picture import Picture
from deidpipe.pixels.redacted import Redacted, image_after
from deidpipe.pixels.region import Region
from deidpipe.pixels.write_back import write_back

if TYPE_CHECKING:
    import numpy as np

_ULTRASOUND = frozenset(f"1.2.840.10008.5.1.4.1.1.{part}" for part in ("3", "3.1", "6", "6.1", "6.2", "6.3"))
_TILED = frozenset({"1.2.840.10008.5.1.4.1.1.77.1.6", "1.2.840.10008.5.1.4.1.1.77.1.9"})
_ROUNDS = 3  # how often more may be found after hiding
_MARGIN = 2  # pixels that a region found again is widened by
_SURE = 0.85  # the score from which a region is no weak one

MayStay = Callable[[Picture, Region], bool]
"""Tell if what stands in a region may stay, because it was read surely and tells nothing about anybody."""


class TextLeftError(PixelError):
    """Text is still found after it was hidden."""


class Found(NamedTuple):
    """What is to be hidden in an image, and what was looked at: frames, and what is extreme in all of them.

    ``shown`` is the first frame with the most regions, the one to show to a person.
    """

    regions: tuple[Region, ...]
    frames: tuple[int, ...] = ()
    extremes: tuple[Picture, ...] = ()
    shown: int = 0

    @property
    def looks(self) -> int:
        """How many pictures the net has looked at."""
        return len(self.frames) + len(self.extremes)

    @property
    def is_weak(self) -> bool:
        """Whether there are regions and nothing is sure about any of them."""
        return bool(self.regions) and all(region.score < _SURE for region in self.regions)


class Hidden(NamedTuple):
    """What was hidden in an image; ``new`` is None if nothing had to be. ``looks`` counts what the net looked at."""

    regions: tuple[Region, ...]
    new: Redacted | None
    looks: int
    shown: int = 0


def found_in(image: Image, sop_class: str, may_stay: MayStay | None = None) -> Found:
    """Return what rules and the net find in an image. Raises PixelError if it cannot be read."""
    regions = _by_rules(image, sop_class)
    each = sop_class in _TILED
    frames, extremes = list[int](), list[Picture]()
    most, shown = 0, 0
    for look in looks(image, each=each):
        here = list(_text(look, may_stay, each=each))
        regions += here
        if look.frame is None:
            extremes.append(look.picture)
        else:
            frames.append(look.frame)
            most, shown = (len(here), look.frame) if len(here) > most else (most, shown)
    return Found(tuple(_distinct(regions)), tuple(frames), tuple(extremes), shown)


def hidden_in(image: Image, found: Found, may_stay: MayStay | None = None) -> Hidden:
    """Return the image without what was found in it, and without overlays in unused bits of its cells.

    Raises PixelError if the pixels cannot be redacted, or if text is left after that.
    """
    count = found.looks
    if not found.regions:
        new = write_back(image, (), without_overlays=True) if has_overlay_bits(image.data_set) else None
        return Hidden((), new, count)
    regions = list(found.regions)
    for _ in range(_ROUNDS):
        new = write_back(image, regions, without_overlays=has_overlay_bits(image.data_set))
        left = list[Region]()
        for look in _looks_after(image, new, found, regions):
            count += 1
            hidden = _mask(look.frame, regions, image)
            left += [region for region in _text(look, may_stay, each=_is_each(regions)) if _is_visible(region, hidden)]
        if not left:
            return Hidden(tuple(regions), new, count, found.shown)
        regions = _distinct([*regions, *(_wider(region, image) for region in left)])
    raise TextLeftError("Pixel Data", "still show text after it was hidden", "look at the image and decide")


def clean_pixels(image: Image, sop_class: str, may_stay: MayStay | None = None) -> Hidden:
    """Return the image without burned-in text.

    Raises PixelError if the pixels cannot be read or redacted, or if text is left after that.
    """
    return hidden_in(image, found_in(image, sop_class, may_stay), may_stay)


@cache
def _lists() -> tuple[DeviceRules, ...]:
    return (shipped_recipe(),)


def _by_rules(image: Image, sop_class: str) -> list[Region]:
    """Return what is hidden because of the device, or because it lies outside of the ultrasound image."""
    facts, index = image.facts, image.data_set
    found = list(device_regions(_lists(), index, facts))
    if sop_class in _ULTRASOUND:
        found += outside_regions(facts.columns, facts.rows, declared_regions(index))
    return found


def _text(look: Look, may_stay: MayStay | None, *, each: bool) -> Iterator[Region]:
    """Yield where text stands in a picture and may not stay.

    Decided: where there is some text, doubt hides; where there is none, a trace of one is no text.
    """
    from deidpipe.pixels.detectors.textnet import Care, probability, regions
    from deidpipe.pixels.views import grey

    picture = grey(look.picture.array, look.picture.photometric)
    found = probability(picture)
    if not regions(found, picture.shape, Care.BALANCED):
        return
    for region in regions(found, picture.shape, Care.STRICT):
        if may_stay is None or not may_stay(look.picture, region):
            yield replace(region, frames=(look.frame, look.frame + 1)) if each and look.frame is not None else region


def _looks_after(image: Image, new: Redacted, found: Found, regions: Sequence[Region]) -> Iterator[Look]:
    """Yield what was looked at and has changed, as it is now."""
    touched = frozenset(new.touched)
    yield from again(image_after(image, new), [frame for frame in found.frames if frame in touched])
    for extreme in found.extremes:
        yield Look(None, _blanked(extreme, regions))


def _blanked(shown: Picture, regions: Sequence[Region]) -> Picture:
    array = shown.array.copy()
    background = array.max() if shown.photometric == "MONOCHROME1" else array.min()
    for x0, y0, x1, y1 in (region.box for region in regions):
        array[y0:y1, x0:x1] = background
    return Picture(array, shown.photometric)


def _is_each(regions: Sequence[Region]) -> bool:
    return any(region.frames is not None for region in regions)


def _mask(frame: int | None, regions: Sequence[Region], image: Image) -> "np.ndarray":
    """Return which pixels of a frame are hidden. Shape (rows, columns)."""
    import numpy as np

    mask = np.zeros((image.facts.rows, image.facts.columns), np.bool_)
    for region in regions:
        if region.frames is None or frame is None or frame in range(*region.frames):
            mask[region.y0 : region.y1, region.x0 : region.x1] = True
    return mask


def _is_visible(region: Region, hidden: "np.ndarray") -> bool:
    """Tell if a region does not lie wholly in what is hidden already: there nothing is left to see."""
    return not hidden[region.y0 : region.y1, region.x0 : region.x1].all()


def _distinct(regions: Sequence[Region]) -> list[Region]:
    """Return the regions, those left out that lie in another one; what two find keeps the better score."""
    best: Mapping[object, Region] = {
        (region.box, region.frames): region for region in sorted(regions, key=lambda region: region.score)
    }
    ordered = sorted(best.values(), key=lambda region: (region.x0 - region.x1) * (region.y1 - region.y0))
    kept: list[Region] = []
    for region in ordered:
        if not any(_covers(other, region) for other in kept):
            kept.append(region)
    return kept


def _covers(one: Region, other: Region) -> bool:
    return (
        (one.frames is None or one.frames == other.frames)
        and one.x0 <= other.x0
        and one.y0 <= other.y0
        and one.x1 >= other.x1
        and one.y1 >= other.y1
    )


def _wider(region: Region, image: Image) -> Region:
    return replace(
        region,
        x0=max(0, region.x0 - _MARGIN),
        y0=max(0, region.y0 - _MARGIN),
        x1=min(image.facts.columns, region.x1 + _MARGIN),
        y1=min(image.facts.rows, region.y1 + _MARGIN),
    )
