"""Numbers of people in Asia, Africa and Oceania. Source: the rules that each register publishes."""

from deidpipe.text.check_digits import is_sequence, luhn, verhoeff, weighted
from deidpipe.text.national.number import Number, born, mod_11
from deidpipe.text.recognizers.dates import is_date


def _australian_medicare(text: str) -> bool:
    return weighted(text[:8], (1, 3, 7, 9, 1, 3, 7, 9)) % 10 == int(text[8])


def _tax_file_number(text: str) -> bool:
    return weighted(text, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0


def _chinese(text: str) -> bool:
    weights = [2**place % 11 for place in range(17, 0, -1)]
    return (
        is_date(text[6:10], text[10:12], text[12:14]) and text[17] == "10X98765432"[weighted(text[:17], weights) % 11]
    )


def _my_number(text: str) -> bool:
    rest = weighted(text[:11], (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return int(text[11]) == (0 if rest <= 1 else 11 - rest) and not is_sequence(text)


def _taiwanese(text: str) -> bool:
    number = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(text[0]) + 10
    return weighted(f"{number}{text[1:]}", (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)) % 10 == 0


def _hong_kong(text: str) -> bool:
    letters, digits = text[:-7], text[-7:-1]
    values = [36, *(ord(letter) - 55 for letter in letters)][-2:]
    rest = -(9 * values[0] + 8 * values[1] + weighted(digits, (7, 6, 5, 4, 3, 2))) % 11
    return text[-1] == "0123456789A"[rest]


def _singaporean(text: str) -> bool:
    total = weighted(text[1:8], (2, 7, 6, 5, 4, 3, 2)) + {"T": 4, "G": 4, "M": 3}.get(text[0], 0)
    letters = "JZIHGFEDCBA" if text[0] in "ST" else "XWUTRQPNMLK" if text[0] in "FG" else "KLJNPQRTUWX"
    return text[8] == letters[10 - total % 11 if text[0] == "M" else total % 11]


def _thai(text: str) -> bool:
    return (11 - weighted(text[:12], range(13, 1, -1)) % 11) % 10 == int(text[12])


def _south_african(text: str) -> bool:
    return born(text) and luhn(text)


def _turkish(text: str) -> bool:
    digits = [int(digit) for digit in text]
    tenth = (sum(digits[0:9:2]) * 7 - sum(digits[1:8:2])) % 10
    return digits[9] == tenth and digits[10] == sum(digits[:10]) % 10


ASIA_PACIFIC = (
    Number(
        "Australian Medicare",
        r"[2-6]\d{3} ?\d{5} ?\d(?:[ /-]\d)?",
        _australian_medicare,
        "medicare|medicare no|medicare card",
    ),
    Number("Australian tax file number", r"\d{3}(?P<s>[ -]?)\d{3}(?P=s)\d{3}", _tax_file_number, "tfn|tax file number"),
    Number("Australian health identifier", r"800360\d{10}|8003 60\d\d \d{4} \d{4}", luhn, "ihi|hpi-i", alone=True),
    Number("New Zealand NHI", r"[A-HJ-NP-Z]{3}(?:\d{4}|\d{2}[A-HJ-NP-Z]{2})", lambda _: False, "nhi"),
    Number("Indian Aadhaar", r"[2-9]\d{3}(?P<s>[ -]?)\d{4}(?P=s)\d{4}", verhoeff, "aadhaar|aadhar|uid|uidai|आधार"),
    Number("Indian PAN", r"[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]", lambda _: False, "pan|permanent account number"),
    Number(
        "Chinese resident identity",
        r"[1-9]\d{16}[\dXx]",
        _chinese,
        "身份证|身份证号|身份證|公民身份号码|id",
        alone=True,
    ),
    Number("Japanese My Number", r"\d{4}(?P<s>[ -]?)\d{4}(?P=s)\d{4}", _my_number, "マイナンバー|個人番号|my number"),
    Number(
        "Korean resident registration",
        r"\d{6}-[0-9]\d{6}|\d{6}-[1-8]\*{6}",
        born,
        "rrn|주민등록번호|주민번호|외국인등록번호",
    ),
    Number("Taiwanese identity", r"[A-Z][1289]\d{8}", _taiwanese, "身分證|身份證|身分證字號|統一證號", alone=True),
    Number("Hong Kong identity", r"[A-Z]{1,2}\d{6} ?\([\dA]\)", _hong_kong, "hkid|身份證"),
    Number("Singaporean NRIC", r"[STFGM]\d{7}[A-Z]", _singaporean, "nric|fin", alone=True),
    Number("Malaysian identity", r"\d{6}-\d{2}-\d{4}", born, "nric|mykad|ic|no kp|kad pengenalan"),
    Number("Thai identity", r"\d-\d{4}-\d{5}-\d{2}-\d|\d{13}", _thai, "เลขประจำตัวประชาชน|บัตรประชาชน"),
    Number(
        "South African identity",
        r"\d{6} ?\d{4} ?[01]\d{2}",
        _south_african,
        "id|identity number|said|id no",
        alone=True,
    ),
    Number("Israeli identity", r"\d{8}-?\d", luhn, "teudat zehut|ת.ז|תעודת זהות|מספר זהות"),
    Number("Iranian national code", r"\d{3}-?\d{6}-?\d", mod_11(range(10, 1, -1)), "کد ملی|کدملی"),
    Number("Saudi identity", r"[12]\d{9}", luhn, "iqama|national id|رقم الهوية|هوية"),
    Number("Emirates identity", r"784-?\d{4}-?\d{7}-?\d", luhn, "emirates id|eid|رقم الهوية", alone=True),
    Number("Turkish identity", r"[1-9]\d{10}", _turkish, "tc|tckn|t.c|tc kimlik|kimlik|tc kimlik no|t.c. kimlik"),
)
