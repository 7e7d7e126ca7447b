"""What the gate was asked: the words of the command, as frozen data."""

from typing import NamedTuple

from deidpipe.verify.claims import Expected
from deidpipe.verify.finding import Severity


class Asked(NamedTuple):
    """What to check, against what, and what to tell."""

    path: str
    expected: Expected = Expected()
    original: str = ""
    crosswalk: str = ""
    fail_on: Severity = Severity.BLOCK
    pixels: bool = False
    show_values: bool = False
    all_conformance: bool = False
