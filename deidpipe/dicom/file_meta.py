"""Preamble and File Meta Information of our own: nothing of the original ones is carried over.

Source: PS3.10 7.1, PS3.15 E.1.1 (both are replaced by the de-identifier's).
"""

from functools import lru_cache

from deidpipe.dicom.splice import encoded_element, encoded_header

IMPLEMENTATION_CLASS = "2.25.92362982459130982620786811943058655323"
IMPLEMENTATION_VERSION = "DEIDPIPE"
_BEFORE = bytes(128) + b"DICM"
_GROUP_LENGTH = encoded_header(0x00020000, "UL", 4, big_endian=False)


def preamble_and_meta(sop_class: str, sop_instance: str, transfer_syntax: str) -> bytes:
    """Return all that stands before the Data Set in a file."""
    before, after = _around_the_instance(sop_class, transfer_syntax)
    uid = _uid(0x00020003, sop_instance)
    length = len(before) + len(uid) + len(after)
    return b"".join((_BEFORE, _GROUP_LENGTH, length.to_bytes(4, "little"), before, uid, after))


@lru_cache(maxsize=64)
def _around_the_instance(sop_class: str, transfer_syntax: str) -> tuple[bytes, bytes]:
    """Return what stands before and after the Media Storage SOP Instance UID."""
    version = encoded_element(0x00020001, "OB", b"\0\1", implicit=False, big_endian=False)
    name = IMPLEMENTATION_VERSION.encode("ascii")
    return version + _uid(0x00020002, sop_class), b"".join(
        (
            _uid(0x00020010, transfer_syntax),
            _uid(0x00020012, IMPLEMENTATION_CLASS),
            encoded_element(0x00020013, "SH", name, implicit=False, big_endian=False),
        )
    )


def _uid(tag: int, uid: str) -> bytes:
    return encoded_element(tag, "UI", uid.encode("ascii"), implicit=False, big_endian=False)
