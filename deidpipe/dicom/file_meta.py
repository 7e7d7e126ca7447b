"""Preamble and File Meta Information of our own: nothing of the original ones is carried over.

Source: PS3.10 7.1, PS3.15 E.1.1 (both are replaced by the de-identifier's).
"""

from deidpipe.dicom.splice import encoded_element

IMPLEMENTATION_CLASS = "2.25.92362982459130982620786811943058655323"
IMPLEMENTATION_VERSION = "DEIDPIPE"
_BEFORE = bytes(128) + b"DICM"


def preamble_and_meta(sop_class: str, sop_instance: str, transfer_syntax: str) -> bytes:
    """Return all that stands before the Data Set in a file."""
    meta = b"".join(
        encoded_element(tag, vr, value, implicit=False, big_endian=False)
        for tag, vr, value in (
            (0x00020001, "OB", b"\0\1"),
            (0x00020002, "UI", sop_class.encode("ascii")),
            (0x00020003, "UI", sop_instance.encode("ascii")),
            (0x00020010, "UI", transfer_syntax.encode("ascii")),
            (0x00020012, "UI", IMPLEMENTATION_CLASS.encode("ascii")),
            (0x00020013, "SH", IMPLEMENTATION_VERSION.encode("ascii")),
        )
    )
    length = encoded_element(0x00020000, "UL", len(meta).to_bytes(4, "little"), implicit=False, big_endian=False)
    return _BEFORE + length + meta
