"""The command line: parse, call, and turn an error into an exit status.

argparse, and no heavy import before it is needed: a run on a few files should not pay for what it does not use.
"""

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from deidpipe import __version__
from deidpipe.cli.parser import Parser
from deidpipe.cli.status import Status
from deidpipe.errors import DeidError, IdentityError, ProfileError, UsageError

_COMMANDS = (
    "run",
    "quarantine",
    "plan",
    "inspect",
    "check",
    "explain",
    "pixels",
    "profile",
    "audit",
    "crosswalk",
    "synth",
    "score",
)  # the shelf, in the order of --help

_GARBAGE = 100_000  # objects made between two looks for cycles: there are hardly any, and each look costs


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; only --help and --version leave by SystemExit."""
    words = sys.argv[1:] if words is None else words
    parser = Parser(
        prog="deidpipe",
        description="De-identify DICOM collections to PS3.15, with an audit of every element.",
        epilog="Exit status: 0 done; 1 findings; 2 usage or profile; 3 some files in quarantine; 4 a check could not "
        "run; 5 key or mapping does not fit; 6 internal error; 130 interrupted.",
    )
    parser.add_argument("--version", action="version", version=f"deidpipe {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    chosen = words[:1] if words and words[0] in _COMMANDS else _COMMANDS
    for name in chosen:
        import_module(f"deidpipe.cli.commands.{name}").add_to(commands)
    try:
        parsed = parser.parse_args(words)
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
    except Exception as error:  # noqa: BLE001  # its message may quote a value, so only its kind and place are told
        print(f"deidpipe: internal error, {_kind_and_place(error)}; please report it", file=sys.stderr)  # noqa: T201
        return Status.INTERNAL


def entry() -> None:
    """Run the command that was typed and leave with its exit status."""
    gc.set_threshold(_GARBAGE)
    sys.exit(main())


def _kind_and_place(error: Exception) -> str:
    import traceback

    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {os.path.basename(frame.filename)}:{frame.lineno}"


def _told(error: DeidError, status: Status) -> Status:
    print(f"deidpipe: {error}", file=sys.stderr)  # noqa: T201
    return status
