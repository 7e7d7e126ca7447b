"""Same input, profile and key: the same public folder, whoever did the work and in whatever order; references hold."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pydicom
import pytest
from pydicom.dataset import Dataset

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
    "ContentSequence": "D: the tree is replaced, unless Clean Structured Content is on",
}
REFERRING = ("RT ", "Segmentation", "Parametric Map", "Presentation State", "SR ", "Key Object")


def test_only_what_the_table_takes_away_no_longer_resolves(tmp_path: Path) -> None:
    public_of(CORPUS, tmp_path / "out")
    rows = files_of(tmp_path / "out").items()
    pairs = [
        (pydicom.dcmread(CORPUS / name, force=True), pydicom.dcmread(tmp_path / "out" / "public" / row["released_as"]))
        for name, row in rows
        if row["released_as"]
    ]
    new_of = {str(before.SOPInstanceUID): str(after.SOPInstanceUID) for before, after in pairs}
    resolved: set[str] = set()
    for before, after in pairs:
        kind = next((word for word in REFERRING if word in before.SOPClassUID.name), None)
        left = dict(uids_in(after)) if kind else {}
        for place, uid in uids_in(before) if kind else ():
            if not place.endswith("ReferencedSOPInstanceUID") or uid not in new_of:
                continue
            if place in left:
                assert left[place] == new_of[uid], place
                resolved.add(str(kind))
            else:
                assert any(f"{name}[" in place for name in BY_THE_TABLE), place
    assert resolved >= {"RT ", "Segmentation", "Parametric Map", "Presentation State", "SR "}
