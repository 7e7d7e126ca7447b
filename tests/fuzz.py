"""Feed broken files to the reader: ``python -m tests.fuzz --count 20000 [--seed N] [--seconds S]``.

Whatever the bytes: they are read or refused with a DeidError, at once and in bounded memory; and what is read is read
rightly. Each case runs in one of two processes whose address space is limited (RLIMIT_AS, so too much memory is a
MemoryError), under an alarm. A case that fails is written to a folder; its number and the seed make it again.
"""

import argparse
import resource
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache, partial
from pathlib import Path
from random import Random
from types import FrameType

from deidpipe.dicom.guide import Guide
from deidpipe.dicom.instance import TRANSFER_SYNTAX, Instance, read_instance
from deidpipe.errors import EncodingError, NotDicomError
from tests.laws import broken_by, broken_laws, has_one_reading, some_changes
from tests.mutations import broken_file
from tests.seeds import Seed, whole
from tests.trees import differences, indexed_tree, read_by_pydicom

PROCESSES = 2
MOST_MEMORY = 2 << 30  # bytes of address space, the interpreter's own included
MOST_SECONDS = 2.0  # of processor time, to read one file
_ALARM = 10  # seconds, for all that is done with one file
_BATCH = 100
_LARGE = 1 << 20  # bytes: pydicom would make a million elements of a deflated run of zeros

Verdict = tuple[str, list[str]]  # what became of the file; what is wrong with that


class TooLong(BaseException):
    """The alarm went off. No Exception, so that nobody catches it by mistake."""


def judged(file: bytes, seed: Seed, random: Random) -> Verdict:
    """Read a file, and say what became of it and which laws are broken."""
    began = time.process_time()
    wrong: list[str] = []
    instance = None
    try:
        instance = read_instance(file, len(file))
        outcome = "read"
    except NotDicomError:
        outcome = "not DICOM"
    except EncodingError:
        outcome = "refused"
    took = time.process_time() - began
    if took > MOST_SECONDS:
        wrong.append(f"took {took:.1f} s")
    wrong += _guided(file, instance, seed)
    wrong += _beginning(file, instance, random)
    if instance is None:
        return outcome, wrong
    wrong += broken_laws(instance)
    if not wrong and has_one_reading(instance.data_set.layout):
        wrong += broken_by(instance, some_changes(instance.data_set, random))
    return f"{outcome}, {_compared(file, instance)}", wrong


def _guided(file: bytes, instance: Instance | None, seed: Seed) -> Iterator[str]:
    """A guide made from another Instance must not change the answer."""
    try:
        guided = read_instance(file, len(file), _guide(seed))
    except (EncodingError, NotDicomError):
        guided = None
    if (guided is None) != (instance is None):
        yield "with a guide it is read, without one it is not, or the other way round"
    elif guided is not None and instance is not None and _positions(guided) != _positions(instance):
        yield "with a guide the index is another"


@cache
def _guide(seed: Seed) -> Guide:
    file = whole(seed.before, seed.body, deflated=seed.deflated)
    guide = Guide(read_instance(file, len(file)).data_set.layout)
    read_instance(file, len(file), guide)
    return guide


def _positions(instance: Instance) -> tuple[bytes, list[int]]:
    return instance.data_set.layout.shape, instance.data_set.starts


def _beginning(file: bytes, instance: Instance | None, random: Random) -> Iterator[str]:
    """The beginning of a file gives the same answer or none."""
    length = random.randrange(len(file) + 1)
    try:
        part = read_instance(file[:length], len(file))
    except (IndexError, EncodingError, NotDicomError):
        return
    if instance is None:
        yield "its beginning is read, but not the whole of it"
    elif _positions(part) != _positions(instance):
        yield "its beginning has another index"


def _compared(file: bytes, instance: Instance) -> str:
    """Say whether pydicom reads the same, where it reads the file without a warning."""
    if len(instance.body) > _LARGE:
        return "too large to compare"
    declared = instance.meta.get(TRANSFER_SYNTAX, b"").rstrip(b"\0 ")
    if declared and declared != instance.transfer_syntax.encode("latin-1", "replace"):
        return "not in the Transfer Syntax it declares"  # pydicom believes the byte order that is declared
    try:
        theirs = read_by_pydicom(file, strict=True)
    except (KeyboardInterrupt, TooLong):
        raise
    except BaseException:  # noqa: BLE001  (whatever it is that pydicom makes of broken bytes)
        return "pydicom complains"
    kinds = {what.partition(" ")[0] for what, _ in differences(indexed_tree(instance.data_set), theirs)}
    return f"differs from pydicom ({', '.join(sorted(kinds))})" if kinds else "as pydicom does"


def run_case(number: int, seed: int) -> Verdict:
    """Make one broken file and judge it."""
    file, start = broken_file(number, seed)
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(_ALARM)
    try:
        return judged(file, start, Random(number))
    except TooLong:
        return "hangs", [f"not done in {_ALARM} s"]
    except Exception as error:  # noqa: BLE001  (anything but a DeidError is what we look for)
        return "crashes", [f"{type(error).__name__}: {error}"]
    finally:
        signal.alarm(0)


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise TooLong


def run_cases(numbers: range, seed: int, until: float) -> list[tuple[int, Verdict]]:
    """Judge some files, none after the time is up."""
    return [(number, run_case(number, seed)) for number in numbers if time.time() < until]


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    warnings.simplefilter("ignore")


def main(arguments: list[str] | None = None) -> int:
    """Run and tell; 1 if anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Feed broken files to the reader.")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3600.0, help="stop after so long")
    wanted = parser.parse_args(arguments)
    began = time.time()
    outcomes: Counter[str] = Counter()
    wrong: list[tuple[int, list[str]]] = []
    batches = [range(first, min(first + _BATCH, wanted.count)) for first in range(0, wanted.count, _BATCH)]
    with ProcessPoolExecutor(PROCESSES, initializer=_limit_memory) as pool:
        judge = partial(run_cases, seed=wanted.seed, until=began + wanted.seconds)
        for done in as_completed([pool.submit(judge, batch) for batch in batches]):
            for number, (outcome, complaints) in done.result():
                outcomes[outcome] += 1
                if complaints:
                    wrong.append((number, complaints))
    for outcome, count in outcomes.most_common():
        sys.stdout.write(f"{count:7} {outcome}\n")
    _tell(sorted(wrong), wanted.seed)
    seconds = time.time() - began
    sys.stdout.write(f"{outcomes.total()} files in {seconds:.0f} s, seed {wanted.seed}: {len(wrong)} failures\n")
    return 1 if wrong else 0


def _tell(wrong: list[tuple[int, list[str]]], seed: int) -> None:
    if not wrong:
        return
    folder = Path(tempfile.mkdtemp(prefix="deidpipe-fuzz-"))
    for number, complaints in wrong:
        file, start = broken_file(number, seed)
        path = folder / f"{seed}-{number}.dcm"
        path.write_bytes(file)
        sys.stdout.write(f"{path} from {start.name}: {'; '.join(complaints[:3])}\n")


if __name__ == "__main__":
    sys.exit(main())
