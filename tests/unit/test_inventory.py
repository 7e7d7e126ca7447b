"""The parts of the inventory: which value is how risky, how values are read, and what the page makes of them."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deidpipe.dicom.dictionary import tag_of, vr_of
from deidpipe.errors import UsageError
from deidpipe.report.inventory_page import About, inventory_page
from deidpipe.run.inventory import risk
from deidpipe.run.inventory.place import make_private, must_be_private, write_private
from deidpipe.run.inventory.risk import Assessed, Risk, assess, risk_of_element
from deidpipe.run.inventory.values import Reading, Summary, Unit, numbers, printable, reading_of, summary_of, visible
from deidpipe.standard.tcia_private import PrivatePart
from deidpipe.text.span import Kind, Span

HIGH, MEDIUM, LOW = Risk.HIGH, Risk.MEDIUM, Risk.LOW


def a_path(keywords: str) -> list[PrivatePart]:
    return [PrivatePart(tag_of(keyword) or 0) for keyword in keywords.split("/")]


@pytest.mark.parametrize(
    ("keywords", "expected"),
    [
        ("PatientName", HIGH),
        ("PatientID", HIGH),
        ("PatientBirthDate", HIGH),
        ("PatientAddress", HIGH),
        ("AccessionNumber", HIGH),
        ("InstitutionName", HIGH),
        ("GPSLatitude", HIGH),
        ("PrivateInformation", HIGH),
        ("TextObjectSequence/PersonName", HIGH),
        ("StationName", MEDIUM),
        ("PatientAge", MEDIUM),
        ("StudyDate", MEDIUM),
        ("PatientComments", MEDIUM),
        ("TextValue", MEDIUM),
        ("StudyInstanceUID", MEDIUM),
        ("SourceApplicationEntityTitle", MEDIUM),
        ("OtherPatientIDsSequence/CodeMeaning", MEDIUM),
        ("OtherPatientIDsSequence/TypeOfPatientID", LOW),
        ("SOPClassUID", LOW),
        ("StudyTime", LOW),
        ("SeriesDescription", LOW),
        ("Modality", LOW),
        ("Rows", LOW),
        ("PixelData", LOW),
    ],
)
def test_what_an_element_is_for_gives_its_risk(keywords: str, expected: Risk) -> None:
    path = a_path(keywords)
    vr = vr_of(path[-1].tag)
    found, why = risk_of_element(path, vr, reading_of(vr, vr), "")
    assert found is expected
    assert bool(why) or found is LOW


@pytest.mark.parametrize(
    ("tag", "creator", "vr", "name", "expected"),
    [
        (0x0019100C, "SIEMENS MR HEADER", "IS", "B_value", LOW),  # the Standard lists it as safe
        (0x00091001, "NOBODY KNOWS", "LO", "", HIGH),
        (0x00091001, "NOBODY KNOWS", "US", "", HIGH),
        (0x00091001, "NOBODY KNOWS", "US", "A name", MEDIUM),  # a dictionary has it, and it holds no words
        (0x00091001, "NOBODY KNOWS", "LO", "A name", HIGH),
        (0x00091001, "", "LO", "", HIGH),
        (0x00090010, "", "LO", "", LOW),  # a Private Creator: its value decides
    ],
)
def test_a_private_element_is_risky_unless_a_list_has_it_as_safe(
    tag: int, creator: str, vr: str, name: str, expected: Risk
) -> None:
    assert risk_of_element([PrivatePart(tag, creator)], vr, reading_of(vr, vr), name)[0] is expected


CERTAIN = Span(0, 4, Kind.TELEPHONE, "test")
DOUBTFUL = Span(0, 4, Kind.WORD, "test", certain=False)


@pytest.mark.parametrize(
    ("reading", "base", "value", "fits", "spans", "expected"),
    [
        (Reading.TEXT, LOW, "Thorax", True, (), Assessed(LOW, "", "")),
        (Reading.TEXT, LOW, "Thorax", True, (CERTAIN,), Assessed(HIGH, "telephone or fax", "found in the text")),
        (Reading.TEXT, LOW, "x", True, (DOUBTFUL,), Assessed(MEDIUM, "unknown word (doubtful)", "found in the text")),
        (
            Reading.TEXT,
            HIGH,
            "Thorax",
            True,
            (DOUBTFUL,),
            Assessed(HIGH, "unknown word (doubtful)", "found in the text"),
        ),
        (Reading.TEXT, HIGH, "", True, (), Assessed(LOW, "", "empty")),
        (Reading.PERSON, HIGH, "Doe^Jane", True, (), Assessed(HIGH, "person", "")),
        (Reading.CODE, LOW, "HFS", True, (CERTAIN,), Assessed(LOW, "", "")),  # no words: nothing is looked for
        (Reading.CODE, LOW, "for Jane", False, (CERTAIN,), Assessed(HIGH, "telephone or fax", "found in the text")),
        (Reading.NUMBER, LOW, "Jane", False, (), Assessed(MEDIUM, "", "not what its VR may hold")),
        (Reading.TEMPORAL, MEDIUM, "20190312", True, (), Assessed(MEDIUM, "", "")),
        (Reading.TEMPORAL, LOW, "at noon", False, (), Assessed(MEDIUM, "", "not what its VR may hold")),
        (Reading.UID, MEDIUM, "1.2.840.10008.5.1.4.1.1.2", True, (), Assessed(LOW, "", "")),
        (Reading.UID, MEDIUM, "1.2.840.10008.99", True, (), Assessed(MEDIUM, "", "")),  # only looks like one
        (Reading.UID, MEDIUM, "2.25.7", True, (), Assessed(MEDIUM, "", "")),
    ],
)
def test_what_is_found_in_a_value_raises_its_risk(
    monkeypatch: pytest.MonkeyPatch,
    reading: Reading,
    base: Risk,
    value: str,
    fits: bool,  # noqa: FBT001
    spans: Sequence[Span],
    expected: Assessed,
) -> None:
    monkeypatch.setattr(risk, "find_remembered", lambda _value, _kind: spans)
    assert assess(0x00081030, reading, base, value, is_of_its_vr=fits) == expected


def test_a_private_creator_that_no_list_has_may_be_anybody() -> None:
    assert assess(0x00090010, Reading.TEXT, LOW, "SIEMENS MR HEADER", is_of_its_vr=True).risk is LOW
    assert assess(0x00090010, Reading.TEXT, LOW, "Dr. Nobody", is_of_its_vr=True).risk <= MEDIUM


@pytest.mark.parametrize(
    ("raw", "vr", "big_endian", "told"),
    [
        (b"1.5\\-2 ", "DS", False, "1.5\\-2"),
        (b"7 ", "IS", False, "7"),
        (b"\x01\x00\x02\x00", "US", False, "1\\2"),
        (b"\x01\x00\x02\x00", "US", True, "256\\512"),
        (b"\x10\x00\x10\x00", "AT", False, "(0010,0010)"),
        (b"Jane", "DS", False, None),
        (b"7a", "IS", False, None),
        (b"1.5 ", "IS", False, None),
        (b"\x01\x00\x02", "US", False, None),
        (b"\x00\x00\xc0\x7f", "FL", False, None),  # not a number
        (bytes(2000), "US", False, None),  # a table
    ],
)
def test_numbers_are_read_as_numbers_or_not_at_all(raw: bytes, vr: str, big_endian: bool, told: str | None) -> None:  # noqa: FBT001
    found = numbers(raw, vr, big_endian=big_endian)
    assert (found.in_words(Unit.NUMBERS) if found else None) == told


def test_many_numbers_are_told_as_a_span() -> None:
    whole = Summary(1, 1, frozenset({"1"}))
    for number in range(2, 300):
        whole = whole.with_other(Summary(number, number, frozenset({str(number)})))
        if number == 9:
            assert whole.in_words(Unit.NUMBERS) == "1 to 9; 9 distinct"
    assert whole.in_words(Unit.NUMBERS) == "1 to 299; more than 256 distinct"
    assert summary_of(10).with_other(summary_of(4000)).in_words(Unit.BYTES) == "10 to 4,000 bytes"


SUMMARIES = st.builds(lambda number: Summary(number, number, frozenset({str(number)})), st.integers(-400, 400))


@given(st.lists(SUMMARIES, min_size=1, max_size=600), st.randoms(use_true_random=False))
def test_a_summary_does_not_depend_on_the_order(parts: list[Summary], chance: object) -> None:
    def whole(ordered: list[Summary]) -> Summary:
        first, *others = ordered
        for other in others:
            first = first.with_other(other)
        return first

    shuffled = list(parts)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert whole(parts) == whole(shuffled)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"routed by Jane", "routed by Jane"),
        (b"\x00\x01", None),
        (b"a\nb", "a\nb"),
        (b"x" * 5000, None),
        (b"\xff\xfe", None),
    ],
)
def test_bytes_that_plainly_are_text_are_read_as_text(raw: bytes, told: str | None) -> None:
    assert printable(raw, None) == told


@given(st.text())
def test_a_value_is_shown_in_one_line_that_no_terminal_obeys(value: str) -> None:
    seen = visible(value)
    assert len(seen.splitlines()) <= 1
    assert not any(ord(sign) < 0x20 or 0x7F <= ord(sign) < 0xA0 for sign in seen)
    seen.encode("utf-8")


@pytest.mark.parametrize(
    "out", ["run/public/inventory", "public", "Public/x", "in/inventory", "in", "full", "link/inventory", "a_file"]
)
def test_the_inventory_is_not_written_where_it_might_be_passed_on_or_read_again(tmp_path: Path, out: str) -> None:
    for folder in ("in", "run/public", "full/of", "public"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "a_file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "run" / "public")
    if out == "public":
        out = "public/deep/er"
    with pytest.raises(UsageError, match="OUT"):
        must_be_private(str(tmp_path / out), str(tmp_path / "in"))


def test_a_private_place_is_closed_to_others(tmp_path: Path) -> None:
    out = tmp_path / "run" / "private" / "inventory"
    (tmp_path / "in").mkdir()
    must_be_private(str(out), str(tmp_path / "in"))
    make_private(str(out))
    write_private(str(out / "page"), ("a", "b"))
    assert os.stat(out).st_mode & 0o777 == 0o700
    assert os.stat(out / "page").st_mode & 0o777 == 0o600
    assert (out / "page").read_text() == "ab"


def test_a_value_ends_neither_the_json_nor_the_page() -> None:
    hostile = "</script><script>document.title='owned'</script><!--"
    element = {"path": hostile, "values": [{"value": hostile}, {"value": "x" * 30_000}]}
    page = "".join(inventory_page(About("facts", []), iter([element])))
    data = page.partition('id="rows">')[2].partition("</script>")[0]
    rows = json.loads(data)["elements"][0]["values"]
    assert rows[0]["value"] == hostile
    assert (len(rows[1]["value"]), rows[1]["more"]) == (20_000, 10_000)
    assert "http" not in page.replace('http-equiv="Content-Security-Policy"', "")
