"""A planted-identity collection, and the score of tools that do nothing, everything, or half."""

import csv
import json
import re
import shutil
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydicom import dcmread

from deidpipe.cli.main import main
from deidpipe.synth.collection import Made, Order, make
from deidpipe.synth.key import RETAINING, Category, Row, read_answers, read_identities
from deidpipe.synth.matching import read_crosswalk
from deidpipe.synth.path import element_at
from deidpipe.synth.score import Score, score
from deidpipe.synth.templates import FAMILIES

SAMPLES = Path(__file__).parents[2] / "sample_data"


def made(out: Path, seed: int = 1) -> Made:
    return make(Order(str(SAMPLES), str(out), seed, FAMILIES), lambda *_: None)


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("synth") / "out"
    made(out)
    return out


def scored(collection: Path, result: Path, crosswalk: Path | None = None) -> Score:
    told = [read_crosswalk(str(crosswalk))] if crosswalk else []
    return score(str(collection / "answers.csv"), str(result), *told)


def follow(collection: Path, result: Path) -> None:
    """Do to a copy of the collection what each row asks, and nothing else."""
    by_file: dict[str, list[Row]] = defaultdict(list)
    for row in read_answers(str(collection / "answers.csv")):
        by_file[row.file].append(row)
    for name, rows in by_file.items():
        data_set = dcmread(collection / "data" / name)
        for row in rows:
            element = element_at(data_set, row.path)
            if row.kind == "type 2 missing":
                setattr(data_set, row.attribute, "")
            if element is None:
                continue
            match row.category:
                case Category.TEXT_REMOVED if element.VR in ("PN", "DA", "AS", "IS", "UN"):
                    element.value = {"UN": b"", "PN": "Nobody"}.get(element.VR, "")
                case Category.TEXT_REMOVED:
                    words = sorted(row.words, key=len, reverse=True)
                    text = " ".join(str(element.value).split())
                    element.value = re.sub("|".join(map(re.escape, words)), " ", text, flags=re.IGNORECASE)
                case Category.PATID_CONSISTENT:
                    element.value = f"NEW-{row.expected[::-1]}-{len(row.expected)}".translate(
                        str.maketrans("0123", "abcd")
                    )
                case Category.UID_CHANGED:
                    element.value = f"2.25.{int.from_bytes(row.expected.encode()[-14:], 'big')}"
                case Category.DATE_SHIFTED:
                    day = datetime.strptime(row.expected[:8], "%Y%m%d") - timedelta(100)
                    element.value = f"{day:%Y%m%d}{row.expected[8:]}"
        data_set.file_meta.MediaStorageSOPInstanceUID = data_set.SOPInstanceUID
        target = result / name
        target.parent.mkdir(parents=True, exist_ok=True)
        data_set.save_as(target)


def test_a_tool_that_does_what_the_key_asks_gets_all(collection: Path, tmp_path: Path) -> None:
    follow(collection, tmp_path)
    result = scored(collection, tmp_path)
    assert [(wrong.row.file, wrong.row.path, wrong.row.category, wrong.row.kind) for wrong in result.wrong] == []
    assert result.total.percent == 100
    assert result.missing == 0


def test_an_untouched_copy_keeps_all_and_changes_nothing(collection: Path) -> None:
    result = scored(collection, collection / "data")
    for category, tally in result.by_category.items():
        missing = sum(wrong.row.category is category and wrong.row.kind == "type 2 missing" for wrong in result.wrong)
        assert (tally.right if category not in RETAINING else tally.wrong - missing) == 0, category
    assert result.leaks.found > 20


def test_a_file_that_is_missing_has_all_its_actions_wrong(collection: Path, tmp_path: Path) -> None:
    whole = scored(collection, collection / "data")
    shutil.copytree(collection / "data", tmp_path / "data")
    gone = sorted((tmp_path / "data").rglob("*.dcm"))[0]
    gone.unlink()
    result = scored(collection, tmp_path / "data")
    name = str(gone.relative_to(tmp_path / "data"))
    rows = [row for row in read_answers(str(collection / "answers.csv")) if row.file == name]
    assert result.missing == 1
    assert sum(wrong.row.file == name for wrong in result.wrong) == len(rows)
    assert result.total.right < whole.total.right


def test_one_day_more_in_one_date_is_found(collection: Path, tmp_path: Path) -> None:
    follow(collection, tmp_path)
    rows = [row for row in read_answers(str(collection / "answers.csv")) if row.category is Category.DATE_SHIFTED]
    row = next(row for row in rows if row.path == "00080020")
    data_set = dcmread(tmp_path / row.file)
    data_set.StudyDate = f"{datetime.strptime(data_set.StudyDate, '%Y%m%d') + timedelta(1):%Y%m%d}"
    data_set.save_as(tmp_path / row.file)
    assert [(wrong.row.file, wrong.row.path) for wrong in scored(collection, tmp_path).wrong] == [(row.file, row.path)]


def test_a_run_of_ours_is_matched_with_and_without_its_crosswalk(collection: Path, tmp_path: Path) -> None:
    status = main(["run", str(collection / "data"), str(tmp_path / "run"), "--profile", "midi-b"])
    assert status in (0, 3)
    public, crosswalk = tmp_path / "run" / "public", tmp_path / "run" / "private" / "crosswalk"
    with_it, without = scored(collection, public, crosswalk), scored(collection, public)
    assert with_it.by_category[Category.UID_CONSISTENT].percent > 80
    assert without.missing == with_it.missing
    assert abs(without.total.percent - with_it.total.percent) < 5


def test_the_same_seed_makes_the_same_collection(collection: Path, tmp_path: Path) -> None:
    made(tmp_path / "again")
    files = sorted(path.relative_to(collection) for path in collection.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(tmp_path / "again") for path in (tmp_path / "again").rglob("*.*"))
    assert all((collection / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in files)


def test_nothing_of_the_source_identifies_in_a_collection(collection: Path) -> None:
    """What identities.txt lists is of the source, and only private elements may still have it."""
    told = set((SAMPLES / "identities.txt").read_text(encoding="utf-8").splitlines())
    told -= {"Ueberschwaeng"}  # of a free text only, so no header tells that it is a name
    for path in (collection / "data").rglob("*.dcm"):
        public = dcmread(path)
        public.remove_private_tags()
        public.PixelData = b""
        text = str(public)
        assert [word for word in told if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)] == []


def test_files_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    result = made(tmp_path / "out")
    assert result.files + sum(result.skipped.values()) == sum(path.is_file() for path in SAMPLES.rglob("*"))
    assert result.files == len(list((tmp_path / "out" / "data").rglob("*.dcm")))
    assert {each.patient_id for each in read_identities(str(tmp_path / "out" / "identities.csv"))}


def test_the_command_line_tells_what_is_wrong_without_values(
    collection: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["score", str(collection / "answers.csv"), str(collection / "data"), "--json", "--wrong"]
    assert main([*words, str(tmp_path / "wrong.csv")]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["leaks"]["found"] > 0
    text = (tmp_path / "wrong.csv").read_text(encoding="utf-8")
    assert len(list(csv.reader(text.splitlines()))) == told["wrong"] + 1
    names = {each.value for each in read_identities(str(collection / "identities.csv")) if each.kind == "name"}
    assert not any(f",{name}," in text or f"|{name}" in text for name in names)
    assert main([*words, str(tmp_path / "values.csv"), "--show-values"]) == 1
    assert any(name in (tmp_path / "values.csv").read_text(encoding="utf-8") for name in names)


def test_out_must_be_new(collection: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["synth", str(SAMPLES), str(collection), "--seed", "1"]) == 2
    assert "is there already" in capsys.readouterr().err
