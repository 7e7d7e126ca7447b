"""Every row of Table E.3.10-1 and of the TCIA list, from their own text: any block, right and wrong VR and creator."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest

from deidpipe.profile.model import Profile, SafeList
from deidpipe.profile.ruleset import Place, Rule, RuleSet
from deidpipe.standard.options import Option
from deidpipe.standard.unlisted import STRUCTURAL_UIDS
from tests.shared import csv_rows, shared_folder

PS315 = shared_folder("ps315")
SAFE = csv_rows(PS315 / "safe_private.csv")
TCIA = csv_rows(PS315 / "tcia_private_kb.csv")
BLOCKS = (0x10, 0x11, 0xFF)
OPTIONS = frozenset({Option.RETAIN_SAFE_PRIVATE, Option.RETAIN_MODIFIED_DATES})
STANDARD = RuleSet(Profile("trial", options=OPTIONS))
BOTH = RuleSet(Profile("trial", options=OPTIONS, safe_private=frozenset(SafeList)))
OF_IDENTITY = {"UI": "U", "DA": "C", "DT": "C", "TM": "C", "PN": "Z", "AE": "Z", "UR": "Z"}
BY_VR = OF_IDENTITY | dict.fromkeys(("LO", "SH", "ST", "LT", "UT", "UC"), "C")  # a safe text is cleaned all the same
TEXT_OF_DATES, TEXT_OF_UIDS = ("LO", "SH"), ("UI", "LO")
SECONDS = ("SL", "UL", "SV", "UV", "FD", "IS", "DS", "LO", "SH")
UNTOLD = ("UN", "OB", "OW")
STRICTEST_FIRST = ("d", "", "h", "o", "oi", "k", "na")
A_WRONG_VR = "OV"  # of no row


class Part(NamedTuple):
    group: int
    creator: str
    low: int  # of a public Attribute the element number

    def tag(self, block: int) -> int:
        return self.group << 16 | (block << 8 | self.low if self.creator else self.low)


def parts_of(path: str) -> list[Part]:
    found = re.findall(r'\(([0-9A-F]{4}),(?:"([^"]*)",xx)?([0-9A-F]+)\)', path)
    return [Part(int(group, 16), creator, int(low, 16)) for group, creator, low in found]


def rule_on(rules: RuleSet, parts: list[Part], block: int, vr: str) -> Rule:
    path = tuple(part.tag(block) for part in parts)
    within = tuple(part.creator for part in parts[:-1])
    return rules.rule_for(Place(path, vr, parts[-1].creator, vr == "SQ", within), None)


def with_another_creator(parts: list[Part]) -> list[Part]:
    return [*parts[:-1], parts[-1]._replace(creator=parts[-1].creator + " OF ANOTHER")]


# --- Table E.3.10-1 -----------------------------------------------------------


@pytest.mark.parametrize("block", BLOCKS)
def test_every_row_of_the_table_is_safe_at_any_block(block: int) -> None:
    wrong = []
    for row in SAFE:
        group, low = row["tag"].split(",xx")
        parts = [Part(int(group, 16), row["private_creator"].strip(), int(low, 16))]
        stated = row["vr"].split(" or ") if row["vr"] else ["DS"]
        for vr in stated:
            rule = rule_on(STANDARD, parts, block, vr)
            if rule.action != BY_VR.get(vr, "K") or "E.3" not in rule.source + "E.3" * (vr in OF_IDENTITY):
                wrong.append((row["tag"], vr, rule))
        untold = rule_on(STANDARD, parts, block, "UN").action  # as in Implicit VR Little Endian
        expected = "X" if not row["vr"] or stated == ["SQ"] else next((BY_VR[vr] for vr in stated if vr in BY_VR), "K")
        if untold != expected:
            wrong.append((row["tag"], "UN", untold))
        if row["vr"] and rule_on(STANDARD, parts, block, A_WRONG_VR).action != "X":
            wrong.append((row["tag"], A_WRONG_VR, "kept"))
        for vr in (*stated, "UN"):
            if rule_on(STANDARD, with_another_creator(parts), block, vr).action != "X":
                wrong.append((row["tag"], vr, "kept for another creator"))
    assert not wrong
    assert len(SAFE) == 479


# --- the TCIA list ------------------------------------------------------------


@cache
def rows_by_path() -> dict[str, dict[str, str]]:
    """Path -> VR -> disposition. No VR stands with Sequences only."""
    rows: dict[str, dict[str, str]] = defaultdict(dict)
    for row in TCIA:
        vr = row["vr"] or "SQ"
        told = rows[row["path"]]
        told[vr] = min(row["disposition"], told.get(vr, "na"), key=STRICTEST_FIRST.index)
    return rows


@cache
def safe_by_the_table() -> frozenset[tuple[int, int, str, str]]:
    return frozenset(
        (int(row["tag"][:4], 16), int(row["tag"][-2:], 16), row["private_creator"].strip(), vr)
        for row in SAFE
        for vr in row["vr"].split(" or ")
    )


def expected_action(disposition: str, vr: str, leaf: Part) -> str:
    """Return what a row asks for under Modified Dates, where the VR tells what the value is."""
    by_vr = "K" if vr == "SQ" else BY_VR.get(vr, "K")
    match disposition:
        case "k":
            return by_vr
        case "na" if vr == "SQ" or (leaf.group, leaf.low, leaf.creator, vr) in safe_by_the_table():
            return by_vr
        case "h":
            return "U" if vr in TEXT_OF_UIDS else "X"
        case "o":
            return "C" if vr in ("DA", "DT", "TM", *TEXT_OF_DATES) else "X"
        case "oi":
            return "C" if vr in SECONDS else "X"
    return "X"


def leaves(*, private: bool) -> Iterator[tuple[str, list[Part], dict[str, str]]]:
    for path, rows in rows_by_path().items():
        parts = parts_of(path)
        has_creators = all(part.creator or not part.group % 2 for part in parts)  # without one all of it goes
        if bool(parts[-1].creator) is private and has_creators:
            yield path, parts, rows


@pytest.mark.parametrize("block", BLOCKS)
def test_every_private_row_is_answered_by_its_disposition_and_vr(block: int) -> None:
    wrong = []
    for path, parts, rows in leaves(private=True):
        for vr, disposition in rows.items():
            if vr in UNTOLD:
                continue
            rule = rule_on(BOTH, parts, block, vr)
            if rule.action != expected_action(disposition, vr, parts[-1]):
                wrong.append((path, vr, disposition, rule))
    assert not wrong


@pytest.mark.parametrize("block", BLOCKS)
def test_what_tells_no_vr_is_judged_by_the_one_that_the_list_names_or_goes(block: int) -> None:
    wrong = []
    for path, parts, rows in leaves(private=True):
        told = sorted((vr for vr in rows if vr not in UNTOLD), key=lambda vr: (vr not in OF_IDENTITY, vr))
        for stored in UNTOLD:
            counting = rows.values() if stored == "UN" else [rows[stored]] if stored in rows else []
            strictest = min(counting, key=STRICTEST_FIRST.index, default="d")
            vr = told[0] if told else stored if stored != "UN" else next((vr for vr in ("OB", "OW") if vr in rows), "")
            expected = "X" if vr in ("", "SQ") else expected_action(strictest, vr, parts[-1])
            if stored == "UN" and strictest in ("k", "na") and (not told or strictest == "na"):
                continue  # the Standard may know what TCIA does not
            rule = rule_on(BOTH, parts, block, stored)
            if rule.action != expected:
                wrong.append((path, stored, strictest, rule))
    assert not wrong


def test_another_vr_or_creator_is_not_what_was_judged() -> None:
    safe_without_vr = {(row["tag"], row["private_creator"]) for row in SAFE if not row["vr"]}
    assert len(safe_without_vr) == 5
    wrong = []
    for path, parts, rows in leaves(private=True):
        assert A_WRONG_VR not in rows
        if rule_on(BOTH, parts, 0x10, A_WRONG_VR).action != "X":
            wrong.append((path, A_WRONG_VR))
        wrong += [(path, vr) for vr in rows if rule_on(BOTH, with_another_creator(parts), 0x10, vr).action != "X"]
    assert not wrong


def test_public_attributes_in_private_sequences_follow_the_table_unless_they_are_deleted() -> None:
    wrong, seen = [], 0
    for path, parts, rows in leaves(private=False):
        for vr, disposition in rows.items():
            if parts[-1].tag(0) in STRUCTURAL_UIDS or vr == "UN":
                continue
            seen += 1
            rule = rule_on(BOTH, parts, 0x10, vr)
            by_table = rule_on(STANDARD, parts, 0x10, vr)
            expected = "X" if disposition in ("d", "") else by_table.action
            if rule.action != expected:
                wrong.append((path, vr, disposition, rule))
    assert not wrong
    assert seen > 500


def test_without_the_option_no_list_keeps_anything() -> None:
    basic = RuleSet(Profile("trial", safe_private=frozenset(SafeList)))
    kept = [
        path
        for path, parts, rows in leaves(private=True)
        for vr in rows
        if rule_on(basic, parts, 0x10, vr).action != "X"
    ]
    assert not kept
