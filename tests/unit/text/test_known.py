"""What was met in the headers of a collection is found again in its texts, however it is written there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deidpipe.text.clean import clean
from deidpipe.text.find import Reading
from deidpipe.text.fold import folded, squeezed
from deidpipe.text.identifier import Identifier, all_hunted
from deidpipe.text.known import NOTHING_KNOWN, Known
from deidpipe.text.span import Kind

PATIENT = Identifier(Kind.PERSON, "Okwuosa^Ngozi^Brune", is_own=True)
LONG = Identifier(Kind.PERSON, "Long^Mary", is_own=True)
GREEN, DIXON = Identifier(Kind.PERSON, "Green^Ann"), Identifier(Kind.PERSON, "Dixon^Paul")
UMLAUT = Identifier(Kind.PERSON, "Überschwäng^Jörg", is_own=True)
YAMADA = Identifier(Kind.PERSON, "Yamada^Tarou=山田^太郎=やまだ^たろう", is_own=True)
BORN = Identifier(Kind.DATE, "19510304", is_own=True)
HOUSE = Identifier(Kind.INSTITUTION, "North Valley Regional Medical Center")
STREET = Identifier(Kind.ADDRESS, "12 Larkspur Lane, Fernhollow")


def number(value: str) -> Identifier:
    return Identifier(Kind.RECORD_NUMBER, value, is_own=True)


def left(text: str, *identifiers: Identifier) -> str:
    """Return what is left of a text that machines write: little goes from it by its form alone."""
    return clean(text, Known(all_hunted(identifiers)), reading=Reading.LABEL).text


@pytest.mark.parametrize(
    ("identifier", "text", "rest"),
    [
        (PATIENT, "AX T2 okwuosa", "AX T2"),
        (PATIENT, "OKWUOSA, NGOZI knee", "knee"),
        (PATIENT, "okwuosa^ngozi knee", "knee"),
        (PATIENT, "okwuosangozi knee", "knee"),
        (PATIENT, "NOkwuosa_knee", "knee"),
        (PATIENT, "Okwuosa_N_knee", "knee"),
        (PATIENT, "knee for N. Okwuosa", "knee"),
        (PATIENT, "OkwuosaKnee", "Knee"),
        (PATIENT, "read by NO", "read"),  # initials, after a word that announces a person
        (PATIENT, "scan by NBO", "scan"),
        (UMLAUT, "ÜBERSCHWÄNG Hals", "Hals"),
        (UMLAUT, "Uberschwang Hals", "Hals"),
        (UMLAUT, "Ueberschwaeng Hals", "Hals"),
        (Identifier(Kind.PERSON, "Ueberschwaeng^Joerg", is_own=True), "Überschwäng Hals", "Hals"),
        (YAMADA, "頭部 山田太郎", "頭部"),
        (YAMADA, "yamada 頭部", "頭部"),
        (YAMADA, "やまだ 頭部", "頭部"),
        (BORN, "knee 19510304", "knee"),
        (BORN, "knee 1951-03-04", "knee"),
        (BORN, "knee 04.03.1951", "knee"),
        (BORN, "knee 03/04/1951", "knee"),
        (BORN, "knee 3/4/51", "knee"),
        (BORN, "knee 510304", "knee"),
        (BORN, "knee 040351", "knee"),
        (BORN, "knee 04031951", "knee"),
        (HOUSE, "north valley regional medical center knee", "knee"),
        (HOUSE, "knee NVRMC", "knee"),
        (STREET, "knee fernhollow", "knee"),
        (STREET, "12 LARKSPUR LANE knee", "knee"),
        (number("48291"), "knee 48291", "knee"),
        (number("48291"), "#48291", ""),
        (number("48291"), "4-8-2-9-1 knee", "knee"),
        (number("0048291"), "knee 48291", "knee"),
        (number("AB-12"), "knee AB-12", "knee"),
        (number("AB-12"), "knee ab12", "knee"),
        (Identifier(Kind.TELEPHONE, "+1 617 555 0123"), "5550123 knee", "knee"),
    ],
)
def test_a_known_identifier_goes(identifier: Identifier, text: str, rest: str) -> None:
    assert left(text, identifier) == rest


@pytest.mark.parametrize(
    ("identifier", "text"),
    [
        (PATIENT, "NO contrast"),  # initials that no word announces
        (PATIENT, "preokwuosal knee"),
        (LONG, "LONG AXIS"),
        (LONG, "long axis"),
        (LONG, "Long axis view"),
        (GREEN, "indocyanine green"),
        (GREEN, "Green dye"),
        (GREEN, "ANN ARBOR staging"),
        (DIXON, "T2 Dixon"),
        (DIXON, "t1_dixon_tra"),
        (HOUSE, "nvrmc knee"),  # an abbreviation is written in capitals
        (HOUSE, "medical center knee"),
        (HOUSE, "north knee"),
        (BORN, "119510304"),
        (BORN, "5103041"),
        (number("48291"), "knee 148291"),
        (number("48291"), "482910 knee"),
        (number("48291"), "48,291"),
        (number("AB-12"), "knee AB-123"),
        (number("12"), "T12 knee 12"),
        (Identifier(Kind.PERSON, "XXXX^XXXX"), "XXXX knee"),
        (Identifier(Kind.PERSON, "Test^Patient"), "test patient knee"),
    ],
)
def test_what_only_looks_like_it_stays(identifier: Identifier, text: str) -> None:
    assert left(text, identifier) == text


@pytest.mark.parametrize(
    ("identifier", "text", "rest"),
    [
        (LONG, "study for Long", "study"),
        (LONG, "Dr. Long", ""),
        (LONG, "Long, Mary knee", "knee"),
        (LONG, "Mary knee", "knee"),
        (GREEN, "by Green", ""),
        (GREEN, "Ann Green knee", "knee"),
        (DIXON, "Dr Dixon", ""),
        (DIXON, "Paul Dixon knee", "knee"),
    ],
)
def test_a_name_that_is_a_word_goes_where_something_says_that_it_is_a_name(
    identifier: Identifier, text: str, rest: str
) -> None:
    assert left(text, identifier) == rest


def test_what_is_shared_is_hunted_beside_what_is_the_patients() -> None:
    shared = Known(all_hunted([HOUSE]))
    known = Known(all_hunted([PATIENT]), shared)
    assert clean("Okwuosa NVRMC knee", known, reading=Reading.LABEL).text == "knee"
    assert clean("Okwuosa NVRMC knee", shared, reading=Reading.LABEL).text == "Okwuosa knee"


# --- laws ----------------------------------------------------------------------------------

_NAME = st.text("abcdefgxyzäöé", min_size=6, max_size=12).map(str.title)


@given(_NAME, _NAME, st.sampled_from(["{0} {1}", "{1}, {0}", "{1}^{0}", "{1}{0}", "{0}_{1}"]), st.booleans())
def test_a_name_in_whole_is_found_however_it_is_put_together(given: str, family: str, form: str, upper: bool) -> None:  # noqa: FBT001
    identifier = Identifier(Kind.PERSON, f"{family}^{given}", is_own=True)
    written = form.format(given, family)
    rest = folded(left(f"knee {written.upper() if upper else written} left", identifier))
    hunted = {hunt.text for hunt in all_hunted([identifier])}
    assert not hunted or squeezed(family + given) not in squeezed(rest)


@given(st.from_regex(r"[1-9]\d{4,11}", fullmatch=True), st.from_regex(r"\d{1,3}", fullmatch=True))
def test_a_number_is_found_alone_and_never_within_a_longer_one(value: str, more: str) -> None:
    known = Known(all_hunted([number(value)]))
    assert [(span.start, span.stop) for span in known.spans(f"x {value} y")] == [(2, 2 + len(value))]
    longer = f"{value}{more}"
    assert not [span for span in known.spans(longer) if span.stop - span.start == len(value)] or value in longer[1:]
    assert known.spans(f"7{value}7") == []


@given(st.text(max_size=60))
def test_nothing_known_finds_nothing(text: str) -> None:
    assert NOTHING_KNOWN.spans(text) == []


@given(st.text("abc ABC 0123456789.-/^_é山", max_size=60))
def test_spans_lie_in_the_text_and_none_is_empty(text: str) -> None:
    known = Known(all_hunted([PATIENT, LONG, BORN, HOUSE, number("48291"), Identifier(Kind.PERSON, "Abc^Cab")]))
    assert all(0 <= span.start < span.stop <= len(text) for span in known.spans(text))
