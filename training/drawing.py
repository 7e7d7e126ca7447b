"""One line of text as a mask: rendered, thickened, blurred, turned."""

import random
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from training import fonts, strings

Mask = NDArray[np.uint8]
GAP = 1.4  # a gap wider than this many line heights parts a line in two


class Line(NamedTuple):
    """A rendered line. ink: uint8, shape (rows, columns); boxes: corners (n, 4, 2) in pixels around its parts."""

    ink: Mask
    boxes: NDArray[np.float32]
    text: str
    identifying: bool
    size: int
    degrees: float


def line(
    rng: random.Random, size: int, *, degrees: float = 0.0, held_out: bool = False, face: fonts.Face | None = None
) -> Line | None:
    """Return a line of invented text about `size` pixels high, or None if the font cannot draw it."""
    face = face or fonts.pick(rng, held_out=held_out)
    words, identifying = strings.text(rng, face.script(rng))
    if face.kind == "segment":
        words = strings.number(rng) if rng.random() < 0.5 else strings.clock(rng)
    ink = rendered(rng, words, face, size)
    if ink is None:
        return None
    boxes = parts(ink)
    if degrees:
        ink, boxes = turned(ink, boxes, degrees)
    return Line(ink, boxes, words, identifying, size, degrees)


def rendered(rng: random.Random, words: str, face: fonts.Face, size: int) -> Mask | None:
    """Return the ink of the words, cut to its extent, from 0 to 255; None if there is none."""
    if face.kind == "bitmap" or (face.kind == "mono" and rng.random() < 0.25):
        return bitmap(rng, words, face, size)
    drawn_size = size * 2 if rng.random() < 0.2 else size
    ink = drawn(words, fonts.sized(face.path, drawn_size), bold=rng.random() < 0.08, spread=spread(rng, drawn_size))
    if ink is None:
        return None
    if drawn_size != size:
        ink = cv2.resize(ink, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    kind = rng.random()
    if kind < 0.12:
        ink = cv2.GaussianBlur(cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT), (0, 0), rng.uniform(0.4, 0.8))
    elif kind < 0.3:
        ink = np.where(ink > 110, 255, 0).astype(np.uint8)
    if rng.random() < 0.06:  # stretched, as on screens of another shape
        ink = cv2.resize(ink, None, fx=rng.uniform(0.7, 1.4), fy=1.0, interpolation=cv2.INTER_LINEAR)
    return cut(ink)


def bitmap(rng: random.Random, words: str, face: fonts.Face, size: int) -> Mask | None:
    """Return hard-edged ink of small letters, repeated pixel by pixel up to about `size`, as scanners draw it."""
    times = rng.choice([times for times in (1, 1, 2, 3) if size // times >= 8] or [1])
    ink = drawn(words, fonts.sized(face.path, max(8, size // times)), hard=True, spread=0)
    if ink is None:
        return None
    return cut(np.kron(ink, np.ones((times, times), np.uint8)) if times > 1 else ink)


def spread(rng: random.Random, size: int) -> float:
    """Return extra pixels between letters; usually none."""
    return rng.uniform(-0.05, 0.25) * size if rng.random() < 0.08 else 0.0


def drawn(
    words: str, font: ImageFont.FreeTypeFont, *, hard: bool = False, bold: bool = False, spread: float = 0.0
) -> Mask | None:
    """Return the words as ink. hard: no grey edges; bold: a pixel of outline; spread: pixels between letters."""
    stroke = 1 if bold else 0
    left, top, right, bottom = font.getbbox(words, stroke_width=stroke)
    width, height = int(right - left + max(0.0, spread) * len(words)) + 4, int(bottom - top) + 4
    if right <= left or bottom <= top or width > 4000:
        return None
    image = Image.new("L", (width, height))
    pen = ImageDraw.Draw(image)
    if hard:
        pen.fontmode = "1"
    x = 2.0 - left
    for piece in words if spread else (words,):
        pen.text((x, 2 - top), piece, fill=255, font=font, stroke_width=stroke)
        x += font.getlength(piece) + spread
    return cut(np.asarray(image))


def cut(ink: Mask) -> Mask | None:
    """Return the ink without empty rows and columns around it; None if there is none."""
    x, y, width, height = cv2.boundingRect((ink > 60).astype(np.uint8))
    if width < 2 or height < 3:
        return None
    return np.ascontiguousarray(ink[y : y + height, x : x + width])


def parts(ink: Mask) -> NDArray[np.float32]:
    """Return the corners of the line's parts, split at wide gaps. Shape (parts, 4, 2)."""
    rows = ink.shape[0]
    inked = np.flatnonzero(ink.max(axis=0) > 60)
    breaks = np.flatnonzero(np.diff(inked) > GAP * rows + 4)
    starts, ends = [inked[0], *inked[breaks + 1]], [*inked[breaks], inked[-1]]
    return np.array(
        [[(start, 0), (end + 1, 0), (end + 1, rows), (start, rows)] for start, end in zip(starts, ends, strict=True)],
        np.float32,
    )


def turned(ink: Mask, boxes: NDArray[np.float32], degrees: float) -> tuple[Mask, NDArray[np.float32]]:
    """Return ink and corners turned about the middle, in an array large enough."""
    rows, columns = ink.shape
    matrix = cv2.getRotationMatrix2D((columns / 2, rows / 2), degrees, 1.0)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    width, height = int(rows * sine + columns * cosine) + 3, int(rows * cosine + columns * sine) + 3
    matrix[:, 2] += (width / 2 - columns / 2, height / 2 - rows / 2)
    ink = cv2.warpAffine(ink, matrix, (width, height), flags=cv2.INTER_LINEAR)
    moved = boxes @ matrix[:, :2].T.astype(np.float32) + matrix[:, 2].astype(np.float32)
    return ink, moved
