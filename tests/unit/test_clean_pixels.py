"""Which Instances are looked at, which frames of them, and which marks may stay."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pytest

from deidpipe.errors import UsageError
from deidpipe.pixels.clean_pixels import Found
from deidpipe.pixels.detectors import tesseract
from deidpipe.pixels.frames import open_image
from deidpipe.pixels.looks import looks
from deidpipe.pixels.region import Region
from deidpipe.pixels.slide import shows_label
from deidpipe.pixels.technical import is_technical
from deidpipe.plan.pixels import Risk, is_looked_at, risk_of
from deidpipe.profile.model import Look, PixelRules
from deidpipe.run.pixels import must_have_detectors
from deidpipe.text.doubt import Doubt
from deidpipe.text.identifier import Identifier
from deidpipe.text.misread import Misread
from deidpipe.text.patient import PatientTexts, SharedTexts
from deidpipe.text.span import Kind
from tests.images import an_image, with_pixels

SINCE = "1.2.840.10008.5.1.4.1.1."
SCANNED = {0x00080008: ("ORIGINAL", "PRIMARY", "AXIAL"), 0x00280002: ("1",), 0x00280100: ("16",), 0x00280101: ("12",)}


@pytest.mark.parametrize(
    ("sop_class", "more", "risk"),
    [
        ("2", {}, Risk.LOW),
        ("4", {}, Risk.LOW),
        ("128", {}, Risk.LOW),
        ("2", {0x00080008: ("DERIVED", "PRIMARY")}, Risk.HIGH),
        ("2", {0x00080008: ("ORIGINAL", "SECONDARY")}, Risk.HIGH),
        ("2", {0x00080008: ("ORIGINAL", "PRIMARY", "DOSE_INFO")}, Risk.HIGH),
        ("2", {0x00080008: None}, Risk.HIGH),
        ("2", {0x00280101: ("8",)}, Risk.HIGH),
        ("2", {0x00280002: ("3",)}, Risk.HIGH),
        ("2", {0x00080064: ("WSD",)}, Risk.HIGH),
        ("2", {0x00280301: ("YES",)}, Risk.HIGH),
        ("2", {0x00280301: ("NO",)}, Risk.LOW),
        ("7", {0x00280301: ("NO",)}, Risk.HIGH),
        ("2", {0x60020102: ("15",)}, Risk.HIGH),
        ("6.1", {}, Risk.HIGH),
        ("1.1", {}, Risk.HIGH),
        ("481.1", {}, Risk.HIGH),
        ("481.23", {}, Risk.HIGH),  # Enhanced RT Image
        ("481.2", {}, Risk.NONE),
        ("66.4", {}, Risk.NONE),
        ("77.1.6", {}, Risk.LOW),
        ("77.1.4", {}, Risk.HIGH),
        ("2", {0x00280100: None}, Risk.NONE),
    ],
)
def test_the_header_tells_the_risk(sop_class: str, more: Mapping[int, tuple[str, ...] | None], risk: Risk) -> None:
    assert risk_of(SINCE + sop_class, {**SCANNED, **more}.get) is risk


def test_a_profile_says_which_risk_is_looked_at() -> None:
    looked_at = {(look, risk) for look in Look for risk in Risk if is_looked_at(look, risk)}
    assert looked_at == {(Look.ALWAYS, Risk.LOW), (Look.ALWAYS, Risk.HIGH), (Look.AT_RISK, Risk.HIGH)}


@pytest.mark.parametrize(
    ("sop_class", "kind", "told", "is_one"),
    [
        ("77.1.6", ("ORIGINAL", "PRIMARY", "LABEL"), None, True),
        ("77.1.6", ("ORIGINAL", "PRIMARY", "OVERVIEW"), None, True),
        ("77.1.6", ("ORIGINAL", "PRIMARY", "OVERVIEW"), ("NO",), False),
        ("77.1.6", ("ORIGINAL", "PRIMARY", "VOLUME"), None, False),
        ("2", ("ORIGINAL", "PRIMARY", "LOCALIZER"), None, False),  # a scout image
        ("7", ("DERIVED", "PRIMARY"), ("YES",), True),
    ],
)
def test_a_picture_of_a_label_is_known(
    sop_class: str, kind: tuple[str, ...], told: tuple[str, ...] | None, *, is_one: bool
) -> None:
    assert shows_label(SINCE + sop_class, {0x00080008: kind, 0x00480010: told}.get) is is_one


def looked_at(frames: list[np.ndarray], *, each: bool = False) -> list[int | None]:
    first = frames[0]
    facts = {"Rows": first.shape[0], "Columns": first.shape[1], "NumberOfFrames": len(frames)}
    with open_image(with_pixels(an_image(**facts), np.stack(frames).tobytes())) as image:
        return [look.frame for look in looks(image, each=each)]


def still(count: int) -> list[np.ndarray]:
    frames = [np.full((64, 64), 50, np.uint8) for _ in range(count)]
    for at, frame in enumerate(frames):
        frame[0, 0] = 50 + at % 2  # no two neighbours are the same
        frame[60:, 0] = at
    return frames


def test_a_few_frames_are_all_looked_at_and_the_same_one_once() -> None:
    assert looked_at(still(8)) == list(range(8))
    assert looked_at([still(1)[0]] * 8) == [0]
    assert looked_at([still(1)[0]] * 3, each=True) == [0, 1, 2]


def test_of_many_frames_those_that_show_something_new_are_looked_at() -> None:
    frames = still(40)
    for frame in frames[7:9]:
        frame[20:30, 20:40] = 200  # the second shows it where the first did
    for frame in frames[33:35]:
        frame[20:30, 20:40] = 0
    assert looked_at(frames) == [0, 7, 20, 33, 39, None, None]


def test_where_every_frame_is_new_no_five_in_a_row_are_passed_over() -> None:
    frames = [np.full((64, 64), 50, np.uint8) for _ in range(100)]
    for at, frame in enumerate(frames[1:], 1):
        frame[at % 4 * 16 :, at // 4 % 4 * 16 :][:16, :16] = 60 + at
    found = [frame for frame in looked_at(frames) if frame is not None]
    assert found[:24] == list(range(24))
    assert {later - sooner for sooner, later in pairwise(found[23:])} <= {1, 2, 3, 4, 5}
    assert len(found) < 24 + 100 / 5


def test_regions_of_which_none_is_sure_are_weak() -> None:
    weak, sure = Region(0, 0, 9, 9, "net", 0.6), Region(0, 0, 9, 9, "net", 0.95)
    assert [Found(each).is_weak for each in ((), (weak,), (weak, sure))] == [False, True, False]


@pytest.mark.parametrize(
    ("text", "confidence", "stays"),
    [
        ("L", 96, True),
        ("120 kVp", 96, True),
        ("RMLO", 96, True),
        ("Depth 12.5 cm", 90, True),
        ("L", 60, False),
        ("4711", 96, False),
        ("L. Invented", 96, False),
        ("", 96, False),
    ],
)
def test_a_mark_stays_if_it_is_harmless_and_sure(text: str, confidence: float, *, stays: bool) -> None:
    assert is_technical(text, confidence) is stays


KNOWN = [
    Identifier(Kind.PERSON, "Portable^Ottilie", is_own=True),
    Identifier(Kind.RECORD_NUMBER, "120-815", is_own=True),
    Identifier(Kind.PERSON, "Federkiel^Al^R"),
]


@pytest.mark.parametrize(
    ("read", "meets"),
    [
        ("PORTABLE", True),
        ("P0RTAB1E", True),
        ("PORTABL", True),
        ("Ottllie", True),
        ("l2O kV", True),
        ("120815", False),  # two words of a number; what stays is a mark as a whole, and has a unit
        ("AI 1.2", True),
        ("R", False),  # an initial is a side as well
        ("Depth 12 cm", False),
        ("SUPINE", False),
    ],
)
def test_an_identifier_is_met_though_it_is_misread(read: str, *, meets: bool) -> None:
    assert Misread(KNOWN).meets(read) is meets
    texts = PatientTexts(KNOWN, SharedTexts(()), Doubt.REMOVE)
    assert texts.identifies(read) or not meets


def test_a_profile_that_wants_marks_kept_needs_tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    pytesseract = pytest.importorskip("pytesseract")
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", "no-such-program")
    tesseract.must_be_there.cache_clear()
    must_have_detectors(PixelRules())
    with pytest.raises(UsageError, match="Tesseract"):
        must_have_detectors(PixelRules(keep_technical=True))
    must_have_detectors(PixelRules(look=Look.NEVER, keep_technical=True))
    tesseract.must_be_there.cache_clear()
