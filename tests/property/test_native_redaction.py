"""Native Pixel Data: what a region touches becomes background, every other bit of the value stays, in any layout."""

from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from deidpipe.pixels.frames import open_image
from deidpipe.pixels.region import Region
from deidpipe.pixels.write_back import write_back
from tests.images import an_image, put_back, with_pixels

NATIVE = (ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian)


class Made(NamedTuple):
    """A native image, and how it is laid out."""

    file: bytes
    value: bytes
    rows: int
    columns: int
    samples: int
    planar: int
    bits: int
    stored: int
    high_bit: int
    signed: bool
    photometric: str
    frames: int
    swapped: int  # bytes in reversed order


@st.composite
def images(draw: st.DrawFn) -> Made:
    rows, columns, frames = (draw(st.integers(1, limit)) for limit in (5, 6, 3))
    bits = draw(st.sampled_from([1, 8, 8, 16, 16, 32]))
    photometric = draw(st.sampled_from(["MONOCHROME1", "MONOCHROME2", "RGB", "YBR_FULL", "PALETTE COLOR"]))
    if bits == 1:
        photometric = "MONOCHROME2"
    samples = 3 if photometric in ("RGB", "YBR_FULL") else 1
    planar = draw(st.integers(0, 1)) if samples == 3 else 0
    stored = draw(st.integers(max(bits // 2, 1), bits)) if bits > 1 else 1
    high_bit = draw(st.sampled_from([stored - 1, bits - 1]))
    signed = draw(st.booleans()) if photometric.startswith("MONO") and bits > 1 else False
    transfer_syntax = draw(st.sampled_from(NATIVE))
    vr = draw(st.sampled_from(["OB", "OW"])) if bits <= 8 and transfer_syntax != ImplicitVRLittleEndian else "OW"
    size = (rows * columns * samples * bits * frames + 7) // 8
    value = draw(st.binary(min_size=size, max_size=size))
    facts = an_image(
        Rows=rows, Columns=columns, SamplesPerPixel=samples, PhotometricInterpretation=photometric,
        BitsAllocated=bits, BitsStored=stored, HighBit=high_bit, PixelRepresentation=int(signed), NumberOfFrames=frames,
    )  # fmt: skip
    if samples == 3:
        facts.PlanarConfiguration = planar
    swapped = 1
    if transfer_syntax == ExplicitVRBigEndian:
        swapped = max(bits // 8, 2 if vr == "OW" else 1)
    padded = value + bytes(size % 2)
    file = with_pixels(facts, padded, transfer_syntax, vr)
    return Made(
        file, padded, rows, columns, samples, planar, bits, stored, high_bit, signed, photometric, frames, swapped
    )


@st.composite
def images_with_regions(draw: st.DrawFn) -> tuple[Made, list[Region]]:
    made = draw(images())
    regions = []
    for _ in range(draw(st.integers(1, 2))):
        x0, y0, first = (draw(st.integers(0, limit - 1)) for limit in (made.columns, made.rows, made.frames))
        x1, y1 = draw(st.integers(x0 + 1, made.columns)), draw(st.integers(y0 + 1, made.rows))
        frames = draw(st.sampled_from([None, (first, first + 1), (first, made.frames)]))
        regions.append(Region(x0, y0, x1, y1, "test", frames=frames))
    return made, regions


@given(images_with_regions())
@settings(max_examples=150)
def test_only_the_cells_in_the_regions_change(case: tuple[Made, list[Region]]) -> None:
    made, regions = case
    with open_image(made.file) as image:
        start, end = image.value, image.end
        after = put_back(made.file, image, write_back(image, regions))
    assert made.file[start:end] == made.value
    assert after[:start] + after[end:] == made.file[:start] + made.file[end:]
    assert after[start:end] == expected(made, regions)


def expected(made: Made, regions: list[Region]) -> bytes:
    """Return the value with the regions filled, pixel by pixel and bit by bit."""
    bits = [bit_at(made, made.value, at) for at in range(8 * len(made.value))]
    for region in regions:
        for frame in range(*(region.frames or (0, made.frames))):
            for row in range(region.y0, region.y1):
                for column in range(region.x0, region.x1):
                    for sample in range(made.samples):
                        first = made.bits * cell_number(made, frame, row, column, sample)
                        pattern = background(made, sample)
                        bits[first : first + made.bits] = [pattern >> at & 1 for at in range(made.bits)]
    return packed(made, bits)


def cell_number(made: Made, frame: int, row: int, column: int, sample: int) -> int:
    if made.planar:
        return ((frame * made.samples + sample) * made.rows + row) * made.columns + column
    return ((frame * made.rows + row) * made.columns + column) * made.samples + sample


def background(made: Made, sample: int) -> int:
    """Return the whole cell of a hidden sample."""
    low, high = (-(1 << made.stored - 1), (1 << made.stored - 1) - 1) if made.signed else (0, (1 << made.stored) - 1)
    value = {"MONOCHROME1": high, "MONOCHROME2": low if made.signed else 0, "RGB": 0, "PALETTE COLOR": 0}.get(
        made.photometric, 0 if sample == 0 else 1 << made.stored - 1
    )
    shift = made.high_bit + 1 - made.stored
    return (value & (1 << made.stored) - 1) << shift if shift else value & (1 << made.bits) - 1


def byte_at(made: Made, number: int, length: int) -> int:
    """Return where a byte stands when each group of ``swapped`` bytes is in reversed order."""
    group = number // made.swapped * made.swapped
    return group + made.swapped - 1 - (number - group) if group + made.swapped <= length else number


def bit_at(made: Made, value: bytes, at: int) -> int:
    return value[byte_at(made, at // 8, len(value))] >> at % 8 & 1


def packed(made: Made, bits: list[int]) -> bytes:
    value = bytearray(len(bits) // 8)
    for at, bit in enumerate(bits):
        value[byte_at(made, at // 8, len(value))] |= bit << at % 8
    return bytes(value)
