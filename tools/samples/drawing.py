"""Stored Pixel Values: phantoms, and letters of 5 x 7 dots to burn a name in."""

import numpy as np
from numpy.typing import NDArray

LETTERS = {
    "A": "01110 10001 10001 11111 10001 10001 10001",
    "B": "11110 10001 10001 11110 10001 10001 11110",
    "E": "11111 10000 10000 11110 10000 10000 11111",
    "L": "10000 10000 10000 10000 10000 10000 11111",
    "M": "10001 11011 10101 10101 10001 10001 10001",
    "N": "10001 11001 10101 10011 10001 10001 10001",
    "O": "01110 10001 10001 10001 10001 10001 01110",
    "R": "11110 10001 10001 11110 10100 10010 10001",
    "T": "11111 00100 00100 00100 00100 00100 00100",
    "W": "10001 10001 10001 10101 10101 11011 10001",
    "Y": "10001 10001 01010 00100 00100 00100 00100",
    "0": "01110 10001 10011 10101 11001 10001 01110",
    "1": "00100 01100 00100 00100 00100 00100 01110",
    "2": "01110 10001 00001 00110 01000 10000 11111",
    "4": "00010 00110 01010 10010 11111 00010 00010",
    "5": "11111 10000 11110 00001 00001 10001 01110",
    "9": "01110 10001 10001 01111 00001 00001 01110",
    "-": "00000 00000 00000 11111 00000 00000 00000",
    " ": "00000 00000 00000 00000 00000 00000 00000",
}


def lettering(text: str, scale: int) -> NDArray[np.bool_]:
    """Return the text as dots: shape (7 x scale, 6 x scale x letters)."""
    letters = [[[dot == "1" for dot in line + "0"] for line in LETTERS[letter].split()] for letter in text]
    return np.concatenate([np.array(letter) for letter in letters], axis=1).repeat(scale, 0).repeat(scale, 1)


def phantom(side: int, low: int, high: int, seed: int) -> NDArray[np.uint16]:
    """Return a square image of an ellipse with a bright core and a little noise."""
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    image = np.where((x / 0.8) ** 2 + (y / 0.9) ** 2 < 1, (low + high) / 2, low)
    image = np.where((x - 0.1) ** 2 + (y + 0.1) ** 2 < 0.09, high, image)
    noise = np.random.default_rng(seed).normal(0, (high - low) / 100, (side, side))
    return np.clip(image + noise, 0, 65535).astype(np.uint16)


def ultrasound(rows: int, columns: int, lines: tuple[str, ...], phase: int = 0) -> NDArray[np.uint8]:
    """Return an RGB fan of echoes, with lines of white text above it."""
    y, x = np.mgrid[0:rows, -columns // 2 : columns - columns // 2]
    depth = np.hypot(x, y)
    echoes = np.where((np.abs(x) < y * 0.7) & (depth < rows) & (y > 44), (depth * 3 + phase * 9) % 97 + 40, 0)
    image = np.repeat(echoes.astype(np.uint8)[:, :, None], 3, axis=2)
    for number, line in enumerate(lines):
        dots = lettering(line, 2)
        top = 4 + 20 * number
        image[top : top + dots.shape[0], 4 : 4 + dots.shape[1]][dots] = 255
    return image
