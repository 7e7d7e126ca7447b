"""How a run tells how far it is; who shows it knows the time, the run itself has no clock in what it writes."""

from collections.abc import Callable
from typing import Protocol


class Progress(Protocol):
    """Is told how far a stage is. ``size``: bytes of the files that are done; ``told``: what became of them so far."""

    def __call__(self, stage: str, done: int, total: int, size: int = 0, told: str = "", /) -> None:
        """Show it, if somebody looks."""


def counting(stage: str, total: int, progress: Progress) -> Callable[[int, int, str], None]:
    """Return what adds files and bytes to those of a stage that are done."""
    done = size = 0

    def count(files: int, more: int, told: str = "") -> None:
        nonlocal done, size
        done += files
        size += more
        progress(stage, done, total, size, told)

    progress(stage, 0, total)
    return count
