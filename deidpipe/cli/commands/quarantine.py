"""deidpipe quarantine: what was not released, why, what to do; and trying it again."""

import argparse
import json
from collections.abc import Iterator

from deidpipe.audit.records import FileOutcome
from deidpipe.cli.arguments import Subparsers, add_identity, add_json, add_workers, profile_of
from deidpipe.cli.commands.run import carry_out
from deidpipe.cli.show import say, say_json, say_table
from deidpipe.cli.status import Status
from deidpipe.errors import UsageError
from deidpipe.run.batch import ASKED
from deidpipe.run.journal import Journal
from deidpipe.run.place import Place
from deidpipe.run.refusal import stage_of

_COLUMNS = ("input", "reason", "stage", "what", "what to do")


def add_to(commands: Subparsers) -> None:
    """Put the command on the command line."""
    parser = commands.add_parser("quarantine", help="the files that were not released: why, what to do; try them again")
    inner = parser.add_subparsers(required=True, metavar="list|retry")
    listing = inner.add_parser("list", help="each file in quarantine with its reason and what to do")
    listing.add_argument("out", metavar="OUT", help="the folder of a run")
    add_json(listing)
    listing.set_defaults(call=_list)
    retry = inner.add_parser(
        "retry",
        help="do again what is in quarantine, and nothing else",
        description="Do again what is in quarantine, with the input, profile and mapping of the run. Another profile "
        "may be given if it only leaves out quarantine rules, no longer says `in_doubt: quarantine`, or releases "
        "unreadable pixels: what was released would have been released the same way. For any other change give a "
        "new OUT.",
    )
    retry.add_argument("out", metavar="OUT", help="the folder of a run")
    retry.add_argument("--profile", metavar="NAME", help="the profile with fewer quarantine rules (that of the run)")
    retry.add_argument("--option", action="append", metavar="OPTION", help="an Option of PS3.15 E.3 (those of the run)")
    add_identity(retry)
    add_workers(retry)
    add_json(retry)
    retry.set_defaults(call=_retry)


def _list(words: argparse.Namespace) -> Status:
    with _journal(words.out) as journal:
        rows = list(_rows(journal))
    if words.json:
        say_json({"quarantined": [dict(zip(_COLUMNS, row, strict=True)) for row in rows]})
    elif rows:
        say_table(_COLUMNS, rows)
    else:
        say("Nothing is in quarantine.")
    return Status.QUARANTINED if rows else Status.DONE


def _rows(journal: Journal) -> Iterator[tuple[str, str, str, str, str]]:
    for entry in journal.entries(FileOutcome.QUARANTINED):
        name = entry.name.encode(errors="backslashreplace").decode()
        yield name, entry.record.reason, stage_of(entry.record.reason), entry.what, entry.fix


def _retry(words: argparse.Namespace) -> Status:
    with _journal(words.out) as journal:
        asked = json.loads(journal.fact(ASKED) or "{}")
    if not asked:
        raise UsageError("OUT", "holds no run that got as far as that", "start with deidpipe run")
    for name, said in asked.items():
        if getattr(words, name, None) is None:
            setattr(words, name, said)
    return carry_out(words, profile_of(words), retry=True)


def _journal(out: str) -> Journal:
    place = Place(out)
    if not place.has_run:
        raise UsageError("OUT", "holds no run", "give the OUT folder of a run")
    return Journal(place.journal_file)
