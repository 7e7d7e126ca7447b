"""deidpipe plan: what a run would do; writes nothing."""

import argparse

from deidpipe.cli.arguments import Subparsers, add_json, add_profile, profile_of
from deidpipe.cli.show import because, progress_bar, say, say_json, say_table, say_utility
from deidpipe.cli.status import Status
from deidpipe.run.dry_run import dry_run

_SHOWN = 40


def add_to(commands: Subparsers) -> None:
    """Put the command on the command line."""
    parser = commands.add_parser("plan", help="what a run would change and why; writes nothing")
    parser.add_argument("source", metavar="IN", help="a folder or a file")
    add_profile(parser)
    parser.add_argument("--all", action="store_true", help=f"all changes, not only the {_SHOWN} most frequent")
    add_json(parser)
    parser.set_defaults(call=_call)


def _call(words: argparse.Namespace) -> Status:
    show, end = progress_bar()
    try:
        forecast = dry_run(words.source, profile_of(words), show)
    finally:
        end()
    status = Status.QUARANTINED if forecast.refused else Status.DONE
    if words.json:
        say_json(
            {
                **forecast._asdict(),
                "quarantined": len(forecast.refused),
                "refused": [refused._asdict() for refused in forecast.refused],
                "changes": [change._asdict() for change in forecast.changes],
                "utility_lost": [lost._asdict() for lost in forecast.utility_lost],
                "exit_status": int(status),
            }
        )
        return status
    say(f"{forecast.inputs:,} files, {forecast.size / 1e6:,.1f} MB, {forecast.patients:,} patients")
    say(f"  would be released     {forecast.released:>9,}")
    say(f"  would be quarantined  {len(forecast.refused):>9,}")
    say(f"  not-dicom             {forecast.not_dicom:>9,}")
    if forecast.refused:
        say("\nInto quarantine")
        say_table(("file", "why"), [(refused.file, refused.what) for refused in forecast.refused])
    changes = forecast.changes if words.all else forecast.changes[:_SHOWN]
    if changes:
        say("\nChanges (X removed, Z emptied, D dummy, C cleaned or shifted, U new UID, + added)")
        rows = [(change.action or "+", change.attribute, change.instances, because(*change[3:])) for change in changes]
        say_table(("", "Attribute", "Instances", "because"), rows)
    if len(changes) < len(forecast.changes):
        say(f"and {len(forecast.changes) - len(changes):,} more: --all shows them")
    say_utility(forecast.utility_lost)
    return status
