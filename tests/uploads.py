"""Small invented uploads for tests of whole runs: a few patients, each with a Series of tiny images."""

from pathlib import Path

from tests.datasets import a_dataset, written

CT = "1.2.840.10008.5.1.4.1.1.2"
ROOT = "1.2.826.0.1.9999.31"


def instance(patient: int, number: int, **more: object) -> bytes:
    """Return one Instance of a patient's only Series."""
    attributes: dict[str, object] = {
        "SOPClassUID": CT,
        "SOPInstanceUID": f"{ROOT}.3.{patient}.{number}",
        "StudyInstanceUID": f"{ROOT}.1.{patient}",
        "SeriesInstanceUID": f"{ROOT}.2.{patient}",
        "PatientID": f"UPL-{patient:04d}",
        "PatientName": f"Quastenflosser{patient:03d}^Ottokar",
        "StudyDate": "20190312",
        "Modality": "CT",
        "StudyDescription": f"CT for Quastenflosser{patient:03d}",
        "InstanceNumber": number,
        **more,
    }
    data_set = a_dataset(**attributes)
    data_set.add_new(0x7FE00010, "OW", bytes([number % 256]) * 512)
    return written(data_set)


def make_upload(folder: Path, patients: int = 3, each: int = 8) -> Path:
    """Write the Instances, one folder for each patient."""
    for patient in range(patients):
        below = folder / f"patient {patient}"
        below.mkdir(parents=True)
        for number in range(each):
            (below / f"{number:04d}.dcm").write_bytes(instance(patient, number))
    return folder
