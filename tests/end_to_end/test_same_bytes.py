"""Same input, profile and key: the same public folder, whoever did the work and in whatever order; references hold."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, KeyObjectSelectionDocumentStorage

from deidpipe.cli.main import main
from tests.end_to_end.canary_run import KEY, files_of
from tests.shared import shared_folder

pytestmark = [pytest.mark.xdist_group("same bytes"), pytest.mark.filterwarnings("ignore")]

CORPUS = shared_folder("corpus")
SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"
STUDIES = CORPUS / "studies"
OPTIONS = ["--option", "retain-longitudinal-modified-dates", "--option", "retain-safe-private"]


class Collection(NamedTuple):
    source: Path
    out: Path


def public_of(source: Path, out: Path, *words: str, key: str = KEY) -> dict[str, bytes]:
    """De-identify a folder; return what every file below public/ holds."""
    out.parent.mkdir(parents=True, exist_ok=True)
    (out.parent / "project-key").write_text(key)
    assert main(["run", str(source), str(out), "--key", str(out.parent / "project-key"), *words]) in (0, 3)
    files = (path for path in (out / "public").rglob("*") if path.is_file())
    return {str(path.relative_to(out / "public")): path.read_bytes() for path in files}


@pytest.fixture(scope="module", params=[SAMPLES, CORPUS / "charset", CORPUS / "modality"], ids=lambda path: path.name)
def once(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, bytes]]:
    source: Path = request.param
    public = public_of(source, tmp_path_factory.mktemp("once") / "out", *OPTIONS)
    assert any(name.startswith("_deidpipe") and name.endswith(".parquet") for name in public)
    return source, public


def test_two_workers_in_another_folder_write_the_same_bytes(
    once: tuple[Path, Mapping[str, bytes]], tmp_path: Path
) -> None:
    source, public = once
    assert public_of(source, tmp_path / "else where" / "out", *OPTIONS, "--workers", "2") == public


def test_input_in_another_order_gives_the_same_bytes(once: tuple[Path, Mapping[str, bytes]], tmp_path: Path) -> None:
    source, public = once
    copy = tmp_path / "in"
    for path in sorted((path for path in source.rglob("*") if path.is_file()), reverse=True):
        (copy / path.relative_to(source)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy / path.relative_to(source))
    assert public_of(copy, tmp_path / "out", *OPTIONS) == public


def test_names_of_the_input_change_nothing(tmp_path: Path) -> None:
    source = STUDIES / "dicognito_multipatient"
    seen: set[str] = set()
    for number, path in enumerate(sorted(source.rglob("*.dcm"))):
        uid = str(pydicom.dcmread(path).SOPInstanceUID)
        if uid not in seen:  # of files that share one, the first by name is taken
            for folder, name in (("one", f"{number:03}"), ("two", f"{999 - number:03}/x")):
                target = tmp_path / folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
        seen.add(uid)
    assert public_of(tmp_path / "one", tmp_path / "out1") == public_of(tmp_path / "two", tmp_path / "out2")


def test_another_key_gives_other_identities(once: tuple[Path, Mapping[str, bytes]], tmp_path: Path) -> None:
    source, public = once
    other = public_of(source, tmp_path / "out", *OPTIONS, key="c0de" * 16)

    def parts(files: Mapping[str, bytes]) -> set[str]:
        names = [name.removesuffix(".dcm").split("/") for name in files if not name.startswith("_")]
        return {part for name in names for part in name if not part.startswith("no-")}

    assert len(other) == len(public)
    assert not parts(other) & parts(public)


# --- references -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[SAMPLES, STUDIES], ids=lambda path: path.name)
def collection(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Collection:
    out = tmp_path_factory.mktemp("references") / "out"
    public_of(request.param, out)
    return Collection(request.param, out)


def uids_in(data_set: Dataset, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every UID that may name an Instance, a Series, a Study or a Frame of Reference, with its place."""
    for element in data_set:
        if element.VR == "SQ":
            for number, item in enumerate(element.value):
                yield from uids_in(item, f"{path}{element.keyword}[{number}].")
        elif element.VR == "UI" and element.value and not element.keyword.endswith(("ClassUID", "SyntaxUID")):
            values = [element.value] if isinstance(element.value, str) else element.value
            yield from ((f"{path}{element.keyword}", str(value)) for value in values)


def test_what_resolved_before_resolves_after(collection: Collection) -> None:
    rows = files_of(collection.out)
    pairs = [
        (pydicom.dcmread(collection.source / name, force=True), pydicom.dcmread(collection.out / "public" / new))
        for name, row in rows.items()
        if (new := row["released_as"])
    ]
    new_of: dict[str, str] = {}
    for before, after in pairs:
        for keyword in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "FrameOfReferenceUID"):
            if before.get(keyword):
                assert new_of.setdefault(before[keyword].value, after[keyword].value) == after[keyword].value
    assert len(set(new_of.values())) == len(new_of)
    resolved = 0
    for before, after in pairs:
        left = dict(uids_in(after))
        originals = dict(uids_in(before))
        for place, uid in left.items():
            if place in originals and originals[place] in new_of:
                assert uid == new_of[originals[place]], place
                resolved += place.endswith("ReferencedSOPInstanceUID")
        assert not set(left.values()) & {uid for uid in originals.values() if not uid.startswith("1.2.840.10008.")}
    assert resolved > (10 if collection.source == SAMPLES else 20)


BY_THE_TABLE = {  # Sequences that take references to Instances of the collection along under the Basic Profile
    "SourceImageSequence": "X/Z/U*, and PS3.3 requires it nowhere here with Type 1",
    "ContentSequence": "D: the tree is replaced; Clean Structured Content takes (126100, DCM) by Table E.3.4-1",
}
REFERRING = ("RT ", "Segmentation", "Parametric Map", "Presentation State", "SR ", "Key Object")
CLEANED = ["--option", "clean-structured-content", "--option", "clean-graphics"]


@pytest.mark.parametrize(
    ("words", "taken", "of_key_object"),
    [
        (["--profile", "basic"], {"SourceImageSequence", "ContentSequence"}, 3),
        (["--profile", "tcia"], {"ContentSequence"}, 6),
        (["--profile", "tcia", *CLEANED], {"ContentSequence"}, 6),
    ],
    ids=["basic", "tcia", "tcia with clean structured content"],
)
def test_only_what_the_table_takes_away_no_longer_resolves(
    words: list[str], taken: set[str], of_key_object: int, tmp_path: Path
) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "corpus").symlink_to(CORPUS)
    images = sorted((STUDIES / "dicognito_multipatient").rglob("*.dcm"))[:3]
    a_key_object([pydicom.dcmread(path) for path in images]).save_as(source / "key_object.dcm")
    public_of(source, tmp_path / "out", *words)
    pairs = [
        (pydicom.dcmread(source / name, force=True), pydicom.dcmread(tmp_path / "out" / "public" / row["released_as"]))
        for name, row in files_of(tmp_path / "out").items()
        if row["released_as"]
    ]
    new_of = {str(before.SOPInstanceUID): str(after.SOPInstanceUID) for before, after in pairs}
    resolved, gone = dict.fromkeys(REFERRING, 0), set()
    for before, after in pairs:
        kind = next((word for word in REFERRING if word in before.SOPClassUID.name), None)
        left = dict(uids_in(after)) if kind else {}
        for place, uid in uids_in(before) if kind else ():
            if not place.endswith("ReferencedSOPInstanceUID") or uid not in new_of:
                continue
            if place in left:
                assert left[place] == new_of[uid], place
                resolved[str(kind)] += 1
            else:
                gone |= {name for name in BY_THE_TABLE if f"{name}[" in place} or {place}
    assert gone == taken
    assert min(resolved.values()) > 0, resolved
    assert resolved["Key Object"] == of_key_object


def a_key_object(images: Sequence[Dataset]) -> Dataset:
    """Return a Key Object Selection that names images twice: as evidence, and in its content; the corpus has none."""
    evidence, content = [], []
    for image in images:
        reference = Dataset()
        reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = image.SOPClassUID, image.SOPInstanceUID
        series, study, item = Dataset(), Dataset(), Dataset()
        series.SeriesInstanceUID, series.ReferencedSOPSequence = image.SeriesInstanceUID, [reference]
        study.StudyInstanceUID, study.ReferencedSeriesSequence = image.StudyInstanceUID, [series]
        item.RelationshipType, item.ValueType, item.ReferencedSOPSequence = "CONTAINS", "IMAGE", [reference]
        evidence.append(study)
        content.append(item)
    title = Dataset()
    title.CodeValue, title.CodingSchemeDesignator, title.CodeMeaning = "113000", "DCM", "Of Interest"
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID = KeyObjectSelectionDocumentStorage
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID = "1.2.826.0.1.99.1"
    made.StudyInstanceUID, made.SeriesInstanceUID = images[0].StudyInstanceUID, "1.2.826.0.1.99.2"
    made.PatientName, made.PatientID = images[0].PatientName, images[0].PatientID
    made.Modality, made.SeriesNumber, made.InstanceNumber = "KO", 1, 1
    made.ValueType, made.ConceptNameCodeSequence, made.ContinuityOfContent = "CONTAINER", [title], "SEPARATE"
    made.CurrentRequestedProcedureEvidenceSequence, made.ContentSequence = evidence, content
    return made
