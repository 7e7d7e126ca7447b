"""deidpipe explain: what a profile does to one Attribute, and why."""

import argparse

from deidpipe.cli.arguments import Subparsers, add_json, add_profile, profile_of
from deidpipe.cli.show import say, say_json
from deidpipe.cli.status import Status
from deidpipe.run.explain import explain


def add_to(commands: Subparsers) -> None:
    """Put the command on the command line."""
    parser = commands.add_parser("explain", help="what a profile does to one Attribute, and why")
    parser.add_argument("attribute", metavar="ATTRIBUTE", help="PatientName, 00100010, or a path with /")
    add_profile(parser)
    add_json(parser)
    parser.set_defaults(call=_call)


def _call(words: argparse.Namespace) -> Status:
    answer = explain(words.attribute, profile_of(words))
    if words.json:
        say_json({**answer._asdict(), "arms": [arm._asdict() for arm in answer.arms]})
        return Status.DONE
    name = f"{answer.keyword} ({answer.vr})" if answer.keyword else "private element"
    say(f"{answer.tag} {name}, profile {answer.profile}")
    for arm in answer.arms:
        why = f": {arm.why}" if arm.why else ""
        if arm.where:
            say(f"  {arm.where}")
        say(f"  {arm.action}  {arm.meaning}")
        say(f"     {arm.layer}, {arm.source}{why}")
    return Status.DONE
