"""A marker in every element appears in nothing that deidpipe says: only in what the profile keeps, and in private/."""

import gc
import io
import logging
import pickle
import subprocess
import sys
import traceback
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from struct import pack
from typing import NamedTuple

import duckdb
import pytest

from deidpipe.cli.main import main
from deidpipe.dicom.files import OpenFile
from deidpipe.errors import DeidError
from deidpipe.identity.key import Key
from deidpipe.profile.load import load_profile
from deidpipe.run.instance import make_draft
from deidpipe.run.job import Job
from deidpipe.run.refusal import Refusal
from tests.canary import (
    BIG,
    EXPLICIT,
    IMPLICIT,
    SOP_CLASSES,
    Leaf,
    Node,
    Planter,
    element_of,
    encoded,
    file_of,
    markers_in,
    write_one,
)
from tests.end_to_end.canary_run import KEY, files_of

pytestmark = pytest.mark.xdist_group("secrecy")

CT = SOP_CLASSES["CT"]
SECRET = "ZQX424242"
_WORD = SECRET.encode()
_CHARACTER_SETS = (
    b"ISO_IR 192",
    b"\\ISO 2022 IR 87",
    b"ISO_IR 13",
    b"ISO 2022 IR 6\\ISO 2022 IR 149",
    b"GB18030",
    _WORD,
    b"\\" + _WORD,
    b"ISO_IR 192\\" + _WORD,
    b"ISO-2022-" + _WORD,
)
PROFILE = f"""\
deidpipe: 1
name: conditions
options: [retain-longitudinal-modified-dates, clean-descriptors, retain-safe-private]
rules:
  - attribute: StudyDescription
    action: Z
    when: {{Manufacturer: {{contains: {SECRET}}}}}
    why: of that maker
  - attribute: CodeMeaning
    action: D
    value: INVENTED
    why: a fixed word
quarantine:
  - when: {{InstitutionName: {{contains: {SECRET}}}, StationName: {SECRET}}}
    why: of that house
  - when: {{StationName: {{matches: "{SECRET}.*[0-9]"}}}}
    why: of that station
"""


def a_node(number: int, **values: tuple[int, str, bytes]) -> Node:
    node: Node = {
        0x00080005: Leaf("CS", b"ISO_IR 100"),
        0x00080016: Leaf("UI", CT.encode()),
        0x00080018: Leaf("UI", b"1.2.826.0.1.9999.15%05d" % number),
        0x00080070: Leaf("LO", _WORD),
        0x00081030: Leaf("LO", _WORD),
        0x00100010: Leaf("PN", _WORD + b"^Jane"),
        0x00100020: Leaf("LO", _WORD),
    }
    return node | {tag: Leaf(vr, value) for tag, vr, value in values.values()}


def refused_files() -> Iterator[tuple[str, str, bytes]]:
    """Yield (name, reason, bytes): a file full of markers for each reason there is to refuse it."""

    def made(number: int, syntax: str = EXPLICIT, after: bytes = b"", **values: tuple[int, str, bytes]) -> bytes:
        return file_of(encoded(a_node(number, **values), syntax) + after, CT, syntax, _WORD * 14)

    whole = made(1, last=(0x0020000D, "UI", _WORD))
    yield "a-whole", "", whole
    yield "b-repeated", "same-sop-instance-uid", made(1)
    yield "cut", "unreadable", made(13, last=(0x0020000D, "UI", _WORD))[:-5]
    yield "followed", "unreadable", made(2, after=_WORD)
    yield "bad-vr", "unreadable", made(3, after=element_of(0x00204000, "LO", _WORD + b" ").replace(b"LO", b"QX"))
    unended = element_of(0x00400275, "SQ", b"").replace(bytes(4), b"\xff" * 4) + _WORD
    yield "unended", "unreadable", made(4, after=unended)
    item = pack("<HHL", 0xFFFE, 0xE000, 400) + element_of(0x00100010, "PN", _WORD + b" ")
    yield "long-item", "unreadable", made(5, after=element_of(0x00400275, "SQ", item))
    yield "syntax", "unreadable", file_of(encoded(a_node(6), EXPLICIT), CT, f"1.2.{SECRET}")
    yield "no-class", "no-sop-class-uid", file_of(encoded(a_node(7, a=(0x00080016, "UI", b"")), EXPLICIT), "", EXPLICIT)
    yield "no-instance", "no-sop-instance-uid", made(8, a=(0x00080018, "UI", b""))
    yield "no-uid", "no-uid", made(9, a=(0x00080016, "UI", _WORD + b"\xe9"))
    directory = a_node(10, a=(0x00080016, "UI", b"1.2.840.10008.1.3.10"))
    yield "dicomdir", "dicomdir", file_of(encoded(directory, EXPLICIT), "1.2.840.10008.1.3.10", EXPLICIT)
    both = made(11, a=(0x00080080, "LO", b"at " + _WORD), b=(0x00081010, "SH", _WORD))
    yield "institution", "site-rule", both
    yield "station", "site-rule", made(12, b=(0x00081010, "SH", _WORD + b" 7"))
    deflated = file_of(b"\x01\x02" + _WORD * 5, CT, "1.2.840.10008.1.2.1.99")
    yield "deflated", "unreadable", deflated


def malformed_files() -> Iterator[tuple[str, bytes]]:
    """Yield files whose values make pydicom complain, with the value in its complaint."""
    for number, (tag, vr, value) in enumerate(
        [
            (0x00080005, "CS", _WORD),
            (0x00080005, "CS", b"ISO 2022 IR 100\\" + _WORD),
            (0x00080020, "DA", _WORD),
            (0x0008002A, "DT", _WORD + b"\xff"),
            (0x00080030, "TM", _WORD),
            (0x00080201, "SH", _WORD),
            (0x00100010, "PN", b"\x1b$B" + _WORD + b"\xff\xfe=\xe9=\x1b(X" + _WORD),
            (0x00100020, "LO", _WORD + b"\xff\xfe\x1b$)C\x80"),
            (0x00101010, "AS", _WORD),
            (0x00101030, "DS", _WORD),
            (0x00200013, "IS", _WORD),
            (0x00280010, "US", _WORD + b"123"),
            (0x00080018, "UI", _WORD + b"^not a UID"),
            (0x0020000D, "UI", _WORD * 12),
            (0x00080008, "CS", _WORD.lower() + b" too long for a code string " + _WORD),
            (0x00180050, "DS", _WORD + b"\\1e400"),
        ]
    ):
        for other, charset in enumerate(_CHARACTER_SETS):
            node = a_node(1000 + number * 10 + other)
            node[0x00080005] = Leaf("CS", charset)
            node[0x00080070] = Leaf("LO", b"\xff\x1b$B" + _WORD + b"\x1b\x1b(X\x80")  # a condition looks at it
            node[0x00100020] = Leaf("LO", b"\x1b$)C" + _WORD + b"\xff\xc3(")
            node[tag] = Leaf(vr, value)
            yield f"{tag:08X}-{number}-{other}", file_of(encoded(node, EXPLICIT), CT, EXPLICIT)


class Said(NamedTuple):
    """All that a run said and left."""

    status: int
    out: str
    err: str
    logged: str
    folder: Path
    expected: Mapping[str, str]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Said:
    base = tmp_path_factory.mktemp("secrecy")
    folder = base / SECRET  # the name of a folder may tell a patient, too
    folder.mkdir()
    node = Planter().everywhere()
    for number, syntax in enumerate((IMPLICIT, EXPLICIT, BIG)):
        write_one(folder / f"{SECRET}-{number}", node, CT, f"1.2.826.0.1.9999.14{number:05}", syntax)
    expected = {}
    for name, reason, data in refused_files():
        (folder / name).write_bytes(data)
        expected[name] = reason
    for name, data in malformed_files():
        (folder / name).write_bytes(data)
    (folder / f"{SECRET}.txt").write_text(f"no DICOM, and {SECRET}")
    (base / "key").write_text(KEY)
    (base / "conditions.yaml").write_text(PROFILE)
    words = ["run", str(folder), str(base / "out"), "--key", str(base / "key")]
    words += ["--profile", str(base / "conditions.yaml")]
    return _listened(words, base / "out", expected)


def _listened(words: list[str], folder: Path, expected: Mapping[str, str]) -> Said:
    """Run a command with every ear open: stdout, stderr, logging of all levels, warnings."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root, pydicoms = logging.getLogger(), logging.getLogger("pydicom")
    level, pydicom_level = root.level, pydicoms.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    pydicoms.setLevel(logging.DEBUG)
    out, err = io.StringIO(), io.StringIO()
    before = sys.stdout, sys.stderr
    try:
        sys.stdout, sys.stderr = out, err
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            status = main(words)
    finally:
        sys.stdout, sys.stderr = before
        root.removeHandler(handler)
        root.setLevel(level)
        pydicoms.setLevel(pydicom_level)
    logged = stream.getvalue() + "".join(str(each.message) for each in caught)
    return Said(status, out.getvalue(), err.getvalue(), logged, folder, expected)


def has_marker(told: str | bytes) -> bool:
    data = told.encode("utf-8", "surrogateescape") if isinstance(told, str) else told
    folded = data.upper()
    wide = any(SECRET.encode(encoding) in data for encoding in ("utf-16-le", "utf-16-be"))
    return wide or b"ZQX" in folded or bool(markers_in(data)) or _WORD.hex().encode() in data.lower()


def test_each_reason_to_refuse_is_met(said: Said) -> None:
    rows = files_of(said.folder)
    assert {name: rows[name]["reason"] for name in said.expected} == said.expected
    assert said.status == 3


def test_a_run_says_nothing_of_what_it_read(said: Said) -> None:
    assert said.out
    for told in (said.out, said.err, said.logged):
        assert not [line for line in told.splitlines() if has_marker(line)]


def test_the_public_audit_holds_nothing_of_what_was_read(said: Said) -> None:
    audit = said.folder / "public" / "_deidpipe"
    files = [path for path in audit.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".parquet", ".json"}
    for path in files:
        assert not has_marker(str(path.relative_to(said.folder)))
        if path.suffix != ".parquet":
            assert not has_marker(path.read_bytes()), path.name
            continue
        assert b"ZQX" not in path.read_bytes(), path.name
        with duckdb.connect() as con:
            rows = con.execute(f"FROM read_parquet('{path}')").fetchall()
        assert rows
        assert not [row for row in rows if any(has_marker(str(value)) for value in row)], path.name


def test_no_name_below_public_tells_anything(said: Said) -> None:
    names = [str(path.relative_to(said.folder)) for path in (said.folder / "public").rglob("*")]
    assert not [name for name in names if has_marker(name)]


@pytest.mark.parametrize(
    "words", [["summary"], ["show", "{uid}"], ["attribute", "PatientName"], ["query", "FROM decisions"], ["verify"]]
)
def test_no_question_to_the_audit_tells_anything(said: Said, words: list[str]) -> None:
    uid = next(row["released_as"] for row in files_of(said.folder).values() if row["released_as"])
    asked = [word.format(uid=Path(uid).stem) for word in words]
    answer = _listened(["audit", *asked, str(said.folder)], said.folder, {})
    assert answer.status in (0, 4)
    assert not has_marker(answer.out + answer.err + answer.logged)


def test_an_error_tells_no_value_in_any_form(said: Said) -> None:
    """Neither as text nor to a debugger: pickled, with its causes, with its traceback."""
    met = 0
    for path in sorted((said.folder.parent / SECRET).iterdir()):
        error = _error_of(path)
        if error is None:
            continue
        met += 1
        again = pickle.loads(pickle.dumps(error))
        assert again.args == error.args
        forms = [str(error), repr(error), repr(error.args), repr(again)]
        forms.append("".join(traceback.format_exception(error)).replace(str(path), ""))
        assert not [form for form in forms if has_marker(form)], path.name
    assert met > 5


def _error_of(path: Path) -> DeidError | None:
    try:
        OpenFile(str(path)).close()
    except DeidError as error:
        return error
    return None


def test_nothing_of_the_package_shows_a_value_when_it_is_printed(said: Said, tmp_path: Path) -> None:
    profile = load_profile(str(said.folder.parent / "conditions.yaml"))
    job = Job(profile, Key(bytes(range(32))), str(tmp_path), str(tmp_path), {})
    with OpenFile(str(said.folder.parent / SECRET / "a-whole")) as file:
        draft = make_draft(file.instance, job)
        assert not isinstance(draft, Refusal)
        subject = job.identity.subject(SECRET)
        subject.shifted[("DA", _WORD)] = _WORD
        shown = [file, file.instance.data_set, file.instance.data_set.layout, subject, job, job.identity]
        shown += [job.identity.key, job.identity.pseudonyms, draft.prepared.procedure, *draft.prepared.plan.decisions]
        shown += job.decisions(file.instance, CT, frozenset())
        for each in shown:
            assert not has_marker(repr(each) + str(each)), type(each).__name__
        assert bytes(range(32)).hex() not in repr(job.identity.key) + str(job.identity.key)
    del file
    gc.collect()


def test_a_process_of_its_own_is_as_silent(said: Said, tmp_path: Path) -> None:
    """With every warning on: what pydicom says while the interpreter starts or ends goes to stderr."""
    base = said.folder.parent
    command = [sys.executable, "-X", "dev", "-W", "always", "-m", "deidpipe", "run", str(base / SECRET), "out"]
    command += ["--key", str(base / "key"), "--profile", str(base / "conditions.yaml"), "--workers", "2"]
    environment = {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    done = subprocess.run(command, capture_output=True, check=False, cwd=tmp_path, env=environment)
    assert done.returncode == 3
    assert not has_marker(done.stdout)
    assert not [line for line in done.stderr.splitlines() if has_marker(line)]
