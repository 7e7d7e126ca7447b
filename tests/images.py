"""Images to test with: made in any native form or encoded, and files put together again after pixels were hidden."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np
import pydicom
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian

from deidpipe.dicom.file_meta import preamble_and_meta
from deidpipe.dicom.splice import bytes_of, splice
from deidpipe.pixels.frames import Image
from deidpipe.pixels.redacted import Redacted, attribute_edits
from tests.datasets import SECONDARY_CAPTURE, a_dataset, written

Array = np.ndarray[Any, np.dtype[Any]]


def an_image(**facts: object) -> pydicom.Dataset:
    """Return a Data Set that says it holds an image of 8 bits; keywords say otherwise."""
    told: dict[str, object] = {
        "SOPClassUID": SECONDARY_CAPTURE,
        "SOPInstanceUID": "2.25.1",
        "Rows": 8,
        "Columns": 8,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": 8,
        "BitsStored": 8,
        "PixelRepresentation": 0,
        **facts,
    }
    if told["SamplesPerPixel"] == 3:
        told.setdefault("PlanarConfiguration", 0)
    told.setdefault("HighBit", int(str(told["BitsStored"])) - 1)
    return a_dataset(**told)


def with_pixels(
    data_set: pydicom.Dataset, value: bytes, transfer_syntax: str = ExplicitVRLittleEndian, vr: str = "OW"
) -> bytes:
    """Return the file of an image with native Pixel Data."""
    data_set.add_new(0x7FE00010, vr, value + b"\0" * (len(value) % 2))
    return written(data_set, transfer_syntax)


def with_frames(
    data_set: pydicom.Dataset, frames: Sequence[bytes], transfer_syntax: str, table: str = "basic", fragments: int = 1
) -> bytes:
    """Return the file of an image with encapsulated frames; the offset table is basic, extended or none."""
    if len(frames) > 1:
        data_set.NumberOfFrames = len(frames)
    if table == "extended":
        value, data_set.ExtendedOffsetTable, data_set.ExtendedOffsetTableLengths = encapsulate_extended(list(frames))
    else:
        value = encapsulate(list(frames), fragments_per_frame=fragments, has_bot=table == "basic")
    data_set.add_new(0x7FE00010, "OB", value)
    data_set["PixelData"].is_undefined_length = True
    return written(data_set, transfer_syntax)


def put_back(source: bytes, image: Image, new: Redacted) -> bytes:
    """Return the file with its new Pixel Data and what changes with it; deflated ones come out plain."""
    index = image.data_set
    element = b"".join(bytes_of(piece, image.read) for piece in new.element(image))
    edits = [*attribute_edits(image, new), (image.start, image.end, element, ())]
    spliced = b"".join(
        bytes_of(piece, lambda start, end: bytes(index.data[start:end])) for piece in splice(index, edits)
    )
    if new.transfer_syntax == image.facts.transfer_syntax != DeflatedExplicitVRLittleEndian:
        return source[: index.starts[0]] + spliced
    transfer_syntax = new.transfer_syntax
    if transfer_syntax == DeflatedExplicitVRLittleEndian:
        transfer_syntax = ExplicitVRLittleEndian
    uids = [(index.value_of(tag) or b"").strip(b"\0 ").decode() for tag in (0x00080016, 0x00080018)]
    return preamble_and_meta(uids[0], uids[1], transfer_syntax) + spliced


def cells_of(source: bytes, frame: int) -> Array:
    """Return a frame as pydicom reads it: no LUT, no colour transformation, all bits of the cells."""
    data_set = pydicom.dcmread(BytesIO(source), force=True)
    decoder = pydicom.pixels.get_decoder(data_set.file_meta.TransferSyntaxUID)
    array, _ = decoder.as_array(data_set, index=frame, raw=True, correct_unused_bits=False)
    return array
