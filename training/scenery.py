"""What is no text: made backgrounds, and rulers, ticks, wires, curves, marks that stand on pictures."""

import random

import cv2
import numpy as np
from numpy.typing import NDArray

Canvas = NDArray[np.float32]  # about 0 (black) to 1 (white), shape (rows, columns)


def background(rng: random.Random, dice: np.random.Generator, side: tuple[int, int]) -> Canvas:
    """Return a made background."""
    return rng.choice((flat, flat, noise, clouds, clouds, sector, sector, ellipses, tubes, trabeculae))(rng, dice, side)


def flat(rng: random.Random, dice: np.random.Generator, side: tuple[int, int]) -> Canvas:
    """Return one grey, or a slow change between two."""
    rows, columns = side
    level = rng.choice((0.0, 0.0, 1.0, rng.random(), rng.random()))
    canvas = np.full(side, level, np.float32)
    if rng.random() < 0.4:
        slope = np.linspace(0, rng.uniform(-1, 1), columns, dtype=np.float32)[None, :]
        canvas = canvas + slope + np.linspace(0, rng.uniform(-1, 1), rows, dtype=np.float32)[:, None]
    if rng.random() < 0.3:
        canvas = canvas + dice.normal(0, rng.uniform(0.002, 0.05), side).astype(np.float32)
    return np.clip(canvas, 0, 1)


def noise(rng: random.Random, dice: np.random.Generator, side: tuple[int, int]) -> Canvas:
    """Return noise of one grain, perhaps with a bright spot."""
    canvas = dice.normal(0.5, 0.2, side).astype(np.float32)
    if rng.random() < 0.3:
        canvas = np.abs(dice.normal(0, 0.3, side)).astype(np.float32)
    grain = rng.choice((0, 0, 0.7, 1.5, 3, 6))
    if grain:
        canvas = cv2.GaussianBlur(canvas, (0, 0), grain)
        canvas = (canvas - canvas.mean()) / (canvas.std() + 1e-6) * 0.2 + 0.4
    return np.clip(canvas, 0, 1)


def clouds(rng: random.Random, dice: np.random.Generator, side: tuple[int, int]) -> Canvas:
    """Return soft shapes of many sizes, like tissue."""
    rows, columns = side
    canvas = np.zeros(side, np.float32)
    for octave in range(1, 7):
        coarse = dice.normal(0, 1, (max(2, rows >> octave), max(2, columns >> octave))).astype(np.float32)
        canvas += cv2.resize(coarse, (columns, rows), interpolation=cv2.INTER_CUBIC) * rng.uniform(0.3, 1) * octave
    canvas = (canvas - canvas.min()) / (np.ptp(canvas) + 1e-6)
    return np.clip(canvas ** rng.uniform(0.6, 2) * rng.uniform(0.5, 1), 0, 1)


def sector(rng: random.Random, dice: np.random.Generator, side: tuple[int, int]) -> Canvas:
    """Return a fan of speckle on black, like ultrasound."""
    rows, columns = side
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    x0, y0 = columns * rng.uniform(0.2, 0.8), -rows * rng.uniform(0, 0.4)
    radius, angle = np.hypot(x - x0, y - y0), np.arctan2(x - x0, y - y0)
    inside = (np.abs(angle) < rng.uniform(0.35, 1.1)) & (radius < rows * rng.uniform(0.8, 1.3)) & (radius > -y0 + 9)
    speckle = np.abs(cv2.GaussianBlur(dice.normal(0, 1, side).astype(np.float32), (0, 0), rng.uniform(0.6, 2.2)))
    tissue = clouds(rng, dice, side) ** 1.5
    canvas = speckle / (speckle.std() * 5 + 1e-6) * tissue * inside * rng.uniform(0.6, 1.4)
    if rng.random() < 0.5:
        canvas[:, -12:-4] = np.maximum(canvas[:, -12:-4], np.linspace(1, 0, rows)[:, None])
    return np.clip(canvas + rng.choice((0, 0, 0.1)), 0, 1).astype(np.float32)


def ellipses(rng: random.Random, dice: np.random.Generator, side: tuple[int, int]) -> Canvas:
    """Return a phantom of ellipses with noise, like a slice of CT."""
    rows, columns = side
    canvas = np.zeros(side, np.float32)
    for _ in range(rng.randint(2, 12)):
        centre = (rng.randint(0, columns), rng.randint(0, rows))
        axes = (rng.randint(4, columns // 2), rng.randint(4, rows // 2))
        shape = np.zeros(side, np.float32)
        thick = rng.choice((-1, -1, -1, rng.randint(1, 8)))
        cv2.ellipse(shape, centre, axes, rng.uniform(0, 180), 0, 360, 1.0, thick, cv2.LINE_AA)
        canvas += shape * rng.uniform(-0.3, 0.6)
    canvas = cv2.GaussianBlur(np.clip(canvas, 0, 1), (0, 0), rng.uniform(0.4, 1.5))
    return np.clip(canvas + dice.normal(0, rng.uniform(0.005, 0.06), side).astype(np.float32), 0, 1)


def tubes(rng: random.Random, dice: np.random.Generator, side: tuple[int, int]) -> Canvas:
    """Return curved tubes on clouds, like vessels, ribs, catheters and wires."""
    rows, columns = side
    canvas = clouds(rng, dice, side) * 0.6 + 0.2
    for _ in range(rng.randint(3, 25)):
        steps = np.cumsum(np.cumsum(dice.normal(0, 1.2, (30, 2)), axis=0) * 0.5 + dice.normal(0, 6, (1, 2)), axis=0)
        points = (steps + np.array([rng.random() * columns, rng.random() * rows])).astype(np.int32)
        layer = np.zeros(side, np.float32)
        cv2.polylines(
            layer, [points], isClosed=False, color=1.0, thickness=rng.choice((1, 1, 2, 3, 5, 9)), lineType=cv2.LINE_AA
        )
        canvas += layer * rng.choice((-1, 1)) * rng.uniform(0.05, 0.6)
    return np.clip(canvas, 0, 1)


def trabeculae(rng: random.Random, dice: np.random.Generator, side: tuple[int, int]) -> Canvas:
    """Return a texture of thin branches about as large as letters, like bone or bowel: it is easily taken for text."""
    fine = cv2.GaussianBlur(dice.normal(0, 1, side).astype(np.float32), (0, 0), rng.uniform(1, 3))
    coarse = cv2.GaussianBlur(dice.normal(0, 1, side).astype(np.float32), (0, 0), rng.uniform(4, 10))
    ridge = np.exp(-np.abs(fine / fine.std()) * rng.uniform(2, 6))
    canvas = ridge * np.clip(coarse / coarse.std() + rng.uniform(0, 1), 0, 1) * rng.uniform(0.4, 1)
    return np.clip(canvas + clouds(rng, dice, side) * 0.5, 0, 1).astype(np.float32)


def furnish(rng: random.Random, dice: np.random.Generator, canvas: Canvas, count: int) -> None:
    """Draw marks that are no text onto the canvas."""
    for _ in range(count):
        rng.choice(MARKS)(rng, dice, canvas, value(rng))


def value(rng: random.Random) -> float:
    """Return the brightness of a mark."""
    return rng.choice((1.0, 1.0, 1.0, 0.0, rng.random(), rng.uniform(1, 1.4)))


def ruler(rng: random.Random, dice: np.random.Generator, canvas: Canvas, level: float) -> None:
    """Draw a scale: a line with short and long ticks, or ticks alone."""
    rows, columns = canvas.shape
    along, upright = rng.randint(40, max(rows, columns)), rng.random() < 0.6
    x, y, pitch = rng.randint(0, columns), rng.randint(0, rows // 2), rng.choice((4, 5, 6, 8, 10, 16, 25, 40))
    every, short, long, thick = (
        rng.choice((2, 5, 5, 10)),
        rng.randint(1, 8),
        rng.randint(4, 16),
        rng.choice((1, 1, 1, 2)),
    )
    if rng.random() < 0.6:
        cv2.line(canvas, (x, y), (x, y + along) if upright else (x + along, y), level, thick)
    for count, offset in enumerate(range(0, along, pitch)):
        reach = long if count % every == 0 else short
        ends = ((x, y + offset), (x - reach, y + offset)) if upright else ((x + offset, y), (x + offset, y - reach))
        cv2.line(canvas, *ends, level, thick)


def dots(rng: random.Random, dice: np.random.Generator, canvas: Canvas, level: float) -> None:
    """Draw a row of dots, straight or bent, like depth marks."""
    x, y = rng.uniform(0, canvas.shape[1]), rng.uniform(0, canvas.shape[0])
    dx, dy, bend = rng.uniform(-30, 30), rng.uniform(-30, 30), rng.uniform(-2, 2)
    for _ in range(rng.randint(3, 20)):
        cv2.circle(canvas, (int(x), int(y)), rng.choice((0, 1, 1, 2)), level, -1)
        x, y, dx = x + dx, y + dy, dx + bend


def grid(rng: random.Random, dice: np.random.Generator, canvas: Canvas, level: float) -> None:
    """Draw a grid or a hatching over a part."""
    rows, columns = canvas.shape
    x0, y0 = rng.randint(0, columns - 20), rng.randint(0, rows - 20)
    x1, y1, pitch = (
        min(columns, x0 + rng.randint(20, 300)),
        min(rows, y0 + rng.randint(20, 300)),
        rng.choice((3, 4, 6, 8, 12, 16, 32)),
    )
    if rng.random() < 0.8:
        canvas[y0:y1:pitch, x0:x1] = level
    if rng.random() < 0.8:
        canvas[y0:y1, x0:x1:pitch] = level


def bar(rng: random.Random, dice: np.random.Generator, canvas: Canvas, level: float) -> None:
    """Draw a colour bar: a ramp or steps in a frame."""
    rows, columns = canvas.shape
    wide, tall = rng.randint(6, 24), rng.randint(40, max(41, rows - 20))
    x, y = (
        rng.choice((rng.randint(0, columns - wide), columns - wide - rng.randint(0, 30))),
        rng.randint(0, max(1, rows - tall)),
    )
    ramp = np.linspace(1, 0, tall, dtype=np.float32)[:, None]
    if rng.random() < 0.4:
        ramp = np.floor(ramp * rng.randint(3, 16)) / 12
    place = canvas[y : y + tall, max(0, x) : x + wide]
    place[:] = ramp[: place.shape[0]]
    if rng.random() < 0.5:
        cv2.rectangle(canvas, (x, y), (x + wide, y + tall), level, 1)


def curve(rng: random.Random, dice: np.random.Generator, canvas: Canvas, level: float) -> None:
    """Draw an ECG or another trace."""
    columns = canvas.shape[1]
    base, height, period = rng.uniform(0, canvas.shape[0]), rng.uniform(5, 50), rng.randint(25, 160)
    phase = (np.arange(columns) + rng.randint(0, 200)) % period / period
    trace = np.exp(-(((phase - 0.3) / 0.02) ** 2)) - 0.3 * np.exp(-(((phase - 0.34) / 0.02) ** 2))
    trace += 0.2 * np.exp(-(((phase - 0.6) / 0.06) ** 2)) + 0.1 * np.exp(-(((phase - 0.15) / 0.03) ** 2))
    if rng.random() < 0.3:
        trace = cv2.GaussianBlur(dice.normal(0, 1, (1, columns)), (0, 0), rng.uniform(0.5, 4))[0]
    points = np.stack([np.arange(columns), base - height * trace], axis=1).astype(np.int32)
    start = rng.randint(0, columns // 2)
    cv2.polylines(canvas, [points[start:]], isClosed=False, color=level, thickness=rng.choice((1, 1, 2)))


def frame(rng: random.Random, dice: np.random.Generator, canvas: Canvas, level: float) -> None:
    """Draw a rectangle, an ellipse or a line: a region of interest, a collimator edge, a table."""
    rows, columns = canvas.shape
    x0, y0, x1, y1 = (
        rng.randint(-20, columns),
        rng.randint(-20, rows),
        rng.randint(0, columns + 20),
        rng.randint(0, rows + 20),
    )
    thick = rng.choice((1, 1, 2, 3, -1 if rng.random() < 0.3 else 1))
    shape = rng.randrange(3)
    if shape == 0:
        cv2.rectangle(canvas, (x0, y0), (x1, y1), level, thick)
    elif shape == 1:
        cv2.ellipse(canvas, (x0, y0), (abs(x1 - x0) // 3 + 2, abs(y1 - y0) // 3 + 2), 0, 0, 360, level, thick)
    else:
        cv2.line(canvas, (x0, y0), (x1, y1), level, max(1, thick), cv2.LINE_AA)


def caliper(rng: random.Random, dice: np.random.Generator, canvas: Canvas, level: float) -> None:
    """Draw crosses joined by a dotted line, an arrow, or a triangle."""
    rows, columns = canvas.shape
    first, second = ((rng.randint(8, columns - 9), rng.randint(8, rows - 9)) for _ in range(2))
    if rng.random() < 0.4:
        cv2.arrowedLine(canvas, first, second, level, rng.choice((1, 2)), cv2.LINE_AA, 0, rng.uniform(0.03, 0.2))
        return
    for centre in (first, second):
        cv2.drawMarker(
            canvas,
            centre,
            level,
            rng.choice((cv2.MARKER_CROSS, cv2.MARKER_TILTED_CROSS, cv2.MARKER_DIAMOND, cv2.MARKER_TRIANGLE_UP)),
            rng.randint(9, 21),
            1,
        )
    steps = np.linspace(
        first, second, max(2, int(np.hypot(first[0] - second[0], first[1] - second[1]) / rng.choice((3, 5, 8))))
    )
    for x, y in steps.astype(int):
        canvas[y, x] = level


def wire(rng: random.Random, dice: np.random.Generator, canvas: Canvas, level: float) -> None:
    """Draw implants: screws, clips, staples, bent wires."""
    x, y = rng.randint(5, canvas.shape[1] - 6), rng.randint(5, canvas.shape[0] - 6)
    for _ in range(rng.randint(1, 9)):
        dx, dy = rng.randint(-16, 16), rng.randint(-16, 16)
        cv2.line(canvas, (x, y), (x + dx, y + dy), level, rng.choice((1, 2, 2, 3)), cv2.LINE_AA)
        if rng.random() < 0.6:
            x, y = x + dx, y + dy
        else:
            x, y = x + rng.randint(-40, 40), y + rng.randint(-40, 40)


def logo(rng: random.Random, dice: np.random.Generator, canvas: Canvas, level: float) -> None:
    """Draw a logo without letters: discs, rings and polygons in a small place."""
    x, y, size = rng.randint(0, canvas.shape[1]), rng.randint(0, canvas.shape[0]), rng.randint(10, 40)
    for _ in range(rng.randint(1, 4)):
        points = dice.integers(-size, size, (rng.randint(3, 6), 2)) + np.array([x, y])
        if rng.random() < 0.5:
            cv2.fillPoly(canvas, [points.astype(np.int32)], rng.random())
        else:
            cv2.circle(canvas, (x, y), rng.randint(4, size), level, rng.choice((-1, 1, 2, 4)), cv2.LINE_AA)


def pixels(rng: random.Random, dice: np.random.Generator, canvas: Canvas, level: float) -> None:
    """Draw scattered bright pixels or small patches: dust, hot spots, blocks of broken data."""
    count, size = rng.randint(5, 120), rng.choice((1, 1, 2, 3))
    for x, y in zip(dice.integers(0, canvas.shape[1], count), dice.integers(0, canvas.shape[0], count), strict=True):
        canvas[y : y + size, x : x + size] = level


def comb(rng: random.Random, dice: np.random.Generator, canvas: Canvas, level: float) -> None:
    """Draw a row of upright bars of one height and changing width, like a bar code or a line-pair chart."""
    x, y, tall = rng.randint(0, canvas.shape[1] - 30), rng.randint(0, canvas.shape[0] - 10), rng.randint(5, 40)
    for _ in range(rng.randint(5, 40)):
        width = rng.randint(1, 5)
        canvas[y : y + tall, x : x + width] = level
        x += width + rng.randint(1, 6)


MARKS = (
    ruler,
    ruler,
    ruler,
    dots,
    dots,
    grid,
    bar,
    bar,
    curve,
    curve,
    frame,
    frame,
    frame,
    caliper,
    caliper,
    wire,
    wire,
    logo,
    pixels,
    comb,
)
