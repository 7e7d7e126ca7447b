"""Files that are odd around the Data Set or in its frame: each has its outcome, and a marker there goes nowhere."""

from pathlib import Path

import pydicom
import pytest

from deidpipe.dicom.files import HEAD
from tests.canary import (
    BIG,
    EXPLICIT,
    IMPLICIT,
    SOP_CLASSES,
    Leaf,
    Node,
    element_of,
    encoded,
    file_of,
    markers_in,
    write_one,
)
from tests.end_to_end.canary_run import run

CT = SOP_CLASSES["CT"]
SOP_INSTANCE = "1.2.826.0.1.9999.1700001"


def a_node(*elements: tuple[int, str, bytes]) -> Node:
    node: Node = {tag: Leaf(vr, value) for tag, vr, value in elements}
    return {0x00080016: Leaf("UI", CT.encode()), 0x00080018: Leaf("UI", SOP_INSTANCE.encode()), **node}


def outcome_of(tmp_path: Path, data: bytes, *words: str) -> tuple[dict[str, str], bytes]:
    """De-identify one file; return its row in the list of files, and the bytes that were released."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "file").write_bytes(data)
    (row,) = run(folder, tmp_path / "out", *words).values()
    files = [path for path in (tmp_path / "out" / "public").rglob("*.dcm") if path.is_file()]
    assert len(files) == (row["outcome"] == "released")
    return row, files[0].read_bytes() if files else b""


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT, BIG])
def test_preamble_file_meta_and_padding_are_our_own(syntax: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write_one(tmp_path / "in" / "CT", a_node((0xFFFCFFFC, "OB", b"ZQX500001")), CT, SOP_INSTANCE, syntax)
    assert len(markers_in((tmp_path / "in" / "CT").read_bytes())) > 14
    (row,) = run(tmp_path / "in", tmp_path / "out").values()
    data = (tmp_path / "out" / "public" / row["released_as"]).read_bytes()
    assert markers_in(data) == set()
    assert data[:132] == bytes(128) + b"DICM"
    meta = pydicom.dcmread(tmp_path / "out" / "public" / row["released_as"]).file_meta
    assert [int(element.tag) & 0xFFFF for element in meta] == [0x0, 0x1, 0x2, 0x3, 0x10, 0x12, 0x13]
    assert meta.TransferSyntaxUID == syntax


@pytest.mark.parametrize(
    ("after", "outcome"),
    [
        (b"", "released"),
        (bytes(500), "released"),  # zeros: padding to a block of the disk
        (b"ZQX600001 Doe^Jane", "quarantined"),
        (bytes(500) + b"ZQX600001", "quarantined"),
    ],
)
def test_bytes_after_the_data_set_are_never_carried_over(after: bytes, outcome: str, tmp_path: Path) -> None:
    body = encoded(a_node((0x7FE00010, "OW", bytes(64))), EXPLICIT)
    row, data = outcome_of(tmp_path, file_of(body + after, CT, EXPLICIT))
    assert row["outcome"] == outcome
    assert markers_in(data) == set()
    assert not data.endswith(bytes(500))


@pytest.mark.parametrize("last", [0x00143050, 0x7FE00010], ids="{:08X}".format)
@pytest.mark.parametrize("before", [0, 20_000, 32_500, 33_000])
@pytest.mark.parametrize("length", [8, 20_000, 32_766, 32_768, 40_000])
def test_what_lies_beyond_the_first_read_is_not_lost(last: int, before: int, length: int, tmp_path: Path) -> None:
    """The beginning of a file is read first; the rest is copied without being looked at."""
    value = (b"not an Item" + bytes(range(256)) * 200)[:length]
    filler = (0x00089FFF, "OB", b"x" * before)  # removed: DICOM has no such Attribute
    body = encoded(a_node(filler, (0x00080104, "LO", b"kept"), (last, "OB", value)), EXPLICIT)
    row, _ = outcome_of(tmp_path, file_of(body, CT, EXPLICIT))
    released = pydicom.dcmread(tmp_path / "out" / "public" / row["released_as"])
    assert released[0x00080104].value == "kept"
    assert released.PatientIdentityRemoved == "YES"
    assert bytes(released[last].value) == value


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT])
def test_a_value_across_the_end_of_the_first_read_is_taken_whole(syntax: str, *, nested: bool, tmp_path: Path) -> None:
    """A UID that is the last element of the Data Set: half of it would become another UID."""
    uid = b"1.2.826.0.1.9999.1700002"
    (tmp_path / "in").mkdir()
    for number, cut in enumerate(range(-4, 40, 4)):
        node = a_node((0x00080104, "LO", b""))
        holder: Node = {0x00880140: Leaf("UI", uid)}
        node |= {0x00540220: ("SQ", [holder])} if nested else holder
        node[0x00080018] = Leaf("UI", b"%s.%d" % (SOP_INSTANCE.encode(), number))
        short = file_of(encoded(node, syntax), CT, syntax)
        node[0x00080104] = Leaf("LO", b"x" * (HEAD - len(short) + cut & ~1))
        (tmp_path / "in" / f"{cut}").write_bytes(file_of(encoded(node, syntax), CT, syntax))
    rows = run(tmp_path / "in", tmp_path / "out").values()
    files = [pydicom.dcmread(tmp_path / "out" / "public" / row["released_as"]) for row in rows]
    last = {(file[0x00540220].value[0] if nested else file).StorageMediaFileSetUID for file in files}
    assert len(last) == 1
    assert uid.decode() not in last


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        (0x00080016, b"1.2.ZQX700001\xe9"),
        (0x00080016, b"1.2.3\\1.2.4"),
        (0x00080016, b"1.2.\x01\x02"),
        (0x00080018, b"1.2.ZQX700001\xe9"),
        (0x00080018, b"1.2.\x01\n3"),
        (0x00080018, b"1.2.3\\1.2.4"),
        (0x00080018, b"1.2.3" * 40),
        (0x0020000D, b"../../ZQX700001"),
        (0x0020000E, b"1.2\t3\n"),
        (0x00100020, b"\x00\x01\\ZQX700001\x1b$B"),
        (0x00080005, b"ZQX700001\\\xff\xfe"),
        (0x00080020, b"\xff\xff\x00ZQX700001"),
    ],
)
@pytest.mark.parametrize("option", ["", "retain-uids"])
def test_a_value_that_is_none_of_its_vr_stops_nothing(tag: int, value: bytes, option: str, tmp_path: Path) -> None:
    body = encoded(a_node((tag, "UI" if tag != 0x00100020 else "LO", value)), EXPLICIT)
    row, _ = outcome_of(tmp_path, file_of(body, CT, EXPLICIT), *(("--option", option) if option else ()))
    assert row["outcome"] in ("released", "quarantined")
    assert "ZQX" not in row["what"] + row["reason"]
    if tag != 0x00080005 and not option:
        assert "ZQX" not in row["released_as"]


def test_an_element_without_vr_in_an_explicit_data_set_is_treated_like_any_other(tmp_path: Path) -> None:
    named = element_of(0x00100010, "", b"ZQX800001^ZQX800002 ", implicit=True)
    parts = encoded(a_node(), EXPLICIT), named, encoded({0x00280010: Leaf("US", b"\1\0")}, EXPLICIT)
    row, data = outcome_of(tmp_path, file_of(b"".join(parts), CT, EXPLICIT))
    assert (row["outcome"], markers_in(data)) == ("released", set())
