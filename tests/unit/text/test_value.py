"""Values of text elements: legal for their VR when cleaned, in their character set, untouched without identity."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.charset import convert_encodings, decode_bytes, encode_string

from deidpipe.dicom.values import decoded, encoded
from deidpipe.text.doubt import Doubt
from deidpipe.text.find import Reading
from deidpipe.text.identifier import Identifier, all_hunted
from deidpipe.text.known import Known
from deidpipe.text.span import Kind
from deidpipe.text.value import TEXT_VRS, UNCHANGED, clean_value

KNOWN = Known(
    all_hunted(
        [
            Identifier(Kind.PERSON, "Überschwäng^Jörg", is_own=True),
            Identifier(Kind.PERSON, "Yamada^Tarou=山田^太郎", is_own=True),
            Identifier(Kind.PERSON, "Wang^XiaoDong=王^小东", is_own=True),
            Identifier(Kind.PERSON, "Люкceмбypг", is_own=True),
        ]
    )
)
DELIMITERS = {0x5C}


def in_set(text: str, *terms: str) -> bytes:
    return encode_string(text, convert_encodings(list(terms)))


def read(value: bytes, *terms: str) -> str:
    return decode_bytes(value, convert_encodings(list(terms)), DELIMITERS)


@pytest.mark.parametrize(
    ("vr", "value", "cleaned"),
    [
        ("LO", b"knee Dr. Smith", b"knee"),
        ("LO", b"knee\\Dr. Smith\\left", b"knee\\\\left "),  # other values stay where they were
        ("LO", b"Dr. Smith\\Dr. Jones", b""),
        ("SH", b"MRN: 7712345 ", b""),
        ("UC", b"axial\\Dr. Smith", b"axial\\"),
        ("LT", b"one\r\nDr. Smith\r\nthree", b"one\r\nthree"),
        ("ST", b"a\\b Dr. Smith", b"a\\b "),  # a backslash separates nothing here
        ("UT", b"knee Dr. Smith\0", b"knee"),
    ],
)
def test_what_identifies_goes_from_each_value(vr: str, value: bytes, cleaned: bytes) -> None:
    new = clean_value(value, vr).value
    assert new is not None
    assert (new.rstrip(b" "), len(new) % 2) == (cleaned.rstrip(b" "), 0)


def test_the_kinds_of_what_went_are_told_and_never_the_words() -> None:
    answer = clean_value(b"seen by Dr. Smith 12.03.2014, MRN: 7712345", "LT")
    assert answer.kinds == (Kind.PERSON, Kind.DATE, Kind.RECORD_NUMBER)
    assert answer.doubtful == ()


def test_words_in_doubt_that_stay_are_told() -> None:
    assert clean_value(b"Okonkwo knee", "LO", doubt=Doubt.REPORT) == (None, (), ("Okonkwo",))
    assert clean_value(b"Okonkwo knee", "LO", doubt=Doubt.REMOVE).value == b"knee"


@pytest.mark.parametrize(
    ("terms", "name", "rest"),
    [
        (("ISO_IR 100",), "Überschwäng", "Schädel, natürlich"),
        (("ISO_IR 192",), "Überschwäng", "Schädel 頭部"),
        (("ISO_IR 144",), "Люкceмбypг", "голова"),
        (("", "ISO 2022 IR 87"), "山田太郎", "頭部 単純"),
        (("ISO 2022 IR 13", "ISO 2022 IR 87"), "山田太郎", "頭部 T2"),
        (("GB18030",), "王小东", "头部 平扫"),
        (("GBK",), "王小东", "头部 平扫"),
        (("", "ISO 2022 IR 149"), "Yamada", "두부"),
    ],
    ids=str,
)
@pytest.mark.parametrize("form", ["{rest} {name}", "{name} {rest}", "{rest}\\{name}"])
def test_the_rest_stays_in_its_character_set(terms: tuple[str, ...], name: str, rest: str, form: str) -> None:
    value = in_set(form.format(rest=rest, name=name), *terms)
    declared = "\\".join(terms).encode()
    new = clean_value(value, "LO", declared, KNOWN).value
    assert new is not None
    assert len(new) % 2 == 0
    assert read(new, *terms).strip(" \\") == rest
    assert in_set(rest, *terms) in new
    assert clean_value(in_set(rest, *terms), "LO", declared, KNOWN).value is None


@pytest.mark.parametrize("declared", [None, b"", b"ISO_IR 6", b"ISO-IR 100", b"NONSENSE", b"ISO_IR 192"])
@pytest.mark.parametrize("codec", ["latin-1", "utf-8"])
def test_bytes_that_are_not_as_declared_are_kept_as_they_are(codec: str, declared: bytes | None) -> None:
    rest = "Schädel natürlich".encode(codec)
    new = clean_value(rest + b" Dr. Smith", "LO", declared, KNOWN).value
    assert new is not None
    assert new.rstrip(b" ") == rest
    assert clean_value("ÜBERSCHWÄNG ".encode(codec) + rest, "LO", declared, KNOWN).value is not None


# --- laws ----------------------------------------------------------------------------------

CLINICAL = [
    "AX T2",
    "knee",
    "left",
    "T1 MPRAGE",
    "FLAIR",
    "liver",
    "contrast",
    "5 mm",
    "Schädel",
    "頭部",
    "голова",
    " ",
    "",
]
STORED = [  # as declared, and as written in truth
    (None, "latin-1"),
    (None, "utf-8"),
    (b"ISO_IR 100", "latin-1"),
    (b"ISO_IR 100", "utf-8"),
    (b"ISO_IR 192", "utf-8"),
    (b"ISO_IR 192", "latin-1"),
    (b"\\ISO 2022 IR 87", "iso2022_jp"),
    (b"\\ISO 2022 IR 87", "utf-8"),
    (b"GB18030", "gb18030"),
]
SETS = [None, b"ISO_IR 100", b"ISO_IR 192", b"\\ISO 2022 IR 87", b"GB18030"]


@given(
    st.lists(st.sampled_from(CLINICAL), max_size=5),
    st.sampled_from(sorted(TEXT_VRS)),
    st.sampled_from(STORED),
    st.sampled_from(Reading),
)
def test_a_value_without_identity_stays(
    words: list[str], vr: str, stored: tuple[bytes | None, str], reading: Reading
) -> None:
    declared, codec = stored
    value = " ".join(word for word in words if word == word.encode(codec, "ignore").decode(codec)).encode(codec)
    assert clean_value(value, vr, declared, reading=reading) == UNCHANGED


@given(st.binary(max_size=40), st.sampled_from(sorted(TEXT_VRS)), st.sampled_from(SETS))
def test_any_bytes_can_be_cleaned(value: bytes, vr: str, declared: bytes | None) -> None:
    new = clean_value(value, vr, declared, KNOWN).value
    assert new is None or len(new) % 2 == 0


@given(st.text("abc äöü 頭山 голова\\", max_size=20), st.sampled_from(SETS))
def test_what_is_decoded_is_encoded_again_to_the_same_bytes(text: str, declared: bytes | None) -> None:
    value = text.encode("utf-8").strip(b" ")
    told, codecs = decoded(value, declared)
    assert encoded(told, codecs) == value.rstrip(b"\0 ")
