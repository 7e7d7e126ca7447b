"""deidpipe audit: what was done to every element."""

import argparse
import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from deidpipe.cli.arguments import Subparsers, add_json, run_folder_of
from deidpipe.cli.show import because, complain, say, say_json, say_table
from deidpipe.cli.status import Status
from deidpipe.dicom.path import name_of
from deidpipe.errors import IdentityError
from deidpipe.identity.key import find_key
from deidpipe.run.explain import tag_called
from deidpipe.run.place import Place

if TYPE_CHECKING:  # DuckDB is not imported before a question is asked
    from deidpipe.audit.query import Table

_KINDS = ("csv", "jsonl")
_OF_DECISIONS = ("path", "vr", "action", "method", "outcome", "rule", "source", "why")


def add_to(commands: Subparsers) -> None:
    """Put the command on the command line."""
    parser = commands.add_parser("audit", help="what was done to every element; is the audit whole")
    inner = parser.add_subparsers(required=True, metavar="summary|show|attribute|query|export|verify")

    def command(name: str, told: str, *before: tuple[str, str]) -> argparse.ArgumentParser:
        made = inner.add_parser(name, help=told)
        for argument, meaning in before:
            made.add_argument(argument, help=meaning)
        made.add_argument("run", metavar="RUN", nargs="?", help="the OUT folder of a run (found from here)")
        made.set_defaults(call=_ask, question=name)
        add_json(made)
        return made

    command("summary", "files by outcome, elements by action")
    command("show", "every element of one Instance", ("file_or_uid", "a released file, or its SOP Instance UID"))
    command("attribute", "one Attribute over all Instances", ("attribute", "a keyword, a tag or a path, at any depth"))
    command(
        "query", "ask in SQL: tables instances, elements, decisions, plans", ("sql", "one SELECT in the SQL of DuckDB")
    )
    export = command("export", "every element of every Instance, as a file", ("path", "the file to write"))
    chosen = export.add_mutually_exclusive_group()
    for kind in _KINDS:
        chosen.add_argument(f"--{kind}", dest="kind", action="store_const", const=kind, help=f"as {kind}")
    verify = command("verify", "is the audit whole, and are the files those that it tells of")
    verify.add_argument("--key", metavar="FILE", help="the project key, to check the seal (RUN/private/key)")
    verify.set_defaults(call=_verify)


def _ask(words: argparse.Namespace) -> Status:
    from deidpipe.audit import query

    folder = run_folder_of(words.run, getattr(words, "file_or_uid", ""))
    con = query.open_audit(folder)
    match words.question:
        case "summary":
            table = query.summary(con)
        case "show":
            table = query.show(con, _released_name(words.file_or_uid, folder))
        case "attribute":
            table = query.by_attribute(con, _as_in_the_audit(words.attribute))
        case "query":
            table = query.query(con, words.sql)
        case _:
            kind = words.kind or ("jsonl" if words.path.endswith((".jsonl", ".json")) else "csv")
            table = query.export(con, words.path, kind)
    if words.json:
        say_json({"rows": [dict(zip(table.columns, row, strict=True)) for row in table.rows]})
    elif not table.rows and words.question == "attribute":
        complain(f"No released Instance had {words.attribute}.")
    else:
        say_table(*_for_people(table))
    return Status.DONE


def _for_people(table: "Table") -> tuple[Sequence[str], list[Sequence[object]]]:
    """Return columns and rows as a terminal has room for them; --json and export have all columns."""
    if table.columns[: len(_OF_DECISIONS)] != _OF_DECISIONS:
        return table.columns, [*table.rows]
    rows: list[Sequence[object]] = []
    for path, vr, action, method, outcome, rule, source, why, *more in table.rows:
        done = f"{outcome}: {method}" if method not in ("", outcome) else outcome
        rows.append((path, vr, action, done, because(str(rule), str(source), str(why)), *more))
    return ("Attribute", "VR", "", "what was done", "because", *table.columns[len(_OF_DECISIONS) :]), rows


def _as_in_the_audit(attribute: str) -> str:
    """Return an Attribute as the audit writes it: by its keyword; paths stay as they are."""
    return attribute if re.search(r"[.\[]", attribute) else name_of(tag_called(attribute))


def _released_name(told: str, folder: str) -> str:
    """Return the name of a file below public/, if a file was told."""
    if not os.path.exists(told):
        return told
    public = folder if os.path.isdir(os.path.join(folder, "_deidpipe")) else os.path.join(folder, "public")
    return os.path.relpath(told, public)


def _verify(words: argparse.Namespace) -> Status:
    from deidpipe.audit.verify import verify

    folder = run_folder_of(words.run)
    try:
        key, _ = find_key(words.key, None, Place(folder).key, make=False)
    except IdentityError:
        if words.key:
            raise
        key = None
    problems = verify(folder, key.seal if key is not None else None)
    if words.json:
        say_json({"problems": problems, "seal_checked": key is not None})
    else:
        for problem in problems:
            say(problem)
        if not problems:
            say("The audit is whole, and the released files are those that it tells of.")
        if key is None:
            complain("The seal was not checked: give the project key with --key.")
    if problems:
        return Status.FINDINGS
    return Status.DONE if key is not None else Status.NOT_CHECKED
