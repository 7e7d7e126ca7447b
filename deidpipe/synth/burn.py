"""Text burned into pixels: name, ID and date in a corner, in the brightest value that can be stored."""

import random
from typing import TYPE_CHECKING

from pydicom.dataset import Dataset

from deidpipe.synth.people import Study
from deidpipe.synth.record import Box, Record

if TYPE_CHECKING:
    import numpy as np

_LIKELY = frozenset({"US", "CR", "DX", "OT", "XA", "RF", "SC", "XC", "MG"})
_NATIVE = frozenset({"1.2.840.10008.1.2", "1.2.840.10008.1.2.1"})
_SMALLEST = 160  # pixels: in less there is no room for a line that can be read
_MARGIN = 6
_LARGEST = 64 << 20


def may_burn(data_set: Dataset, modality: str, rng: random.Random) -> bool:
    """Tell if text is to be burned into this Instance."""
    if rng.random() > (0.7 if modality in _LIKELY else 0.1):
        return False
    return (
        str(data_set.file_meta.TransferSyntaxUID) in _NATIVE
        and "PixelData" in data_set
        and data_set.get("PhotometricInterpretation") in ("MONOCHROME1", "MONOCHROME2", "RGB")
        and data_set.get("BitsAllocated") in (8, 16)
        and data_set.get("PixelRepresentation") == 0
        and data_set.get("PlanarConfiguration", 0) == 0
        and min(data_set.get("Rows") or 0, data_set.get("Columns") or 0) >= _SMALLEST
        and len(data_set.PixelData) <= _LARGEST
    )


def burn(data_set: Dataset, study: Study, record: Record, rng: random.Random) -> bool:
    """Burn lines of identity into all frames and note their boxes; False if the Pixel Data do not fit the header."""
    import numpy as np

    rows, columns, samples = int(data_set.Rows), int(data_set.Columns), int(data_set.get("SamplesPerPixel", 1))
    kind = np.dtype("<u1" if data_set.BitsAllocated == 8 else "<u2")
    frames = int(data_set.get("NumberOfFrames") or 1)
    count = frames * rows * columns * samples
    if len(data_set.PixelData) < count * kind.itemsize:
        return False
    pixels = np.frombuffer(data_set.PixelData, kind, count).reshape(frames, rows, columns, samples).copy()
    ink = 0 if data_set.PhotometricInterpretation == "MONOCHROME1" else (1 << int(data_set.BitsStored)) - 1
    last, first = study.patient.name.latin
    lines = rng.sample(
        [f"{last.upper()}, {first}", study.patient.patient_id, f"{study.day:%d-%b-%Y}", study.accession],
        rng.randrange(1, 4),
    )
    lines = [line for line in lines if line.isascii()] or [study.patient.patient_id]
    for mask, box in _drawn(lines, rows, columns, rng):
        area = pixels[:, box.y0 : box.y1, box.x0 : box.x1, :]
        area[:, mask] = ink
        record.boxes.append(box)
    tail = data_set.PixelData[count * kind.itemsize :]
    data_set.PixelData = pixels.tobytes() + tail
    _say(data_set, rng)
    return True


def _say(data_set: Dataset, rng: random.Random) -> None:
    """Say in Burned In Annotation what real files say: mostly nothing."""
    said = rng.choice(("", "", "", "YES", "NO"))
    if said:
        data_set.BurnedInAnnotation = said
    elif "BurnedInAnnotation" in data_set:
        del data_set.BurnedInAnnotation


def _drawn(lines: list[str], rows: int, columns: int, rng: random.Random) -> "list[tuple[np.ndarray, Box]]":
    """Return (mask, box) of each line, one below the other in a corner."""
    height = max(12, min(rows, columns) // rng.randrange(18, 34))
    masks = [_mask(line, height, columns - 2 * _MARGIN) for line in lines]
    left, top = rng.random() < 0.5, rng.random() < 0.7
    y = _MARGIN if top else rows - _MARGIN - sum(mask.shape[0] + _MARGIN for mask in masks)
    placed = []
    for mask in masks:
        tall, wide = mask.shape
        x = _MARGIN if left else columns - _MARGIN - wide
        placed.append((mask, Box(x, y, x + wide, y + tall)))
        y += tall + _MARGIN
    return placed


def _mask(line: str, height: int, room: int) -> "np.ndarray":
    """Return where the ink of a line is, as small as its letters; smaller letters where there is no room."""
    import numpy as np
    from PIL import Image, ImageDraw, ImageFont

    while True:
        font = ImageFont.load_default(height)
        x0, y0, x1, y1 = map(int, font.getbbox(line))
        if x1 - x0 + 2 <= room or height <= 8:
            break
        height -= 1
    picture = Image.new("L", (x1 - x0 + 2, y1 - y0 + 2))
    ImageDraw.Draw(picture).text((1 - x0, 1 - y0), line, fill=255, font=font)
    return np.asarray(picture)[:, :room] > 96
