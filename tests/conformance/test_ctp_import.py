"""The scripts that CTP publishes, imported: for each entry in force deidpipe does what CTP does, or it is told.

What CTP does stands here in a table of our own, read from the expressions by other means than the import's.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deidpipe.cli.main import main
from deidpipe.dicom.dictionary import keyword_of, keywords, tag_of, vr_of
from deidpipe.errors import ProfileError
from deidpipe.plan.conditions import met
from deidpipe.profile.importing import Imported, Outcome, import_profile
from deidpipe.profile.importing.meaning import FUNCTIONS
from deidpipe.profile.load import load_profile
from deidpipe.profile.model import Profile, Tag
from deidpipe.profile.ruleset import BASIC, Place, Rule, RuleSet
from deidpipe.standard.types import iod_of
from tests.shared import csv_rows, shared_folder

ROOT = Path(__file__).parents[2]
ROWS = csv_rows(shared_folder("ctp") / "profiles.csv")
SCRIPTS = sorted({row["script"] for row in ROWS})
SEQUENCE = 0x00081140
IODS = (None, "ct-image", "mr-image", "encapsulated-pdf")
TYPES = json.loads((shared_folder("ps315") / "iod_types.json").read_text(encoding="utf-8"))
NESTED = {
    tuple(int(step, 16) for step in path.split("/"))
    for parts in TYPES["modules"].values()
    for path in parts.get("nested", {})
    if "X" not in path.upper()
}
ALL_IODS = sorted({iod for uid in TYPES["sop_classes"] if (iod := iod_of(uid))})
PATIENT = {0x00100010, 0x00100020}
WRITTEN_BY_US = {0x00120062, 0x00120063, 0x00120064, 0x00280303}

# What CTP leaves behind: nothing (X), an empty value (Z), its own value (K), another UID (U), a moved date (C),
# another value (D).
BY_FUNCTION = {
    "remove": "X",
    "empty": "Z",
    "blank": "Z",
    "keep": "K",
    "process": "K",
    "require": "K",
    "append": "K",
    "hashuid": "U",
    "incrementdate": "C",
    "hashdate": "C",
    "date": "D",
    "time": "D",
    "hash": "D",
    "hashname": "D",
    "hashptid": "D",
    "lookup": "D",
    "param": "D",
}

# Said, differing, not said, disabled: a change of these is a change of what CTP users get.
COUNTS = {
    "DICOM-PS3.15-Basic": (247, 18, 3, 1),
    "DICOM-PS3.15-CleanDescriptors": (38, 0, 1, 0),
    "DICOM-PS3.15-CleanGraphics": (1, 0, 1, 2),
    "DICOM-PS3.15-CleanStructuredContent": (2, 0, 1, 0),
    "DICOM-PS3.15-RetainDeviceIDs": (18, 0, 2, 0),
    "DICOM-PS3.15-RetainLongitudinalFullDates": (25, 0, 0, 0),
    "DICOM-PS3.15-RetainLongitudinalModifiedDates": (13, 12, 0, 0),
    "DICOM-PS3.15-RetainPatientCharacteristics": (12, 0, 1, 0),
    "DICOM-PS3.15-RetainUIDs": (29, 0, 5, 0),
    "DicomServiceAnonymizer.script": (257, 8, 2, 767),
    "TCIA-Basic": (229, 36, 3, 2),
    "TCIA-BasicAdditions": (5, 11, 0, 0),
    "example-ctp-dicom-anonymizer.script": (287, 2, 1, 764),
    "example-tfs-dicom-anonymizer.script": (260, 8, 2, 766),
}


class Case(NamedTuple):
    """One script as XML, what came of it, and the profile that was loaded."""

    rows: list[dict[str, str]]
    made: Imported
    profile: Profile


def script_of(rows: list[dict[str, str]]) -> str:
    lines = ["<script>"]
    for row in rows:
        enabled = f" en={quoteattr(row['enabled'])}" if row["enabled"] else ""
        label = f" n={quoteattr(row['label'])}" if row["label"] else ""
        name = quoteattr(row["tag_or_name"])
        lines.append(f"<{row['kind']}{enabled} t={name}{label}>{escape(row['expression'])}</{row['kind']}>")
    return "\n".join([*lines, "</script>"])


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    folder = tmp_path_factory.mktemp("ctp")
    return {name: a_case(name, folder) for name in SCRIPTS}


def a_case(name: str, folder: Path) -> Case:
    rows = [row for row in ROWS if row["script"] == name]
    script, out = folder / f"{name}.xml", folder / f"{name}.yaml"
    script.write_text(script_of(rows), encoding="utf-8")
    made = import_profile(str(script))
    out.write_text(made.text, encoding="utf-8")
    return Case(rows, made, load_profile(str(out)))


def in_force(rows: list[dict[str, str]]) -> Iterator[tuple[int, int, str]]:
    """Yield the line, the tag and the expression of each element in force; the line is that of ``script_of``."""
    for line, row in enumerate(rows, start=2):
        if row["kind"] == "e" and row["enabled"] == "T":
            yield line, int(row["tag_or_name"], 16), row["expression"].strip()


def what_ctp_leaves(expression: str, *, is_blank: bool, is_nested: bool) -> str:
    text = expression.removeprefix("@always()")
    clauses = re.fullmatch(r"@(if|select)\(([^)]*)\)\{(.*)\}\{(.*)\}", text)
    if clauses:
        assert clauses[2] in ("", "this,isblank")
        first = is_blank if clauses[1] == "if" else not is_nested
        return what_ctp_leaves(clauses[3] if first else clauses[4], is_blank=is_blank, is_nested=is_nested)
    function = re.match(r"@(\w+)\(", text)
    return BY_FUNCTION[function[1]] if function else "D"


@cache
def rules_of(profile: Profile) -> RuleSet:
    return RuleSet(profile)


def rules_for(profile: Profile, tag: int, *, is_blank: bool, is_nested: bool) -> set[Rule]:
    rules = rules_of(profile)
    values = {tag: ("",) if is_blank else ("a value",)}
    fits = frozenset(when for when in rules.conditions if met(when, values.get))
    path = (SEQUENCE, tag) if is_nested else (tag,)
    vr = vr_of(tag)
    return {rules.rule_for(Place(path, vr, "CTP" if tag >> 16 & 1 else "", vr == "SQ"), iod, fits) for iod in IODS}


@pytest.mark.parametrize("name", SCRIPTS)
def test_each_entry_in_force_is_said_or_told(name: str, cases: dict[str, Case]) -> None:
    case = cases[name]
    untold = {remark.entry.line for remark in case.made.remarks if remark.outcome is Outcome.NOT_SAID}
    strictest = {remark.entry.line for remark in case.made.remarks if "in a Sequence" in remark.why}
    wrong = []
    for line, tag, expression in in_force(case.rows):
        if line in untold or tag in WRITTEN_BY_US:
            continue
        for is_blank, is_nested in ((False, False), (True, False), (False, True)):
            if is_nested and line in strictest:
                continue
            wanted = what_ctp_leaves(expression, is_blank=is_blank, is_nested=is_nested)
            for rule in rules_for(case.profile, tag, is_blank=is_blank, is_nested=is_nested):
                is_identity = tag in PATIENT and wanted == "D" and rule.layer == BASIC and rule.action in "ZD"
                if rule.action != wanted and not is_identity:
                    wrong.append((line, f"{tag:08X}", expression, str(rule.action), wanted))
    assert wrong == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_groups_that_are_kept_stay(name: str, cases: dict[str, Case]) -> None:
    case = cases[name]
    kept = {int(row["tag_or_name"], 16) for row in case.rows if row["kind"] == "k" and row["enabled"] == "T"}
    scripted = {tag for _, tag, _ in in_force(case.rows)}
    tags = {tag for keyword in keywords() if (tag := tag_of(keyword)) is not None and tag >> 16 in kept}
    lost = [
        keyword_of(tag)
        for tag in tags - scripted - WRITTEN_BY_US
        if {str(rule.action) for rule in rules_for(case.profile, tag, is_blank=False, is_nested=False)} != {"K"}
    ]
    assert lost == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_deidpipe_writes_itself_is_said_or_told(name: str, cases: dict[str, Case]) -> None:
    """PatientIdentityRemoved YES is what deidpipe writes; its method and its codes are its own."""
    case = cases[name]
    told = {remark.entry.line for remark in case.made.remarks}
    for line, tag, expression in in_force(case.rows):
        if tag == 0x00120062:
            assert expression.endswith("YES")
            assert line not in told
        if tag in (0x00120063, 0x00120064):
            assert line in told or set(expression.split("/")) <= {"113100", "113106", "113107"}


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_a_script_says_of_dates_is_what_deidpipe_says(name: str, cases: dict[str, Case]) -> None:
    case = cases[name]
    moved = any("@incrementdate" in expression or "@hashdate" in expression for _, _, expression in in_force(case.rows))
    assert ("retain-longitudinal-modified-dates" in case.profile.options) == (moved or "ModifiedDates" in name)
    assert ("retain-longitudinal-full-dates" in case.profile.options) == ("FullDates" in name)


@pytest.mark.parametrize("name", SCRIPTS)
def test_an_imported_profile_has_no_rule_that_does_nothing(name: str, cases: dict[str, Case]) -> None:
    """Without each rule something else would be done to its Attribute, in some IOD at some depth."""
    case = cases[name]
    rules = case.profile.rules
    idle = []
    for position, rule in enumerate(rules):
        if not isinstance(rule.selector, Tag) or rule.selector.tag in PATIENT:
            continue
        tag = rule.selector.tag
        without = case.profile._replace(rules=(*rules[:position], *rules[position + 1 :]))
        vr = vr_of(tag)
        paths = [(tag,), (SEQUENCE, tag), *(path for path in NESTED if path[-1] == tag)]
        others = RuleSet(without)
        answers = {
            others.rule_for(Place(path, vr, "", vr == "SQ"), iod).action for path in paths for iod in (None, *ALL_IODS)
        }
        if answers == {rule.action} and rule.value is None:
            idle.append(keyword_of(tag))
    assert idle == []


def test_the_figures_of_the_published_scripts(cases: dict[str, Case]) -> None:
    found = {
        name: (case.made.said, case.made.differs, case.made.not_said, case.made.disabled)
        for name, case in cases.items()
    }
    assert found == COUNTS


def test_the_guide_has_the_same_figures(cases: dict[str, Case]) -> None:
    guide = (ROOT / "docs" / "coming-from-ctp.md").read_text(encoding="utf-8")
    missing = [line for line in (*figures_by_script(cases), *figures_by_function(cases)) if line not in guide]
    assert missing == [], "\n".join(missing)


def figures_by_script(cases: dict[str, Case]) -> list[str]:
    """Return the rows of the table in docs/coming-from-ctp.md."""
    return [
        f"| {name.removesuffix('.script')} | {made.said} | {made.differs} | {made.not_said} | {made.rules} |"
        for name, (_, made, _) in cases.items()
    ]


def figures_by_function(cases: dict[str, Case]) -> list[str]:
    """Return what differs or is not said, by the function of the entry, over all scripts."""
    totals: Counter[tuple[str, str]] = Counter()
    for rows, made, _ in cases.values():
        outcomes: dict[int, str] = {}
        for remark in made.remarks:
            if outcomes.get(remark.entry.line) != "not said":
                outcomes[remark.entry.line] = str(remark.outcome)
        for line, _, expression in in_force(rows):
            function = re.match(r"@\w+", expression.removeprefix("@always()"))
            totals[function[0] if function else "a text", outcomes.get(line, "said")] += 1
    names = sorted({name for name, _ in totals})
    return [
        f"| {name if name == 'a text' else f'`{name}`'} | {totals[name, 'said']} | {totals[name, 'differs']} "
        f"| {totals[name, 'not said']} |"
        for name in names
    ]


# --- the command -------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "status"),
    [
        ('<e en="T" t="00080060">@keep()</e>', 0),
        ('<e en="T" t="00080060">@require()</e>', 0),
        ('<e en="T" t="00080060">@truncate(this,1)</e>', 1),
        ("<e", 2),
    ],
)
def test_the_exit_status_tells_if_something_is_not_said(tmp_path: Path, entry: str, status: int) -> None:
    script = tmp_path / "my.script"
    script.write_text(f"<script>{entry}</script>", encoding="utf-8")
    assert main(["profile", "import", str(script)]) == status


def test_the_profile_goes_to_stdout_and_what_is_not_said_to_stderr(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "my.script"
    script.write_text('<script>\n<e en="T" t="00080060">@truncate(this,1)</e></script>', encoding="utf-8")
    main(["profile", "import", str(script)])
    out, err = capsys.readouterr()
    assert out == import_profile(str(script)).text
    assert re.search(r"not said +2 +\(0008,0060\) Modality +@truncate\(this,1\)", err)
    assert "0 said, 0 differ, 1 not said, 0 disabled" in err
    main(["profile", "import", str(script), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert (told["yaml"], told["not_said"], told["remarks"][-1]["line"]) == (out, 1, 2)


def test_a_profile_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script, out = tmp_path / "my.script", tmp_path / "my.yaml"
    script.write_text("<script/>", encoding="utf-8")
    assert main(["profile", "import", str(script), "-o", str(out)]) == 0
    written = out.read_text(encoding="utf-8")
    assert main(["profile", "lint", str(out)]) == 0
    assert main(["profile", "import", str(script), "-o", str(out)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert out.read_text(encoding="utf-8") == written


# --- a law: whatever a script says, its profile can be loaded ----------------

TAGS = st.one_of(
    st.sampled_from(["00100010", "00100020", "00080018", "00280010", "00080020", "0008002A", "00081110", "00120064"]),
    st.sampled_from([f"{tag:08x}" for keyword in keywords() if (tag := tag_of(keyword)) is not None]),
    st.sampled_from(["00130010", "00131010", "0019100c", "60003000", "0009[A B]01", "00020010", "fffee000", "x", ""]),
    st.from_regex("[0-9a-f]{8}", fullmatch=True),
)
WORDS = st.sampled_from(["this", "", "Modality", "PatientID", "Nonsense", "@UIDROOT", "5", '"a, b"', "[0008,0060]"])
LEAVES = st.one_of(
    st.builds(
        lambda name, words: f"@{name}({','.join(words)})",
        st.sampled_from([*sorted(FUNCTIONS), "always", "quarantine", "skip", "unheard"]),
        st.lists(WORDS, max_size=4),
    ),
    st.text(max_size=12),
)


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    tests = st.sampled_from(["isblank", "exists", "contains", "equals", "matches", "greaterthan", "nonsense"])
    return st.one_of(
        st.builds(
            "@if({},{},{}){{{}}}{{{}}}".format, WORDS, tests, st.one_of(WORDS, st.text(max_size=6)), inner, inner
        ),
        st.builds("@select(){{{}}}{{{}}}".format, inner, inner),
        st.builds("{}{}".format, inner, inner),
    )


EXPRESSIONS = st.recursive(LEAVES, nested, max_leaves=6)
LINES = st.one_of(
    st.tuples(st.just("e"), TAGS, EXPRESSIONS),
    st.tuples(
        st.just("k"),
        st.sampled_from(["0018", "0028", "0010", "0029", "0002", "8", "safeprivateelements", "?"]),
        st.just(""),
    ),
    st.tuples(st.just("r"), st.sampled_from(["privategroups", "unspecifiedelements", "curves", "?"]), st.just("")),
    st.tuples(st.just("p"), st.sampled_from(["UIDROOT", "DATEINC"]), st.text(max_size=20)),
    st.tuples(st.just("z"), TAGS, st.just("")),
)
UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@given(lines=st.lists(LINES, max_size=12), is_enabled=st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_script_says_its_profile_can_be_loaded(
    tmp_path: Path, lines: list[tuple[str, str, str]], *, is_enabled: bool
) -> None:
    entries = [
        f"<{kind} t={quoteattr(tag)} en='{'T' if is_enabled or kind == 'e' else 'F'}'>"
        f"{escape(UNPRINTABLE.sub(' ', text))}</{kind}>"
        for kind, tag, text in lines
    ]
    script, out = tmp_path / "any.script", tmp_path / "any.yaml"
    script.write_text("<script>" + "\n".join(entries) + "</script>", encoding="utf-8")
    made = import_profile(str(script))
    out.write_text(made.text, encoding="utf-8")
    profile = load_profile(str(out))
    assert len(profile.rules) == made.rules
    assert made.said + made.differs + made.not_said == sum("en='T'" in each and each[1] != "p" for each in entries)


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_no_script_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any.script"
    path.write_bytes(b"<" + data)
    with pytest.raises(ProfileError, match=r"any\.script:[0-9]+: "):
        import_profile(str(path))
