import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.datadict import dictionary_keyword, dictionary_VR
from pydicom.datadict import keyword_dict as pydicom_keywords
from pydicom.valuerep import STANDARD_VR

from deidpipe.dicom.dictionary import keyword_of, keywords, tag_of, vr_of, vrs_of

ITEMS_AND_DELIMITERS = {0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD}


@pytest.mark.parametrize(
    ("tag", "vr", "keyword"),
    [
        (0x00100010, "PN", "PatientName"),
        (0x7FE00010, "OW", "PixelData"),  # OB or OW
        (0x54001010, "OW", "WaveformData"),
        (0x00280106, "US", "SmallestImagePixelValue"),  # US or SS
        (0x00283006, "US", "LUTData"),  # US or OW
        (0x60003000, "OW", "OverlayData"),
        (0x601E3000, "OW", "OverlayData"),
        (0x60203000, "UN", ""),  # past the last repeating group
        (0x50100005, "US", "CurveDimensions"),
        (0x00203101, "CS", "SourceImageIDs"),
        (0x10000010, "US", "EscapeTriplet"),
        (0x7FE00011, "UN", ""),
        (0x00100000, "UL", ""),  # group length
        (0x00090000, "UL", ""),
        (0x00090010, "LO", ""),  # Private Creator
        (0x000900FF, "LO", ""),
        (0x00090100, "UN", ""),
        (0x60013000, "UN", ""),  # odd, so private
        (0x00100011, "SQ", "PersonNamesToUseSequence"),  # unknown to pydicom 3.0.2
        (0x0010FFFE, "UN", ""),
        (0xFFFEE000, "UN", ""),  # an Item is no Data Element
    ],
)
def test_an_attribute_has_its_vr_and_keyword(tag: int, vr: str, keyword: str) -> None:
    assert (vr_of(tag), keyword_of(tag)) == (vr, keyword)


@pytest.mark.parametrize(
    ("tag", "vrs"),
    [
        (0x00100010, ("PN",)),
        (0x7FE00010, ("OB", "OW")),
        (0x00281200, ("US", "SS", "OW")),
        (0x00100000, ("UL",)),
        (0x00090100, ()),
    ],
)
def test_all_vrs_of_the_standard_are_told(tag: int, vrs: tuple[str, ...]) -> None:
    assert vrs_of(tag) == vrs


def test_each_attribute_of_pydicom_is_there() -> None:
    for keyword, tag in pydicom_keywords.items():
        if keyword and tag not in ITEMS_AND_DELIMITERS:
            assert tag_of(keyword) == tag
            assert keyword_of(tag) == dictionary_keyword(tag)
            assert vrs_of(tag) == tuple(dictionary_VR(tag).split(" or "))


def test_each_keyword_has_one_tag() -> None:
    assert len(keywords()) == len(set(keywords()))
    for keyword in keywords()[::20]:
        tag = tag_of(keyword)
        assert tag is not None
        assert keyword_of(tag) == keyword


@pytest.mark.parametrize("keyword", ["", "patientname", "PatientNmae", "OverlayData", "UI\tPatientID", "Name", "PN"])
def test_what_is_no_keyword_has_no_tag(keyword: str) -> None:
    assert tag_of(keyword) is None


@given(st.integers(min_value=0, max_value=0xFFFFFFFF))
def test_every_tag_has_a_vr(tag: int) -> None:
    assert vr_of(tag) in STANDARD_VR
    assert vr_of(tag) == "UN" or vrs_of(tag)
