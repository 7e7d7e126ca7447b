"""The languages that people are invented in: where they come from, how they are written down."""

import os
from functools import cache
from typing import NamedTuple

UTF_8 = "ISO_IR 192"
_FOLDER = os.path.join(os.path.dirname(__file__), "data")


class Language(NamedTuple):
    """A language.

    ``locales`` are those of `faker`, ``character_set`` the values of Specific Character Set. Hospitals have {city},
    {last} or {first}. ``family`` and ``given`` are (written, romanized) names where faker does not romanize its own.
    ``weight`` is how often the language is taken.
    """

    code: str
    weight: int
    locales: tuple[str, ...]
    character_set: tuple[str, ...]
    hospitals: tuple[str, ...]
    departments: tuple[str, ...]
    months: tuple[str, ...]
    family: tuple[tuple[str, str], ...]
    given: tuple[tuple[str, str], ...]


@cache
def languages() -> tuple[Language, ...]:
    """Return all languages."""
    made = []
    for line in lines_of("languages.tsv"):
        code, weight, locales, character_set, hospitals, departments, months, family, given = line.split("\t")
        made.append(
            Language(
                code,
                int(weight),
                tuple(locales.split()),
                tuple(character_set.split("\\")),
                tuple(hospitals.split("; ")),
                tuple(departments.split("; ")),
                tuple(months.split()),
                _pairs(family),
                _pairs(given),
            )
        )
    return tuple(made)


def lines_of(name: str) -> list[str]:
    """Return the lines of a data file of this room, without the three head lines."""
    with open(os.path.join(_FOLDER, name), encoding="utf-8") as file:
        return file.read().splitlines()[3:]


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((written, latin) for written, _, latin in (pair.partition("/") for pair in text.split()))
