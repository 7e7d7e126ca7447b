"""Words: what a value must have lost or must have kept, and whether it has."""

import re
from collections.abc import Iterable, MutableSequence

from pydicom.dataelem import DataElement

_WORD = re.compile(r"[^\W_]+(?:[.+\-/'\u2019][^\W_]+)*")
_LETTERS = re.compile(r"[^\W\d_]{2,}|\d+")
_SHORT = 3  # characters up to which a Latin word must stand alone to be found
_MOST_BYTES = 1 << 16  # of a value without a text VR that is read in every character set
# In what the character sets of the collection may be written.
CODECS = ("utf-8", "iso8859_2", "iso8859_5", "iso8859_6", "iso8859_7", "iso8859_9", "gb18030", "euc_kr", "iso2022_jp")
# Words that every hospital or address has: they tell nobody apart.
GENERIC = frozenset((
    "hospital", "medical", "center", "centre", "clinic", "clinica", "klinik", "klinikum", "general", "memorial",
    "university", "universitaet", "regional", "saint", "street", "road", "avenue", "lane", "suite", "apt",
    "department", "the", "and", "for", "drive", "court", "terrace", "place", "rue", "calle", "strasse", "of",
    "radiology", "imaging", "oncology", "surgery", "medicine", "cardiology", "institute", "health", "care",
    "hopital", "hospitalier", "via", "ulica", "emergency", "nuclear", "internal",
))  # fmt: skip


def words_of(text: str) -> list[str]:
    """Return the words of a text: letters and digits, joined by at most one mark."""
    return list(dict.fromkeys(_WORD.findall(text)))


def spaced(text: str) -> str:
    """Return a text in lower case with single spaces."""
    return " ".join(text.lower().split())


def holds(text: str, word: str) -> bool:
    """Tell if a word stands in a text (``spaced``), even inside a longer word; a short one of Latin letters alone."""
    word = spaced(word)
    if word not in text:
        return False
    if len(word) > _SHORT or not word.isascii():
        return True
    if word.isdigit():
        return re.search(rf"(?<!\d)(?<!\d\.){word}(?!\d)(?!\.\d)", text) is not None
    return re.search(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", text) is not None


def telling(text: str) -> list[str]:
    """Return what of an identity must go: the whole and its words, but for the generic ones.

    Pieces of less than four digits or two letters tell nothing by themselves.
    """
    whole = " ".join(text.split())
    words = [part for word in words_of(whole) for part in ([word] if word.isascii() else _LETTERS.findall(word))]
    pieces = [piece for piece in words if _tells(piece)]
    return list(dict.fromkeys([whole, *pieces]))


def _tells(piece: str) -> bool:
    if piece.lower() in GENERIC or (piece.isascii() and piece.islower() and len(piece) <= _SHORT):
        return False
    digits = sum(map(str.isdigit, piece))
    return digits >= _SHORT + 1 if digits == len(piece) else len(piece) >= 2


def text_of(element: DataElement) -> str:
    """Return all that an element says, Items and bytes included."""
    return "\\".join(_texts(element))


def _texts(element: DataElement) -> Iterable[str]:
    value = element.value
    if element.VR == "SQ":
        for item in value or ():
            for inner in item:
                yield from _texts(inner)
    elif isinstance(value, bytes):
        yield value.decode("latin-1")
        if not value.isascii() and len(value) < _MOST_BYTES:
            yield from (value.decode(codec, "ignore") for codec in CODECS)
    elif value is None:
        return
    elif isinstance(value, MutableSequence):
        yield "\\".join(map(str, value))
    else:
        yield str(value)
