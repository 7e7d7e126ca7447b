"""deidpipe run: de-identify a folder."""

import argparse

from deidpipe.cli.arguments import (
    Subparsers,
    add_identity,
    add_json,
    add_profile,
    add_workers,
    key_of,
    mapping_of,
    profile_of,
    words_asked,
)
from deidpipe.cli.show import complain, progress_bar, say, say_json
from deidpipe.cli.status import Status
from deidpipe.profile.model import Profile
from deidpipe.report.document import as_html, as_markdown
from deidpipe.report.statement import Ran, statement
from deidpipe.run.batch import Order, Result, run
from deidpipe.run.job import must_be_possible
from deidpipe.run.place import Place
from deidpipe.run.utility import in_lines
from deidpipe.standard.table import EDITION


def add_to(commands: Subparsers) -> None:
    """Put the command on the command line."""
    parser = commands.add_parser(
        "run",
        help="de-identify a folder: every file is released, put into quarantine with a reason, or no DICOM",
        description="De-identify everything below IN. OUT/public holds what may leave, with new names and the audit; "
        "OUT/private the key, the crosswalk, the list of files and the quarantine. If it was interrupted, the same "
        "command goes on from there; if files were added or changed since, it does those.",
    )
    parser.add_argument("source", metavar="IN", help="a folder or a file; it is never changed")
    parser.add_argument("out", metavar="OUT", help="a new folder, or that of the run to go on with")
    add_profile(parser)
    add_identity(parser)
    add_workers(parser)
    parser.add_argument(
        "--withdraw-gone", action="store_true", help="take out of OUT what was made of files that IN no longer has"
    )
    add_json(parser)
    parser.set_defaults(call=_call)


def _call(words: argparse.Namespace) -> Status:
    return carry_out(words, profile_of(words), retry=False)


def carry_out(words: argparse.Namespace, profile: Profile, *, retry: bool) -> Status:
    """Run and tell what was done; ``retry``: what is in quarantine is done again."""
    place = Place(words.out)
    must_be_possible(profile)
    place.must_be_free(words.source)
    mapping = mapping_of(words)
    key, is_new = key_of(words, place.key, make=not place.has_run)
    if is_new:
        complain(f"A new project key was made: {place.key}")
        complain("Keep it apart and safe: with it, and only with it, other files get the same replacements.")
    order = Order(
        words.source, words.out, profile, key, mapping, words.workers, retry, words.withdraw_gone, words_asked(words)
    )

    def documents(result: Result) -> dict[str, str]:
        return _documents(result, profile, key.fingerprint)

    show, end = progress_bar()
    try:
        result = run(order, show, documents)
    except KeyboardInterrupt:
        end()
        complain("deidpipe: interrupted; the same command again goes on from here")
        return Status.INTERRUPTED
    finally:
        end()
    status = Status.QUARANTINED if result.quarantined else Status.DONE
    if result.is_defective:
        status = Status.INTERNAL
    if words.json:
        lost = [each._asdict() for each in result.utility_lost]
        told = {"utility_lost": lost, "out": words.out, "profile": profile.name, "exit_status": int(status)}
        file_set = result.file_set._asdict() if result.file_set is not None else None
        say_json({**result._asdict(), **told, "file_set": file_set})
    else:
        _say_summary(result, place, profile.name)
    return status


def _documents(result: Result, profile: Profile, key_fingerprint: str) -> dict[str, str]:
    """Return the conformance statement, as it goes beside the audit."""
    counts = {"inputs": result.inputs, "released": result.released}
    counts |= {"quarantined": result.quarantined, "not-dicom": result.not_dicom}
    told = statement(profile, Ran(key_fingerprint, counts, result.reasons, in_lines(result.utility_lost)))
    return {"conformance.md": as_markdown(told), "conformance.html": as_html(told)}


def _lost(result: Result) -> dict[str, list[str]]:
    """Return what for each modality lost Attributes; which ones, the conformance statement and ``plan`` tell."""
    lost: dict[str, list[str]] = {}
    for modality, reason, *_ in in_lines(result.utility_lost):
        lost.setdefault(modality, []).append(reason)
    return lost


def _say_summary(result: Result, place: Place, profile: str) -> None:
    say(f"Profile {profile}, PS3.15 {EDITION}")
    if result.nothing_was_left:
        say("Nothing to do: all of this was done before.")
    elif result.done_before:
        say(f"Gone on with a run that had done {result.done_before:,} files.")
    if result.done_again:
        say(f"Done again: {result.done_again:,} files that changed, or of whose patients or staff more is known now.")
    say()
    say(f"  inputs       {result.inputs:>9,}")
    say(f"  released     {result.released:>9,}   {place.public}")
    say(f"  quarantined  {result.quarantined:>9,}   {place.quarantine if result.quarantined else ''}".rstrip())
    for code, count in result.reasons.items():
        say(f"               {count:>9,}     {code}")
    say(f"  not-dicom    {result.not_dicom:>9,}")
    if result.file_set is not None:
        say(
            f"  file-set     {result.file_set.instances:>9,}   {place.file_set}: the released files with a new DICOMDIR"
        )
    if result.file_set is not None and result.file_set.unlisted:
        say(f"               {result.file_set.unlisted:>9,}     in it but not listed: no Directory Record fits them")
    if result.file_set_fault:
        say(f"  file-set             -   not made: {result.file_set_fault}")
    if result.utility_lost:
        say()
    for modality, reasons in _lost(result).items():
        say(f"  {modality:<12} lost what research needs for: {', '.join(reasons)}")
    say()
    say(f"What became of each file, and why: {place.files}")
    say(f"What was done to each element:     deidpipe audit summary {place.out}")
    say(f"How, for readers of the output:    {place.statement}")
    public = f"{place.public} or {place.file_set}" if result.file_set is not None else place.public
    say(f"Only {public} may be passed on; whoever has {place.private} can identify the patients.")
