"""Comments inside the codestream of compressed pixels: JPEG keeps notes, Exif and the like before the first scan.

Source: ISO 10918-1 B.2.4 (marker segments), ISO 15444-1 A.9 (comment); PS3.5 A.4 (Items of encapsulated Pixel Data).
"""

from collections.abc import Iterator

from deidpipe.verify.texts import in_bytes

_ITEM = b"\xfe\xff\x00\xe0"
_START, _SCAN, _J2K, _TILE = b"\xff\xd8", 0xDA, b"\xff\x4f\xff\x51", 0x90
_COMMENT, _COMMENT_J2K = 0xFE, 0x64
_APPLICATION = range(0xE1, 0xF0)  # E0 is JFIF's own, which has no text


def comments(items: bytes) -> Iterator[str]:
    """Yield the texts in comments and application segments of the first codestream of encapsulated Pixel Data."""
    table = int.from_bytes(items[4:8], "little")
    start = 8 + table
    if items[start : start + 4] != _ITEM:
        return
    start += 8
    is_jpeg, is_j2k = items[start : start + 2] == _START, items[start : start + 4] == _J2K
    if not (is_jpeg or is_j2k):
        return
    at = start + 2
    while at + 4 <= len(items) and items[at] == 0xFF:
        marker = items[at + 1]
        length = int.from_bytes(items[at + 2 : at + 4], "big")
        if marker == (_SCAN if is_jpeg else _TILE) or length < 2:
            return
        if marker == (_COMMENT if is_jpeg else _COMMENT_J2K) or (is_jpeg and marker in _APPLICATION):
            yield from in_bytes(items[at + 4 : at + 2 + length])
        at += 2 + length
