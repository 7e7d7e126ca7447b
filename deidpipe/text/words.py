"""Words that look like a person's and are in no vocabulary: two names side by side identify, one may.

What is left alone on purpose: words of the clinic and of plain language, words with digits, abbreviations, clinical
phrases with a name in them ("Ann Arbor", "T2 Dixon").
"""

import re
from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_

from deidpipe.text.phrases import clinical_phrases
from deidpipe.text.span import Kind, Span
from deidpipe.text.vocabulary import Standing, standing

_WORD = re.compile(r"(?<![\w])[^\W\d_]{2,}(?:['\u2019-][^\W\d_]{2,})*(?![\w])|(?<=_)[^\W\d_]{3,}(?=_|\b)")
_PARTS = re.compile(r"[^\W\d_a-z][^\W\d_A-Z]+|[A-Z]+(?![a-z])|[a-z]+|[^\W\d_]+")
_BETWEEN = re.compile(r"[ ,._^-]{1,2}(?:[A-Z][. ]{1,2})?")
_NAMES = Standing.GIVEN_NAME | Standing.FAMILY_NAME
_USUAL = Standing.CLINICAL | Standing.PLAIN
_SHORTEST, _SHORTEST_UNKNOWN = 3, 4


def names(text: str) -> Iterator[Span]:
    """Yield pairs of names, which are certain, and single ones, which are in doubt."""
    words = [word for word in _WORD.finditer(text) if len(word[0]) >= _SHORTEST and not word[0].islower()]
    if not words:
        return
    stands = [_standing(word[0]) for word in words]
    if all(each & _USUAL or (each & Standing.LISTED and not each & _NAMES) for each in stands):
        return
    taken = list(clinical_phrases(text))
    at = 0
    while at < len(words):
        word, stand = words[at], stands[at]
        if not (stand & _NAMES or _is_unknown(word[0], stand)) or _is_within(word, taken):
            at += 1
        elif at + 1 < len(words) and _is_pair(text, words, stands, at) and not _is_within(words[at + 1], taken):
            last = at + 1
            while last + 1 < len(words) and _goes_on(text, words, stands, last):
                last += 1
            yield Span(word.start(), words[last].end(), Kind.PERSON, "names")
            at = last + 1
        else:
            if not stand & _USUAL:
                yield Span(word.start(), word.end(), Kind.WORD, "names", certain=False)
            at += 1


def _is_pair(text: str, words: Sequence[re.Match[str]], stands: Sequence[Standing], at: int) -> bool:
    """Tell if two words are a given name and a family name, at least one of them nothing else."""
    one, other = stands[at], stands[at + 1]
    if not _BETWEEN.fullmatch(text, words[at].end(), words[at + 1].start()):
        return False
    if (one & _USUAL) and (other & _USUAL):
        return False
    if one & _NAMES and other & _NAMES:
        return bool((one | other) & Standing.GIVEN_NAME)
    strange = _strange(words[at + 1][0], other) and words[at][0].istitle() and words[at + 1][0].istitle()
    return strange and bool(one & Standing.GIVEN_NAME) and not one & _USUAL


def _goes_on(text: str, words: Sequence[re.Match[str]], stands: Sequence[Standing], last: int) -> bool:
    """Tell if the word after a name belongs to it: a name, or a strange word, and nothing but a space between."""
    return (
        text[words[last].end() : words[last + 1].start()] in (" ", "-", "^", "_")
        and words[last + 1][0].istitle() == words[last][0].istitle()
        and not stands[last + 1] & _USUAL
        and bool(stands[last + 1] & _NAMES or _strange(words[last + 1][0], stands[last + 1]))
    )


def _standing(word: str) -> Standing:
    """Return the standing of a word; of one put together from several that are known, that of its parts."""
    whole = standing(word)
    if whole:
        return whole
    parts = [standing(part) for part in _PARTS.findall(word)]
    known = [each for each in parts if each]
    return (
        reduce(or_, known)
        if len(parts) > 1 and (len(known) == len(parts) or any(each & _USUAL for each in known))
        else whole
    )


def _is_unknown(word: str, stand: Standing) -> bool:
    """Tell if a word is in no vocabulary at all, and long enough to be no abbreviation."""
    return not stand and len(word) >= _SHORTEST_UNKNOWN


def _strange(word: str, stand: Standing) -> bool:
    return not stand & (_USUAL | Standing.LISTED) and len(word) >= _SHORTEST


def _is_within(word: re.Match[str], taken: Sequence[tuple[int, int]]) -> bool:
    return any(start <= word.start() and word.end() <= stop for start, stop in taken)
