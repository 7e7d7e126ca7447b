"""deidpipe profile: list, show, compare, check and import profiles."""

import argparse
import contextlib
import sys

from deidpipe.cli.arguments import Subparsers, add_json
from deidpipe.cli.show import say, say_json, say_table
from deidpipe.cli.status import Status
from deidpipe.errors import UsageError
from deidpipe.profile.difference import difference
from deidpipe.profile.digest import digest_of
from deidpipe.profile.load import lint, load_profile
from deidpipe.profile.shipped import names
from deidpipe.profile.words import UNLISTED, dates_in_words, in_words, safe_lists_in_words
from deidpipe.standard.options import OPTIONS, Option


def add_to(commands: Subparsers) -> None:
    """Put the command on the command line."""
    parser = commands.add_parser("profile", help="list, show, compare, check and import profiles")
    inner = parser.add_subparsers(required=True, metavar="list|show|diff|lint|import")
    listed = inner.add_parser("list", help="the profiles that come with deidpipe")
    listed.set_defaults(call=_list)
    shown = inner.add_parser("show", help="what a profile asks for")
    shown.add_argument("profile", metavar="NAME", help="a shipped name or a YAML file")
    add_json(shown)
    shown.set_defaults(call=_show)
    compared = inner.add_parser("diff", help="how two profiles differ, down to what becomes of each Attribute")
    compared.add_argument("first", metavar="A", help="a shipped name or a YAML file")
    compared.add_argument("second", metavar="B", help="a shipped name or a YAML file")
    add_json(compared)
    compared.set_defaults(call=_diff)
    linted = inner.add_parser("lint", help="check a profile and tell everything that is wrong with it")
    linted.add_argument("path", metavar="NAME", help="a YAML file, or a shipped name")
    linted.set_defaults(call=_lint)
    imported = inner.add_parser("import", help="turn a CTP anonymizer script or a deid recipe into a profile")
    imported.add_argument("file", metavar="FILE", help="a CTP DICOM anonymizer script (XML) or a deid recipe")
    imported.add_argument("-o", "--out", metavar="YAML", help="a new file for the profile (else it is printed)")
    add_json(imported)
    imported.set_defaults(call=_import)


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
                "safe_private": sorted(profile.safe_private),
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
    if Option.RETAIN_SAFE_PRIVATE in profile.options:
        say(f"Safe private     {safe_lists_in_words(profile)}")
    for title, columns_, rows in (
        ("Options over the Basic Profile", ("Option", "PS3.15"), options),
        ("Rules of the site", ("what", "action", "why", "where"), rules),
        ("Into quarantine", ("why", "where"), quarantine),
    ):
        if rows:
            say(f"\n{title}")
            say_table(columns_, rows)
    return Status.DONE


def _diff(words: argparse.Namespace) -> Status:
    first, second = load_profile(words.first), load_profile(words.second)
    found = difference(first, second)
    if words.json:
        named = {name: [each._asdict() for each in changes] for name, changes in found._asdict().items()}
        say_json({"first": first.name, "second": second.name, **named})
        return Status.DONE
    if not any(found):
        say(f"{first.name} and {second.name} do the same to every Attribute")
    for title, changes in (
        ("What they ask for", found.settings),
        ("Rules of one of them", found.rules),
        ("What becomes of an Attribute (X/Z/D: by its Type in the IOD)", found.listed),
    ):
        if changes:
            say(f"{title}: {len(changes):,}")
            say_table(("", first.name, second.name), changes)
            say()
    if found.unlisted:
        count = sum(len(each.attributes) for each in found.unlisted)
        say(f"Of the Attributes that neither Table E.1-1 nor a rule names: {count:,}")
        rows = [(each.vr, each.first, each.second, each.in_words) for each in found.unlisted]
        say_table(("VR", first.name, second.name, "Attributes"), rows)
    return Status.DONE


def _lint(words: argparse.Namespace) -> Status:
    complaints = lint(words.path)
    for complaint in complaints:
        say(str(complaint))
    if not complaints:
        say(f"{words.path}: nothing to complain about")
    return Status.USAGE if complaints else Status.DONE


def _import(words: argparse.Namespace) -> Status:
    from deidpipe.profile.importing import import_profile  # here, because few commands have a need of it

    made = import_profile(words.file)
    if words.out:
        _write(words.out, made.text)
    columns = ("outcome", "line", "entry", "expression", "why", "Attributes")
    rows = [(each.outcome, *each.entry, each.why, ", ".join(each.names)) for each in made.remarks]
    counts = {"said": made.said, "differs": made.differs, "not_said": made.not_said, "disabled": made.disabled}
    if words.json:
        remarks = [dict(zip(columns, row, strict=True)) for row in rows]
        yaml = {"profile": words.out} if words.out else {"yaml": made.text}
        say_json({**yaml, **counts, "rules": made.rules, "remarks": remarks})
    else:
        if not words.out:
            say(made.text.rstrip())
        with contextlib.redirect_stdout(sys.stderr):
            if rows:
                say_table(columns, [(outcome, line or "", *rest) for outcome, line, *rest in rows])
            say(f"{made.said} said, {made.differs} differ, {made.not_said} not said, {made.disabled} disabled")
    return Status.FINDINGS if made.not_said else Status.DONE


def _write(path: str, text: str) -> None:
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError("--out", "this file is there already", "give a new name") from None
