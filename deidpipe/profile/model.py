"""A profile, read and checked: frozen, with the line each rule came from.

Decided: NamedTuple, not dataclass: nine of these are made in 2 ms instead of 10, at the start of every command.
"""

from enum import StrEnum
from typing import NamedTuple

from deidpipe.standard.actions import Action
from deidpipe.standard.options import Option
from deidpipe.text.doubt import Doubt


class Test(StrEnum):
    """How a condition looks at the value of an Attribute."""

    EXISTS = "exists"
    MISSING = "missing"
    EMPTY = "empty"
    EQUALS = "equals"
    CONTAINS = "contains"
    MATCHES = "matches"


class Unlisted(StrEnum):
    """What happens to an Attribute that neither Table E.1-1 nor a rule names."""

    KEEP = "keep"
    REMOVE = "remove"


class Dates(StrEnum):
    """How dates are modified where the Modified Dates Option keeps them."""

    SHIFT = "shift"
    YEAR = "year"


class Look(StrEnum):
    """Which pixels the Clean Pixel Data Option looks at."""

    AT_RISK = "at-risk"  # those that may show text by what the header says
    ALWAYS = "always"
    NEVER = "never"


class PixelDoubt(StrEnum):
    """What becomes of an Instance in whose pixels nothing but a trace of text is found."""

    REDACT = "redact"
    QUARANTINE = "quarantine"


class PixelRules(NamedTuple):
    """How pixels are cleaned; ``keep_technical`` leaves sides, views and scales that were read surely.

    ``release_unreadable`` lets Instances out whose pixels nothing here can decode; they claim no clean pixels.
    """

    look: Look = Look.AT_RISK
    keep_technical: bool = False
    release_unreadable: bool = False
    in_doubt: PixelDoubt = PixelDoubt.REDACT


class SafeList(StrEnum):
    """A list of private elements that the Retain Safe Private Option goes by."""

    STANDARD = "standard"  # PS3.15 Table E.3.10-1
    TCIA = "tcia"  # the private tag knowledge base of The Cancer Imaging Archive


class Condition(NamedTuple):
    """One test of one top-level Attribute; the tests of a rule must all hold.

    ``values`` holds the alternatives of EQUALS, CONTAINS (case folded) and MATCHES (a regular expression on the
    whole value); one of them is enough. An Attribute with many values fits if one of its values does.
    """

    tag: int
    test: Test
    values: tuple[str, ...] = ()
    negated: bool = False


class TagPath(NamedTuple):
    """An Attribute at one place: tags from the top of the Data Set down, without Item numbers."""

    tags: tuple[int, ...]


class Tag(NamedTuple):
    """An Attribute at any depth."""

    tag: int


class RepeatingGroup(NamedTuple):
    """Tags of a repeating group at any depth: ``tag & mask == value``."""

    mask: int
    value: int


class PrivateElement(NamedTuple):
    """A private element by its Private Creator, at any block and depth.

    ``low`` is the low byte of the element number; None stands for every element of that creator in the group.
    ``creator`` may be "*" for any creator; ``group`` None for any group.
    """

    creator: str
    group: int | None
    low: int | None


class VrSelector(NamedTuple):
    """Every element of one Value Representation, at any depth."""

    vr: str


Selector = TagPath | Tag | RepeatingGroup | PrivateElement | VrSelector


class SiteRule(NamedTuple):
    """One rule of a site: what, where, under which condition, and why."""

    selector: Selector
    action: Action
    why: str
    where: str  # "trial.yaml:14"
    when: tuple[Condition, ...] = ()
    value: str | None = None  # a fixed replacement; only with action D


class QuarantineRule(NamedTuple):
    """Instances that a site wants a person to look at instead of releasing them."""

    when: tuple[Condition, ...]
    why: str
    where: str


class IdentityRules(NamedTuple):
    """How replacements look.

    ``patient_id`` is a pattern with ``{code}`` (ten letters and digits from the project key and the original) or
    ``{code:N}`` with N from 6 to 20. ``uid_root`` is "2.25" or a site's own root. The day shift of a patient lies in
    [shift_from, shift_to], 0 excluded; with ``dates`` YEAR nothing is shifted, and only the year stays.
    """

    patient_id: str = "DP-{code}"
    uid_root: str = "2.25"
    shift_from: int = -3650
    shift_to: int = -365
    dates: Dates = Dates.SHIFT


class Profile(NamedTuple):
    """All that a site asks for: the Basic Profile, Options, rules, quarantine rules, identity."""

    name: str
    description: str = ""
    options: frozenset[Option] = frozenset()
    rules: tuple[SiteRule, ...] = ()
    quarantine: tuple[QuarantineRule, ...] = ()
    identity: IdentityRules = IdentityRules()
    unlisted: Unlisted = Unlisted.KEEP
    safe_private: frozenset[SafeList] = frozenset({SafeList.STANDARD})
    in_doubt: Doubt = Doubt.REMOVE
    pixels: PixelRules = PixelRules()
    complete_iod: bool = False  # add empty Attributes of Type 2 that the IOD wants and the source lacks
