"""Private elements one by one: the TCIA list, the sender's word, and what becomes of (0008,0300)."""

import struct
import subprocess
import sys
from io import BytesIO

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from deidpipe import deidentify
from deidpipe.actions.result import EMPTIED, KEPT, Facts
from deidpipe.actions.shift_seconds import shift_seconds
from deidpipe.audit.records import Outcome
from deidpipe.dicom.instance import read_instance
from deidpipe.dicom.path import creators_of
from deidpipe.identity.key import Key
from deidpipe.identity.subject import Identity, Subject
from deidpipe.plan.decide import Decision, decide
from deidpipe.profile.declared import UNNAMED, Block, declared_in, word_on
from deidpipe.profile.model import PrivateElement, Profile, SafeList, SiteRule
from deidpipe.profile.ruleset import Place, RuleSet
from deidpipe.run.instance import Draft, make_draft
from deidpipe.run.job import Job
from deidpipe.standard.actions import Action
from deidpipe.standard.options import Option
from deidpipe.standard.tcia_private import Disposition, Listed, PrivatePart, listed
from tests.datasets import a_dataset, written
from tests.texts import no_texts

X, Z, D, K, C, U = Action
IDEN, MR_HEADER, PHILIPS = "GEMS_IDEN_01", "SIEMENS MR HEADER", "Philips MR Imaging DD 001"
NOBODY = "VENDOR OF NO LIST"
SAFE, SHIFTED, FULL = Option.RETAIN_SAFE_PRIVATE, Option.RETAIN_MODIFIED_DATES, Option.RETAIN_FULL_DATES
BOTH = frozenset(SafeList)


def a_profile(*options: Option, lists: frozenset[SafeList] = BOTH) -> Profile:
    return Profile("trial", options=frozenset({SAFE, *options}), safe_private=lists)


# --- the list -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "creator", "vr", "told"),
    [
        (0x0019100C, MR_HEADER, "IS", Listed(Disposition.KEEP, "IS")),
        (0x0019FF0C, MR_HEADER + " ", "IS", Listed(Disposition.KEEP, "IS")),  # any block; padded
        (0x0019100C, MR_HEADER, "LO", None),  # not the VR that was judged
        (0x0019100C, MR_HEADER, "UN", Listed(Disposition.KEEP, "IS")),
        (0x0019100C, MR_HEADER, "OB", Listed(Disposition.KEEP, "IS")),
        (0x0021100C, MR_HEADER, "IS", None),  # another group
        (0x0019100C, "SIEMENS MR HEADER 2", "IS", None),
        (0x00291010, "SIEMENS CSA HEADER", "OB", Listed(Disposition.DELETE, "OB")),
        (0x20051037, "Philips MR Imaging DD 005", "UN", Listed(Disposition.DELETE, "CS")),  # k as CS, d as UN
        (0x0009107E, "GEMS_PETD_01", "LO", None),
        (0x000910E3, IDEN, "UN", Listed(Disposition.UID, "UI")),  # LO and UI are listed: the one that identifies
        (0x00091027, IDEN, "UN", Listed(Disposition.SECONDS, "SL")),
        (0x0021100C, "SIEMENS MR SDS 01", "SH", Listed(Disposition.UNDECIDED, "SH")),
    ],
)
def test_an_element_is_found_by_creator_group_low_byte_and_vr(
    tag: int, creator: str, vr: str, told: Listed | None
) -> None:
    assert listed([PrivatePart(tag, creator)], vr) == told


def test_a_private_element_is_known_in_any_sequence_and_a_public_one_only_in_its_own() -> None:
    public, vendor = PrivatePart(0x52009230), PrivatePart(0x00191099, NOBODY)
    b_value, series = PrivatePart(0x0019100C, MR_HEADER), PrivatePart(0x20051084, PHILIPS)
    assert listed([public, b_value], "IS") == listed([vendor, b_value], "IS") == Listed(Disposition.KEEP, "IS")
    inside = listed([series, PrivatePart(0x20051067, PHILIPS)], "IS")
    assert inside == listed([public, series, PrivatePart(0x20051067, PHILIPS)], "IS") == Listed(Disposition.KEEP, "IS")
    reference = PrivatePart(0x00081150)
    assert listed([PrivatePart(0x20051080, PHILIPS), reference], "UI") == Listed(Disposition.KEEP, "UI")
    assert listed([vendor, reference], "UI") is None
    assert listed([reference], "UI") is None


def test_the_list_is_read_when_it_is_asked_for() -> None:
    script = (
        "from time import perf_counter; from deidpipe.profile.ruleset import RuleSet; "
        "from deidpipe.standard import tcia_private as t; assert not t._blocks.cache_info().currsize; "
        "start = perf_counter(); t.listed([t.PrivatePart(0x0019100C, 'SIEMENS MR HEADER')], 'IS'); "
        "print((perf_counter() - start) * 1000)"
    )
    took = [
        float(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout)
        for _ in range(3)
    ]
    assert min(took) < 15, "milliseconds"


# --- the rule -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "creator", "vr", "options", "action"),
    [
        (0x0009102F, IDEN, "LO", (), X),  # nobody lists it
        (0x00191029, MR_HEADER, "FD", (), K),  # MosaicRefAcqTimes
        (0x00191029, MR_HEADER, "UN", (), K),
        (0x00291010, "SIEMENS CSA HEADER", "OB", (), X),
        (0x00091027, IDEN, "SL", (), X),  # oi: seconds
        (0x00091027, IDEN, "SL", (FULL,), X),
        (0x00091027, IDEN, "SL", (SHIFTED,), C),
        (0x0019109D, "GEMS_ACQU_01", "SH", (), X),  # o: a date as text
        (0x0019109D, "GEMS_ACQU_01", "SH", (SHIFTED,), C),
        (0x0019109D, "GEMS_ACQU_01", "SH", (FULL,), X),
        (0x0019109D, "GEMS_ACQU_01", "DT", (FULL,), K),
        (0x0019109D, "GEMS_ACQU_01", "DT", (), X),
        (0x000910E3, IDEN, "UI", (), U),
        (0x000910E3, IDEN, "LO", (), U),
        (0x00091005, "FDMS 1.0", "OB", (), X),  # h, but no UID could be found in it
        (0x200510A0, PHILIPS, "PN", (), X),
        (0x00091027, "SIEMENS CM VA0  CMS", "UN", (), Z),  # k and TM: dates and times by VR
        (0x00091027, "SIEMENS CM VA0  CMS", "UN", (SHIFTED,), C),
    ],
)
def test_a_disposition_becomes_an_action(
    tag: int, creator: str, vr: str, options: tuple[Option, ...], action: Action
) -> None:
    assert RuleSet(a_profile(*options)).rule_for(Place((tag,), vr, creator), None).action is action


def test_the_stricter_list_wins_and_the_list_is_named() -> None:
    presentation = Place((0x20011000,), "SQ", "Philips Imaging DD 129", is_sequence=True)
    standard = RuleSet(a_profile(lists=frozenset({SafeList.STANDARD}))).rule_for(presentation, None)
    both = RuleSet(a_profile()).rule_for(presentation, None)
    assert (standard.action, standard.source) == (K, "PS3.15 2026d Table E.3.10-1")
    assert (both.action, both.source) == (X, "TCIA private tag knowledge base 2024-02-01, d")
    kept = RuleSet(a_profile(lists=frozenset({SafeList.TCIA}))).rule_for(Place((0x0019100C,), "IS", MR_HEADER), None)
    assert (kept.action, kept.source) == (K, "TCIA private tag knowledge base 2024-02-01, k")


def test_a_site_has_the_last_word() -> None:
    rule = SiteRule(PrivateElement("SIEMENS CSA HEADER", 0x0029, 0x10), K, "a reason", "trial.yaml:4")
    profile = a_profile()._replace(rules=(rule,))
    assert RuleSet(profile).rule_for(Place((0x00291010,), "OB", "SIEMENS CSA HEADER"), None).action is K


def test_a_sequence_that_could_not_be_opened_goes() -> None:
    rules = RuleSet(a_profile())
    assert rules.rule_for(Place((0x20051080,), "SQ", PHILIPS, is_sequence=True), None).action is K
    assert rules.rule_for(Place((0x20051080,), "OB", PHILIPS), None).action is X


def test_public_attributes_inside_a_private_sequence_follow_the_table_unless_tcia_deletes_them() -> None:
    rules = RuleSet(a_profile())
    within = ("FDMS 1.0",)
    name = Place((0x20051080, 0x00100010), "PN", within=(PHILIPS,))
    frame = Place((0x20051080, 0x00081160), "IS", within=(PHILIPS,))
    deleted = Place((0x00091010, 0x00080005), "CS", within=("GEMS_PETD_01",))
    assert rules.rule_for(name, None).action is Z
    assert rules.rule_for(frame, None).action is K
    assert rules.rule_for(deleted, None).action is K  # no row of this block
    assert rules.rule_for(Place((0x00111001, 0x00080005), "CS", within=("GEMS_PETD_01",)), None).action is X
    assert rules.rule_for(Place((0x00111001, 0x00080005), "CS", within=within), None).action is K


# --- seconds ------------------------------------------------------------------

SUBJECT = Subject(
    Identity(Key(bytes(32)), uid_root="2.25", patient_id="{code}", shift=(-9, -9), texts=no_texts),
    "P",
    "P",
    -1,
    no_texts("", ()),
)
DAY = 86_400


@pytest.mark.parametrize(
    ("vr", "value", "moved"),
    [
        ("SL", struct.pack("<l", 10 * DAY + 5), struct.pack("<l", 9 * DAY + 5)),
        ("UL", struct.pack("<L", 10 * DAY), struct.pack("<L", 9 * DAY)),
        ("FD", struct.pack("<d", 10 * DAY + 0.5), struct.pack("<d", 9 * DAY + 0.5)),
        ("LO", b"864000", b"777600"),
        ("IS", b"864000 ", b"777600"),
        ("DS", b"864000.25 ", b"777600.25 "),
        ("SL", struct.pack("<l", -1), None),
        ("UL", struct.pack("<L", 0), None),  # would be before 1970, which no UL can say
        ("UL", struct.pack("<L", 2**32 - 1), None),  # 2106
        ("FD", struct.pack("<d", float("nan")), None),
        ("SL", struct.pack("<ll", DAY, DAY), None),
        ("SL", b"\1\2", None),
        ("LO", b"19930822", b"19844422"),  # no telling it from seconds; the original is gone
        ("LO", b"Doe^Jane", None),
        ("LO", b"5", None),
    ],
)
def test_seconds_are_moved_by_whole_days_or_not_believed(vr: str, value: bytes, moved: bytes | None) -> None:
    result = shift_seconds(value, Facts(0x00091027, vr), SUBJECT)
    if moved is None:
        assert result == EMPTIED
    else:
        assert result.outcome is Outcome.SHIFTED
        assert result.value is not None
        assert result.value.rstrip() == moved.rstrip()
        assert len(result.value) % 2 == 0
    assert shift_seconds(b"", Facts(0x00091027, vr), SUBJECT) == KEPT


def test_seconds_in_big_endian() -> None:
    facts = Facts(0x00091027, "SL", big_endian=True)
    assert shift_seconds(struct.pack(">l", 10 * DAY), facts, SUBJECT).value == struct.pack(">l", 9 * DAY)


# --- the sender's word --------------------------------------------------------


def an_item(status: str, creator: str = NOBODY, group: int = 0x0011, **more: object) -> Dataset:
    return a_dataset(
        PrivateGroupReference=group,
        PrivateCreatorReference=creator,
        BlockIdentifyingInformationStatus=status,
        **more,
    )


def with_private(*items: Dataset) -> Dataset:
    data_set = a_dataset(SOPClassUID="1.2.840.10008.5.1.4.1.1.2", SOPInstanceUID="2.25.1")
    if items:
        data_set.PrivateDataElementCharacteristicsSequence = list(items)
    block = data_set.private_block(0x0011, NOBODY, create=True)
    block.add_new(0x01, "DS", "1.5")
    block.add_new(0x02, "LO", "a text")
    block.add_new(0x03, "UI", "2.25.7")
    block.add_new(0x04, "FD", 2.5)
    block.add_new(0x05, "SQ", [a_dataset(PatientName="Doe^Jane", ReferencedFrameNumber="1")])
    return data_set


def decided(data_set: Dataset, profile: Profile) -> list[Decision]:
    file = written(data_set)
    index = read_instance(file, len(file)).data_set
    creators = creators_of(index.layout, index.value)
    return decide(index.layout, creators, RuleSet(profile), None, declared=declared_in(index))


def actions_on(data_set: Dataset, profile: Profile) -> dict[str, str]:
    return {
        each.path: "-" if each.disposed_with is not None else each.action.value
        for each in decided(data_set, profile)
        if each.path.startswith("(0011,10")
    }


TO_DO = [a_dataset(IdentifyingPrivateElements=[2, 4], DeidentificationAction="Z")]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([], "XXXXX--"),
        ([an_item("SAFE")], "KXUKKKZ"),  # text waits for its scanner; UI, PN and the like by VR
        ([an_item("UNSAFE")], "XXXXX--"),
        ([an_item("PERHAPS")], "XXXXX--"),
        ([an_item("MIXED", NonidentifyingPrivateElements=[1, 3])], "KXUXX--"),
        ([an_item("MIXED", NonidentifyingPrivateElements=[1, 4], DeidentificationActionSequence=TO_DO)], "KZXZX--"),
        ([an_item("SAFE"), an_item("MIXED", NonidentifyingPrivateElements=1)], "KXXXX--"),  # the strictest
        ([an_item("SAFE", creator="ANOTHER")], "XXXXX--"),
        ([an_item("SAFE", group=0x0013)], "XXXXX--"),
    ],
)
def test_the_sender_may_call_its_elements_safe(items: list[Dataset], expected: str) -> None:
    assert "".join(actions_on(with_private(*items), a_profile(lists=frozenset())).values()) == expected
    assert set(actions_on(with_private(*items), Profile("basic")).values()) == {"X", "-"}


def test_no_sender_can_save_what_tcia_deletes() -> None:
    declared = {Block(0x0029, "SIEMENS CSA HEADER"): next(iter(declared_by(an_item("SAFE")).values()))}
    place = Place((0x00291008,), "CS", "SIEMENS CSA HEADER")
    for lists in (frozenset({SafeList.STANDARD}), BOTH):
        assert RuleSet(a_profile(lists=lists)).rule_for(place, None, declared=declared).action is X


def declared_by(*items: Dataset) -> dict[Block, list[object]]:
    file = written(with_private(*items))
    return dict(declared_in(read_instance(file, len(file)).data_set))  # type: ignore[arg-type]


def test_an_item_that_names_no_block_speaks_of_none() -> None:
    declared = declared_by(a_dataset(BlockIdentifyingInformationStatus="SAFE"))
    assert list(declared) == [UNNAMED]
    assert word_on(declared, 0x0011, NOBODY, 1) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("items", "profile", "stays"),
    [
        ([an_item("SAFE")], a_profile(), True),
        ([an_item("SAFE")], Profile("basic"), False),
        ([an_item("UNSAFE")], a_profile(), False),  # all of the block is gone
        ([an_item("SAFE"), an_item("SAFE", creator="ANOTHER")], a_profile(), False),
        ([an_item("SAFE"), a_dataset(BlockIdentifyingInformationStatus="SAFE")], a_profile(), False),
    ],
)
def test_what_speaks_of_blocks_that_are_gone_goes(items: list[Dataset], profile: Profile, *, stays: bool) -> None:
    about = [
        each
        for each in decided(with_private(*items), profile)
        if each.path.startswith("PrivateDataElementCharacteristicsSequence")
    ]
    assert (about[0].action is K) is stays
    assert all((each.disposed_with is None) is stays for each in about[1:])


def test_what_is_declared_decides_anew_for_each_instance_of_a_layout() -> None:
    job = Job(a_profile(), Key(bytes(32)), "", "", {})
    kept = []
    for status in ("SAFE", "UNSAFE", "SAFE"):
        file = written(with_private(an_item(status)))
        draft = make_draft(read_instance(file, len(file)), job)
        assert isinstance(draft, Draft)
        kept.append(
            sum(each.outcome == "kept" and each.path == "(0011,1001)" for each in draft.prepared.plan.decisions)
        )
    assert kept == [1, 0, 1]


def test_the_look_afterwards_knows_what_was_declared() -> None:
    items = [an_item("SAFE"), an_item("SAFE", creator="ANOTHER")]  # of a block that is not there: (0008,0300) goes
    file = deidentify(written(with_private(*items)), key=bytes(32), options=["retain-safe-private"])
    released = dcmread(BytesIO(file))
    assert "PrivateDataElementCharacteristicsSequence" not in released
    block = released.private_block(0x0011, NOBODY)
    assert block[0x01].value == 1.5
    assert 0x02 not in block
    assert block[0x03].value != "2.25.7"
    assert block[0x05].value[0].PatientName == ""
