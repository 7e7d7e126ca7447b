"""The pixels of one Instance: whether they are looked at, what is hidden, and how that goes into the file."""

import os
from collections.abc import Sequence
from importlib.util import find_spec
from typing import NamedTuple

from deidpipe.actions.procedure import Carried, Procedure
from deidpipe.audit.records import Outcome
from deidpipe.dicom.index import Index
from deidpipe.dicom.instance import Instance
from deidpipe.dicom.splice import Edit, Piece
from deidpipe.errors import UsageError
from deidpipe.pixels.clean_pixels import Hidden, TextLeftError, clean_pixels
from deidpipe.pixels.frames import PIXEL_DATA, PixelError, Read, image_of
from deidpipe.pixels.preview import preview
from deidpipe.pixels.redacted import attribute_edits
from deidpipe.pixels.slide import SlideVerdict, slide_verdict
from deidpipe.plan.conditions import Values
from deidpipe.run.refusal import PIXELS_LEFT, SLIDE_LABEL, Refusal, unreadable_pixels

_IMAGE_TYPE, _LABEL_IN_IMAGE = 0x00080008, 0x00480010


class CleanPixels(NamedTuple):
    """What was hidden in an Instance.

    ``element`` is the new Pixel Data element, to stand from ``start`` to ``end``; no pieces if nothing changed.
    ``picture`` is a PNG of before and after, for the private folder.
    """

    hidden: Hidden
    edits: list[Edit]
    element: Sequence[Piece] = ()
    start: int = 0
    end: int = 0
    transfer_syntax: str = ""
    picture: bytes = b""


def must_have_detectors() -> None:
    """Raise UsageError if what finds text is not installed."""
    if find_spec("cv2") is None or find_spec("deid") is None:
        raise UsageError("option clean-pixel-data", "needs more packages", "install deidpipe[pixels]")


def clean(
    instance: Instance, read: Read | None, sop_class: str, values: Values, *, keep_technical: bool
) -> CleanPixels | Refusal:
    """Return what becomes of the pixels of an Instance, or why it is not released."""
    verdict = slide_verdict(values(_IMAGE_TYPE) or (), next(iter(values(_LABEL_IN_IMAGE) or ()), ""))
    if verdict is not SlideVerdict.CLEAN:
        return SLIDE_LABEL
    try:
        image = image_of(instance, read)
        hidden = clean_pixels(image, sop_class, keep_technical=keep_technical)
        if hidden.new is None:
            return CleanPixels(hidden, [])
        picture = preview(image, hidden.new, hidden.regions)
        return CleanPixels(
            hidden,
            attribute_edits(image, hidden.new),
            hidden.new.element(image),
            image.start,
            image.end,
            hidden.new.transfer_syntax,
            picture,
        )
    except TextLeftError:
        return PIXELS_LEFT
    except PixelError as error:
        return unreadable_pixels(error)


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


def keep_picture(folder: str, name: str, picture: bytes) -> None:
    """Write a picture of before and after, one for each Series: the first one stays."""
    if not folder or not picture:
        return
    os.makedirs(folder, mode=0o700, exist_ok=True)
    try:
        descriptor = os.open(os.path.join(folder, name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "wb") as file:
        file.write(picture)


def as_bytes(pieces: Sequence[Piece], read: Read) -> bytes:
    """Return pieces joined, where they have to stand before something else."""
    return b"".join(piece if isinstance(piece, bytes) else read(piece.start, piece.stop) for piece in pieces)
