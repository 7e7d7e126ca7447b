"""The Instances of a Series as a volume: extent, spacing, how many slices. Only numbers are kept, so that memory
stays flat.

Source: PS3.3 C.7.6.2 (Image Plane), C.7.6.16 (functional groups).
"""

import itertools
import re
from array import array
from collections.abc import Iterator

from deidpipe.verify.reader import Element, Instance

MODALITIES = frozenset({"CT", "MR", "PT"})
_SERIES, _MODALITY = 0x0020000E, 0x00080060
_POSITION, _ORIENTATION, _SPACING, _THICKNESS, _BETWEEN = 0x00200032, 0x00200037, 0x00280030, 0x00180050, 0x00180088
_ROWS, _COLUMNS, _FRAMES = 0x00280010, 0x00280011, 0x00280008
_WORDS = (0x00180015, 0x00081030, 0x0008103E, 0x00181030, 0x00400254)
_CODE_MEANING = 0x00080104
_HEAD = re.compile(
    r"HEAD|BRAIN|SKULL|FACE|FACIAL|\bNECK|SINUS|ORBIT|CRANI|CEREB|PITUIT|TEMPORAL BONE|\bIAC\b|NEURO|MAXILL|MANDIB"
    r"|DENTAL"
    r"|HNSCC|KOPF|SCHAEDEL|MPRAGE|\bJAW\b"
)


class Volume:
    """What is known of a Series. Lengths in mm: ``height``, ``width`` in the plane, ``depth`` along its normal."""

    __slots__ = ("height", "is_defaced", "normal", "number", "places", "says_head", "thickness", "uid", "width")

    def __init__(self, number: int, uid: str) -> None:
        self.number, self.uid = number, uid
        self.height = self.width = self.thickness = 0.0
        self.normal: tuple[float, float, float] | None = None
        self.places = array("d")  # along the normal, one for each slice
        self.says_head = False
        self.is_defaced = True

    @property
    def sorted_places(self) -> list[float]:
        """Where slices lie along the normal, each place once."""
        return sorted({round(place, 2) for place in self.places})

    @property
    def slices(self) -> int:
        """How many places have a slice."""
        return len(self.sorted_places)

    @property
    def spacing(self) -> float:
        """The usual distance between two slices, 0 if there is only one."""
        places = self.sorted_places
        gaps = sorted(b - a for a, b in itertools.pairwise(places))
        return gaps[len(gaps) // 2] if gaps else 0.0

    @property
    def depth(self) -> float:
        """How far the slices reach along their normal."""
        places = self.sorted_places
        return places[-1] - places[0] + self.spacing if places else 0.0


def volume_of(instance: Instance, volumes: dict[str, Volume]) -> None:
    """Add an Instance to the volume of its Series, if it is a slice or a stack of CT, MR or PET."""
    if instance.text(_MODALITY) not in MODALITIES or instance.pixels is None:
        return
    series = instance.text(_SERIES)
    volume = volumes.get(series)
    if volume is None:
        volume = volumes[series] = Volume(instance.number, instance.uid)
    _measure(instance, volume)
    volume.says_head = volume.says_head or any(_HEAD.search(word) for word in _words(instance))


def places_of(instance: Instance, normal: tuple[float, float, float]) -> list[float]:
    """Return where the slices of an Instance lie along a normal."""
    points = [_numbers(each) for each in _all(instance, _POSITION)]
    return [sum(a * b for a, b in zip(point, normal, strict=True)) for point in points if len(point) == 3]


def normal_of(instance: Instance) -> tuple[float, float, float] | None:
    """Return the normal of the first plane of an Instance, None if it has none."""
    six = _first(instance, _ORIENTATION)
    if len(six) != 6:
        return None
    a, b = six[:3], six[3:]
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def _measure(instance: Instance, volume: Volume) -> None:
    spacing = _first(instance, _SPACING)
    if len(spacing) == 2:
        volume.height = max(volume.height, instance.number_of(_ROWS) * spacing[0])
        volume.width = max(volume.width, instance.number_of(_COLUMNS) * spacing[1])
    normal = normal_of(instance)
    volume.normal = volume.normal or normal
    places = places_of(instance, volume.normal) if volume.normal else []
    frames = instance.number_of(_FRAMES)
    if not places and frames > 1:
        step = next(iter(_first(instance, _BETWEEN) or _first(instance, _THICKNESS)), 0.0)
        places = [step * number for number in range(frames)]
    volume.places.extend(places)


def _words(instance: Instance) -> Iterator[str]:
    for tag in _WORDS:
        yield instance.text(tag).upper()
    for element in instance.elements:
        if element.place.tag == _CODE_MEANING and 0x00082218 in element.place.tags and element.value:
            yield element.value.decode("latin-1").upper()


def _all(instance: Instance, tag: int) -> Iterator[Element]:
    top = instance.top.get(tag)
    if top is not None:
        yield top
    elif 0x52009230 in instance.top or 0x52009229 in instance.top:
        yield from (each for each in instance.elements if each.place.tag == tag)


def _first(instance: Instance, tag: int) -> list[float]:
    return next((_numbers(element) for element in _all(instance, tag)), [])


def _numbers(element: Element) -> list[float]:
    try:
        return [
            float(part) for part in (element.value or b"").decode("latin-1").strip(" \0").split("\\") if part.strip()
        ]
    except ValueError:
        return []
