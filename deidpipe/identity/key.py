"""The project key: 256 bits that all replacements depend on. Who has it can repeat them; nobody else can."""

import contextlib
import os
from hashlib import blake2b

from deidpipe.errors import IdentityError

KEY_BYTES = 32
VARIABLE = "DEIDPIPE_KEY"
DRAFT = ".draft"  # behind the name of a key file that is being written
_FIX = "give the key that was made for this project, 64 hexadecimal digits"


class Key:
    """The project key. It has no readable form: neither ``str`` nor ``repr`` nor an error shows it."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise IdentityError("key", "is not 256 bits long", _FIX)
        self._secret = secret

    @staticmethod
    def from_text(text: str, where: str) -> "Key":
        """Return the key that 64 hexadecimal digits stand for.

        Raises IdentityError, which names ``where`` they were found, if they are none.
        """
        try:
            return Key(bytes.fromhex(text.strip()))
        except (ValueError, IdentityError):
            raise IdentityError(where, "holds no key", _FIX) from None

    def __repr__(self) -> str:
        return f"Key({self.fingerprint})"

    def digest(self, purpose: str, original: str) -> bytes:
        """Return 32 bytes that only this key gives for this purpose and original: keyed BLAKE2b (RFC 7693)."""
        message = original.encode("utf-8", "surrogateescape")
        return blake2b(message, key=self._secret, digest_size=32, person=purpose.encode("ascii")).digest()

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that tell one key from another and tell nothing of the key."""
        return self.digest("fingerprint", "").hex()[:16]

    def seal(self, message: bytes) -> str:
        """Return a keyed digest of a message, in hexadecimal digits."""
        return blake2b(message, key=self._secret, digest_size=32, person=b"seal").hexdigest()


def find_key(key_file: str | None, key_command: str | None, default_file: str, *, make: bool) -> tuple[Key, bool]:
    """Return the key, and whether it was made now.

    It comes from ``key_file``, else from what ``key_command`` prints, else from the environment variable
    DEIDPIPE_KEY, else from ``default_file``, where it is made if ``make``.

    Raises IdentityError if there is none or it is no key.
    """
    if key_file is not None:
        return _read(key_file), False
    if key_command is not None:
        return _from_command(key_command), False
    if VARIABLE in os.environ:
        return Key.from_text(os.environ[VARIABLE], f"environment variable {VARIABLE}"), False
    if os.path.exists(default_file):
        return _read(default_file), False
    if not make:
        raise IdentityError("key", "there is none", _FIX)
    return make_key(default_file), True


def make_key(path: str) -> Key:
    """Make a new key and write it to a file that only its owner can read: whole, on the disk, over no other."""
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    secret = os.urandom(KEY_BYTES)
    draft = path + DRAFT
    with contextlib.suppress(FileNotFoundError):
        os.unlink(draft)  # of a process that was killed
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret.hex() + "\n")
        file.flush()
        os.fsync(descriptor)
    if os.path.lexists(path):
        raise FileExistsError(path)
    os.rename(draft, path)
    return Key(secret)


def _read(path: str) -> Key:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return Key.from_text(file.read(1024), "key file")
    except OSError as error:
        raise IdentityError("key file", f"cannot be read ({error.strerror})", "check the path") from None


def _from_command(command: str) -> Key:
    import shlex
    import subprocess

    try:
        printed = subprocess.run(shlex.split(command), capture_output=True, check=True, text=True, timeout=60)  # noqa: S603
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):  # IndexError: an empty command
        raise IdentityError("key command", "failed", "run it by hand and look at what it says") from None
    return Key.from_text(printed.stdout, "key command")
