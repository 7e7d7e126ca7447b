r"""The canonical bytes of a record: its values in UTF-8, tab separated, without a control character.

Decided: records are lines because then their byte order is the order of their values, one sort in plain Python with
flat memory does for millions of them, and DuckDB need not be imported before the run has ended.
"""

import hashlib
import heapq
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import Final

from deidpipe.audit.records import DecisionRecord, InstanceRecord

_CONTROL: Final = bytes(range(32)) + b"\x7f"
_TO_SPACES: Final = dict.fromkeys(_CONTROL, " ")
_SORTED_AT_ONCE: Final = 8 << 20  # bytes of lines held in memory while sorting

CHAIN_START: Final = bytes(32)


def decision_line(decision: DecisionRecord) -> bytes:
    """Return the canonical bytes of a decision. A line break in a reason becomes a space."""
    line = "\t".join(decision).encode("utf-8", "backslashreplace")
    if not _separates(line, len(decision)):
        line = "\t".join(part.translate(_TO_SPACES) for part in decision).encode("utf-8", "backslashreplace")
    return line


def instance_line(record: InstanceRecord) -> bytes:
    """Return the canonical bytes of an Instance: outcome, file and reason first, so that they order it.

    Raises ValueError if a value holds a control character: it would name another file than the one on disk.
    """
    outcome, file, uid, plan, differences, size, head_digest, head_size, reason = record
    text = f"{outcome}\t{file}\t{reason}\t{uid}\t{differences}\t{size}\t{head_digest}\t{head_size}\t{plan}"
    line = text.encode()
    if not _separates(line, len(record)):
        raise ValueError("an InstanceRecord holds a control character")
    return line


def _separates(line: bytes, values: int) -> bool:
    """Say whether the tabs between the values are the only control characters in a line."""
    return len(line) - len(line.translate(None, _CONTROL)) == values - 1


def plan_digest(decisions: Sequence[DecisionRecord]) -> str:
    """Return the 32 hexadecimal digits of a PlanRecord."""
    return lines_digest(map(decision_line, decisions))[:32]


def lines_digest(lines: Iterable[bytes]) -> str:
    """Return the SHA-256 of lines in their order."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line + b"\n")
    return digest.hexdigest()


def next_link(chain: bytes, line: bytes) -> bytes:
    """Return the chain value of a row from the one before it and the row's canonical bytes."""
    return hashlib.sha256(chain + line).digest()


def sorted_lines(path: str) -> Iterator[bytes]:
    """Yield the lines of a file in byte order, without their line break, holding only a few MB of them."""
    runs: list[str] = []
    with ExitStack() as opened:
        source = opened.enter_context(open(path, "rb"))
        while lines := source.readlines(_SORTED_AT_ONCE):
            lines.sort()
            runs.append(f"{path}.{len(runs)}")
            with open(runs[-1], "wb") as sorted_run:
                sorted_run.writelines(lines)
            del lines
        try:
            for line in heapq.merge(*(opened.enter_context(open(run, "rb")) for run in runs)):
                yield line[:-1]
        finally:
            opened.close()
            for run in runs:
                os.remove(run)
