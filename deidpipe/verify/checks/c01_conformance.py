"""C-01: the cleaning broke no IOD.

Asks: dciodvfy, where it is installed, finds no errors in one Instance of each Series (in all with --all-conformance).
With --original only what the original did not have counts, and blocks; without it errors are warnings.
Why: output that is no valid DICOM is refused by archives, and most de-identifiers remove what an IOD requires.
Source: PS3.3; PS3.15 E.1.1 (the result is to be a valid Instance).
Fix: empty what the IOD requires instead of removing it, or give it a dummy.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from deidpipe.verify.asked import Asked
from deidpipe.verify.claims import Claims
from deidpipe.verify.finding import Hit, Rule, Severity
from deidpipe.verify.original import Original
from deidpipe.verify.reader import Instance
from deidpipe.verify.shelf import Collection, Located
from deidpipe.verify.sources import Kind, Source

RULE = Rule(
    "C-01",
    Severity.BLOCK,
    "the cleaning broke no IOD",
    "PS3.3; PS3.15 E.1.1",
    "empty what the IOD requires instead of removing it, or give it a dummy",
)
PROGRAM = "dciodvfy"
_WORKERS, _LONGEST = 2, 120  # threads; seconds for one file
_NAMED = re.compile(r"(Element|Module|Macro|attribute)=<([^>]*)>")
_QUOTED = re.compile(r"<[^>]*>|'[^']*'|\"[^\"]*\"|= .*$")
_KEPT = re.compile(r"\x01(\d+)\x01")


class Conformance(Collection):
    """Runs dciodvfy on what was chosen, when all have been seen."""

    def __init__(self, asked: Asked, original: Original) -> None:
        super().__init__(asked)
        self._original = original
        self._program = shutil.which(PROGRAM)
        self._series: set[str] = set()
        self._path = ""
        self._chosen: list[tuple[int, str, str, str]] = []

    def see_file(self, source: Source, number: int) -> Iterator[Located]:
        """Remember the path of the file that is read next."""
        del number
        self._path = source.path if source.kind is Kind.DICOM and not source.member else ""
        yield from ()

    def see(self, instance: Instance, claims: Claims) -> Iterator[Located]:
        """Choose an Instance, or not."""
        del claims
        series = instance.text(0x0020000E) or instance.uid
        if self._program is None:
            self.missed["instances", f"{PROGRAM} is not installed"] += 1
        elif not self._path or (series in self._series and not self.asked.all_conformance):
            self.missed["instances", "one Instance of each Series was looked at"] += 1
        else:
            self._series.add(series)
            self._chosen.append((instance.number, instance.uid, self._path, self._original.file_of(instance)))
        yield from ()

    def end(self) -> Iterator[Located]:
        """Yield the errors of the chosen Instances."""
        if not self._program:
            return
        with ThreadPoolExecutor(_WORKERS) as pool:
            errors = pool.map(lambda each: errors_of(each[2]), self._chosen)
            for (number, uid, _path, before), found in zip(self._chosen, errors, strict=True):
                if found is None:
                    self.missed["instances", f"{PROGRAM} did not finish"] += 1
                    continue
                self.looked["instances"] += 1
                old = errors_of(before) if before else None
                for what in sorted(found - (old or frozenset())):
                    severity = Severity.WARN if old is None else None
                    yield Located(Hit(RULE.id, f"{PROGRAM}: {what}", "conformance", severity=severity), number, uid)


@lru_cache(10_000)
def errors_of(path: str) -> frozenset[str] | None:
    """Return the errors that dciodvfy tells of a file, without values; None if it did not finish."""
    program = shutil.which(PROGRAM)
    if program is None:
        return None
    try:
        told = subprocess.run(  # noqa: S603  # the program of that name, on a file that was found
            [program, path], capture_output=True, timeout=_LONGEST, check=False
        )
    except (subprocess.TimeoutExpired, OSError):
        return None
    lines = told.stderr.decode("latin-1").splitlines()
    return frozenset(without_values(line) for line in lines if line.startswith("Error - "))


def without_values(line: str) -> str:
    """Return a message without what it quotes from the file; names of Attributes and Modules stay."""
    names: list[str] = []

    def keep(match: "re.Match[str]") -> str:
        names.append(match[0].replace("<", "").replace(">", ""))
        return f"\x01{len(names) - 1}\x01"

    plain = _QUOTED.sub("", _NAMED.sub(keep, line.removeprefix("Error - ")))
    return " ".join(_KEPT.sub(lambda match: names[int(match[1])], plain).split())
