"""A profile is read completely: what is sound becomes a Profile, what is not is told with its line."""

import json
import time
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deidpipe.errors import ProfileError, ProfileErrors
from deidpipe.profile import model, shipped
from deidpipe.profile.digest import digest_of
from deidpipe.profile.load import lint, load_profile
from deidpipe.profile.model import Condition, PrivateElement, RepeatingGroup, SiteRule, Tag, TagPath, VrSelector
from deidpipe.profile.rules import ACTION_WORDS
from deidpipe.profile.selectors import VRS
from deidpipe.standard.actions import Action
from deidpipe.standard.options import Option

HEAD = "deidpipe: 1\nname: trial\n"  # two lines: what follows begins in line 3
SCHEMA_FILE = Path(model.__file__).parent / "schema.json"
README = Path(shipped.path_of("basic")).parent / "README.md"


def complaints_about(folder: Path, text: str | bytes, name: str = "trial.yaml") -> list[str]:
    return [str(complaint) for complaint in lint(written(folder, text, name))]


def written(folder: Path, text: str | bytes, name: str = "trial.yaml") -> str:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def rule(selector: str, action: str = "X", more: str = "") -> str:
    """Return a profile with one rule, whose first line is line 4."""
    return f"{HEAD}rules:\n  - {selector}\n    action: {action}\n    why: a reason\n{more}"


def when(condition: str) -> str:
    """Return a profile with one condition, in line 4."""
    return f"{HEAD}quarantine:\n  - when: {condition}\n    why: a reason\n"


NAME = "attribute: PatientName"


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("attribute: PatientName", Tag(0x00100010)),
        ("path: RequestAttributesSequence/AccessionNumber", TagPath((0x00400275, 0x00080050))),
        ('path: "(0040,0275)/00080050"', TagPath((0x00400275, 0x00080050))),
        ("tag: (0008,1030)", Tag(0x00081030)),
        ("tag: 00081030", Tag(0x00081030)),
        ('tag: "0008,103e"', Tag(0x0008103E)),
        ("group: 60xx4000", RepeatingGroup(0xFF01FFFF, 0x60004000)),
        ("private: {creator: SIEMENS MR HEADER}", PrivateElement("SIEMENS MR HEADER", None, None)),
        ('private: {creator: "*", element: "0019,xx0C"}', PrivateElement("*", 0x0019, 0x0C)),
        ('private: {creator: A, element: "(0019,xxxx)"}', PrivateElement("A", 0x0019, None)),
        ("vr: PN", VrSelector("PN")),
    ],
)
def test_a_selector_is_read(tmp_path: Path, selector: str, expected: model.Selector) -> None:
    profile = load_profile(written(tmp_path, rule(selector)))
    assert profile.rules == (SiteRule(expected, Action.REMOVE, "a reason", "trial.yaml:4"),)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("{BurnedInAnnotation: YES}", Condition(0x00280301, model.Test.EQUALS, ("YES",))),
        ("{SoftwareVersions: 1.20}", Condition(0x00181020, model.Test.EQUALS, ("1.20",))),
        ("{StudyID: [0008, no]}", Condition(0x00200010, model.Test.EQUALS, ("0008", "no"))),
        ("{StudyID: {equals: on}}", Condition(0x00200010, model.Test.EQUALS, ("on",))),
        ("{Manufacturer: {contains: [Aloka, GE]}}", Condition(0x00080070, model.Test.CONTAINS, ("aloka", "ge"))),
        ('{StudyID: {matches: "[0-9]+"}}', Condition(0x00200010, model.Test.MATCHES, ("[0-9]+",))),
        ("{StudyID: {exists: false}}", Condition(0x00200010, model.Test.MISSING)),
        ("{StudyID: {not: {exists: true}}}", Condition(0x00200010, model.Test.MISSING)),
        ("{StudyID: {empty: false}}", Condition(0x00200010, model.Test.EMPTY, negated=True)),
        ("{StudyID: {not: [a, b]}}", Condition(0x00200010, model.Test.EQUALS, ("a", "b"), negated=True)),
    ],
)
def test_a_condition_is_read_as_it_is_written(tmp_path: Path, condition: str, expected: Condition) -> None:
    profile = load_profile(written(tmp_path, when(condition)))
    assert profile.quarantine == (model.QuarantineRule((expected,), "a reason", "trial.yaml:4"),)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("AccessionNumber", "0008"),
        ("StudyDescription", "NO"),
        ("SoftwareVersions", "1.20"),
        ("PatientSex", "O"),
        ("PatientAge", "045Y"),
        ("StudyDate", "20240229"),
        ("StudyTime", "235960.5"),
        ("AcquisitionDateTime", "202401+0100"),
        ("PatientWeight", "-1.5e3"),
        ("PatientName", "Dummy^A"),
    ],
)
def test_a_value_is_taken_as_it_is_written(tmp_path: Path, attribute: str, value: str) -> None:
    profile = load_profile(written(tmp_path, rule(f"attribute: {attribute}", "D", f"    value: {value}\n")))
    assert profile.rules[0].value == value


@pytest.mark.parametrize(("word", "action"), ACTION_WORDS.items())
def test_an_action_is_a_letter_or_a_word(tmp_path: Path, word: str, action: Action) -> None:
    selector = "attribute: FrameOfReferenceUID" if action is Action.UID else "attribute: StudyDescription"
    assert load_profile(written(tmp_path, rule(selector, word))).rules[0].action is action


def test_a_profile_replaces_what_it_extends_where_both_name_the_same(tmp_path: Path) -> None:
    base = """deidpipe: 1
name: base
options: [clean-descriptors]
unlisted: remove
identity: {patient_id: "B-{code}", date_shift_days: [-9, -5]}
rules:
  - {attribute: StudyID, action: K, why: base}
  - {attribute: StudyID, action: Z, why: base, when: {Modality: CT}}
  - {vr: PN, action: X, why: base}
quarantine:
  - {when: {Modality: US}, why: base}
"""
    own = """deidpipe: 1
name: own
extends: ./base.yaml
options: [retain-uids]
identity: {uid_root: 1.2.3}
rules:
  - {attribute: StudyID, action: X, why: own}
quarantine:
  - {when: {Modality: SC}, why: own}
"""
    written(tmp_path, base, "base.yaml")
    profile = load_profile(written(tmp_path, own, "own.yaml"))
    assert profile == model.Profile(
        name="own",
        options=frozenset({Option.CLEAN_DESCRIPTORS, Option.RETAIN_UIDS}),
        rules=(
            SiteRule(VrSelector("PN"), Action.REMOVE, "base", "base.yaml:9"),
            SiteRule(Tag(0x00200010), Action.REMOVE, "own", "own.yaml:7"),
        ),
        quarantine=(
            model.QuarantineRule((Condition(0x00080060, model.Test.EQUALS, ("US",)),), "base", "base.yaml:11"),
            model.QuarantineRule((Condition(0x00080060, model.Test.EQUALS, ("SC",)),), "own", "own.yaml:9"),
        ),
        identity=model.IdentityRules("B-{code}", "1.2.3", -9, -5),
        unlisted=model.Unlisted.REMOVE,
    )


@pytest.mark.parametrize(
    ("own", "lists"),
    [
        ("", {model.SafeList.TCIA}),
        ("safe_private: [standard, tcia]\n", set(model.SafeList)),
        ("safe_private: []\n", set()),
    ],
)
def test_the_lists_of_safe_private_elements_are_those_of_the_nearest_profile(
    tmp_path: Path, own: str, lists: set[model.SafeList]
) -> None:
    base = "deidpipe: 1\nname: base\noptions: [retain-safe-private]\n"
    assert load_profile(written(tmp_path, base, "base.yaml")).safe_private == {model.SafeList.STANDARD}
    written(tmp_path, base + "safe_private: [tcia]\n", "base.yaml")
    profile = load_profile(written(tmp_path, HEAD + "extends: ./base.yaml\n" + own, "own.yaml"))
    assert profile.safe_private == lists


def test_extra_options_are_checked_like_those_of_the_file() -> None:
    assert load_profile("basic", ["clean-graphics"]).options == {Option.CLEAN_GRAPHICS}
    with pytest.raises(ProfileError, match=r"option: unknown Option clean-graphic; did you mean clean-graphics\?"):
        load_profile("basic", ["clean-graphic"])
    with pytest.raises(ProfileError, match="exclude each other"):
        load_profile("retain-dates-research", ["retain-longitudinal-full-dates"])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("basci", "profile: no profile basci; did you mean basic?"),
        ("", "shipped are basic"),
        ("a\0b", "no profile a"),
        ("./none.yaml", "none.yaml:1: cannot be read"),
        ("/", ":1: cannot be read"),
    ],
)
def test_a_profile_that_is_not_there_is_told(name: str, words: str) -> None:
    with pytest.raises(ProfileErrors) as told:
        load_profile(name)
    assert words in str(told.value)


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(tmp_path: Path) -> None:
    text = rule(NAME).replace("\n", "\r\n").encode("utf-8-sig")
    assert load_profile(written(tmp_path, text)).rules[0].where == "trial.yaml:4"


def test_the_digest_is_that_of_what_is_asked_for(tmp_path: Path) -> None:
    one = HEAD + "rules:\n  - {vr: PN, action: X, why: x}\n  - {attribute: StudyID, action: K, why: y}\n"
    same = "# moved\nname: trial\nrules:\n  - why: y\n    action: keep\n    tag: '00200010'\n"
    same += "  - {why: x, action: remove, vr: PN}\ndeidpipe: 1\n"
    digest = digest_of(load_profile(written(tmp_path, one)))
    assert digest_of(load_profile(written(tmp_path, same, "other.yaml"))) == digest
    safe = one + "options: [retain-safe-private]\n"
    assert digest_of(load_profile(written(tmp_path, safe))) != digest_of(
        load_profile(written(tmp_path, safe + "safe_private: [tcia]\n"))
    )
    for other in (one.replace("why: x", "why: z"), one.replace("action: K", "action: Z"), one.replace("PN", "ST")):
        assert digest_of(load_profile(written(tmp_path, other))) != digest


def test_the_readme_shows_a_sound_profile(tmp_path: Path) -> None:
    text = README.read_text().split("```yaml\n")[1].split("```")[0]
    assert complaints_about(tmp_path, text) == []
    jsonschema.validate(yaml.safe_load(text), json.loads(SCHEMA_FILE.read_text()))


@pytest.mark.parametrize("name", shipped.names())
def test_a_shipped_profile_is_sound_and_fits_the_schema(name: str) -> None:
    path = shipped.path_of(name)
    schema = json.loads(SCHEMA_FILE.read_text())
    profile = yaml.safe_load(Path(path).read_text())
    assert lint(path) == []
    assert load_profile(name).name == name
    jsonschema.validate(profile, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**profile, "unknown": 1}, schema)


def test_the_schema_knows_the_same_words() -> None:
    schema = json.loads(SCHEMA_FILE.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    known = schema["$defs"]
    assert known["option"]["enum"] == [option.value for option in Option]
    assert known["action"]["enum"] == list(ACTION_WORDS)
    assert known["rule"]["properties"]["vr"]["enum"] == sorted(VRS)


BITS = st.sampled_from(
    [
        "deidpipe: 1\n", "name: x\n", "rules:\n", "options: ", "  - ", "attribute: ", "PatientName", "tag: ", "group: ",
        "60xx3000", "private: ", "creator: ", "when: ", "Modality", "matches: ", "not: ", "action: ", "K", "why: y\n",
        "identity:\n", "  date_shift_days: ", "value: ", "extends: ", "basic", "{", "}", "[", "]", ",", ":", "\n", "\t",
        "&a ", "*a", "!!x ", "'", '"', "|", ">", "-", "#", "?", "\\", "(", "%", "---", "...", "\u2028", "é",
    ]
)  # fmt: skip


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(st.text().map(str.encode), st.binary(), st.lists(BITS, max_size=40).map(lambda b: "".join(b).encode()))
)
def test_any_file_is_either_a_profile_or_told_in_a_moment(tmp_path: Path, data: bytes) -> None:
    path = written(tmp_path, data)
    began = time.process_time()
    complaints = lint(path)
    assert time.process_time() - began < 2
    assert all(complaint.where.startswith("trial.yaml:") for complaint in complaints)
    if not complaints:
        assert load_profile(path).name
