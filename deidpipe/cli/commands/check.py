"""deidpipe check: the gate before anything is published."""

import argparse
import os
from collections.abc import Callable

from deidpipe.cli.arguments import Subparsers
from deidpipe.cli.show import complain, counter, say
from deidpipe.cli.status import Status
from deidpipe.errors import UsageError
from deidpipe.verify.run_checks import Report

_ENDINGS = (".html", ".json", ".sarif", ".xml")


def add_to(commands: Subparsers) -> None:
    """Put the command on the command line."""
    parser = commands.add_parser(
        "check",
        help="the gate: look at files before they are published, whoever cleaned them, or nobody",
        description="Look at everything below PATH: headers at every depth, private elements, bytes that are no text, "
        "names of files, tables. Values are not shown. Exit status: 0 nothing found, 1 findings, 3 the run that is "
        "checked has files in quarantine, 4 a check that was asked for could not run.",
    )
    parser.add_argument("path", metavar="PATH", help="a folder, a file, a ZIP; the OUT of a run: its public/")
    parser.add_argument(
        "--profile", metavar="NAME", help="what the files should be: tcia, hipaa, basic, midi-b or a YAML file"
    )
    parser.add_argument("--original", default="", metavar="IN", help="what the files were made from: compare, and hunt")
    parser.add_argument(
        "--crosswalk", default="", metavar="FOLDER", help="who became whom: OUT/private/crosswalk of a run"
    )
    parser.add_argument(
        "--baseline", default="", metavar="FILE", help="a JSON report: what is in it does not count again"
    )
    parser.add_argument(
        "--fail-on", default="block", choices=("block", "warn"), help="what makes the exit status 1 (block)"
    )
    parser.add_argument(
        "--pixels", action="store_true", help="ask for a look at pixels; exit status 4 where that cannot be"
    )
    parser.add_argument(
        "--all-conformance", action="store_true", help="dciodvfy on every Instance, not one of each Series"
    )
    parser.add_argument(
        "--report", action="append", default=[], metavar="FILE", help=f"write a report: {', '.join(_ENDINGS)}"
    )
    parser.add_argument("--show-values", action="store_true", help="show what was found as it is, names and all")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(call=_call)


def _call(words: argparse.Namespace) -> Status:
    from deidpipe.verify.api import check

    writers = [(path, _writer(path)) for path in words.report]
    show, end = counter("files looked at")
    try:
        report = check(
            words.path,
            words.profile,
            original=words.original,
            crosswalk=words.crosswalk,
            baseline=words.baseline,
            fail_on=words.fail_on,
            pixels=words.pixels,
            show_values=words.show_values,
            all_conformance=words.all_conformance,
            show=show,
        )
    finally:
        end()
    for path, written in writers:
        _write(path, written(report))
        complain(f"Written: {path}")
    if words.json:
        from deidpipe.report.gate_json import as_json

        say(as_json(report))
    else:
        from rich.console import Console

        from deidpipe.report.gate_text import as_text

        Console(highlight=False).print(as_text(report))
    return Status(report.status)


def _writer(path: str) -> Callable[[Report], str]:
    """Return what writes a report of that ending."""
    match os.path.splitext(path)[1].lower():
        case ".html":
            from deidpipe.report.gate_html import as_html as written
        case ".json":
            from deidpipe.report.gate_json import as_json as written
        case ".sarif":
            from deidpipe.report.gate_sarif import as_sarif as written
        case ".xml":
            from deidpipe.report.gate_junit import as_junit as written
        case _:
            raise UsageError("--report", "this ending has no form", f"end the name with {', '.join(_ENDINGS)}")
    return written


def _write(path: str, text: str) -> None:
    try:
        with open(path, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(
            "--report", f"cannot be written ({error.strerror})", "give a file in a folder that is there"
        ) from None
