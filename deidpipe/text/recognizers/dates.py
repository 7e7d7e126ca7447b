"""Dates in figures and in words, with the time of day that goes with them.

Finds ISO 8601, YYYYMMDD, day-month-year and month-day-year, months by name in many languages, a month with its year,
East Asian dates, and a bare year after words like "since" or "born". Leaves alone: a bare time of day, a bare year, a
quarter, lists such as 10/20/30 before a unit, versions, and UIDs.

Source: PS3.5 Section 6.2 (DA, DT), ISO 8601, and the Safe Harbor list, 45 CFR 164.514(b)(2)(i)(C) (every element of
dates except the year; a year that stands after a cue tells an event of a person's life).
"""

import re
from collections.abc import Iterator
from datetime import date

from deidpipe.text.form import AFTER_WORD, LEFT, LETTER, RIGHT, cue, cue_before, is_measured, one_of, plain
from deidpipe.text.lazily import Lazily
from deidpipe.text.months import MONTHS, OFTEN_NO_MONTH, RARELY_A_MONTH
from deidpipe.text.span import Kind, Span

_YEAR = r"(?:189\d|19\d\d|20[0-3]\d)"
_LAST_YEAR = 2035
_CLOCK = (
    rf"(?:[01]?\d|2[0-3])[:h][0-5]\d(?::[0-5]\d(?:[.,]\d{{1,6}})?)?(?:\s?(?:[ap]m{RIGHT}|[ap]\.m\.))?"
    rf"(?:\s?(?:Z|UTC|GMT|[+-]\d\d:?\d\d){RIGHT})?"
)
_COMPACT_CLOCK = r"(?:[01]\d|2[0-3])[0-5]\d[0-5]\d(?:\.\d{1,6})?(?:&?[+-]\d{4}|Z)?"
_TIME = rf"(?:(?:[T_-]|[ ,]{{1,2}}(?:(?:at|um|à|kl\.?) )?){_CLOCK}|[T_-]?{_COMPACT_CLOCK}(?!\d))?"
_BEGIN = r"(?<!\d)(?<!\d[.,/:-])"
_END = r"(?!\d)(?![.,/:-]\d)"

_CUES = cue(
    "dob|d.o.b|date of birth|birth date|birthdate|birthday|"
    "born on|born in|born|b|geb|geb am|geboren am|geboren|geburtsdatum|"
    "né le|née le|né en|née en|date de naissance|ddn|fecha de nacimiento|f. nac|nacido el|nacida el|nacido en|"
    "data di nascita|nato il|nata il|data de nascimento|nascido em|geboortedatum|geboren op|født|född|data urodzenia|"
    "дата рождения|д.р|год рождения|生年月日|出生日期|出生|생년월일|dod|date of death|died|died on|deceased|"
    "study date|exam date|scan date|date of exam|date of study|date of service|dos|acquisition date|report date|"
    "date|dated|dtd|datum|fecha|data|дата|日期|検査日|撮影日|検査日時|검사일|on|vom|von|am|le|el|il|del|op|em|от|с|"
    "from|since|until|till|to|bis|as of|acquired|acquired on|performed|performed on|taken|taken on|done on|"
    "scanned on|admitted|admitted on|discharged|discharged on|signed on|in|seit|depuis|desde|dal|circa|ca|"
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|"
    "montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|"
    "dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo|yob|birth year|year of birth|jahrgang|jg"
)
_BIRTH = (
    "dob|d.o.b|date of birth|birth date|birthdate|born|geb|geboren|geburtsdatum|né le|née le|date de naissance|"
    "ddn|fecha de nacimiento|f. nac|data di nascita|nato il|nata il|data de nascimento|geboortedatum|дата рождения|"
    "生年月日|出生日期|생년월일|dod|study date|exam date|scan date|date of service|date|datum|fecha"
)
_YEAR_CUES = (
    "born in|born|geb|geboren|jahrgang|jg|né en|née en|nacido en|nato nel|nata nel|nascido em|yob|birth year|"
    "year of birth|год рождения|in|since|seit|depuis|en|desde|dal|nel|em|sinds|circa"
)
_VERSION = cue(
    "version|ver|v|vers|rev|revision|release|rel|software|sw|build|firmware|fw|model|syngo|numaris|uid|oid|root"
)
_NUMBER_OF = cue("series|se|image|images|im|img|slice|slices|frame|frames|phase|phases|page|view|views|echo|bed")

_YMD = Lazily(rf"{_BEGIN}(?P<y>{_YEAR})(?P<s>[-/._]|\. )(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}}){_TIME}{_END}")
_COMPACT = Lazily(rf"(?<![\d.])(?P<y>{_YEAR})(?P<m>\d\d)(?P<d>\d\d){_TIME}(?!\d)(?!\.\d)")
_DMY = Lazily(
    rf"{_BEGIN}(?P<a>\d{{1,2}})(?P<s> ?/ ?|-|\. ?|_| )(?P<b>\d{{1,2}})(?P=s)(?P<y>{_YEAR}|['’]?\d\d){_TIME}{_END}"
)
_MONTH_YEAR = Lazily(rf"{_BEGIN}(?P<m>0?[1-9]|1[0-2])[/.](?P<y>{_YEAR}){RIGHT}{_END}")
_YEAR_MONTH = Lazily(rf"{LEFT}{_BEGIN}{_YEAR}-(?:0[1-9]|1[0-2]){RIGHT}{_END}")
_HAN = "〇零一二三四五六七八九十"
_EAST = Lazily(
    rf"(?:(?:明治|大正|昭和|平成|令和|民國|民国)\s?(?:\d{{1,3}}|元)|{_BEGIN}{_YEAR}|"
    rf"[〇零一二三四五六七八九]{{4}})\s?[年년]"
    rf"(?:\s?(?:\d{{1,2}}|[{_HAN}]{{1,3}})\s?[月월](?:\s?(?:\d{{1,2}}|[{_HAN}]{{1,3}})\s?[日号號일])?)?"
    rf"|{_BEGIN}(?:\d{{2,3}}\s?[年년]\s?)?\d{{1,2}}\s?[月월]\s?\d{{1,2}}\s?[日号號일]"
)
_ERA_LETTER = Lazily(rf"{LEFT}[MTSHR](?:[1-9]|[1-6]\d)[./](?:0?[1-9]|1[0-2])[./](?:0?[1-9]|[12]\d|3[01]){RIGHT}{_END}")
_EAST_TIME = Lazily(rf"\s?(?:{_CLOCK}|\d{{1,2}}[時时点시]\s?\d{{1,2}}[分분](?:\s?\d{{1,2}}[秒초])?)")
_MONTH = Lazily(rf"(?<![{LETTER}]){one_of('|'.join(MONTHS))}{AFTER_WORD}", re.IGNORECASE)
_DAY_BEFORE = Lazily(
    r"(?<!\d)(?<!\d[.,/-])(0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|er|\.|º|ª|°|:e)?[\s_./-]{0,2}(?:(?:of|de|di|"
    r"d['’])\s?)?\Z"
)
_YEAR_AFTER = Lazily(rf"\.?[\s_,./-]{{0,3}}(?:(?:de|del|of)\s)?({_YEAR}){_TIME}(?:\s?(?:г\.|года?\b))?(?!\d)(?!\.\d)")
_SHORT_YEAR_AFTER = Lazily(rf"\.?(?P<s>[\s_,./-]{{0,2}})(?P<quote>['’]?)\d\d{_TIME}(?!\d)(?![.,:]\d){AFTER_WORD}")
_DAY_YEAR_AFTER = Lazily(
    rf"\.?[\s_/-]{{0,2}}(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?,?[\s_,/-]{{1,2}}(?:{_YEAR}|"
    rf"['’]\d\d){_TIME}(?!\d)(?!\.\d)"
)
_DAY_AFTER = Lazily(r"\.?\s(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?![^\W_])(?![.,:/-]\d)")
_AFTER_CUE = Lazily(
    rf"{LEFT}(?P<cue>{one_of(_BIRTH)}){AFTER_WORD}[\s:：=.]{{1,4}}(?P<id>\d{{6}}|\d{{8}}){RIGHT}(?!\.\d)", re.IGNORECASE
)
_YEAR_AFTER_CUE = Lazily(
    rf"{LEFT}(?P<cue>{one_of(_YEAR_CUES)}){AFTER_WORD}[\s:：=.*]{{1,3}}(?P<id>{_YEAR}){RIGHT}(?![.,/:-]\d|-)",
    re.IGNORECASE,
)


def dates(text: str) -> Iterator[Span]:
    """Yield the dates of a text."""
    text = plain(text)
    if not any(character.isdecimal() for character in text) and "年" not in text:
        return
    for start, stop, certain in sorted(_found(text)):
        at = cue_before(text, start, _CUES)
        yield Span(start, stop, Kind.DATE, "dates", certain, at)
    for match in (*_AFTER_CUE.finditer(text), *_YEAR_AFTER_CUE.finditer(text)):
        if not is_measured(text, match.end()):
            yield Span(*match.span("id"), Kind.DATE, "dates", cue=match.start())


def _found(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield start, stop and certainty of the dates that need no cue."""
    for match in _YMD.finditer(text):
        if is_date(match["y"], match["m"], match["d"]):
            padded = len(match["m"]) == len(match["d"]) == 2
            yield *match.span(), padded or match["s"] != "." or cue_before(text, match.start(), _CUES) >= 0
    for match in _COMPACT.finditer(text):
        if is_date(match["y"], match["m"], match["d"]):
            yield *match.span(), not _glued(text, match.start(), match.end())
    for match in _DMY.finditer(text):
        certain = _judge(text, match)
        if certain is not None:
            yield *match.span(), certain
    for match in (*_MONTH_YEAR.finditer(text), *_YEAR_MONTH.finditer(text)):
        if cue_before(text, match.start(), _NUMBER_OF) < 0 and not is_measured(text, match.end()):
            yield *match.span(), match.group().startswith(("0", "1")) and "/" in match.group()
    for match in () if text.isascii() else _ERA_LETTER.finditer(text):
        yield *match.span(), True
    for match in _EAST.finditer(text):
        time = _EAST_TIME.match(text, match.end())
        yield match.start(), time.end() if time else match.end(), True
    yield from _named(text)


def _judge(text: str, match: re.Match[str]) -> bool | None:
    """Tell whether day, month and year in figures are a date: surely, perhaps (False), or not (None)."""
    a, b, year, mark = match["a"], match["b"], match["y"], match["s"].strip()
    full = len(year) == 4
    wholes = (year,) if full else (f"19{year[-2:]}", f"20{year[-2:]}")
    if not any(is_date(whole, a, b) or is_date(whole, b, a) for whole in wholes):
        return None
    if cue_before(text, match.start(), _CUES) >= 0:
        return True
    if is_measured(text, match.end()) or cue_before(text, match.start(), _VERSION) >= 0:
        return None
    glued = _glued(text, match.start(), match.end())
    if full:
        return not glued and mark not in ("", "_")
    steps = int(b) - int(a) == int(year[-2:]) - int(b)
    padded = len(a) == len(b) == 2
    if glued or not mark or (mark in "._-" and not (padded and "0" in (a[0], b[0]))):
        return None
    return mark == "/" and not steps


def _named(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield the dates whose month is a word."""
    for match in _MONTH.finditer(text):
        name, start, stop = match.group().lower(), match.start(), match.end()
        day = _DAY_BEFORE.search(text, max(0, start - 14), start)
        year = _YEAR_AFTER.match(text, stop)
        if year and (day or name not in RARELY_A_MONTH) and not is_measured(text, year.end()):
            yield day.start() if day else start, year.end(), True
        elif name not in RARELY_A_MONTH:
            yield from _without_century(text, match, day)


def _without_century(text: str, match: re.Match[str], day: re.Match[str] | None) -> Iterator[tuple[int, int, bool]]:
    """Yield a month by name with a day, or with the last two figures of the year, or with both."""
    word, start, stop = match.group(), match.start(), match.end()
    often_not, full = word.lower() in OFTEN_NO_MONTH, len(word) > 4
    short = _SHORT_YEAR_AFTER.match(text, stop)
    both = _DAY_YEAR_AFTER.match(text, stop)
    after = _DAY_AFTER.match(text, stop)
    if both:
        yield start, both.end(), True
    elif day and short and not is_measured(text, short.end()):
        yield day.start(), short.end(), True
    elif day and not is_measured(text, stop) and (full or not often_not):
        if not word.isupper() or full:
            yield day.start(), stop, full
    elif short and short["quote"]:
        yield start, short.end(), True
    elif after and word[0].isupper() and full and not is_measured(text, after.end()):
        yield start, after.end(), not often_not
    elif short and short["s"] in ("", "-") and word.istitle() and not is_measured(text, short.end()):
        yield start, short.end(), False


def _glued(text: str, start: int, stop: int) -> bool:
    """Tell whether a letter touches what was found, unless it belongs to a cue."""
    before = text[start - 1 : start].isalpha() and cue_before(text, start, _CUES) < 0
    return (before and text[start - 1].isascii()) or (text[stop : stop + 1].isalpha() and text[stop].isascii())


def is_date(year: str, month: str, day: str) -> bool:
    """Tell whether figures are a day of the calendar, in the years that images and births are from."""
    try:
        return 1890 <= date(int(year), int(month), int(day)).year <= _LAST_YEAR
    except ValueError:
        return False
