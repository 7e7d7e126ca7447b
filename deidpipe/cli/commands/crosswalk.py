"""deidpipe crosswalk: who became whom."""

import argparse

from deidpipe.cli.arguments import Subparsers
from deidpipe.cli.show import say
from deidpipe.cli.status import Status
from deidpipe.identity.crosswalk import export_crosswalk
from deidpipe.run.place import Place


def add_to(commands: Subparsers) -> None:
    """Put the command on the command line."""
    parser = commands.add_parser("crosswalk", help="who became whom: tables of original and new IDs and UIDs")
    inner = parser.add_subparsers(required=True, metavar="export")
    export = inner.add_parser("export", help="write patients.csv and uids.csv (id_old,id_new)")
    export.add_argument("run", metavar="OUT", help="the folder of a run")
    export.add_argument("target", metavar="DIR", help="where to write; whoever reads it can identify the patients")
    export.set_defaults(call=_export)


def _export(words: argparse.Namespace) -> Status:
    for name, rows in export_crosswalk(Place(words.run).crosswalk, words.target).items():
        say(f"{rows:>9,}  {words.target}/{name}")
    return Status.DONE
