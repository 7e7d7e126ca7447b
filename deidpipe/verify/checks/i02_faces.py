"""I-02: no face can be rendered from a head volume.

Asks: each Series of CT, MR or PET whose slices, spacing and extent make a volume of the size of a head, or that
covers a whole body, and each one that its words call a head, is said to be defaced (113102 and Recognizable Visual
Features NO).
Verdicts: open (no face can be made of it), needs review (the geometry could be a head, words do not say so), needs
defacing.
Why: a face rendered from an MR finds its photograph; Body Part Examined alone is wrong too often, so the geometry
decides.
Source: PS3.15 E.3.2; 45 CFR 164.514(b)(2)(i)(Q).
Fix: deface or mask the volume, or publish it under controlled access. Whether skin meets air is for the pixels to
say, which this version does not look at.
"""

from collections.abc import Iterator

from deidpipe.verify.asked import Asked
from deidpipe.verify.claims import Claims
from deidpipe.verify.finding import Hit, Rule, Severity
from deidpipe.verify.reader import Instance
from deidpipe.verify.series import Volume, volume_of
from deidpipe.verify.shelf import Collection, Located

RULE = Rule(
    "I-02",
    Severity.BLOCK,
    "no face can be rendered from a head volume",
    "PS3.15 E.3.2; 45 CFR 164.514(b)(2)(i)(Q)",
    "deface or mask the volume, or publish it under controlled access",
)
OPEN, REVIEW, DEFACE = "open", "needs review", "needs defacing"
_FEWEST, _FEWEST_OF_HEAD = 20, 12  # slices that make a volume
_WIDEST_SPACING = 6.5  # mm between slices; beyond, a rendered surface has no face
_SMALLEST, _LARGEST = 120.0, 340.0  # mm, a head with air around it
_WHOLE_BODY = 900.0  # mm along the normal
_DEFACED_CODE, _VISUAL = "113102", 0x00280302
_VISUAL_SAYS_NO = "NO"


def verdict(volume: Volume) -> str:
    """Return whether a face could be made of a volume: open, needs review, needs defacing."""
    count, spacing = volume.slices, volume.spacing
    extents = sorted((volume.height, volume.width, volume.depth))
    is_fine = 0 < spacing <= _WIDEST_SPACING
    if volume.says_head and count >= _FEWEST_OF_HEAD and is_fine and extents[0] >= _SMALLEST / 2:
        return DEFACE
    if count < _FEWEST or not is_fine:
        return OPEN
    if extents[0] >= _SMALLEST and extents[2] <= _LARGEST:
        return REVIEW
    if volume.depth >= _WHOLE_BODY:
        return REVIEW
    return REVIEW if volume.says_head else OPEN


class Faces(Collection):
    """Puts the Series of CT, MR and PET together as volumes."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        self._volumes: dict[str, Volume] = {}

    def see(self, instance: Instance, claims: Claims) -> Iterator[Located]:
        """Add an Instance to the volume of its Series."""
        volume_of(instance, self._volumes)
        volume = self._volumes.get(instance.text(0x0020000E))
        if volume is not None:
            self.looked["instances (header)"] += 1
            self.missed["frames", "whether skin meets air was not looked at"] += instance.frames
            says_no = instance.text(_VISUAL) == _VISUAL_SAYS_NO and _DEFACED_CODE in claims.claimed
            volume.is_defaced = volume.is_defaced and says_no
        yield from ()

    def end(self) -> Iterator[Located]:
        """Yield the volumes of which a face could be made."""
        for volume in self._volumes.values():
            found = OPEN if volume.is_defaced else verdict(volume)
            self.looked[f"volumes: {found}"] += 1
            if found == OPEN:
                continue
            size = f"{volume.slices} slices, {volume.width:.0f} x {volume.height:.0f} x {volume.depth:.0f} mm"
            severity = Severity.WARN if found == REVIEW else None
            hit = Hit(RULE.id, f"{found}: {size}", "face", "Q", severity=severity)
            yield Located(hit, volume.number, volume.uid, "PixelData")
