"""One spelling for all the ways of writing a word: no case, no accents, no full-width letters."""

import unicodedata
from functools import cache

# Letters that no decomposition takes apart; and the final sigma, which is no other letter.
_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ς": "σ", "ħ": "h"}
# Latin and Greek lose their marks; in Cyrillic, Kana and Hangul a mark makes another letter.
_ACCENTED = (range(0x00C0, 0x0250), range(0x0386, 0x03D0), range(0x1E00, 0x2000))
_COMBINING = range(0x0300, 0x0370)


def fold(word: str) -> str:
    """Return a word as the vocabulary writes it: "Schädel" as "schadel", "ＭＲＩ" as "mri", "Łukasz" as "lukasz"."""
    if word.isascii():
        return word.lower()
    return unicodedata.normalize("NFKC", word).casefold().translate(_bare())


@cache
def _bare() -> dict[int, str | None]:
    """Return the table that takes the marks from letters."""
    table: dict[int, str | None] = dict.fromkeys(_COMBINING)
    for codes in _ACCENTED:
        for code in codes:
            base = unicodedata.normalize("NFD", chr(code))[0]
            if base != chr(code):
                table[code] = base
    return table | {ord(letter): instead for letter, instead in _LETTERS.items()}
