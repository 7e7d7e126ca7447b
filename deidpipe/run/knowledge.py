"""A short name for what is known of a patient, so that a later run can tell if it is still the same.

What is hunted in the texts of a patient comes from the whole input. If files were added since, more may be known: what
was released before was cleaned without that, and is cleaned again.
"""

import hashlib
from collections.abc import Iterable

from deidpipe.run.gather import Gathered
from deidpipe.text.identifier import Identifier

_DIGITS = 32
REPEATED = "repeated"  # its SOP Instance UID stands in another file: nothing of it is used


class Knowledge:
    """Names what is known of each patient of one survey."""

    def __init__(self, gathered: Gathered) -> None:
        self._patients = gathered.patients
        self._shared = _digest(gathered.shared)
        self._named: dict[str | None, str] = {None: ""}

    def of(self, patient: str | None) -> str:
        """Return the name of what is known of a patient; empty if the file could not be read."""
        if patient not in self._named:
            assert patient is not None
            own = _digest(self._patients.get(patient, frozenset()))
            self._named[patient] = hashlib.sha256(self._shared + own).hexdigest()[:_DIGITS]
        return self._named[patient]


def _digest(identifiers: Iterable[Identifier]) -> bytes:
    digest = hashlib.sha256()
    for each in sorted(identifiers):
        digest.update(ascii((each.kind.value, each.value, each.is_own)).encode() + b"\n")
    return digest.digest()
