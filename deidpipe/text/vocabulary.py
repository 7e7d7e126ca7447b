"""The words that deidpipe knows, and as what: of medicine, of plain language, a name, a place.

A word may stand as several: "Young", "Dixon" and "Rose" are words and names. A word without any standing may be
somebody's name. The lists are ours, with the words of the Standard's own terms; ``make words`` puts them together. What
they do not hold is formed from what they hold ("kidneys", "Thoraxaufnahme"), or is looked up in two installed packages.
"""

import os
from enum import IntFlag
from functools import cache, lru_cache

from deidpipe.text.folding import fold
from deidpipe.text.forms import compounds, has_medical_ending, pieces, stem, stems, undoubled, without_prefix
from deidpipe.text.installed import is_name_of_a_person, is_spelt

_FILE = os.path.join(os.path.dirname(__file__), "data", "vocabulary.txt")
_REMEMBERED = 1 << 16  # words; a collection repeats few thousands of them
_LONGEST_ARTICLE = 4  # letters before an apostrophe
_LONGEST_TERM = 12  # characters of the longest term in a script that writes no spaces


class Standing(IntFlag):
    """As what a word is known."""

    UNKNOWN = 0
    CLINICAL = 1  # a word of medicine, of imaging, or of the Standard
    PLAIN = 2  # a word of everyday language
    GIVEN_NAME = 4
    FAMILY_NAME = 8
    PLACE = 16
    LISTED = 32  # only in a general list of spellings, which holds some names: weaker than PLAIN


_NAME = Standing.GIVEN_NAME | Standing.FAMILY_NAME
_WORD = Standing.CLINICAL | Standing.PLAIN


@lru_cache(maxsize=_REMEMBERED)
def standing(word: str) -> Standing:
    """Return all that a single word is known as, whatever its case and its accents; UNKNOWN if nothing has it.

    ``word`` has no spaces. Endings of plural and the like are looked through; a name is only known as it is written.
    """
    folded = fold(word).replace("’", "'").strip("'`.-")
    own = words()
    found = own.get(folded) or own.get(undoubled(folded)) or own.get(folded.replace("'", ""))
    if found:
        return found
    formed = _formed(folded) or _put_together(word)
    if is_name_of_a_person(folded):
        return formed | _NAME
    return formed or (Standing.LISTED if is_spelt(folded) else Standing.UNKNOWN)


def is_clinical(word: str) -> bool:
    """Tell whether a word is one of medicine or imaging; it may be a name as well."""
    return bool(standing(word) & Standing.CLINICAL)


def is_plain(word: str) -> bool:
    """Tell whether a word is one of everyday language; it may be a name as well."""
    return bool(standing(word) & (Standing.PLAIN | Standing.LISTED))


def is_listed(word: str) -> bool:
    """Tell whether a word itself stands in a list of ours, not only what it is formed from."""
    folded = fold(word).strip("'’`.-")
    return bool((words().get(folded) or Standing.UNKNOWN) & _WORD)


def is_name(word: str) -> bool:
    """Tell whether a word is a given or a family name; it may be a plain word as well."""
    return bool(standing(word) & _NAME)


@cache
def words() -> dict[str, Standing]:
    """Return our own words, folded."""
    with open(_FILE, encoding="utf-8") as file:
        sections = file.read().split("\n[")
    own: dict[str, Standing] = {}
    for section in sections[1:]:
        head, _, body = section.partition("]\n")
        own.update(dict.fromkeys(body.split("\n"), Standing(int(head))))
    own.pop("", None)
    return own


def _formed(folded: str) -> Standing:
    """Return the standing of a word that is formed from words of ours, never that of a name."""
    own = words()
    for base in stems(folded):
        if found := own.get(base, Standing.UNKNOWN) & _WORD:
            return found
    if any(_is_only_clinical(rest) for rest in without_prefix(folded)):
        return Standing.CLINICAL
    if _is_run_of_terms(folded) or has_medical_ending(folded):
        return Standing.CLINICAL
    article, _, noun = folded.partition("'")
    if len(article) <= _LONGEST_ARTICLE and noun:
        return own.get(noun, Standing.UNKNOWN) & _WORD  # l'abdomen, dell'anca
    if _is_compound(folded):
        return Standing.CLINICAL
    return _inflected().get(stem(folded), Standing.UNKNOWN)


def _put_together(word: str) -> Standing:
    """Return the standing of a word that shows its parts: "CorCTA", "LiverVNC", "CT增强"."""
    parts = pieces(word)
    if len(parts) < 2 or any(letter.islower() and not letter.isascii() for letter in word):
        return Standing.UNKNOWN
    known = [standing(part) for part in parts]
    return Standing.CLINICAL if all(part & _WORD and not part & _NAME for part in known) else Standing.UNKNOWN


@cache
def _inflected() -> dict[str, Standing]:
    """Return the stems of the words in Cyrillic and Greek, which have too many endings to list."""
    return {cut: found & _WORD for word, found in words().items() if found & _WORD and (cut := stem(word))}


def _is_compound(folded: str) -> bool:
    """Tell whether a word is clinical words put together, as German and Dutch do."""
    return any(
        _is_only_clinical(first) and (_is_only_clinical(rest) or _is_compound(rest))
        for first, rest in compounds(folded)
    )


def _is_only_clinical(folded: str) -> bool:
    """Tell whether a word of ours is clinical and no name: of "hill" and "long" surnames are made as well."""
    return words().get(folded, Standing.UNKNOWN) & (Standing.CLINICAL | _NAME) == Standing.CLINICAL


def _is_run_of_terms(folded: str) -> bool:
    """Tell whether a word in a script without spaces is clinical and plain terms, one after another."""
    if folded.isascii() or not folded or folded[0] < "\u3000":
        return False
    own, reached = words(), {0}
    for start in range(len(folded)):
        if start in reached:
            for stop in range(start + 1, min(len(folded), start + _LONGEST_TERM) + 1):
                found = own.get(folded[start:stop], Standing.UNKNOWN)
                if found & _WORD and not (start == 0 and stop == 1 and found & _NAME):  # a surname stands first
                    reached.add(stop)
    return len(folded) in reached
