"""The exit statuses."""

from enum import IntEnum


class Status(IntEnum):
    """What the exit status of a command tells."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    QUARANTINED = 3
    NOT_CHECKED = 4
    IDENTITY = 5
    INTERNAL = 6
    INTERRUPTED = 130
