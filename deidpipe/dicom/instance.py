"""One Instance as a file holds it: preamble, File Meta Information and Data Set, read from bytes.

Source: PS3.10 section 7.
"""

import zlib
from contextlib import suppress
from struct import Struct
from struct import error as OutOfBytes  # noqa: N812  (it is raised where the buffer is too short)
from typing import NamedTuple

from deidpipe.dicom.encoding import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, Encoding, encoding_of
from deidpipe.dicom.guide import Guide
from deidpipe.dicom.index import Index, encoding_found, index
from deidpipe.dicom.layout import LONG_VRS
from deidpipe.dicom.walk import SHORT_VRS, Buffer, ItemAt
from deidpipe.errors import EncodingError, NotDicomError

TRANSFER_SYNTAX, META_SOP_CLASS, META_SOP_INSTANCE = 0x00020010, 0x00020002, 0x00020003
MAX_INFLATED = 1 << 28  # bytes of a deflated Data Set; it must be held in memory
_PREAMBLE = 128
_DATA_SET_AFTER_PREFIX = _PREAMBLE + 4
_MAX_META_ELEMENTS = 1000
SHORT = frozenset(vr.encode() for vr in SHORT_VRS)
LONG = frozenset(vr.encode() for vr in LONG_VRS)
_EXPLICIT_HEADER = Struct("<HH2sH").unpack_from
_LENGTH = Struct("<L").unpack_from


class Instance(NamedTuple):
    """What a file holds.

    ``meta`` has the values of File Meta Information by tag. ``data_set`` indexes ``body``: the bytes of the file, or
    the inflated Data Set. ``transfer_syntax`` is the true one, which may differ from the declared one in the byte order
    and in whether VRs are stored.
    """

    meta: dict[int, bytes]
    transfer_syntax: str
    encoding: Encoding
    body: Buffer
    data_set: Index


def read_instance(data: Buffer, size: int, guide: Guide | None = None, item_at: ItemAt | None = None) -> Instance:
    """Read an Instance from the bytes of a file of ``size`` bytes, or from its beginning.

    ``guide`` is a guess at its layout; ``item_at`` reads the header of a fragment that ``data`` does not have.

    Raises
    ------
    NotDicomError
        If the bytes are no DICOM file at all.
    EncodingError
        If they are one, but cannot be read without guessing.
    IndexError
        If ``data`` is only the beginning of the file and more of it is needed.
    """
    try:
        return _read(data, size, guide, item_at)
    except OutOfBytes:
        if len(data) < size:
            raise IndexError from None
        raise EncodingError("File Meta Information", "ends in the middle", "ask the sender for a whole file") from None


def _read(data: Buffer, size: int, guide: Guide | None, item_at: ItemAt | None) -> Instance:
    if len(data) < min(size, _DATA_SET_AFTER_PREFIX):
        raise IndexError
    if has_prefix(data, size):
        meta, start = read_meta(data, _DATA_SET_AFTER_PREFIX, size)
    elif _begins_with_an_element(data, size):
        meta, start = read_meta(data, 0, size)
    else:
        raise NotDicomError("file", "has neither the DICOM prefix nor a Data Element at its start", "leave it out")
    declared = meta.get(TRANSFER_SYNTAX, b"").rstrip(b"\0 ").decode("ascii", "replace")
    encoding = encoding_of(declared or IMPLICIT_LITTLE)
    body = data
    if encoding.deflated:
        if len(data) < size:
            raise IndexError
        body = _inflate(data[start:size])
        start, size = 0, len(body)
    found = encoding_found(body, start, encoding)
    transfer_syntax = declared
    if not declared or found != encoding:
        transfer_syntax = _native_syntax(found, encoding)
    found_index = index(body, start, size, found, guide, None if encoding.deflated else item_at)
    if not declared and any(found_index.layout.fragmented):
        raise EncodingError(
            "(0002,0010) TransferSyntaxUID",
            "is missing, and Pixel Data is compressed in a way that nobody says",
            "ask the sender for a file with File Meta Information",
        )
    return Instance(meta, transfer_syntax, found, body, found_index)


def has_prefix(data: Buffer, size: int) -> bool:
    """Tell if a preamble and the prefix DICM stand first; "DICM" may also stand there by chance, in a value."""
    if bytes(data[_PREAMBLE:_DATA_SET_AFTER_PREFIX]) != b"DICM":
        return False
    is_meta = bytes(data[_DATA_SET_AFTER_PREFIX : _DATA_SET_AFTER_PREFIX + 2]) == b"\2\0"
    return is_meta or not _begins_with_an_element(data, size)


def _begins_with_an_element(data: Buffer, size: int) -> bool:
    """Tell if a file without prefix begins like a Data Set: group 2 or 8, and a VR or a length that fits."""
    head = bytes(data[:8])
    if len(head) < 8:
        return False
    for order in ("<", ">"):
        group, element, vr = Struct(f"{order}HH2s").unpack_from(head)
        if group in (0x0002, 0x0008) and element < 0x3000:
            (length,) = Struct(f"{order}L").unpack_from(head, 4)
            if vr.decode("latin-1") in SHORT_VRS | LONG_VRS or length <= size - 8:
                return True
    return False


def read_meta(data: Buffer, pos: int, size: int) -> tuple[dict[int, bytes], int]:
    """Return the values of group 0002 by tag, and where the Data Set starts; the group's length is not believed."""
    meta: dict[int, bytes] = {}
    last, held = size - 8, len(data)
    for _ in range(_MAX_META_ELEMENTS):
        if pos > last:
            break
        group, element, vr_bytes, length = _EXPLICIT_HEADER(data, pos)
        if group != 0x0002:
            break
        if vr_bytes in SHORT:
            pos += 8
        elif vr_bytes in LONG:
            (length,) = _LENGTH(data, pos + 8)
            pos += 12
        else:
            (length,) = _LENGTH(data, pos + 4)
            pos += 8
        end = pos + length
        if end > held:
            if end <= size:
                raise IndexError
            raise EncodingError(
                f"(0002,{element:04X}) at byte {pos}", "goes on after the end of the file", "ask for a whole file"
            )
        meta[0x00020000 | element] = bytes(data[pos:end])
        pos = end
    return meta, pos


def _native_syntax(found: Encoding, declared: Encoding) -> str:
    """Name the Transfer Syntax that the Data Set is in, where the declared one is not true."""
    if declared.encapsulated or declared.deflated:
        raise EncodingError(
            "(0002,0010) TransferSyntaxUID",
            "does not say how the Data Set is encoded",
            "ask the sender for a file whose Transfer Syntax is right",
        )
    if found.big_endian:
        if found.implicit:
            raise EncodingError("Data Set", "is big endian without VRs, which DICOM does not have", "convert it first")
        return EXPLICIT_BIG
    return IMPLICIT_LITTLE if found.implicit else EXPLICIT_LITTLE


def _inflate(deflated: Buffer) -> bytes:
    """Inflate a Data Set (PS3.5 A.5), no further than MAX_INFLATED bytes."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    data = None
    with suppress(zlib.error):
        data = inflater.decompress(deflated, MAX_INFLATED)
    if data is None or not inflater.eof:
        raise EncodingError(
            "Data Set", f"cannot be inflated to at most {MAX_INFLATED} bytes", "ask the sender for a whole file"
        )
    return data
