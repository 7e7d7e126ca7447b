"""CTP's expressions: how they are read, and what each function comes to in a profile."""

import contextlib
import re
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deidpipe.errors import ProfileError
from deidpipe.profile.importing import Imported, Outcome, import_profile
from deidpipe.profile.importing.ctp_functions import Call, ExpressionError, Text, parse, unquoted
from deidpipe.profile.importing.meaning import CONTROL, FUNCTIONS
from deidpipe.profile.load import load_profile
from deidpipe.profile.model import Profile

# fmt: off
KNOWN = frozenset({
    "always", "append", "blank", "contents", "date", "dateinterval", "decrypt", "empty", "encrypt", "hash",
    "hashdate", "hashname", "hashptid", "hashuid", "if", "incrementdate", "initials", "integer", "keep", "lookup",
    "modifydate", "param", "pathelement", "process", "quarantine", "remove", "require", "round", "select", "skip",
    "time", "truncate", "value", "call", "lowercase", "uppercase",
})
# fmt: on
HEAD = '<p t="DATEINC">-100</p><p t="UIDROOT">1.2.826.0.1</p><p t="WORD">CHEST</p>'
SAID, DIFFERS, NOT_SAID = Outcome


def an_entry(tag: str, expression: str, label: str = "") -> str:
    return f'<e en="T" t={quoteattr(tag)} n={quoteattr(label)}>{escape(expression)}</e>'


def imported(folder: Path, *entries: str) -> tuple[Imported, Profile]:
    """Import a script of these entries, and load what comes of it."""
    script, out = folder / "trial.script", folder / "trial.yaml"
    script.write_text("\n".join(["<script>", HEAD, *entries, "</script>"]), encoding="utf-8")
    made = import_profile(str(script))
    out.write_text(made.text, encoding="utf-8")
    return made, load_profile(str(out))


def rules_in(text: str) -> list[str]:
    return [re.sub(r',? ?why: ".*"', "", line[4:]) for line in text.splitlines() if line.startswith("  - ")]


# --- reading -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("Removed by CTP", (Text("Removed by CTP"),)),
        ("@keep()", (Call("keep", ()),)),
        ("@ keep ( )", (Call("keep", ()),)),
        ("@hashuid(@UIDROOT, this)", (Call("hashuid", ("@UIDROOT", "this")),)),
        ('@contents(this,"a,(b","c")', (Call("contents", ("this", '"a,(b"', '"c"')),)),
        (r"a\@b\\c", (Text(r"a@b\c"),)),
        ("@always()@param(@X)", (Call("always", ()), Call("param", ("@X",)))),
        ("@if(this,isblank){@remove()}{x}", (Call("if", ("this", "isblank"), ((Call("remove", ()),), (Text("x"),))),)),
        ("@if(this,isblank){@remove()}", (Call("if", ("this", "isblank"), ((Call("remove", ()),), ())),)),
        ("@append(){a @date()}", (Call("append", (), ((Text("a "), Call("date", ())),)),)),
        ("@hash([0009,[ACME, 1]02],4)", (Call("hash", ("[0009,[ACME, 1]02]", "4")),)),
        (
            '@if(this,contains,"}"){@if(that,exists){a}{b}}{c}',
            (
                Call(
                    "if",
                    ("this", "contains", '"}"'),
                    ((Call("if", ("that", "exists"), ((Text("a"),), (Text("b"),))),), (Text("c"),)),
                ),
            ),
        ),
    ],
)
def test_an_expression_is_read_in_parts(text: str, parts: tuple[Text | Call, ...]) -> None:
    assert parse(text) == parts


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("me@here", "an @ without a function"),
        ("@hash(this", r"a \( that is not closed"),
        ("@if(this,isblank)", "@if without its"),
        ("@if(this,isblank){@remove()} else {x}", "@if without its"),
        ("@append(){x", "a { that is not closed"),
        ("@select(){" * 40, "nested too deep|not closed"),
        ("@append(){" * 40 + "}" * 40, "nested too deep"),
    ],
)
def test_what_does_not_end_is_told(text: str, told: str) -> None:
    with pytest.raises(ExpressionError, match=told):
        parse(text)


@given(st.text(alphabet='@{}()[],"\\ ifselcthappd', max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        assert isinstance(parse(text), tuple)


@given(st.text(alphabet=st.characters(exclude_characters='@\\"')))
def test_text_without_functions_stays(text: str) -> None:
    assert parse(text) == ((Text(text),) if text else ())


def test_quotes_around_an_argument_go() -> None:
    assert [unquoted(each) for each in ('"a"', ' "a b" ', "a", '"', '""')] == ["a", "a b", "a", '"', ""]


# --- meaning -----------------------------------------------------------------


def test_every_function_of_ctp_is_known() -> None:
    assert set(FUNCTIONS) | CONTROL == KNOWN


@pytest.mark.parametrize(
    ("tag", "expression", "rule", "outcome"),
    [
        ("00081030", "@keep()", "{attribute: StudyDescription, action: K}", SAID),
        ("00081030", "@remove()", "{attribute: StudyDescription, action: X}", SAID),
        ("00081030", "@empty()", "{attribute: StudyDescription, action: Z}", SAID),
        ("00081030", "@blank(8)", "{attribute: StudyDescription, action: Z}", SAID),
        ("00081030", "", "{attribute: StudyDescription, action: Z}", SAID),
        ("00081030", "@always()@remove()", "{attribute: StudyDescription, action: X}", SAID),
        ("00081030", "@require()", "{attribute: StudyDescription, action: K}", DIFFERS),
        ("00081030", "CT", '{attribute: StudyDescription, action: D, value: "CT"}', SAID),
        ("00081030", "@always()CT", '{attribute: StudyDescription, action: D, value: "CT"}', DIFFERS),
        ("00081030", "a @param(@WORD)", '{attribute: StudyDescription, action: D, value: "a CHEST"}', SAID),
        ("00081030", "@param(@NONE)", "{attribute: StudyDescription, action: D}", NOT_SAID),
        ("00081030", "\N{LATIN SMALL LETTER E WITH ACUTE}", "{attribute: StudyDescription, action: D}", NOT_SAID),
        ("00081030", "@hash(this,16)", "{attribute: StudyDescription, action: D}", DIFFERS),
        ("00081030", "@append(){x}", "{attribute: StudyDescription, action: K}", DIFFERS),
        ("00081030", "@contents(this)", "{attribute: StudyDescription, action: K}", SAID),
        ("00081030", '@contents(this,"x")', "{attribute: StudyDescription, action: D}", NOT_SAID),
        ("00081030", "@contents(PatientName)", "{attribute: StudyDescription, action: D}", NOT_SAID),
        ("00081030", "@value(this)", "{attribute: StudyDescription, action: K}", SAID),
        ("00081030", '@value(this,"x")', "{attribute: StudyDescription, action: K}", DIFFERS),
        ("00081030", "@truncate(this,4)", "{attribute: StudyDescription, action: D}", NOT_SAID),
        ("00081030", "@encrypt(this,key)", "{attribute: StudyDescription, action: D}", NOT_SAID),
        ("00081030", "@decrypt(this,key)", "{attribute: StudyDescription, action: D}", NOT_SAID),
        ("00081030", "@initials(this)", "{attribute: StudyDescription, action: D}", NOT_SAID),
        ("00081030", "@integer(this,x,3)", "{attribute: StudyDescription, action: D}", NOT_SAID),
        ("00081030", "@lookup(this,x)", "{attribute: StudyDescription, action: D}", NOT_SAID),
        ("00081030", "@pathelement(this,1)", "{attribute: StudyDescription, action: D}", NOT_SAID),
        ("00081030", "@uppercase(this)", "{attribute: StudyDescription, action: D}", NOT_SAID),
        ("00081030", "@call(plugin)", "{attribute: StudyDescription, action: D}", NOT_SAID),
        ("00081030", "@unheard(of)", "{attribute: StudyDescription, action: D}", NOT_SAID),
        ("00081030", "@remove(this)", "{attribute: StudyDescription, action: D}", NOT_SAID),
        ("00081030", "me@here", "{attribute: StudyDescription, action: D}", NOT_SAID),
        ("00081030", "a @hash(this,3)", "{attribute: StudyDescription, action: D}", NOT_SAID),
        ("00081030", "@hashuid(@UIDROOT,this)", "{attribute: StudyDescription, action: D}", NOT_SAID),
        ("00081030", "@hashdate(this,PatientID)", "{attribute: StudyDescription, action: D}", NOT_SAID),
        ("00101010", "@round(this,5)", "{attribute: PatientAge, action: Z}", NOT_SAID),
        ("00080020", "@date()", "{attribute: StudyDate, action: D}", DIFFERS),
        ("00080030", "@time()", "{attribute: StudyTime, action: D}", DIFFERS),
        ("00080032", "@incrementdate(this,@DATEINC)", "{attribute: AcquisitionTime, action: Z}", DIFFERS),
        ("00080022", "@dateinterval(this,x,PatientID)", "{attribute: AcquisitionDate, action: Z}", NOT_SAID),
        ("00081110", "@process()", "{attribute: ReferencedStudySequence, action: K}", SAID),
        ("00081110", "@keep()", "{attribute: ReferencedStudySequence, action: K}", DIFFERS),
        ("00081110", "text", "{attribute: ReferencedStudySequence, action: D}", NOT_SAID),
        ("0020000D", "@keep()", "{attribute: StudyInstanceUID, action: K}", SAID),
        ("0009[ACME 1]02", "@keep()", '{private: {creator: "ACME 1", element: "0009,xx02"}, action: K}', SAID),
        ("00100020", "@param(@WORD)", '{attribute: PatientID, action: D, value: "CHEST"}', SAID),
        ("00100010", "@empty()", "{attribute: PatientName, action: Z}", SAID),
        ("60003000", "@keep()", '{tag: "(6000,3000)", action: K}', SAID),
    ],
)
def test_a_function_becomes_a_rule(tmp_path: Path, tag: str, expression: str, rule: str, outcome: Outcome) -> None:
    made, _ = imported(tmp_path, an_entry(tag, expression))
    assert rules_in(made.text) == [rule]
    assert (made.said, made.differs, made.not_said) == tuple(int(each is outcome) for each in Outcome)


@pytest.mark.parametrize(
    ("tag", "expression", "outcome", "key"),
    [
        ("00080018", "@hashuid(@UIDROOT,this)", SAID, 'uid_root: "1.2.826.0.1"'),
        ("00080018", "@hashuid(@UIDROOT,StudyInstanceUID)", DIFFERS, 'uid_root: "1.2.826.0.1"'),
        ("00080020", "@incrementdate(this,@DATEINC)", SAID, "date_shift_days: [-100, -100]"),
        ("00080020", "@incrementdate(this,-9)", SAID, "date_shift_days: [-9, -9]"),
        ("00080020", "@incrementdate(this,soon)", DIFFERS, ""),
        ("00080020", "@incrementdate(SeriesDate,-9)", DIFFERS, "date_shift_days: [-9, -9]"),
        ("00080020", "@hashdate(this,PatientID)", SAID, "date_shift_days: [-3649, -1]"),
        ("00080020", "@modifydate(this,*,1,1)", DIFFERS, ""),
        ("00100020", "@hash(this,16)", SAID, ""),
        ("00100020", "@hashptid(@SITEID,PatientID)", SAID, ""),
        ("00100010", "@hashname(this,6,2)", SAID, ""),
        ("00100010", "@lookup(PatientID,ptid)", DIFFERS, ""),
        ("00100020", "@integer(this,ptid,4)", DIFFERS, ""),
        ("00100020", "@encrypt(this,key)", DIFFERS, ""),
        ("00100010", "@initials(PatientName)", DIFFERS, ""),
        ("00080005", "@keep()", SAID, ""),
        ("00131010", "@remove()", SAID, ""),
    ],
)
def test_what_is_done_anyway_needs_no_rule(
    tmp_path: Path, tag: str, expression: str, outcome: Outcome, key: str
) -> None:
    made, _ = imported(tmp_path, an_entry(tag, expression))
    assert rules_in(made.text) == []
    assert (made.said, made.differs, made.not_said) == tuple(int(each is outcome) for each in Outcome)
    assert [line for line in made.text.splitlines() if line.startswith("identity")] == (
        [f"identity: {{{key}}}"] if key else []
    )


@pytest.mark.parametrize(
    ("tag", "expression", "why"),
    [
        ("00280010", "@remove()", "an Instance cannot be read without this Attribute"),
        ("00081150", "@hashuid(@UIDROOT,this)", "an Instance cannot be read without this Attribute"),
        ("00020003", "@keep()", "File Meta Information is written anew"),
        ("00400248", "@keep()", "not in the dictionary"),
        ("00131010", "@keep()", "write private: with it"),
        ("00130010", "CTP", "none is added"),
        ("nonsense", "@keep()", "no tag of an element"),
        ("0008010C", "@hashuid(@UIDROOT,this)", "deidpipe does K here whatever a rule says"),
        ("00120062", "NO", "deidpipe writes YES here"),
        ("00120064", "113100/113105", "add options: clean-descriptors"),
        ("00280303", "SOME", "deidpipe writes REMOVED here"),
    ],
)
def test_what_has_no_rule_is_told(tmp_path: Path, tag: str, expression: str, why: str) -> None:
    made, _ = imported(tmp_path, an_entry(tag, expression))
    assert rules_in(made.text) == []
    assert (made.said, made.differs, made.not_said) == (0, 0, 1)
    assert why in made.text
    assert all(line.startswith("#") for line in made.text.splitlines() if why in line)


@pytest.mark.parametrize(
    ("expression", "rules"),
    [
        (
            "@select(){@keep()}{@remove()}",
            ["attribute: StudyDescription, action: X", 'path: "StudyDescription", action: K'],
        ),
        (
            "@if(this,isblank){@remove()}{gone}",
            [
                "attribute: StudyDescription, action: X",
                'path: "StudyDescription", action: D, value: "gone", when: {StudyDescription: {empty: false}}',
            ],
        ),
        (
            "@if(Modality,equals,ct){@keep()}{@remove()}",
            [
                "attribute: StudyDescription, action: X",
                'path: "StudyDescription", action: K, when: {Modality: {equals: "CT"}}',
            ],
        ),
        (
            '@if(Manufacturer,contains,"A B"){@remove()}{@keep()}',
            [
                "attribute: StudyDescription, action: X",
                'path: "StudyDescription", action: K, when: {Manufacturer: {not: {contains: "a b"}}}',
            ],
        ),
        (
            "@if(StationName,equals,@WORD){@keep()}{@remove()}",
            [
                "attribute: StudyDescription, action: X",
                'path: "StudyDescription", action: K, when: {StationName: {matches: "(?i)CHEST"}}',
            ],
        ),
        (
            '@if([0008,0060],matches,"C.+"){@empty()}{@remove()}',
            [
                "attribute: StudyDescription, action: X",
                'path: "StudyDescription", action: Z, when: {Modality: {matches: "C.+"}}',
            ],
        ),
        (
            "@if(SeriesDescription,isblank){@keep()}{@remove()}",
            [
                "attribute: StudyDescription, action: X",
                'path: "StudyDescription", action: K, when: {SeriesDescription: {not: {matches: "(?s).*\\\\S.*"}}}',
            ],
        ),
        (
            "@if(Modality,equals,CT){@if(StationName,exists){@keep()}{@empty()}}{@remove()}",
            [
                "attribute: StudyDescription, action: X",
                'path: "StudyDescription", action: K, when: {Modality: {equals: "CT"}, StationName: {exists: true}}',
                'path: "StudyDescription", action: Z, when: {Modality: {equals: "CT"}, StationName: {exists: false}}',
            ],
        ),
        ("@if(PatientAge,greaterthan,089){@remove()}{@keep()}", ["attribute: StudyDescription, action: X"]),
        ("@if(Modality,equals,CT){@keep()}{@keep()}", ["attribute: StudyDescription, action: K"]),
    ],
)
def test_a_condition_looks_at_the_top_and_the_strictest_clause_holds_inside(
    tmp_path: Path, expression: str, rules: list[str]
) -> None:
    made, _ = imported(tmp_path, an_entry("00081030", expression))
    assert rules_in(made.text) == [f"{{{rule}}}" for rule in rules]


@pytest.mark.parametrize(
    ("expression", "when"),
    [
        ("@quarantine()", "{StudyDescription: {exists: true}}"),
        ("@skip()", "{StudyDescription: {exists: true}}"),
        ('@if(this,contains,"X"){@quarantine()}{@keep()}', '{StudyDescription: {contains: "x"}}'),
        (
            "@if(Modality,equals,US){@quarantine()}{@keep()}",
            '{Modality: {equals: "US"}, StudyDescription: {exists: true}}',
        ),
    ],
)
def test_quarantine_becomes_a_quarantine_rule(tmp_path: Path, expression: str, when: str) -> None:
    made, profile = imported(tmp_path, an_entry("00081030", expression))
    assert f"{{when: {when}}}" in rules_in(made.text)
    assert len(profile.quarantine) == 2  # the other one is of the basic profile


def test_labels_of_the_script_name_attributes(tmp_path: Path) -> None:
    """CTP has other words than PS3.6 for some Attributes; the script says which tag they are."""
    made, _ = imported(
        tmp_path,
        an_entry("0008002A", "@keep()", "AcqDT"),
        an_entry("00081030", "@if(AcqDT,exists){@keep()}{@remove()}"),
    )
    assert "when: {AcquisitionDateTime: {exists: true}}" in made.text


def test_private_elements_of_the_scripts_own_creator(tmp_path: Path) -> None:
    made, _ = imported(tmp_path, an_entry("00130010", "CTP"), an_entry("00131010", "@param(@WORD)"))
    assert rules_in(made.text) == ['{private: {creator: "CTP", element: "0013,xx10"}, action: D, value: "CHEST"}']


def test_groups(tmp_path: Path) -> None:
    entries = [
        '<k en="T" t="0018"/>',
        '<k en="T" t="0029"/>',
        '<k en="F" t="0020"/>',
        '<k en="T" t="safeprivateelements"/>',
    ]
    made, profile = imported(tmp_path, *entries, '<r en="T" t="unspecifiedelements"/>', '<r en="T" t="privategroups"/>')
    assert rules_in(made.text) == [
        "{group: 0018xxxx, action: K}",
        '{private: {creator: "*", element: "0029,xxxx"}, action: K}',
    ]
    assert profile.unlisted == "remove"
    assert profile.options == {"retain-safe-private"}
    assert (made.said, made.differs, made.disabled) == (3, 2, 1)


def test_a_kept_group_does_not_keep_the_patient(tmp_path: Path) -> None:
    """A rule for the group hides the Basic Profile, which puts the new identity: so a dummy stands in for it."""
    made, _ = imported(tmp_path, an_entry("00100020", "@hash(this,10)"), '<k en="T" t="0010"/>')
    assert rules_in(made.text) == ["{group: 0010xxxx, action: K}", "{attribute: PatientID, action: D}"]
    assert (made.said, made.not_said) == (1, 1)


def test_conditions_that_cannot_stand_together_leave_the_strictest_clause(tmp_path: Path) -> None:
    expression = "@if(StationName,contains,A){@if(StationName,contains,B){@keep()}{@empty()}}{@remove()}"
    made, _ = imported(tmp_path, an_entry("00081030", expression))
    assert rules_in(made.text) == [
        "{attribute: StudyDescription, action: X}",
        '{path: "StudyDescription", action: Z, when: {StationName: {contains: "a", not: {contains: "b"}}}}',
    ]
    assert made.not_said == 1


def test_of_two_entries_for_one_tag_the_last_counts(tmp_path: Path) -> None:
    made, _ = imported(tmp_path, an_entry("00081030", "@keep()"), an_entry("00081030", "@remove()"))
    assert rules_in(made.text) == ["{attribute: StudyDescription, action: X}"]
    assert "stands last" in made.text


def test_what_is_disabled_is_counted_and_not_imported(tmp_path: Path) -> None:
    made, profile = imported(tmp_path, '<e en="F" t="00081030">@keep()</e>', '<e t="00081010">@keep()</e>')
    assert (made.said, made.disabled, made.rules) == (0, 2, 0)
    assert not profile.rules


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<script><e></script>", "bad.script:1: not XML"),
        ("<scripts/>", "bad.script:1: the root is scripts and not script"),
        ("<script>\n<e><b/></e></script>", "bad.script:2: b inside an entry"),
        ('<!DOCTYPE script [<!ENTITY a "aaa">]>\n<script>&a;</script>', "bad.script:1: a document type"),
        ('<?xml version="1.0" encoding="nonsense"?><script/>', "bad.script:1: (not XML|an unknown encoding)"),
        ("<script>&unknown;</script>", "bad.script:1: not XML"),
        ("nothing of the kind", "bad.script:1: neither a CTP script nor a deid recipe"),
        ("", "bad.script:1: neither"),
    ],
)
def test_a_malformed_file_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "bad.script"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError, match=told):
        import_profile(str(path))
