import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deidpipe.audit import lines, verify
from deidpipe.audit.lines import plan_digest, sorted_lines
from deidpipe.audit.query import Table, by_attribute, export, open_audit, query, show, summary
from deidpipe.audit.records import DecisionRecord, InstanceRecord, PlanRecord
from deidpipe.audit.tables import TABLES
from deidpipe.audit.writer import AuditWriter
from deidpipe.errors import UsageError

Rows = list[list[object]]
Tampering = Callable[[Rows, int, int, int], None]

KEY = b"a key that is no key"
HEAD = b"new bytes before Pixel Data"
BODY = HEAD + b"pixels"


def seal(data: bytes) -> str:
    return hmac.new(KEY, data, hashlib.sha256).hexdigest()


def a_decision(path: str, action: str = "X", outcome: str = "removed", why: str = "") -> DecisionRecord:
    return DecisionRecord(path, "LO", action, "as usual", outcome, "Basic Profile", "PS3.15 2026d Table E.1-1", why)


def a_plan(*decisions: DecisionRecord) -> PlanRecord:
    return PlanRecord(plan_digest(decisions), decisions)


NAME = a_decision("PatientName", "Z", "emptied")
NESTED = a_decision("RequestAttributesSequence[0].AccessionNumber", "Z", "emptied")
MODALITY = a_decision("Modality", "K", "kept", "needed\tfor\nresearch")
CT = a_plan(MODALITY, NAME, NESTED)
MR = a_plan(MODALITY, NAME, a_decision("AccessionNumber", "Z", "emptied"))
PLANS = {plan.digest: plan for plan in (CT, MR)}


def released(file: str, plan: PlanRecord, differences: str = "") -> InstanceRecord:
    uid = Path(file).stem
    head_digest = hashlib.sha256(HEAD).hexdigest()
    return InstanceRecord("released", file, uid, plan.digest, differences, len(BODY), head_digest, len(HEAD), "")


def not_released(outcome: str, reason: str) -> InstanceRecord:
    return InstanceRecord(outcome, "", "", "", "", 0, "", 0, reason)


RECORDS = (
    released("A/2.25.1.dcm", CT),
    released("A/2.25.3.dcm", CT, "1=kept;2=removed"),
    released("A-1/2.25.4.dcm", MR),  # before A/ in the order of whole paths
    released("B/C/2.25.2.dcm", MR, "0=removed"),
    not_released("quarantined", "no-sop-instance-uid"),
    not_released("quarantined", "no-sop-instance-uid"),
    not_released("not-dicom", "no-preamble"),
)


def a_run(out: Path, records: Sequence[InstanceRecord] = RECORDS) -> Path:
    writer = AuditWriter(str(out / "private" / "journal"))
    for record in records:
        if record.plan:
            writer.add_plan(PLANS[record.plan])
        writer.add(record)
        if record.file:
            path = out / "public" / record.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(BODY)
    writer.finish(str(out / "public"), {"profile": "basic", "versions": {"deidpipe": "0"}}, seal)
    return out


def audit_bytes(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (out / "public" / "_deidpipe").iterdir()}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_run(tmp_path_factory.mktemp("an audit[1]*it's"))  # signs that mean something to DuckDB


@pytest.fixture
def con(finished: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_audit(str(finished)) as opened:
        yield opened


@given(st.permutations(RECORDS))
@settings(max_examples=8, deadline=None)
def test_the_order_of_the_input_does_not_show(records: Sequence[InstanceRecord]) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        assert audit_bytes(a_run(Path(one), records)) == audit_bytes(a_run(Path(other)))


def test_the_manifest_counts_and_is_sealed_and_the_journal_is_gone(finished: Path) -> None:
    assert audit_bytes(finished).keys() == {"manifest.json", *(f"{table}.parquet" for table in TABLES)}
    assert list((finished / "private" / "journal").iterdir()) == []
    manifest = json.loads(audit_bytes(finished)["manifest.json"])
    assert (manifest["profile"], len(manifest["seal"])) == ("basic", 64)
    assert manifest["audit"]["outcomes"] == {"released": 4, "quarantined": 2, "not-dicom": 1}
    assert [manifest["audit"][name] for name in ("decisions", "plans", "instances")] == [4, 2, 7]


def test_a_run_without_files_has_an_audit(tmp_path: Path) -> None:
    a_run(tmp_path, ())
    assert verify.verify(str(tmp_path), seal) == []


@given(st.lists(st.binary(max_size=4).map(lambda line: line.replace(b"\n", b"")), max_size=30))
def test_lines_are_sorted_piece_by_piece(unsorted: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "_SORTED_AT_ONCE", 20)
        path = Path(folder, "lines")
        path.write_bytes(b"".join(line + b"\n" for line in unsorted))
        # The line break is compared too: it only matters below a space, where records have nothing but tabs.
        assert list(sorted_lines(str(path))) == sorted(unsorted, key=lambda line: line + b"\n")
        assert os.listdir(folder) == ["lines"]


QUARANTINED = not_released("quarantined", "x")
WRONG_RECORDS = (
    released("A/1.dcm", a_plan(NAME)),  # its plan was not added
    released("", CT),
    released("A\tB/1.dcm", CT),
    QUARANTINED._replace(file="SECRET-7"),
    QUARANTINED._replace(sop_instance_uid="SECRET-7"),
    not_released("lost", "x"),
)


@pytest.mark.parametrize("record", WRONG_RECORDS)
def test_a_record_that_cannot_be_is_refused_without_its_value(tmp_path: Path, record: InstanceRecord) -> None:
    writer = AuditWriter(str(tmp_path))
    writer.add_plan(CT)
    with pytest.raises(ValueError, match=r"released|control") as told:
        writer.add(record)
    writer.close()
    assert "SECRET-7" not in str(told.value)


@pytest.mark.parametrize("plan", [a_plan(), PlanRecord("0" * 32, (NAME,))])
def test_a_plan_has_decisions_and_their_digest(tmp_path: Path, plan: PlanRecord) -> None:
    writer = AuditWriter(str(tmp_path))
    with pytest.raises(ValueError, match="PlanRecord"):
        writer.add_plan(plan)
    writer.close()


def test_an_audit_or_a_journal_is_not_written_over(finished: Path, tmp_path: Path) -> None:
    writer = AuditWriter(str(tmp_path))
    with pytest.raises(UsageError, match="earlier run"):
        writer.finish(str(finished / "public"), {}, seal)
    with pytest.raises(UsageError, match="did not end"):
        AuditWriter(str(tmp_path))


@pytest.mark.parametrize("manifest", [{"audit": 1}, {"seal": "x"}, {"a": object()}, {"a": float("nan")}])
def test_a_manifest_that_cannot_be_leaves_the_journal_as_it_was(tmp_path: Path, manifest: dict[str, object]) -> None:
    writer = AuditWriter(str(tmp_path / "journal"))
    with pytest.raises((ValueError, TypeError)):
        writer.finish(str(tmp_path / "public"), manifest, seal)
    assert not (tmp_path / "public").exists()
    assert {path.name for path in (tmp_path / "journal").iterdir()} >= {"instances.tsv", "plans.tsv", "decisions.tsv"}


def test_nothing_heavy_is_imported_to_write() -> None:
    code = "import sys, deidpipe.audit.writer; sys.exit(bool({'duckdb', 'numpy', 'pyarrow'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_summary_counts_files_and_elements_with_their_differences(con: duckdb.DuckDBPyConnection) -> None:
    assert summary(con) == Table(
        ("what", "outcome", "detail", "count"),
        [
            ("files", "not-dicom", "no-preamble", 1),
            ("files", "quarantined", "no-sop-instance-uid", 2),
            ("files", "released", "", 4),
            ("elements", "emptied", "Z", 6),
            ("elements", "kept", "K", 3),
            ("elements", "kept", "Z", 1),
            ("elements", "removed", "K", 1),
            ("elements", "removed", "Z", 1),
        ],
    )


@pytest.mark.parametrize("wanted", ["A/2.25.3.dcm", "2.25.3"])
def test_one_instance_is_shown_in_the_order_of_the_file(con: duckdb.DuckDBPyConnection, wanted: str) -> None:
    shown = show(con, wanted)
    assert [(row[0], row[4], row[7]) for row in shown.rows] == [
        ("Modality", "kept", "needed for research"),
        ("PatientName", "kept", ""),
        ("RequestAttributesSequence[0].AccessionNumber", "removed", ""),
    ]


def test_an_instance_that_is_not_there_is_told_without_its_value(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(UsageError) as told:
        show(con, "SECRET-7")
    assert "SECRET-7" not in str(told.value)


COUNTS = {
    "AccessionNumber": [2, 1, 1],
    "RequestAttributesSequence[0].AccessionNumber": [1, 1],
    "PatientName": [3, 1],
}


@pytest.mark.parametrize("attribute", COUNTS)
def test_an_attribute_is_found_by_keyword_or_path(con: duckdb.DuckDBPyConnection, attribute: str) -> None:
    assert [row[-1] for row in by_attribute(con, attribute).rows] == COUNTS[attribute]


NOT_ALLOWED = {
    "SELEC 1": "SQL",
    "SELECT nothing FROM elements": "nothing",
    "SELECT 1; SELECT 2": "one SELECT",
    "": "one SELECT",
    "DROP TABLE instances": "one SELECT",
    "SELECT * FROM read_text('/etc/passwd')": "disabled",
    "FROM '/etc/passwd'": "not exist",
    "FROM RECORDS": "not exist",  # a variable of Python
}


@pytest.mark.parametrize("sql", NOT_ALLOWED)
def test_a_query_reads_the_audit_and_nothing_else(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    with pytest.raises(UsageError, match=NOT_ALLOWED[sql]):
        query(con, sql)


@pytest.mark.parametrize("sql", ["SET threads = 2", "ATTACH '/tmp/a.db'", "COPY plans TO '/tmp/a.csv'", "LOAD httpfs"])
def test_the_connection_itself_is_locked(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    with pytest.raises(duckdb.Error, match=r"locked|disabled"):
        con.execute(sql)


def test_csv_and_json_lines_hold_each_element(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for kind in ("csv", "jsonl"):
        assert export(con, str(tmp_path / kind), kind) == Table(("rows",), [(12,)])
    first = json.loads((tmp_path / "jsonl").read_text().partition("\n")[0])
    header, row, *rest = (tmp_path / "csv").read_text().splitlines()
    assert header.split(",") == list(first)
    assert row.split(",") == [str(value) for value in first.values()]
    assert len(rest) == 11
    for path, kind in ((tmp_path / "csv", "csv"), (tmp_path / "no" / "folder", "csv"), (tmp_path / "x", "xml")):
        with pytest.raises(UsageError):
            export(con, str(path), kind)


@pytest.mark.parametrize("below", ["", "public", "public/_deidpipe"])
def test_an_audit_is_found_from_each_of_its_folders(finished: Path, below: str) -> None:
    assert verify.verify(str(finished / below), seal) == []
    open_audit(str(finished / below)).close()


def test_a_missing_audit_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no finished audit"):
        open_audit(str(tmp_path))
    with pytest.raises(UsageError, match="no finished audit"):
        verify.verify(str(tmp_path), None)


def rewrite(run: Path, table: str, rows: Rows) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in TABLES[table].items())
    path = str(run / "public" / "_deidpipe" / f"{table}.parquet").replace("'", "''")
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE rows ({columns})")
        for row in rows:
            con.execute(f"INSERT INTO rows VALUES ({', '.join('?' * len(row))})", row)
        con.execute(f"COPY rows TO '{path}' (FORMAT parquet)")


def table_rows(run: Path, table: str) -> Rows:
    with open_audit(str(run)) as con:
        return [list(row) for row in query(con, f"FROM {table}").rows]


def change_value(rows: Rows, row: int, other: int, column: int) -> None:
    place = column % len(rows[row])
    value = rows[row][place]
    rows[row][place] = None if other == 0 else value + other if isinstance(value, int) else f"{value}1"


def hide_control_character(rows: Rows, row: int, _other: int, _column: int) -> None:
    rows[row] = [value.replace(" ", "\t") if isinstance(value, str) else value for value in rows[row]]


def drop_row(rows: Rows, row: int, _other: int, _column: int) -> None:
    del rows[row]


def repeat_row(rows: Rows, row: int, other: int, _column: int) -> None:
    rows.insert(other, list(rows[row]))


def swap_rows(rows: Rows, row: int, other: int, _column: int) -> None:
    other = other if other != row else row - 1
    rows[row], rows[other] = rows[other], rows[row]


def numbered_again(tamper: Tampering) -> Tampering:
    def tamper_and_number(rows: Rows, row: int, other: int, column: int) -> None:
        tamper(rows, row, other, column)
        for number, left in enumerate(rows, start=1):
            left[0] = number

    return tamper_and_number


TAMPERINGS = (change_value, hide_control_character, drop_row, repeat_row, swap_rows)
HIDDEN_TAMPERINGS = tuple(map(numbered_again, (drop_row, repeat_row, swap_rows)))


@given(st.sampled_from(sorted(TABLES)), st.sampled_from(TAMPERINGS + HIDDEN_TAMPERINGS), *[st.integers(0, 1000)] * 3)
@settings(max_examples=60, deadline=None)
def test_tampering_with_any_row_is_found(
    finished: Path, table: str, tamper: Tampering, row: int, other: int, column: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run = Path(shutil.copytree(finished, Path(folder, "run")))
        rows = table_rows(run, table)
        before = [list(row) for row in rows]
        tamper(rows, row % len(rows), other % len(rows), column)
        rewrite(run, table, rows)
        problems = verify.verify(str(run), None)
        assert (problems == []) is (rows == before)


@pytest.mark.parametrize(
    "name", ["profile", "versions", "audit", "seal", "chain_head", "decisions", "outcomes", "format"]
)
def test_a_changed_manifest_is_found(finished: Path, tmp_path: Path, name: str) -> None:
    run = Path(shutil.copytree(finished, tmp_path / "run"))
    path = run / "public" / "_deidpipe" / "manifest.json"
    manifest = json.loads(path.read_bytes())
    (manifest if name in manifest else manifest["audit"])[name] = "other"
    path.write_text(json.dumps(manifest, sort_keys=True, indent=2) + "\n")
    assert any("the seal does not fit" in problem for problem in verify.verify(str(run), seal))
    assert (verify.verify(str(run), None) == []) is (name in ("profile", "versions", "seal"))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": 1}', '{"seal": "x", "seal": "y"}', "\xff"])
def test_a_manifest_in_another_hand_is_found(finished: Path, tmp_path: Path, text: str) -> None:
    run = Path(shutil.copytree(finished, tmp_path / "run"))
    (run / "public" / "_deidpipe" / "manifest.json").write_text(text, encoding="latin-1")
    assert verify.verify(str(run), seal) == ["manifest.json: is not as deidpipe wrote it"]


@pytest.mark.parametrize("table", sorted(TABLES))
@pytest.mark.parametrize("damage", ["", "no Parquet", None])
def test_a_table_that_cannot_be_read_is_found(finished: Path, tmp_path: Path, table: str, damage: str | None) -> None:
    run = Path(shutil.copytree(finished, tmp_path / "run"))
    path = run / "public" / "_deidpipe" / f"{table}.parquet"
    path.unlink() if damage is None else path.write_text(damage)
    assert verify.verify(str(run), seal) == [f"{table}.parquet: cannot be read; what depends on it was not looked at"]
    with pytest.raises(UsageError, match="cannot be read"):
        open_audit(str(run))


CHANGES: dict[str, Callable[[Path], object]] = {
    "A/2.25.3.dcm: is recorded but not there, or recorded twice": lambda file: file.unlink(),
    "A/2.25.3.dcm: has another size than recorded": lambda file: file.write_bytes(BODY + b"x"),
    "A/2.25.3.dcm: has another content than recorded": lambda file: file.write_bytes(BODY.upper()),
    "A/2.25.3.dcm: is no plain file": lambda file: os.replace(file.parents[3] / "link", file),
    "A/0: is in public/ but not recorded": lambda file: (file.parent / "0").touch(),
    "z: is in public/ but not recorded": lambda file: (file.parents[1] / "z").symlink_to("/etc"),
}


@pytest.mark.parametrize("problem", CHANGES)
def test_released_files_are_those_recorded(finished: Path, tmp_path: Path, problem: str) -> None:
    run = Path(shutil.copytree(finished, tmp_path / "run"))
    (tmp_path / "link").symlink_to(run / "public" / "A" / "2.25.1.dcm")
    CHANGES[problem](run / "public" / "A" / "2.25.3.dcm")
    assert verify.verify(str(run), seal) == [problem]


def test_problems_without_end_are_cut_off(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Path(shutil.copytree(finished, tmp_path / "run"))
    for number in range(5):
        (run / "public" / f"stray{number}").touch()
    monkeypatch.setattr(verify, "MOST_PROBLEMS", 2)
    assert len(verify.verify(str(run), seal)) == 3
