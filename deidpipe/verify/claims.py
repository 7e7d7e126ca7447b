"""What an Instance says was done to it, and what the profile asks for.

Source: PS3.15 E.1.1 (Patient Identity Removed, De-identification Method Code Sequence), PS3.16 CID 7050.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from deidpipe.profile.model import Dates, PrivateElement, Profile, SafeList, Tag, TagPath
from deidpipe.standard.actions import Action
from deidpipe.standard.options import BASIC_CODE, OPTIONS, Option
from deidpipe.verify.reader import Instance

METHOD_CODES = 0x00120064
_CODE_VALUE = 0x00080100
_OPTION_OF: Mapping[str, Option] = {facts.code: option for option, facts in OPTIONS.items()}
_CODE = re.compile(r"\\\{code(?::(\d+))?\\\}")
_CODE_LENGTH = 10
_STAYS = frozenset({Action.KEEP, Action.CLEAN, Action.UID})


class Expected(NamedTuple):
    """What the output should be: that of a profile, or, without one, what each Instance claims.

    ``patient_id`` is a regular expression, "" for any; ``uid_root`` "" for any. ``kept`` has the tags and paths that
    the site's rules keep, ``kept_private`` (creator, group, low byte) of private elements.
    """

    profile: str = ""
    options: frozenset[Option] = frozenset()
    patient_id: str = ""
    uid_root: str = ""
    year_only: bool = False
    tcia_private: bool = True
    kept: frozenset[int] = frozenset()
    kept_private: frozenset[tuple[str, int | None, int | None]] = frozenset()


def expected_of(profile: Profile) -> Expected:
    """Return what the output of a profile should be."""
    kept, private = set(), set()
    for rule in profile.rules:
        if rule.action in _STAYS:
            match rule.selector:
                case Tag(tag) | TagPath((*_, tag)):
                    kept.add(tag)
                case PrivateElement(creator, group, low):
                    private.add((creator, group, low))
                case _:
                    pass
    return Expected(
        profile=profile.name,
        options=profile.options,
        patient_id=_CODE.sub(_some_code, re.escape(profile.identity.patient_id)),
        uid_root=profile.identity.uid_root,
        year_only=profile.identity.dates is Dates.YEAR,
        tcia_private=SafeList.TCIA in profile.safe_private,
        kept=frozenset(kept),
        kept_private=frozenset(private),
    )


def _some_code(match: "re.Match[str]") -> str:
    return f"[A-Z0-9]{{{match[1] or _CODE_LENGTH}}}"


class Claims(NamedTuple):
    """What the rules for elements want to know of an Instance; the same for many Instances.

    ``options`` are those that count: of the profile if there is one, else the claimed ones.
    """

    options: frozenset[Option]
    claimed: frozenset[str]
    patient_id: str
    expected: Expected

    @property
    def keeps_dates(self) -> bool:
        """Whether dates stay as they are."""
        return Option.RETAIN_FULL_DATES in self.options

    @property
    def shifts_dates(self) -> bool:
        """Whether dates stay, modified."""
        return Option.RETAIN_MODIFIED_DATES in self.options


def claims_of(instance: Instance, expected: Expected) -> Claims:
    """Return what an Instance claims."""
    claimed = frozenset(
        element.value.decode("latin-1").strip(" \0")
        for element in instance.elements
        if element.place.tag == _CODE_VALUE and element.place.tags[:1] == (METHOD_CODES,) and element.value
    )
    options = (
        expected.options if expected.profile else frozenset(_OPTION_OF[code] for code in claimed & _OPTION_OF.keys())
    )
    return Claims(options, claimed, instance.text(0x00100020), expected)


def codes_of(options: frozenset[Option]) -> frozenset[str]:
    """Return the codes that stand for the Basic Profile with these Options."""
    return frozenset({BASIC_CODE[0], *(OPTIONS[option].code for option in options)})
