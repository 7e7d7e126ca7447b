"""What becomes of a word that only may identify: the choice of a profile."""

from enum import StrEnum


class Doubt(StrEnum):
    """Remove it; keep it and tell a person; or let a person decide about the whole Instance first."""

    REMOVE = "remove"
    REPORT = "keep-and-report"
    QUARANTINE = "quarantine"
