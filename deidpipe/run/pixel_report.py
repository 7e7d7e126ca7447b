"""What would be found in the pixels of one file: nothing is written but a picture, if it is asked for."""

from typing import NamedTuple

from deidpipe.dicom.files import OpenFile
from deidpipe.dicom.values import texts
from deidpipe.pixels.clean_pixels import found_in, hidden_in
from deidpipe.pixels.frames import image_of, reader_of
from deidpipe.pixels.preview import preview
from deidpipe.pixels.region import Region
from deidpipe.plan.pixels import risk_of

_SOP_CLASS = 0x00080016


class PixelReport(NamedTuple):
    """What was found.

    ``risk`` is what the header lets one expect; ``looks`` how many pictures the net has looked at, again after hiding
    included; ``picture`` a PNG of before and after, empty if there is nothing to hide.
    """

    rows: int
    columns: int
    frames: int
    risk: str
    looks: int
    is_weak: bool
    regions: tuple[Region, ...]
    picture: bytes


def look_at(path: str) -> PixelReport:
    """Look at the pixels of a file, whatever its header says.

    Raises PixelError if they cannot be read or redacted, or still show text then, and what OpenFile raises.
    """
    with OpenFile(path) as file:
        index = file.instance.data_set
        sop_class = next(iter(texts(index, _SOP_CLASS) or ()), "")
        image = image_of(file.instance, reader_of(file))
        found = found_in(image, sop_class)
        hidden = hidden_in(image, found)
        picture = b"" if hidden.new is None else preview(image, hidden.new, hidden.regions, hidden.shown)
        risk = risk_of(sop_class, lambda tag: texts(index, tag)).name.lower()
        facts = image.facts
        regions = tuple(sorted(hidden.regions, key=lambda region: (region.y0, region.x0)))
        return PixelReport(
            *(facts.rows, facts.columns, facts.frames, risk, hidden.looks, found.is_weak, regions, picture)
        )
