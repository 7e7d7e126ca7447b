import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deidpipe.text.clean import clean, without
from deidpipe.text.doubt import Doubt
from deidpipe.text.find import Reading, find
from deidpipe.text.span import Kind, Span

# What is to go stands between the corners; a cue that goes with it stands before a bar: "⟨Dr. |Smith⟩".
_CUT = re.compile(r"⟨(?:([^|⟩]*)\|)?([^⟩]*)⟩")


def cut(marked: str) -> str:
    """Return what is left of a text when what it marks has gone."""
    spans, text, at = [], "", 0
    for found in _CUT.finditer(marked):
        text += marked[at : found.start()]
        cue = len(text) if found[1] is not None else -1
        text += found[1] or ""
        spans.append(Span(len(text), len(text) + len(found[2]), Kind.PERSON, "test", cue=cue))
        text += found[2]
        at = found.end()
    return without(text + marked[at:], tuple(spans))


@pytest.mark.parametrize(
    ("marked", "rest"),
    [
        ("⟨Amy Wilson⟩", ""),
        ("⟨Dr. |Smith⟩", ""),
        ("liver ⟨Amy Wilson⟩", "liver"),
        ("⟨Amy Wilson⟩ liver", "liver"),
        ("liver ⟨Amy Wilson⟩ spleen", "liver spleen"),
        ("liver, ⟨Dr. |Smith⟩, spleen", "liver, spleen"),
        ("liver,⟨Smith⟩,spleen", "liver,spleen"),
        ("liver; ⟨Dr. |Smith⟩; spleen", "liver; spleen"),
        ("Liver. ⟨Dr. |Smith⟩. Contrast given.", "Liver. Contrast given."),
        ("Seen ⟨by |Smith⟩.", "Seen."),
        ("liver/⟨Smith⟩/spleen", "liver/spleen"),
        ("liver^⟨Smith⟩^spleen", "liver^spleen"),
        ("liver_⟨SMITH⟩_spleen", "liver_spleen"),
        ("liver-⟨Smith⟩", "liver"),
        ("⟨Smith⟩_liver", "liver"),
        ("liver - ⟨Smith⟩ - spleen", "liver - spleen"),
        ("one\r\n⟨Dr. |Smith⟩\r\nthree", "one\r\nthree"),
        ("one\n⟨Dr. |Smith⟩\nthree", "one\nthree"),
        ("head (⟨Smith⟩)", "head"),
        ("head (⟨Smith⟩) axial", "head axial"),
        ("head [⟨Smith⟩] axial", "head axial"),
        ("head (with ⟨Smith⟩) axial", "head (with) axial"),
        ("head (⟨Smith⟩, axial)", "head (axial)"),
        ('"⟨Smith⟩" head', "head"),
        ("head ⟨(MRN |7712345⟩) axial", "head axial"),  # the cue has the bracket that opens
        ("⟨Smith⟩ ⟨Jones⟩ head", "head"),
        ("head ⟨Smith⟩ ⟨Jones⟩ neck", "head neck"),
        ("head⟨Smith⟩neck", "head neck"),
        ("⟨Smith⟩ -12 HU", "-12 HU"),
        ("liver ⟨Smith⟩ .5 mm", "liver .5 mm"),
        ("-12 HU ⟨Smith⟩", "-12 HU"),
        ("liver-⟨Smith⟩-12", "liver-12"),
        ("肝臓⟨山田⟩造影", "肝臓 造影"),
    ],
)
def test_what_is_around_a_cut_is_joined(marked: str, rest: str) -> None:
    assert cut(marked) == rest


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("PET-CT STUDY for Amy Wilson", "PET-CT STUDY"),
        ("CT chest MRN: 7712345 axial", "CT chest axial"),
        ("ref by Dr. Smith, chest", "ref chest"),
        ("mass seen by Dr. Patel on 12 Mar 2018", "mass seen"),
        ("Comparison from 12.03.2014.", "Comparison."),
        ("j.doe@example.org", ""),
        ("call 617-555-0123 now", "call now"),
    ],
)
def test_the_identifier_goes_with_its_cue_and_the_rest_stays(text: str, rest: str) -> None:
    assert clean(text).text == rest
    assert clean(rest).text == rest


@pytest.mark.parametrize("reading", Reading)
@pytest.mark.parametrize("doubt", Doubt)
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "  two  spaces   stay ",
        " -- ",
        "(),[]; <>",
        "AX T2 FLAIR 5mm  ",
        "t1_mprage_sag_p2_iso",
        "3D_ap_(3.00/0.75)",
        "line one\r\n\r\nline two\r\n",
        "Lung 5.0 B80f",
        "Sagittal T2\tof the knee, left;",
        "Schädel nativ",
        "頭部 単純",
    ],
)
def test_a_text_in_which_nothing_is_found_stays_character_for_character(
    text: str, doubt: Doubt, reading: Reading
) -> None:
    assert clean(text, doubt=doubt, reading=reading) == (text, (), ())


def test_the_profile_decides_about_a_word_in_doubt() -> None:
    text = "Okonkwo knee"
    (span,) = find(text)
    assert not span.certain
    assert clean(text, doubt=Doubt.REMOVE) == ("knee", (span,), ())
    for doubt in (Doubt.REPORT, Doubt.QUARANTINE):
        assert clean(text, doubt=doubt) == (text, (), (span,))


def test_a_certain_identifier_goes_whatever_the_profile_says_of_doubt() -> None:
    for doubt in Doubt:
        answer = clean("Okonkwo knee MRN: 7712345", doubt=doubt)
        assert "7712345" not in answer.text
        assert [span.kind for span in answer.gone if span.certain] == [Kind.RECORD_NUMBER]


# --- laws ----------------------------------------------------------------------------------

_PARTS = st.lists(
    st.tuples(st.text("ab9 ,.;-_()\n/^é山", max_size=6), st.booleans()), min_size=1, max_size=6
)  # fmt: skip


@given(_PARTS)
def test_nothing_of_a_cut_is_left_and_no_word_around_it_is_lost(parts: list[tuple[str, bool]]) -> None:
    text, spans, words = "", [], []
    for part, goes in parts:
        if goes:
            spans.append(Span(len(text), len(text) + 4, Kind.PERSON, "test"))
            text += "XQXQ"
        text += part
        words += re.findall(r"\w+", part.replace("_", " "))
    rest = without(text, tuple(spans))
    assert "X" not in rest
    assert "Q" not in rest
    assert "".join(re.findall(r"[^\W_]+", rest)) == "".join(words)


@given(_PARTS)
def test_what_is_left_is_a_part_of_what_was_there_in_its_order(parts: list[tuple[str, bool]]) -> None:
    text, spans = "", []
    for part, goes in parts:
        if goes:
            spans.append(Span(len(text), len(text) + 4, Kind.PERSON, "test"))
            text += "XQXQ"
        text += part
    remaining = iter(text)
    assert all(character in remaining for character in without(text, tuple(spans)) if character != " ")


@given(st.text(max_size=40))
def test_any_text_can_be_cleaned_and_stays_unless_something_is_found(text: str) -> None:
    for reading in Reading:
        spans = find(text, reading=reading)
        answer = clean(text, reading=reading)
        assert all(0 <= span.start < span.stop <= len(text) for span in spans)
        assert all(one.stop <= other.start for one, other in pairwise(spans))
        assert (answer.text == text) if not spans else answer.gone == spans
