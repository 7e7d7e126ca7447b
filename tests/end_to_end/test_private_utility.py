"""Real files of Siemens, GE and Philips under TCIA's Options: what studies need of private elements reads the same.

b-values, gradient directions, slice timing, SUV factors, scale slopes; and no UID, date or name of a private element
survives. The CSA headers go: both lists know that they hold text of anybody, and TCIA deletes them whole.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from io import BytesIO
from typing import Any, NamedTuple

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from deidpipe import deidentify
from deidpipe.standard.uids import is_standard
from tests.shared import shared_folder

pytestmark = pytest.mark.filterwarnings("ignore")

CORPUS = shared_folder("corpus")
KEY = bytes(range(32))
SIEMENS, GE, PHILIPS = "Siemens", "GE", "Philips"

# What studies read: (Private Creator, group, low byte) -> name.
NEEDED: Mapping[tuple[str, int, int], str] = {
    ("SIEMENS MR HEADER", 0x0019, 0x0A): "number of images in mosaic",
    ("SIEMENS MR HEADER", 0x0019, 0x0C): "b-value",
    ("SIEMENS MR HEADER", 0x0019, 0x0D): "diffusion directionality",
    ("SIEMENS MR HEADER", 0x0019, 0x0E): "gradient direction",
    ("SIEMENS MR HEADER", 0x0019, 0x27): "b matrix",
    ("SIEMENS MR HEADER", 0x0019, 0x28): "bandwidth per pixel in phase encoding",
    ("SIEMENS MR HEADER", 0x0019, 0x29): "slice timing",
    ("SIEMENS MR SDI 02", 0x0021, 0x53): "bandwidth per pixel in phase encoding",
    ("SIEMENS MR SDI 02", 0x0021, 0x5B): "slice position",
    ("GEMS_ACQU_01", 0x0019, 0xBB): "gradient direction x",
    ("GEMS_ACQU_01", 0x0019, 0xBC): "gradient direction y",
    ("GEMS_ACQU_01", 0x0019, 0xBD): "gradient direction z",
    ("GEMS_PARM_01", 0x0043, 0x2C): "effective echo spacing",
    ("GEMS_PARM_01", 0x0043, 0x39): "b-value",
    ("Philips Imaging DD 001", 0x2001, 0x03): "b-value",
    ("Philips Imaging DD 001", 0x2001, 0x04): "diffusion direction",
    ("Philips MR Imaging DD 001", 0x2005, 0x0E): "scale slope",
    ("Philips MR Imaging DD 001", 0x2005, 0xB0): "gradient direction RL",
    ("Philips MR Imaging DD 001", 0x2005, 0xB1): "gradient direction AP",
    ("Philips MR Imaging DD 001", 0x2005, 0xB2): "gradient direction FH",
    ("Philips PET Private Group", 0x7053, 0x00): "SUV factor",
    ("Philips PET Private Group", 0x7053, 0x09): "activity concentration factor",
}


class Floors(NamedTuple):
    """How many private elements stay at least, and how many go at least; Private Creators apart."""

    vendor: str
    kept: int
    removed: int


FILES: Mapping[str, Floors] = {
    "modality/CT/MONAI__7106": Floors(GE, 86, 4),
    "modality/CT/dicom-test-files__CT_small.dcm": Floors(GE, 156, 14),
    "modality/MR/deidentification__IM04": Floors(PHILIPS, 112, 57),
    "modality/MR/dcmstack__TE_20_SlcPos_-33.707626341697.dcm": Floors(SIEMENS, 16, 16),
    "modality/MR/fo-dicom__GH064.dcm": Floors(PHILIPS, 291, 33),
    "modality/MR/fo-dicom__adb1_1.dcm": Floors(PHILIPS, 107, 6),  # no VR is stored
    "modality/MR/fo-dicom__mr.dcm": Floors(GE, 194, 17),  # no VR is stored
    "modality/MR/heudiconv__axasc35.dcm": Floors(SIEMENS, 19, 16),
    "modality/PT_NM/fo-dicom__GH184.dcm": Floors(GE, 140, 18),
    "private/dcm_qa__MR.1.3.12.2.1107.5.2.32.35131.2014031013000537156690252": Floors(SIEMENS, 19, 16),
    "private/dcm_qa__jp2k1.dcm": Floors(SIEMENS, 19, 15),
    "private/dcm_qa_deident__00007.dcm": Floors(GE, 144, 4),
    "private/dcm_qa_enh__6_2.dcm": Floors(SIEMENS, 209, 20),
    "private/dcm_qa_enh__IM_0027_fMAP.dcm": Floors(PHILIPS, 205, 2217),  # TCIA deletes the per-frame Sequence
    "private/dcm_qa_frag__5001002.dcm": Floors(SIEMENS, 76, 19),
    "private/dcm_qa_ge__i22.MRDC.1": Floors(GE, 188, 29),
    "private/dcm_qa_nih__axial_epi_fmri_sequential_i_to_s-00011.dcm": Floors(GE, 196, 24),
    "private/dcm_qa_nih__epi_pe_ap-00001.dcm": Floors(SIEMENS, 19, 15),
    "private/dcm_qa_philips_enh__2001_0172_e2_ph.dcm": Floors(PHILIPS, 247, 51),
    "private/dcm_qa_xa30__0001_1.3.12.2.1107.5.2.43.67093.2022071112140631557912324.dcm": Floors(SIEMENS, 1102, 171),
    "private/dcm_qa_xa30__0002_1.3.12.2.1107.5.2.43.67093.2022071112142243550512646.dcm": Floors(SIEMENS, 374, 87),
    "private/example-dicom-functional__MR.1.3.46.670589.11.38317.5.0.4476.2014042516063940324": Floors(
        PHILIPS, 247, 13
    ),
}
PER_FRAME = ("Philips MR Imaging DD 005", 0x2005, 0x0F)  # the Sequence that TCIA deletes
Key = tuple[str, int, int]  # Private Creator, group, low byte; of a public Attribute "", group, element
Place = tuple[Key | int, ...]  # from the top down, with the numbers of Items


def deidentified(data: bytes) -> Dataset:
    return pydicom.dcmread(BytesIO(deidentify(data, key=KEY, profile="tcia")))


@cache
def before(path: str) -> Dataset:
    return pydicom.dcmread(CORPUS / path)


@cache
def after(path: str) -> Dataset:
    return deidentified((CORPUS / path).read_bytes())


def elements(data_set: Dataset, above: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Yield every element that is private or inside a private Sequence, with its place; creators apart."""
    for element in data_set:
        tag = element.tag
        if tag.is_private_creator or not tag.elem:
            continue
        reserved = data_set.get((tag.group, tag.elem >> 8)) if tag.is_private else None
        creator = str(reserved.value) if reserved else ""
        place = (*above, (creator, tag.group, tag.elem & 0xFF if creator else tag.elem))
        if tag.is_private or any(isinstance(step, tuple) and step[0] for step in above):
            yield place, element
        if element.VR == "SQ":
            for number, item in enumerate(element.value):
                yield from elements(item, (*place, number))


def needed(data_set: Dataset) -> dict[Place, Any]:
    return {place: each.value for place, each in elements(data_set) if place[-1] in NEEDED and PER_FRAME not in place}


def count(data_set: Dataset) -> int:
    return sum(bool(place[-1][0]) for place, _ in elements(data_set) if isinstance(place[-1], tuple))


@pytest.mark.parametrize("path", FILES)
def test_what_studies_need_reads_the_same(path: str) -> None:
    assert needed(after(path)) == needed(before(path))


def test_each_vendor_has_some_of_it() -> None:
    found = {(FILES[path].vendor, NEEDED[place[-1]]) for path in FILES for place in needed(before(path))}  # type: ignore[index]
    assert found >= {
        (SIEMENS, "slice timing"),
        (SIEMENS, "number of images in mosaic"),
        (SIEMENS, "slice position"),
        (GE, "b-value"),
        (GE, "gradient direction x"),
        (GE, "effective echo spacing"),
        (PHILIPS, "b-value"),
        (PHILIPS, "gradient direction RL"),
        (PHILIPS, "scale slope"),
    }


@pytest.mark.parametrize("path", FILES)
def test_as_much_stays_as_the_lists_allow(path: str) -> None:
    kept = count(after(path))
    removed = count(before(path)) - kept
    assert kept >= FILES[path].kept
    assert removed >= FILES[path].removed


def test_what_stays_of_each_vendor() -> None:
    kept = dict.fromkeys((SIEMENS, GE, PHILIPS), 0)
    for path, floors in FILES.items():
        kept[floors.vendor] += count(after(path))
    assert kept == {SIEMENS: 1853, GE: 1104, PHILIPS: 1209}


@pytest.mark.parametrize("path", FILES)
def test_no_uid_date_or_name_of_a_private_element_survives(path: str) -> None:
    stays = {place: each.value for place, each in elements(after(path))}
    for place, original in elements(before(path)):
        is_identity = original.VR in ("UI", "DA", "DT", "PN") and original.value
        if not is_identity or place not in stays or (original.VR == "UI" and is_standard(str(original.value))):
            continue
        assert stays[place] != original.value, place[-1]


@pytest.mark.parametrize("path", FILES)
def test_csa_headers_are_gone(path: str) -> None:
    creators = {place[-1][0] for place, _ in elements(after(path)) if isinstance(place[-1], tuple)}
    assert not {creator for creator in creators if creator.startswith("SIEMENS CSA") and creator.endswith("HEADER")}


# Values that the corpus has only as zeros, or not at all, put into real files.
PLANTED: Mapping[str, tuple[str, list[tuple[Key, str, Any]]]] = {
    SIEMENS: (
        "private/dcm_qa__MR.1.3.12.2.1107.5.2.32.35131.2014031013000537156690252",
        [
            (("SIEMENS MR HEADER", 0x0019, 0x0C), "IS", 1000),
            (("SIEMENS MR HEADER", 0x0019, 0x0E), "FD", [0.6, -0.64, 0.48]),
            (("SIEMENS MR HEADER", 0x0019, 0x27), "FD", [360.0, -384.0, 288.0, 409.6, -307.2, 230.4]),
        ],
    ),
    GE: (
        "private/dcm_qa_ge__i22.MRDC.1",
        [
            (("GEMS_PARM_01", 0x0043, 0x39), "IS", [1000000800, 8, 0, 0]),
            (("GEMS_ACQU_01", 0x0019, 0xBB), "DS", "0.6"),
            (("GEMS_ACQU_01", 0x0019, 0xBC), "DS", "-0.64"),
            (("GEMS_ACQU_01", 0x0019, 0xBD), "DS", "0.48"),
        ],
    ),
    PHILIPS: (
        "modality/MR/deidentification__IM04",
        [
            (("Philips Imaging DD 001", 0x2001, 0x03), "FL", 800.0),
            (("Philips MR Imaging DD 001", 0x2005, 0xB0), "FL", 0.5),
            (("Philips MR Imaging DD 001", 0x2005, 0xB1), "FL", -0.25),
            (("Philips MR Imaging DD 001", 0x2005, 0xB2), "FL", 0.75),
        ],
    ),
    "Philips PET": (
        "modality/PT_NM/fo-dicom__GH184.dcm",
        [
            (("Philips PET Private Group", 0x7053, 0x00), "DS", "0.000531"),
            (("Philips PET Private Group", 0x7053, 0x09), "DS", "0.0123"),
        ],
    ),
}


@pytest.mark.parametrize("transfer_syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
@pytest.mark.parametrize("vendor", PLANTED)
def test_b_values_gradients_and_suv_factors_read_equal(vendor: str, transfer_syntax: str) -> None:
    path, planted = PLANTED[vendor]
    data_set = pydicom.dcmread(CORPUS / path, stop_before_pixels=True)
    for (creator, group, low), vr, value in planted:
        block = data_set.private_block(group, creator, create=True)
        if low in block:
            del block[low]
        block.add_new(low, vr, value)
    data_set.file_meta.TransferSyntaxUID = transfer_syntax  # type: ignore[assignment]
    file = BytesIO()
    pydicom.dcmwrite(file, data_set, implicit_vr=transfer_syntax == ImplicitVRLittleEndian, little_endian=True)
    original, released = pydicom.dcmread(BytesIO(file.getvalue())), deidentified(file.getvalue())
    for (creator, group, low), _, _ in planted:
        there = original.private_block(group, creator)[low].value
        assert released.private_block(group, creator)[low].value == there
