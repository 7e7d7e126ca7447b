"""The rules of a profile in their order of precedence: Basic Profile < Options < the site's rules.

Within a layer the most specific selector wins: path > private element > tag > repeating group > VR.
Decided: C beats K when two Options meet on one row, because it protects more. Of several site rules on one selector
whose conditions all hold, the one that protects most wins.

Source: PS3.15 E.1.1 and E.3; what the Table does not list is treated by VR (E.1.1, E.3.6, E.3.9) or by ``unlisted``.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from deidpipe.dicom.dictionary import keyword_of, tag_of, vr_of
from deidpipe.dicom.layout import CHARACTERISTICS, is_private_creator
from deidpipe.profile.attributes import MARKERS
from deidpipe.profile.declared import NOTHING_DECLARED, Declared, word_on
from deidpipe.profile.model import (
    Condition,
    PrivateElement,
    Profile,
    RepeatingGroup,
    SafeList,
    Selector,
    SiteRule,
    Tag,
    TagPath,
    Unlisted,
)
from deidpipe.standard.actions import Action
from deidpipe.standard.options import OPTIONS, Option
from deidpipe.standard.table import EDITION, Row, row_of
from deidpipe.standard.types import required_type_of, settle, type_of
from deidpipe.standard.unlisted import STRUCTURAL_UIDS

BASIC = "Basic Profile"
SITE = "site rule"
OWN = "deidpipe"  # rules of our own, where the Standard is silent
TABLE = f"PS3.15 {EDITION} Table E.1-1"
_DATE_VRS = frozenset({"DA", "DT", "TM"})
_IDENTITY_VRS = _DATE_VRS | {"UI", "PN", "AE", "UR"}
_FREE_TEXT_VRS, _SHORT_TEXT_VRS = frozenset({"LT", "ST", "UT", "UC"}), frozenset({"LO", "SH"})
_FREE_TEXT_NAME = re.compile("Description|Comment|Notes|Remark|Reason|Instruction|Text")
_SCANNED = "a text that stays, without what identifies"
_MOST_PROTECTIVE = "XZDUCK"
_PIXEL_GROUPS = frozenset({0x0028, 0x7FE0})
_LOWEST_GROUP, _HIGHEST_GROUP = 0x0008, 0x7FE0
_CHARACTER_SET = 0x00080005
_CURVES_AND_OVERLAYS = {0x50: "its curve cannot be looked at yet", 0x60: "its bitmap cannot be looked at yet"}
_TEXT_VRS = _FREE_TEXT_VRS | _SHORT_TEXT_VRS
_CODES = frozenset(  # of a text VR, but what they hold is defined elsewhere
    map(tag_of, ("CodeValue", "LongCodeValue", "CodingSchemeDesignator", "CodingSchemeVersion", "CodingSchemeRegistry",
                 "CodingSchemeResponsibleOrganization", "CodingSchemeName", "TimezoneOffsetFromUTC",
                 "Manufacturer", "ManufacturerModelName", "SoftwareVersions", "RescaleType",
                 "LUTExplanation", "LUTLabel",
                 "DimensionIndexPrivateCreator", "FunctionalGroupPrivateCreator", "SelectorAttributePrivateCreator",
                 "SecondaryCaptureDeviceManufacturer", "SecondaryCaptureDeviceManufacturerModelName",
                 "SecondaryCaptureDeviceSoftwareVersions", "PositionReferenceIndicator", "PrivateCreatorReference"))
)  # fmt: skip


class Rule(NamedTuple):
    """What is done to an element, by whom it is asked for, where that is written and why.

    ``listed_vr`` is the VR to judge a private value by, where a list tells more than the stored one; ``is_seconds``
    says that the value is a date in seconds since 1970.
    """

    action: Action
    layer: str
    source: str
    why: str = ""
    value: str | None = None
    attribute_type: str | None = None
    listed_vr: str = ""
    is_seconds: bool = False


class Place(NamedTuple):
    """An element as rules see it: ``path`` has the tags from the top down, ``creator`` is "" for a public one.

    ``within`` has the Private Creators of the Sequences around it in the order of the path, if any of them is private.
    """

    path: tuple[int, ...]
    vr: str
    creator: str = ""
    is_sequence: bool = False
    within: tuple[str, ...] = ()

    @property
    def tag(self) -> int:
        """The tag of the element itself."""
        return self.path[-1]

    @property
    def creators(self) -> tuple[str, ...]:
        """The Private Creator of each step of the path."""
        return (*(self.within or ("",) * (len(self.path) - 1)), self.creator)

    @property
    def judged_vr(self) -> str:
        """The stored VR; of what has been opened SQ, however it is stored."""
        return "SQ" if self.is_sequence else self.vr


class RuleSet:
    """The rules of one profile; ``rule_for`` always answers."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.conditions: tuple[tuple[Condition, ...], ...] = tuple(
            dict.fromkeys(rule.when for rule in profile.rules if rule.when)
        )
        self._by_tag: dict[int, list[SiteRule]] = {}  # a profile may have hundreds of rules, each for one Attribute
        self._by_pattern: list[SiteRule] = []
        for rule in profile.rules:
            match rule.selector:
                case Tag(tag) | TagPath((*_, tag)):
                    self._by_tag.setdefault(tag, []).append(rule)
                case _:
                    self._by_pattern.append(rule)
        self._keeps_private = Option.RETAIN_SAFE_PRIVATE in profile.options or any(
            isinstance(rule.selector, PrivateElement) and rule.action is not Action.REMOVE for rule in profile.rules
        )

    def rule_for(
        self,
        place: Place,
        iod: str | None,
        fits: frozenset[tuple[Condition, ...]] = frozenset(),
        declared: Declared = NOTHING_DECLARED,
    ) -> Rule:
        """Return the rule for an element.

        ``iod`` is None for an unknown SOP Class; ``fits`` has the conditions of site rules that this Instance meets,
        ``declared`` what it says of its private elements.
        """
        return (
            _structural_rule(place)
            or self._site_rule(place, fits)
            or (
                self._private_rule(place, declared)
                if place.tag & 0x10000
                else self._inside_private_rule(place) or self._table_rule(place, iod)
            )
            or self._unlisted_rule(place)
        )

    @property
    def keeps_characteristics(self) -> bool:
        """Whether (0008,0300) may stay: where elements of its blocks and what it says of them may."""
        is_kept = self.profile.unlisted is Unlisted.KEEP
        return is_kept and Option.RETAIN_SAFE_PRIVATE in self.profile.options

    # --- the site ---------------------------------------------------------------------------------------------------

    def _site_rule(self, place: Place, fits: frozenset[tuple[Condition, ...]]) -> Rule | None:
        matching = [
            rule
            for rule in (*self._by_tag.get(place.tag, ()), *self._by_pattern)
            if (not rule.when or rule.when in fits) and _selects(rule.selector, place)
        ]
        if not matching:
            return None
        best = min(matching, key=_precedence)
        return Rule(best.action, SITE, best.where, best.why, best.value)

    # --- the Options and the Basic Profile --------------------------------------------------------------------------

    def _table_rule(self, place: Place, iod: str | None) -> Rule | None:
        row = row_of(place.tag)
        if place.tag >> 24 in _CURVES_AND_OVERLAYS and (row is None or Option.CLEAN_GRAPHICS in self.profile.options):
            return self._group_rule(place)
        if row is None:
            return None
        option = option_of(row, self.profile.options)
        attribute_type = type_of(iod, place.path) if iod else None
        if row.basic is Action.DUMMY:
            attribute_type = "1"  # never empty, wherever PS3.3 has it: what cannot be cleaned gets a dummy too
        if option is not None:
            facts = OPTIONS[option]
            source = f"{TABLE}, {facts.section}"
            return Rule(row.options[option], facts.title, source, attribute_type=attribute_type)
        action = settle(row.basic, attribute_type, known_iod=iod is not None)
        source = TABLE if isinstance(row.basic, Action) else f"{TABLE}, {row.basic} by its Type in the IOD"
        if action is Action.REMOVE and iod and (required := required_type_of(iod, place.path)) in ("1", "2"):
            action = Action.DUMMY if required == "1" else Action.EMPTY
            source = f"{TABLE}, X but required by the IOD (E.1.1)"
        if action is Action.EMPTY and attribute_type == "1":
            action = Action.DUMMY
        return Rule(action, BASIC, source, attribute_type=attribute_type)

    def _group_rule(self, place: Place) -> Rule:
        """Return the rule for curves and overlays, whose groups go whole."""
        if Option.CLEAN_GRAPHICS in self.profile.options:
            title, why = OPTIONS[Option.CLEAN_GRAPHICS].title, _CURVES_AND_OVERLAYS[place.tag >> 24]
            return Rule(Action.REMOVE, title, f"PS3.15 {EDITION} E.3.3", why)
        return Rule(Action.REMOVE, BASIC, f"{TABLE}, the group goes with its Overlay Data")

    # --- private elements -------------------------------------------------------------------------------------------

    def _private_rule(self, place: Place, declared: Declared) -> Rule:
        tag, options = place.tag, self.profile.options
        if is_private_creator(tag) and self._keeps_private:
            return Rule(Action.KEEP, OWN, "PS3.5 7.8.1", "a Private Creator of elements that stay")
        gone = Rule(Action.REMOVE, BASIC, f"{TABLE}, private elements")
        if Option.RETAIN_SAFE_PRIVATE not in options or not place.creator:
            return gone
        from deidpipe.profile.private import parts_of, verdict_on  # here, because only this Option has a need of it

        asked = word_on(declared, tag >> 16, place.creator, tag & 0xFF) if declared else None
        verdict = verdict_on(
            parts_of(place.path, place.creators), place.judged_vr, self.profile.safe_private, options, asked
        )
        if verdict is None:
            return gone._replace(why="not known to be safe")
        action, source, vr, why, is_seconds = verdict
        title = OPTIONS[Option.RETAIN_SAFE_PRIVATE].title
        if action is Action.KEEP and not place.is_sequence:
            if vr in ("", "UN"):
                return Rule(Action.REMOVE, OWN, "fail closed", "nobody can tell what a value of VR UN holds")
            if vr == "SQ":
                return Rule(Action.REMOVE, OWN, "fail closed", "a Sequence that could not be opened")
            by_vr = self._identity_rule(place._replace(vr=vr))
            if by_vr is not None:
                return by_vr._replace(listed_vr=vr)
            if vr in _TEXT_VRS:
                return Rule(Action.CLEAN, title, source, f"{why}; {_SCANNED}".removeprefix("; "), listed_vr=vr)
        return Rule(action, title, source, why, listed_vr=vr, is_seconds=is_seconds)

    def _inside_private_rule(self, place: Place) -> Rule | None:
        """Return the rule for a public Attribute that TCIA deletes inside a private Sequence, and for (0008,0300)."""
        title = OPTIONS[Option.RETAIN_SAFE_PRIVATE].title
        if place.tag == CHARACTERISTICS and (len(place.path) > 1 or not self.keeps_characteristics):
            return Rule(Action.REMOVE, OWN, "PS3.3 C.12.1", "it speaks of private elements that are gone")
        if SafeList.TCIA in self.profile.safe_private and any(place.within):
            from deidpipe.profile.private import is_deleted, parts_of

            source = is_deleted(parts_of(place.path, place.creators), place.judged_vr)
            return Rule(Action.REMOVE, title, source) if source else None
        return None

    # --- what nobody lists ------------------------------------------------------------------------------------------

    def _unlisted_rule(self, place: Place) -> Rule:
        tag, group = place.tag, place.tag >> 16
        if tag in MARKERS and len(place.path) == 1:
            return Rule(Action.KEEP, OWN, f"PS3.15 {EDITION} E.1.1", "deidpipe says there what it has done")
        if not keyword_of(tag) and vr_of(tag) == "UN":
            return Rule(Action.REMOVE, OWN, "fail closed", "DICOM has no such Attribute")
        if self.profile.unlisted is Unlisted.REMOVE and group not in _PIXEL_GROUPS and tag != _CHARACTER_SET:
            return Rule(Action.REMOVE, SITE, "unlisted: remove")
        by_vr = self._identity_rule(place)
        if by_vr is not None:
            return by_vr
        if vr_of(tag) == "SQ" and not place.is_sequence:
            return Rule(Action.REMOVE, OWN, "fail closed", "a Sequence that could not be opened")
        if {place.vr, vr_of(tag)} & _TEXT_VRS and tag not in _CODES:
            # Our Types are those of listed Attributes. This one may have to have a value: a dummy, never empty.
            return Rule(Action.CLEAN, OWN, f"{TABLE}, not listed", _SCANNED, attribute_type="1")
        return Rule(Action.KEEP, OWN, f"{TABLE}, not listed")

    def _identity_rule(self, place: Place) -> Rule | None:
        """Return the rule for VRs that hold identity in any Attribute; the stored VR counts and the listed one."""
        vrs = {place.vr, vr_of(place.tag)} & _IDENTITY_VRS
        if not vrs:
            return None
        options = self.profile.options
        if "UI" in vrs:
            if Option.RETAIN_UIDS in options:
                return Rule(Action.KEEP, OPTIONS[Option.RETAIN_UIDS].title, f"PS3.15 {EDITION} E.3.9, by VR UI")
            return Rule(Action.UID, BASIC, f"PS3.15 {EDITION} E.1.1, by VR UI")
        if vrs & _DATE_VRS:
            source = f"PS3.15 {EDITION} E.3.6, by VR"
            if Option.RETAIN_FULL_DATES in options:
                return Rule(Action.KEEP, OPTIONS[Option.RETAIN_FULL_DATES].title, source)
            if Option.RETAIN_MODIFIED_DATES in options:
                return Rule(Action.CLEAN, OPTIONS[Option.RETAIN_MODIFIED_DATES].title, source)
            return Rule(Action.EMPTY, OWN, f"PS3.15 {EDITION} E.1.1, dates and times by VR")
        return Rule(Action.EMPTY, OWN, f"PS3.15 {EDITION} E.1.1, by VR", "persons, hosts and addresses")


def option_of(row: Row, options: frozenset[Option]) -> Option | None:
    """Return the Option that decides about a row: one that says C before one that says K."""
    named = [option for option in row.options if option in options]
    return min(named, key=lambda option: (row.options[option], option), default=None)


def _structural_rule(place: Place) -> Rule | None:
    """Return the rule for what belongs to the encoding rather than to the content."""
    tag, group, element = place.tag, place.tag >> 16, place.tag & 0xFFFF
    if element == 0:
        return Rule(Action.REMOVE, OWN, "PS3.5 7.2", "a group length is wrong once elements change")
    if not _LOWEST_GROUP <= group <= _HIGHEST_GROUP and (not group & 1 or group < _LOWEST_GROUP):
        return Rule(Action.REMOVE, OWN, "PS3.5 7.1, PS3.15 E.3.8", "a group that no Data Set has, padding or signature")
    if tag in STRUCTURAL_UIDS:
        return Rule(Action.KEEP, OWN, f"PS3.15 {EDITION} E.3.9", "names a class or an encoding, not an Instance")
    if group & 1 and (group == 0xFFFF or not (is_private_creator(tag) or place.creator)):
        return Rule(Action.REMOVE, BASIC, f"{TABLE}, private elements", "private without a Private Creator")
    if tag in (0x04000500, 0x4FFE0001):
        return Rule(Action.REMOVE, OWN, f"PS3.15 {EDITION} E.1.1", "encrypted originals and signatures of them")
    return None


def is_free_text(tag: int, vr: str) -> bool:
    """Tell if people write sentences there: by the VR, or a short text that is named as a description or comment."""
    vrs = {vr, vr_of(tag)}
    return bool(vrs & _FREE_TEXT_VRS) or (
        bool(vrs & _SHORT_TEXT_VRS) and _FREE_TEXT_NAME.search(keyword_of(tag)) is not None
    )


def _selects(selector: Selector, place: Place) -> bool:
    match selector:
        case TagPath(tags):
            return place.path == tags
        case Tag(tag):
            return place.tag == tag
        case RepeatingGroup(mask, value):
            return place.tag & mask == value
        case PrivateElement(creator, group, low):
            return (
                bool(place.creator)
                and creator in ("*", place.creator)
                and group in (None, place.tag >> 16)
                and low in (None, place.tag & 0xFF)
            )
        case _:  # VrSelector: public elements only; a private one is kept or not for what it is
            return selector.vr == place.vr and not place.tag & 0x10000


_SPECIFIC_FIRST: Sequence[type] = (TagPath, PrivateElement, Tag, RepeatingGroup)


def _precedence(rule: SiteRule) -> tuple[int, int, bool, int]:
    kind = type(rule.selector)
    rank = _SPECIFIC_FIRST.index(kind) if kind in _SPECIFIC_FIRST else len(_SPECIFIC_FIRST)
    width = 0
    if isinstance(rule.selector, PrivateElement):
        width = (rule.selector.low is None) + (rule.selector.group is None) + (rule.selector.creator == "*")
    return rank, width, not rule.when, _MOST_PROTECTIVE.index(rule.action)
