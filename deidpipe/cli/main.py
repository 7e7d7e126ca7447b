"""The command line: parse, call, and turn an error into an exit status.

argparse, and no heavy import before it is needed: a run on a few files should not pay for what it does not use.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from deidpipe import __version__
from deidpipe.cli.commands import audit, crosswalk, explain, plan, profile, run
from deidpipe.cli.status import Status
from deidpipe.errors import DeidError, IdentityError, ProfileError, UsageError

_COMMANDS = (run, plan, explain, profile, audit, crosswalk)  # the shelf, in the order of --help


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parser = argparse.ArgumentParser(
        prog="deidpipe",
        description="De-identify DICOM collections to PS3.15, with an audit of every element.",
        epilog="Exit status: 0 done; 1 findings; 2 usage or profile; 3 some files in quarantine; 4 a check could not "
        "run; 5 key or mapping does not fit; 6 internal error; 130 interrupted.",
    )
    parser.add_argument("--version", action="version", version=f"deidpipe {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in _COMMANDS:
        command.add_to(commands)
    parsed = parser.parse_args(words)
    try:
        return int(parsed.call(parsed))
    except (ProfileError, UsageError) as error:
        return _told(error, Status.USAGE)
    except IdentityError as error:
        return _told(error, Status.IDENTITY)
    except DeidError as error:
        return _told(error, Status.INTERNAL)
    except BrokenPipeError:  # the reader of our output, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Status.DONE
    except KeyboardInterrupt:
        print("deidpipe: interrupted", file=sys.stderr)  # noqa: T201
        return Status.INTERRUPTED
    except OSError as error:
        print(f"deidpipe: the system says: {error.strerror}", file=sys.stderr)  # noqa: T201
        return Status.INTERNAL


def entry() -> None:
    """Run the command that was typed and leave with its exit status."""
    sys.exit(main())


def _told(error: DeidError, status: Status) -> Status:
    print(f"deidpipe: {error}", file=sys.stderr)  # noqa: T201
    return status
