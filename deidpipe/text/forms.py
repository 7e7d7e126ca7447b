"""How words are formed from others: endings, compounds, and the Greek and Latin endings of terms of medicine."""

import os
import re
from collections.abc import Iterator
from functools import cache

_SHORTEST_STEM = 4  # letters that a word must have without its ending
_SHORTEST_PART = 4  # letters of each part of a compound
_LONGEST_COMPOUND = 40
_JOINTS = ("", "s", "n", "en", "o", "i")  # between the parts: Leber-, Lunge-n-, thorac-o-

# An ending, and what the word has in its place.
_ENDINGS = (
    ("'s", ""), ("’s", ""), ("ies", "y"), ("es", ""), ("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"),
    ("ly", ""), ("er", ""), ("en", ""), ("e", ""), ("n", ""), ("em", ""), ("d", ""), ("r", ""), ("al", ""), ("ly", "l"),
)  # fmt: skip
# What may stand before a term of medicine.
_PREFIXES = (
    "pre", "post", "hyper", "hypo", "intra", "extra", "inter", "sub", "supra", "infra", "retro", "peri", "para",
    "trans", "endo", "epi", "anti", "multi", "micro", "macro", "pseudo", "hemi", "non", "un", "poly", "neo", "pra",
)  # fmt: skip
_ENDINGS_FILE = os.path.join(os.path.dirname(__file__), "data", "endings.txt")

_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")

_CYRILLIC_ENDINGS = "аеёиоуыэюяйьмхв"
_GREEK_ENDINGS = "αειουσηωνς"
_GREEK_FIRST, _CYRILLIC_FIRST, _CYRILLIC_LAST = "\u0370", "\u0400", "\u04ff"


def stems(word: str) -> Iterator[str]:
    """Yield what a word may be the plural, the past or another form of."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending):
            base = word[: -len(ending)]
            if len(base) + len(instead) >= _SHORTEST_STEM:
                yield base + instead
                if not instead and len(base) > _SHORTEST_STEM and base[-1] == base[-2]:
                    yield base[:-1]  # scanned, of scan


def without_prefix(word: str) -> Iterator[str]:
    """Yield what stands after a prefix of a word."""
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) > _SHORTEST_PART:
            yield word.removeprefix(prefix)


def stem(word: str) -> str:
    """Return a word in Cyrillic or Greek without its ending; an empty text for one in another script, or too short."""
    if not word or not _GREEK_FIRST <= word[0] <= _CYRILLIC_LAST:
        return ""
    cut = word.rstrip(_CYRILLIC_ENDINGS if word[0] >= _CYRILLIC_FIRST else _GREEK_ENDINGS)
    return cut if len(cut) >= _SHORTEST_STEM and len(word) - len(cut) <= _SHORTEST_STEM else ""


def undoubled(word: str) -> str:
    """Return a word with its umlauts written as one letter, as folding leaves them: "schaedel" as "schadel"."""
    return word.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def has_medical_ending(word: str) -> bool:
    """Tell whether a word ends as only terms of medicine do, with letters before it."""
    return any(word.endswith(ending) and len(word) >= len(ending) + 2 for ending in _medical_endings())


@cache
def _medical_endings() -> tuple[str, ...]:
    with open(_ENDINGS_FILE, encoding="utf-8") as file:
        return tuple(line for line in file.read().splitlines() if line.isalpha())


def compounds(word: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to cut a word into two parts, with and without a joint between them."""
    if not 2 * _SHORTEST_PART <= len(word) <= _LONGEST_COMPOUND:
        return
    for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        first, second = word[:cut], word[cut:]
        for joint in _JOINTS:
            if first.endswith(joint) and len(first) - len(joint) >= _SHORTEST_PART:
                yield first.removesuffix(joint), second


def pieces(word: str) -> list[str]:
    """Return the parts that a word shows by its letters: capitals inside it, and the border of two scripts.

    "CorCTA" is "Cor", "CTA"; "CT增强" is "CT", "增强". Figures are left out.
    """
    return _PIECE.findall(word)
