"""Telephone, fax and pager numbers.

Finds numbers after a word such as "Tel." or "Fax", international numbers (+49 30 1234567), North American ones with
their marks ((555) 123-4567), and numbers of some countries by their grouping (030/1234567, 01 23 45 67 89). Leaves
alone: a bare run of digits (the recognizer of record numbers sees to it), and lists of measurements.

Source: ITU-T E.164 and E.123; numbering plans by the library ``phonenumbers``, imported when a candidate is met.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from deidpipe.text.form import LEFT, RIGHT, count_digits, cue, cue_before, digits_of, is_measured, one_of, plain
from deidpipe.text.lazily import Lazily
from deidpipe.text.span import Kind, Span

_EXTENSION = r"(?:,?\s?(?:ext|x|extn|poste|durchwahl|dw|app)\.?\s?\d{1,6}(?!\d))?"
_STRONG = (
    "tel|telephone|phone|phones|fax|telefax|pager|bleep|beeper|telefon|téléphone|tél|teléfono|telefono|telefone|"
    "telefoon|tfno|tlfno|teléf|τηλ.|puhelin|puh|tlf|tfn|тел|телефон|факс|電話|電話番号|电话|手机|전화|전화번호|"
    "휴대폰|ファックス|τηλ|"
    "mobile phone|cell phone|handy|mobil|móvil|portable|callback|call back|home phone|work phone|office phone|hotline"
)
_WEAK = "ph|mobile|mob|cell|call|contact|contact at|call at|reach at|ext|extension|durchwahl|cel|direct|office|whatsapp"
_CUES = cue(f"{_STRONG}|{_WEAK}")
_LABELLED = Lazily(
    rf"{LEFT}(?:(?P<strong>{one_of(_STRONG)})|{one_of(_WEAK)})(?![^\W\d_])\.?(?:[\s.-]?(?:no|nr|n[°º]|number|#)\.?)?"
    rf"[\s:=#.-]{{0,4}}(?P<id>[+(]{{0,2}}\d(?:[\d().\-/]|\s(?=[\d(+])){{2,20}}\d){_EXTENSION}",
    re.IGNORECASE,
)
_INTERNATIONAL = Lazily(
    rf"(?<![\d.+])(?:\+|00(?=[1-9]))\s?[1-9](?:[\s().\-/]{{0,3}}\d){{6,14}}(?![\d]|\.\d){_EXTENSION}", re.IGNORECASE
)
_NORTH_AMERICAN = Lazily(
    rf"{LEFT}(?<![\d.,/+-])(?<!\d )(?:1[\s.-])?(?:\([2-9]\d\d\)[\s-]?|[2-9]\d\d-|(?P<dots>[2-9]\d\d\.))[2-9]\d\d"
    rf"(?(dots)\.|[\s-])\d{{4}}(?![\d/-])(?!\.\d){_EXTENSION}",
    re.IGNORECASE,
)
_TRUNK = Lazily(
    rf"{LEFT}(?<![\d.,/+-])(?<!\d )\(?0[1-9]\d{{0,4}}\)?(?P<mark>\s?[/-]\s?|[\s.])\d{{2,8}}(?:[\s.-]\d{{2,5}}){{0,4}}"
    rf"(?![\d/-])(?![.,]\d)(?! \d){_EXTENSION}"
)
_FRENCH = Lazily(
    rf"{LEFT}(?<![\d.,/+-])(?<!\d )0[1-9](?P<mark>[\s.-])\d\d(?:(?P=mark)\d\d){{3}}(?![\d/-])(?![ .,]\d){RIGHT}"
)
_EXTENSION_ALONE = Lazily(
    rf"{LEFT}(?:ext(?:n|ension)?|station|apparat|klappe|interno|poste|anexo|toestel|anknytning)\.?[\s:]{{0,2}}"
    r"(?P<id>\d{3,6})(?!\d|\.\d)",
    re.IGNORECASE,
)
_CALLED = Lazily(
    rf"{LEFT}(?:phoned?|called?|reached|reach|dial(?:led|ed)?|rang|ring|faxed|texted|pager|fax|phone|"
    rf"contact)(?![^\W_])"
    r"(?:[^.;\n]|(?<=Dr)\.|(?<=Prof)\.|(?<=Mr)\.|(?<=Mrs)\.|(?<=Ms)\.){0,60}?[\s(](?P<id>\+?\(?\d(?:[\d().\-/]|"
    r"\s(?=[\d(+])){4,20}\d)" + _EXTENSION,
    re.IGNORECASE,
)
_COUNTRIES = ("DE", "FR", "GB", "IT", "JP", "NL", "CH", "AT", "BE", "SE", "AU", "KR", "BR")


_LEAST_DIGITS, _LONG, _FEW_GROUPS = 7, 10, 3
_GROUPS = Lazily(r"\d+")


def telephones(text: str) -> Iterator[Span]:
    """Yield the telephone, fax and pager numbers of a text."""
    text = plain(text)
    if count_digits(text) < 4:
        return
    for match in _LABELLED.finditer(text):
        is_extension = text[match.start() : match.start() + 3].lower() == "ext"
        least = 4 if match["strong"] or is_extension else 7
        if len(digits_of(match["id"])) >= least and not is_measured(text, match.end()):
            yield Span(match.start("id"), match.end(), Kind.TELEPHONE, "telephones", cue=match.start())
    for match in _EXTENSION_ALONE.finditer(text):
        yield Span(match.start("id"), match.end(), Kind.TELEPHONE, "telephones", cue=match.start())
    for match in _CALLED.finditer(text):
        if len(digits_of(match["id"])) >= _LEAST_DIGITS and not is_measured(text, match.end()):
            yield Span(match.start("id"), match.end(), Kind.TELEPHONE, "telephones")
    if count_digits(text) < 8:
        return
    for start, stop, certain in _unlabelled(text):
        yield Span(start, stop, Kind.TELEPHONE, "telephones", certain, cue_before(text, start, _CUES))


def _unlabelled(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield start, stop and certainty of the numbers that are known by their form alone."""
    for match in _INTERNATIONAL.finditer(text):
        if _is_international(match.group()):
            yield *match.span(), True
    for match in _NORTH_AMERICAN.finditer(text):
        yield *match.span(), match["dots"] is None or "x" in match.group().lower()
    for match in _FRENCH.finditer(text):
        if not _counts(match.group()):
            yield *match.span(), True
    for match in _TRUNK.finditer(text):
        if (
            len(digits_of(match.group())) >= 8
            and not _FRENCH.match(text, match.start())
            and _is_national(match.group())
        ):
            is_long = (
                "-" in match["mark"]
                and len(digits_of(match.group())) >= _LONG
                and len(_GROUPS.findall(match.group())) >= _FEW_GROUPS
            )
            yield *match.span(), is_long or "/" in match["mark"] or "(" in match.group()


def _is_international(number: str) -> bool:
    """Tell whether a country gives out numbers like this one."""
    import phonenumbers

    plus = number if number.startswith("+") else f"+{number[2:]}"
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(plus, None))
    except phonenumbers.NumberParseException:
        return False


def _is_national(number: str) -> bool:
    """Tell whether one of some countries gives out numbers like this one, with its trunk prefix."""
    import phonenumbers

    for country in _COUNTRIES:
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(number, country)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False


def _counts(number: str) -> bool:
    """Tell whether the pairs of digits count up or down evenly, as in a list of phases."""
    pairs = [int(pair) for pair in re.findall(r"\d\d", number)]
    return len({after - before for before, after in pairwise(pairs)}) == 1
