"""Numbers of licences, certificates, insurance policies, accounts, cards and vehicles.

Certain after their cue; without one only what carries check digits: payment cards (Luhn), IBAN, vehicle
identification numbers. Leaves alone: plates without a cue, which look like any code.

Source: 45 CFR 164.514(b)(2)(i)(I, J, K, L); ISO/IEC 7812, ISO 13616, ISO 3779.
"""

import re
from collections.abc import Iterator

from deidpipe.text.announced import announced, announcing
from deidpipe.text.check_digits import is_sequence, luhn, mod_97_10, weighted
from deidpipe.text.form import LEFT, RIGHT, count_digits, digits_of, plain
from deidpipe.text.lazily import Lazily
from deidpipe.text.span import Kind, Span

_CUES = announcing(
    "license|licence|lic|lic no|license plate|licence plate|plate|number plate|registration plate|driver's license|"
    "drivers license|driver license|driving licence|dl|dea|dea no|npi|upin|certificate|certificate no|cert|cert no|"
    "policy|policy no|insurance|insurance id|insurance no|insurance policy|member id|member no|subscriber|"
    "subscriber id|group no|group number|account|account no|account number|acct|acct no|a/c no|credit card|card no|"
    "card number|vin|passport|passport no|health plan|beneficiary|medicaid|medicaid id|bank account|iban|gmc|gmc no|"
    "nmc|hcpc|ahpra|lanr|bsnr|rpps|adeli|finess|versicherungsnummer|versicherungsnr|versicherten-nr|versichertennr|"
    "konto|kontonummer|kennzeichen|führerschein|reisepass|pass-nr|ausweis|ausweisnr|personalausweis|police|n° police|"
    "permis|n° permis|immatriculation|passeport|mutuelle|carte vitale|n° adhérent|matrícula|matricula|pasaporte|"
    "póliza|poliza|licencia|colegiado|nº colegiado|seguro|targa|patente|passaporto|polizza|tessera|tessera sanitaria|"
    "tesserino|apólice|crm|cédula profissional|ordem dos médicos|paspoort|polis|polisnummer|kenteken|rijbewijs|"
    "пропуск|паспорт|полис|лицензия|счет|免許番号|保険者番号|被保険者番号|保険証番号|登録番号|执业证号|护照|医保卡号|"
    "医保号|社保卡|면허번호|보험번호"
)
_CARD = Lazily(
    rf"{LEFT}(?<![\d][.-])[3-6]\d{{3}}(?P<s>[ -]?)"
    rf"(?:\d{{4}}(?P=s)\d{{4}}(?P=s)\d{{4}}|\d{{6}}(?P=s)\d{{5}}){RIGHT}(?![.-]\d)"
)
_IBAN = Lazily(rf"{LEFT}[A-Z]{{2}}\d{{2}}(?:[A-Z0-9]{{11,30}}|(?: [A-Z0-9]{{4}}){{2,7}}(?: [A-Z0-9]{{1,3}})?){RIGHT}")
_VIN = Lazily(
    rf"{LEFT}(?=[A-Z0-9]{{0,16}}[A-Z])[A-HJ-NPR-Z0-9]{{8}}[0-9X][A-HJ-NPR-Z0-9]{{3}}[A-HJ-NPR-Z0-9]{{2}}\d{{3}}{RIGHT}"
)
_VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


_PLATE = Lazily(
    rf"{LEFT}(?:license plate|licence plate|number plate|plate|vehicle reg|reg|vehicle|kennzeichen|immat|"
    rf"immatriculation|"
    rf"matrícula|targa|kenteken|registration|plaka|госномер)(?: no| number|-Nr)?[.:]?\s{{1,2}}"
    r"(?P<id>(?=[A-Z0-9 -]{0,12}\d)[A-Z0-9]{1,4}[ -][A-Z0-9]{1,4}(?:[ -][A-Z0-9]{1,4})?)(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def licences(text: str) -> Iterator[Span]:
    """Yield the numbers of licences, policies, accounts, cards and vehicles in a text."""
    text = plain(text)
    if count_digits(text) < 3:
        return
    for found in announced(text, _CUES, marked=3, bare=4):
        yield Span(found.start, found.stop, Kind.LICENCE, "licences", cue=found.cue)
    for match in _PLATE.finditer(text):
        if match["id"].isupper():
            yield Span(*match.span("id"), Kind.LICENCE, "licences", cue=match.start())
    if count_digits(text) < 6:
        return
    for form, right in ((_CARD, _is_card), (_IBAN, _is_iban), (_VIN, _is_vin)):
        for match in form.finditer(text):
            if right(match.group()):
                yield Span(*match.span(), Kind.LICENCE, "licences")


def _is_card(number: str) -> bool:
    digits = digits_of(number)
    return luhn(digits) and not is_sequence(digits)


def _is_iban(number: str) -> bool:
    compact = number.replace(" ", "")
    return 15 <= len(compact) <= 34 and mod_97_10(compact[4:] + compact[:4])


def _is_vin(number: str) -> bool:
    values = "".join(_VIN_VALUES.get(character, character) for character in number[:8] + "0" + number[9:])
    return number[8] == "0123456789X"[weighted(values, _VIN_WEIGHTS) % 11]
