import pytest

from deidpipe.text.recognizers.institutions import institutions
from tests.unit.text.shelf import found, left


@pytest.mark.parametrize(
    ("text", "institution", "rest"),
    [
        ("Performed at CHAJH", "CHAJH", ""),
        ("CT performed at Mercy East", "Mercy East", "CT"),
        ("chest CT at St. Mary's Hospital", "St. Mary's Hospital", "chest CT at"),
        ("Springfield General Hospital", "Springfield General Hospital", ""),
        ("SPRINGFIELD MEDICAL CENTER chest", "SPRINGFIELD MEDICAL CENTER", "chest"),
        ("University of Springfield", "University of Springfield", ""),
        ("Springfield University Hospital", "Springfield University Hospital", ""),
        ("Hospital of Springfield", "Hospital of Springfield", ""),
        ("Universitätsklinikum Musterstadt CT", "Universitätsklinikum Musterstadt", "CT"),
        ("Klinikum Musterstadt", "Klinikum Musterstadt", ""),
        ("St. Josef-Krankenhaus", "St. Josef-Krankenhaus", ""),
        ("St.-Anna-Krankenhaus Thorax", "St.-Anna-Krankenhaus", "Thorax"),
        ("Schlossparkklinik", "Schlossparkklinik", ""),
        ("CHU de Nantes", "CHU de Nantes", ""),
        ("Hôpital Saint-Louis", "Hôpital Saint-Louis", ""),
        ("Ospedale San Raffaele", "Ospedale San Raffaele", ""),
        ("Hospital Universitario La Paz", "Hospital Universitario La Paz", ""),
        ("Clínica Sagrada", "Clínica Sagrada", ""),
        ("больница №1", "больница №1", ""),
        ("山田病院", "山田病院", ""),
        ("东方医院 胸部", "东方医院", "胸部"),
        ("서울중앙병원", "서울중앙병원", ""),
        ("Institution: Mercy East", "Mercy East", ""),
        ("Wilson Imaging", "Wilson Imaging?", ""),
    ],
)
def test_an_institution_is_found(text: str, institution: str, rest: str) -> None:
    assert found(institutions, text) == [institution]
    assert left(institutions, text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "performed at rest",
        "Performed at REST",
        "acquired at 3T",
        "acquired at TE 30",
        "done at bedside",
        "Day Hospital",
        "hospital bed",
        "Diffusion Imaging",
        "MR Imaging",
        "Cardiac Imaging",
        "Stress Imaging",
        "Breast Clinic",
        "the clinic",
        "Hospital: unknown",
        "Chest Radiology",
        "病院",
        "他院",
        "大学病院",
        "Department of Radiology",
        "Medical Center",
        "CHEST CLINIC",
        "Radiology",
    ],
)
def test_what_names_no_institution_stays(text: str) -> None:
    assert found(institutions, text) == []
