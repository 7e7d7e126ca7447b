"""A few values from the beginning of a file, without an index of all of it."""

import os
from contextlib import suppress
from struct import error as OutOfBytes  # noqa: N812  (it is raised where the buffer is too short)

from deidpipe.dicom.encoding import IMPLICIT_LITTLE, encoding_of
from deidpipe.dicom.index import encoding_found
from deidpipe.dicom.instance import TRANSFER_SYNTAX, read_meta
from deidpipe.dicom.walk import Walk
from deidpipe.errors import DeidError

_BEGINNING = 3072
_NESTS, _UNNESTS = (b"\xfe\xff\x00\xe0D0", b"\xfe\xff\x00\xe0U0"), (b"\xfe\xff\x0d\xe000", b"\xfe\xff\x0d\xe080")


def peek(path: str, last: int) -> dict[int, bytes] | None:
    """Return the values of the Data Set's own Attributes up to the tag ``last``.

    None if that cannot be had from the beginning of the file: then the whole of it must be opened.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            data = os.read(descriptor, _BEGINNING)
        finally:
            os.close(descriptor)
        if data[128:132] != b"DICM":
            return None
        meta, start = read_meta(data, 132, len(data))
        declared = encoding_of(meta.get(TRANSFER_SYNTAX, b"").rstrip(b"\0 ").decode("ascii") or IMPLICIT_LITTLE)
    except (OSError, IndexError, OutOfBytes, UnicodeDecodeError, DeidError):
        return None
    encoding = encoding_found(data, start, declared)
    if declared.deflated or encoding != declared or encoding.big_endian:
        return None
    walk = Walk(data, len(data), big_endian=False)
    with suppress(OutOfBytes, DeidError):  # the beginning ends in the middle of something
        (walk.implicit if encoding.implicit else walk.explicit)(start, len(data), 0)
    return _values(walk, data, last)


def _values(walk: Walk, data: bytes, last: int) -> dict[int, bytes] | None:
    values: dict[int, bytes] = {}
    depth = 0
    starts = walk.starts
    for entry, head in enumerate(walk.heads[: len(starts) - 1]):
        if head in _NESTS:
            depth += 1
        elif head in _UNNESTS:
            depth -= 1
        elif not depth:
            tag = int.from_bytes(head[:2], "little") << 16 | int.from_bytes(head[2:4], "little")
            if tag > last and tag < 0xFFFE0000:
                return values
            values[tag] = data[starts[entry] + 8 : starts[entry + 1]]
    return None
