"""Basic Profile < Options < site; the most specific selector wins; what nobody lists has a rule too."""

import pytest

from deidpipe.profile.model import (
    Condition,
    PrivateElement,
    Profile,
    RepeatingGroup,
    Selector,
    SiteRule,
    Tag,
    TagPath,
    Unlisted,
    VrSelector,
)
from deidpipe.profile.model import (
    Test as Compare,
)
from deidpipe.profile.ruleset import BASIC, SITE, Place, Rule, RuleSet
from deidpipe.standard.actions import Action
from deidpipe.standard.options import Option

CT = "ct-image"
REQUEST, ACCESSION = 0x00400275, 0x00080050
NAME, PATIENT_ID, DESCRIPTION = 0x00100010, 0x00100020, 0x00081030
B_VALUE = 0x0019100C
SIEMENS = "SIEMENS MR HEADER"
WHEN_US = (Condition(0x00080060, Compare.EQUALS, ("US",)),)
X, Z, D, K, C, U = Action


def a_profile(*rules: tuple[Selector, Action], options: tuple[Option, ...] = (), unlisted: str = "keep") -> Profile:
    made = tuple(
        SiteRule(selector, action, "a reason", f"trial.yaml:{n}") for n, (selector, action) in enumerate(rules)
    )
    return Profile("trial", options=frozenset(options), rules=made, unlisted=Unlisted(unlisted))


def rule_for(profile: Profile, *path: int, vr: str = "LO", creator: str = "", iod: str | None = None) -> Rule:
    return RuleSet(profile).rule_for(Place(path, vr, creator, vr == "SQ"), iod)


def action_for(profile: Profile, *path: int, vr: str = "LO", creator: str = "") -> Action:
    return rule_for(profile, *path, vr=vr, creator=creator).action


# --- layers ------------------------------------------------------------------


def test_the_site_comes_before_options_and_options_before_the_basic_profile() -> None:
    option = Option.RETAIN_DEVICE_IDENTITY
    station = 0x00081010
    basic = rule_for(a_profile(), station, vr="SH")
    optional = rule_for(a_profile(options=(option,)), station, vr="SH")
    site = rule_for(a_profile((Tag(station), D), options=(option,)), station, vr="SH")
    assert (basic.action, basic.layer) == (X, BASIC)
    assert (optional.action, optional.layer) == (K, "Retain Device Identity Option")
    assert site == Rule(D, SITE, "trial.yaml:0", "a reason")


def test_clean_beats_keep_where_two_options_meet() -> None:
    both = (Option.RETAIN_DEVICE_IDENTITY, Option.RETAIN_MODIFIED_DATES)
    last_calibration = 0x00181200
    assert action_for(a_profile(options=both[:1]), last_calibration, vr="DA") is K
    assert action_for(a_profile(options=both), last_calibration, vr="DA") is C


SPECIFIC_FIRST = (
    TagPath((REQUEST, ACCESSION)),
    Tag(ACCESSION),
    RepeatingGroup(0xFF01FFFF, 0x00000050),
    VrSelector("SH"),
)


@pytest.mark.parametrize("winner", range(len(SPECIFIC_FIRST)))
@pytest.mark.parametrize("turned", [False, True])
def test_the_most_specific_selector_wins_wherever_it_stands(winner: int, *, turned: bool) -> None:
    rules = [(SPECIFIC_FIRST[winner], K), *((selector, X) for selector in SPECIFIC_FIRST[winner + 1 :])]
    profile = a_profile(*(reversed(rules) if turned else rules))
    assert action_for(profile, REQUEST, ACCESSION, vr="SH") is K


PRIVATE_SPECIFIC_FIRST = (
    PrivateElement(SIEMENS, 0x0019, 0x0C),
    PrivateElement("*", 0x0019, 0x0C),
    PrivateElement(SIEMENS, None, None),
    PrivateElement("*", None, None),
)


@pytest.mark.parametrize("winner", range(len(PRIVATE_SPECIFIC_FIRST)))
def test_the_most_specific_private_selector_wins(winner: int) -> None:
    rules = [*((selector, X) for selector in PRIVATE_SPECIFIC_FIRST[winner + 1 :]), (PRIVATE_SPECIFIC_FIRST[winner], K)]
    assert action_for(a_profile(*rules), B_VALUE, vr="IS", creator=SIEMENS) is K


def test_a_conditional_rule_comes_before_an_unconditional_one_when_it_holds() -> None:
    profile = a_profile((Tag(DESCRIPTION), X))
    conditional = SiteRule(Tag(DESCRIPTION), K, "fixed names", "trial.yaml:9", WHEN_US)
    rules = RuleSet(profile._replace(rules=(*profile.rules, conditional)))
    assert rules.conditions == (WHEN_US,)
    assert rules.rule_for(Place((DESCRIPTION,), "LO"), None).action is X
    assert rules.rule_for(Place((DESCRIPTION,), "LO"), None, frozenset({WHEN_US})).action is K


def test_of_two_conditional_rules_that_hold_the_more_protective_one_wins() -> None:
    other = (Condition(0x00080070, Compare.EXISTS),)
    rules = (
        SiteRule(Tag(DESCRIPTION), K, "", "trial.yaml:1", WHEN_US),
        SiteRule(Tag(DESCRIPTION), Z, "", "trial.yaml:2", other),
    )
    rule = RuleSet(Profile("trial", rules=rules)).rule_for(
        Place((DESCRIPTION,), "LO"), None, frozenset({WHEN_US, other})
    )
    assert rule.action is Z


def test_a_path_is_for_one_place_and_a_tag_for_any_depth() -> None:
    by_path, by_tag = a_profile((TagPath((ACCESSION,)), K)), a_profile((Tag(ACCESSION), K))
    assert action_for(by_path, ACCESSION, vr="SH") is K
    assert action_for(by_path, REQUEST, ACCESSION, vr="SH") is Z
    assert action_for(by_tag, REQUEST, ACCESSION, vr="SH") is K


def test_a_fixed_value_reaches_the_rule() -> None:
    rules = (SiteRule(Tag(DESCRIPTION), D, "free text", "trial.yaml:1", value="REMOVED"),)
    assert rule_for(Profile("trial", rules=rules), DESCRIPTION).value == "REMOVED"


# --- the Table ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "vr", "iod", "action"),
    [
        (NAME, "PN", CT, Z),
        (PATIENT_ID, "LO", CT, Z),
        (0x00080018, "UI", CT, U),
        (0x00100030, "DA", CT, Z),
        (DESCRIPTION, "LO", CT, X),
        (0x00080080, "LO", None, X),  # X/Z/D without a known IOD
        (0x00080023, "DA", None, D),  # Z/D without a known IOD: nobody knows whether it may be empty
        (0x0040A730, "SQ", None, D),
    ],
)
def test_the_basic_profile_says_what_the_table_says(tag: int, vr: str, iod: str | None, action: Action) -> None:
    rule = rule_for(a_profile(), tag, vr=vr, iod=iod)
    assert (rule.action, rule.layer) == (action, BASIC)
    assert "Table E.1-1" in rule.source


@pytest.mark.parametrize(
    ("option", "action"),
    [(None, Z), (Option.RETAIN_MODIFIED_DATES, C), (Option.RETAIN_FULL_DATES, K)],
)
def test_the_date_option_decides_about_study_date(option: Option | None, action: Action) -> None:
    assert action_for(a_profile(options=(option,) if option else ()), 0x00080020, vr="DA") is action


# --- what nobody lists ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "vr", "options", "action"),
    [
        (0x00080060, "CS", (), K),  # Modality
        (0x00080060, "PN", (), Z),  # stored as a person: the stored VR counts too
        (0x00280010, "US", (), K),
        (0x00280010, "DA", (), Z),
        (0x00280010, "DA", (Option.RETAIN_MODIFIED_DATES,), C),
        (0x00280010, "TM", (Option.RETAIN_FULL_DATES,), K),
        (0x00280010, "UI", (), U),
        (0x00280010, "UI", (Option.RETAIN_UIDS,), K),
        (0x00280010, "AE", (), Z),
        (0x00280010, "UR", (), Z),
        (0x00080016, "UI", (), K),  # SOP Class UID names a class
        (0x00081150, "UI", (), K),
        (0x0008FFF0, "LO", (), X),  # DICOM has no such Attribute
        (0x00089215, "UN", (), X),  # DerivationCodeSequence that could not be opened
    ],
)
def test_what_the_table_does_not_list_is_treated_by_vr(
    tag: int, vr: str, options: tuple[Option, ...], action: Action
) -> None:
    assert action_for(a_profile(options=options), tag, vr=vr) is action


@pytest.mark.parametrize(
    ("tag", "vr", "action"),
    [
        (0x00080060, "CS", X),
        (0x00080005, "CS", K),  # without it no text can be read
        (0x00280010, "US", K),
        (0x7FE00010, "OW", K),
        (0x00080016, "UI", K),
        (NAME, "PN", Z),  # listed
        (0x00120062, "CS", K),  # deidpipe says there that identity was removed
        (0x00120063, "LO", K),
        (0x00120064, "SQ", K),
    ],
)
def test_unlisted_remove_leaves_what_an_instance_needs(tag: int, vr: str, action: Action) -> None:
    assert action_for(a_profile(unlisted="remove"), tag, vr=vr) is action


# --- structure ------------------------------------------------------------------


@pytest.mark.parametrize(
    "tag",
    [
        0x00080000,  # a group length
        0x00100000,
        0x00020010,  # File Meta Information in the Data Set
        0x00040010,  # a file set's
        0xFFFAFFFA,  # Digital Signatures Sequence
        0xFFFCFFFC,  # Data Set Trailing Padding
        0x04000500,  # Encrypted Attributes Sequence
        0x00091001,  # private, and nobody says whose
        0x00010010,
    ],
)
def test_nothing_can_keep_what_does_not_belong_in_a_data_set(tag: int) -> None:
    keep_all = a_profile((VrSelector("LO"), K), (VrSelector("UL"), K), options=(Option.RETAIN_SAFE_PRIVATE,))
    assert action_for(keep_all, tag, vr="LO") is X


@pytest.mark.parametrize("tag", [0x60003000, 0x60000010, 0x60004000, 0x601E0022, 0x60001500])
def test_an_overlay_goes_as_a_whole(tag: int) -> None:
    assert action_for(a_profile(), tag) is X


@pytest.mark.parametrize("tag", [0x60003000, 0x60000010, 0x60004000, 0x60009999, 0x50003000])
def test_an_overlay_and_a_curve_go_with_clean_graphics_too_because_they_cannot_be_looked_at(tag: int) -> None:
    rule = RuleSet(a_profile(options=(Option.CLEAN_GRAPHICS,))).rule_for(Place((tag,), "OW"), None)
    assert (rule.action, rule.layer) == (X, "Clean Graphics Option")
    assert "cannot be looked at yet" in rule.why


@pytest.mark.parametrize("options", [(), (Option.CLEAN_GRAPHICS,), (Option.CLEAN_GRAPHICS, Option.CLEAN_DESCRIPTORS)])
def test_the_text_of_an_annotation_is_never_emptied(options: tuple[Option, ...]) -> None:
    path = (0x00700001, 0x00700008, 0x00700006)
    rule = RuleSet(a_profile(options=options)).rule_for(Place(path, "ST"), "grayscale-softcopy-presentation-state")
    assert (rule.action, rule.attribute_type) == (C if Option.CLEAN_DESCRIPTORS in options else D, "1")


# --- private elements ------------------------------------------------------------------

SAFE = (Option.RETAIN_SAFE_PRIVATE,)


@pytest.mark.parametrize(
    ("tag", "vr", "creator", "options", "action"),
    [
        (B_VALUE, "IS", SIEMENS, (), X),
        (B_VALUE, "IS", SIEMENS, SAFE, K),
        (B_VALUE, "LO", SIEMENS, SAFE, X),  # another VR than the Standard's: not what was judged safe
        (B_VALUE, "UN", SIEMENS, SAFE, K),  # judged by the VR that the Standard states
        (0x01191011, "UN", "SIEMENS Ultrasound SC2000", SAFE, X),  # it states none
        (B_VALUE, "IS", "SOMEBODY ELSE", SAFE, X),
        (0x001910FF, "IS", SIEMENS, SAFE, X),
        (B_VALUE, "IS", "", SAFE, X),
        (0x00190010, "LO", "", (), X),  # a Private Creator
        (0x00190010, "LO", "", SAFE, K),  # decide() removes it again if nobody needs it
    ],
)
def test_a_private_element_stays_only_where_the_standard_calls_it_safe(
    tag: int, vr: str, creator: str, options: tuple[Option, ...], action: Action
) -> None:
    assert action_for(a_profile(options=options), tag, vr=vr, creator=creator) is action


def test_a_site_can_keep_a_private_element_and_its_creator_stays_with_it() -> None:
    profile = a_profile((PrivateElement("SITE", 0x0019, 0x01), K))
    assert action_for(profile, 0x00191001, creator="SITE") is K
    assert action_for(profile, 0x00190010) is K
    assert action_for(profile, 0x00191002, creator="SITE") is X


def test_a_rule_for_a_vr_does_not_reach_private_elements() -> None:
    assert action_for(a_profile((VrSelector("LO"), K)), 0x00191001, creator="SITE") is X
