"""Whole frames as scanners store them, with the ink of every text on them: what the bench asks detectors about.

Seeds, half of the fonts and the held-out pictures are never seen in training.
"""

import random
from enum import Enum
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from deidpipe.pixels.views import grey, ranges, views
from training import generator, scenery
from training.generator import Inking, Placed
from training.scenery import Canvas
from training.sources import Picture

LEGIBLE = 0.8  # texts less clear than this are drawn, but nobody is asked to find them
COLOURS = (
    (1, 1, 1),
    (1, 1, 0),
    (0, 1, 1),
    (0, 1, 0),
    (1, 0.6, 0),
    (1, 0.5, 1),
    (0.5, 0.7, 1),
    (1, 0.2, 0.2),
    (0.2, 0.4, 1),
)


class Style(NamedTuple):
    """How frames of a modality are stored. pictures: modalities whose pictures are drawn on; samples: 1 or 3."""

    name: str
    share: float
    sides: tuple[tuple[int, int], ...]  # rows, columns
    pictures: tuple[str, ...]
    bits: tuple[int, ...]
    photometric: tuple[str, ...]


STYLES = (
    Style("CT", 0.16, ((512, 512),), ("CT",), (12, 16, 16, 8), ("MONOCHROME2",)),
    Style("MR", 0.16, ((256, 256), (320, 320), (512, 512), (384, 448)), ("MR",), (12, 16, 10), ("MONOCHROME2",)),
    Style("US", 0.18, ((480, 640), (600, 800), (768, 1024)), ("US",), (8,), ("RGB", "RGB", "MONOCHROME2")),
    Style(
        "CR", 0.1, ((1024, 1280), (1760, 1536)), ("CR", "DX", "MG", "RTIMAGE"), (10, 12), ("MONOCHROME1", "MONOCHROME2")
    ),
    Style("DX", 0.05, ((2400, 2000), (3000, 2000)), ("CR", "DX", "MG"), (12, 16), ("MONOCHROME1", "MONOCHROME2")),
    Style("XA", 0.08, ((512, 512), (1024, 1024)), ("XA",), (8, 10), ("MONOCHROME2",)),
    Style("PT", 0.07, ((128, 128), (200, 200), (256, 256)), ("PT", "NM"), (16,), ("MONOCHROME2",)),
    Style("SC", 0.1, ((512, 512), (768, 1024)), ("CT", "MR", "OT", "SEG"), (8,), ("RGB", "MONOCHROME2", "MONOCHROME1")),
    Style("XC", 0.06, ((486, 756), (720, 1280)), ("OT", "XC", "SM", "OP"), (8,), ("RGB",)),
    Style("film", 0.04, ((900, 1100),), ("CR", "CT", "MR"), (12, 8, 1), ("MONOCHROME2",)),
)


class Ground(Enum):
    """Where the background comes from."""

    SEEN = "seen in training"
    HELD_OUT = "held out"
    MADE = "made"


class Truth(NamedTuple):
    """A text on a frame. ink: bool, shape (rows, columns) of the rectangle at (x, y)."""

    x: int
    y: int
    ink: NDArray[np.bool_]
    identifying: bool
    contrast: str
    size: int
    tilted: bool
    held_out_font: bool
    words: str
    clarity: float  # how far its ink stands out, in deviations: below 1 few people could read it


class Case(NamedTuple):
    """A frame with what is known of it. quarters: by how many quarter turns the whole frame is turned."""

    seed: int
    frame: NDArray[Any]
    photometric: str
    style: str
    bits: int
    ground: Ground
    quarters: int
    mirrored: bool
    overlay: bool
    texts: tuple[Truth, ...]
    drawn: tuple[tuple[int, int, int, int], ...]  # x0, y0, x1, y1 of every text, the illegible ones too


def case(seed: int, pool: list[Picture]) -> Case:
    """Return the frame of a seed; three in ten have no text."""
    rng, dice = random.Random(seed), np.random.default_rng(seed)
    style = rng.choices(STYLES, [style.share for style in STYLES])[0]
    side, bits, photometric = rng.choice(style.sides), rng.choice(style.bits), rng.choice(style.photometric)
    ground = rng.choice((Ground.SEEN, Ground.HELD_OUT, Ground.HELD_OUT, Ground.MADE))
    canvas = ground_of(rng, dice, pool, style, ground, side)
    scenery.furnish(rng, dice, canvas, rng.choice((0, 0, 1, 2, 3, 4)))
    has_text, overlay = rng.random() < 0.7, 1.0
    if has_text and bits > 10 and rng.random() < 0.12:
        overlay = rng.choice((2.0, 4.0, 16.0))
    lines = write(rng, canvas, overlay) if has_text and photometric != "RGB" else []
    stored = coded(rng, canvas, bits, overlay)
    if photometric == "RGB":
        frame = tinted(rng, stored)
        if has_text:
            lines = write_in_colour(rng, frame)
        frame = jpeg(rng, frame) if rng.random() < 0.4 else frame
    elif photometric == "MONOCHROME1":
        frame = stored.max() - stored
    else:
        frame = stored - (1024 if bits == 16 and rng.random() < 0.5 else 0)
    kept = legible(np.asarray(frame), photometric, lines)
    quarters, mirrored = rng.choices((0, 1, 2, 3), (0.82, 0.08, 0.02, 0.08))[0], rng.random() < 0.05
    turned = np.rot90(frame, quarters)[:, ::-1] if mirrored else np.rot90(frame, quarters)
    texts = tuple(turned_text(truth, frame.shape, quarters, mirrored=mirrored) for truth in kept)
    extents = [turned_text(truth_of(*one, frame.shape), frame.shape, quarters, mirrored=mirrored) for one in lines]
    drawn = tuple((one.x, one.y, one.x + one.ink.shape[1], one.y + one.ink.shape[0]) for one in extents)
    return Case(
        seed,
        np.ascontiguousarray(turned),
        photometric,
        style.name,
        bits,
        ground,
        quarters,
        mirrored,
        overlay > 1,
        texts,
        drawn,
    )


def ground_of(
    rng: random.Random,
    dice: np.random.Generator,
    pool: list[Picture],
    style: Style,
    ground: Ground,
    side: tuple[int, int],
) -> Canvas:
    """Return a background of the wanted kind, scaled to fill the frame."""
    if ground is Ground.MADE:
        return np.ascontiguousarray(scenery.background(rng, dice, side), np.float32)
    wanted = [
        picture for picture in pool if picture.is_held_out is (ground is Ground.HELD_OUT) and picture.values.size > 4000
    ]
    alike = [picture for picture in wanted if picture.modality in style.pictures]
    values = generator.shown(rng.choice(alike or wanted))
    scale = max(length / have for length, have in zip(side, values.shape, strict=True))
    if rng.random() < 0.3:  # not filled: black around it
        scale = min(length / have for length, have in zip(side, values.shape, strict=True))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    values = cv2.resize(values, None, fx=scale, fy=scale, interpolation=how)
    return np.ascontiguousarray(generator.fitted(rng, np.clip(values, -0.2, 1.3), side), np.float32)


def write(rng: random.Random, canvas: Canvas, overlay: float) -> list[tuple[Placed, bool, str]]:
    """Draw text; return the lines, whether their font is held out, and how strong their contrast is."""
    placed: list[tuple[Placed, bool, str]] = []
    taken = np.zeros(canvas.shape, bool)
    for _ in range(rng.choice((1, 2, 2, 3, 4))):
        held_out = rng.random() < 0.5
        ink = inking(rng, overlay)
        lines: list[Placed] = []
        size = font_size(rng, canvas.shape)
        degrees = rng.uniform(-10, 10) if rng.random() < 0.1 else 0.0
        how = (size, degrees, 1 if degrees else rng.randint(1, 4), ink)
        generator.block(rng, canvas, taken, lines, how, held_out=held_out)
        placed += [(line, held_out, strength(ink)) for line in lines]
    return placed


def font_size(rng: random.Random, shape: tuple[int, ...]) -> int:
    """Return a font size from 8 to 48 pixels; large frames have larger letters, and small frames small ones."""
    size = rng.choice(
        (rng.randint(8, 11), rng.randint(12, 17), rng.randint(12, 17), rng.randint(18, 27), rng.randint(28, 48))
    )
    if min(shape) > 1500:
        return min(64, max(12, size * 3 // 2))
    return min(size, max(8, min(shape) // 12))


def inking(rng: random.Random, overlay: float) -> Inking:
    """Return how a block is laid on: half of them clear, a quarter middling, a quarter faint."""
    if overlay > 1:
        return Inking("solid", overlay, 1.0)
    kind = rng.choices(
        ("solid", "box", "outline", "shadow", "seal", "delta", "faint"), (0.3, 0.07, 0.06, 0.04, 0.03, 0.25, 0.25)
    )[0]
    level = rng.choice((1.0, 1.0, 0.0, rng.uniform(0.6, 1)))
    return Inking(kind, level, rng.choice((-1, 1, 1)) * rng.uniform(0.12, 0.35))


def strength(ink: Inking) -> str:
    """Return the contrast class of a way to lay ink on."""
    return {"delta": "medium", "seal": "medium", "faint": "low"}.get(ink.kind, "high")


def write_in_colour(rng: random.Random, frame: NDArray[np.float32]) -> list[tuple[Placed, bool, str]]:
    """Draw coloured text onto an RGB frame, each line in its own colour; half of them strong."""
    placed: list[tuple[Placed, bool, str]] = []
    blank = np.zeros(frame.shape[:2], np.float32)
    taken = np.zeros(frame.shape[:2], bool)
    for _ in range(rng.choice((1, 2, 3, 4))):
        held_out, lines = rng.random() < 0.5, list[Placed]()
        how = (font_size(rng, blank.shape), 0.0, rng.randint(1, 6), Inking("solid", 1.0, 1.0))
        generator.block(rng, blank, taken, lines, how, held_out=held_out)
        part = rng.choice((1.0, 1.0, 0.8, 0.5, 0.3))
        colour = np.array(rng.choice(COLOURS), np.float32) * 255
        for line in lines:
            ink, (x, y) = line.line.ink, (max(0, line.x), max(0, line.y))
            place = frame[y : line.y + ink.shape[0], x : line.x + ink.shape[1]]
            alpha = ink[y - line.y :, x - line.x :][: place.shape[0], : place.shape[1], None] / np.float32(255) * part
            place += alpha * (colour - place)
            placed.append((line, held_out, "high" if part > 0.7 else "medium" if part > 0.4 else "low"))
    np.round(frame, out=frame)
    return placed


def coded(rng: random.Random, canvas: Canvas, bits: int, overlay: float) -> NDArray[np.float32]:
    """Return stored values, whole numbers; text of an overlay stands above all others."""
    if bits == 1:
        return (canvas > 0.5).astype(np.float32)
    most = (1 << min(bits, 12)) - 1
    if overlay > 1:
        return np.round(np.clip(canvas, 0, overlay) * (most // 4))
    stored = np.round(np.clip(canvas, 0, 1.0) * most)
    if bits == 8 and rng.random() < 0.25:
        _, told = cv2.imencode(".jpg", stored.astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, rng.randint(40, 90)])
        stored = cv2.imdecode(told, cv2.IMREAD_GRAYSCALE)
    return stored.astype(np.float32)


def tinted(rng: random.Random, stored: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return an RGB frame of a grey one, perhaps with a tint. Shape (rows, columns, 3)."""
    tint = rng.choice(((1, 1, 1), (1, 1, 1), (1, 0.85, 0.7), (0.8, 0.9, 1), (1, 0.5, 0.5), (1, 0.8, 0.3)))
    return np.asarray(stored[..., None] * np.array(tint, np.float32), np.float32)


def jpeg(rng: random.Random, frame: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return an RGB frame after JPEG with halved colour."""
    _, told = cv2.imencode(
        ".jpg", np.clip(frame, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, rng.randint(40, 92)]
    )
    return cv2.imdecode(told, cv2.IMREAD_COLOR).astype(np.float32)


def legible(frame: NDArray[np.float32], photometric: str, lines: list[tuple[Placed, bool, str]]) -> list[Truth]:
    """Return the texts that a keen eye could find in some view of the frame, as it was stored."""
    if not lines:
        return []
    picture = grey(frame, photometric)
    seen = [views(picture, shown) for shown in ranges(picture)]
    return [
        truth_of(placed, held_out, contrast, frame.shape, clear)
        for placed, held_out, contrast in lines
        if (clear := max(generator.clarity(x, placed) for x in seen)) >= LEGIBLE
    ]


def truth_of(placed: Placed, held_out: bool, contrast: str, shape: tuple[int, ...], clear: float = 0.0) -> Truth:  # noqa: FBT001 data
    """Return what is known of a line, its ink cut off at the borders of the frame."""
    line, x0, y0 = placed.line, max(0, placed.x), max(0, placed.y)
    ink = line.ink[y0 - placed.y : shape[0] - placed.y, x0 - placed.x : shape[1] - placed.x] > 100
    return Truth(x0, y0, ink, line.identifying, contrast, line.size, line.degrees != 0, held_out, line.text, clear)


def turned_text(truth: Truth, shape: tuple[int, ...], quarters: int, *, mirrored: bool) -> Truth:
    """Return a text where it stands after the frame was turned."""
    rows, columns = shape[:2]
    x, y, ink = truth.x, truth.y, truth.ink
    for _ in range(quarters):  # np.rot90: the last column becomes the first row
        x, y, ink = y, columns - x - ink.shape[1], np.rot90(ink)
        rows, columns = columns, rows
    if mirrored:
        x, ink = columns - x - ink.shape[1], ink[:, ::-1]
    return truth._replace(x=x, y=y, ink=np.ascontiguousarray(ink))
