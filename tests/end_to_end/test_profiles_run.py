"""The shipped profiles at work: what they promise is in the files that they release."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread

from deidpipe import deidentify
from deidpipe.cli.main import main
from deidpipe.profile.load import load_profile
from deidpipe.profile.shipped import names
from tests.datasets import a_dataset, written

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_data"
KEY = bytes(range(32))
PET = "1.2.840.10008.5.1.4.1.1.128"
COMMON = {"SOPClassUID": PET, "SOPInstanceUID": "1.2.3", "StudyInstanceUID": "1.2.4", "SeriesInstanceUID": "1.2.5"}


def cleaned(profile: str, **attributes: object) -> Dataset:
    data_set = a_dataset(**COMMON, PatientID="MRN-1", Modality="PT", **attributes)
    return deidentify(dcmread(BytesIO(written(data_set))), key=KEY, profile=profile)


@pytest.mark.parametrize("name", names())
def test_every_shipped_profile_releases_the_samples(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(SAMPLES), str(tmp_path / "out"), "--profile", name, "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    hides = "clean-pixel-data" in load_profile(name).options  # the Instance that says that its pixels show a name
    assert (told["released"], told["quarantined"]) == ((15, 2) if hides else (14, 3))
    assert main(["audit", "verify", str(tmp_path / "out")]) == 0


def test_safe_harbor_leaves_years_and_no_age_over_89() -> None:
    found = cleaned(
        "hipaa-safe-harbor",
        PatientAge="097Y",
        PatientBirthDate="19230405",
        StudyDate="20200607",
        StudyTime="101112",
        AcquisitionDateTime="20200607101112.5+0100",
        RadiopharmaceuticalInformationSequence=[
            a_dataset(RadiopharmaceuticalStartDateTime="20200607090000", RadiopharmaceuticalStartTime="090000")
        ],
    )
    assert (found.PatientAge, found.PatientBirthDate) == ("090Y", "")
    assert (found.StudyDate, found.StudyTime, found.AcquisitionDateTime) == ("20200101", "101112", "2020")
    dose = found.RadiopharmaceuticalInformationSequence[0]
    assert (dose.RadiopharmaceuticalStartDateTime, dose.RadiopharmaceuticalStartTime) == ("2020", "090000")
    assert found.LongitudinalTemporalInformationModified == "MODIFIED"


@pytest.mark.parametrize("profile", ["tcia", "midi-b"])
def test_tcia_keeps_the_patient_apart_from_the_name_and_caps_ages(profile: str) -> None:
    found = cleaned(
        profile,
        PatientName="Doe^Jane",
        PatientAge="091Y",
        PatientSex="F",
        StudyDescription="Doe, Jane",
        SeriesDescription="PET WB for Jane Doe MRN-1",
    )
    assert found.PatientName == found.PatientID
    assert (found.PatientAge, found.PatientSex) == ("090Y", "F")
    assert (found.StudyDescription, found.SeriesDescription) == ("", "PET WB")
    codes = [item.CodeValue for item in found.DeidentificationMethodCodeSequence]
    assert codes == ["113100", "113104", "113105", "113107", "113108", "113109", "113111"]  # none for pixels


@pytest.mark.parametrize(("number", "stays"), [("20190305", False), ("3", True), ("1999", True)])
def test_a_date_planted_as_series_number_goes(number: str, *, stays: bool) -> None:
    assert (cleaned("midi-b", SeriesNumber=number).SeriesNumber is not None) is stays


def test_deny_by_default_keeps_what_is_listed_and_nothing_else() -> None:
    found = cleaned(
        "deny-by-default",
        SliceThickness="2.5",
        FilterMaterial="COPPER",
        PatientBodyMassIndex="31.2",
        CountsSource="EMISSION",
        PerformedStationNameCodeSequence=[a_dataset(CodeValue="X")],
        AnatomicRegionSequence=[a_dataset(CodeValue="T-1", PatientBodyMassIndex="31.2")],
    )
    assert (found.SliceThickness, found.CountsSource) == (2.5, "EMISSION")
    assert "PatientBodyMassIndex" not in found
    assert "PerformedStationNameCodeSequence" not in found
    assert [element.keyword for element in found.AnatomicRegionSequence[0]] == ["CodeValue"]


def test_a_run_tells_how_it_conforms_and_what_research_lacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "key").write_text(KEY.hex())
    for name in ("one", "other"):
        assert main(["run", str(SAMPLES), str(tmp_path / name), "--key", str(tmp_path / "key"), "--json"]) == 3
        lost = json.loads(capsys.readouterr().out)["utility_lost"]
    assert {
        "modality": "PT",
        "reason": "SUV",
        "attribute": "PatientWeight",
        "became": "removed",
        "instances": 1,
    } in lost
    for file in ("conformance.md", "conformance.html"):
        one, other = ((tmp_path / name / "public" / "_deidpipe" / file).read_text() for name in ("one", "other"))
        assert one == other
        assert "PatientWeight" in one
        assert str(tmp_path) not in one


def test_plan_tells_what_research_would_lack(capsys: pytest.CaptureFixture[str]) -> None:
    heading = "\nNeeded for research, and not in the output as it was\n"
    assert main(["plan", str(SAMPLES), "--profile", "basic"]) == 3
    told = capsys.readouterr().out
    assert heading in told
    assert "diffusion" in told
    assert main(["plan", str(SAMPLES), "--profile", "tcia"]) == 3
    assert heading not in capsys.readouterr().out  # the profile keeps it, b-values too


def test_profiles_are_compared(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "diff", "tcia", "midi-b"]) == 0
    assert "SeriesNumber  K     Z where its conditions hold, else K\n" in capsys.readouterr().out
    assert main(["profile", "diff", "basic", "basic"]) == 0
    assert capsys.readouterr().out == "basic and basic do the same to every Attribute\n"
    assert main(["profile", "diff", "basic", "deny-by-default", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {"what": "unlisted", "first": "keep", "second": "remove"} in told["settings"]
    assert all(set(group) == {"vr", "first", "second", "attributes"} for group in told["unlisted"])
