"""Templates: how identity stands between clinical words, in families of which some are held out.

``tune`` families are there to improve a cleaner by, ``held-out`` ones to measure it: with them go clinical words of
their own, so that nothing that is measured was seen before.
"""

import random
import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from deidpipe.errors import UsageError
from deidpipe.synth.people import Name, Study
from deidpipe.synth.places import lines_of
from deidpipe.synth.words import holds, spaced, telling, words_of

GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "tune": ("challenge", "clerk", "technologist", "report"),
        "held-out": ("forms", "letter", "shorthand", "abroad"),
    }
)
FAMILIES = tuple(family for families in GROUPS.values() for family in families)
_SLOT = re.compile(r"\{(\w+)\}")
_USUAL = 0.9  # of phrases are of the modality
_CLINICAL = frozenset({"clinical", "history"})


class Template(NamedTuple):
    """One template; ``language`` is * for any."""

    family: str
    language: str
    text: str


class Planted(NamedTuple):
    """A text, what of it must go and must stay, and what was planted (kinds of slots, joined)."""

    text: str
    gone: tuple[str, ...]
    kept: tuple[str, ...]
    kind: str
    family: str


def families_of(asked: Iterable[str]) -> tuple[str, ...]:
    """Return the families of names of families and groups (tune, held-out, all). Raises UsageError."""
    found: list[str] = []
    for word in asked or ("tune",):
        if word not in (*GROUPS, *FAMILIES, "all"):
            raise UsageError("--family", "there is no such family", f"take of {', '.join((*GROUPS, 'all', *FAMILIES))}")
        found += FAMILIES if word == "all" else GROUPS.get(word, (word,))
    return tuple(dict.fromkeys(found))


def templates_of(families: Iterable[str], language: str) -> list[Template]:
    """Return the templates of the families that are in a language or in any."""
    return [each for each in _templates() if each.family in families and each.language in ("*", language)]


def a_phrase(family: str, language: str, modality: str, rng: random.Random) -> str:
    """Return a clinical phrase that must stay, of the vocabulary that goes with the family."""
    group = "tune" if family in GROUPS["tune"] else "held-out"
    own = _phrases().get((group, language, "ANY"), ())
    if own and modality != "HISTORY" and rng.random() < 1 / 3:
        return rng.choice(own)
    if (group, "*", modality) not in _phrases():
        modality = rng.choice(("ANY", "CT", "MR", "CR", "US", "PT"))
    usual = modality == "HISTORY" or rng.random() < _USUAL
    phrase = rng.choice(_phrases()[group, "*", modality if usual else "ANY"])
    return _SLOT.sub(lambda match: rng.choice(_vocabulary()[group, match[1]]), phrase)


def fill(template: Template, study: Study, modality: str, rng: random.Random, room: int) -> Planted | None:
    """Return the template filled in for a study; None if it does not fit into ``room`` characters."""
    language = study.patient.site.language.code
    gone: list[str] = []
    kept: list[str] = []
    kinds: list[str] = []

    def value(match: re.Match[str]) -> str:
        slot = match[1]
        if slot in _CLINICAL:
            text = a_phrase(template.family, language, "HISTORY" if slot == "history" else modality, rng)
            kept.extend(words_of(text))
            return text
        text = slot_value(slot, study, rng)
        kinds.append(slot)
        gone.extend(_pieces(slot, text, study))
        return text

    text = _SLOT.sub(value, template.text)
    if len(text) > room:
        return None
    return settled(text, gone, kept, "+".join(dict.fromkeys(kinds)), template.family)


def settled(text: str, gone: Iterable[str], kept: Iterable[str], kind: str, family: str) -> Planted:
    """Return what was planted, without what asks for both: a piece of an identity that a kept word has inside."""
    kept = tuple(dict.fromkeys(kept))
    possible = tuple(word for word in dict.fromkeys(gone) if not any(holds(spaced(each), word) for each in kept))
    return Planted(text, possible, kept, kind, family)


def _pieces(slot: str, text: str, study: Study) -> list[str]:
    """Return what of a filled slot must go: all of it, and the parts that tell by themselves."""
    if slot == "phone" or slot.startswith(("date", "dob", "month")):
        return [text, *re.findall(r"\d{4,}", text)]
    if slot.endswith("_initials") or slot in ("age90", "extension"):
        return [text]
    person = _people(study).get(slot.partition("_")[0])
    if person is not None:
        parts = (person.last, person.first, *person.latin)
        return [part for part in parts if spaced(part) in spaced(text)]
    return telling(text.removeprefix("Dr. ").removeprefix("Mrs. ").removeprefix("Mr. "))


def slot_value(slot: str, study: Study, rng: random.Random) -> str:
    """Return what is put into a slot of a template."""
    patient = study.patient
    site = patient.site
    person, _, form = slot.partition("_")
    if person in _people(study):
        return _person(_people(study)[person], form, patient.sex if person == "patient" else "")
    match slot:
        case "mrn":
            return patient.patient_id
        case "ssn":
            return patient.national_number
        case "accession":
            return study.accession
        case "phone":
            return rng.choice((patient.telephone, site.telephone))
        case "email":
            return patient.email if rng.random() < 0.6 else f"{rng.choice(('radiology', 'records'))}@{site.domain}"
        case "url":
            return f"https://portal.{site.domain}/p/{patient.patient_id}"
        case "ip":
            return f"10.{rng.randrange(1, 255)}.{rng.randrange(1, 255)}.{rng.randrange(1, 255)}"
        case "address":
            return patient.address
        case "city":
            return patient.city
        case "institution" | "acronym" | "department":
            return str(getattr(site, slot))
        case "company":
            return patient.employer
        case "insurance":
            return patient.insurance
        case "implant":
            return f"LX{rng.randrange(10**6, 10**7)}"
        case "extension":
            return str(rng.randrange(2000, 79999))
        case "age90":
            return str(rng.randrange(90, 104))
        case "uid":
            return f"1.2.826.0.1.3680043.10.1561.{rng.randrange(10**9, 10**12)}.{rng.randrange(10**4)}"
    return _dated(slot, study, rng)


def _people(study: Study) -> dict[str, Name]:
    return {
        "patient": study.patient.name,
        "physician": study.referring,
        "technologist": study.technologist,
        "relative": study.patient.relative,
    }


def _person(name: Name, form: str, sex: str) -> str:
    latin_last, latin_first = name.latin
    match form:
        case "last":
            return name.last
        case "first":
            return name.first
        case "comma":
            return f"{name.last.upper()}, {name.first.upper()}"
        case "caret":
            return f"{latin_last.upper()}^{latin_first.upper()}"
        case "title":
            return f"{ {'F': 'Mrs.', 'M': 'Mr.'}.get(sex, 'Dr.') } {name.last}"
        case "initials":
            return f"{latin_first[:1]}{latin_last[:1]}".upper()
    return name.full


def _dated(slot: str, study: Study, rng: random.Random) -> str:
    day = study.patient.born if slot.startswith("dob") else study.day - timedelta(rng.choice((0, 0, 0, 14, 200)))
    abbreviated = day.strftime("%b")
    months = study.patient.site.language.months
    month = months[day.month - 1] if months else f"{day:%B}"
    forms = {
        "month_year": (f"{abbreviated}{day.year}", f"{abbreviated} {day.year}", f"{day:%m/%Y}", f"{day:%B} {day.year}"),
        "month_year_odd": (f"{abbreviated}'{day:%y}", f"{day:%m}-{day.year}", f"{month} {day.year}"),
        "date_odd": (
            f"{day.day} {month} {day.year}",
            f"{day:%d.%m.%y}",
            f"{day:%Y/%m/%d}",
            f"{day:%d%b%Y}".upper(),
            f"{day:%A} {day.day} {abbreviated} {day.year}",
        ),
        "date_cjk": (f"{day.year}年{day.month}月{day.day}日", f"{day:%Y.%m.%d}"),
        "dob_short": (f"{day:%d/%m/%y}", f"{day:%m%d%Y}"),
    }
    usual = (
        f"{day:%m/%d/%Y}",
        f"{day:%Y-%m-%d}",
        f"{day:%Y%m%d}",
        f"{day:%d-%b-%Y}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day:%d.%m.%Y}",
        f"{day.month}/{day.day}/{day:%y}",
    )
    return rng.choice(forms.get(slot, usual))


def as_number(day: date) -> str:
    """Return a date as a number, as it was planted for Series Number."""
    return f"{day:%Y%m%d}"


@cache
def _templates() -> tuple[Template, ...]:
    return tuple(Template(*line.split("\t")) for line in lines_of("templates.tsv"))


@cache
def _vocabulary() -> dict[tuple[str, str], list[str]]:
    rows = (line.split("\t") for line in lines_of("vocabulary.tsv"))
    return {(group, slot): words.split(";") for group, slot, words in rows}


@cache
def _phrases() -> dict[tuple[str, str, str], list[str]]:
    phrases: dict[tuple[str, str, str], list[str]] = {}
    for line in lines_of("phrases.tsv"):
        group, language, modality, phrase = line.split("\t")
        phrases.setdefault((group, language, modality), []).append(phrase)
    return phrases
