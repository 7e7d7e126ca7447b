"""Make one picture with text and say where the text is.

Same seed, same picture. Training takes the views and the labels of `example`; the bench builds DICOM-like frames of
whole images from the same parts (`training/cases.py`), with fonts, backgrounds and seeds that training never sees.
"""

import random
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from deidpipe.pixels.views import Range, Views, ranges, views
from training import drawing, scenery
from training.drawing import Line
from training.scenery import Canvas
from training.sources import Picture

SIDE = 256
ENDS = 1.2  # line heights at both ends of a line that weigh more
LEAST = 0.012  # change of brightness, of a range of 1, that can be seen
PLENTY = 9000  # text-free pixels smaller than this are enlarged or tiled


class Placed(NamedTuple):
    """A line on a canvas. x, y: where the top left corner of its ink lies; it may reach beyond the canvas.

    blind: columns (from, to) on the canvas where the ink is as bright as what lay below it.
    """

    line: Line
    x: int
    y: int
    blind: tuple[tuple[int, int], ...] = ()

    @property
    def corners(self) -> NDArray[np.float32]:
        """The corners of its parts on the canvas, shape (parts, 4, 2)."""
        return self.line.boxes + np.array([self.x, self.y], np.float32)


class Example(NamedTuple):
    """What the net learns from: x (2, rows, columns); target and weight (rows / 4, columns / 4)."""

    x: Views
    target: NDArray[np.float32]
    weight: NDArray[np.float32]


def example(seed: int, pool: list[Picture], side: int = SIDE) -> Example:
    """Return a training example of side x side pixels."""
    rng, dice = random.Random(seed), np.random.default_rng(seed)
    canvas = backdrop(rng, dice, pool, (side, side))
    if rng.random() < 0.55:
        scenery.furnish(rng, dice, canvas, rng.randint(1, 6))
    placed: list[Placed] = []
    overlay = 1.0
    if rng.random() < 0.8:
        overlay = rng.choice((1.5, 2.0, 4.0, 16.0, 60.0)) if rng.random() < 0.12 else 1.0
        placed = write(rng, canvas, overlay)
    stored = encoded(rng, canvas, overlay)
    return turned_about(rng, labelled(rng, stored, placed))


def backdrop(rng: random.Random, dice: np.random.Generator, pool: list[Picture], side: tuple[int, int]) -> Canvas:
    """Return a background: real in two of three cases; about 0 to 1."""
    if not pool or rng.random() < 0.3:
        canvas = scenery.background(rng, dice, side)
    elif rng.random() < 0.12:
        canvas = mosaic(rng, pool, side)
    else:
        canvas = real(rng, rng.choice(pool), side)
    if rng.random() < 0.3:
        canvas = np.clip(canvas, 0, None) ** rng.uniform(0.5, 1.8)
    if rng.random() < 0.15:
        canvas = 1 - canvas
    if rng.random() < 0.15:
        canvas = canvas * rng.uniform(0.1, 0.7) + rng.uniform(0, 0.3)
    if rng.random() < 0.15:
        canvas = canvas + dice.normal(0, rng.uniform(0.005, 0.06), side)
    return np.ascontiguousarray(canvas, np.float32)


def real(rng: random.Random, picture: Picture, side: tuple[int, int]) -> Canvas:
    """Return a part of a real picture, at its own scale or another."""
    values = shown(picture)
    scale = 1.0 if rng.random() < 0.45 else 2 ** rng.uniform(-1.2, 1.2)
    if values.size < PLENTY:
        scale = rng.choice((1.0, rng.uniform(2, 12)))
    if max(values.shape) * scale < 0.4 * side[0]:
        scale = rng.choice((scale, side[0] / max(values.shape) * rng.uniform(0.6, 1.3)))
    if scale != 1.0:
        # First cut, then scale: a mammogram enlarged as a whole would take a second.
        rows, columns = (min(full, int(length / scale) + 2) for full, length in zip(values.shape, side, strict=True))
        y, x = rng.randint(0, values.shape[0] - rows), rng.randint(0, values.shape[1] - columns)
        how = cv2.INTER_AREA if scale < 1 else rng.choice((cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_NEAREST))
        values = cv2.resize(values[y : y + rows, x : x + columns], None, fx=scale, fy=scale, interpolation=how)
    if rng.random() < 0.3:
        values = np.rot90(values, rng.randint(1, 3))
    return fitted(rng, values, side)


def shown(picture: Picture) -> Canvas:
    """Return a picture with its usual range at 0 to 1."""
    low, high = picture.usual
    return (picture.values.astype(np.float32) - np.float32(low)) * np.float32(1 / (high - low))


def fitted(rng: random.Random, values: Canvas, side: tuple[int, int]) -> Canvas:
    """Return values cut or filled up to a size."""
    rows, columns = side
    y, x = (rng.randint(0, max(0, have - want)) for have, want in zip(values.shape, side, strict=True))
    values = values[y : y + rows, x : x + columns]
    if values.shape == side:
        return values
    top, left = rng.randint(0, rows - values.shape[0]), rng.randint(0, columns - values.shape[1])
    below, right = rows - values.shape[0] - top, columns - values.shape[1] - left
    fill = float(rng.choice((values.min(), 0.0, 0.0, values.max())))
    how = rng.choice((cv2.BORDER_CONSTANT, cv2.BORDER_CONSTANT, cv2.BORDER_REPLICATE))
    return cv2.copyMakeBorder(values, top, below, left, right, how, value=fill)


def mosaic(rng: random.Random, pool: list[Picture], side: tuple[int, int]) -> Canvas:
    """Return several small pictures side by side, like a lightbox."""
    canvas = np.zeros(side, np.float32)
    cell = rng.choice((64, 96, 128, 192))
    picture = rng.choice(pool)
    for y in range(0, side[0], cell):
        for x in range(0, side[1], cell):
            if rng.random() < 0.3:
                picture = rng.choice(pool)
            gap = rng.randint(0, 4)
            size = (min(cell, side[1] - x) - gap, min(cell, side[0] - y) - gap)
            canvas[y : y + size[1], x : x + size[0]] = cv2.resize(shown(picture), size, interpolation=cv2.INTER_AREA)
    return canvas


def write(rng: random.Random, canvas: Canvas, overlay: float) -> list[Placed]:
    """Draw lines of text onto the canvas, alone and in blocks, and say where."""
    placed: list[Placed] = []
    taken = np.zeros(canvas.shape, bool)
    for _ in range(rng.choice((1, 1, 2, 3, 4, 6))):
        size = letter_size(rng)
        ink = inking(rng, overlay)
        degrees = rng.uniform(-10, 10) if rng.random() < 0.12 else 0.0
        count = 1 if degrees or rng.random() < 0.5 else rng.randint(2, 7)
        block(rng, canvas, taken, placed, (size, degrees, count, ink))
    return placed


def letter_size(rng: random.Random) -> int:
    """Return a font size in pixels: 8 to 48, small ones more often, now and then larger."""
    return rng.choice(
        (rng.randint(8, 12), rng.randint(9, 18), rng.randint(9, 18), rng.randint(16, 30), rng.randint(24, 60))
    )


class Inking(NamedTuple):
    """How a line is laid on: its kind, a level, and a contrast."""

    kind: str
    level: float
    contrast: float


def inking(rng: random.Random, overlay: float) -> Inking:
    """Return how the lines of a block are laid on; one in three is faint."""
    if overlay > 1:
        return Inking("solid", overlay, 1.0)
    kind = rng.choices(
        ("solid", "delta", "faint", "box", "outline", "shadow", "seal"), (0.28, 0.18, 0.3, 0.07, 0.07, 0.05, 0.05)
    )[0]
    level = rng.choice((1.0, 1.0, 1.0, 0.0, rng.uniform(0.5, 1), rng.uniform(1, 1.3)))
    return Inking(kind, level, rng.choice((-1, 1, 1)) * 10 ** rng.uniform(-1.4, -0.2))


def block(
    rng: random.Random,
    canvas: Canvas,
    taken: NDArray[np.bool_],
    placed: list[Placed],
    how: tuple[int, float, int, Inking],
    *,
    held_out: bool = False,
) -> None:
    """Draw lines below each other, each in a free place on the canvas; what does not fit is left out.

    how: letter size, degrees of tilt, number of lines, ink; held_out: whether the font is kept from training.
    """
    size, degrees, count, ink = how
    face = drawing.fonts.pick(rng, held_out=held_out)
    rows, columns = canvas.shape
    x, y, pitch = start(rng, (rows, columns), size), rng.randint(-2, rows - size), rng.uniform(1.0, 1.7)
    y = rng.choice((y, y, rng.randint(0, 8)))
    to_right = rng.random() < 0.35
    for _ in range(count):
        line = drawing.line(rng, size, degrees=degrees, face=face)
        if line is None:
            continue
        tall, wide = line.ink.shape
        left = columns - wide - (columns - x) // 4 if to_right else x
        left = min(left, columns - wide - 1) if wide < columns else left
        place = (slice(max(0, y - 3), y + tall + 3), slice(max(0, left - 6), left + wide + 6))
        if y + tall > rows + 2 or taken[place].any():
            continue
        before = canvas[place].copy()
        lay(rng, canvas, line.ink, (left, y), ink)
        taken[place] = True
        placed.append(seen_of(Placed(line, left, y), np.abs(canvas[place] - before), (place[1].start, place[0].start)))
        y += max(tall + 1, int(line.size * pitch))


def seen_of(placed: Placed, change: Canvas, corner: tuple[int, int]) -> Placed:
    """Return a line without the ink that changed nothing. change: of the canvas, from corner (x, y) on."""
    line = placed.line
    x, y = placed.x - corner[0], placed.y - corner[1]
    around = np.zeros((max(0, y) + line.ink.shape[0], max(0, x) + line.ink.shape[1]), np.float32)
    part = change[: around.shape[0], : around.shape[1]]
    around[: part.shape[0], : part.shape[1]] = part
    told = around[max(0, y) :, max(0, x) :]
    told = np.pad(told, ((max(0, -y), 0), (max(0, -x), 0)))[: line.ink.shape[0], : line.ink.shape[1]]
    seen = np.where(told > LEAST, line.ink, 0).astype(np.uint8)
    blind = []
    step = max(6, line.size // 2)
    for begin in range(0, seen.shape[1], step) if not line.degrees else ():
        all_ink = int((line.ink[:, begin : begin + step] > 100).sum())
        if all_ink and int((seen[:, begin : begin + step] > 100).sum()) < 0.25 * all_ink:
            blind.append((placed.x + begin, placed.x + begin + step))
    return placed._replace(line=line._replace(ink=seen), blind=tuple(blind))


def start(rng: random.Random, side: tuple[int, int], size: int) -> int:
    """Return where a block begins: at the left edge, or anywhere."""
    return rng.choice((rng.randint(-1, 12), rng.randint(0, side[1] - 2 * size), rng.randint(0, side[1] - 2 * size)))


def lay(rng: random.Random, canvas: Canvas, ink: drawing.Mask, corner: tuple[int, int], how: Inking) -> None:
    """Lay ink onto the canvas with its top left at corner (x, y)."""
    x, y = corner
    rows, columns = canvas.shape
    x0, y0, x1, y1 = max(0, x), max(0, y), min(columns, x + ink.shape[1]), min(rows, y + ink.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    alpha = ink[y0 - y : y1 - y, x0 - x : x1 - x].astype(np.float32) / 255
    place = canvas[y0:y1, x0:x1]
    level = level_on(rng, place, how)
    if how.kind in ("box", "seal"):
        pad = rng.randint(1, 5)
        around = canvas[max(0, y0 - pad) : y1 + pad, max(0, x0 - pad) : x1 + pad]
        paper = 1 - level if how.kind == "box" else float(np.clip(level + how.contrast, 0, 1.2))
        around[:] = paper
    if how.kind in ("outline", "shadow"):
        dark = cv2.dilate(alpha, np.ones((3, 3), np.uint8)) if how.kind == "outline" else np.roll(alpha, (1, 1), (0, 1))
        place += dark * ((1 - np.clip(level, 0, 1)) - place)
    if how.kind == "faint" and rng.random() < 0.5:
        place += alpha * (level - float(place.mean()))
    else:
        place += alpha * (level - place)


def level_on(rng: random.Random, place: Canvas, how: Inking) -> float:
    """Return the brightness of the ink on what lies below it."""
    mean, deviation = float(place.mean()), float(place.std())
    if how.kind == "delta":
        return mean + how.contrast
    if how.kind == "faint":
        return mean + np.sign(how.contrast) * (rng.uniform(0.9, 2.6) * deviation + rng.uniform(0.012, 0.08))
    if how.kind in ("solid", "outline", "shadow") and abs(how.level - mean) < 0.15 + deviation:
        return 1.0 if mean < 0.5 else 0.0
    return how.level


def encoded(rng: random.Random, canvas: Canvas, overlay: float) -> Canvas:
    """Return what is left of the canvas after it was stored with some number of bits, perhaps as JPEG."""
    bits = rng.choices((8, 10, 12, 16, 1), (0.5, 0.1, 0.2, 0.17, 0.03))[0]
    if bits == 1 and overlay == 1:
        return (canvas > rng.uniform(0.3, 0.7)).astype(np.float32)
    most = (1 << bits) - 1 if bits > 1 else 255
    if overlay > 1:
        return np.round(np.clip(canvas, -0.2, overlay) * min(most, 1023))
    stored = (
        np.round(np.clip(canvas, 0, 1) * most) if rng.random() < 0.7 else np.round(np.clip(canvas, -0.3, 1.4) * most)
    )
    if bits == 8 and rng.random() < 0.35:
        _, coded = cv2.imencode(
            ".jpg", np.clip(stored, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, rng.randint(25, 95)]
        )
        stored = cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE).astype(np.float32)
    return stored.astype(np.float32)


def labelled(rng: random.Random, stored: Canvas, placed: list[Placed]) -> Example:
    """Return views and labels of a picture. Lines that nobody could see in the view do not count, faint ones more."""
    choices = ranges(stored)
    seen = rng.choice(choices) if rng.random() < 0.5 else choices[0]
    if len(choices) == 1 and rng.random() < 0.25:  # as on a crop of a larger picture with another range
        wide = seen.high - seen.low
        seen = Range(seen.low - wide * rng.uniform(0, 0.8), seen.high + wide * rng.uniform(-0.15, 0.8))
    x = views(stored, seen)
    rows, columns = stored.shape
    text, sure = np.zeros((rows, columns), np.uint8), np.full((rows, columns), 40, np.uint8)
    for one in placed:
        clear = clarity(x, one)
        corners = np.round((one.corners - np.float32(0.5)) * 16).astype(np.int32)
        outer = [cv2.convexHull(grown(part, 2 + 0.12 * one.line.size)) for part in one.corners]
        if clear < 0.5:
            cv2.fillPoly(sure, [np.round(part).astype(np.int32) for part in outer], 0)
            continue
        cv2.fillPoly(text, list(corners), 255, shift=4)
        heavy = 100 if clear < 1.3 else 70 if clear < 2.2 else 50
        heavy = min(heavy, 30) if len(one.line.text) < 2 else heavy
        cv2.fillPoly(sure, list(corners), heavy, shift=4)
        if len(one.line.text) > 2:
            for part in one.corners:
                cv2.fillPoly(
                    sure, [np.round(end * 16).astype(np.int32) for end in ends(part)], int(heavy * 1.5), shift=4
                )
        for begin, end in one.blind:
            sure[max(0, one.y) : one.y + one.line.ink.shape[0], max(0, begin) : max(0, end)] = 0
    quarter = (columns // 4, rows // 4)
    cover = cv2.resize(text, quarter, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    weight = cv2.resize(sure, quarter, interpolation=cv2.INTER_AREA).astype(np.float32) / 40
    weight[(cover > 0.02) & (cover < 0.45)] = 0
    near = cv2.dilate((cover > 0.02).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    weight[near & (cover <= 0.02)] *= 0.3
    return Example(x, (cover >= 0.45).astype(np.float32), weight)


def grown(part: NDArray[np.float32], by: float) -> NDArray[np.float32]:
    """Return the corners of a part pushed outwards."""
    middle = part.mean(axis=0)
    return part + np.sign(part - middle).astype(np.float32) * np.float32(by)


def ends(part: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Return the corners of the two ends of a part."""
    along, height = part[1] - part[0], float(np.linalg.norm(part[3] - part[0]))
    step = along / max(float(np.linalg.norm(along)), 1e-6) * min(ENDS * height, float(np.linalg.norm(along)) / 2)
    first = np.stack([part[0], part[0] + step, part[3] + step, part[3]])
    last = np.stack([part[1] - step, part[1], part[2], part[2] - step])
    return [first, last]


def clarity(x: Views, one: Placed) -> float:
    """Return how far the ink of a line stands out of what lies around it, in deviations, in the better view."""
    ink = one.line.ink
    x0, y0 = max(0, one.x), max(0, one.y)
    x1, y1 = min(x.shape[2], one.x + ink.shape[1]), min(x.shape[1], one.y + ink.shape[0])
    if x1 - x0 < 3 or y1 - y0 < 3:
        return 0.0
    inked = ink[y0 - one.y : y1 - one.y, x0 - one.x : x1 - one.x] > 128
    if not 0.02 < inked.mean() < 0.98:
        return 0.0
    best = 0.0
    near = max(9, one.line.size) | 1
    detail = x[0, y0:y1, x0:x1] - cv2.blur(x[0, y0:y1, x0:x1], (near, near), borderType=cv2.BORDER_REPLICATE)
    for place, least in ((x[0, y0:y1, x0:x1], 0.02), (x[1, y0:y1, x0:x1], 0.1), (detail, 0.015)):
        bare = place[~inked]
        best = max(best, abs(float(place[inked].mean() - bare.mean())) / (float(bare.std()) + least))
    return best


def turned_about(rng: random.Random, made: Example) -> Example:
    """Return an example turned by a quarter or a half, or mirrored, now and then."""
    quarters = rng.choices((0, 1, 2, 3), (0.72, 0.11, 0.06, 0.11))[0]
    mirrored = rng.random() < 0.08
    out = []
    for array in made:
        array = np.rot90(array, quarters, axes=(-2, -1))
        out.append(np.ascontiguousarray(array[..., ::-1] if mirrored else array, np.float32))
    return Example(*out)
