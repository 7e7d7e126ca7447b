"""Words that look like a person's and are in no vocabulary: two names side by side identify, one may.

What is left alone on purpose: words of the clinic and of plain language, words with digits, abbreviations, clinical
phrases with a name in them ("Ann Arbor", "T2 Dixon").
"""

import re
from collections.abc import Iterator, Sequence

from deidpipe.text.phrases import clinical_phrases
from deidpipe.text.span import Kind, Span
from deidpipe.text.vocabulary import Standing, standing

_WORD = re.compile(r"(?<![\w])[^\W\d_]{2,}(?:['\u2019-][^\W\d_]{2,})*(?![\w])|(?<=_)[^\W\d_]{3,}(?=_|\b)")
_BETWEEN = re.compile(r"[ ,._^-]{1,2}(?:[A-Z][. ]{1,2})?")
_NAMES = Standing.GIVEN_NAME | Standing.FAMILY_NAME
_USUAL = Standing.CLINICAL | Standing.PLAIN
_SHORTEST = 3


def names(text: str) -> Iterator[Span]:
    """Yield pairs of names, which are certain, and single ones, which are in doubt."""
    words = [word for word in _WORD.finditer(text) if len(word[0]) >= _SHORTEST and not word[0].islower()]
    if not words:
        return
    stands = [standing(word[0]) for word in words]
    if not any(each & _NAMES and not each & _USUAL for each in stands):
        return
    taken = list(clinical_phrases(text))
    at = 0
    while at < len(words):
        word, stand = words[at], stands[at]
        if not stand & _NAMES or _is_within(word, taken):
            at += 1
        elif at + 1 < len(words) and _is_pair(text, words, stands, at) and not _is_within(words[at + 1], taken):
            yield Span(word.start(), words[at + 1].end(), Kind.PERSON, "names")
            at += 2
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
    return bool(one & _NAMES and other & _NAMES and (one | other) & Standing.GIVEN_NAME)


def _is_within(word: re.Match[str], taken: Sequence[tuple[int, int]]) -> bool:
    return any(start <= word.start() and word.end() <= stop for start, stop in taken)
