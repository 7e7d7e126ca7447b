"""What stands on pictures: invented names, numbers, dates, places, technical text, in several scripts."""

import random

FAMILY = [
    "MUSTER",
    "NOVAK",
    "LINDQVIST",
    "OKAFOR",
    "HARTMANN",
    "BELLINI",
    "DUBOIS",
    "KOWALCZYK",
    "SANTOS",
    "PETERS",
    "IVERSEN",
    "MARCH",
    "TANAKA",
    "GARCIA",
    "VAN",
    "DER",
    "BERG",
    "OBRIEN",
    "HOLLOWAY",
    "PRICE",
    "ABEL",
    "WINTER",
    "SOMMER",
    "LI",
    "NG",
    "WU",
    "ZIEGLER",
    "QUINN",
    "YOUNG",
    "JANSSEN",
    "FLORES",
    "KAUR",
]
GIVEN = [
    "ANNA",
    "ERIK",
    "MARIA",
    "JOHN",
    "LI",
    "WEI",
    "AMINA",
    "PEDRO",
    "EVA",
    "TOM",
    "UTE",
    "JANE",
    "IDA",
    "MAX",
    "ZOE",
    "OLGA",
    "IVAN",
    "NORA",
    "KAI",
    "RUTH",
    "GITTE",
    "PAULA",
    "Q.",
    "J.",
]
PLACES = [
    "GENERAL HOSPITAL",
    "CITY CLINIC",
    "ST. ELSEWHERE",
    "UNIV. MED CENTER",
    "NORTH IMAGING",
    "KLINIKUM AM SEE",
    "HOPITAL DU LAC",
    "Radiology Dept.",
    "Lakeside Hosp",
    "IMAGING CENTER 3",
    "Policlinico Est",
    "MRI SUITE B",
    "Women's Health",
    "Dr. Q. Holloway",
    "Ref: Dr. Ziegler",
    "Op: IV",
]
TECHNICAL = [
    "kV 120",
    "mA 200",
    "WL: 40 WW: 400",
    "FOV 24.0cm",
    "TR 500.0",
    "TE 14.0",
    "SL 5.0",
    "Gain 62%",
    "MI 1.2",
    "TIs 0.4",
    "120 kVp",
    "HFS",
    "Se: 3",
    "Im: 17/42",
    "T1 SE AX",
    "AX T2 FLAIR",
    "LT BREAST CC",
    "PORTABLE",
    "SUPINE",
    "UPRIGHT",
    "AP",
    "PA",
    "LATERAL",
    "Zoom 1.4x",
    "DFOV 25.0 cm",
    "+C",
    "75 bpm",
    "DR 60",
    "2D 68Hz",
    "Dist 1.43 cm",
    "A: 12.4 mm",
    "FR 25Hz",
    "Abdomen",
    "Cardiac",
    "C5-2",
    "H4.0MHz",
    "W:1492 L:906",
    "GT 0.0",
    "SP H25.3",
    "ROT 0",
    "NEX 2",
    "Acq 10:23",
]
MARKERS = ["R", "L", "A", "P", "H", "F", "S", "I", "RA", "LP", "RT", "LT", "SAR", "PIL", "V", "Y"]
LABELS = ("Name: ", "ID: ", "DOB ", "DOB: ", "Acc# ", "MRN ", "Pat: ", "Study: ", "", "", "", "", "")
MONTHS = [
    "JAN",
    "FEB",
    "MAR",
    "APR",
    "MAY",
    "JUN",
    "JUL",
    "AUG",
    "SEP",
    "OCT",
    "NOV",
    "DEC",
    "Jan",
    "Feb",
    "Mrz",
    "Mai",
    "Okt",
    "Dez",
]
DATES = ("{d:02}/{m:02}/{y}", "{y}-{m:02}-{d:02}", "{y}{m:02}{d:02}", "{d:02}.{m:02}.{y}", "{d} {n} {y}", "{n} {d} {y}")
SHORT_DATES = ("{m}/{d}/{s:02}", "{d:02}-{n}-{s:02}", "{d:02}.{m:02}.{s:02}", "{y}.{m:02}.{d:02}")
SCRIPTS = {  # first and last code point of the letters that invented words of a script are made of
    "cyrillic": (0x410, 0x44F),
    "greek": (0x391, 0x3C9),
    "arabic": (0x627, 0x64A),
    "hebrew": (0x5D0, 0x5EA),
    "devanagari": (0x905, 0x939),
    "thai": (0xE01, 0xE2E),
    "kana": (0x30A2, 0x30F3),
    "hangul": (0xAC00, 0xD7A3),
    "han": (0x4E00, 0x9FA5),
}
DENSE = ("kana", "hangul", "han")  # without spaces, few letters a word


def text(rng: random.Random, script: str = "latin") -> tuple[str, bool]:
    """Return a line and whether it would tell who the patient is."""
    if script != "latin":
        return foreign(rng, script), True
    kind = rng.random()
    if kind < 0.3:
        return rng.choice(LABELS) + name(rng), True
    if kind < 0.55:
        return rng.choice(LABELS) + (date(rng) if rng.random() < 0.7 else clock(rng)), True
    if kind < 0.73:
        return rng.choice(LABELS) + number(rng), True
    if kind < 0.8:
        return cased(rng, rng.choice(PLACES)), True
    if kind < 0.86:
        return f"{rng.randint(1, 99)}{rng.choice(('Y', ' Y', 'Y/M', ' yrs', ' F', 'M'))}", True
    if kind < 0.97:
        return cased(rng, rng.choice(TECHNICAL)), False
    return rng.choice(MARKERS), False


def name(rng: random.Random) -> str:
    """Return an invented person name as scanners spell it."""
    family, given = rng.choice(FAMILY), rng.choice(GIVEN)
    spelt = rng.choice((f"{family}^{given}", f"{family}, {given}", f"{given} {family}", f"{family} {given}", family))
    return cased(rng, spelt)


def cased(rng: random.Random, words: str) -> str:
    """Return the words as they are, in capitals, or as a title."""
    return rng.choice((words, words, words.upper(), words.title()))


def date(rng: random.Random) -> str:
    """Return an invented date, sometimes with a time of day behind it."""
    year = rng.randint(1921, 2029)
    spelt = rng.choice(DATES + SHORT_DATES).format(
        d=rng.randint(1, 28), m=rng.randint(1, 12), y=year, s=year % 100, n=rng.choice(MONTHS)
    )
    return f"{spelt} {clock(rng)}" if rng.random() < 0.25 else spelt


def clock(rng: random.Random) -> str:
    """Return a time of day."""
    spelt = f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}"
    return spelt + rng.choice(("", f":{rng.randint(0, 59):02}", " AM", " pm"))


def number(rng: random.Random) -> str:
    """Return an invented identifier."""
    digits = "".join(rng.choice("0123456789") for _ in range(rng.randint(3, 11)))
    shape = rng.random()
    if shape < 0.6:
        return digits
    if shape < 0.8:
        return rng.choice("ABCEHKMPRTX") + digits
    return f"{digits[:3]}-{digits[3:]}{rng.choice('0123456789')}"


def foreign(rng: random.Random, script: str) -> str:
    """Return invented words of a script, sometimes with a number behind them."""
    first, last = SCRIPTS[script]
    longest = 4 if script in DENSE else 9
    words = []
    for _ in range(rng.randint(1, 2 if script in DENSE else 3)):
        words.append("".join(chr(rng.randint(first, last)) for _ in range(rng.randint(2, longest))))
    if rng.random() < 0.3:
        words.append(number(rng))
    return " ".join(words)
