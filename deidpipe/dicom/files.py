"""Files: find them, open one as an Instance, write one whole or not at all."""

import mmap
import os
import stat
from collections.abc import Iterator, Sequence

from deidpipe.dicom.guide import Guide
from deidpipe.dicom.instance import Instance, read_instance
from deidpipe.dicom.splice import Piece
from deidpipe.errors import DeidError, NotDicomError, UsageError

HEAD = 1 << 15  # bytes read at first; in most Instances all but the Pixel Data fit
_COPY_AT_ONCE = 1 << 30
# A folder cannot be opened for writing but for this flag; a file without a name gets one through /proc.
_NAMELESS = getattr(os, "O_TMPFILE", 0) if os.path.isdir("/proc/self/fd") else 0


def files_below(folder: str) -> Iterator[str]:
    """Yield every file at and below a folder, in an order that does not depend on the file system.

    Links are followed; a folder that was met before is not entered again. Raises UsageError where nothing is.
    """
    if not os.path.isdir(folder):
        if not os.path.lexists(folder):
            raise UsageError("input", "there is no such file or folder", "check the path")
        yield folder
        return
    yield from _walk(folder, {_identity(folder)})


def _walk(folder: str, met: set[tuple[int, int]]) -> Iterator[str]:
    with os.scandir(folder) as entries:
        ordered = sorted(entries, key=lambda entry: os.fsencode(entry.name))
    for entry in ordered:
        if not entry.is_dir():
            yield entry.path
            continue
        identity = _identity(entry.path)
        if identity not in met:
            met.add(identity)
            yield from _walk(entry.path, met)


def _identity(folder: str) -> tuple[int, int]:
    found = os.stat(folder)
    return found.st_dev, found.st_ino


class OpenFile:
    """A DICOM file open for reading: ``with OpenFile(path) as file: file.instance``; or one that is open already.

    ``guide`` is a guess at the layout. The beginning is read; the rest is memory-mapped if the index needs it. Errors
    name no path: it may tell a name.

    Raises
    ------
    NotDicomError
        If the file is no DICOM file.
    EncodingError
        If it cannot be read without guessing.
    DeidError
        If the system does not let it be read.
    """

    __slots__ = ("_map", "_view", "descriptor", "instance", "size")

    def __init__(self, file: str | int, guide: Guide | None = None) -> None:
        self._map: mmap.mmap | None = None
        self._view: memoryview | None = None
        try:
            self.descriptor = (
                os.dup(file) if isinstance(file, int) else os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
            )
        except OSError as error:
            raise _system_error(error) from None
        try:
            self.instance = self._read(guide)
        except OSError as error:
            self.close()
            raise _system_error(error) from None
        except BaseException:
            self.close()
            raise

    def _read(self, guide: Guide | None) -> Instance:
        status = os.fstat(self.descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise NotDicomError("file", "is no regular file", "leave it out")
        self.size = status.st_size
        try:
            return read_instance(os.pread(self.descriptor, HEAD, 0), self.size, guide, self._item_at)
        except IndexError:
            self._map = mmap.mmap(self.descriptor, 0, access=mmap.ACCESS_READ)
            self._view = memoryview(self._map)
            return read_instance(self._view, self.size, None, self._item_at)

    def _item_at(self, pos: int) -> bytes:
        return os.pread(self.descriptor, 8, pos)

    def close(self) -> None:
        """Close the file; the Instance must not be used any more."""
        if self._view is not None:
            self._view.release()
        if self._map is not None:
            self._map.close()
        os.close(self.descriptor)

    def __enter__(self) -> "OpenFile":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _system_error(error: OSError) -> DeidError:
    return DeidError("file", f"cannot be read ({error.strerror})", "check that it exists and that you may read it")


class NewFile:
    """A file that is not yet where people look: ``publish`` gives it its name, ``close`` without that forgets it.

    Where the system has files without a name, nothing is left behind even if the process is killed.
    """

    __slots__ = ("_path", "descriptor")

    def __init__(self, folder: str, *, mode: int = 0o644) -> None:
        self._path = ""
        try:
            self.descriptor = os.open(folder, os.O_RDWR | _NAMELESS | os.O_CLOEXEC, mode)
        except OSError:  # another system, or a file system that has no such files
            self._path = os.path.join(folder, f"{os.getpid()}.part")
            self.descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)

    def write(self, pieces: Sequence[Piece], source: int) -> int:
        """Write pieces one after the other; return the size.

        ``source`` is the descriptor of the file that ranges among the pieces refer to.
        """
        size = 0
        for piece in pieces:
            if isinstance(piece, range):
                _copy(source, self.descriptor, piece)
            else:
                _write(self.descriptor, piece if isinstance(piece, bytes) else piece.make())
            size += len(piece)
        return size

    def publish(self, target: str) -> bool:
        """Give the file its name; False if there is such a file already. Folders are made as needed."""
        try:
            return self._link(target)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            return self._link(target)

    def _link(self, target: str) -> bool:
        if self._path:
            if os.path.lexists(target):
                return False
            os.rename(self._path, target)
            self._path = ""
            return True
        try:  # a directory descriptor makes Python follow the link, as Linux wants it; it is not used
            os.link(f"/proc/self/fd/{self.descriptor}", target, src_dir_fd=self.descriptor)
        except FileExistsError:
            return False
        return True

    def close(self) -> None:
        """Close the file."""
        os.close(self.descriptor)
        if self._path:
            os.unlink(self._path)

    def __enter__(self) -> "NewFile":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _write(descriptor: int, data: bytes) -> None:
    done = os.write(descriptor, data)
    while done < len(data):
        done += os.write(descriptor, memoryview(data)[done:])


def _copy(source: int, target: int, span: range) -> None:
    """Copy a range of the source to where the target stands, inside the kernel where it can."""
    pos, left = span.start, len(span)
    while left:
        try:
            copied = os.copy_file_range(source, target, min(left, _COPY_AT_ONCE), pos)
        except (OSError, AttributeError):  # another file system, or a system without the call
            block = os.pread(source, min(left, 1 << 20), pos)
            _write(target, block)
            copied = len(block)
        if not copied:
            raise DeidError("file", "became shorter while it was read", "run again when nobody writes to it")
        pos += copied
        left -= copied


def copy_file(path: str, target: str) -> None:
    """Copy a file as it is, readable by nobody else."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        folder = os.path.dirname(target)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with NewFile(folder, mode=0o600) as new:
            new.write([range(os.fstat(descriptor).st_size)], descriptor)
            new.publish(target)
    finally:
        os.close(descriptor)
