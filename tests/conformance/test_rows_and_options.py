"""Every row of Table E.1-1 under each Option, by itself, in many IODs, at top level and in Items."""

from collections.abc import Iterator

import pytest

from deidpipe.dicom.layout import layout_of
from deidpipe.plan.decide import Decision, decide
from deidpipe.profile.model import Profile
from deidpipe.profile.ruleset import Place, RuleSet
from deidpipe.standard.options import Option
from deidpipe.standard.types import iod_of
from tests.canary import SOP_CLASSES, TABLE, tags_of, vr_in
from tests.end_to_end.table_answer import COLUMNS, action

SOP_CLASS_OF = {
    **SOP_CLASSES,
    "SEG": "1.2.840.10008.5.1.4.1.1.66.4",
    "DX": "1.2.840.10008.5.1.4.1.1.1.1",
    "RTPLAN": "1.2.840.10008.5.1.4.1.1.481.5",
    "KO": "1.2.840.10008.5.1.4.1.1.88.59",
}
COLUMN_OF = {
    **COLUMNS,
    "clean-pixel-data": "",  # no column: the Basic Profile stays in force (E.3.1, E.3.2)
    "clean-recognizable-visual-features": "",
    "clean-graphics": "clean_graphics",
    "clean-structured-content": "clean_structured_content",
}
PATHS = {
    "top": (),
    "kept Sequence": (0x00540220,),  # View Code Sequence, which the Table does not list
    "functional group": (0x52009230, 0x00209111),  # Frame Content Sequence of a frame
    "content item": (0x0040A730,),
}

# What is not as the cell says, and why.
DECIDED = {
    ("clean-graphics", 0x50): ("X", "a curve cannot be looked at, so cleaning it means taking it out"),
    ("clean-graphics", 0x60): ("X", "nor can the bitmap of an overlay; its group goes whole"),
}


def expected(path: tuple[int, ...], sop_class: str, option: str) -> str:
    found = DECIDED.get((option, path[-1] >> 24))
    return found[0] if found else action(path, sop_class, option, COLUMN_OF)


def rows() -> Iterator[tuple[int, str]]:
    for row in TABLE:
        if row["tag"] == "GGGGEEEE":
            yield from ((tag, "LO") for tag in (0x00090010, 0x00091001, 0x00290011, 0x60011010))
        yield from ((tag, vr_in(row)) for tag in tags_of(row["tag"]))


def test_the_rows_and_the_columns_are_all_there() -> None:
    assert len(TABLE) == 657
    assert set(COLUMN_OF) == {option.value for option in Option}
    assert {tag for row in TABLE for tag in tags_of(row["tag"])} <= {tag for tag, _ in rows()}


@pytest.mark.parametrize("option", [*COLUMN_OF, ""])
@pytest.mark.parametrize("name", SOP_CLASS_OF)
def test_every_row_is_settled_as_the_table_says(name: str, option: str) -> None:
    sop_class = SOP_CLASS_OF[name]
    rules = RuleSet(Profile("one Option", options=frozenset({Option(option)} if option else ())))
    iod = iod_of(sop_class)
    different = []
    for tag, vr in rows():
        creator = "INVENTED 1.0" if tag & 0x10000 and tag & 0xFFFF > 0xFF else ""
        for above in PATHS.values():
            path = (*above, tag)
            wanted = expected(path, sop_class, option)
            rule = rules.rule_for(Place(path, vr, creator, vr == "SQ", ("",) * len(above)), iod)
            if rule.action.value != wanted and not _is_idle_creator(tag, option):
                different.append(f"{'/'.join(f'{part:08X}' for part in path)}: {rule.action}, not {wanted}")
    assert different == []


def _is_idle_creator(tag: int, option: str) -> bool:
    """A Private Creator stays for as long as one of its elements does: decide() takes it out, see below."""
    return option == "retain-safe-private" and bool(tag & 0x10000) and tag & 0xFFFF <= 0xFF


# --- the same through a layout -------------------------------------------------------------------------------------

_ITEM, _ITEM_END, _SEQUENCE_END = (bytes.fromhex(text) for text in ("feff00e0", "feff0de0", "feffdde0"))


def _head(tag: int, vr: str) -> bytes:
    return (tag >> 16).to_bytes(2, "little") + (tag & 0xFFFF).to_bytes(2, "little") + vr.encode("ascii")


def _in_items(tag: int, inside: bytes) -> bytes:
    return _head(tag, "SQ") + _ITEM + b"D0" + inside + _ITEM_END + b"00" + _SEQUENCE_END + b"00"


def _shape() -> bytes:
    """Return a Data Set with every row, and a kept Sequence with every row."""
    every = b"".join(_in_items(tag, b"") if vr == "SQ" else _head(tag, vr) for tag, vr in sorted(rows()))
    return every + _in_items(0x00540220, every)


@pytest.mark.parametrize("option", [*COLUMN_OF, ""])
def test_a_layout_gets_the_same_answers_and_a_removed_sequence_takes_its_items(option: str) -> None:
    layout = layout_of(_shape())
    rules = RuleSet(Profile("one Option", options=frozenset({Option(option)} if option else ())))
    creators = {
        entry: "INVENTED 1.0"
        for entry in layout.elements
        if layout.tags[entry] & 0x10000 and layout.tags[entry] & 0xFFFF > 0xFF
    }
    different = []
    for name in ("CT", "SR", "RTSTRUCT"):
        sop_class = SOP_CLASS_OF[name]
        decisions: list[Decision] = decide(layout, creators, rules, iod_of(sop_class))
        assert [decision.entry for decision in decisions] == layout.elements
        for decision in decisions:
            path = layout.tag_path(decision.entry)
            wanted = expected(path, sop_class, option)
            if decision.action.value != wanted and path != (0x00540220,):
                different.append(f"{name} {decision.path}: {decision.action}, not {wanted}")
    assert different == []
