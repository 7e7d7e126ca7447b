"""Structured reports, key objects and presentation states of real senders: nobody is named, all references resolve."""

import re
import subprocess
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import UID_dictionary

from tests.end_to_end.canary_run import run
from tests.shared import csv_rows, shared_folder

pytestmark = [pytest.mark.xdist_group("structured"), pytest.mark.filterwarnings("ignore")]

CORPUS = shared_folder("corpus")
SAMPLE = Path(__file__).parents[2] / "sample_data"
PLACES = ("modality/SR_KO", "modality/SEG_PM_RWV", "modality/SM", "modality/ECG", "transfer_syntax")
SR, KEY_OBJECT = "1.2.840.10008.5.1.4.1.1.88.", "1.2.840.10008.5.1.4.1.1.88.59"
PRESENTATION_STATE = "1.2.840.10008.5.1.4.1.1.11."
CLEANS = ("--option", "clean-structured-content", "--option", "clean-graphics")
GO = frozenset(
    (row["code_value"], row["coding_scheme"], row["value_type"])
    for row in csv_rows(shared_folder("ps315") / "table_e3_4_1.csv")
    if row["basic_profile"] == "X"
)
NO_INSTANCE = ("CodingSchemeUID", "ReferencedSOPClassUID")
NOBODY = frozenset({"REMOVED", "Enter", "text"})  # a dummy; "Enter text", which a template has for names
_DAY = re.compile(r"\b\d{1,2}[./-]\d{1,2}[./-]\d{4}\b|\b\d{4}-\d\d-\d\d\b")
_UID = re.compile(r"UID [0-9.]+$")


class Pair(NamedTuple):
    path: Path
    before: Dataset
    after: Dataset
    released: Path


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("in")
    files = [path for place in PLACES for path in (CORPUS / place).iterdir()]
    files += [CORPUS / "modality/MR/deidentification__modality_SR", *SAMPLE.rglob("*.dcm")]
    for path in files:
        (folder / path.name).symlink_to(path)
    return folder


def pairs_of(source: Path, out: Path, *words: str) -> dict[str, Pair]:
    found = {}
    for name, row in run(source, out, *words).items():
        if row["outcome"] == "released":
            path = out / "public" / row["released_as"]
            found[name] = Pair(source / name, dcmread(source / name, force=True), dcmread(path), path)
    return found


@pytest.fixture(scope="module")
def basic(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pair]:
    return pairs_of(source, tmp_path_factory.mktemp("basic") / "out")


@pytest.fixture(scope="module")
def clean(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pair]:
    return pairs_of(source, tmp_path_factory.mktemp("clean") / "out", *CLEANS)


def documents(pairs: Mapping[str, Pair], start: str = SR) -> list[Pair]:
    found = [pair for pair in pairs.values() if str(pair.before.SOPClassUID).startswith(start)]
    assert found
    return found


def items(data_set: Dataset) -> Iterator[Dataset]:
    for item in data_set.get("ContentSequence") or []:
        yield item
        yield from items(item)


def uids(data_set: Dataset) -> set[str]:
    elements = (e for e in data_set.iterall() if e.VR == "UI" and e.value and e.keyword not in NO_INSTANCE)
    values = (element.value for element in elements)
    each = (str(uid) for value in values for uid in ([value] if isinstance(value, str) else value))
    return {uid for uid in each if uid not in UID_dictionary and not uid.startswith("1.2.840.10008.")}


def persons(data_set: Dataset) -> set[str]:
    elements = (element for element in data_set.iterall() if element.VR == "PN" and element.value)
    words = (word for element in elements for word in re.split(r"[\^=\s,]+", str(element.value)))
    return {word for word in words if len(word) > 3}


def texts(data_set: Dataset) -> set[str]:
    return {
        str(element.value)
        for element in data_set.iterall()
        if element.VR in ("PN", "LO", "SH", "ST", "LT", "UT", "UC", "DA", "DT") and element.value
        if element.keyword not in ("CodeMeaning", "Manufacturer")  # codes stay; the Table lists no Manufacturer
    }


# --- with the Options ------------------------------------------------------------------------------------------------


def test_no_person_and_no_original_uid_is_left(clean: Mapping[str, Pair], basic: Mapping[str, Pair]) -> None:
    for pair in (*documents(clean), *documents(clean, PRESENTATION_STATE), *documents(basic)):
        assert not uids(pair.before) & uids(pair.after), pair.path.name
        left = texts(pair.after)
        for word in persons(pair.before) - NOBODY:
            assert not [text for text in left if word in text], pair.path.name
        assert not [text for text in left if _DAY.search(text)], pair.path.name
    for pair in documents(basic):
        left = texts(pair.after)
        for item in items(pair.before):
            text = item.get("TextValue")
            assert not text or text not in left, pair.path.name


def test_what_a_report_tells_of_the_finding_stays(clean: Mapping[str, Pair]) -> None:
    before, after = (
        [str(item.TextValue) for pair in documents(clean) for item in items(data_set(pair)) if item.get("TextValue")]
        for data_set in (lambda pair: pair.before, lambda pair: pair.after)
    )
    assert "16 year old with right knee pain after an injury playing basketball." in after
    stayed = [text for text in before if text in after]
    assert len(stayed) > len(before) * 3 // 4
    assert sum(map(len, stayed)) > sum(map(len, before)) * 3 // 4
    assert not [text for text in after if "Redlands" in text or "Federkiel" in text]  # a clinic, a physician


def test_numbers_codes_and_coordinates_stay(clean: Mapping[str, Pair]) -> None:
    counts = {"NUM": 0, "CODE": 0, "SCOORD": 0}
    for pair in documents(clean):
        before, after = (
            [measured(item) for item in items(data_set) if item.get("ValueType") in counts]
            for data_set in (pair.before, pair.after)
        )
        assert before == after, pair.path.name
        for value_type, *_ in after:
            counts[str(value_type)] += 1
    assert min(counts.values()) > 4


def measured(item: Dataset) -> tuple[object, ...]:
    value = [(v.get("NumericValue"), codes(v, "MeasurementUnits")) for v in item.get("MeasuredValueSequence") or []]
    return item.ValueType, codes(item, "ConceptName"), value, codes(item, "Concept"), str(item.get("GraphicData"))


def codes(item: Dataset, name: str) -> list[tuple[str, str]]:
    sequence = item.get(f"{name}CodeSequence") or []
    return [(str(code.get("CodeValue")), str(code.get("CodingSchemeDesignator"))) for code in sequence]


def test_what_resolved_before_resolves_after(clean: Mapping[str, Pair]) -> None:
    new_name = {str(pair.before.SOPInstanceUID): str(pair.after.SOPInstanceUID) for pair in clean.values()}
    resolved = 0
    for pair in (*documents(clean), *documents(clean, PRESENTATION_STATE)):
        before, after = referenced(pair.before, but=GO), referenced(pair.after)
        expected = [new_name[uid] for uid in before if uid in new_name]
        resolved += len(expected)
        assert not set(expected) - set(after), pair.path.name
        if set(before) <= in_evidence(pair.before):
            assert set(after) <= in_evidence(pair.after), pair.path.name
    assert resolved > 4  # the key object, the report and the presentation state of the samples among them


def referenced(data_set: Dataset, but: frozenset[tuple[str, str, str]] = frozenset()) -> list[str]:
    """Return the Instances that the tree refers to, but for some concepts; of what is no document, all of them."""
    holders = list(items(data_set)) if "ContentSequence" in data_set else [data_set]
    holders = [
        each for each in holders if not any((*c, each.get("ValueType")) in but for c in codes(each, "ConceptName"))
    ]
    return [
        str(element.value)
        for holder in holders
        for element in (holder.iterall() if holder is data_set else own(holder).iterall())
        if element.keyword == "ReferencedSOPInstanceUID"
    ]


def own(item: Dataset) -> Dataset:
    """Return a Content Item without those that it holds."""
    alone = Dataset()
    alone.update({element.tag: element for element in item if element.keyword != "ContentSequence"})
    return alone


def in_evidence(data_set: Dataset) -> set[str]:
    evidence = data_set.get("CurrentRequestedProcedureEvidenceSequence") or []
    return {str(e.value) for item in evidence for e in item.iterall() if e.keyword == "ReferencedSOPInstanceUID"}


def test_a_key_object_stays_usable(clean: Mapping[str, Pair], basic: Mapping[str, Pair]) -> None:
    for pair in documents(clean, KEY_OBJECT):
        assert referenced(pair.before)
        assert len(referenced(pair.after)) == len(referenced(pair.before))
    for pair in documents(basic, KEY_OBJECT):
        assert [item.TextValue for item in items(pair.after)] == ["REMOVED"]


def test_an_annotation_keeps_its_place_and_loses_its_text(clean: Mapping[str, Pair]) -> None:
    annotated = 0
    for pair in documents(clean, PRESENTATION_STATE):
        for old, new in zip(graphics(pair.before), graphics(pair.after), strict=True):
            annotated += 1
            assert old == new
        for annotation in pair.after.get("GraphicAnnotationSequence") or []:
            for text in annotation.get("TextObjectSequence") or []:
                assert text.UnformattedTextValue == "REMOVED"
        assert not [element for element in pair.after if element.tag.group >> 8 in (0x50, 0x60)]
    assert annotated


def graphics(data_set: Dataset) -> list[tuple[str, str]]:
    return [
        (element.keyword, str(element.value))
        for annotation in data_set.get("GraphicAnnotationSequence") or []
        for element in annotation.iterall()
        if element.VR in ("FL", "FD", "US") or element.keyword in ("GraphicType", "GraphicLayer")
    ]


def test_a_report_is_as_valid_as_it_was(clean: Mapping[str, Pair], basic: Mapping[str, Pair]) -> None:
    try:
        subprocess.run(["dciodvfy", "-version"], capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("dciodvfy is not installed")
    for pair in (*documents(clean), *documents(basic)):
        assert errors(pair.released) <= errors(pair.path), pair.path.name


def errors(path: Path) -> set[str]:
    """Return what dciodvfy calls an error, whatever the UID it is told of."""
    told = subprocess.run(["dciodvfy", str(path)], capture_output=True, check=False)
    lines = (told.stderr + told.stdout).decode("latin-1").splitlines()
    return {_UID.sub("UID", line) for line in lines if line.startswith("Error")}


# --- what nobody can look into ---------------------------------------------------------------------------------------


def test_waveforms_and_documents_are_refused_unless_the_site_names_them(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "ecg").symlink_to(CORPUS / "modality/ECG/dicom-ecg-plot__anonymous_ecg.dcm")
    pdf = dcmread(next(SAMPLE.rglob("IM_0001.dcm")))
    pdf.SOPClassUID = pdf.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.104.1"
    pdf.SOPInstanceUID = pdf.file_meta.MediaStorageSOPInstanceUID = "2.25.4711"
    pdf.EncapsulatedDocument = b"%PDF-1.4 Invented"
    del pdf.PixelData
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pdf.save_as(folder / "pdf")
    reasons = {name: row["reason"] for name, row in run(folder, tmp_path / "refused").items()}
    assert reasons == {"ecg": "waveform", "pdf": "encapsulated-document"}
    profile = tmp_path / "trial.yaml"
    profile.write_text(
        "deidpipe: 1\nname: trial\nextends: basic\nrules:\n"
        "  - {attribute: EncapsulatedDocument, action: keep, why: each page was read}\n"
        "  - {attribute: WaveformSequence, action: keep, why: the trial is about ECGs}\n"
    )
    rows = run(folder, tmp_path / "out", "--profile", str(profile))
    released = {name: dcmread(tmp_path / "out/public" / row["released_as"]) for name, row in rows.items()}
    assert released["pdf"].EncapsulatedDocument.startswith(b"%PDF-1.4 Invented")
    before = dcmread(folder / "ecg").WaveformSequence
    assert [group.WaveformData for group in released["ecg"].WaveformSequence] == [g.WaveformData for g in before]
