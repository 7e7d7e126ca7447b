"""deidpipe synth: a collection with planted identity and its answer key."""

import argparse

from deidpipe.cli.arguments import Subparsers, add_json
from deidpipe.cli.show import progress_bar, say, say_json, say_table
from deidpipe.cli.status import Status


def add_to(commands: Subparsers) -> None:
    """Put the command on the command line."""
    parser = commands.add_parser(
        "synth",
        help="make a collection with planted identity and an answer key, from any DICOM files",
        description="Invent patients, plant them in copies of the files below SOURCE, and write OUT/data, "
        "OUT/answers.csv (one row for each action: file, element, category, what is expected) and OUT/identities.csv.",
        epilog="Families of templates: tune (challenge, clerk, technologist, report) to improve a cleaner by; held-out "
        "(forms, letter, shorthand, abroad) to measure it by. docs/synth.md tells what is planted and what is asked.",
    )
    parser.add_argument("source", metavar="SOURCE", help="a folder of DICOM files; it is never changed")
    parser.add_argument("out", metavar="OUT", help="a new folder")
    parser.add_argument("--seed", type=int, required=True, metavar="N", help="the same seed makes the same collection")
    parser.add_argument(
        "--patients", type=_count, default=0, metavar="K", help="as many patients (two for three Studies)"
    )
    parser.add_argument("--limit", type=_count, default=0, metavar="FILES", help="no more files than that (all)")
    parser.add_argument(
        "--family",
        action="append",
        default=[],
        metavar="NAME",
        help="tune (default), held-out, all, or a family; again",
    )
    add_json(parser)
    parser.set_defaults(call=_call)


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise ValueError
    return count


def _call(words: argparse.Namespace) -> Status:
    from deidpipe.synth.collection import Order, make
    from deidpipe.synth.templates import families_of

    order = Order(words.source, words.out, words.seed, families_of(words.family), words.patients, words.limit)
    show, end = progress_bar()
    try:
        made = make(order, show)
    finally:
        end()
    if words.json:
        say_json(made._asdict())
        return Status.DONE
    say(
        f"{made.files:,} files, {made.patients:,} invented patients, {made.studies:,} Studies, "
        f"{made.burned:,} with burned-in text"
    )
    say_table(("category", "actions"), [*made.actions.items(), ("all", sum(made.actions.values()))])
    say(f"{100 * made.changes:.1f} % are removals or changes")
    if made.skipped:
        say()
        say_table(("left out because", "files"), list(made.skipped.items()))
    say(f"\nAnswers: {words.out}/answers.csv")
    return Status.DONE
