"""Text in values: decoded by its character set, or dug out of bytes that are no text."""

import re
from collections.abc import Iterator

_RUN = re.compile(rb"[\x20-\x7e\t]{6,}")
_WIDE_RUN = re.compile(rb"(?:[\x20-\x7e]\0){6,}")
_WIDE_BIG_RUN = re.compile(rb"(?:\0[\x20-\x7e]){6,}")
_DELIMITERS = {0x09, 0x0A, 0x0C, 0x0D, 0x5C, 0x5E, 0x3D}  # after which ISO 2022 starts anew (PS3.5 6.1.2.5.3)
_WORDS = re.compile(r"[A-Za-z]{3}|\d{4}")


def decoded(value: bytes, codecs: tuple[str, ...]) -> str:
    """Return a stored text; bytes that its character set does not have become question marks, never an error."""
    if value.isascii() and b"\x1b" not in value:
        return value.decode("ascii").strip(" \0")
    from pydicom.charset import decode_bytes

    try:
        return decode_bytes(value, list(codecs), _DELIMITERS).strip(" \0")
    except (LookupError, ValueError):
        return value.decode("latin-1").strip(" \0")


def in_bytes(value: bytes) -> Iterator[str]:
    """Yield the texts that stand in bytes: runs of printable ASCII, and the same in UTF-16."""
    for match in _RUN.finditer(value):
        text = match[0].decode("ascii").strip()
        if _WORDS.search(text):
            yield text
    if b"\0" in value:
        for pattern, codec in ((_WIDE_RUN, "utf-16-le"), (_WIDE_BIG_RUN, "utf-16-be")):
            for match in pattern.finditer(value):
                yield match[0].decode(codec).strip()
