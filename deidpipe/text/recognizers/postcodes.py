"""Postcodes, with the city where it stands beside them.

Certain after a cue, for a city with its state and code, and in the forms of the United Kingdom, Canada and Japan. In
doubt: ZIP+4 alone, and British codes whose area is also a term (L, T, CT). Leaves alone: five digits alone, and what
looks like a measurement ("1800 TR", "CT 12345") unless a cue stands before.

Source: 45 CFR 164.514(b)(2)(i)(B); the forms of postcodes by the Universal Postal Union.
"""

import re
from collections.abc import Iterator

from deidpipe.text.form import AFTER_WORD, LEFT, RIGHT, one_of, plain
from deidpipe.text.lazily import Lazily
from deidpipe.text.places import CAPITAL, STATES
from deidpipe.text.span import Kind, Span

_CUES = (
    "zip|zip code|zipcode|postcode|post code|postal code|plz|postleitzahl|code postal|cp|código postal|"
    "cod. postal|cap|"
    "cep|c.a.p|postnummer|postnr|kod|kod pocztowy|τκ|psč|индекс|почтовый индекс|pin code|pincode|郵便番号|"
    "邮编|邮政编码|郵遞區號|우편번호"
)
_AFTER_CUE = Lazily(
    rf"{LEFT}{one_of(_CUES)}{AFTER_WORD}\.?\s?[:=#]?\s{{0,2}}"
    rf"(?P<id>\d{{3}} \d{{2}}(?!\d)|\d{{2}}-\d{{3}}(?!\d)|(?:[A-Z]{{1,2}}-)?\d{{3,6}}(?:[- ]\d{{3,4}}|"
    rf"[ -]?[A-Z]{{2}})?|"
    r"[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d)(?!\w|[.,]\d)",
    re.IGNORECASE,
)
_TERMS_TOO = "AL|AR|CO|CT|DE|HI|ID|IN|IA|LA|ME|MD|MA|MI|MS|NC|OK|OR|PA|PR|SC|VA"  # of imaging, or plain words
_NO_TERM = frozenset(STATES.split("|")) - frozenset(_TERMS_TOO.split("|"))
_STATE_ZIP = Lazily(
    rf"{LEFT}(?P<street>\d{{1,6}}[A-Z]?\s(?:[\w.#'’-]{{1,30}},?\s){{1,8}}?)?"
    rf"(?P<city>[{CAPITAL}][\w'’.-]{{1,30}}(?:\s[{CAPITAL}][\w'’.-]{{1,30}}){{0,2}}(?P<comma>,)?\s)?"
    rf"(?P<state>{STATES})\.?,?\s(?P<zip>\d{{5}}(?:-\d{{4}})?)(?!\d|[.,-]\d)"
)
_ZIP_4 = Lazily(rf"{LEFT}(?<![\d.,/-])\d{{5}}-\d{{4}}{RIGHT}(?![.,/-]\d)")
_UK_AREAS = (
    "AB|AL|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CV|CW|DA|DD|DG|DH|DL|DN|DT|DY|EC|EH|EN|EX|FK|FY|GL|GU|"
    "HA|HD|HG|HP|HR|HS|HX|IG|IP|IV|KA|KT|"
    "KW|KY|LA|LD|LE|LL|LN|LS|LU|ME|MK|ML|NE|NG|NN|NP|NR|NW|OL|OX|PH|PL|PO|PR|RG|RH|RM|SA|SG|SK|SL|SM|SN|SO|SR|SS|"
    "ST|SW|SY|TA|TD|TF|TN|TQ|TS|TW|UB|WA|WC|WD|"
    "WF|WN|WR|WS|WV|YO|ZE"
)
_UK_DOUBTFUL = "B|E|G|L|M|N|S|W|CT|DE|FE|PA|PE|SE|SP|TR"
_UK = Lazily(
    rf"{LEFT}(?<![.,/-])(?:(?P<sure>{_UK_AREAS})|"
    rf"{_UK_DOUBTFUL})\d[\dA-HJKPSTUW]? \d[ABD-HJLNP-UW-Z]{{2}}{RIGHT}(?![.,-]\d)"
)
_CANADIAN = Lazily(rf"{LEFT}[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z][ -]\d[ABCEGHJ-NPRSTV-Z]\d{RIGHT}")
_JAPANESE = Lazily(r"〒\s?\d{3}-?\d{4}(?!\d)")
_COUNTRY_CODE = Lazily(rf"{LEFT}(?:D|A|CH|F|B|I|DK|SE|S|FI|PL|CZ|L)-\d{{4,5}}\s[{CAPITAL}][\w'’-]{{2,30}}")


def postcodes(text: str) -> Iterator[Span]:
    """Yield the postcodes of a text."""
    text = plain(text)
    if not any(map(str.isdecimal, text)):
        return
    for match in _AFTER_CUE.finditer(text):
        yield Span(*match.span("id"), Kind.POSTCODE, "postcodes", cue=match.start())
    for match in _STATE_ZIP.finditer(text):
        if match["comma"] or match["state"] in _NO_TERM:
            start = match.start() if match["comma"] else match.start("state")
            yield Span(start, match.end(), Kind.POSTCODE, "postcodes")
    for match in _UK.finditer(text):
        yield Span(*match.span(), Kind.POSTCODE, "postcodes", certain=bool(match["sure"]))
    for match in _ZIP_4.finditer(text):
        yield Span(*match.span(), Kind.POSTCODE, "postcodes", certain=False)
    for form in (_CANADIAN, _JAPANESE, _COUNTRY_CODE):
        for match in form.finditer(text):
            yield Span(*match.span(), Kind.POSTCODE, "postcodes")
