"""Hidden regions in made images of each encoding: background inside, all else as it was, other frames bit for bit."""

from collections.abc import Sequence
from io import BytesIO

import jpeg_ls
import numpy as np
import pydicom
import pytest
from openjpeg.utils import encode_array
from PIL import Image as Pillow
from pydicom.pixels import get_encoder

from deidpipe.errors import DeidError
from deidpipe.pixels.fragments import frames_in
from deidpipe.pixels.frames import PixelError, open_image, stored_values
from deidpipe.pixels.redacted import image_after
from deidpipe.pixels.region import Region, RegionError
from deidpipe.pixels.write_back import write_back
from tests.images import Array, an_image, cells_of, put_back, with_frames, with_pixels
from tests.shared import shared_folder

RLE, JPEG_LS, NEAR_LOSSLESS = "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"
JPEG_2000_LOSSLESS, JPEG_2000 = "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91"
BASELINE, EXTENDED, MPEG = "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.102"
EXPLICIT = "1.2.840.10008.1.2.1"
ROWS, COLUMNS = 37, 33
CORPUS = shared_folder("corpus")


def noise(stored: int, *, signed: bool = False, samples: int = 1, seed: int = 0) -> Array:
    low, high = (-(1 << stored - 1), 1 << stored - 1) if signed else (0, 1 << stored)
    shape = (ROWS, COLUMNS, samples) if samples > 1 else (ROWS, COLUMNS)
    kind = ("i" if signed else "u") + ("1" if stored <= 8 else "2" if stored <= 16 else "4")
    return np.random.default_rng(seed).integers(low, high, shape).astype(kind)


def encoded(array: Array, transfer_syntax: str, stored: int) -> bytes:
    samples = 1 if array.ndim == 2 else 3
    if transfer_syntax == RLE:
        return get_encoder(RLE).encode(
            array.tobytes(), encoding_plugin="pydicom", validate=False, rows=ROWS, columns=COLUMNS,
            samples_per_pixel=samples,
            photometric_interpretation="MONOCHROME2", bits_allocated=8 * array.dtype.itemsize, bits_stored=stored,
            pixel_representation=0, planar_configuration=0, number_of_frames=1,
        )  # fmt: skip
    if transfer_syntax in (JPEG_LS, NEAR_LOSSLESS):
        codes = array.view(f"u{array.dtype.itemsize}") & np.array((1 << stored) - 1, f"u{array.dtype.itemsize}")
        error = 3 if transfer_syntax == NEAR_LOSSLESS else 0
        mode = 2 if samples == 3 else 0
        return bytes(jpeg_ls.encode_buffer(codes.tobytes(), ROWS, COLUMNS, samples, stored, error, mode))
    lossy = {"compression_ratios": [4]} if transfer_syntax == JPEG_2000 else {}
    return bytes(encode_array(array, stored, 1 if samples == 3 else 0, samples == 3, **lossy))


IMAGES = (
    ("MONOCHROME2", 8, False, 0),
    ("MONOCHROME1", 8, False, 255),
    ("MONOCHROME2", 12, False, 0),
    ("MONOCHROME1", 10, False, 1023),
    ("MONOCHROME2", 16, False, 0),
    ("MONOCHROME2", 16, True, -32768),
    ("MONOCHROME2", 12, True, -2048),
    ("MONOCHROME1", 12, True, 2047),
    ("RGB", 8, False, (0, 0, 0)),
    ("PALETTE COLOR", 8, False, 0),
)
ENCODINGS = (RLE, JPEG_LS, NEAR_LOSSLESS, JPEG_2000_LOSSLESS, JPEG_2000)


@pytest.mark.parametrize(
    ("transfer_syntax", "photometric", "stored", "signed", "background", "table"),
    [(encoding, *image, "basic") for encoding in ENCODINGS for image in IMAGES]
    + [(encoding, *IMAGES[2], table) for encoding in ENCODINGS for table in ("extended", "none")],
)
def test_only_the_regions_of_touched_frames_change(
    transfer_syntax: str,
    photometric: str,
    stored: int,
    signed: bool,  # noqa: FBT001
    background: int | Sequence[int],
    table: str,
) -> None:
    samples = 3 if photometric == "RGB" else 1
    told = photometric
    if samples == 3 and transfer_syntax in (JPEG_2000_LOSSLESS, JPEG_2000):
        told = "YBR_RCT" if transfer_syntax == JPEG_2000_LOSSLESS else "YBR_ICT"
    frames = [
        encoded(noise(stored, signed=signed, samples=samples, seed=seed), transfer_syntax, stored) for seed in range(3)
    ]
    facts = an_image(
        Rows=ROWS, Columns=COLUMNS, SamplesPerPixel=samples, PhotometricInterpretation=told,
        BitsAllocated=8 if stored <= 8 else 16, BitsStored=stored, PixelRepresentation=int(signed),
    )  # fmt: skip
    source = with_frames(facts, frames, transfer_syntax, table)
    regions = [Region(2, 3, 9, 11, "test", frames=(1, 2)), Region(32, 36, 33, 37, "test", frames=(1, 2))]
    with open_image(source) as image:
        new = write_back(image, regions)
        after = put_back(source, image, new)
        streams = [[one.joined(each.read) for one in frames_in(each)] for each in (image, image_after(image, new))]
    assert new.touched == (1,)
    assert [streams[0][at] for at in (0, 2)] == [streams[1][at] for at in (0, 2)]
    assert new.transfer_syntax == transfer_syntax
    for frame in range(3):
        was, is_now = cells_of(source, frame), cells_of(after, frame)
        if frame == 1:
            was[3:11, 2:9] = was[36:37, 32:33] = background
        assert (was == is_now).all()


@pytest.mark.parametrize("transfer_syntax", [RLE, JPEG_LS, JPEG_2000_LOSSLESS])
def test_frames_of_many_fragments_and_odd_length_stay(transfer_syntax: str) -> None:
    frames = [encoded(noise(8, seed=seed), transfer_syntax, 8) for seed in range(4)]
    source = with_frames(an_image(Rows=ROWS, Columns=COLUMNS), frames, transfer_syntax, fragments=3)
    with open_image(source) as image:
        new = write_back(image, [Region(0, 0, 5, 5, "test", frames=(2, 3))])
        after = put_back(source, image, new)
    with open_image(after) as again:
        assert [len(frame.fragments) for frame in frames_in(again)] == [3, 3, 1, 3]
        for at in (0, 1, 3):
            assert frames_in(again)[at].joined(again.read).rstrip(b"\0") == frames[at].rstrip(b"\0")
    table = pydicom.encaps.parse_basic_offsets(pydicom.dcmread(BytesIO(after)).PixelData)
    assert len(table) == 4


def test_bits_above_the_high_bit_are_cleared_in_the_region_only() -> None:
    """An overlay of old stands in bit 15; RLE keeps it, native too."""
    cells = noise(12).astype("u2") | 0x8000
    facts = {
        "Rows": ROWS, "Columns": COLUMNS, "BitsAllocated": 16, "BitsStored": 12, "PixelRepresentation": 1,
        "OverlayBitPosition": 15,
    }  # fmt: skip

    def an_old_image() -> pydicom.Dataset:
        data_set = an_image(**{key: value for key, value in facts.items() if not key.startswith("Overlay")})
        data_set.add_new(0x60000100, "US", 16)
        data_set.add_new(0x60000102, "US", 15)
        return data_set

    native = with_pixels(an_old_image(), cells.tobytes())
    compressed = with_frames(an_old_image(), [encoded(cells, RLE, 16)], RLE)
    expected = cells.copy()
    expected[2:4, 1:3] = 0x0800
    for source in (native, compressed):
        with open_image(source) as image:
            after = put_back(source, image, write_back(image, [Region(1, 2, 3, 4, "test")]))
        assert (cells_of(after, 0).view("u2") == expected).all()


@pytest.mark.parametrize(
    ("value", "background"),
    [(-1000, -1000), (-32768, -32768), (None, -32768)],
)
def test_a_signed_image_is_filled_with_its_padding_value(value: int | None, background: int) -> None:
    facts = an_image(Rows=ROWS, Columns=COLUMNS, BitsAllocated=16, BitsStored=16, PixelRepresentation=1)
    if value is not None:
        facts.add_new(0x00280120, "SS", value)
    source = with_pixels(facts, noise(16, signed=True).tobytes())
    with open_image(source) as image:
        after = put_back(source, image, write_back(image, [Region(0, 0, 2, 2, "test")]))
    assert (cells_of(after, 0)[:2, :2] == background).all()


@pytest.mark.parametrize("bits", [8, 16])
def test_a_palette_is_filled_with_its_darkest_colour(bits: int) -> None:
    size = bits // 8
    colours = [bytes(size) + b"\xff" * size * 3, b"\x10" * size * 2 + b"\0" * size + b"\x20" * size, b"\xff" * size * 4]
    facts = an_image(Rows=ROWS, Columns=COLUMNS, PhotometricInterpretation="PALETTE COLOR")
    for at, table in enumerate(colours):
        facts.add_new(0x00281101 + at, "US", [4, 5, bits])  # the first index is 5
        facts.add_new(0x00281201 + at, "OW", table)
    source = with_pixels(facts, noise(8).tobytes())
    with open_image(source) as image:
        after = put_back(source, image, write_back(image, [Region(0, 0, 2, 2, "test")]))
    assert (cells_of(after, 0)[:2, :2] == 5).all()


def test_transformed_components_are_rgb_whatever_the_attribute_says() -> None:
    stream = encoded(noise(8, samples=3), JPEG_2000_LOSSLESS, 8)
    facts = an_image(Rows=ROWS, Columns=COLUMNS, SamplesPerPixel=3, PhotometricInterpretation="YBR_FULL")
    source = with_frames(facts, [stream], JPEG_2000_LOSSLESS)
    with open_image(source) as image:
        after = put_back(source, image, write_back(image, [Region(1, 1, 5, 5, "test")]))
    assert (cells_of(after, 0)[1:5, 1:5] == 0).all()


@pytest.mark.parametrize("planar", [0, 1])
def test_lossless_jpeg_becomes_jpeg_ls_by_pixel(planar: int) -> None:
    with open_image(CORPUS / "transfer_syntax/pylibjpeg-data__JPEGLosslessP14SV1_3s_2f_u_08_08.dcm") as image:
        told = image._replace(facts=image.facts._replace(planar=planar))
        new = write_back(told, [Region(1, 1, 5, 5, "test")])
    assert (new.transfer_syntax, new.facts.planar) == (JPEG_LS, 0)
    assert new.changes.get(0x00280006) == (b"\0\0" if planar else None)


def test_pairs_of_pixels_are_hidden_together() -> None:
    value = bytes(range(1, 97))
    facts = an_image(Rows=6, Columns=8, SamplesPerPixel=3, PhotometricInterpretation="YBR_FULL_422")
    source = with_pixels(facts, value, vr="OB")
    with open_image(source) as image:
        start, end = image.value, image.end
        after = put_back(source, image, write_back(image, [Region(3, 1, 5, 2, "test")]))
    expected = bytearray(value)
    expected[16 + 4 : 16 + 12] = b"\0\0\x80\x80" * 2
    assert after[start:end] == expected


def test_progressive_jpeg_is_stored_without_compression_and_stays_known_as_lossy() -> None:
    buffer = BytesIO()
    Pillow.fromarray(noise(8, samples=3)).save(buffer, "JPEG", progressive=True)
    facts = an_image(Rows=ROWS, Columns=COLUMNS, SamplesPerPixel=3, PhotometricInterpretation="YBR_FULL_422")
    source = with_frames(facts, [buffer.getvalue()], BASELINE, "extended")
    with open_image(source) as image:
        new = write_back(image, [Region(4, 4, 12, 12, "test")])
        after = put_back(source, image, new)
    written = pydicom.dcmread(BytesIO(after))
    assert written.file_meta.TransferSyntaxUID == EXPLICIT
    assert (written.LossyImageCompression, written.LossyImageCompressionMethod) == ("01", "ISO_10918_1")
    assert written.PhotometricInterpretation == "YBR_FULL"
    assert "ExtendedOffsetTable" not in written
    expected = cells_of(source, 0)
    expected[4:12, 4:12] = (0, 128, 128)
    assert (cells_of(after, 0) == expected).all()


@pytest.mark.parametrize("transfer_syntax", [JPEG_2000_LOSSLESS, JPEG_2000])
def test_a_frame_too_small_for_the_encoder_is_stored_without_compression(transfer_syntax: str) -> None:
    small = noise(8)[:20, :20]
    buffer = BytesIO()
    Pillow.fromarray(small).save(buffer, "JPEG2000", num_resolutions=1, no_jp2=True)
    stream = buffer.getvalue()
    source = with_frames(an_image(Rows=20, Columns=20), [stream, stream], transfer_syntax)
    with open_image(source) as image:
        new = write_back(image, [Region(0, 0, 2, 2, "test", frames=(0, 1))])
        after = put_back(source, image, new)
    assert new.transfer_syntax == EXPLICIT
    assert (cells_of(after, 1) == small).all()
    assert (cells_of(after, 0)[2:] == small[2:]).all()
    assert (cells_of(after, 0)[:2, :2] == 0).all()


@pytest.mark.parametrize(
    ("region", "frames"),
    [
        ((0, 0, COLUMNS + 1, 2), None),
        ((0, 0, 2, ROWS + 1), None),
        ((-1, 0, 2, 2), None),
        ((3, 3, 3, 4), None),
        ((4, 3, 3, 4), None),
        ((0, 0, 2, 2), (0, 2)),
        ((0, 0, 2, 2), (1, 1)),
    ],
)
def test_a_region_that_does_not_fit_is_an_error(
    region: tuple[int, int, int, int], frames: tuple[int, int] | None
) -> None:
    source = with_pixels(an_image(Rows=ROWS, Columns=COLUMNS), noise(8).tobytes())
    with open_image(source) as image, pytest.raises(RegionError, match="region 1 of 1, from the test"):
        write_back(image, [Region(*region, "the test", frames=frames)])


def test_nothing_to_hide_changes_nothing() -> None:
    source = with_pixels(an_image(Rows=ROWS, Columns=COLUMNS), noise(8).tobytes())
    with open_image(source) as image:
        new = write_back(image, [])
        assert (new.touched, new.changes) == ((), {})
        assert put_back(source, image, new) == source


def without(keyword: str) -> pydicom.Dataset:
    facts = an_image(Rows=ROWS, Columns=COLUMNS)
    delattr(facts, keyword)
    return facts


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (with_frames(an_image(Rows=ROWS, Columns=COLUMNS), [b"video"], MPEG), "Transfer Syntax in which frames cannot"),
        (with_frames(an_image(Rows=ROWS, Columns=COLUMNS), [b"\xff\xd8SECRET"], BASELINE), "cannot be decoded"),
        (with_frames(an_image(Rows=ROWS, Columns=COLUMNS), [b"\xff\xd8SECRET"], JPEG_LS), "cannot be decoded"),
        (with_frames(an_image(Rows=ROWS, Columns=COLUMNS), [b"SECRET"], JPEG_2000), "are not those"),
        (with_frames(an_image(Rows=ROWS, Columns=COLUMNS), [b"SECRET"], RLE), "cannot be decoded"),
        (with_frames(an_image(Rows=30, Columns=30), [encoded(noise(8), JPEG_LS, 8)], JPEG_LS), "are not those"),
        (with_frames(an_image(Rows=30, Columns=30), [encoded(noise(8), JPEG_2000, 8)], JPEG_2000), "are not those"),
        (with_pixels(an_image(Rows=ROWS, Columns=COLUMNS), b"SECRET"), "shorter"),
        (with_pixels(an_image(Rows=2, Columns=2), b"SECRET" * 20), "more frames"),
        (with_pixels(an_image(Rows=2, Columns=2, BitsAllocated=12, BitsStored=12), bytes(6)), "none of 1, 8, 16"),
        (with_pixels(an_image(Rows=2, Columns=2, PhotometricInterpretation="SECRET"), bytes(4)), "can be redacted"),
        (with_pixels(an_image(Rows=2, Columns=2, SamplesPerPixel=3), bytes(12)), "can be redacted"),
        (with_pixels(without("Rows"), bytes(400)), "Rows: is missing"),
        (with_pixels(an_image(Rows=2, Columns=2, BitsStored=9), bytes(4)), "does not fit"),
        (with_pixels(an_image(Rows=2, Columns=0), bytes(4)), "zero"),
    ],
)
def test_what_cannot_be_redacted_is_an_error_without_its_value(source: bytes, told: str) -> None:
    with pytest.raises(DeidError, match=told) as error, open_image(source) as image:
        write_back(image, [Region(0, 0, 1, 1, "test")])
    assert "SECRET" not in str(error.value)


def test_fragments_that_make_no_certain_frames_are_an_error() -> None:
    frames = [encoded(noise(8, seed=seed), RLE, 8) for seed in range(3)]
    source = with_frames(an_image(Rows=ROWS, Columns=COLUMNS), frames, RLE, "none", fragments=2)
    with open_image(source) as image, pytest.raises(PixelError, match="which fragments"):
        write_back(image, [Region(0, 0, 1, 1, "test")])


@pytest.mark.parametrize(("signed", "high_bit"), [(False, 11), (True, 11), (True, 15)])
def test_stored_values_have_no_other_bits(signed: bool, high_bit: int) -> None:  # noqa: FBT001
    values = noise(12, signed=signed)
    cells = (values.view("u2") & 0xFFF) << (high_bit - 11) | (0x9000 if high_bit == 11 else 0x9)
    facts = an_image(
        Rows=ROWS, Columns=COLUMNS, BitsAllocated=16, BitsStored=12, HighBit=high_bit, PixelRepresentation=int(signed)
    )
    with open_image(with_pixels(facts, cells.astype("u2").tobytes())) as image:
        assert (stored_values(image, 0) == values).all()
