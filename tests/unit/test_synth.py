"""What a planted-identity collection and its score are made of: words, paths, answers, pixels."""

import random
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from deidpipe.errors import UsageError
from deidpipe.synth.burn import burn, may_burn
from deidpipe.synth.judge import JUDGES, shift_of
from deidpipe.synth.key import Category, Row
from deidpipe.synth.path import element_at, walk
from deidpipe.synth.people import Study, a_patient, a_site, a_study
from deidpipe.synth.pixels import are_hidden, are_retained
from deidpipe.synth.record import Box, Record
from deidpipe.synth.templates import FAMILIES, GROUPS, families_of, fill, templates_of
from deidpipe.synth.wanted import Wanted, wanted
from deidpipe.synth.words import holds, spaced, telling

SAMPLES = Path(__file__).parents[2] / "sample_data"
CT = "CTImage"


def a_row(category: Category, expected: str) -> Row:
    return Row("f.dcm", "2.25.1", "P1", "00081030", "StudyDescription", category, expected)


def a_visit(seed: int) -> Study:
    rng = random.Random(seed)
    return a_study(a_patient(a_site(rng), rng), rng)


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("CT Wilsonville", "wilson", True),
        ("CT of the liver", "Li", False),
        ("CT, Li", "Li", True),
        ("94yo", "94", True),
        ("194 ml", "94", False),
        ("0.94 mm", "94", False),
        ("患者 佐藤陽子様", "佐藤", True),
        ("seen  on 12\tMarch", "12 March", True),
    ],
)
def test_a_short_word_must_stand_alone(text: str, word: str, *, found: bool) -> None:
    assert holds(spaced(text), word) is found


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Lake Ann General Hospital", ["Lake Ann General Hospital", "Lake", "Ann"]),
        ("12 Rue de Foix, 75001", ["12 Rue de Foix, 75001", "Foix", "75001"]),
        ("東京都1丁目", ["東京都1丁目", "東京都", "丁目"]),
    ],
)
def test_generic_words_of_an_identity_may_stay(text: str, gone: list[str]) -> None:
    assert telling(text) == gone


@pytest.mark.parametrize(
    ("category", "expected", "value", "right"),
    [
        (Category.TAG_RETAINED, "", "", True),
        (Category.TAG_RETAINED, "", None, False),
        (Category.TEXT_NOTNULL, "", "", False),
        (Category.TEXT_NOTNULL, "", "x", True),
        (Category.TEXT_RETAINED, "CT|CHEST", "chest, CT", True),
        (Category.TEXT_RETAINED, "CT|CHEST", "CT", False),
        (Category.TEXT_RETAINED, "1.50|-2", "-2.0\\1.5", True),
        (Category.TEXT_RETAINED, "1.50|-2", "-2.0\\1.51", False),
        (Category.TEXT_REMOVED, "Amy|Wilson", "CT CHEST", True),
        (Category.TEXT_REMOVED, "Amy|Wilson", "CT wilson", False),
        (Category.TEXT_REMOVED, "Amy|Wilson", None, True),
        (Category.UID_CHANGED, "1.2.3", "1.2.3", False),
        (Category.UID_CHANGED, "1.2.3", "2.25.7", True),
        (Category.UID_CHANGED, "1.2.3", "2.25.07", False),
        (Category.UID_CHANGED, "1.2.3", None, False),
    ],
)
def test_an_action_is_judged(category: Category, expected: str, value: str | None, *, right: bool) -> None:
    element = None if value is None else DataElement(0x00081030, "LT", value)
    assert JUDGES[category](a_row(category, expected), element) is right


@pytest.mark.parametrize(("value", "days"), [("20200131", 30), ("20200101", 0), ("2020", None), ("", None)])
def test_a_shift_is_counted_in_days(value: str, days: int | None) -> None:
    row = a_row(Category.DATE_SHIFTED, "20200101")
    assert shift_of(row, DataElement(0x00080020, "LO", value)) == days


@pytest.mark.parametrize(
    ("parts", "vr", "answer"),
    [
        (((0x00100010, ""),), "PN", Wanted.EMPTIED),
        (((0x00081030, ""),), "LO", Wanted.KEPT),
        (((0x00080080, ""),), "LO", Wanted.REMOVED),
        (((0x00080020, ""),), "DA", Wanted.SHIFTED),
        (((0x00080030, ""),), "TM", Wanted.KEPT),
        (((0x00080016, ""),), "UI", Wanted.KEPT),
        (((0x00080018, ""),), "UI", Wanted.UID),
        (((0x00181000, ""),), "LO", Wanted.KEPT),
        (((0x00120062, ""),), "CS", Wanted.OPEN),
        (((0x00091002, "GEMS_PETD_01"),), "LO", Wanted.REMOVED),
        (((0x00091007, "GEMS_PETD_01"),), "UI", Wanted.UID),
        (((0x00091001, "GEMS_PETD_01"),), "LO", Wanted.KEPT),
        (((0x00091001, "NOBODY KNOWS"),), "LO", Wanted.REMOVED),
    ],
)
def test_the_answer_is_that_of_the_tables(parts: tuple[tuple[int, str], ...], vr: str, answer: Wanted) -> None:
    assert wanted(parts, vr, CT) is answer


def test_every_element_is_found_again_by_its_path() -> None:
    data_set = dcmread(SAMPLES / "Überschwäng Jörg" / "CT Hals März 2019" / "Befund_Überschwäng.dcm")
    places = list(walk(data_set))
    assert len({place.path for place in places}) == len(places)
    assert all(element_at(data_set, place.path) is place.holder[place.tag] for place in places)


def test_a_private_element_is_found_in_another_block() -> None:
    first, second = Dataset(), Dataset()
    first.private_block(0x0009, "ACME 1.0", create=True).add_new(0x07, "LO", "a")
    second.private_block(0x0009, "OTHER", create=True)
    second.private_block(0x0009, "ACME 1.0", create=True).add_new(0x07, "LO", "b")
    path = next(place.path for place in walk(first) if place.element.value == "a")
    found = element_at(second, path)
    assert found is not None
    assert found.value == "b"


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_planted_stands_in_the_text_and_what_stays_is_no_part_of_it(family: str) -> None:
    rng = random.Random(1)
    for seed in range(60):
        study = a_visit(seed)
        template = rng.choice(templates_of([family], study.patient.site.language.code))
        planted = fill(template, study, "CT", rng, 4000)
        assert planted is not None
        text = spaced(planted.text)
        assert "{" not in text
        assert all(spaced(word) in text for word in planted.kept)
        assert all(holds(text, word) for word in planted.gone)
        assert not any(holds(spaced(kept), word) for kept in planted.kept for word in planted.gone)


def test_families_come_by_name_and_by_group() -> None:
    assert families_of([]) == GROUPS["tune"]
    assert families_of(["held-out", "clerk"]) == (*GROUPS["held-out"], "clerk")
    assert not set(GROUPS["tune"]) & set(GROUPS["held-out"])
    with pytest.raises(UsageError, match="no such family"):
        families_of(["clark"])


def an_image(bits: int = 8, photometric: str = "MONOCHROME2") -> Dataset:
    data_set = Dataset()
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data_set.Rows = data_set.Columns = 200
    data_set.BitsAllocated = data_set.BitsStored = bits
    data_set.HighBit = bits - 1
    data_set.PixelRepresentation, data_set.SamplesPerPixel = 0, 3 if photometric == "RGB" else 1
    data_set.PhotometricInterpretation = photometric
    if photometric == "RGB":
        data_set.PlanarConfiguration = 0
    kind = np.uint8 if bits == 8 else np.uint16
    pixels = np.random.default_rng(1).integers(0, 100, (200, 200, data_set.SamplesPerPixel), kind)
    data_set.PixelData = pixels.tobytes()
    return data_set


def boxes(record: Record) -> str:
    return ";".join(",".join(map(str, box)) for box in record.boxes)


def painted(data_set: Dataset, where: list[Box], value: int = 0) -> Dataset:
    """Return a copy with boxes of one value."""
    pixels = data_set.pixel_array.copy()
    for box in where:
        pixels[box.y0 : box.y1, box.x0 : box.x1] = value
    other = an_image(data_set.BitsAllocated, data_set.PhotometricInterpretation)
    other.PixelData = pixels.tobytes()
    return other


@pytest.mark.parametrize(
    ("bits", "photometric"), [(8, "MONOCHROME2"), (8, "MONOCHROME1"), (16, "MONOCHROME2"), (8, "RGB")]
)
def test_burned_in_text_is_in_its_boxes_and_is_seen_to_go(bits: int, photometric: str) -> None:
    clean, burned, record = an_image(bits, photometric), an_image(bits, photometric), Record()
    burn(burned, a_visit(3), record, random.Random(1))
    changed = np.argwhere((clean.pixel_array != burned.pixel_array).reshape(200, 200, -1).any(2))
    assert len(changed) > 50
    assert all(any(box.y0 <= y < box.y1 and box.x0 <= x < box.x1 for box in record.boxes) for y, x in changed)
    masked = painted(burned, record.boxes)
    elsewhere = painted(masked, [Box(100, 100, 101, 101)], 1 << bits - 1)
    assert are_hidden(boxes(record), burned, masked)
    assert not are_hidden(boxes(record), burned, burned)
    assert not are_hidden(boxes(record), burned, painted(burned, record.boxes[:-1]))
    assert are_retained(boxes(record), burned, masked)
    assert not are_retained(boxes(record), burned, elsewhere)


def test_nothing_is_burned_into_what_cannot_be_painted() -> None:
    compressed, small = an_image(), an_image()
    compressed.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.50"
    small.Rows = 64
    rng = random.Random(1)
    assert not any(may_burn(each, "US", rng) for each in (compressed, small) for _ in range(50))
    assert any(may_burn(an_image(), "US", rng) for _ in range(50))
