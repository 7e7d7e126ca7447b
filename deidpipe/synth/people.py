"""Who is invented: patients, physicians, technologists, hospitals. All from a seed, by `faker`."""

import random
import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from deidpipe.errors import UsageError
from deidpipe.synth.places import Language, languages

if TYPE_CHECKING:
    from faker import Faker

_MAIL = ("example.com", "example.org", "mail.example.net", "post.example", "family-name.example")
_EPOCH = date(2024, 6, 30)
_OLD = 89


class Name(NamedTuple):
    """A name. ``dicom`` is the PN value with all its groups; ``latin`` is (family, given) in Latin letters."""

    last: str
    first: str
    dicom: str
    latin: tuple[str, str]
    joined_last_first: bool = False

    @property
    def full(self) -> str:
        """The name as people write it."""
        return f"{self.last}{self.first}" if self.joined_last_first else f"{self.first} {self.last}"


class Site(NamedTuple):
    """A hospital and who works there."""

    language: Language
    institution: str
    acronym: str
    address: str
    city: str
    department: str
    telephone: str
    domain: str
    physicians: tuple[Name, ...]
    technologists: tuple[Name, ...]
    station: str
    serial: str


class Patient(NamedTuple):
    """An invented patient."""

    name: Name
    patient_id: str
    born: date
    sex: str
    site: Site
    address: str
    city: str
    telephone: str
    email: str
    national_number: str
    other_id: str
    insurance: str
    relative: Name
    employer: str


class Study(NamedTuple):
    """One visit of a patient."""

    patient: Patient
    day: date
    accession: str
    study_id: str
    referring: Name
    reading: Name
    performing: Name
    technologist: Name
    order_id: str

    @property
    def years(self) -> int:
        """The age of the patient on that day."""
        born = self.patient.born
        return self.day.year - born.year - ((self.day.month, self.day.day) < (born.month, born.day))


@cache
def _faker(locale: str) -> "Faker":
    try:
        from faker import Faker
    except ImportError:
        raise UsageError("synth", "the package faker is not installed", "pip install 'deidpipe[synth]'") from None
    return Faker(locale)


def seeded(language: Language, rng: random.Random) -> "Faker":
    """Return a faker of the language that will go on from here the same way each time."""
    faker = _faker(rng.choice(language.locales))
    faker.seed_instance(rng.getrandbits(64))
    return faker


def a_site(rng: random.Random) -> Site:
    """Invent a hospital."""
    language = rng.choices(languages(), [each.weight for each in languages()])[0]
    faker = seeded(language, rng)
    city = _city(faker)
    institution = rng.choice(language.hospitals).format(
        city=city, last=faker.last_name(), last2=faker.last_name(), first=faker.first_name()
    )
    letters = "".join(word[0] for word in institution.replace(".", " ").split() if word[0].isupper() and word.isascii())
    while len(letters) < 4:
        letters += rng.choice("BCDGHJKLMNPRSTVWZ")
    return Site(
        language,
        institution,
        letters.upper()[:6],
        _one_line(faker.address()),
        city,
        rng.choice(language.departments),
        faker.phone_number(),
        f"{letters.lower()}{rng.choice(('', '-health', '-rad'))}.example.{rng.choice(('org', 'com', 'net'))}",
        tuple(_name(language, faker, rng) for _ in range(5)),
        tuple(_name(language, faker, rng) for _ in range(3)),
        f"{rng.choice(('CT', 'MR', 'RM', 'SCAN', 'AW'))}{rng.randrange(100000, 999999)}",
        f"{rng.choice(('SN', 'A', 'K0', ''))}{rng.randrange(10**5, 10**7)}",
    )


def a_patient(site: Site, rng: random.Random) -> Patient:
    """Invent a patient of a hospital; one in seven is older than 89 years."""
    language = site.language
    faker = seeded(language, rng)
    name = _name(language, faker, rng)
    years = rng.randrange(91, 103) if rng.random() < 1 / 7 else rng.randrange(2, _OLD - 2)
    born = _EPOCH - timedelta(int(years * 365.25) + rng.randrange(365))
    last, first = name.latin
    return Patient(
        name,
        _patient_id(rng),
        born,
        rng.choice("FM"),
        site,
        _one_line(faker.address()),
        _city(faker),
        faker.phone_number(),
        f"{_plain(first)}{rng.choice(('.', '_', ''))}{_plain(last)}{rng.randrange(100)}@{rng.choice(_MAIL)}",
        f"{rng.randrange(100, 899):03}-{rng.randrange(10, 99)}-{rng.randrange(1000, 9999)}",
        rng.choice(("{}", "P{}", "VA-{}", "{}-X")).format(rng.randrange(10**7, 10**9)),
        f"{rng.choice('ABHKQW')}{rng.randrange(10**8, 10**9)}",
        _name(language, faker, rng),
        _one_line(faker.company()),
    )


def a_study(patient: Patient, rng: random.Random, staff: Sequence[Name] = ()) -> Study:
    """Invent a visit."""
    physicians = staff or patient.site.physicians
    days = rng.randrange(30, min(365 * 20, max((_EPOCH - patient.born).days - 30, 60)))
    if (_EPOCH - patient.born).days > (_OLD + 1) * 365:  # the very old are seen when they are very old
        days = rng.randrange(30, 300)
    form = rng.choice(("{:08}", "A{:08}", "RAD-{:07}", "{:07}MR", "{:010}"))
    return Study(
        patient,
        _EPOCH - timedelta(days),
        form.format(rng.randrange(10**6, 10**8)),
        f"S{rng.randrange(10**4, 10**6)}",
        rng.choice(physicians),
        rng.choice(physicians),
        rng.choice(physicians),
        rng.choice(patient.site.technologists),
        f"RP{rng.randrange(10**6, 10**8)}",
    )


def _name(language: Language, faker: "Faker", rng: random.Random) -> Name:
    if language.code == "ja":
        last, last_kana, last_latin = faker.last_name_pair()
        first, first_kana, first_latin = faker.first_name_pair()
        last_kana, first_kana = _hiragana(last_kana), _hiragana(first_kana)
        dicom = f"{last_latin}^{first_latin}={last}^{first}={last_kana}^{first_kana}"
        return Name(last, first, dicom, (last_latin, first_latin), joined_last_first=True)
    if language.family:
        (last, last_latin), (first, first_latin) = rng.choice(language.family), rng.choice(language.given)
        dicom = f"{last_latin}^{first_latin}={last}^{first}"
        return Name(last, first, dicom, (last_latin, first_latin), joined_last_first=True)
    last, first = faker.last_name(), faker.first_name()
    middle = rng.choice(("", "", "", f"^{rng.choice('ABCDEFGHJKLMNPRSTW')}"))
    return Name(last, first, f"{last}^{first}{middle}", (last, first))


def _hiragana(katakana: str) -> str:
    return "".join(chr(ord(sign) - 0x60) if "ァ" <= sign <= "ヶ" else sign for sign in katakana)


def _patient_id(rng: random.Random) -> str:
    form = rng.choice(("{:010}", "{:08}", "MRN{:07}", "{:07}", "H-{:06}-K", "PAT{:08}"))
    return form.format(rng.randrange(10**6, 10**7) if "6}" in form or "7}" in form else rng.randrange(10**7, 10**8))


def _city(faker: "Faker") -> str:
    """Return a city. The Italian ones of faker come in no order, so they are taken from its addresses."""
    in_address = re.search(r"\d{5}, (.+) \(\w\w\)$", faker.address().replace("\n", ", "))
    return in_address[1] if in_address else _one_line(faker.city())


def _one_line(text: str) -> str:
    return " ".join(text.replace("\n", ", ").split())


def _plain(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isascii() and sign.isalnum()) or "mail"
