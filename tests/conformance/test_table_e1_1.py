"""Each row of the Standard's tables, from their own text, against what the package answers."""

import json
from collections.abc import Iterator
from itertools import chain

import pytest

from deidpipe.dicom.dictionary import keyword_of, tag_of, vrs_of
from deidpipe.standard.codes import method_codes
from deidpipe.standard.options import BASIC_CODE, OPTIONS, Option
from deidpipe.standard.safe_private import is_safe, known_creators
from deidpipe.standard.table import EDITION, Row, row_of, rows
from deidpipe.standard.types import iod_of, required_type_of, type_of
from deidpipe.standard.unlisted import STRUCTURAL_UIDS, class_of
from tests.shared import csv_rows, shared_folder
from tools import make_tables

PS315 = shared_folder("ps315")
TABLE = csv_rows(PS315 / "table_e1_1.csv")
EXTRA = {row["tag"]: row for row in csv_rows(PS315 / "extra_dictionary.csv")}
TYPES = json.loads((PS315 / "iod_types.json").read_text(encoding="utf-8"))
SAFE_PRIVATE = csv_rows(PS315 / "safe_private.csv")
UNLISTED = csv_rows(PS315 / "not_in_table_by_vr.csv")

REPEATING_GROUPS = range(0x00, 0x20, 2)
STRICTEST_FIRST = ["1", "1C", "2", "2C", "3"]


def tags_of(written: str) -> list[int]:
    """Every kind of tag that a tag of the Table is for; a few of the very many."""
    match written:
        case "GGGGEEEE":
            return [0x00090010, 0x00091001, 0x00190000, 0x50010010, 0x60013000, 0x7FE10010, 0xFFFF0001]
        case "50XXXXXX":
            return [
                (0x5000 + group) << 16 | low for group in REPEATING_GROUPS for low in (0x0000, 0x0005, 0x3000, 0xFFFF)
            ]
        case "60XX3000" | "60XX4000":
            return [(0x6000 + group) << 16 | int(written[4:], 16) for group in REPEATING_GROUPS]
    return [int(written, 16)]


def answer(tag: int) -> Row:
    row = row_of(tag)
    assert row is not None, f"{tag:08X} has no row"
    return row


@pytest.mark.parametrize("printed", TABLE, ids=lambda row: row["tag"])
def test_every_cell_of_the_table_is_answered_as_printed(printed: dict[str, str]) -> None:
    for tag in tags_of(printed["tag"]):
        row = answer(tag)
        assert row.tag == printed["tag"]
        assert row.name == printed["name"]
        assert row.basic.value == printed["basic_profile"]
        for option, facts in OPTIONS.items():
            cell = row.options[option].value if option in row.options else ""
            assert cell == (printed[facts.column] if facts.column else ""), option


@pytest.mark.parametrize("printed", TABLE, ids=lambda row: row["tag"])
def test_every_row_has_its_keyword_and_vr(printed: dict[str, str]) -> None:
    named = printed if printed["keyword"] else EXTRA.get(printed["tag"], printed)
    row = answer(tags_of(printed["tag"])[0])
    assert (row.keyword, row.vr) == (named["keyword"], named["vr"])
    if "X" not in printed["tag"] and printed["tag"] != "GGGGEEEE":
        tag = int(printed["tag"], 16)
        assert (keyword_of(tag), vrs_of(tag), tag_of(row.keyword)) == (row.keyword, (row.vr,), tag)


def test_the_package_has_the_rows_of_the_table_and_no_other() -> None:
    assert [row.tag for row in rows()] == [row["tag"] for row in TABLE]
    assert make_tables.table_edition(PS315) == EDITION


def test_each_option_column_of_the_table_has_its_option() -> None:
    columns = list(TABLE[0])
    printed = columns[columns.index("basic_profile") + 1 :]
    assert sorted(printed) == sorted(facts.column for facts in OPTIONS.values() if facts.column)


@pytest.mark.parametrize(
    "tag",
    [0x50200005, 0x60203000, 0x60000010, 0x60003001, 0x00080005, 0x7FE00010, 0x00090010 - 0x10000],
    ids="{:08X}".format,
)
def test_what_the_table_does_not_list_has_no_row(tag: int) -> None:
    assert row_of(tag) is None


def test_the_options_are_those_of_cid_7050() -> None:
    printed = csv_rows(PS315 / "cid7050.csv")
    assert (printed[0]["code_value"], printed[0]["code_meaning"]) == BASIC_CODE
    assert sorted(
        (facts.code, facts.code_meaning, facts.title, facts.section, facts.column) for facts in OPTIONS.values()
    ) == [
        (
            row["code_value"],
            row["code_meaning"],
            row["code_meaning"],
            row["section"],
            row["option"] if row["option"] in TABLE[0] else "",
        )
        for row in printed[1:]
    ]
    assert method_codes(Option) == tuple((row["code_value"], row["code_meaning"]) for row in printed)


def printed_types(iod: str, usages: str) -> dict[str, str]:
    """The strictest Type of each path in the Modules of these usages."""
    strictest: dict[str, str] = {}
    for module in chain.from_iterable(TYPES["iods"][iod].get(usage, []) for usage in usages):
        parts = TYPES["modules"][module]
        for path, attribute_type in {**parts.get("top", {}), **parts.get("nested", {})}.items():
            other = strictest.get(path, "3")
            strictest[path] = min(other, attribute_type, key=STRICTEST_FIRST.index)
    return strictest


def paths_of(written: str) -> Iterator[tuple[int, ...]]:
    *above, last = written.split("/")
    for tag in tags_of(last):
        yield (*(int(other, 16) for other in above), tag)


@pytest.mark.parametrize("iod", sorted(TYPES["iods"]))
def test_every_type_of_an_iod_is_answered_at_every_path(iod: str) -> None:
    anywhere, mandatory = printed_types(iod, "MCU"), printed_types(iod, "M")
    assert anywhere or iod == "basic-directory"  # a DICOMDIR has no Attribute of the Table outside its records
    for written, attribute_type in anywhere.items():
        for path in paths_of(written):
            assert type_of(iod, path) == attribute_type, written
            assert required_type_of(iod, path) == mandatory.get(written), written


@pytest.mark.parametrize("iod", sorted(TYPES["effective"]))
def test_the_types_agree_with_those_worked_out_for_compound_codes(iod: str) -> None:
    for written, effective in TYPES["effective"][iod].items():
        required, _, stricter = effective.partition("|")
        path = (int(written, 16),)
        assert required_type_of(iod, path) == (required or None), written
        assert type_of(iod, path) == (stricter or required), written


def test_an_attribute_that_the_iod_does_not_have_there_has_no_type() -> None:
    assert type_of("ct-image", (0x00700082,)) is None
    assert type_of("ct-image", (0x00081140, 0x00100020)) is None  # only at top level
    assert type_of("no-such-iod", (0x00100020,)) is None
    assert required_type_of("no-such-iod", (0x00100020,)) is None


@pytest.mark.parametrize(("uid", "iod"), sorted({**TYPES["sop_classes"], **TYPES["sop_classes_retired"]}.items()))
def test_every_sop_class_has_its_iod(uid: str, iod: str) -> None:
    assert iod_of(uid) == iod


@pytest.mark.parametrize("printed", SAFE_PRIVATE, ids=lambda row: f"{row['private_creator']} {row['tag']}")
def test_every_safe_private_element_is_safe_with_its_creator_and_vr_only(printed: dict[str, str]) -> None:
    group, low = (int(part, 16) for part in printed["tag"].split(",xx"))
    creator, stated = printed["private_creator"], printed["vr"].split(" or ")
    for vr in ("UN", *filter(None, stated)):
        assert is_safe(creator, group, low, vr)
        assert is_safe(creator + " ", group, low, vr)
    assert is_safe(creator, group, low, "PN") is (stated == [""])
    assert not is_safe("INVENTED 1.0", group, low, stated[0])
    assert creator in known_creators()


def test_no_other_private_element_is_safe() -> None:
    listed = {(row["private_creator"], *row["tag"].split(",xx")) for row in SAFE_PRIVATE}
    for creator, group in {(creator, group) for creator, group, _ in listed}:
        for low in range(0x100):
            expected = (creator, group, f"{low:02X}") in listed
            assert is_safe(creator, int(group, 16), low, "UN") is expected


@pytest.mark.parametrize("printed", UNLISTED, ids=lambda row: row["keyword"])
def test_what_the_table_lacks_has_its_class(printed: dict[str, str]) -> None:
    tag = int(printed["tag"], 16)
    assert row_of(tag) is None
    assert class_of(tag) == printed["our_class"].partition(" (")[0].partition(":")[0]
    assert (tag in STRUCTURAL_UIDS) is (printed["our_class"] == "structural-keep")
    assert vrs_of(tag) == (printed["vr"],)


@pytest.mark.parametrize("printed", EXTRA.values(), ids=lambda row: row["keyword"])
def test_the_dictionary_has_what_pydicom_lacks(printed: dict[str, str]) -> None:
    tag = int(printed["tag"], 16)
    assert (keyword_of(tag), vrs_of(tag)) == (printed["keyword"], (printed["vr"],))


def test_the_data_files_are_what_the_generator_makes() -> None:
    for path, text in make_tables.data_files(PS315).items():
        assert (make_tables.ROOT / path).read_text(encoding="utf-8") == text, f"{path}: run `make tables`"
