"""The pixels of one Instance: whether they are looked at, what is hidden, and how that goes into the file."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from typing import NamedTuple

from deidpipe.actions.procedure import Carried, Procedure
from deidpipe.audit.records import Outcome
from deidpipe.dicom.files import NewFile
from deidpipe.dicom.index import Index
from deidpipe.dicom.instance import Instance
from deidpipe.dicom.splice import Edit, Piece, bytes_of
from deidpipe.errors import UsageError
from deidpipe.pixels.clean_pixels import Hidden, MayStay, TextLeftError, found_in, hidden_in
from deidpipe.pixels.frames import PIXEL_DATA, PixelError, Read, image_of
from deidpipe.pixels.preview import preview
from deidpipe.pixels.redacted import attribute_edits
from deidpipe.profile.model import Look, PixelDoubt, PixelRules
from deidpipe.run.refusal import PIXELS_IN_DOUBT, PIXELS_LEFT, Refusal, unreadable_pixels
from deidpipe.text.patient import PatientTexts

_NEEDED = ("numpy", "cv2", "deid")


class CleanPixels(NamedTuple):
    """What was hidden in an Instance.

    ``element`` is the new Pixel Data element, to stand from ``start`` to ``end``; no pieces if nothing changed.
    ``picture`` makes a PNG of before and after, for the private folder, as long as the source is open.
    """

    hidden: Hidden
    edits: list[Edit]
    element: Sequence[Piece] = ()
    start: int = 0
    end: int = 0
    transfer_syntax: str = ""
    picture: Callable[[], bytes] | None = None


def must_have_detectors(rules: PixelRules) -> None:
    """Raise UsageError if what finds text, or reads it where the profile wants that, is not installed."""
    if rules.look is Look.NEVER:
        return
    if not all(map(find_spec, _NEEDED)):
        raise UsageError("option clean-pixel-data", "needs more packages", "install deidpipe[pixels]")
    if rules.keep_technical:
        from deidpipe.pixels.detectors.tesseract import must_be_there

        must_be_there()


def clean(
    instance: Instance, read: Read | None, sop_class: str, rules: PixelRules, texts: Callable[[], PatientTexts]
) -> CleanPixels | Refusal:
    """Return what becomes of the pixels of an Instance, or why it is not released.

    ``texts`` gives what is known of the patient; it is asked where marks may stay.
    """
    may_stay = _reading(texts()) if rules.keep_technical else None
    try:
        image = image_of(instance, read)
        found = found_in(image, sop_class, may_stay)
        if found.is_weak and rules.in_doubt is PixelDoubt.QUARANTINE:
            return PIXELS_IN_DOUBT
        hidden = hidden_in(image, found, may_stay)
    except TextLeftError:
        return PIXELS_LEFT
    except PixelError as error:
        return unreadable_pixels(error)
    new = hidden.new
    if new is None:
        return CleanPixels(hidden, [])
    return CleanPixels(
        hidden,
        attribute_edits(image, new),
        new.element(image),
        image.start,
        image.end,
        new.transfer_syntax,
        partial(preview, image, new, hidden.regions, hidden.shown),
    )


def _reading(texts: PatientTexts) -> MayStay:
    """Return what reads a region and tells if it may stay: a technical mark, and no word of an identifier."""
    from deidpipe.pixels.technical import marks_that_stay

    return marks_that_stay(texts.identifies)


def with_pixels(carried: Carried, pixels: CleanPixels, procedure: Procedure, index: Index, read: Read) -> Carried:
    """Return the edits with those of the pixels, and what was hidden for the audit."""
    entry = index.layout.top[PIXEL_DATA]
    new = as_bytes(pixels.element, read) if _must_be_joined(pixels, index) else b""
    edits = sorted([*carried.edits, *pixels.edits, (pixels.start, pixels.end, new, ())])
    regions, frames = len(pixels.hidden.regions), len(pixels.hidden.new.touched) if pixels.hidden.new else 0
    told = f"{procedure.before + index.layout.elements.index(entry)}={Outcome.CLEANED.value}"
    told += f":{regions} regions in {frames} frames"
    return carried._replace(edits=edits, differences=f"{carried.differences};{told}".removeprefix(";"))


def pieces_after(pixels: CleanPixels, index: Index) -> Sequence[Piece]:
    """Return the new Pixel Data element where it comes last, as pieces of which some are of the source."""
    return () if _must_be_joined(pixels, index) else pixels.element


def _must_be_joined(pixels: CleanPixels, index: Index) -> bool:
    return pixels.end != index.starts[-1]


def keep_picture(folder: str, name: str, picture: Callable[[], bytes]) -> None:
    """Write a picture of before and after, one for each Series: the first one stays."""
    target = os.path.join(folder, name)
    if not folder or os.path.lexists(target):
        return
    os.makedirs(folder, mode=0o700, exist_ok=True)
    with NewFile(folder, mode=0o600) as new:
        new.write([picture()], new.descriptor)
        new.publish(target)


def as_bytes(pieces: Sequence[Piece], read: Read) -> bytes:
    """Return pieces joined, where they have to stand before something else."""
    return b"".join(bytes_of(piece, read) for piece in pieces)
