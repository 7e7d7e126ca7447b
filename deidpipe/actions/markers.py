"""What a de-identified Instance says of itself; only what was done is said.

Source: PS3.15 E.1.1 and E.3, CID 7050; the whole of the Sequence is ours, because of what another tool did we have
no evidence, and what it wrote as text (0012,0063) stays beside ours.
"""

from collections.abc import Iterable

from deidpipe.actions.result import KEPT, Facts, Result, padded
from deidpipe.audit.records import Outcome
from deidpipe.dicom.encoding import Encoding
from deidpipe.dicom.splice import encoded_element, encoded_header
from deidpipe.identity.subject import Subject
from deidpipe.standard.codes import method_codes
from deidpipe.standard.options import Option
from deidpipe.standard.table import EDITION

IDENTITY_REMOVED, METHOD, METHOD_CODES = 0x00120062, 0x00120063, 0x00120064
BURNED_IN, DATES_MODIFIED = 0x00280301, 0x00280303
METHOD_TEXT = f"deidpipe: PS3.15 {EDITION} Annex E".encode("ascii")


def markers(options: Iterable[Option], encoding: Encoding) -> dict[int, bytes]:
    """Return the marker elements by tag, encoded, in the order of their tags."""
    options = frozenset(options)
    marks = {
        IDENTITY_REMOVED: _element(IDENTITY_REMOVED, "CS", b"YES", encoding),
        METHOD: _element(METHOD, "LO", METHOD_TEXT, encoding),
        METHOD_CODES: _element(METHOD_CODES, "SQ", _items(options, encoding), encoding),
        DATES_MODIFIED: _element(DATES_MODIFIED, "CS", _dates(options), encoding),
    }
    if Option.CLEAN_PIXEL_DATA in options:
        marks[BURNED_IN] = _element(BURNED_IN, "CS", b"NO", encoding)
    return marks


def append_method(value: bytes, _facts: Facts, _subject: Subject) -> Result:
    """Append our words to those of an earlier de-identification."""
    said = value.rstrip(b"\0 ")
    if METHOD_TEXT in said.split(b"\\"):
        return KEPT
    return Result(Outcome.REPLACED, padded(said + b"\\" + METHOD_TEXT if said else METHOD_TEXT))


def _dates(options: frozenset[Option]) -> bytes:
    if Option.RETAIN_FULL_DATES in options:
        return b"UNMODIFIED"
    return b"MODIFIED" if Option.RETAIN_MODIFIED_DATES in options else b"REMOVED"


def _items(options: frozenset[Option], encoding: Encoding) -> bytes:
    items = []
    for code, meaning in method_codes(options):
        body = (
            _element(0x00080100, "SH", code.encode("ascii"), encoding)
            + _element(0x00080102, "SH", b"DCM", encoding)
            + _element(0x00080104, "LO", meaning.encode("ascii"), encoding)
        )
        items += [encoded_header(0xFFFEE000, "", len(body), big_endian=encoding.big_endian), body]
    return b"".join(items)


def _element(tag: int, vr: str, value: bytes, encoding: Encoding) -> bytes:
    return encoded_element(tag, vr, value, implicit=encoding.implicit, big_endian=encoding.big_endian)
