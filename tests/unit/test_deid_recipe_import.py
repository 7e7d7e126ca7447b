"""Recipes of deid, imported: the ones that deid ships, and a line of each kind."""

import importlib.util
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deidpipe.dicom.dictionary import keyword_of, keywords, tag_of, vr_of
from deidpipe.errors import ProfileError
from deidpipe.profile.importing import Imported, Outcome, import_profile
from deidpipe.profile.load import load_profile
from deidpipe.profile.model import Profile
from deidpipe.profile.ruleset import Place, RuleSet

SAID, DIFFERS, NOT_SAID = Outcome
SEQUENCE = 0x00081140


def shipped_recipes() -> list[Path]:
    found = importlib.util.find_spec("deid")
    folder = Path(found.origin).parent / "data" if found and found.origin else None
    return sorted(folder.glob("deid.dicom*")) if folder else []


def imported(folder: Path, *lines: str, section: str = "%header") -> tuple[Imported, Profile]:
    """Import a recipe of these lines, and load what comes of it."""
    recipe, out = folder / "deid.trial", folder / "trial.yaml"
    recipe.write_text("\n".join(["FORMAT dicom", section, *lines]), encoding="utf-8")
    made = import_profile(str(recipe))
    out.write_text(made.text, encoding="utf-8")
    return made, load_profile(str(out))


def rules_in(text: str) -> list[str]:
    return [re.sub(r',? ?why: ".*"', "", line[4:]) for line in text.splitlines() if line.startswith("  - ")]


def action_for(profile: Profile, keyword: str, *, is_nested: bool = False) -> str:
    tag = tag_of(keyword)
    assert tag is not None
    place = Place((SEQUENCE, tag) if is_nested else (tag,), vr_of(tag), "", vr_of(tag) == "SQ")
    return str(RuleSet(profile).rule_for(place, "ct-image").action)


# --- the recipes that deid ships ---------------------------------------------


def test_deid_is_there_to_be_compared_with() -> None:
    if not shipped_recipes():
        pytest.skip("deid is not installed")
    assert {path.name for path in shipped_recipes()} >= {"deid.dicom", "deid.dicom.xray.chest", "deid.dicom.ultrasound"}


@pytest.mark.parametrize("path", shipped_recipes(), ids=lambda path: path.name)
def test_a_shipped_recipe_is_said_or_told(path: Path, tmp_path: Path) -> None:
    made, out = import_profile(str(path)), tmp_path / "out.yaml"
    out.write_text(made.text, encoding="utf-8")
    profile = load_profile(str(out))
    text = path.read_text(encoding="utf-8").splitlines()
    untold = {remark.entry.line: remark for remark in made.remarks if remark.outcome is NOT_SAID}
    labels = [number for number, line in enumerate(text, start=1) if line.strip().upper().startswith("LABEL")]
    assert set(labels) <= set(untold)
    removed = [(number, line.split()) for number, line in enumerate(text, start=1) if line.startswith("REMOVE ")]
    added = {line.split()[1] for line in text if line.startswith("ADD ")}
    spared = {name for remark in made.remarks for name in remark.names}
    for number, (_, field) in removed:
        if number in untold and number not in _partly(made):
            assert tag_of(field) is None
            continue
        expander, _, word = field.rpartition(":")
        for keyword in _found(expander, word):
            if keyword not in spared | added:
                assert action_for(profile, keyword) == "X", keyword
                assert action_for(profile, keyword, is_nested=True) == "X", keyword


def _partly(made: Imported) -> set[int]:
    return {remark.entry.line for remark in made.remarks if remark.names}


def _found(expander: str, word: str) -> list[str]:
    fits = {"endswith": str.endswith, "startswith": str.startswith, "contains": str.__contains__}
    usable = [keyword for keyword in keywords() if (tag_of(keyword) or 0) >> 16 >= 8]
    return [keyword for keyword in usable if fits[expander](keyword.lower(), word.lower())] if expander else [word]


# --- a line of each kind -----------------------------------------------------


@pytest.mark.parametrize(
    ("line", "rules", "outcome"),
    [
        ("KEEP StudyDescription", ["{attribute: StudyDescription, action: K}"], SAID),
        ("REMOVE StudyDescription", ["{attribute: StudyDescription, action: X}"], SAID),
        ("BLANK StudyDescription", ["{attribute: StudyDescription, action: Z}"], SAID),
        (
            "REPLACE StudyDescription CT of XY # why",
            ['{attribute: StudyDescription, action: D, value: "CT of XY"}'],
            SAID,
        ),
        ("ADD StudyDescription CT", ['{attribute: StudyDescription, action: D, value: "CT"}'], DIFFERS),
        ("KEEP (0008,1030)", ["{attribute: StudyDescription, action: K}"], SAID),
        ("KEEP 00081030", ["{attribute: StudyDescription, action: K}"], SAID),
        ('KEEP (0019,"ACME 1",0C)', ['{private: {creator: "ACME 1", element: "0019,xx0C"}, action: K}'], SAID),
        (
            "REPLACE RequestAttributesSequence__AccessionNumber X",
            ['{path: "RequestAttributesSequence/AccessionNumber", action: D, value: "X"}'],
            SAID,
        ),
        ("REPLACE StudyDescription var:text", ["{attribute: StudyDescription, action: D}"], NOT_SAID),
        ("REPLACE StudyDescription func:text", ["{attribute: StudyDescription, action: D}"], NOT_SAID),
        ("REMOVE StudyDescription func:is_bad", ["{attribute: StudyDescription, action: X}"], DIFFERS),
        ("REMOVE all func:is_bad", [], NOT_SAID),
        ("REPLACE SOPInstanceUID deid_func:pydicom_uuid", [], DIFFERS),
        ("REPLACE PatientID var:id", [], DIFFERS),
        ("JITTER StudyDate 31", [], SAID),
        ("JITTER StudyDate var:days", [], DIFFERS),
        ("REPLACE StudyDate deid_func:jitter days=31", [], SAID),
        ("JITTER Modality 31", [], NOT_SAID),
        ("REPLACE values:names X", [], NOT_SAID),
        ("REMOVE fields:none", [], NOT_SAID),
        ("REMOVE unheard:of", [], NOT_SAID),
        ("REMOVE contains:(", [], NOT_SAID),
        ("REMOVE NoSuchThing", [], NOT_SAID),
        ("REMOVE Rows", [], NOT_SAID),
        ("REMOVE", [], NOT_SAID),
        ("REPLACE StudyDate", [], NOT_SAID),
        ("DELETE StudyDate", [], NOT_SAID),
        ("ADD PatientIdentityRemoved Yes", [], SAID),
        ("ADD DeidentificationMethod mine", [], DIFFERS),
    ],
)
def test_a_line_becomes_rules(tmp_path: Path, line: str, rules: list[str], outcome: Outcome) -> None:
    made, _ = imported(tmp_path, line)
    assert rules_in(made.text) == rules
    assert (made.said, made.differs, made.not_said) == tuple(int(each is outcome) for each in Outcome)


def test_expanders_find_the_attributes_of_the_standard(tmp_path: Path) -> None:
    _, profile = imported(tmp_path, "REMOVE select:VR:PN", "BLANK startswith:Study", "KEEP select:GROUP:0018")
    assert {action_for(profile, keyword_of(tag)) for tag in (0x00100010, 0x00080090, 0x0040A123)} == {"X"}
    assert action_for(profile, "StudyDescription") == "Z"
    assert action_for(profile, "ProtocolName") == "K"


def test_keep_comes_before_add_replace_jitter_remove_and_blank(tmp_path: Path) -> None:
    """In deid the order of the lines does not count; of two lines of one kind the last one does."""
    field, lines = "StudyDescription", ["BLANK {}", "REMOVE {}", "REPLACE {} A", "REPLACE {} B", "KEEP {}"]
    made = [rules_in(imported(tmp_path, *reversed(lines[:many]))[0].text.replace(field, "")) for many in range(1, 6)]
    assert len(made) == 5
    actions = [
        rules_in(imported(tmp_path, *(each.format(field) for each in lines[:many]))[0].text) for many in range(1, 6)
    ]
    assert [each[0].partition("action: ")[2] for each in actions] == [
        "Z}",
        "X}",
        'D, value: "A"}',
        'D, value: "B"}',
        "K}",
    ]


def test_a_group_of_fields_is_used_by_its_name(tmp_path: Path) -> None:
    made, profile = imported(
        tmp_path,
        "FIELD StudyDescription",
        "FIELD endswith:Comments",
        "%header",
        "KEEP fields:mine",
        section="%fields mine",
    )
    assert {action_for(profile, keyword) for keyword in ("StudyDescription", "ImageComments")} == {"K"}
    assert (made.said, made.not_said) == (1, 0)


def test_remove_all_leaves_what_is_kept_and_the_structure(tmp_path: Path) -> None:
    made, profile = imported(tmp_path, "REMOVE ALL", "KEEP Modality", "JITTER StudyDate -20")
    assert profile.unlisted == "remove"
    found = {keyword: action_for(profile, keyword) for keyword in ("Modality", "StudyDate", "PatientID", "PatientSex")}
    assert found == {"Modality": "K", "StudyDate": "C", "PatientID": "X", "PatientSex": "X"}
    assert {action_for(profile, keyword) for keyword in ("Rows", "SOPClassUID", "PixelData")} == {"K"}
    (remark,) = [remark for remark in made.remarks if "BitsStored" in remark.names]
    assert remark.outcome is NOT_SAID


def test_the_day_shift_is_the_one_of_the_recipe(tmp_path: Path) -> None:
    made, profile = imported(tmp_path, "JITTER StudyDate -20", "JITTER SeriesDate -21")
    assert (profile.identity.shift_from, profile.identity.shift_to) == (-20, -20)
    assert (made.said, made.differs) == (1, 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("FORMAT nifti\n%header", "deid.bad:1: format nifti"),
        ("FORMAT dicom\nKEEP Modality", "deid.bad:2: an action before any section"),
        ("FORMAT dicom\n\n%pixels", "deid.bad:3: unknown section %pixels"),
        ("FORMAT dicom\n%filter", "deid.bad:2: a section %filter without a name"),
    ],
)
def test_a_malformed_recipe_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "deid.bad"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError, match=re.escape(told)):
        import_profile(str(path))


def test_a_file_too_large_or_not_there_is_told(tmp_path: Path) -> None:
    path = tmp_path / "deid.large"
    path.write_bytes(b"%header" + b" " * 1_000_001)
    with pytest.raises(ProfileError, match="larger than 1 MB"):
        import_profile(str(path))
    with pytest.raises(ProfileError, match="cannot be read"):
        import_profile(str(tmp_path / "deid.none"))


FIELDS = st.sampled_from(
    [
        "Modality",
        "StudyDate",
        "all",
        "contains:UID",
        "except:Date",
        "select:VR:UI",
        "select:GROUP:0029",
        "fields:a",
        "x:y",
    ]
)
LINES = st.builds(
    "{} {} {}".format,
    st.sampled_from(["KEEP", "ADD", "BLANK", "REPLACE", "JITTER", "REMOVE", "FIELD", "LABEL", "%header", "%values"]),
    st.one_of(FIELDS, st.text(max_size=8)),
    st.sampled_from(["", "5", "var:x", "func:y", "text with #", "\N{SNOWMAN}"]),
)


@given(lines=st.lists(LINES, max_size=5))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_recipe_says_its_profile_can_be_loaded(tmp_path: Path, lines: list[str]) -> None:
    try:
        made, profile = imported(tmp_path, *lines)
    except ProfileError as told:
        assert told.where.startswith("deid.trial:")  # noqa: PT017  # most recipes are sound
    else:
        assert len(profile.rules) == made.rules
