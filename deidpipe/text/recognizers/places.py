"""Places and houses that a phrase announces: "lives in X", "moved here from X", "at ABCD", "employer X".

Certain where the phrase is about where somebody lives, works or was seen, and a word follows that no vocabulary has.
Leaves alone: words of medicine and plain language after the same phrases ("pain moved from hip", "at rest").

Source: 45 CFR 164.514(b)(2)(i)(B); PS3.15 Table E.1-1 (Institution Name, Region of Residence).
"""

import re
from collections.abc import Iterator

from deidpipe.text.form import LEFT, one_of, plain
from deidpipe.text.lazily import Lazily
from deidpipe.text.span import Kind, Span
from deidpipe.text.vocabulary import Standing, is_listed, standing

_LIVES = (
    "lives in|living in|lived in|lives at|resides in|resides at|resident of|residing in|resident in|born in|"
    "native of|"
    "moved here from|moved from|moved to|relocated from|comes from|came from|traveled from|"
    "travelled from|returned from|"
    "wohnhaft in|wohnt in|geboren in|habite à|né à|née à|demeurant à|vive en|residente en|nacido en|nacida en|vive a|"
    "residente a|nato a|nata a|mora em|reside em|nascido em|woont in|geboren te|bor i|bosatt i|проживает в|из"
)
_WORKS = "employer|employed by|employed at|works at|works for|worked at|worked for|retired from|student at|teaches at"
_PHRASE = Lazily(rf"{LEFT}(?:{one_of(_LIVES)}|(?P<work>{one_of(_WORKS)})):?[\s_]{{1,3}}", re.IGNORECASE)
_WORD = Lazily(r"[^\W\d_](?:[^\W\d_]|['\u2019`.-](?=[^\W\d_])){0,40}")
_GAP = Lazily(r"[ _&-]{1,3}|, (?=[^\W\d_]+ (?:and|und|y|et|e|&))")
_AT_HOUSE = Lazily(rf"{LEFT}(?:at|to|from|@|in)[\s_]{{1,2}}(?P<house>[A-Z]{{3,7}})(?![^\W_])")
_COMPANY = Lazily(
    r"(?:[^\W\d_](?:[^\W\d_]|['\u2019-]){0,30}[ ,&]{1,3}){1,5}"
    r"(?:Ltd|Inc|LLC|GmbH|GbR|AG|S\.A|S\.L|S\.r\.l|SARL|B\.V|Corp|PLC|KG|Oy|AB|S\.Com|Co)\.{0,2}(?!\w)"
)
_EAST = Lazily(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{2,20}")
_LINKS = frozenset("de di del la le el los las of the am an der den sur st and und y et e i al och og".split())  # noqa: SIM905
_USUAL = Standing.CLINICAL | Standing.PLAIN | Standing.LISTED
_MOST = 6


def places(text: str) -> Iterator[Span]:
    """Yield the places and houses of a text that a phrase announces."""
    text = plain(text)
    for phrase in _PHRASE.finditer(text):
        company = _COMPANY.match(text, phrase.end()) if phrase["work"] else None
        stop = company.end() if company else _name_end(text, phrase.end())
        if stop:
            yield Span(phrase.end(), stop, Kind.INSTITUTION if phrase["work"] else Kind.ADDRESS, "places")
    for match in _AT_HOUSE.finditer(text):
        if not standing(match["house"]):
            yield Span(*match.span("house"), Kind.INSTITUTION, "places", cue=match.start())


def _name_end(text: str, at: int) -> int:
    """Return where a name of a place ends that begins here; 0 if none does."""
    east = _EAST.match(text, at)
    if east:
        return east.end()
    stop, here, is_strange = 0, at, False
    for _ in range(_MOST):
        word = _WORD.match(text, here)
        if not word or not (word[0][0].isupper() or not word[0].isascii() or word[0].lower() in _LINKS):
            break
        known = standing(word[0])
        if word[0].lower() not in _LINKS:
            if stop and known & Standing.CLINICAL:
                break
            is_name = bool(known & (Standing.PLACE | Standing.FAMILY_NAME | Standing.GIVEN_NAME))
            is_new = not stop and word[0].istitle() and not is_listed(word[0])
            is_strange |= is_name or is_new or not known & _USUAL
            stop = word.end()
        gap = _GAP.match(text, word.end())
        if not gap:
            break
        here = gap.end()
    return stop if is_strange else 0
