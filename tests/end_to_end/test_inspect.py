"""The inventory from the command line: it holds every value, whoever read it, and a real browser shows it."""

import csv
import json
import os
import random
import re
import shutil
import subprocess
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from pydicom import Dataset, dcmread
from pydicom.datadict import keyword_for_tag
from pydicom.errors import InvalidDicomError

from deidpipe.cli.main import main
from deidpipe.run.inventory import take as module
from tests.datasets import a_dataset, written

SAMPLES = Path(__file__).parents[2] / "sample_data"
KEY = bytes(range(32)).hex()
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HOSTILE = "<img src=x onerror=document.title='owned'></script><script>document.title='owned'</script>"


def inspected(source: Path, out: Path, *words: str) -> Path:
    assert main(["inspect", str(source), "--out", str(out), *words]) in (0, 3)
    return out


def rows(out: Path) -> list[dict[str, object]]:
    con = duckdb.connect()
    answer = con.execute("SELECT * FROM read_parquet(?)", [str(out / "inventory.parquet")])
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return inspected(SAMPLES, tmp_path_factory.mktemp("inspect") / "out", "--profile", "midi-b")


# --- it holds everything ----------------------------------------------------------------------------------------------


def walked(data_set: Dataset, above: str = "") -> Iterator[tuple[str, str]]:
    """Yield path and VR of every element, as pydicom sees them."""
    for element in data_set:
        tag = element.tag
        if tag.is_private and tag.elem >= 0x1000:
            creator = data_set.get((tag.group, tag.elem >> 8))
            name = f"({tag.group:04X},[{creator.value}]{tag.elem & 0xFF:02X})" if creator else ""
        else:
            name = "" if tag.is_private else keyword_for_tag(tag)
        path = f"{above}{name or f'({tag.group:04X},{tag.elem:04X})'}"
        yield path, element.VR
        if element.VR == "SQ":
            for item in element.value:
                yield from walked(item, f"{path}.")


def test_the_counts_of_an_element_add_up_to_how_often_pydicom_finds_it(samples: Path) -> None:
    found: Counter[str] = Counter()
    for path in sorted(SAMPLES.rglob("*")):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if path.is_file() and path.suffix not in (".txt", ".md") and path.name != "film_3_broken.dcm":
                try:
                    read = dcmread(path)
                except InvalidDicomError:
                    read = dcmread(path, force=True)
                found.update(name for name, _ in walked(read))
                found.update(name for name, _ in walked(getattr(read, "file_meta", Dataset())))
    ours: Counter[str] = Counter()
    for row in rows(samples):
        ours[str(row["path"])] += int(str(row["occurrences"]))
    del ours["preamble"]
    assert found
    assert ours == found


def test_a_value_has_its_instances_and_patients(samples: Path) -> None:
    told = {(row["path"], row["value"]): row for row in rows(samples)}
    of_operator = told["OperatorsName", "Tintenfass^Ruprecht"]
    assert of_operator["risk"] == "high"
    modality = [row for (path, _), row in told.items() if path == "Modality"]
    assert sum(int(str(row["instances"])) for row in modality) == 16
    assert {str(row["value"]): row["patients"] for row in modality}["CT"] == 1
    b_value = told["(0019,[SIEMENS MR HEADER]0C)", "0; 1000"]
    assert (b_value["name"], b_value["kind"], b_value["dictionary_vr"]) == ("B_value", "numbers", "IS")


def test_the_proposed_action_is_what_a_run_does(samples: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY)
    out = tmp_path / "run"
    assert main(["run", str(SAMPLES), str(out), "--key", str(tmp_path / "key"), "--profile", "midi-b"]) == 3
    con = duckdb.connect()
    decided = con.execute(
        "SELECT DISTINCT path, vr, action, rule, source, why FROM read_parquet(?)",
        [str(out / "public" / "_deidpipe" / "decisions.parquet")],
    ).fetchall()
    done = {(re.sub(r"\[\d+\]|\[[^]]*\]", "", path), *others) for path, _vr, *others in decided if others[0]}
    proposed = {
        (re.sub(r"\[[^]]*\]", "", str(row["path"])), row["action"], row["rule"], row["source"], row["why"])
        for row in rows(samples)
    }
    # A Private Creator that is nobody's is written by its number in the audit, which is public.
    plain = {one for one in done if not one[0].startswith("(") and ".(" not in one[0]} - {("preamble", *("",) * 4)}
    plain = {one for one in plain if one[0] != "preamble"}
    assert plain
    assert plain <= proposed


def test_the_csv_has_the_same_rows_and_no_formula(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "one").write_bytes(written(a_dataset(SOPInstanceUID="2.25.1", StudyDescription="=1+cmd|x", StudyID="-5")))
    out = inspected(source, tmp_path / "out")
    with (out / "inventory.csv").open(encoding="utf-8", newline="") as file:
        told = {row["path"]: row["value"] for row in csv.DictReader(file)}
    assert (told["StudyDescription"], told["StudyID"]) == ("'=1+cmd|x", "-5")
    assert {row["path"]: row["value"] for row in rows(out)}["StudyDescription"] == "=1+cmd|x"


# --- whoever read it --------------------------------------------------------------------------------------------------


def shuffled(into: Path, seed: int) -> Path:
    """Copy the samples into one folder, in an order of chance."""
    paths = [path for path in sorted(SAMPLES.rglob("*")) if path.is_file()]
    random.Random(seed).shuffle(paths)
    into.mkdir()
    for number, path in enumerate(paths):
        shutil.copyfile(path, into / f"{number:03d}")
    return into


@pytest.mark.parametrize("distinct", ["2", "10000"])
def test_the_inventory_is_the_same_whatever_the_workers_and_the_order(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, distinct: str
) -> None:
    monkeypatch.setattr(module, "_CHUNK", 3)
    outs = [
        inspected(
            shuffled(tmp_path / f"in{seed}", seed),
            tmp_path / f"out{seed}",
            "--workers",
            workers,
            "--distinct",
            distinct,
        )
        for seed, workers in enumerate(("1", "2", "1"))
    ]
    for name in ("inventory.parquet", "inventory.csv", "inventory.html"):
        assert len({(out / name).read_bytes() for out in outs}) == 1, name


def test_an_element_with_too_many_values_says_so_and_lists_the_riskiest(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for number in range(100):
        made = a_dataset(SOPInstanceUID=f"2.25.{number + 1}", PatientID="P", StudyTime="")
        (source / f"{number:03d}").write_bytes(written(made))
    for number in range(30):
        made = a_dataset(SOPInstanceUID=f"2.25.{number + 1000}", PatientID="P", StudyTime=f"{number:06d}")
        (source / f"t{number:03d}").write_bytes(written(made))
    made = a_dataset(SOPInstanceUID="2.25.9999", PatientID="P")
    made.StudyID = "by Jane "
    not_a_time = written(made).replace(b"\x20\0\x10\0SH", b"\x08\0\x30\0TM")
    (source / "u").write_bytes(not_a_time)
    found = [row for row in rows(inspected(source, tmp_path / "out", "--distinct", "25")) if row["path"] == "StudyTime"]
    (rest,) = [row for row in found if row["kind"] == "others"]
    assert rest["value"] == "more than 25 distinct values, 20 of them listed"
    assert rest["instances"] is None
    assert "by Jane" in {row["value"] for row in found}
    assert sum(int(str(row["occurrences"])) for row in found) == 131


# --- for the curator alone --------------------------------------------------------------------------------------------


def test_what_is_written_is_private_and_the_terminal_says_so(
    samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sorted(os.listdir(samples)) == ["inventory.csv", "inventory.html", "inventory.parquet"]
    assert os.stat(samples).st_mode & 0o777 == 0o700
    assert {os.stat(samples / name).st_mode & 0o777 for name in os.listdir(samples)} == {0o600}
    assert main(["inspect", str(SAMPLES), "--top", "3"]) == 3
    told = capsys.readouterr()
    assert "16 Instances of 20 files, 3 patients" in told.out
    assert "Private: this shows values" in told.err
    assert main(["inspect", str(SAMPLES), "--out", str(tmp_path / "public" / "x")]) == 2
    assert not (tmp_path / "public").exists()


def test_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(SAMPLES), "--json", "--top", "2"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert told["files"] | {"reasons": {}} == {
        "inputs": 20,
        "read": 16,
        "not_dicom": 3,
        "unreadable": 1,
        "reasons": {},
    }
    assert [element["risk"] for element in told["elements"]] == ["high", "high"]
    assert told["rows"] == told["high"] + told["medium"] + told["low"]


def test_a_folder_without_dicom_gives_an_empty_inventory(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    assert rows(inspected(source, tmp_path / "out")) == []


# --- in a browser -----------------------------------------------------------------------------------------------------


def in_browser(page: Path, query: str = "") -> str:
    """Return the page as a browser has made it."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed: the page is not looked at in a browser")
    words = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000", "--dump-dom"]
    told = subprocess.run([*words, f"{page.as_uri()}{query}"], capture_output=True, check=True, timeout=120)
    return told.stdout.decode("utf-8")


@pytest.mark.xdist_group("chromium")
def test_a_browser_shows_the_rows_and_obeys_no_value(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    made = a_dataset(SOPInstanceUID="2.25.1", PatientID="P-1", PatientName="Doe^Jane", StudyDescription=HOSTILE[:64])
    made.PatientComments = HOSTILE + " " + "long " * 100
    (source / "one").write_bytes(written(made))
    page = inspected(source, tmp_path / "out") / "inventory.html"
    shown = in_browser(page).partition('<main id="elements">')[2].partition("</main>")[0]
    assert 'data-ready="yes"' in in_browser(page)
    assert "<title>Inventory (private)</title>" in in_browser(page)
    assert "Doe^Jane" in shown
    assert "&lt;img src=x" in shown
    assert "<img" not in shown
    assert re.search(r"show all \d+ characters", shown)
    found = in_browser(page, "#q=doe%5Ejane").partition('<main id="elements">')[2].partition("</main>")[0]
    assert found.count("<article") == 1
    assert "<mark>Doe^Jane</mark>" in found


@pytest.mark.xdist_group("chromium")
def test_a_browser_can_show_thousands_of_rows(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for number in range(60):
        made = a_dataset(SOPInstanceUID=f"2.25.{number + 1}", PatientID=f"P-{number}")
        for low in range(100):
            made.add_new(0x00091100 + low, "LO", f"value {number} of {low}")
        made.add_new(0x00090011, "LO", "NOBODY KNOWS")
        (source / f"{number}").write_bytes(written(made))
    out = inspected(source, tmp_path / "out")
    assert len(rows(out)) > 6000
    shown = in_browser(out / "inventory.html")
    assert shown.count("<article") == 40
    assert "page 1 of 3" in shown
