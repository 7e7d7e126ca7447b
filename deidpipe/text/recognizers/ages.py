"""Ages over 89 years.

Finds them in figures with a unit of years, after a word such as "aged", as a DICOM Age String, and in English words.
Leaves alone: ages up to 89, "over 90" and "90+" (which tell no more than the law allows), ages in days, weeks or
months, and 90Y, the isotope.

Source: 45 CFR 164.514(b)(2)(i)(C); PS3.5 Section 6.2 (AS).
"""

import re
from collections.abc import Iterator

from deidpipe.text.form import AFTER_WORD, LEFT, RIGHT, cue, cue_before, one_of, plain
from deidpipe.text.lazily import Lazily
from deidpipe.text.span import Kind, Span

_OVER_89 = r"(?:9\d|1[0-2]\d)"
_NUMBER = rf"{LEFT}(?<![\d.,/<>+-])(?<![<>≥≤] )0?{_OVER_89}"
_YEARS = one_of(
    "years old|year old|years-old|year-old|years of age|years|year|yrs old|yr old|yrs|yr|y/o|yo|y.o|y o|y|"
    "jährige|jähriger|jährigen|jährig|jahre alt|jahre|j|"
    "ans|años|anni|anos|jaar|år gammal|år gammel|år|lata|lat|roku|лет|года|год|"
    "vuotta|éves|let|سنة|عاما|عام|ani|yaşında|ετών"
)
_IN_YEARS = Lazily(
    rf"{_NUMBER}(?:[\s-]{{0,2}}{_YEARS}(?:-old)?\.?{AFTER_WORD}|\s?(?:歳|才|岁|歲|세|살))", re.IGNORECASE
)
_AGE_STRING = Lazily(rf"{LEFT}(?:0{_OVER_89}|1[0-2]\d|9[1-9])Y(?:[MF]{RIGHT}|{RIGHT})")
_AGE = (
    "age|aged|age at exam|age at scan|patient age|patients age|ages|alter|âge|agé de|âgé de|âgée de|"
    "edad|età|eta|idade|leeftijd|alder|ålder|wiek|возраст|年齢|年龄|年齡|나이|ikä|ηλικία"
)
_AFTER_CUE = Lazily(
    rf"{LEFT}{one_of(_AGE)}{AFTER_WORD}(?:\s?\((?:y|yrs|years)\))?[\s:=.]{{0,3}}(?P<id>0?{_OVER_89})(?![\d+%]|"
    rf"[.,/-]\d)"
    rf"(?!\s?(?:d|days?|w|wks?|weeks?|m|mo|mos|months?|tage|monate|jours|mois|días|meses){RIGHT})(?:\s?(?:Y|"
    rf"y)(?![a-z]))?",
    re.IGNORECASE,
)
_IN_WORDS = Lazily(
    r"\b(?:ninety(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|"
    r"(?:a |one )?hundred(?: and (?:one|two|three|four|five|six|seven|eight|nine|ten))?)[- ]years?[- ](?:old|"
    r"of age)\b",
    re.IGNORECASE,
)
_CUES = cue(f"{_AGE}|is|of")
_OVER = Lazily(
    r"(?:over|above|older than|more than|at least|>=?|≥|über|ab|plus de|más de|oltre|last|past|next|for)\s"
    r"\Z",
    re.IGNORECASE,
)
_ISOTOPE = Lazily(r"90\s?Y\b|90Y", re.ASCII)


def ages(text: str) -> Iterator[Span]:
    """Yield the ages of a text that are over 89 years."""
    text = plain(text)
    for match in (*_IN_YEARS.finditer(text), *_AGE_STRING.finditer(text), *_IN_WORDS.finditer(text)):
        if not _ISOTOPE.match(match.group()) and not _OVER.search(text, max(0, match.start() - 14), match.start()):
            yield Span(*match.span(), Kind.AGE, "ages", cue=cue_before(text, match.start(), _CUES))
    for match in _AFTER_CUE.finditer(text):
        yield Span(match.start("id"), match.end(), Kind.AGE, "ages", cue=match.start())
