"""Words that several commands share."""

import argparse
import json
import os
from typing import TypeAlias

from deidpipe.identity.key import Key, find_key
from deidpipe.identity.mapping import MappedPatient, read_mapping
from deidpipe.profile.load import load_profile
from deidpipe.profile.model import Profile
from deidpipe.standard.options import Option

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # argparse gives it no public name


def add_profile(parser: argparse.ArgumentParser) -> None:
    """Add --profile and --option."""
    parser.add_argument("--profile", default="basic", metavar="NAME", help="a shipped name or a YAML file (basic)")
    parser.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="OPTION",
        help="an Option of PS3.15 E.3 besides those of the profile; again for more: " + ", ".join(Option),
    )


def profile_of(words: argparse.Namespace) -> Profile:
    """Return the profile that was asked for."""
    return load_profile(words.profile, words.option)


def add_identity(parser: argparse.ArgumentParser) -> None:
    """Add --key, --key-command and --mapping."""
    parser.add_argument("--key", metavar="FILE", help="the project key (else $DEIDPIPE_KEY, else OUT/private/key)")
    parser.add_argument("--key-command", metavar="COMMAND", help="a command that prints the project key")
    parser.add_argument("--mapping", metavar="CSV", help="who becomes whom: id_old,id_new[,name_new][,day_shift]")


def key_of(words: argparse.Namespace, default_file: str, *, make: bool = True) -> tuple[Key, bool]:
    """Return the key, and whether it was made now; it is made only if ``make``."""
    return find_key(words.key, words.key_command, default_file, make=make)


def mapping_of(words: argparse.Namespace) -> dict[str, MappedPatient]:
    """Return the mapping that was given."""
    return read_mapping(words.mapping) if words.mapping else {}


def words_asked(words: argparse.Namespace) -> str:
    """Return as JSON what ``quarantine retry`` asks for again unless told otherwise; no key is in it."""
    profile = os.path.abspath(words.profile) if os.path.exists(words.profile) else words.profile
    mapping = os.path.abspath(words.mapping) if words.mapping else None
    source = os.path.abspath(words.source)
    asked = {"source": source, "profile": profile, "option": words.option, "mapping": mapping}
    return json.dumps({**asked, "withdraw_gone": False})


def add_workers(parser: argparse.ArgumentParser) -> None:
    """Add --workers."""
    parser.add_argument("--workers", type=from_one_up, default=1, metavar="N", help="processes that share the work (1)")


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add --json."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def from_one_up(word: str) -> int:
    """Return a number from 1 up that was typed."""
    if not word.isdecimal() or not int(word):
        raise argparse.ArgumentTypeError("give a number from 1 up")
    return int(word)


def run_folder_of(told: str | None, beside: str = "") -> str:
    """Return the folder of a run: the one that was told, else the one that a released file or this folder is in."""
    if told is not None:
        return told
    at = os.path.abspath(beside if beside and os.path.exists(beside) else ".")
    while at != os.path.dirname(at):
        if os.path.isdir(os.path.join(at, "_deidpipe")) or os.path.isdir(os.path.join(at, "public", "_deidpipe")):
            return at
        at = os.path.dirname(at)
    return "."
