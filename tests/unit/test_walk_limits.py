"""What is made to exhaust memory, time or depth ends in a clear error."""

import zlib
from struct import pack

import pytest

from deidpipe.dicom.encoding import EXPLICIT_LITTLE, IMPLICIT_LITTLE, encoding_of
from deidpipe.dicom.index import index
from deidpipe.dicom.instance import MAX_INFLATED, read_instance
from deidpipe.errors import EncodingError

EXPLICIT = encoding_of(EXPLICIT_LITTLE)
SURPLUS = b"\xfe\xff\xdd\xe0" + bytes(4)


def in_un(value: bytes, tag: bytes = b"\x09\x00\x01\x10") -> bytes:
    return tag + b"UN\0\0" + pack("<L", len(value)) + value


def test_depth_that_is_hidden_in_unknown_values_is_not_overlooked() -> None:
    data = b""
    for _ in range(100):
        item = b"\xfe\xff\x00\xe0" + pack("<L", len(data)) + data
        data = b"\x09\x00\x01\x10" + pack("<L", len(item)) + item
    value = data[8:]
    whole = in_un(value)
    with pytest.raises(EncodingError, match="nested deeper"):
        index(whole, 0, len(whole), EXPLICIT)


def test_too_many_elements_are_refused() -> None:
    data = b"\x08\x00\x05\x00" + bytes(4)
    with pytest.raises(EncodingError, match="holds more than"):
        index(data * 600_000, 0, 8 * 600_000, encoding_of(IMPLICIT_LITTLE))


def test_what_inflates_without_end_is_refused() -> None:
    deflater = zlib.compressobj(wbits=-15)
    block = bytes(1 << 20)
    deflated = b"".join([deflater.compress(block) for _ in range((MAX_INFLATED >> 20) + 1)]) + deflater.flush()
    syntax = b"1.2.840.10008.1.2.1.99"
    meta = b"\2\0\x10\0UI" + pack("<H", len(syntax)) + syntax
    with pytest.raises(EncodingError, match="inflated"):
        read_instance(bytes(128) + b"DICM" + meta + deflated, 132 + len(meta) + len(deflated))


@pytest.mark.parametrize(("tail", "is_read"), [(b"", True), (SURPLUS, True), (2 * SURPLUS, False), (bytes(30), True)])
def test_one_surplus_delimiter_at_the_end_holds_nothing(tail: bytes, *, is_read: bool) -> None:
    data = b"\x08\x00\x60\x00CS\x02\x00CT" + tail
    if is_read:
        assert index(data, 0, len(data), EXPLICIT).end == len(data) - len(tail)
    else:
        with pytest.raises(EncodingError):
            index(data, 0, len(data), EXPLICIT)
