import pytest

from deidpipe.text.recognizers.titled_persons import titled_persons
from tests.unit.text.shelf import found, left


@pytest.mark.parametrize(
    ("text", "person", "rest"),
    [
        ("PET-CT STUDY for Amy Wilson", "Amy Wilson", "PET-CT STUDY"),
        ("Ordered for 8371727310 by PH", "PH", "Ordered for 8371727310"),
        ("liver, Dr. Smith", "Smith", "liver,"),
        ("Dr Young chest", "Young", "chest"),
        ("Dr. med. Müller-Lüdenscheidt", "Müller-Lüdenscheidt", ""),
        ("Prof. Dr. med. Hans Meier", "Hans Meier", ""),
        ("Mrs. van der Berg", "van der Berg", ""),
        ("Mr Brown MRI", "Brown", "MRI"),
        ("Mme Dupont", "Dupont", ""),
        ("Sra. García López", "García López", ""),
        ("Sig.ra Rossi", "Rossi", ""),
        ("Frau Dr. Weiß", "Weiß", ""),
        ("врач Иванов И.И.", "Иванов И.И.", ""),
        ("КТ Иванов И.И.", "Иванов И.И.", "КТ"),
        ("tech: JS chest", "JS", "chest"),
        ("tech JS", "JS", ""),
        ("RT: Jane Doe", "Jane Doe", ""),
        ("operator: DOE^JANE", "DOE^JANE", ""),
        ("Name: Doe, Jane", "Doe, Jane", ""),
        ("patient: John Q. Public, chest", "John Q. Public", ", chest"),
        ("Patient John Public chest", "John Public", "chest"),
        ("pn: Smith", "Smith", ""),
        ("ref by Dr. Smith", "Smith", ""),
        ("ref by Smith", "Smith", ""),
        ("Read by A. Smith.", "A. Smith", "."),
        ("dictated by JS", "JS", ""),
        ("chest, performed by Jane Doe", "Jane Doe", "chest,"),
        ("réalisé par Dupont", "Dupont", ""),
        ("befundet von Meier", "Meier", ""),
        ("Amy Wilson, MD", "Amy Wilson, MD", ""),
        ("chest Amy Wilson RT(R)", "Amy Wilson RT(R)", "chest"),
        ("Name: YOUNG, ROSE", "YOUNG, ROSE", ""),
        ("DR. SMITH", "SMITH", ""),
        ("DR SMITH", "SMITH?", ""),
        ("dr. smith", "smith?", ""),
        ("CT for Wilson", "Wilson?", "CT"),
        ("CT FOR AMY WILSON", "AMY WILSON?", "CT"),
        ("pt Wilson", "Wilson?", ""),
    ],
)
def test_a_person_goes_with_the_cue(text: str, person: str, rest: str) -> None:
    assert person in found(titled_persons, text)
    assert left(titled_persons, text) in (rest, rest.removesuffix("."))


@pytest.mark.parametrize(
    "text",
    [
        "for planning",
        "FOR MRI",
        "FOR PLANNING",
        "protocol for Liver",
        "PROTOCOL FOR LIVER LESION",
        "scan for Staging",
        "by CT",
        "guided by US",
        "patient supine",
        "Patient: supine",
        "PATIENT SUPINE",
        "Patient Position: HFS",
        "MR Liver",
        "MR BRAIN",
        "DR CHEST",
        "DR HAND LEFT",
        "MS Brain",
        "RT Lung",
        "RT: LUNG",
        "tech: CT",
        "ADC FA MD",
        "DTI MD",
        "Abdomen^Routine",
        "Head^BrainPerfusion",
        "acquired by MR",
        "performed by hand",
        "name: unknown",
        "for overlay 1",
        "Source series for image segmentation",
        "NOT FOR CLINICAL USE",
        "Not for diagnostic use, _pwc_32",
        "Radiography for Foreign Body",
        "op 3",
        "ref 12",
        "L. Kidney",
        "T1_mprage_for_Brain",
    ],
)
def test_words_of_imaging_stay(text: str) -> None:
    assert found(titled_persons, text) == []
