"""A few values from the beginning of a file, without an index of it."""

import os
from struct import Struct
from struct import error as OutOfBytes  # noqa: N812  (it is raised where the buffer is too short)

from deidpipe.dicom.encoding import IMPLICIT_LITTLE, encoding_of
from deidpipe.dicom.index import encoding_found
from deidpipe.dicom.instance import LONG, SHORT, TRANSFER_SYNTAX, has_prefix, read_meta
from deidpipe.errors import DeidError

_BEGINNING = 3072
_EXPLICIT = Struct("<HH2sH").unpack_from
_LENGTH = Struct("<L").unpack_from
_UNDEFINED = 0xFFFFFFFF


def peek(path: str, last: int) -> dict[int, bytes] | None:
    """Return the values of the Data Set's own Attributes up to the tag ``last``.

    None if that cannot be had simply from the beginning of the file: then the whole of it must be opened.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            data = os.read(descriptor, _BEGINNING)
        finally:
            os.close(descriptor)
        if not has_prefix(data, len(data)):
            return None
        meta, start = read_meta(data, 132, len(data))
        declared = encoding_of(meta.get(TRANSFER_SYNTAX, b"").rstrip(b"\0 ").decode("ascii") or IMPLICIT_LITTLE)
        if declared.deflated or declared.big_endian or encoding_found(data, start, declared) != declared:
            return None
        return _values(data, start, last, implicit=declared.implicit)
    except (OSError, IndexError, OutOfBytes, UnicodeDecodeError, DeidError):
        return None


def _values(data: bytes, pos: int, last: int, *, implicit: bool) -> dict[int, bytes] | None:
    """Step over top-level elements of stored length until a tag after ``last``."""
    values: dict[int, bytes] = {}
    while True:
        group, element, vr, length = _EXPLICIT(data, pos)
        tag = group << 16 | element
        if tag > last:
            return values
        pos += 8
        if implicit:
            (length,) = _LENGTH(data, pos - 4)
        elif vr in LONG:
            (length,) = _LENGTH(data, pos)
            pos += 4
        elif vr not in SHORT:
            return None
        if length == _UNDEFINED:
            return None
        values[tag] = data[pos : pos + length]
        pos += length
