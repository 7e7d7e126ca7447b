"""R-01: every file could be read.

Asks: each file that is or claims to be DICOM is read to its end, with every Sequence; each archive and each file can
be opened.
Why: what cannot be read cannot be checked, and what was not checked must not go out.
Source: PS3.5 7, PS3.10 7.
Fix: leave the file out, or repair it and check again.
"""

from collections.abc import Iterator

from deidpipe.verify.claims import Claims
from deidpipe.verify.finding import Hit, Rule, Severity
from deidpipe.verify.reader import Instance
from deidpipe.verify.shelf import Located, at

RULE = Rule(
    "R-01",
    Severity.BLOCK,
    "every file could be read",
    "PS3.5 7, PS3.10 7",
    "leave the file out, or repair it and check again",
)
_DIRECTORY_RECORDS = 0x00041220  # a DICOMDIR is no Instance


def look(instance: Instance, claims: Claims) -> Iterator[Located]:
    """Yield what could not be read."""
    del claims
    for path, what in instance.problems:
        yield at(Hit(RULE.id, what, "not checked"), instance, path=path)
    if not instance.elements and not instance.problems:
        yield at(Hit(RULE.id, "has no elements", "not checked"), instance)
    elif not instance.uid and not instance.problems and _DIRECTORY_RECORDS not in instance.top:
        yield at(Hit(RULE.id, "has no SOP Instance UID", "not checked"), instance, path="SOPInstanceUID")
