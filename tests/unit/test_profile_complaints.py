"""Every mistake in a profile is told with its file, its line and what to do."""

import pickle
from pathlib import Path

import pytest

from deidpipe.errors import ProfileErrors
from deidpipe.profile.load import lint, load_profile

HEAD = "deidpipe: 1\nname: trial\n"  # two lines: what follows begins in line 3


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
BAD_FILES = [
    (b"", 1, "empty; start with"),
    (b"# only a comment\n", 1, "empty"),
    (b"- a\n- b\n", 1, "not written as key: value"),
    (b"just words\n", 1, "not written as key: value"),
    (b"deidpipe: 1\n\tname: x\n", 2, "a tab; indent with spaces"),
    (b"deidpipe: 1\nrules:\n\t- vr: PN\n", 3, "a tab"),
    (b"deidpipe: 1\nname: \xff\xfe\n", 2, "not UTF-8"),
    (b"deidpipe: 1\nname: a\x00b\n", 2, "cannot be seen"),
    (b"deidpipe: 1\nname: [a\n", 3, "not YAML"),
    (b"deidpipe: 1\nname: x\n---\nname: y\n", 3, "a second document"),
    (b"deidpipe: 1\nname: &a x\n", 2, "an anchor"),
    (b"deidpipe: 1\nname: *a\n", 2, "an alias"),
    (b"deidpipe: 1\nname: !!python/object/apply:os.system [ls]\n", 2, "a tag (!)"),
    (b"deidpipe: 1\nname: !!str x\n", 2, "a tag (!)"),
    (b"deidpipe: 1\n<<: {name: x}\nname: x\n", 2, "unknown key <<"),
    (b"deidpipe: 1\nname: x\n? [a]\n: b\n", 3, "a key that is no word"),
    (b"x" * 1_000_001, 1, "larger than 1 MB"),
    (b"a: " + b"[" * 900_000, 1, "nested too deep"),
    (b"a: " + b"{a: " * 200_000, 1, "nested too deep"),
]
BAD_TOPS = [
    ("name: x\n", 1, "format version is missing; begin with the line deidpipe: 1"),
    ("deidpipe: 2\nname: x\n", 1, "format 2 is unknown"),
    ("deidpipe: 1\n", 1, "the name is missing"),
    ("deidpipe: 1\nname:\n", 2, "name is empty"),
    ("deidpipe: 1\nname: [a]\n", 2, "name is not one text"),
    (f"deidpipe: 1\nname: {'x' * 65}\n", 2, "a name that DICOM cannot hold"),
    (HEAD + "name: other\n", 3, "name stands here and in line 2"),
    (HEAD + "option: []\n", 3, "unknown key option in the profile; did you mean options?"),
    (HEAD + "extends: basci\n", 3, "no profile basci; did you mean basic?"),
    (HEAD + "extends: other.yaml\n", 3, "there is no file other.yaml"),
    (HEAD + "extends: trial.yaml\n", 3, "trial.yaml leads back here"),
    (HEAD + "unlisted: drop\n", 3, "unlisted is drop; write keep or remove"),
    (HEAD + "safe_private: [tcia]\n", 3, "safe_private without the Option; add retain-safe-private to options"),
    (HEAD + "options: [retain-safe-private]\nsafe_private: [tica]\n", 4, "unknown list tica; did you mean tcia?"),
    (HEAD + "options: [retain-safe-private]\nsafe_private: tcia\n", 4, "safe_private is not a list"),
    (HEAD + "options: [retain-safe-private]\nsafe_private: [tcia, tcia]\n", 4, "tcia stands twice"),
    (HEAD + "options: clean-descriptors\n", 3, "options is not a list"),
    (HEAD + "options:\n  - clean-graphics\n  - retain-save-private\n", 5, "did you mean retain-safe-private?"),
    (HEAD + "options:\n  - retain_uids\n", 4, "did you mean retain-uids?"),
    (HEAD + "options: [retain-uids, retain-uids]\n", 3, "retain-uids stands twice"),
    (
        HEAD + "options: [retain-longitudinal-full-dates, retain-longitudinal-modified-dates]\n",
        3,
        "exclude each other",
    ),
    (HEAD + "identity: {patient_id: TRIAL}\n", 3, "TRIAL is no pattern with one {code}"),
    (HEAD + 'identity: {patient_id: "{code}{code}"}\n', 3, "no pattern with one {code}"),
    (HEAD + 'identity: {patient_id: "{code}{site}"}\n', 3, "no pattern with one {code}"),
    (HEAD + 'identity: {patient_id: "{code:5}"}\n', 3, "a number from 6 to 20"),
    (HEAD + f'identity: {{patient_id: "{"x" * 55}{{code}}"}}\n', 3, "longer than 64"),
    (HEAD + 'identity: {patient_id: "A^{code}"}\n', 3, "a character that an ID should not have"),
    (HEAD + "identity: {uid_root: 1.02.3}\n", 3, "1.02.3 is no root of UIDs"),
    (HEAD + "identity: {uid_root: 3.1}\n", 3, "3.1 is no root"),
    (HEAD + "identity: {uid_root: 1.40}\n", 3, "1.40 is no root"),
    (HEAD + f"identity: {{uid_root: 1.2.{'9' * 36}}}\n", 3, "a root of more than 39 characters"),
    (HEAD + "identity: {uid_root: 1.2.840.10008.1}\n", 3, "belongs to the Standard"),
    (HEAD + "identity: {date_shift_days: [10, -10]}\n", 3, "ends before it begins"),
    (HEAD + "identity: {date_shift_days: [0, 0]}\n", 3, "shifts nothing"),
    (HEAD + "identity: {date_shift_days: [-36501, 0]}\n", 3, "beyond 36500 days"),
    (HEAD + "identity: {date_shift_days: 30}\n", 3, "date_shift_days is not"),
    (HEAD + "identity: {date_shift_days: [1.5, 2]}\n", 3, "not two whole numbers"),
    (HEAD + "identity: {dates: month}\n", 3, "dates is month; write shift or year"),
    (HEAD + "identity: {shift: 3}\n", 3, "unknown key shift in identity"),
]
BAD_RULES = [
    (HEAD + "rules:\n  - attribute: PatientName\n    action: X\n", 4, "a rule without a reason; add why:"),
    (HEAD + "rules:\n  - attribute: PatientName\n    action: X\n    why: '  '\n", 6, "why is empty"),
    (HEAD + "rules:\n  - attribute: PatientName\n    why: x\n", 4, "a rule without an action"),
    (HEAD + "rules:\n  - action: X\n    why: x\n", 4, "a rule without an Attribute"),
    (HEAD + "rules:\n  - {}\n", 4, "a rule is empty"),
    (HEAD + "rules:\n  - PatientName\n", 4, "a rule is not written as key: value"),
    (rule(NAME, more="    vr: PN\n"), 4, "attribute and vr in one rule"),
    (rule(NAME, more="    reason: x\n"), 7, "unknown key reason in a rule"),
    (rule("attribute: PatientNmae"), 4, "unknown Attribute PatientNmae; did you mean PatientName?"),
    (rule('attribute: "Patient\'s Name"'), 4, "did you mean PatientName?"),
    (rule('attribute: "(0010,0010)"'), 4, "write tag: for a number"),
    (rule("attribute: A/B"), 4, "write path: instead"),
    (rule(NAME, "delete"), 5, "unknown action delete; known are"),
    (rule(NAME, "removed"), 5, "did you mean remove?"),
    (rule(NAME, "k"), 5, "did you mean K?"),
    (rule(NAME, "Z/D"), 5, "unknown action Z/D; choose one code"),
    (rule(NAME, "U"), 4, "U is for UIDs, and this is PN"),
    (rule("attribute: PatientWeight", "clean"), 4, "C is for text, dates, ages and Sequences, and this is DS"),
    (rule(NAME, "clean"), 4, "C is for text"),
    (rule("attribute: SOPInstanceUID"), 4, "an Instance cannot be read without"),
    (rule('tag: "(7FE0,0010)"', "Z"), 4, "an Instance cannot be read without"),
    (rule("attribute: Rows", "D"), 4, "only K is possible"),
    (rule("group: 0028xxxx", "X"), 4, "deidpipe itself writes"),
    (rule("group: 0020xxxx", "X"), 4, "an Instance cannot be read without"),
    (rule("group: xxxx0010", "K"), 4, "reaches File Meta Information"),
    (rule("vr: US"), 4, "among the VR US are Attributes that must stay"),
    (rule("vr: UI", "U"), 4, "among the VR UI are"),
    (rule("vr: pn"), 4, "unknown VR pn; did you mean PN?"),
    (rule("attribute: TransferSyntaxUID", "K"), 4, "not part of the Data Set"),
    (rule('tag: "(0002,0016)"', "K"), 4, "not part of the Data Set"),
    (rule("attribute: PatientIdentityRemoved", "K"), 4, "deidpipe itself writes"),
    (rule('tag: "00280303"', "K"), 4, "deidpipe itself writes"),
    (rule('tag: "0019,100C"', "K"), 4, "is private; write private:"),
    (rule('tag: "(0008,FFF0)"', "K"), 4, "not in the dictionary"),
    (rule('tag: "60xx3000"', "K"), 4, "write group: if x"),
    (rule("tag: 8", "K"), 4, "8 is no tag"),
    (rule("group: '60003000'"), 4, "no repeating group"),
    (rule("group: 0019xx0C"), 4, "is private"),
    (rule("path: PatientName/PatientID"), 4, "PatientName is no Sequence"),
    (rule("path: PatientName//PatientID"), 4, "is no path"),
    (rule("path: RequestAttributeSequence/AccessionNumber"), 4, "did you mean RequestAttributesSequence?"),
    (rule("private: {element: '0019,xx0C'}"), 4, "private without a creator"),
    (rule("private: {creator: X, element: 0019,xx0C}"), 4, "a text with a comma needs quotes"),
    (rule("private: {creator: X, element: '0018,xx0C'}"), 4, "is no private element"),
    (rule("private: {creator: X, element: '0019,100C'}"), 4, "xx for the block"),
    (rule("private: SIEMENS"), 4, "private is not written as key: value"),
    (rule("attribute: StudyDescription", "K", "    value: x\n"), 7, "a value with action K; use action D"),
    (rule("attribute: StudyDescription", "D", "    value: ~\n"), 7, "value is empty"),
]
BAD_VALUES = [
    ("AccessionNumber", "x" * 17, "is longer than the 16 characters of VR SH"),
    ("StudyDescription", "x" * 65, "is longer than the 64 characters of VR LO"),
    ("Manufacturer", "a\\b", "has a backslash"),
    ("Manufacturer", "Müller", "has characters outside ASCII"),
    ("PatientSex", "female", "is no CS: it must be capitals"),
    ("PatientAge", "45", "is no AS"),
    ("StudyDate", "2024-01-01", "is no DA: it must be YYYYMMDD"),
    ("StudyDate", "20230229", "is no day of the calendar"),
    ("StudyTime", "2460", "is no TM"),
    ("AcquisitionDateTime", "20230229120000", "is no day of the calendar"),
    ("FrameOfReferenceUID", "1.02", "is no UI"),
    ("PatientWeight", "heavy", "is no DS"),
    ("ReferencedStudySequence", "x", "cannot be given for VR SQ"),
    ("SmallestImagePixelValue", "0", "cannot be given for VR US"),
]
BAD_CONDITIONS = [
    ("{}", "when is empty"),
    ("CT", "when is not written as key: value"),
    ("{Modalty: CT}", "unknown Attribute Modalty; did you mean Modality?"),
    ("{Modality: }", "an empty value in a condition; write {empty: true}"),
    ("{Modality: []}", "an empty list of values"),
    ("{Modality: ct}", "ct can never occur: a CS is in capitals, 16 at most; write CT"),
    ("{Manufacturer: {like: x}}", "unknown key like in the condition on Manufacturer"),
    ("{Manufacturer: {contain: x}}", "did you mean contains?"),
    ("{Manufacturer: {exists: maybe}}", "exists is neither true nor false"),
    ("{Manufacturer: {not: {contains: a, exists: true}}}", "not takes one test"),
    ("{Manufacturer: {}}", "the condition on Manufacturer is empty"),
    ('{Manufacturer: {matches: "a("}}', "no regular expression"),
    ("{Manufacturer: {matches: " + "a" * 501 + "}}", "more than 500 characters"),
    ("{ReferencedStudySequence: X}", "no text to compare"),
    ("{TransferSyntaxUID: 1.2}", "not part of the Data Set"),
    ("{Modality: CT, Modality: MR}", "Modality stands here and in line 4"),
]


@pytest.mark.parametrize(("text", "line", "words"), [*BAD_FILES, *BAD_TOPS, *BAD_RULES])
def test_a_mistake_is_told_with_its_line_and_what_to_do(
    tmp_path: Path, text: str | bytes, line: int, words: str
) -> None:
    (complaint,) = complaints_about(tmp_path, text)
    assert complaint.startswith(f"trial.yaml:{line}: ")
    assert words in complaint


@pytest.mark.parametrize(("attribute", "value", "words"), BAD_VALUES)
def test_a_value_that_its_vr_does_not_allow_is_told(tmp_path: Path, attribute: str, value: str, words: str) -> None:
    (complaint,) = complaints_about(tmp_path, rule(f"attribute: {attribute}", "D", f"    value: '{value}'\n"))
    assert complaint.startswith(f"trial.yaml:7: value {words}")


@pytest.mark.parametrize(("condition", "words"), BAD_CONDITIONS)
def test_a_wrong_condition_is_told(tmp_path: Path, condition: str, words: str) -> None:
    (complaint,) = complaints_about(tmp_path, when(condition))
    assert complaint.startswith("trial.yaml:4: ")
    assert words in complaint


TWO_RULES = HEAD + "rules:\n  - {{{}, action: X, why: x}}\n  - {{{}, action: K, why: y}}\n"


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (NAME, NAME, "the rule at trial.yaml:4 is for the same"),
        (NAME, 'tag: "(0010,0010)"', "the rule at trial.yaml:4 is for the same"),
        (f"{NAME}, when: {{Modality: [CT, MR]}}", f"{NAME}, when: {{Modality: [CT, MR]}}", "is for the same"),
        (f"{NAME}, when: {{Modality: CT}}", f"{NAME}, when: {{Modality: [CT, MR]}}", "can both hold"),
        (f"{NAME}, when: {{Modality: CT}}", f"{NAME}, when: {{Manufacturer: X}}", "can both hold"),
        ("private: {creator: '*', element: '0019,xx01'}", "private: {creator: A, element: '0019,xxxx'}", "equally"),
        ("private: {creator: A}", "private: {creator: '*', element: '0019,xxxx'}", "equally specific"),
        ("group: 60xx3000", "group: 6000300x", "trial.yaml:4 can fit the same element"),
    ],
)
def test_two_rules_for_the_same_are_a_conflict_that_names_both(
    tmp_path: Path, first: str, second: str, words: str
) -> None:
    (complaint,) = complaints_about(tmp_path, TWO_RULES.format(first, second))
    assert complaint.startswith("trial.yaml:5: ")
    assert words in complaint


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (NAME, f"{NAME}, when: {{Modality: CT}}"),
        (NAME, "vr: PN"),
        (f"{NAME}, when: {{Modality: CT}}", f"{NAME}, when: {{Modality: MR}}"),
        (f"{NAME}, when: {{Modality: CT}}", f"{NAME}, when: {{Modality: {{not: [CT, MR]}}}}"),
        (f"{NAME}, when: {{StudyID: {{exists: false}}}}", f"{NAME}, when: {{StudyID: {{exists: true}}}}"),
        ("group: 60xx3000", "group: 60xx4000"),
        ("private: {creator: '*'}", "private: {creator: A}"),
        ("private: {creator: '*', element: '0019,xx01'}", "private: {creator: A}"),
        ("private: {creator: '*', element: '0019,xx01'}", "private: {creator: A, element: '0021,xxxx'}"),
        ("private: {creator: A}", 'private: {creator: A, element: "0019,xx01"}'),
    ],
)
def test_rules_that_cannot_both_be_the_most_specific_are_no_conflict(tmp_path: Path, first: str, second: str) -> None:
    assert complaints_about(tmp_path, TWO_RULES.format(first, second)) == []


def test_all_mistakes_are_told_at_once_and_survive_pickling(tmp_path: Path) -> None:
    text = HEAD + "options: [x]\nunlisted: maybe\nrules:\n  - vr: PN\n    action: K\n  - vr: XX\n"
    with pytest.raises(ProfileErrors) as told:
        load_profile(written(tmp_path, text))
    lines = [complaint.where for complaint in told.value.complaints]
    assert lines == [f"trial.yaml:{line}" for line in (3, 4, 6, 8, 8, 8)]
    assert told.value.where == "trial.yaml:3"
    assert str(pickle.loads(pickle.dumps(told.value))) == str(told.value)


def test_a_file_of_rubbish_is_given_up_after_a_hundred_complaints(tmp_path: Path) -> None:
    text = HEAD + "rules:\n" + "  - {attribute: PatientNames, action: X, why: y}\n" * 10_000
    complaints = complaints_about(tmp_path, text)
    assert len(complaints) == 101
    assert "stopped after 100" in complaints[-1]


def test_a_mistake_in_what_is_extended_names_that_file(tmp_path: Path) -> None:
    written(tmp_path, HEAD + "unlisted: maybe\n", "base.yaml")
    (complaint,) = complaints_about(tmp_path, HEAD + "extends: base.yaml\n")
    assert complaint.startswith("base.yaml:3: unlisted is maybe")


def test_two_profiles_that_extend_each_other_are_told(tmp_path: Path) -> None:
    written(tmp_path, HEAD + "extends: trial.yaml\n", "base.yaml")
    (complaint,) = complaints_about(tmp_path, HEAD + "extends: base.yaml\n")
    assert complaint.startswith("base.yaml:3: trial.yaml leads back here")


def test_both_date_options_are_told_also_when_one_is_inherited(tmp_path: Path) -> None:
    text = HEAD + "extends: retain-dates-research\noptions: [retain-longitudinal-full-dates]\n"
    (complaint,) = complaints_about(tmp_path, text)
    assert complaint.startswith("trial.yaml:4: full dates and modified dates exclude each other")
