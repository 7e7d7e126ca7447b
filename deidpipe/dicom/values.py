"""One value, from bytes to text: Specific Character Set is honoured, by pydicom where it is needed.

Source: PS3.5 6.1 and 6.2.
"""

import re
from struct import error as OutOfBytes  # noqa: N812
from struct import iter_unpack

from deidpipe.dicom.index import Index

CHARACTER_SET = 0x00080005
_NUMBERS = {"US": "H", "SS": "h", "UL": "L", "SL": "l", "FL": "f", "FD": "d", "UV": "Q", "SV": "q"}
_DELIMITERS = set(b"\\^=")  # where escape sequences lose their effect
_DEFAULT = "ISO_IR 6"
_LATIN = frozenset({"", _DEFAULT, "ISO_IR 100", "ISO 2022 IR 6", "ISO 2022 IR 100"})
_MISSPELT = re.compile(r"ISO.(2022.)?IR.(\d+)", re.ASCII)
_LINES = re.compile(r"([\r\n\f\t\\]+)")
_ESCAPES = re.compile(rb"\x1b[$()]*[ -/]*[0-~]")
_SINGLE = frozenset({"LT", "ST", "UT", "UR"})  # VRs in which a backslash separates nothing


def text(value: bytes, character_set: bytes | None = None) -> str:
    """Return a text value without padding.

    What cannot be decoded becomes U+FFFD, so that the text still tells one value from most others. UTF-8 that is
    declared as Latin-1 or not at all is read as what it is.
    """
    value = value.rstrip(b"\0 ")
    if value.isascii() and b"\x1b" not in value:
        return value.decode("ascii").strip(" ")
    import warnings

    from pydicom.charset import convert_encodings, decode_bytes

    terms = _terms(character_set)
    if terms[0] in _LATIN and b"\x1b" not in value:
        try:
            return value.decode("utf-8").strip(" ")
        except UnicodeDecodeError:
            pass
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that something was replaced is told by U+FFFD
        try:
            return decode_bytes(value, convert_encodings(terms), _DELIMITERS).strip(" ")
        except (LookupError, ValueError):
            return value.decode("ascii", "replace").strip(" ")


def decoded(value: bytes, character_set: bytes | None = None) -> tuple[str, tuple[str, ...]]:
    """Return a text value without padding, and how it is encoded, so that ``encoded`` gives the same bytes again.

    What is not encoded as declared is read as UTF-8 if it is that, else byte by byte.
    """
    value = value.rstrip(b"\0 ")
    if value.isascii() and b"\x1b" not in value:
        return value.decode("ascii"), ("ascii",)
    codecs = tuple(_codecs(character_set))
    told = text(value, character_set)
    if "\ufffd" not in told and _same(encoded_lines(told, codecs), value.strip(b" ")):
        return told, codecs
    try:
        return value.decode("utf-8"), ("utf8",)
    except UnicodeDecodeError:
        return value.decode("latin-1"), ("latin_1",)


def encoded(text: str, codecs: tuple[str, ...]) -> bytes:
    """Return a text in the encoding that ``decoded`` told; what has no place in it is left out."""
    if text.isascii():
        return text.encode("ascii")
    return encoded_lines(text, codecs)


def encoded_lines(text: str, codecs: tuple[str, ...]) -> bytes:
    """Return a text encoded line by line: each begins in the initial state (PS3.5 6.1.2.5.3)."""
    import warnings

    from pydicom.charset import encode_string

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return b"".join(encode_string(line, list(codecs)) if line else b"" for line in _LINES.split(text))


def _same(one: bytes, other: bytes) -> bool:
    """Tell if two encodings differ in nothing but escape sequences, of which writers use more than they need."""
    return _ESCAPES.sub(b"", one) == _ESCAPES.sub(b"", other)


def _codecs(character_set: bytes | None) -> list[str]:
    from pydicom.charset import convert_encodings

    return list(convert_encodings(_terms(character_set)))


def _terms(character_set: bytes | None) -> list[str]:
    """Return the Defined Terms, misspelt ones put right. What is none is not handed on: pydicom would quote it."""
    from pydicom.charset import python_encoding

    told = (character_set or b"").decode("ascii", "replace").split("\\")
    terms = [_MISSPELT.sub(_well_spelt, term.strip(" \0")) for term in told]
    return [term if term in python_encoding else _DEFAULT for term in terms]


def _well_spelt(term: re.Match[str]) -> str:
    return ("ISO 2022 IR " if term[1] else "ISO_IR ") + term[2]


def texts(index: Index, tag: int) -> tuple[str, ...] | None:
    """Return the values of an Attribute of the Data Set itself as text, numbers in decimal; None if it is not there."""
    entry = index.layout.top.get(tag)
    if entry is None:
        return None
    value, vr = index.value(entry), index.layout.vrs[entry]
    if vr in _NUMBERS:
        form = (">" if index.big_endian else "<") + _NUMBERS[vr]
        try:
            return tuple(str(number) for (number,) in iter_unpack(form, value))
        except OutOfBytes:  # a length that is no multiple of a number's
            return ("",)
    whole = text(value, index.value_of(CHARACTER_SET))
    return (whole,) if vr in _SINGLE else tuple(part.strip(" ") for part in whole.split("\\"))
