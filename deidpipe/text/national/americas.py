"""Numbers of people in the Americas. Source: the rules that each register publishes."""

from deidpipe.text.check_digits import luhn, weighted
from deidpipe.text.national.number import Number, always, born


def _social_security(text: str) -> bool:
    area, group, serial = text[:3], text[3:5], text[5:]
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def _cpf(text: str) -> bool:
    if len(set(text)) == 1:
        return False
    first = -weighted(text[:9], range(10, 1, -1)) % 11
    second = -weighted(text[:10], range(11, 1, -1)) % 11
    return text[9:] == f"{first % 10 if first < 10 else 0}{second % 10 if second < 10 else 0}"


def _cns(text: str) -> bool:
    return weighted(text, range(15, 0, -1)) % 11 == 0


def _rut(text: str) -> bool:
    rest = -weighted(text[-2::-1], (2, 3, 4, 5, 6, 7) * 2) % 11
    return text[-1] == "0123456789K"[rest]


def _cuil(text: str) -> bool:
    rest = -weighted(text[:10], (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return text[10] == str(rest % 10) and rest != 10


def _curp(text: str) -> bool:
    letters = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
    total = sum(letters.index(character) * (18 - place) for place, character in enumerate(text[:17]))
    return text[17] == str(-total % 10)


def _ramq(text: str) -> bool:
    month = int(text[6:8])
    return 1 <= month % 50 <= 12 and month < 63 and 1 <= int(text[8:10]) <= 31


_MEDICARE_LETTER = "[AC-HJKMNP-RT-Y]"
_MEDICARE_EITHER = "[0-9AC-HJKMNP-RT-Y]"

AMERICAS = (
    Number(
        "US Social Security Number",
        r"\d{3}(?P<s>[ -])\d{2}(?P=s)\d{4}|\d{9}",
        _social_security,
        "ssn|ss|social security|social sec|soc sec|social|social security number|itin|tin",
    ),
    Number(
        "US Medicare Beneficiary Identifier",
        rf"[1-9]{_MEDICARE_LETTER}{_MEDICARE_EITHER}\d-?{_MEDICARE_LETTER}{_MEDICARE_EITHER}\d-?{_MEDICARE_LETTER}{{2}}\d\d",
        always,
        "mbi|medicare|medicare id|hic|hicn",
        alone=True,
    ),
    Number(
        "Canadian Social Insurance Number",
        r"[1-9]\d{2}(?P<s>[ -]?)\d{3}(?P=s)\d{3}",
        luhn,
        "sin|social insurance|social insurance number|nas",
    ),
    Number(
        "Ontario health number",
        r"[1-9]\d{3}(?P<s>[ -]?)\d{3}(?P=s)\d{3}(?:(?P=s)[A-Z]{2})?",
        lambda text: luhn(text[:10]),
        "ohip|hcn|health card|health card number|health number|hin|phn|carte santé",
    ),
    Number("Quebec health number", r"[A-Z]{4} ?\d{4} ?\d{4}", _ramq, "ramq|nam|assurance maladie", alone=True),
    Number("Brazilian CPF", r"\d{3}\.\d{3}\.\d{3}-\d{2}|\d{11}", _cpf, "cpf"),
    Number(
        "Brazilian CNS",
        r"[12789]\d{2} ?\d{4} ?\d{4} ?\d{4}",
        _cns,
        "cns|cartão sus|cartão nacional de saúde",
        alone=True,
    ),
    Number(
        "Mexican CURP",
        r"[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{2}[B-DF-HJ-NP-TV-ZÑ]{3}[0-9A-Z]\d",
        _curp,
        "curp",
        alone=True,
    ),
    Number("Mexican social security", r"\d{2}-\d{2}-\d{2}-\d{4}-\d", luhn, "nss|imss"),
    Number("Chilean RUT", r"\d{1,2}\.\d{3}\.\d{3}-[\dKk]|\d{7,8}-[\dKk]", _rut, "rut|run"),
    Number("Argentine CUIL", r"(?:20|23|24|27)-\d{8}-\d", _cuil, "cuil|cuit"),
    Number(
        "Argentine or Peruvian DNI", r"\d{1,2}\.\d{3}\.\d{3}", lambda _: False, "dni|documento|ci|cédula|cedula|rg|c.i"
    ),
    Number("Mexican tax number", r"[A-ZÑ]{4}\d{6}[A-Z0-9]{3}", lambda text: born(text, "ymd", 4), "rfc", alone=True),
)
