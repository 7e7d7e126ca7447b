"""A mapping table is checked before anything is written; complaints tell the row and never what stands in it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deidpipe.errors import IdentityError
from deidpipe.identity.mapping import MappedPatient, read_mapping

HEAD = "id_old,id_new\n"
MARKER = "SECRET7"


def written(folder: Path, text: str | bytes) -> str:
    path = folder / "mapping.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


@pytest.mark.parametrize(
    ("text", "mapping"),
    [
        (f"{HEAD}MRN-1,T-1\nMRN-2,T-2\n", {"MRN-1": MappedPatient("T-1"), "MRN-2": MappedPatient("T-2")}),
        (f"\ufeff{HEAD}MRN-1,T-1", {"MRN-1": MappedPatient("T-1")}),  # as Excel saves it
        ("id_old,id_new\r\nMRN-1,T-1\r\n", {"MRN-1": MappedPatient("T-1")}),
        (f'{HEAD}"MRN,1","T-1"\n', {"MRN,1": MappedPatient("T-1")}),
        (f"{HEAD} MRN-1 , T-1 \n", {"MRN-1": MappedPatient("T-1")}),
        (f"{HEAD}月島-1,T-1\n", {"月島-1": MappedPatient("T-1")}),
        (f"{HEAD}\nMRN-1,T-1\n\n , \n", {"MRN-1": MappedPatient("T-1")}),
        ("id_new,id_old\nT-1,MRN-1\n", {"MRN-1": MappedPatient("T-1")}),
        (
            "id_old,id_new,name_new,day_shift\nA,T-1,Case^One,-1200\nB,T-2,,\nC,T-3,,+5\n",
            {
                "A": MappedPatient("T-1", "Case^One", -1200),
                "B": MappedPatient("T-2"),
                "C": MappedPatient("T-3", day_shift=5),
            },
        ),
        (HEAD, {}),
    ],
)
def test_a_mapping_is_read(tmp_path: Path, text: str, mapping: dict[str, MappedPatient]) -> None:
    assert read_mapping(written(tmp_path, text)) == mapping


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"id_old\n{MARKER}\n", "mapping.csv:1: the first row must name the columns id_old,id_new"),
        (f"id_old;id_new\n{MARKER};T-1\n", "mapping.csv:1: the first row must name"),
        (f"id_old,id_new,{MARKER}\nA,T-1,x\n", "mapping.csv:1: the first row must name"),
        (f"id_old,id_old,id_new\nA,{MARKER},T-1\n", "mapping.csv:1: the first row must name"),
        ("", "mapping.csv:1: the first row must name"),
        (f"{HEAD}A,T-1\n{MARKER},\n", "mapping.csv:3: an ID is missing; fill the cell or delete the row"),
        (f"{HEAD},{MARKER}\n", "mapping.csv:2: an ID is missing"),
        (f"{HEAD}  ,{MARKER}\n", "mapping.csv:2: an ID is missing"),
        (f"{HEAD}{MARKER},T-1\nB,T-2\n{MARKER},T-3\n", "mapping.csv:4: the original ID stands in the table twice"),
        (f"{HEAD}A,{MARKER}\nB,T-2\nC,{MARKER}\n", "mapping.csv:4: the new ID is that of row 2 too"),
        (f"{HEAD}A,T-1\n{MARKER},{MARKER}\n", "mapping.csv:3: the new ID is the same as the original"),
        (f"{HEAD}A,{MARKER}\n{MARKER},T-2\n", "mapping.csv:2: the new ID is an original ID"),
        (f"{HEAD}A,{MARKER},more\n", "mapping.csv:2: has 3 cells, not 2"),
        (f"{HEAD}A,T-1\nB,T-2\n{MARKER}\n", "mapping.csv:4: has 1 cells, not 2"),
        (f'{HEAD}"A\nB",T-1\n{MARKER},\n', "mapping.csv:4: an ID is missing"),  # a cell of two lines
        (f"{HEAD}\n\n{MARKER},\n", "mapping.csv:4: an ID is missing"),
        (f"{HEAD}A,{MARKER}/..\n", "mapping.csv:2: a new ID or name does not fit into DICOM"),
        (f"{HEAD}A,{MARKER}\\x\n", "mapping.csv:2: a new ID or name does not fit"),
        (f"{HEAD}A,.{MARKER}\n", "mapping.csv:2: a new ID or name does not fit"),
        (f"{HEAD}A,{MARKER}é\n", "mapping.csv:2: a new ID or name does not fit"),
        (f"{HEAD}A,{MARKER}\x1bx\n", "mapping.csv:2: a new ID or name does not fit"),
        (f"{HEAD}A,{MARKER * 10}\n", "mapping.csv:2: a new ID or name does not fit"),
        (f"id_old,id_new,name_new\nA,T-1,{MARKER}ß\n", "mapping.csv:2: a new ID or name does not fit"),
        (f"id_old,id_new,day_shift\nA,T-1,{MARKER}\n", "mapping.csv:2: day_shift is no whole number of days"),
        ("id_old,id_new,day_shift\nA,T-1,1.5\n", "mapping.csv:2: day_shift is no whole number of days"),
        ("id_old,id_new,day_shift\nA,T-1,1_000\n", "mapping.csv:2: day_shift is no whole number of days"),
        ("id_old,id_new,day_shift\nA,T-1,0\n", "mapping.csv:2: day_shift is no whole number of days from 1"),
        ("id_old,id_new,day_shift\nA,T-1,-99999\n", "mapping.csv:2: day_shift is no whole number of days from 1"),
        (f'{HEAD}"{MARKER},T-1\n', "mapping.csv: is no CSV file in UTF-8; save it as CSV UTF-8"),
        (f"{HEAD}{MARKER}Ü,T-1\n".encode("latin-1"), "mapping.csv: is no CSV file in UTF-8"),
    ],
)
def test_what_is_wrong_is_told_by_row_and_never_by_content(tmp_path: Path, text: str | bytes, told: str) -> None:
    with pytest.raises(IdentityError) as raised:
        read_mapping(written(tmp_path, text))
    assert str(raised.value).startswith(told)
    assert MARKER not in str(raised.value) + repr(raised.value)


def test_a_mapping_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(IdentityError, match=r"^none\.csv: cannot be read"):
        read_mapping(str(tmp_path / "none.csv"))


CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(rows=st.lists(st.lists(CELLS, max_size=5), max_size=6), with_head=st.booleans())
def test_a_table_is_a_sound_mapping_or_an_identity_error(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], *, with_head: bool
) -> None:
    text = (HEAD if with_head else "") + "\n".join(map(",".join, rows))
    try:
        mapping = read_mapping(written(tmp_path_factory.mktemp("m"), text))
    except IdentityError:
        return
    new = [patient.id_new for patient in mapping.values()]
    assert len(set(new)) == len(new)
    assert not set(new) & mapping.keys()
    assert all(new)
    assert all(mapping)
