"""Numbers of people in Europe. Source: the rules that each register publishes."""

from deidpipe.text.check_digits import luhn, mod_11_10, weighted
from deidpipe.text.national.number import Number, always, born, mod_11


def _nhs(text: str) -> bool:
    rest = -weighted(text[:9], range(10, 1, -1)) % 11
    return rest < 10 and text[9] == str(rest)


def _pps(text: str) -> bool:
    second = 9 * (ord(text[8]) - 64) if len(text) > 8 and text[8] != "W" else 0
    return text[7] == "WABCDEFGHIJKLMNOPQRSTUV"[(weighted(text[:7], range(8, 1, -1)) + second) % 23]


def _nir(text: str) -> bool:
    number = text.replace("2A", "19", 1).replace("2B", "18", 1) if text[5:7] in ("2A", "2B") else text
    return number.isdecimal() and int(number[13:]) == 97 - int(number[:13]) % 97


def _dni(text: str) -> bool:
    number = text.translate(str.maketrans("XYZ", "012")) if text[0] in "XYZ" else text
    return text[-1] == "TRWAGMYFPDXBNJZSQVHLCKE"[int(number[:-1].translate(str.maketrans("XYZ", "012"))) % 23]


def _kvnr(text: str) -> bool:
    return luhn_from_left(f"{ord(text[0]) - 64:02d}{text[1:9]}") == int(text[9])


def luhn_from_left(digits: str) -> int:
    """Return the check digit of weights 1, 2, 1, 2 ... with the sum of digits of each product."""
    return sum(sum(divmod(int(digit) * (1 + place % 2), 10)) for place, digit in enumerate(digits)) % 10


def _bsn(text: str) -> bool:
    return weighted(text, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0 and text != "0" * 9


def _belgian(text: str) -> bool:
    check = int(text[9:])
    return check in (97 - int(text[:9]) % 97, 97 - int(f"2{text[:9]}") % 97)


def _ahv(text: str) -> bool:
    return -weighted(text[:12], (1, 3) * 6) % 10 == int(text[12])


def _swedish(text: str) -> bool:
    day = int(text[-6:-4]) % 60  # a coordination number adds 60
    return born(f"{text[-10:-6]}{day:02d}") and luhn(text[-10:])


def _norwegian(text: str) -> bool:
    first = -weighted(text[:9], (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11
    second = -weighted(text[:10], (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return text[9:] == f"{first}{second}"


def _finnish(text: str) -> bool:
    digits = text[:6] + text[-4:-1]
    return born(text, "dmy") and text[-1] == "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(digits) % 31]


def _pesel(text: str) -> bool:
    month = f"{int(text[2:4]) % 20:02d}"
    return born(f"{text[:2]}{month}{text[4:6]}") and weighted(text, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0


def _rodne_cislo(text: str) -> bool:
    month = int(text[2:4]) % 50
    month = month - 20 if month > 20 else month
    return born(f"{text[:2]}{month:02d}{text[4:6]}") and (len(text) == 9 or int(text[:9]) % 11 % 10 == int(text[9]))


def _cnp(text: str) -> bool:
    return born(text, start=1) and weighted(text[:12], (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11 % 10 == int(text[12])


def _jmbg(text: str) -> bool:
    rest = -weighted(text[:12], (7, 6, 5, 4, 3, 2) * 2) % 11
    return born(f"{text[:4]}{text[5:7]}", "dmy") and rest < 10 and text[12] == str(rest)


def _egn(text: str) -> bool:
    month = f"{int(text[2:4]) % 20:02d}"
    return born(f"{text[:2]}{month}{text[4:6]}") and weighted(text[:9], (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10 == int(
        text[9]
    )


def _snils(text: str) -> bool:
    return weighted(text[:9], range(9, 0, -1)) % 101 % 100 == int(text[9:])


def _austrian(text: str) -> bool:
    return weighted(text[:3] + text[4:], (3, 7, 9, 5, 8, 4, 2, 1, 6)) % 11 == int(text[3])


def _birth_first(text: str) -> bool:
    return born(text, "dmy")


def _taj(text: str) -> bool:
    return weighted(text[:8], (3, 7) * 4) % 10 == int(text[8])


EUROPE = (
    Number("British NHS number", r"\d{3}(?P<s>[ -]?)\d{3}(?P=s)\d{4}", _nhs, "nhs|nhs no|nhs number|chi|hcn|h&c"),
    Number("Scottish CHI number", r"[0-3]\d[01]\d{3} ?\d{4}", lambda text: _birth_first(text) and _nhs(text), "chi"),
    Number(
        "British national insurance",
        r"[A-CEGHJ-PR-TW-Z]{2} \d{2} \d{2} \d{2} [A-D]",
        always,
        "ni|nino|ni no|national insurance",
    ),
    Number(
        "British national insurance, closed up",
        r"[A-CEGHJ-PR-TW-Z]{2}\d{6}[A-D]",
        lambda _: False,
        "ni|nino|national insurance",
    ),
    Number("Irish PPS", r"\d{7}[A-W][A-IW]?", _pps, "pps|ppsn|pps no", alone=True),
    Number(
        "French NIR",
        r"[1-478] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}",
        _nir,
        "nir|insee|ins|sécu|n° sécu|sécurité sociale|numéro de sécurité sociale|nss",
        alone=True,
    ),
    Number(
        "Italian codice fiscale",
        r"[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]",
        always,
        "codice fiscale|cf|c.f|cod. fisc|cod fisc",
        alone=True,
    ),
    Number("Spanish DNI", r"\d{8}-?[A-Z]|\d{2}\.\d{3}\.\d{3}[ -]?[A-Z]", _dni, "dni|nif", alone=True),
    Number("Spanish NIE", r"[XYZ]-?\d{7}-?[A-Z]", _dni, "nie", alone=True),
    Number(
        "Portuguese NIF",
        r"[1-35689]\d{2} ?\d{3} ?\d{3}",
        mod_11(range(9, 1, -1)),
        "nif|contribuinte|utente|n.º utente|sns",
    ),
    Number(
        "German health insurance number",
        r"[A-Z]\d{9}",
        _kvnr,
        "kvnr|versichertennummer|versicherten|egk|kv",
        alone=True,
    ),
    Number("German tax number", r"[1-9]\d ?\d{3} ?\d{3} ?\d{3}", mod_11_10, "steuer-id|steuerid|idnr|steuer id|tin"),
    Number(
        "German pension number",
        r"\d{2} ?\d{6} ?[A-Z] ?\d{3}",
        lambda text: born(text, "dmy", 2),
        "rvnr|svnr|rentenversicherung",
        alone=True,
    ),
    Number("Dutch BSN", r"\d{4}\.\d{2}\.\d{3}|\d{3}[ -]?\d{3}[ -]?\d{3}", _bsn, "bsn|burgerservicenummer|sofi"),
    Number(
        "Belgian national number",
        r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}|\d{11}",
        _belgian,
        "nn|rijksregister|rijksregisternummer|niss|insz|rn",
    ),
    Number("Swiss AHV number", r"756\.\d{4}\.\d{4}\.\d{2}|756\d{10}", _ahv, "ahv|avs|ahv-nr", alone=True),
    Number(
        "Austrian social insurance",
        r"[1-9]\d{3} ?\d{6}",
        lambda text: born(text, "dmy", 4) and _austrian(text),
        "svnr|sv|sv-nr|svn",
    ),
    Number(
        "Swedish personal number", r"(?:19|20)?\d{6}[-+]\d{4}|(?:19|20)\d{10}", _swedish, "personnummer|pnr|personnr"
    ),
    Number("Norwegian birth number", r"[0-7]\d{5} ?\d{5}", _norwegian, "fødselsnummer|fnr|personnummer|fødselsnr"),
    Number("Danish CPR", r"\d{6}-\d{4}", _birth_first, "cpr|cpr-nr|cpr nr|personnummer"),
    Number(
        "Icelandic kennitala",
        r"[0-7]\d{5}-?\d{3}[890]",
        lambda text: mod_11((3, 2, 7, 6, 5, 4, 3, 2))(text[:9]),
        "kennitala|kt",
    ),
    Number("Finnish HETU", r"\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]", _finnish, "hetu|henkilötunnus", alone=True),
    Number("Polish PESEL", r"\d{11}", _pesel, "pesel", alone=True),
    Number("Czech or Slovak birth number", r"\d{6}/\d{3,4}", _rodne_cislo, "rč|rodné číslo|r.č|rc"),
    Number("Hungarian TAJ", r"\d{3}(?P<s>[ -])\d{3}(?P=s)\d{3}", _taj, "taj|taj szám"),
    Number("Romanian CNP", r"[1-9]\d{12}", _cnp, "cnp", alone=True),
    Number("JMBG", r"\d{13}", _jmbg, "jmbg|emšo|jmb", alone=True),
    Number("Croatian OIB", r"\d{11}", mod_11_10, "oib"),
    Number("Bulgarian EGN", r"\d{10}", _egn, "егн|egn"),
    Number("Latvian personal code", r"\d{6}-[012]\d{4}", _birth_first, "personas kods|pk"),
    Number(
        "Estonian or Lithuanian code", r"[1-6]\d{10}", lambda text: born(text, start=1), "isikukood|asmens kodas|ik|a.k"
    ),
    Number("Greek AMKA", r"[0-3]\d{10}", lambda text: _birth_first(text) and luhn(text), "amka|αμκα"),
    Number("Russian SNILS", r"\d{3}-\d{3}-\d{3}[ -]\d{2}", _snils, "снилс"),
    Number("Russian passport", r"\d{2} ?\d{2} \d{6}", lambda _: False, "паспорт"),
    Number("Russian policy", r"\d{16}", luhn, "полис|полис омс|омс"),
)
