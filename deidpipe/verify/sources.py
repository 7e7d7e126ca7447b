"""The files below a path, in order, and what each seems to be; members of ZIP archives stand for themselves.

The gate's own walk: links are followed nowhere, and everything that is there is told of, also what nobody expects.
"""

import os
import zipfile
from collections.abc import Iterator
from enum import StrEnum
from io import BytesIO
from typing import BinaryIO, NamedTuple

from deidpipe.errors import UsageError

LARGEST_MEMBER = 1 << 30  # bytes of one member of an archive that is read into memory
_TABLES = {".csv": ",", ".tsv": "\t", ".tab": "\t", ".xlsx": ""}
_DOCUMENTS = frozenset({".md", ".txt", ".json", ".html", ".htm", ".xml", ".yaml", ".yml", ".jsonl"})
_OWN_FOLDER = "_deidpipe"
_GROUPS = frozenset({0x02, 0x08})


class Kind(StrEnum):
    """What a file seems to be, by its first bytes and its ending."""

    DICOM = "DICOM"
    TABLE = "table"
    TEXT = "text"
    ARCHIVE = "archive"
    AUDIT = "audit"
    LINK = "link"
    OTHER = "other"


class Source(NamedTuple):
    """One file: its path as seen from the root, and how to open it. ``member`` is set inside an archive."""

    name: str
    path: str
    kind: Kind
    size: int
    member: str = ""
    problem: str = ""

    def open(self) -> BinaryIO:
        """Open the file for reading; the caller closes it."""
        if not self.member:
            return open(self.path, "rb")  # the caller closes it
        with zipfile.ZipFile(self.path) as archive:
            return BytesIO(archive.read(self.member))


def sources(root: str) -> Iterator[Source]:
    """Yield every file below a path, in the order of their names.

    Raises UsageError if there is nothing at the path.
    """
    if not os.path.lexists(root):
        raise UsageError("PATH", "is not there", "give a folder or a file")
    if not os.path.isdir(root):
        yield from _at(root, os.path.basename(root))
        return
    for folder, folders, files in os.walk(root):
        folders.sort()
        for name in sorted([*files, *(each for each in folders if os.path.islink(os.path.join(folder, each)))]):
            path = os.path.join(folder, name)
            yield from _at(path, os.path.relpath(path, root))


def _at(path: str, name: str) -> Iterator[Source]:
    if os.path.islink(path):
        yield Source(name, path, Kind.LINK, 0)
        return
    try:
        size = os.path.getsize(path)
        with open(path, "rb") as file:
            head = file.read(132)
    except OSError:
        yield Source(name, path, Kind.OTHER, 0, problem="cannot be opened")
        return
    kind = kind_of(name, head)
    if kind is not Kind.ARCHIVE:
        yield Source(name, path, kind, size)
        return
    yield Source(name, path, kind, size)
    yield from _members(path, name)


def _members(path: str, name: str) -> Iterator[Source]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = sorted((info for info in archive.infolist() if not info.is_dir()), key=lambda info: info.filename)
            for info in infos:
                inside = f"{name}!/{info.filename}"
                if info.file_size > LARGEST_MEMBER or info.flag_bits & 1:
                    why = "is too large to be read" if info.file_size > LARGEST_MEMBER else "is encrypted"
                    yield Source(inside, path, Kind.OTHER, info.file_size, info.filename, why)
                    continue
                with archive.open(info) as file:
                    kind = kind_of(info.filename, file.read(132))
                problem = "is an archive in an archive" if kind is Kind.ARCHIVE else ""
                yield Source(inside, path, kind, info.file_size, info.filename, problem)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError):
        yield Source(f"{name}!/", path, Kind.OTHER, 0, problem="is an archive that cannot be read")


def kind_of(name: str, head: bytes) -> Kind:
    """Return what a file seems to be."""
    ending = os.path.splitext(name)[1].lower()
    if head[128:132] == b"DICM" or ending in (".dcm", ".dicom") or _is_bare_dicom(head):
        return Kind.DICOM
    if os.path.basename(os.path.dirname(name)) == _OWN_FOLDER and ending == ".parquet":
        return Kind.AUDIT
    if ending in _TABLES:
        return Kind.TABLE
    if head[:4] == b"PK\x03\x04":
        return Kind.ARCHIVE
    return Kind.TEXT if ending in _DOCUMENTS and b"\0" not in head else Kind.OTHER


def _is_bare_dicom(head: bytes) -> bool:
    """Tell if a Data Set begins with the file, without preamble: a low group, then a VR or a short length."""
    if len(head) < 12:
        return False
    for order, (low, high) in (("little", (0, 1)), ("big", (1, 0))):
        group, element = head[low], int.from_bytes(head[2:4], order)  # type: ignore[arg-type]
        if group in _GROUPS and head[high] == 0 and element <= 0x1199:
            length = int.from_bytes(head[4:8], order)  # type: ignore[arg-type]
            return (head[4:6].isalpha() and head[4:6].isupper()) or length <= 128
    return False
