"""deidpipe score: how well any tool did on a planted-identity collection."""

import argparse
import csv
import os

from deidpipe.cli.arguments import Subparsers, add_json
from deidpipe.cli.show import complain, progress_bar, say, say_json, say_table
from deidpipe.cli.status import Status


def add_to(commands: Subparsers) -> None:
    """Put the command on the command line."""
    parser = commands.add_parser(
        "score",
        help="score the output of any tool against the answer key of synth",
        description="Look up each action of the key in the files below RESULT, by category as the MIDI-B challenge has "
        "them. A file that is missing counts all its actions as wrong.",
        epilog="Exit status 1: planted identifiers were found in the bytes.",
    )
    parser.add_argument("answers", metavar="ANSWERS", help="the answers.csv of synth, beside its data folder")
    parser.add_argument("result", metavar="RESULT", help="the folder that a tool wrote")
    parser.add_argument("--crosswalk", metavar="FOLDER", help="tables id_old,id_new of patients and UIDs, if there are")
    parser.add_argument("--wrong", metavar="FILE", help="write each wrong action to a CSV file")
    parser.add_argument("--show-values", action="store_true", help="with what was expected and what was found")
    parser.add_argument("--kinds", action="store_true", help="also by what was planted, and by family of templates")
    add_json(parser)
    parser.set_defaults(call=_call)


def _call(words: argparse.Namespace) -> Status:
    from deidpipe.synth.matching import NOTHING_TOLD, read_crosswalk
    from deidpipe.synth.score import score

    told = read_crosswalk(words.crosswalk) if words.crosswalk else NOTHING_TOLD
    show, end = progress_bar()
    try:
        scored = score(words.answers, words.result, told, show)
    finally:
        end()
    if words.wrong:
        columns = ["file", "result", "path", "attribute", "category", "kind", "family"]
        with open(words.wrong, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([*columns, *(("expected", "value") if words.show_values else ())])
            for row, result, value in scored.wrong:
                line = [row.file, result, row.path, row.attribute, row.category.value, row.kind, row.family]
                writer.writerow([*line, *((row.expected, value) if words.show_values else ())])
    leaks = scored.leaks
    if words.json:
        say_json(
            {
                "percent": round(scored.total.percent, 3),
                "right": scored.total.right,
                "wrong": scored.total.wrong,
                "files": scored.files,
                "missing": scored.missing,
                "categories": {name.value: tally._asdict() for name, tally in scored.by_category.items()},
                "kinds": {name: tally._asdict() for name, tally in scored.by_kind.items()},
                "families": {name: tally._asdict() for name, tally in scored.by_family.items()},
                "leaks": {
                    "looked_for": leaks.looked_for,
                    "found": leaks.found,
                    "files": leaks.files,
                    "kinds": leaks.by_kind,
                },
            }
        )
        return Status.FINDINGS if leaks.found else Status.DONE
    rows = [
        (name.value, tally.right, tally.wrong, f"{tally.percent:.2f}") for name, tally in scored.by_category.items()
    ]
    total = scored.total
    say_table(("category", "right", "wrong", "%"), [*rows, ("all", total.right, total.wrong, f"{total.percent:.2f}")])
    if words.kinds:
        for title, tallies in (("family", scored.by_family), ("what was planted", scored.by_kind)):
            say()
            parts = [(name, tally.right, tally.wrong, f"{tally.percent:.2f}") for name, tally in tallies.items()]
            say_table((title, "right", "wrong", "%"), parts)
    say(f"\n{scored.files:,} files, {scored.missing:,} of them missing")
    say(f"{leaks.found:,} of {leaks.looked_for:,} planted identifiers are left in the bytes of {leaks.files:,} files")
    if words.wrong:
        complain(f"What was wrong: {os.path.abspath(words.wrong)}")
    return Status.FINDINGS if leaks.found else Status.DONE
