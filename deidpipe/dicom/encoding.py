"""Transfer Syntaxes: how the bytes of a Data Set are to be read.

Source: PS3.5 section 10 and Annex A, PS3.6 Annex A.
"""

from typing import NamedTuple

from deidpipe.errors import EncodingError


class Encoding(NamedTuple):
    """How a Data Set is encoded."""

    implicit: bool
    big_endian: bool
    deflated: bool = False
    encapsulated: bool = False  # Pixel Data comes in fragments


IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"

_NATIVE = {
    IMPLICIT_LITTLE: Encoding(implicit=True, big_endian=False),
    EXPLICIT_LITTLE: Encoding(implicit=False, big_endian=False),
    EXPLICIT_BIG: Encoding(implicit=False, big_endian=True),
    "1.2.840.10008.1.2.1.99": Encoding(implicit=False, big_endian=False, deflated=True),
    "1.2.840.10008.1.2.4.95": Encoding(implicit=False, big_endian=False, deflated=True),  # JPIP Referenced Deflate
    "1.2.840.10008.1.2.4.205": Encoding(implicit=False, big_endian=False, deflated=True),  # JPIP HTJ2K Deflate
    "1.2.840.10008.1.2.4.94": Encoding(implicit=False, big_endian=False),  # JPIP Referenced
    "1.2.840.10008.1.2.4.204": Encoding(implicit=False, big_endian=False),  # JPIP HTJ2K Referenced
}
_ENCAPSULATED = Encoding(implicit=False, big_endian=False, encapsulated=True)
_ENCAPSULATED_ROOTS = ("1.2.840.10008.1.2.4.", "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.8.")


def encoding_of(transfer_syntax: str) -> Encoding:
    """Say how a Transfer Syntax encodes a Data Set.

    Raises EncodingError for one that the Standard does not have: its bytes could mean anything.
    """
    native = _NATIVE.get(transfer_syntax)
    if native is not None:
        return native
    if transfer_syntax.startswith(_ENCAPSULATED_ROOTS) and _is_uid(transfer_syntax):
        return _ENCAPSULATED
    raise EncodingError(
        "(0002,0010) TransferSyntaxUID",
        "is no Transfer Syntax of the Standard",
        "convert the file to Explicit VR Little Endian first",
    )


def _is_uid(text: str) -> bool:
    return text.isascii() and all(map(str.isdigit, text.split(".")))
