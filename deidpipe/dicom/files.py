"""Files: find them, open one as an Instance, write one whole or not at all."""

import mmap
import os
import stat
from collections.abc import Iterator, Sequence

from deidpipe.dicom.guide import Guide
from deidpipe.dicom.instance import Instance, read_instance
from deidpipe.dicom.splice import Piece
from deidpipe.errors import InputError, NotDicomError, UsageError

HEAD = 1 << 15  # bytes read at first; in most Instances all but the Pixel Data fit
_COPY_AT_ONCE = 1 << 30
_NAME_BYTES = 12
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK  # a pipe must not be waited for
# A folder cannot be opened for writing but for this flag; a file without a name gets one through /proc.
_NAMELESS = getattr(os, "O_TMPFILE", 0) if os.path.isdir("/proc/self/fd") else 0


def files_below(folder: str) -> Iterator[str]:
    """Yield every file at and below a folder, in an order that does not depend on the file system.

    Links are followed; a folder that was met before is not entered again. A folder that cannot be listed, or a link
    that leads in a circle, is yielded like a file: whoever opens it is told, and nothing is passed over in silence.

    Raises UsageError where nothing is, or nothing can be listed.
    """
    if not os.path.isdir(folder):
        if not os.path.lexists(folder):
            raise UsageError("input", "there is no such file or folder", "check the path")
        yield folder
        return
    try:
        names = _names(folder)
    except OSError as error:
        raise UsageError("input", f"cannot be listed ({error.strerror})", "check that you may read it") from None
    yield from _walk(folder, names, {_identity(folder)})


def _walk(folder: str, names: list[str], met: set[tuple[int, int]]) -> Iterator[str]:
    """Yield the files below a folder; ``names`` are those in it, a folder's with a slash."""
    names.reverse()
    while names:
        name = names.pop()
        path = os.path.join(folder, name.removesuffix("/"))
        if not name.endswith("/"):
            yield path
            continue
        try:
            identity = _identity(path)
            below = _names(path) if identity not in met else []
        except OSError:
            yield path
            continue
        met.add(identity)
        yield from _walk(path, below, met)


def _names(folder: str) -> list[str]:
    """Return the names in a folder in the order of their bytes, that of a folder with a slash behind it."""
    with os.scandir(folder) as entries:
        names = [entry.name + "/" if _is_folder(entry) else entry.name for entry in entries]
    return sorted(names, key=lambda name: os.fsencode(name.removesuffix("/")))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads in a circle
        return False


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
    InputError
        If the system does not let it be read.
    """

    __slots__ = ("_map", "_view", "descriptor", "instance", "size")

    def __init__(self, file: str | int, guide: Guide | None = None) -> None:
        self._map: mmap.mmap | None = None
        self._view: memoryview | None = None
        try:
            self.descriptor = os.dup(file) if isinstance(file, int) else os.open(file, _READ)
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
        return read_at(self.descriptor, 8, pos)

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


def _system_error(error: OSError) -> InputError:
    return InputError("file", f"cannot be read ({error.strerror})", "check that it exists and that you may read it")


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

    def set_aside(self, folder: str) -> str:
        """Give the file a name in ``folder`` that no other has, and return that name."""
        name = os.urandom(_NAME_BYTES).hex()
        if not self.publish(os.path.join(folder, name)):
            raise FileExistsError(name)
        return name

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
            block = read_at(source, min(left, 1 << 20), pos)
            _write(target, block)
            copied = len(block)
        if not copied:
            raise InputError("file", "became shorter while it was read", "run again when nobody writes to it")
        pos += copied
        left -= copied


def read_at(source: int, size: int, pos: int) -> bytes:
    """Read from a file of the input: what fails here is the input, what fails elsewhere the output."""
    try:
        return os.pread(source, size, pos)
    except OSError as error:
        raise _system_error(error) from None


def copy_file(file: str | int, target: str) -> None:
    """Copy a file as it is, readable by nobody else; an earlier copy gives way. Raises InputError if it has no bytes.

    What fails on the side of the copy is an OSError.
    """
    try:
        descriptor = os.dup(file) if isinstance(file, int) else os.open(file, _READ)
    except OSError as error:
        raise _system_error(error) from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise InputError("file", "is no regular file", "leave it out")
        folder = os.path.dirname(target)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with NewFile(folder, mode=0o600) as new:
            new.write([range(status.st_size)], descriptor)
            if not new.publish(target):
                os.unlink(target)
                new.publish(target)
    finally:
        os.close(descriptor)


def write_whole(path: str, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file whole or not at all, and on the disk; an earlier one gives way."""
    draft = f"{path}.draft"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
    try:
        _write(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.replace(draft, path)


def sync(folder: str) -> None:
    """Return when all that was written to the file system of a folder is on the disk.

    Decided: one call for many files. To call fsync for each takes longer than to clean them.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if _syncfs(descriptor):
            return
    finally:
        os.close(descriptor)
    os.sync()


def _syncfs(descriptor: int) -> bool:
    """Call syncfs of Linux; False where there is none.

    Raises OSError if something could not be written.
    """
    import ctypes

    try:
        library = ctypes.CDLL(None, use_errno=True)
        call = library.syncfs
    except (OSError, AttributeError, TypeError):
        return False
    if call(descriptor):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return True
