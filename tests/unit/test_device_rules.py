"""Where scanners burn in text: rules of a site, of deid, of CTP and of the Instance itself, as tables."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from deidpipe.dicom.instance import read_instance
from deidpipe.errors import ProfileError
from deidpipe.pixels.detectors.ctp_script import read_ctp_script
from deidpipe.pixels.detectors.deid_recipe import read_deid_recipe, shipped_recipe
from deidpipe.pixels.detectors.device_regions import device_regions
from deidpipe.pixels.detectors.device_rules import (
    Area,
    Asked,
    Both,
    Condition,
    DeviceRule,
    DeviceRules,
    Either,
    How,
    Not,
    Percent,
    Whole,
    hidden_regions,
    met,
)
from deidpipe.pixels.detectors.devices_file import read_devices
from deidpipe.pixels.detectors.ultrasound_regions import declared_regions, outside_regions
from deidpipe.pixels.frames import image_of
from deidpipe.pixels.rectangles import clipped, without
from deidpipe.pixels.region import Box
from tests.datasets import a_dataset
from tests.images import an_image, with_pixels

HEADER = {
    "Modality": ("CT",),
    "Manufacturer": ("GE MEDICAL SYSTEMS",),
    "ManufacturerModelName": ("LightSpeed VCT ",),
    "ImageType": ("DERIVED", "SECONDARY", "SCREEN SAVE"),
    "Rows": ("512",),
    "Columns": ("512",),
    "SeriesDescription": ("",),
}


@pytest.mark.parametrize(
    ("condition", "is_met"),
    [
        (Asked("Modality", How.EQUALS, "ct"), True),
        (Asked("Modality", How.EQUALS, "ct", exact_case=True), False),
        (Asked("Modality", How.EQUALS, "C"), False),
        (Asked("ManufacturerModelName", How.EQUALS, "LightSpeed VCT"), True),
        (Asked("ImageType", How.EQUALS, "SCREEN SAVE"), True),
        (Asked("ImageType", How.EQUALS, r"DERIVED\SECONDARY\SCREEN SAVE"), True),
        (Asked("ImageType", How.CONTAINS, r"SECONDARY\SCREEN"), True),
        (Asked("Manufacturer", How.CONTAINS, "ge med"), True),
        (Asked("Manufacturer", How.BEGINS, "GE"), True),
        (Asked("Manufacturer", How.ENDS, "GE"), False),
        (Asked("Manufacturer", How.FINDS, "siemens|g[eE]"), True),
        (Asked("Manufacturer", How.MATCHES, "g[eE]"), False),
        (Asked("Manufacturer", How.MATCHES, "ge.*"), True),
        (Asked("Rows", How.ABOVE, "511"), True),
        (Asked("Rows", How.ABOVE, "512"), False),
        (Asked("Rows", How.BELOW, "512"), False),
        (Asked("Rows", How.BELOW, "513"), True),
        (Asked("Modality", How.BELOW, "513"), False),
        (Asked("SeriesDescription", How.EMPTY), True),
        (Asked("StationName", How.EMPTY), False),
        (Asked("StationName", How.MISSING), True),
        (Asked("SeriesDescription", How.MISSING), False),
        (Asked("StationName", How.CONTAINS, ""), False),
        (Both(()), True),
        (Either(()), False),
        (Not(Asked("Modality", How.EQUALS, "CT")), False),
        (Both((Asked("Modality", How.EQUALS, "CT"), Asked("Rows", How.EQUALS, "256"))), False),
        (Either((Asked("Modality", How.EQUALS, "CT"), Asked("Rows", How.EQUALS, "256"))), True),
    ],
)
def test_a_condition_is_met_or_not(condition: Condition, *, is_met: bool) -> None:
    assert met(condition, HEADER.get) is is_met


def hidden(
    lists: Sequence[DeviceRules], columns: int = 512, rows: int = 512, declared: Sequence[Box] = ()
) -> list[Box]:
    return [region.box for region in hidden_regions(lists, HEADER.get, columns, rows, declared)]


@pytest.mark.parametrize(
    ("areas", "boxes"),
    [
        ([Area((0, 0, 100, 20))], [(0, 0, 100, 20)]),
        ([Area((0, 0, 1024, 20))], [(0, 0, 512, 20)]),  # published for the largest image of a device
        ([Area((600, 0, 1024, 20))], []),
        ([Area(Percent(0, 90, 100, 100))], [(0, 460, 512, 512)]),
        ([Area(Percent(0.1, 0.1, 0.2, 0.2))], [(0, 0, 2, 2)]),
        ([Area(Whole.IMAGE), Area((0, 100, 512, 512), is_kept=True)], [(0, 0, 512, 100)]),
        ([Area(Whole.IMAGE), Area(Whole.ULTRASOUND, is_kept=True)], [(0, 0, 512, 50), (0, 50, 60, 512)]),
        ([Area((0, 0, 10, 10), is_kept=True), Area((0, 0, 10, 10))], [(0, 0, 10, 10)]),
    ],
)
def test_areas_are_laid_over_each_other(areas: list[Area], boxes: list[Box]) -> None:
    rules = DeviceRules("list", (DeviceRule("rule", Both(()), tuple(areas)),))
    assert hidden([rules], declared=[(60, 50, 512, 600)]) == boxes


def test_a_region_says_which_rule_it_is_from() -> None:
    rules = DeviceRules("our list", (DeviceRule("dose report", Both(()), (Area((0, 0, 1, 1)),)),))
    assert [region.source for region in hidden_regions([rules], HEADER.get, 9, 9)] == ["our list: dose report"]


SITE = b"""deidpipe-devices: 1
name: our scanners
rules:
  - name: dose report
    match:
      Modality: CT
      ManufacturerModelName: {contains: LightSpeed}
      ImageType: {contains: [SCREEN SAVE, DOSE]}
      Rows: [256, 512]
    hide:
      - [0, 0, 512, 121]
      - [0%, 95%, 100%, 100%]
  - name: another modality
    match: {Modality: MR}
    hide: [image]
  - name: all but the middle
    match: {Modality: CT}
    hide: [image]
    keep: [[0, 20, 512, 500], ultrasound-regions]
"""


def test_a_list_of_a_site_is_read() -> None:
    rules = read_devices(SITE, "devices.yaml")
    assert (rules.source, [rule.name for rule in rules.rules]) == (
        "our scanners",
        ["dose report", "another modality", "all but the middle"],
    )
    assert hidden([rules]) == [(0, 0, 512, 121), (0, 486, 512, 512), (0, 0, 512, 20), (0, 500, 512, 512)]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"deidpipe-devices: 1", b"deidpipe-devices: 2", r"devices.yaml:1: an edition"),
        (b"deidpipe-devices: 1\n", b"", "deidpipe-devices is missing"),
        (b"    hide: [image]\n    keep", b"    keep", "hide is missing"),
        (b"Modality: CT", b"Modalty: CT", "unknown Attribute Modalty"),
        (b"contains: L", b"contain: L", "devices.yaml:7: unknown word contain; did you mean contains"),
        (b"512, 121", b"512, 121, 3", "devices.yaml:11: no rectangle"),
        (b"[0, 0, 512, 121]", b"[0, 121, 512, 121]", "empty"),
        (b"100%, 100%", b"100%, 101%", "too large"),
        (b"[0%, 95%", b"[0, 95%", "no rectangle"),
        (b"match: {Modality: MR}", b"match: {}", "no Attribute to match"),
        (b"Modality: MR", b"Modality: ''", "one value"),
        (b"hide: [image]", b"hide: [picture]", "no rectangle"),
        (b"hide: [image]", b"hide: []", "no list"),
        (b"  - name: another modality\n", b"  - nam: another modality\n", "devices.yaml:13: unknown word nam"),
        (b"Rows: [256, 512]", b"Rows: []", "no value"),
        (b"      Modality: CT\n", b"      Modality: CT\n      Modality: CT\n", "twice"),
        (b"Rows: [256, 512]", b"Rows: {contains: 5, equals: 512}", "one of equals"),
    ],
)
def test_what_a_list_gets_wrong_is_told_with_its_line(old: bytes, new: bytes, told: str) -> None:
    assert old in SITE
    with pytest.raises(ProfileError, match=told):
        read_devices(SITE.replace(old, new, 1), "devices.yaml")


CTP = """Our CT, 2024
{ Modality.equals("CT") * (Manufacturer.containsIgnoreCase("siemens") + Rows.equals("1024")) }
(0,0,10,10)

The second, which is met
{ [0008,0060].equals("CT") * !Manufacturer.contains("ge medical")
  * ImageType.contains("SCREEN") * Rows.isGreaterThan("300") * true. }
( 10, 20, 30, 40 ) (0,500,512,100)
The third is met, too, but comes later
{ ManufacturerModelName.matches("Light.*") } (0,0,5,5)
"""


def test_the_first_signature_of_a_ctp_script_that_is_met_counts() -> None:
    rules = read_ctp_script(CTP, "pixels.script")
    assert [rule.name for rule in rules.rules] == [
        "Our CT, 2024",
        "The second, which is met",
        "The third is met, too, but comes later",
    ]
    assert hidden([rules]) == [(10, 20, 40, 60), (0, 500, 512, 512)]
    assert hidden([rules._replace(rules=rules.rules[2:])]) == [(0, 0, 5, 5)]


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("(0,0,1,1)", "a region before"),
        ('{ Modality.equals("CT") } (0,0,1)', "four numbers"),
        ('{ Modality.equals("CT") } (0,0,-1,1)', "four numbers"),
        ('{ Modality.equals("CT") * }', "not understood"),
        ('{ Modality.equals("CT") Rows.equals("5") }', "not understood"),
        ('{ Modality.resembles("CT") }', "not understood"),
        ('{ Modalty.equals("CT") }', "not understood"),
        ('{ Rows.isLessThan("many") }', "not understood"),
        ('{ Rows.matches("(") }', "not understood"),
        ('\n\n{ Modality.equals("CT")', "pixels.script:1: .*not closed"),
        ("{ }", "not understood"),
    ],
)
def test_a_ctp_script_that_is_not_understood_is_an_error(script: str, told: str) -> None:
    with pytest.raises(ProfileError, match=told):
        read_ctp_script(script, "pixels.script")


RECIPE = """FORMAT dicom

%filter graylist

LABEL Dose # somebody
  contains Modality CT
  + contains ImageType screen save|DOSE || missing StationName
  + notequals Manufacturer SIEMENS
  coordinates 0,0,512, 121
  ctpcoordinates 10,200,30,40

LABEL Values belong to the words that have them
  missing StationName || contains Modality CT
  + contains Manufacturer GE
  coordinates 1,1,2,2

LABEL Nobody knows where
  contains Modality CT

LABEL Not met
  contains Modality MR
  coordinates 0,0,1,1
"""


@pytest.fixture
def recipe(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("recipes") / "deid.ours"
    path.write_text(RECIPE)
    return str(path)


def test_a_recipe_of_deid_is_read(recipe: str) -> None:
    rules = read_deid_recipe(recipe)
    assert [rule.name for rule in rules.rules] == ["Dose", "Values belong to the words that have them", "Not met"]
    assert hidden([rules]) == [(0, 0, 512, 121), (10, 200, 40, 240), (1, 1, 2, 2)]


def test_later_labels_of_a_recipe_keep_what_earlier_ones_hide(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("recipes") / "deid.us"
    path.write_text(
        "FORMAT dicom\n%filter graylist\nLABEL all\n  coordinates all\n"
        "LABEL ultrasound\n  missing StationName\n  keepcoordinates from:SequenceOfUltrasoundRegions\n"
    )
    rules = read_deid_recipe(str(path))
    assert hidden([rules], declared=[(0, 40, 512, 512)]) == [(0, 0, 512, 40)]
    assert hidden([rules]) == [(0, 0, 512, 512)]


@pytest.mark.parametrize(
    ("old", "new"),
    [("0,0,512, 121", "0,0,512"), ("%filter", "%filtre"), ("screen save|DOSE", "[screen")],
)
def test_a_broken_recipe_is_an_error(recipe: str, old: str, new: str) -> None:
    with open(recipe, "w") as file:
        file.write(RECIPE.replace(old, new))
    with pytest.raises(ProfileError):
        read_deid_recipe(recipe)


def test_the_recipe_that_comes_with_deid_hides_a_known_dose_report() -> None:
    rules = shipped_recipe()
    assert len(rules.rules) > 100
    assert (0, 0, 512, 121) in hidden([rules])


@pytest.mark.parametrize(
    ("declared", "boxes"),
    [
        ((), []),
        (((0, 0, 100, 80),), []),
        (((0, 10, 100, 80),), [(0, 0, 100, 12)]),
        (((20, 10, 90, 70),), [(0, 0, 100, 12), (0, 12, 22, 68), (88, 12, 100, 68), (0, 68, 100, 80)]),
        (((0, 10, 100, 40), (0, 40, 100, 80)), [(0, 0, 100, 12), (0, 38, 100, 42)]),
        (((0, 0, 100, 999),), []),
    ],
)
def test_what_is_outside_of_ultrasound_regions_is_hidden(declared: tuple[Box, ...], boxes: list[Box]) -> None:
    assert [region.box for region in outside_regions(100, 80, declared)] == boxes


def a_region(x0: int, y0: int, x1: int, y1: int) -> Dataset:
    return a_dataset(
        RegionLocationMinX0=x0, RegionLocationMinY0=y0, RegionLocationMaxX1=x1, RegionLocationMaxY1=y1,
        RegionSpatialFormat=1,
    )  # fmt: skip


@pytest.mark.parametrize("transfer_syntax", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"])
def test_regions_are_read_from_the_data_set(transfer_syntax: str) -> None:
    facts = an_image(Rows=8, Columns=8, Modality="US", Manufacturer="Invented")
    half = a_region(1, 2, 3, 4)
    del half.RegionLocationMaxX1
    facts.SequenceOfUltrasoundRegions = Items([a_region(0, 2, 7, 6), half, a_region(5, 5, 5, 9)])
    file = with_pixels(facts, bytes(64), transfer_syntax)
    image = image_of(read_instance(file, len(file)))
    assert declared_regions(image.data_set) == ((0, 2, 8, 7),)
    rules = read_devices(
        b"deidpipe-devices: 1\nrules: [{name: us, match: {Modality: US, Rows: 8}, hide: [image],"
        b" keep: [ultrasound-regions]}]",
        "list",
    )
    assert [region.box for region in device_regions([rules], image.data_set, image.facts)] == [
        (0, 0, 8, 2),
        (0, 7, 8, 8),
    ]


@pytest.mark.parametrize(
    ("hole", "left"),
    [
        ((0, 0, 10, 10), []),
        ((-5, -5, 50, 50), []),
        ((10, 0, 20, 10), [(0, 0, 10, 10)]),
        ((3, 3, 6, 6), [(0, 0, 10, 3), (0, 3, 3, 6), (6, 3, 10, 6), (0, 6, 10, 10)]),
        ((0, 0, 5, 10), [(5, 0, 10, 10)]),
    ],
)
def test_a_hole_leaves_what_is_around_it(hole: Box, left: list[Box]) -> None:
    assert without([(0, 0, 10, 10)], hole) == left


@pytest.mark.parametrize(("box", "inside"), [((-1, -1, 5, 5), [(0, 0, 5, 5)]), ((8, 0, 9, 5), [])])
def test_a_rectangle_is_clipped_to_the_image(box: Box, inside: list[Box]) -> None:
    assert clipped(box, 8, 8) == inside


def test_the_list_in_the_docs_is_sound() -> None:
    page = (Path(__file__).parents[2] / "docs" / "pixels.md").read_text(encoding="utf-8")
    example = page.partition("```yaml\n")[2].partition("```")[0]
    rules = read_devices(example.encode(), "pixels.md")
    assert [rule.name for rule in rules.rules] == ["CT dose report", "ultrasound, all but the sector"]
    assert hidden([rules]) == [(0, 0, 512, 121), (0, 486, 512, 512)]
