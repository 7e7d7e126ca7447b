"""A profile from what another tool is told: a script of CTP's DICOM anonymizer, or a recipe of deid."""

import os
import re

from deidpipe.errors import ProfileError
from deidpipe.profile.importing.ctp import read_script
from deidpipe.profile.importing.ctp_profile import draft_of_script
from deidpipe.profile.importing.draft import Entry, Outcome, Remark
from deidpipe.profile.importing.recipe import is_recipe, read_recipe
from deidpipe.profile.importing.recipe_profile import draft_of_recipe
from deidpipe.profile.importing.settle import settle
from deidpipe.profile.importing.write import Imported, written

__all__ = ["Entry", "Imported", "Outcome", "Remark", "import_profile"]

LARGEST_FILE = 1_000_000  # bytes


def import_profile(path: str) -> Imported:
    """Return the profile that a script or a recipe comes to, and what could not be said.

    Raises ProfileError if the file is neither, or is malformed.
    """
    file = os.path.basename(path)
    data = _bytes_of(path, file)
    if re.match(rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<", data):
        draft = draft_of_script(read_script(data, file))
    else:
        text = _decoded(data, file)
        if not is_recipe(text):
            fix = "give a DICOM anonymizer script (XML, root script) or a recipe (FORMAT dicom)"
            raise ProfileError(f"{file}:1", "neither a CTP script nor a deid recipe", fix)
        draft = draft_of_recipe(read_recipe(text, file))
    return written(draft, settle(draft), file)


def _bytes_of(path: str, file: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as fault:  # ValueError: a path with a zero byte
        reason = getattr(fault, "strerror", None) or "no path"
        raise ProfileError(f"{file}:1", f"cannot be read ({reason})", "look at the path") from None
    if len(data) > LARGEST_FILE:
        raise ProfileError(f"{file}:1", "larger than 1 MB", "split it")
    return data


def _decoded(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise ProfileError(f"{file}:{line}", "not UTF-8", "save the file as UTF-8") from None
