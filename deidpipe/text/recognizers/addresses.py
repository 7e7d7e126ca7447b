"""Postal addresses: a street with its number and what follows it, a box, a flat.

Certain where the words of a street and a number stand together, and after "address:". In doubt: abbreviations that are
also terms (St, Dr, Ln). Leaves alone: CT, PL and DR in capitals, and numbers before words of imaging ("4 Phase Liver").

Source: 45 CFR 164.514(b)(2)(i)(B); the forms of postcodes by the Universal Postal Union.
"""

import re
from collections.abc import Iterator

from deidpipe.text.form import AFTER_WORD, LEFT, RIGHT, one_of, plain
from deidpipe.text.lazily import Lazily
from deidpipe.text.places import CAPITAL, STATES
from deidpipe.text.span import Kind, Span
from deidpipe.text.stop_words import is_of_imaging

_WORD = rf"[{CAPITAL}][\w'’-]{{0,30}}\.?"
_STREETS = (
    "Street|Avenue|Boulevard|Road|Drive|Lane|Highway|Parkway|Terrace|Crescent|Turnpike|Expressway|Freeway|Alley|"
    "Esplanade"
)
_SURE_SHORT = r"Ave\.?|AVE\.?|Blvd\.?|BLVD\.?|Rd\.?|RD\.|Hwy\.?|HWY|Pkwy\.?|PKWY|Ste\.|Cres\.?"
_DOUBTFUL = (
    r"St\.?|ST\.?|RD|Dr\.?|Ln\.?|Ct\.?|Pl\.?|Sq\.?|Court|Place|Square|Way|Close|Row|Walk|Trail|Gardens?|Grove|"
    r"Cir\.?|Circle|"
    r"Manor|Inlet|Ranch|Ridge|Creek|Meadows?|Orchard|Harbou?r|Island|Plaza|Pike|Glen|Hollow|Knolls?|Landing|Loop|"
    r"Path|Run|"
    r"Station|Summit|Valley|Village|Vista|Crossing|Estates?|Forest|Heights|Hills?|Lakes?|Lodge|Mills?|Mountain|"
    r"Parks?|Pass|"
    r"Pines?|Point|River|Shores?|Springs?|Track|Throughway|Union|Viaduct|Wells|Mews|Rise|Quay|Wharf|Crest|Bend|"
    r"Bluffs?|Cove"
)
_ENGLISH = Lazily(
    rf"{LEFT}(?<![\d.,/-])\d{{1,6}}[A-Za-z]?,?\s(?:(?:[NSEW]|[NS][EW]|North|South|East|West)\.?\s)?"
    rf"(?:(?:{_WORD}|\d{{1,3}}(?:st|nd|rd|th|ST|ND|RD|TH))\s){{1,4}}?"
    rf"(?:(?P<sure>{_STREETS}|{_STREETS.upper()}|{_SURE_SHORT})|(?:{_DOUBTFUL}))(?![\w'’])"
)
_GERMANIC = Lazily(
    rf"(?<![\w])(?:[{CAPITAL}][\wäöüß'-]{{1,30}}\s?(?P<sure>(?:[Ss]tra(?:ß|ss)e|[Ss]tr\.|gasse|allee|chaussee|"
    rf"straat|laan|gracht|plein|gatan|vägen|gade|gata|"
    r"veien|katu)|STRASSE|STR\.)|[A-ZÄÖÜ][\wäöüß-]{2,30}(?:weg|platz|ufer|damm|kade|singel|vej|"
    r"tie))\s?\d{1,4}\s?[a-hA-H]?(?![\w.,]?\d|[a-zA-Z])"
    r"|(?<!\w)Stra(?:ß|ss)e\s(?:des|der|am)\s[\w. ]{2,30}\s\d{1,4}(?!\d)"
)
_FRENCH = Lazily(
    rf"{LEFT}(?<![\d.,/-])\d{{1,4}}(?:\s?(?:bis|ter|quater|[A-D]))?,?\s(?:rue|avenue|av\.|boulevard|bd\.?|place|"
    rf"allées?|chemin|impasse|quai|route|"
    r"cours|square|Rue|Avenue|Boulevard|Place|Allée|Chemin|Impasse|Quai|Route|RUE|AVENUE|BOULEVARD)\s(?:(?:de|du|"
    r"des|la|le|les|DE|DU|DES|LA)\s|"
    rf"[dlDL]['’]){{0,3}}[{CAPITAL}][\w'’-]{{1,30}}(?:[ -][{CAPITAL}][\w'’-]{{1,30}}){{0,3}}"
)
_ROMANCE = Lazily(
    rf"(?<![\w])(?:C/|[Cc]alle|CALLE|Avda\.?|Av\.|Avenida|AVENIDA|Plaza|Pza\.?|Paseo|Pº|Carrer|Ctra\.?|Rua|RUA|"
    rf"R\.|Praça|Travessa|Via|Viale|V\.le|Piazza|P\.zza|"
    r"Corso|Largo|Strada|Vicolo|Rúa|Carrera|Cra\.?|Jirón|Str\.|Strada|Bulevardul)\s?(?:(?:de|del|la|las|los|da|"
    r"do|dos|das|di|della|dei|d['’])\s?){0,3}"
    rf"[{CAPITAL}][\w'’.-]{{1,30}}(?:\s(?:de\s|da\s|do\s|"
    rf"del\s)?[{CAPITAL}][\w'’-]{{1,30}}){{0,3}},?\s(?:n[.º°o]{{0,2}}\s?|nr\.?\s?|"
    rf"#)?\d{{1,4}}(?:[/-]?[A-Za-z])?(?![\w]|[.,]\d)"
)
_SLAVIC = Lazily(
    r"(?<!\w)(?:ул\.?|улица|пр-т|просп\.?|проспект|пер\.|переулок|наб\.|шоссе|бульвар|бул\.|площадь|пл\.|вул\.|"
    r"ul\.|al\.|os\.|pl\.|ulice|ulica|nám\.)\s?"
    r"[^\W\d_][^\W_-]{1,30}(?:[ -][^\W\d_]{2,30}){0,3},?\s(?:д\.?\s?|дом\s)?\d{1,4}(?:[/-]?\d{0,3}[а-яa-zА-Я]?)(?!\w)"
    r"(?:,?\s(?:кв|корп|стр|оф|m)\.?\s?\d{1,4}){0,3}"
)
_TURKISH_GREEK = Lazily(
    r"(?<!\w)[A-ZÇĞİÖŞÜ][\wçğıöşü.]{1,30}(?:\s[A-ZÇĞİÖŞÜ][\wçğıöşü.]{1,30}){0,3}\s(?:Cad(?:desi|\.)|Sok(?:ak|ağı|"
    r"\.)|Mah(?:allesi|\.)|Bulvarı)\s?(?:No\s?[:.]?\s?)?\d{1,4}"
    r"|(?<!\w)(?:Οδός|οδός|Λεωφ\.)\s[Α-Ω]\w{1,30}\s\d{1,4}"
)
_HAN = "\u3400-\u4dbf\u4e00-\u9fff々ヶノ"
_COUNT = r"[\d一二三四五六七八九十百-]"
_EAST = Lazily(
    rf"(?:東京都|北海道|(?:京都|大阪)府|"
    rf"[{_HAN}]{{2,3}}県)[{_HAN}]{{1,6}}[市区郡町村][{_HAN}のが\u30a1-\u30faー]{{0,12}}(?:{_COUNT}{{1,4}}(?:丁目|"
    rf"番地?|号)?[-の]?){{0,4}}"
    rf"|(?:[{_HAN}]{{2,6}}(?:省|自治区)|(?:北京|上海|天津|"
    rf"重庆)市?)[{_HAN}]{{1,6}}[市区县州](?:[{_HAN}]{{1,6}}[区县镇乡村])?(?:[{_HAN}]{{1,8}}(?:路|街|道|巷|"
    rf"弄)\d{{0,5}}号?)?"
    rf"|[{_HAN}]{{2,8}}(?:路|街|大道|巷)\d{{1,5}}号|"
    rf"[{_HAN}]{{2,3}}[市縣][{_HAN}]{{1,3}}區[{_HAN}]{{1,6}}[路街](?:[一二三四五六七八九十\d]段)?\d{{1,4}}號?"
    r"|[가-힣]{1,5}(?:특별시|광역시|특별자치시|도|시)\s?[가-힣]{1,5}[시군구](?:\s?[가-힣\d]{1,10}(?:로|길|동|읍|"
    r"면)(?:\s?\d{1,4}(?:-\d{1,4})?(?:번지|번길)?)?)?"
)
_BOX = Lazily(
    rf"{LEFT}(?:P\.?\s?O\.?\s?Box|Post(?:fach|bus|boks|box)|Apartado(?: de Correos)?|Casella Postale|"
    rf"Caixa Postal|Boîte postale|B\.P\.|Cedex|CEDEX|"
    rf"Apt\.?|Apartment|Suite|Ste\.|Flat|Wohnung|Whg\.|Appt\.?|[Пп]/[Яя]|а/я)\s?(?:#|no\.?|"
    rf"n°)?\s?\d{{1,6}}[A-Za-z]?{RIGHT}(?![.,]\d)",
    re.IGNORECASE,
)
_CONTINUATION = Lazily(
    rf"(?:,?\s(?:#|No\.?|Apt\.?|Suite|Ste\.?|Unit|Flat)\s?\d{{1,5}}[A-Z]?)?"
    rf"(?:,?\s?\d{{1,2}}[.º°ª]\s?(?:[a-z]{{2}}|[A-Z]|[Ii]zq|[Dd]cha)?\b\.?|/\d{{1,3}}(?!\d)|-[a-z]{{1,3}}\b|"
    rf", ap\.? \d{{1,4}})?"
    rf"(?:,\s?(?!\d)[{CAPITAL}][\w'’.-]{{1,30}}(?:\s[{CAPITAL}][\w'’.-]{{1,30}}){{0,2}}(?=,|\s\d{{4,5}}|\Z|\.|"
    rf"\s(?:{STATES})\b))?"
    rf"(?:,?\s(?:{STATES})\.?,?\s\d{{5}}(?:-\d{{4}})?(?!\d))?"
    rf"(?:,?\s(?:[A-Z]{{1,2}}-)?(?:\d{{4}}\s?[A-Z]{{2}}|\d{{4,5}}|\d{{3}}\s\d{{2}}|"
    rf"\d{{2}}-\d{{3}})\s[{CAPITAL}][\w'’-]{{2,30}}(?:\s(?:am|an der|sur|sous|de)\s[{CAPITAL}]\w{{2,30}})?)?"
)
_LABELS = (
    "address|home address|addr|mailing address|postal address|street address|residence|residing at|resides at|"
    "lives at|"
    "anschrift|adresse|wohnhaft|wohnhaft in|wohnort|domicile|demeurant|dirección|direccion|domicilio|indirizzo|"
    "residente in|endereço|morada|adres|adress|адрес|место жительства|住所|住址|地址|家庭住址|現住所|주소|자택"
)
_NETWORK = r"(?<!IP )(?<!ip )(?<!mail )(?<!web )(?<!MAC )(?<!memory )"
_LABELLED = Lazily(
    rf"(?<![\w@/-]){_NETWORK}{one_of(_LABELS)}(?:(?<=at)|(?<=in)|(?<=haft)|"
    rf"\s?[:=]){AFTER_WORD}\s{{0,3}}"
    r"(?P<id>[^\n\r;|"
    r"]{3,120}?)(?=(?<!\bSt)(?<!\bApt)(?<!\bAve)(?<!\bRd)(?<!\bStr)(?<!\bNo)(?<!\bNr)(?<!\bSte)\.\s|\.?$|[\n\r;|]|"
    r",\s(?:retired|works|employ|born|who|and|married)|\s-\s)",
    re.IGNORECASE,
)


def addresses(text: str) -> Iterator[Span]:
    """Yield the postal addresses of a text."""
    text = plain(text)
    for match in _LABELLED.finditer(text):
        stop = match.start("id") + len(match["id"].rstrip(" .,"))
        yield Span(match.start("id"), stop, Kind.ADDRESS, "addresses", cue=match.start())
    if not any(map(str.isdecimal, text)) and text.isascii():
        return
    for start, stop, certain in _streets(text):
        more = _CONTINUATION.match(text, stop)
        end = more.end() if more else stop
        yield Span(start, end, Kind.ADDRESS, "addresses", certain or end > stop)
    for match in (*_EAST.finditer(text), *_BOX.finditer(text)):
        yield Span(*match.span(), Kind.ADDRESS, "addresses")


def _streets(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield start, stop and certainty of the streets with a number."""
    for match in _ENGLISH.finditer(text):
        if match["sure"] or not any(map(is_of_imaging, match.group().split()[:-1])):
            yield *match.span(), bool(match["sure"])
    for match in _GERMANIC.finditer(text):
        yield *match.span(), bool(match["sure"])
    for form in (_FRENCH, _ROMANCE, _SLAVIC, _TURKISH_GREEK):
        for match in form.finditer(text):
            yield *match.span(), True
