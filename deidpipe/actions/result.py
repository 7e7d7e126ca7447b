"""What an action gives back, and what it is told of the element."""

from typing import NamedTuple

from deidpipe.audit.records import Outcome


class Facts(NamedTuple):
    """What an action may know of an element besides its value. ``vr`` is the listed one where UN is stored."""

    tag: int
    vr: str
    is_nested: bool = False
    attribute_type: str | None = None
    character_set: bytes | None = None  # of the Data Set; only with Patient IDs
    big_endian: bool = False


class Result(NamedTuple):
    """What became of a value; ``value`` is None where it stays as it was, and is of even length."""

    outcome: Outcome
    value: bytes | None
    found: str = ""  # the kinds of identity that a text had, for the audit


KEPT = Result(Outcome.KEPT, None)
EMPTIED = Result(Outcome.EMPTIED, b"")


def padded(text: bytes, pad: bytes = b" ") -> bytes:
    """Return a value of even length (PS3.5 7.1)."""
    return text + pad if len(text) % 2 else text
