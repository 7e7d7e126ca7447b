"""A marker in every Attribute that the Standard lists, at every place: none is left but where the Table keeps it."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.canary import (
    BIG,
    ENCODINGS,
    EXPLICIT,
    IMPLICIT,
    PLACES,
    REFERENCED,
    SOP_CLASSES,
    TABLE,
    UNLISTED,
    Leaf,
    Node,
    Plant,
    Planter,
    attributes,
    markers_in,
    tags_of,
    write_one,
)
from tests.end_to_end.canary_run import Released, fates, illegal, released, wrong
from tests.end_to_end.table_answer import COLUMNS

pytestmark = [pytest.mark.xdist_group("canary"), pytest.mark.filterwarnings("ignore")]


class Ran(NamedTuple):
    files: Mapping[str, Released]
    plants: list[Plant]
    inputs: Path


@pytest.fixture(scope="module")
def basic(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Each SOP Class in each encoding, under the Basic Profile, in one run."""
    base = tmp_path_factory.mktemp("canary")
    planter = Planter()
    node = planter.everywhere()
    (base / "in").mkdir()
    for number, sop_class in enumerate(SOP_CLASSES):
        for other, (name, syntax) in enumerate(ENCODINGS.items()):
            uid = f"1.2.826.0.1.9999.19{number:02}0{other:02}"
            write_one(base / "in" / f"{sop_class}, {name}", node, SOP_CLASSES[sop_class], uid, syntax)
    return Ran(released(base / "in", base / "out"), planter.plants, base / "in")


NAMES = [f"{sop_class}, {encoding}" for sop_class in SOP_CLASSES for encoding in ENCODINGS]


def test_the_markers_cover_both_lists_at_each_place(basic: Ran) -> None:
    planted = {plant.path for plant in basic.plants}
    listed = [tag for row in (*TABLE, *UNLISTED) for tag in tags_of(row["tag"])]
    for place in PLACES.values():
        missing = {tag for tag in listed if (*place, tag) not in planted}
        assert {tag for tag in missing if tag >> 16 != 0x0002 or place} <= {0x00080016}
    assert len(TABLE) == 657
    assert not {0x00081115, 0x00540220, 0x52009230} & dict(attributes()).keys()
    marked = [plant.marker for plant in basic.plants if plant.marker and plant.path[-1] != REFERENCED]
    assert len(set(marked)) == len(marked)
    assert all(markers_in(plant.value) <= {plant.marker} for plant in basic.plants)


@pytest.mark.parametrize("name", NAMES)
def test_each_marker_can_be_found_in_the_input(basic: Ran, name: str) -> None:
    found = markers_in((basic.inputs / name).read_bytes())
    assert (
        not {plant.marker for plant in basic.plants}
        - found
        - {b""}
        - {plant.marker for plant in basic.plants if plant.path in ((0x00080018,), (0x00100020,))}
    )


@pytest.mark.parametrize("name", NAMES)
def test_nothing_planted_is_left_but_what_the_table_keeps(basic: Ran, name: str) -> None:
    assert wrong(basic.files[name], basic.plants) == []


@pytest.mark.parametrize("name", NAMES)
def test_what_is_released_is_legal(basic: Ran, name: str) -> None:
    assert illegal(basic.files[name]) == []


def test_a_uid_becomes_the_same_one_in_every_file_and_place(basic: Ran) -> None:
    by_original: dict[bytes, set[str]] = {}
    for file in basic.files.values():
        for plant, act in fates(basic.plants, file.sop_class):
            if act == "U" and plant.vr != "SQ" and plant.path != (0x00080018,):
                holder = file.data_set
                for tag in plant.path[:-1]:
                    holder = holder[tag].value[0]
                by_original.setdefault(plant.marker, set()).add(str(holder[plant.path[-1]].value))
    assert all(len(new) == 1 for new in by_original.values())
    assert len({next(iter(new)) for new in by_original.values()}) == len(by_original) > 100


@pytest.mark.parametrize("option", COLUMNS)
def test_each_option_is_honoured_and_all_else_is_basic(option: str, tmp_path: Path) -> None:
    planter = Planter()
    node = planter.everywhere()
    (tmp_path / "in").mkdir()
    for sop_class, syntax in (
        ("CT", EXPLICIT),
        ("GSPS", IMPLICIT),
        ("Enhanced MR", BIG),
        ("SR", EXPLICIT),
        ("PET", EXPLICIT),
    ):
        uid = f"1.2.826.0.1.9999.19000{list(SOP_CLASSES).index(sop_class):02}"
        write_one(tmp_path / "in" / sop_class, node, SOP_CLASSES[sop_class], uid, syntax)
    for name, file in released(tmp_path / "in", tmp_path / "out", "--option", option).items():
        kept = (
            {} if option != "retain-uids" else {0x00080018: f"1.2.826.0.1.9999.19000{list(SOP_CLASSES).index(name):02}"}
        )
        plants = [plant for plant in planter.plants if plant.path not in ((0x00080018,), (0x00100020,))]
        assert wrong(file, plants, option, kept) == []
        assert illegal(file) == []


UNLISTED_TEXTS = {
    0x00180024: "SH",
    0x00181210: "SH",
    0x00082132: "LO",
    0x00100212: "UC",
    0x00143022: "ST",
    0x00100218: "UT",
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_text_that_nobody_lists_loses_the_patient_and_keeps_the_rest(encoding: str, tmp_path: Path) -> None:
    assert not UNLISTED_TEXTS.keys() & dict(attributes()).keys()
    texts: Node = {tag: Leaf(vr, b"Liver ZQX999999") for tag, vr in UNLISTED_TEXTS.items()}
    (tmp_path / "in").mkdir()
    node: Node = {**texts, 0x00540220: ("SQ", [texts])}
    write_one(tmp_path / "in" / "CT", node, SOP_CLASSES["CT"], "1.2.826.0.1.9999.1900000", ENCODINGS[encoding])
    (file,) = released(tmp_path / "in", tmp_path / "out").values()
    assert markers_in(file.data) == set()
    for data_set in (file.data_set, file.data_set[0x00540220][0]):
        assert {tag: data_set[tag].value for tag in UNLISTED_TEXTS} == dict.fromkeys(UNLISTED_TEXTS, "Liver")
    assert illegal(file) == []


@pytest.mark.parametrize("kind", ["UN", "other"])
@pytest.mark.parametrize("sop_class", SOP_CLASSES)
def test_a_stored_vr_that_is_not_the_listed_one_hides_nothing(kind: str, sop_class: str, tmp_path: Path) -> None:
    def stored(_tag: int, vr: str) -> str:
        if kind == "UN":
            return "UN"
        return "SQ" if vr == "SQ" else "LT" if vr in ("OB", "OW", "UN") else "OB"

    planter = Planter(stored)
    node = planter.everywhere()
    (tmp_path / "in").mkdir()
    write_one(tmp_path / "in" / sop_class, node, SOP_CLASSES[sop_class], "1.2.826.0.1.9999.1900000", EXPLICIT)
    (file,) = released(tmp_path / "in", tmp_path / "out").values()
    stay = {plant.marker for plant, act in fates(planter.plants, file.sop_class) if act == "K"}
    assert markers_in(file.data) <= stay
