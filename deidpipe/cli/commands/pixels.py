"""deidpipe pixels: which regions of one file's pixels would be hidden, and who says so."""

import argparse
import os

from deidpipe.cli.arguments import Subparsers, add_json
from deidpipe.cli.show import say, say_json, say_table
from deidpipe.cli.status import Status
from deidpipe.errors import UsageError


def add_to(commands: Subparsers) -> None:
    """Put the command on the command line."""
    parser = commands.add_parser("pixels", help="what clean-pixel-data would hide in one file; nothing is changed")
    parser.add_argument("file", metavar="FILE", help="a DICOM file with an image")
    parser.add_argument(
        "--out", metavar="PNG", help="write before and after side by side; the left half shows the text"
    )
    add_json(parser)
    parser.set_defaults(call=_call)


def _call(words: argparse.Namespace) -> Status:
    from deidpipe.profile.model import PixelRules
    from deidpipe.run.pixel_report import look_at
    from deidpipe.run.pixels import must_have_detectors

    must_have_detectors(PixelRules())
    report = look_at(words.file)
    if words.out and report.picture:
        _write(words.out, report.picture)
    regions = [
        {
            "x0": region.x0,
            "y0": region.y0,
            "x1": region.x1,
            "y1": region.y1,
            "source": region.source,
            "score": round(region.score, 2),
            "frames": "all" if region.frames is None else f"{region.frames[0]} to {region.frames[1] - 1}",
        }
        for region in report.regions
    ]
    if words.json:
        say_json({**report._asdict(), "regions": regions, "picture": bool(words.out and report.picture)})
        return Status.FINDINGS if regions else Status.DONE
    frames = "" if report.frames == 1 else f", {report.frames} frames"
    say(f"{report.columns} x {report.rows} pixels{frames}; by its header the risk of text is {report.risk}")
    if not regions:
        say("nothing would be hidden")
        return Status.DONE
    say(f"{len(regions)} regions would be hidden{'; nothing is sure about any of them' if report.is_weak else ''}\n")
    say_table(tuple(regions[0]), [tuple(region.values()) for region in regions])
    return Status.FINDINGS


def _write(path: str, picture: bytes) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError("--out", "is there already", "give another name") from None
    except OSError as error:
        raise UsageError("--out", f"cannot be written ({error.strerror})", "give another path") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(picture)
