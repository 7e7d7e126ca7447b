"""Each row of Table E.3.4-1 under each of its Option columns, from the Standard's own table, in a whole Instance."""

import io
import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from pydicom import Dataset, dcmread
from pydicom.sr._snomed_dict import mapping as snomed
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

import deidpipe
from deidpipe.standard.content_items import content_row
from deidpipe.standard.options import OPTIONS, Option
from tests.datasets import a_dataset, written
from tests.shared import csv_rows, shared_folder

TABLE = csv_rows(shared_folder("ps315") / "table_e3_4_1.csv")
KEY = "5eed" * 16
COLUMNS = ["", *list(TABLE[0])[list(TABLE[0]).index("basic_profile") + 1 :]]
KEYWORDS = {
    "TEXT": "TextValue",
    "PNAME": "PersonName",
    "DATE": "Date",
    "TIME": "Time",
    "DATETIME": "DateTime",
    "UIDREF": "UID",
}
REFERRING = {"IMAGE", "COMPOSITE", "WAVEFORM"}
COMPREHENSIVE_SR, WHOLE_SLIDE = "1.2.840.10008.5.1.4.1.1.88.33", "1.2.840.10008.5.1.4.1.1.77.1.6"


class Planted(NamedTuple):
    """A row, how a file spells its code, and the value that was put there."""

    row: dict[str, str]
    code: str
    scheme: str
    value: str


def spellings(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The code of the Table, and the SNOMED codes that are retired in each of the schemes they were written with."""
    yield row["code_value"], row["coding_scheme"]
    if row["coding_scheme"] == "SCT":
        for code in snomed["SCT"][row["code_value"]], *(k for k, v in snomed["SRT"].items() if v == row["code_value"]):
            yield from ((code, scheme) for scheme in ("SRT", "SNM3", "99SDM"))


def planted() -> list[Planted]:
    found = []
    for row in TABLE:
        for code, scheme in dict.fromkeys(spellings(row)):
            number = len(found)
            value = {
                "PNAME": f"Zq{number}^Invented",
                "DATE": f"{1800 + number // 28}01{number % 28 + 1:02}",
                "TIME": f"{number // 60:02}{number % 60:02}07",
                "DATETIME": f"{1800 + number // 28}01{number % 28 + 1:02}101112",
                "TEXT": f"segment {number}, enhancing 12 March 2018",
                "NUM": str(70000 + number),
                "CODE": f"ZQCODE{number}",
            }.get(row["value_type"], f"1.2.826.0.1.9999.{number + 1}")
            found.append(Planted(row, code, scheme, value))
    return found


PLANTED = planted()


def code(value: str, scheme: str) -> Dataset:
    return a_dataset(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning="a meaning")


def content_item(plant: Planted) -> Dataset:
    value_type = plant.row["value_type"]
    item = a_dataset(ValueType=value_type, ConceptNameCodeSequence=[code(plant.code, plant.scheme)])
    if value_type in KEYWORDS:
        setattr(item, KEYWORDS[value_type], plant.value)
    elif value_type == "NUM":
        unit = [code("a", "UCUM")]
        item.MeasuredValueSequence = [a_dataset(NumericValue=plant.value, MeasurementUnitsCodeSequence=unit)]
    elif value_type == "CODE":
        item.ConceptCodeSequence = [code(plant.value, "99TEST")]
    elif value_type in REFERRING:
        reference = a_dataset(ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.2", ReferencedSOPInstanceUID=plant.value)
        item.ReferencedSOPSequence = [reference]
    else:
        assert value_type == "CONTAINER"
        item.ContentSequence = [text_item("99INSIDE", plant.value)]
    return item


def text_item(concept: str, text: str) -> Dataset:
    return a_dataset(ValueType="TEXT", ConceptNameCodeSequence=[code(concept, "99TEST")], TextValue=text)


def a_tree() -> list[Dataset]:
    """Every row twice: at the top, and in a CONTAINER in a CONTAINER."""
    inner = a_dataset(
        ValueType="CONTAINER",
        ConceptNameCodeSequence=[code("99INNER", "99TEST")],
        ContentSequence=[content_item(plant) for plant in PLANTED],
    )
    outer = a_dataset(
        ValueType="CONTAINER", ConceptNameCodeSequence=[code("99OUTER", "99TEST")], ContentSequence=[inner]
    )
    return [outer, *(content_item(plant) for plant in PLANTED)]


def an_instance(sop_class: str, **attributes: object) -> Dataset:
    return a_dataset(
        SOPClassUID=sop_class, SOPInstanceUID="2.25.7", PatientID="MRN-7", PatientName="Invented^Ida", **attributes
    )


def cleaned(data_set: Dataset, *options: Option, transfer_syntax: str = ExplicitVRLittleEndian) -> Dataset:
    file = written(data_set, transfer_syntax)
    names = [Option.CLEAN_STRUCTURED_CONTENT, *options]
    return dcmread(io.BytesIO(deidpipe.deidentify(file, key=KEY, options=names)))


def by_concept(items: list[Dataset]) -> dict[tuple[str, str, str], Dataset]:
    found = {}
    for item in items:
        concept = item.ConceptNameCodeSequence[0]
        found[concept.CodeValue, concept.CodingSchemeDesignator, item.ValueType] = item
    assert len(found) == len(items)
    return found


def value_of(item: Dataset) -> str:
    value_type = item.ValueType
    if value_type in KEYWORDS:
        return str(item[KEYWORDS[value_type]].value)
    if value_type in REFERRING:
        return str(item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID)
    if value_type == "NUM":
        return str(item.MeasuredValueSequence[0].NumericValue)
    return str(item.ConceptCodeSequence[0].CodeValue if value_type == "CODE" else item.ContentSequence[0].TextValue)


def fault(plant: Planted, action: str, item: Dataset | None) -> str:
    """What is not as the action wants it; nothing if all is well."""
    if action == "X" or item is None:
        return "" if action == "X" and item is None else "is there" if item is not None else "is gone"
    value, value_type = value_of(item), plant.row["value_type"]
    if action == "K":
        expected = "REMOVED" if value_type == "CONTAINER" else plant.value  # what it holds is decided for itself
        return "" if value == expected else "is not what it was"
    if not value:
        return "is empty"
    if action == "C" and value_type == "TIME":
        return "" if value == plant.value else "is another time of day"  # DECIDED: whole days are shifted
    if value == plant.value:
        return "is what it was"
    if action == "C" and value_type == "TEXT":
        words = plant.value.removesuffix(" 12 March 2018")
        return "" if value == words else f"is not {words!r}"
    if value_type == "TEXT":
        return "" if value == "REMOVED" else "is no dummy"
    if action == "C" and value_type in ("DATE", "DATETIME"):
        return "" if value[8:] == plant.value[8:] and "1780" < value < plant.value else "was not shifted"
    if value_type == "UIDREF" or value_type in REFERRING:
        return "" if re.fullmatch(r"2\.25\.\d{1,39}", value) else "is no new UID"
    return ""


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian])
@pytest.mark.parametrize("column", COLUMNS)
def test_each_row_at_the_top_and_nested(column: str, syntax: str) -> None:
    options = [option for option, facts in OPTIONS.items() if column and facts.column == column]
    assert len(options) == (1 if column else 0)
    after = cleaned(an_instance(COMPREHENSIVE_SR, ContentSequence=a_tree()), *options, transfer_syntax=syntax)
    outer, *top = after.ContentSequence
    faults = []
    for depth, items in (("top", top), ("nested", outer.ContentSequence[0].ContentSequence)):
        found = by_concept(items)
        for plant in PLANTED:
            action = (plant.row[column] if column else "") or plant.row["basic_profile"]
            action = "D" if action == "X/D" else action  # DECIDED: a template may need it
            told = fault(plant, action, found.get((plant.code, plant.scheme, plant.row["value_type"])))
            if told:
                faults.append(f"{depth} {plant.row['code_meaning']} ({plant.scheme}) {action}: {told}")
    assert faults == []


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row['code_value']} {row['value_type']}")
def test_each_row_is_the_standards_own(row: dict[str, str]) -> None:
    for value, scheme in spellings(row):
        found = content_row(value, scheme, row["value_type"])
        assert found is not None
        assert (found.basic, found.meaning) == (row["basic_profile"], row["code_meaning"])
        cells = {OPTIONS[option].column: action.value for option, action in found.options.items()}
        assert cells == {column: row[column] for column in COLUMNS[1:] if row[column]}


def test_what_is_not_in_the_table_has_no_row() -> None:
    assert content_row("121049", "DCM", "CODE") is None
    assert content_row("121008", "DCM", "TEXT") is None  # the Table has it as PNAME
    assert content_row("121008", "99TEST", "PNAME") is None


# --- the other Sequences ---------------------------------------------------------------------------------------------

TEXTS = [plant for plant in PLANTED if plant.row["value_type"] == "TEXT"]


@pytest.mark.parametrize("column", ["", "clean_descriptors", "retain_device_id"])
def test_each_text_in_the_other_sequences(column: str) -> None:
    options = [option for option, facts in OPTIONS.items() if column and facts.column == column]
    items = [content_item(plant) for plant in TEXTS]
    step = a_dataset(SpecimenPreparationStepContentItemSequence=items)
    specimen = a_dataset(SpecimenIdentifier="S-7", SpecimenUID="2.25.8", SpecimenPreparationSequence=[step])
    annotations = [
        a_dataset(UnformattedTextValue=plant.value, ConceptNameCodeSequence=[code(plant.code, plant.scheme)])
        for plant in TEXTS
    ]
    after = cleaned(
        an_instance(
            WHOLE_SLIDE,
            AcquisitionContextSequence=items,
            SpecimenDescriptionSequence=[specimen],
            WaveformAnnotationSequence=annotations,
        ),
        *options,
    )
    for item in after.WaveformAnnotationSequence:
        item.ValueType, item.TextValue = "TEXT", item.UnformattedTextValue
    prepared = after.SpecimenDescriptionSequence[0].SpecimenPreparationSequence[0]
    faults = []
    for items in (
        after.AcquisitionContextSequence,
        prepared.SpecimenPreparationStepContentItemSequence,
        after.WaveformAnnotationSequence,
    ):
        found = by_concept(items)
        for plant in TEXTS:
            action = (plant.row[column] if column else "") or plant.row["basic_profile"]
            action = "D" if action == "X/D" else action
            told = fault(plant, action, found.get((plant.code, plant.scheme, "TEXT")))
            if told:
                faults.append(f"{plant.row['code_meaning']} {action}: {told}")
    assert faults == []
