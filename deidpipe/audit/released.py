"""Are the files below public/ those that the audit tells of, all of them and no others?"""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from deidpipe.audit.tables import FOLDER

_BYTES_AT_ONCE: Final = 1 << 20


class Released(NamedTuple):
    """What the audit tells of a released file."""

    file: str
    size: int
    head_digest: str
    head_size: int


def file_problems(public_folder: str, released: Iterable[Released]) -> Iterator[str]:
    """Yield what is wrong with the files, given the records in the order of their paths.

    Both sides are walked in that order, side by side, so that a million files need no memory. Only what the walk
    finds is opened: a record that names a path outside is told as missing.
    """
    on_disk = _files(public_folder, "")
    found = next(on_disk, None)
    for record in released:
        while found is not None and found < record.file:
            yield _stray(public_folder, found)
            found = next(on_disk, None)
        if found != record.file:
            yield f"{record.file}: is recorded but not there, or recorded twice"
            continue
        try:
            yield from _content_problems(public_folder, record)
        except OSError as error:
            yield f"{record.file}: cannot be read ({error.strerror})"
        found = next(on_disk, None)
    while found is not None:
        yield _stray(public_folder, found)
        found = next(on_disk, None)


def _files(public_folder: str, below: str) -> Iterator[str]:
    """Yield all paths below a folder in the order of the whole path; links are not followed."""
    with os.scandir(os.path.join(public_folder, below)) as entries:
        # A folder is ordered as if its name ended in a slash: in whole paths one stands there.
        names = sorted(entry.name + "/" * entry.is_dir(follow_symlinks=False) for entry in entries)
    for name in names:
        if not name.endswith("/"):
            yield below + name
        elif below or name != f"{FOLDER}/":
            yield from _files(public_folder, below + name)


def _stray(folder: str, path: str) -> str:
    return f"{path.encode(errors='backslashreplace').decode()}: is in {os.path.basename(folder)}/ but not recorded"


def _content_problems(public_folder: str, record: Released) -> Iterator[str]:
    path = os.path.join(public_folder, record.file)
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode):
        yield f"{record.file}: is no plain file"
    elif status.st_size != record.size:
        yield f"{record.file}: has another size than recorded"
    elif _head_digest(path, record.head_size) != record.head_digest:
        yield f"{record.file}: has another content than recorded"


def _head_digest(path: str, size: int) -> str:
    """Return the SHA-256 of the first ``size`` bytes; empty if there are fewer."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while size > 0 and (part := file.read(min(size, _BYTES_AT_ONCE))):
            digest.update(part)
            size -= len(part)
    return digest.hexdigest() if size == 0 else ""
