"""JPEG in the DCT domain: every coefficient outside the touched MCUs is the same; inside all is black."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image as Pillow

from deidpipe.pixels.encodings.huffman import Huffman, HuffmanError
from deidpipe.pixels.encodings.jpeg_blocks import redacted_frame
from deidpipe.pixels.fill import Fill
from deidpipe.pixels.fragments import frames_in
from deidpipe.pixels.frames import Facts, PixelError, open_image
from deidpipe.pixels.region import Box
from tests.jpeg_reference import Coefficients, coefficients
from tests.shared import shared_folder

CORPUS = shared_folder("corpus")
BASELINE = "1.2.840.10008.1.2.4.50"


def facts_of(rows: int, columns: int, photometric: str = "YBR_FULL_422") -> Facts:
    samples = 1 if photometric.startswith("MONO") else 3
    return Facts(
        rows,
        columns,
        samples,
        8,
        8,
        7,
        signed=False,
        photometric=photometric,
        planar=0,
        frames=1,
        transfer_syntax=BASELINE,
    )


def a_jpeg(rows: int, columns: int, mode: str = "RGB", **options: object) -> bytes:
    """Return noise on a gradient as a JPEG."""
    shape = (rows, columns) if mode == "L" else (rows, columns, 3)
    noise = np.random.default_rng(7).integers(0, 90, shape)
    ramp = np.arange(columns)[:, None] * 2 if mode != "L" else np.arange(columns) * 2
    buffer = BytesIO()
    Pillow.fromarray(((noise + ramp) % 256).astype(np.uint8), mode).save(buffer, "JPEG", **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("rows", "columns", "mode", "options"),
    [
        (33, 41, "L", {}),
        (33, 41, "L", {"quality": 100, "optimize": True}),
        (33, 41, "L", {"quality": 3, "optimize": True}),
        (40, 64, "RGB", {"subsampling": 0}),
        (33, 41, "RGB", {"subsampling": 1}),
        (33, 41, "RGB", {"subsampling": 2, "optimize": True}),
        (64, 64, "RGB", {"subsampling": 2, "restart_marker_blocks": 1}),
        (64, 64, "RGB", {"subsampling": 1, "restart_marker_rows": 1, "quality": 95}),
        (33, 41, "RGB", {"subsampling": 0, "keep_rgb": True}),
        (8, 8, "L", {}),
    ],
)
@pytest.mark.parametrize("place", ["corner", "middle", "all", "last pixel"])
def test_only_touched_blocks_change(rows: int, columns: int, mode: str, options: dict[str, object], place: str) -> None:
    stream = a_jpeg(rows, columns, mode, **options)
    box = {
        "corner": (0, 0, 1, 1),
        "middle": (columns // 3, rows // 3, columns // 2 + 1, rows // 2 + 1),
        "all": (0, 0, columns, rows),
        "last pixel": (columns - 1, rows - 1, columns, rows),
    }[place]
    photometric = "MONOCHROME2" if mode == "L" else "YBR_FULL_422"
    check(stream, facts_of(rows, columns, photometric), [box])


@pytest.mark.parametrize("chunk", [1, 64, 700])
def test_a_stream_is_looked_up_in_chunks(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deidpipe.pixels.encodings.jpeg_bits._CHUNK", chunk)
    check(a_jpeg(48, 80, "RGB", subsampling=2, quality=98), facts_of(48, 80), [(3, 20, 40, 24), (70, 40, 80, 48)])


def check(stream: bytes, facts: Facts, boxes: list[Box]) -> Coefficients:
    """Compare every coefficient of a frame with those after boxes were hidden."""
    fill = Fill((0,) if facts.samples == 1 else (0, 128, 128))
    new = redacted_frame(stream, facts, boxes, fill)
    before, after = coefficients(stream), coefficients(new)
    assert (before.precision, before.sampling, before.quantizers) == (after.precision, after.sampling, after.quantizers)
    across, down = max(one[0] for one in before.sampling), max(one[1] for one in before.sampling)
    changed = 0
    for number, (own_across, own_down) in enumerate(before.sampling):
        for row, (old_row, new_row) in enumerate(zip(before.blocks[number], after.blocks[number], strict=True)):
            for column, (old, now) in enumerate(zip(old_row, new_row, strict=True)):
                mcu = column // own_across * 8 * across, row // own_down * 8 * down
                if not any(overlaps(box, mcu, 8 * across, 8 * down) for box in boxes):
                    assert now == old
                elif len(before.sampling) > 1 or (row < -(-facts.rows // 8) and column < -(-facts.columns // 8)):
                    assert now[1:] == [0] * 63
                    changed += 1
    assert changed
    return after


def overlaps(box: Box, corner: tuple[int, int], width: int, height: int) -> bool:
    x0, y0, x1, y1 = box
    return corner[0] < x1 and x0 < corner[0] + width and corner[1] < y1 and y0 < corner[1] + height


@pytest.mark.parametrize(
    ("mode", "options", "photometric", "sample", "shown"),
    [
        ("L", {}, "MONOCHROME2", 0, 0),
        ("L", {}, "MONOCHROME1", 255, 255),
        ("RGB", {}, "YBR_FULL_422", 0, (0, 0, 0)),
        ("RGB", {"keep_rgb": True}, "RGB", 0, (0, 0, 0)),
        ("RGB", {}, "RGB", 0, (0, 0, 0)),  # the stream says JFIF: it is YCbCr whatever the Attribute says
    ],
)
@pytest.mark.parametrize("quality", [5, 50, 75, 100])
def test_a_hidden_place_is_shown_black(
    mode: str, options: dict[str, object], photometric: str, sample: int, shown: object, quality: int
) -> None:
    stream = a_jpeg(48, 48, mode, subsampling=0, quality=quality, **options)
    fill = Fill((sample,)) if mode == "L" else Fill((0, 128, 128))
    new = redacted_frame(stream, facts_of(48, 48, photometric), [(16, 16, 32, 24)], fill)
    pixels = np.asarray(Pillow.open(BytesIO(new)))
    before = np.asarray(Pillow.open(BytesIO(stream)))
    assert (pixels[16:24, 16:32] == np.array(shown)).all()
    pixels, before = pixels.copy(), before.copy()
    pixels[16:24, 16:32] = before[16:24, 16:32] = 0
    assert (pixels == before).all()


@pytest.mark.parametrize(
    "path",
    [
        "transfer_syntax/pydicom__JPGExtended.dcm",  # 12 bits
        "transfer_syntax/dicom-test-files__MR1_JPLY",  # 12 bits
        "transfer_syntax/dicom-test-files__SC_rgb_jpeg_dcmtk.dcm",
        "transfer_syntax/pydicom__SC_jpeg_no_color_transform.dcm",
        "modality/US/healthcare-dicom-dicomweb-adapter__1.2.840.113543.6.6.1.1.2.2415947926921624359.201235357587280",
    ],
)
def test_frames_of_real_files_keep_their_coefficients(path: str) -> None:
    with open_image(CORPUS / path) as image:
        stream = frames_in(image)[0].joined(image.read)
        facts = image.facts
    box = (facts.columns // 3, facts.rows // 4, facts.columns // 2, facts.rows // 2)
    after = check(stream, facts, [box])
    level = after.blocks[0][facts.rows * 3 // 8 // 8][facts.columns * 5 // 12 // 8][0] * after.quantizers[0][0]
    assert level <= -8 * (1 << after.precision - 1)


@pytest.mark.parametrize(
    ("stream", "told"),
    [
        (a_jpeg(32, 32, "L", progressive=True), "not sequential"),
        (a_jpeg(32, 32, "L")[:-40], "ends in the middle"),
        (b"\xff\xd8\xff\xd9", "size"),
        (b"no jpeg", "no JPEG"),
        (a_jpeg(32, 32, "L").replace(b"\xff\xda", b"\xff\xc4", 1), "table|middle"),
    ],
)
def test_what_cannot_be_transcoded_is_an_error(stream: bytes, told: str) -> None:
    with pytest.raises(HuffmanError, match=told):
        redacted_frame(stream, facts_of(32, 32, "MONOCHROME2"), [(0, 0, 8, 8)], Fill((0,)))


def test_a_broken_code_is_an_error_not_a_wrong_place() -> None:
    stream = a_jpeg(64, 64, "L")
    start = stream.index(b"\xff\xda") + 12
    for at in range(start, start + 40):
        broken = stream[:at] + b"\xfe\xfe\xfe\xfe" + stream[at + 4 :]
        try:
            new = redacted_frame(broken, facts_of(64, 64, "MONOCHROME2"), [(0, 0, 8, 8)], Fill((0,)))
        except HuffmanError:
            continue
        assert coefficients(new).blocks[0][0][0][1:] == [0] * 63


def test_another_size_is_an_error() -> None:
    with pytest.raises(PixelError, match="size"):
        redacted_frame(a_jpeg(32, 32, "L"), facts_of(32, 40, "MONOCHROME2"), [(0, 0, 8, 8)], Fill((0,)))


def test_comments_and_thumbnails_of_a_touched_frame_go() -> None:
    stream = a_jpeg(16, 16, "L", comment=b"Doe^Jane", exif=b"Exif\0\0 Doe^Jane")
    assert b"Doe^Jane" in stream
    new = redacted_frame(stream, facts_of(16, 16, "MONOCHROME2"), [(0, 0, 1, 1)], Fill((0,)))
    assert b"Doe^Jane" not in new
    assert b"JFIF" in new


COUNTS = (0, 2, 1, *([0] * 13))  # codes 00, 01, 100


@pytest.mark.parametrize(
    ("counts", "symbols", "new"),
    [
        (COUNTS, (5, 6, 7), {1, 2, 3}),
        ((0, 3, *([0] * 14)), (5, 6, 7), {1}),  # 00, 01, 10: 11 is reserved, 110 is free
        ((1, 1, 1, *([0] * 13)), (5, 6, 7), {8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}),
    ],
)
def test_a_table_grows_without_a_change_to_its_codes(
    counts: tuple[int, ...], symbols: tuple[int, ...], new: set[int]
) -> None:
    table = Huffman(counts, symbols)
    larger = table.with_symbols(new)
    assert table.codes.items() <= larger.codes.items()
    words = [f"{code:0{length}b}" for code, length in larger.codes.values()]
    assert new <= larger.codes.keys()
    assert not any(a != b and b.startswith(a) for a in words for b in words)
    assert all("0" in word for word in words)
    again = coefficients_table(larger)
    assert again == larger.codes


def coefficients_table(table: Huffman) -> dict[int, tuple[int, int]]:
    """Return symbol -> code as the plain reader understands the segment."""
    from tests.jpeg_reference import codes

    value = table.segment(0, 0)[5:]
    return {symbol: (int(word, 2), len(word)) for word, symbol in codes(value[:16], value[16:]).items()}


def test_a_full_table_cannot_grow() -> None:
    full = Huffman((*([1] * 16),), tuple(range(16)))  # 0, 10, 110 ... up to 16 bits
    with pytest.raises(HuffmanError, match="room"):
        full.with_symbols({99})


def test_a_symbol_that_an_optimized_table_lacks_gets_a_code() -> None:
    flat = np.full((32, 32), 128, np.uint8)
    buffer = BytesIO()
    Pillow.fromarray(flat, "L").save(buffer, "JPEG", optimize=True)
    facts = facts_of(32, 32, "MONOCHROME2")
    new = redacted_frame(buffer.getvalue(), facts, [(8, 8, 16, 16)], Fill((0,)))
    pixels = np.asarray(Pillow.open(BytesIO(new)))
    flat[8:16, 8:16] = 0
    assert (pixels == flat).all()
