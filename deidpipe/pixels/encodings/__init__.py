"""The shelf of encodings: for each Transfer Syntax, how a touched frame is written."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from deidpipe.pixels.encodings import jpeg_2000, jpeg_blocks, jpeg_ls, rle
from deidpipe.pixels.fill import Fill
from deidpipe.pixels.frames import Facts
from deidpipe.pixels.region import Box

Redact = Callable[[bytes, Facts, Sequence[Box], Fill], bytes]
"""A frame's codestream, how it is stored, boxes and what to fill them with, to the new codestream."""

JPEG_LOSSLESS = ("1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70")
JPEG_2000_LOSSLESS, JPEG_2000 = "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91"

IN_PLACE: Mapping[str, Redact] = MappingProxyType(
    {
        "1.2.840.10008.1.2.5": rle.redacted_frame,
        jpeg_ls.LOSSLESS: jpeg_ls.redacted_frame,
        "1.2.840.10008.1.2.4.81": jpeg_ls.redacted_frame,
        JPEG_2000_LOSSLESS: jpeg_2000.redacted_frame,
        JPEG_2000: jpeg_2000.redacted_frame,
        "1.2.840.10008.1.2.4.50": jpeg_blocks.redacted_frame,
        "1.2.840.10008.1.2.4.51": jpeg_blocks.redacted_frame,
    }
)
"""Only touched frames are written anew; the Transfer Syntax stays."""

INTO_ANOTHER: Mapping[str, tuple[str, Redact]] = MappingProxyType(
    {
        JPEG_LOSSLESS[0]: (jpeg_ls.LOSSLESS, jpeg_ls.transcoded_frame),
        JPEG_LOSSLESS[1]: (jpeg_ls.LOSSLESS, jpeg_ls.transcoded_frame),
        "1.2.840.10008.1.2.4.201": (JPEG_2000_LOSSLESS, jpeg_2000.redacted_frame),
        "1.2.840.10008.1.2.4.202": (JPEG_2000_LOSSLESS, jpeg_2000.redacted_frame),
        "1.2.840.10008.1.2.4.203": (JPEG_2000, jpeg_2000.redacted_frame),
    }
)
"""No encoder under a permissive licence: every frame is written anew, without loss, in another Transfer Syntax."""
