"""deidpipe inspect: what stands in the files, by risk, with what the profile proposes; for the curator alone."""

import argparse
import os
import tempfile
from collections.abc import Iterator
from itertools import islice

from deidpipe.cli.arguments import Subparsers, add_json, add_profile, from_one_up, profile_of
from deidpipe.cli.inventory_show import say_summary
from deidpipe.cli.show import because, complain, progress_bar, say_json
from deidpipe.cli.status import Status
from deidpipe.profile.model import Profile
from deidpipe.report.inventory_page import About, inventory_page
from deidpipe.run.inventory.place import PAGE, PARQUET, TABLE, make_private, must_be_private, write_private
from deidpipe.run.inventory.tables import Counts, FoundElement, Inventory
from deidpipe.run.inventory.take import Files, Order, take

_SHOWN = 30
_DISTINCT = 10_000
_ROWS_ON_PAGE = 60_000  # more would make a browser slow; the tables have all


def add_to(commands: Subparsers) -> None:
    """Put the command on the command line."""
    parser = commands.add_parser(
        "inspect",
        help="every element and its distinct values by risk, with what a profile would do; for the curator alone",
        description="List every element with its distinct values, how often each occurs, how likely it identifies, and "
        "what the profile proposes. It shows values as they stand in the files: keep what it writes beside them.",
    )
    parser.add_argument("source", metavar="IN", help="a folder or a file; it is never changed")
    add_profile(parser)
    parser.add_argument("--out", metavar="FOLDER", help="a new private folder for the page (HTML), Parquet and CSV")
    parser.add_argument(
        "--top", type=from_one_up, default=_SHOWN, metavar="N", help=f"elements to show here ({_SHOWN})"
    )
    parser.add_argument(
        "--distinct",
        type=from_one_up,
        default=_DISTINCT,
        metavar="N",
        help=f"of an element with more distinct values, a sample and the number are listed ({_DISTINCT})",
    )
    parser.add_argument("--workers", type=from_one_up, default=1, metavar="N", help="processes that share the work (1)")
    add_json(parser)
    parser.set_defaults(call=_call)


def _call(words: argparse.Namespace) -> Status:
    profile = profile_of(words)
    if words.out is not None:
        must_be_private(words.out, words.source)
    show, end = progress_bar()
    order = Order(words.source, profile, words.workers, words.distinct)
    with _scratch(words.out) as scratch:
        try:
            files, inventory = take(order, scratch, show)
        finally:
            end()
        with inventory:
            counts = inventory.counts()
            if words.out is not None:
                _write(words.out, inventory, files, counts, profile)
            top = list(islice(inventory.elements(), words.top))
    if words.json:
        say_json(
            {
                "files": files._asdict(),
                **counts._asdict(),
                "profile": profile.name,
                "private": True,
                "out": words.out,
                "elements": [_as_mapping(each) for each in top],
            }
        )
    else:
        say_summary(files, counts, top, profile.name)
        complain("Private: this shows values as they stand in the files. Keep it where the originals are.")
        if words.out is not None:
            complain(f"The page for the review: {os.path.join(words.out, PAGE)}")
    return Status.QUARANTINED if files.unreadable else Status.DONE


def _scratch(out: str | None) -> "tempfile.TemporaryDirectory[str]":
    """Return a folder for the journal, which holds values: in OUT if there is one, else where the system has such."""
    if out is not None:
        make_private(out)
    return tempfile.TemporaryDirectory(prefix=".journal-", dir=out)


def _write(out: str, inventory: Inventory, files: Files, counts: Counts, profile: Profile) -> None:
    parquet, table = os.path.join(out, PARQUET), os.path.join(out, TABLE)
    for path in (parquet, table):
        write_private(path, ())
    inventory.write(parquet, table)
    for path in (parquet, table):
        os.chmod(path, 0o600)
    elements = (_as_mapping(each) for each in inventory.elements(_ROWS_ON_PAGE))
    write_private(os.path.join(out, PAGE), inventory_page(_about(files, counts, profile), elements))


def _about(files: Files, counts: Counts, profile: Profile) -> About:
    facts = (
        f"Profile {profile.name}. {files.read:,} Instances of {files.inputs:,} files, {counts.patients:,} patients; "
        f"{counts.elements:,} elements, {counts.rows:,} rows. "
        f"High risk, and would stay: {counts.high_that_stay:,} rows."
    )
    return About(facts, [*_notes(files, counts)])


def _notes(files: Files, counts: Counts) -> Iterator[str]:
    if files.unreadable:
        reasons = "; ".join(f"{reason}: {number:,}" for reason, number in files.reasons.items())
        yield f"Files that could not be read, so that their values are not here: {files.unreadable:,} ({reasons})."
    if counts.rows > _ROWS_ON_PAGE:
        yield f"This page has the {_ROWS_ON_PAGE:,} riskiest rows; the Parquet and CSV files have all {counts.rows:,}."


def _as_mapping(element: FoundElement) -> dict[str, object]:
    return {
        **element._asdict(),
        "because": because(element.rule, element.source, element.why),
        "values": [value._asdict() for value in element.values],
    }
