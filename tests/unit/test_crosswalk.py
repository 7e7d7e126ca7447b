"""Who became whom is written where only its owner can read it, and exported once, sorted, each pair once."""

import csv
import os
from pathlib import Path

import pytest

from deidpipe.errors import UsageError
from deidpipe.identity.crosswalk import CrosswalkWriter, export_crosswalk
from deidpipe.identity.mapping import read_mapping


def a_crosswalk(folder: Path) -> str:
    writer = CrosswalkWriter(str(folder))
    writer.add([("MRN-2", "DP-B"), ("MRN-1", "DP-A")], [("1.2.3", "2.25.1")])
    writer.add([("MRN-1", "DP-A"), ('O"Hara, "1"', "DP-C"), ("月\udce9", "DP-D")], [])
    writer.close()
    return str(folder)


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        return list(csv.reader(file))


def test_pairs_are_exported_sorted_and_each_once(tmp_path: Path) -> None:
    counts = export_crosswalk(a_crosswalk(tmp_path / "crosswalk"), str(tmp_path / "out"))
    assert counts == {"patients.csv": 4, "uids.csv": 1}
    assert rows_of(tmp_path / "out" / "patients.csv") == [
        ["id_old", "id_new"],
        ["MRN-1", "DP-A"],
        ["MRN-2", "DP-B"],
        ['O"Hara, "1"', "DP-C"],
        ["月\udce9", "DP-D"],
    ]
    assert rows_of(tmp_path / "out" / "uids.csv") == [["id_old", "id_new"], ["1.2.3", "2.25.1"]]


def test_an_exported_table_can_be_given_as_a_mapping(tmp_path: Path) -> None:
    writer = CrosswalkWriter(str(tmp_path / "crosswalk"))
    writer.add([("MRN-1", "DP-A")], [])
    writer.close()
    export_crosswalk(str(tmp_path / "crosswalk"), str(tmp_path / "out"))
    assert read_mapping(str(tmp_path / "out" / "patients.csv"))["MRN-1"].id_new == "DP-A"


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    export_crosswalk(a_crosswalk(tmp_path / "crosswalk"), str(tmp_path / "out"))
    for folder in (tmp_path / "crosswalk", tmp_path / "out"):
        assert os.stat(folder).st_mode & 0o077 == 0
        assert {os.stat(path).st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_nothing_is_written_over(tmp_path: Path) -> None:
    crosswalk = a_crosswalk(tmp_path / "crosswalk")
    export_crosswalk(crosswalk, str(tmp_path / "out"))
    with pytest.raises(UsageError, match=r"patients\.csv: is there already"):
        export_crosswalk(crosswalk, str(tmp_path / "out"))
    with pytest.raises(UsageError, match=r"patients\.csv: is there already"):
        CrosswalkWriter(crosswalk)


def test_a_folder_without_a_crosswalk_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="crosswalk: there is none in this folder"):
        export_crosswalk(str(tmp_path), str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()
