"""The value of a text element, cleaned: bytes in, bytes out, legal for its VR and in its character set.

What cannot be decoded as declared is read as UTF-8 if it is that, else byte by byte, so that what is kept stays as
it was stored.

Source: PS3.5 6.1 (character sets: each value and each line begins in the initial state), 6.2 (VRs), 6.4 (backslash).
"""

import re
from typing import NamedTuple

from deidpipe.dicom.values import decoded, encoded
from deidpipe.text.clean import clean
from deidpipe.text.doubt import Doubt
from deidpipe.text.find import Reading
from deidpipe.text.known import NOTHING_KNOWN, Known
from deidpipe.text.span import Kind

TEXT_VRS = frozenset({"LO", "SH", "ST", "LT", "UT", "UC"})
_ONE_VALUE = frozenset({"ST", "LT", "UT"})
_IS_TELLING = re.compile(rb"[A-Za-z0-9\x1b\x80-\xff]{2}")


class CleanedValue(NamedTuple):
    """A value without what identifies; ``value`` is None if it stays as it is.

    ``kinds`` are those of what went; ``doubtful`` are the words in doubt that stay.
    """

    value: bytes | None
    kinds: tuple[Kind, ...] = ()
    doubtful: tuple[str, ...] = ()


UNCHANGED = CleanedValue(None)


def clean_value(
    value: bytes,
    vr: str,
    character_set: bytes | None = None,
    known: Known = NOTHING_KNOWN,
    doubt: Doubt = Doubt.REMOVE,
    reading: Reading = Reading.SENTENCE,
) -> CleanedValue:
    """Return the value of an element of a text VR without what identifies, of even length."""
    if not _IS_TELLING.search(value):
        return UNCHANGED
    text, codec = decoded(value, character_set)
    parts = [text] if vr in _ONE_VALUE else text.split("\\")
    answers = [clean(part, known, doubt, reading) for part in parts]
    kinds = tuple(dict.fromkeys(span.kind for answer in answers for span in answer.gone))
    doubtful = tuple(
        part[span.start : span.stop]
        for part, answer in zip(parts, answers, strict=True)
        for span in answer.doubtful
    )  # fmt: skip
    if not kinds:
        return CleanedValue(None, (), doubtful)
    cleaned = [answer.text for answer in answers]
    new = b"" if not any(cleaned) else b"\\".join(encoded(part, codec) for part in cleaned)
    return CleanedValue(new + b" " if len(new) % 2 else new, kinds, doubtful)
