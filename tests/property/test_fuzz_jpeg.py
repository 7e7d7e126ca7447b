"""Broken JPEG streams are transcoded or refused: no other error, and no end of time."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from deidpipe.errors import DeidError
from deidpipe.pixels.encodings.jpeg_blocks import redacted_frame
from deidpipe.pixels.fill import Fill
from deidpipe.pixels.frames import Facts


def a_stream(*, subsampling: int, restart: int) -> bytes:
    pixels = np.random.default_rng(3).integers(0, 256, (24, 32, 3)).astype(np.uint8)
    buffer = BytesIO()
    Pillow.fromarray(pixels).save(buffer, "JPEG", subsampling=subsampling, restart_marker_blocks=restart)
    return buffer.getvalue()


STREAMS = [a_stream(subsampling=subsampling, restart=restart) for subsampling in (0, 2) for restart in (0, 2)]
FACTS = Facts(
    24, 32, 3, 8, 8, 7, signed=False, photometric="YBR_FULL_422", planar=0, frames=1,
    transfer_syntax="1.2.840.10008.1.2.4.50",
)  # fmt: skip


@given(st.sampled_from(STREAMS), st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=3)), max_size=4))
@settings(max_examples=300, deadline=None)
def test_a_broken_stream_is_transcoded_or_refused(stream: bytes, damage: list[tuple[float, bytes]]) -> None:
    broken = bytearray(stream)
    for place, new in damage:
        at = int(place * (len(broken) - len(new)))
        broken[at : at + len(new)] = new
    try:
        new = redacted_frame(bytes(broken), FACTS, [(3, 3, 20, 12)], Fill((0, 128, 128)))
    except DeidError:
        return
    assert new.startswith(b"\xff\xd8")
    assert new.endswith(b"\xff\xd9")


@pytest.mark.parametrize("length", range(0, len(STREAMS[1]), 37))
def test_a_stream_that_ends_early_is_refused(length: int) -> None:
    with pytest.raises(DeidError):
        redacted_frame(STREAMS[1][:length], FACTS, [(0, 0, 32, 24)], Fill((0, 128, 128)))
