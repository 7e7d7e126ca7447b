"""What can go wrong, told as where, what and what to do; a value of a Data Set is never quoted."""

from collections.abc import Sequence


class DeidError(Exception):
    """Say where it went wrong, what is wrong and what to do. Never quote a value of a Data Set."""

    def __init__(self, where: str, what: str, fix: str) -> None:
        super().__init__(where, what, fix)  # as args, so that the error survives pickling
        self.where, self.what, self.fix = where, what, fix

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.fix}"


class EncodingError(DeidError):
    """Bytes that cannot be read as a DICOM Data Set without guessing. ``where`` is a byte offset or an element."""


class NotDicomError(DeidError):
    """A file that is no DICOM file at all."""


class InputError(DeidError):
    """The system does not let a file be read, or it became another one meanwhile. It may be readable another time."""


class ProfileError(DeidError):
    """A profile that says something unknown, misspelt or contradictory. ``where`` is ``file:line``."""


class ProfileErrors(ProfileError):  # noqa: N818  # it is many of them
    """All that is wrong with a profile, at once. ``where``, ``what`` and ``fix`` are those of the first complaint."""

    def __init__(self, complaints: Sequence[ProfileError]) -> None:
        first = complaints[0]
        super().__init__(first.where, first.what, first.fix)
        self.complaints = tuple(complaints)
        self.args = (self.complaints,)  # what pickling calls the class with

    def __str__(self) -> str:
        return "\n".join(map(str, self.complaints))


class UsageError(DeidError):
    """The command asks for something that cannot be done as asked."""


class IdentityError(DeidError):
    """The project key, the mapping or the crosswalk does not fit."""
