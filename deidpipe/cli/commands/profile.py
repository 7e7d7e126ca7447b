"""deidpipe profile: list, show and check profiles."""

import argparse

from deidpipe.cli.arguments import Subparsers, add_json
from deidpipe.cli.show import say, say_json, say_table
from deidpipe.cli.status import Status
from deidpipe.profile.digest import digest_of
from deidpipe.profile.load import lint, load_profile
from deidpipe.profile.shipped import names
from deidpipe.profile.words import UNLISTED, dates_in_words, in_words
from deidpipe.standard.options import OPTIONS


def add_to(commands: Subparsers) -> None:
    """Put the command on the command line."""
    parser = commands.add_parser("profile", help="list, show and check profiles")
    inner = parser.add_subparsers(required=True, metavar="list|show|lint")
    listed = inner.add_parser("list", help="the profiles that come with deidpipe")
    listed.set_defaults(call=_list)
    shown = inner.add_parser("show", help="what a profile asks for")
    shown.add_argument("profile", metavar="NAME", help="a shipped name or a YAML file")
    add_json(shown)
    shown.set_defaults(call=_show)
    linted = inner.add_parser("lint", help="check a profile and tell everything that is wrong with it")
    linted.add_argument("path", metavar="NAME", help="a YAML file, or a shipped name")
    linted.set_defaults(call=_lint)


def _list(_words: argparse.Namespace) -> Status:
    say_table(("profile", "what it does"), [(name, load_profile(name).description) for name in names()])
    return Status.DONE


def _show(words: argparse.Namespace) -> Status:
    profile = load_profile(words.profile)
    options = [(option.value, OPTIONS[option].section) for option in sorted(profile.options)]
    rules = [(in_words(rule.selector), rule.action, rule.why, rule.where) for rule in profile.rules]
    quarantine = [(rule.why, rule.where) for rule in profile.quarantine]
    if words.json:
        columns = ("what", "action", "why", "where")
        say_json(
            {
                "name": profile.name,
                "description": profile.description,
                "digest": digest_of(profile),
                "options": [name for name, _ in options],
                "unlisted": profile.unlisted,
                "identity": profile.identity._asdict(),
                "rules": [dict(zip(columns, rule, strict=True)) for rule in rules],
                "quarantine": [{"why": why, "where": where} for why, where in quarantine],
            }
        )
        return Status.DONE
    identity = profile.identity
    say(f"{profile.name}: {profile.description}")
    say()
    say(f"New Patient IDs  {identity.patient_id}")
    say(f"New UIDs         under {identity.uid_root}")
    say(f"Dates            {dates_in_words(profile)}")
    say(f"Unlisted         {UNLISTED[profile.unlisted]} (what neither Table E.1-1 nor a rule names)")
    for title, columns_, rows in (
        ("Options over the Basic Profile", ("Option", "PS3.15"), options),
        ("Rules of the site", ("what", "action", "why", "where"), rules),
        ("Into quarantine", ("why", "where"), quarantine),
    ):
        if rows:
            say(f"\n{title}")
            say_table(columns_, rows)
    return Status.DONE


def _lint(words: argparse.Namespace) -> Status:
    complaints = lint(words.path)
    for complaint in complaints:
        say(str(complaint))
    if not complaints:
        say(f"{words.path}: nothing to complain about")
    return Status.USAGE if complaints else Status.DONE
