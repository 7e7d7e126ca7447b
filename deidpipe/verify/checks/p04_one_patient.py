"""P-04: one patient has one ID; a Study, a Series and an Instance belong to one patient.

Asks: no Study Instance UID stands under two Patient IDs, no Series under two Studies, no SOP Instance UID under two
Series; an ID has one Patient's Name and one sex.
Why: another pseudonym in every run splits patients, and a UID under two IDs joins people that are not the same.
Source: PS3.3 A.1.2 (the information model), PS3.15 E.1.1 (consistent replacement).
Fix: clean the whole collection under one key or one mapping, and look for Patient IDs that were typed twice.
"""

from collections.abc import Iterator

from deidpipe.verify.asked import Asked
from deidpipe.verify.claims import Claims
from deidpipe.verify.finding import Hit, Rule, Severity
from deidpipe.verify.reader import Instance
from deidpipe.verify.shelf import Collection, Located, at

RULE = Rule(
    "P-04",
    Severity.BLOCK,
    "one patient has one ID; a Study, a Series and an Instance belong to one patient",
    "PS3.3 A.1.2, PS3.15 E.1.1",
    "clean the whole collection under one key or one mapping, and look for Patient IDs that were typed twice",
)
_STUDY, _SERIES, _NAME, _SEX = 0x0020000D, 0x0020000E, 0x00100010, 0x00100040


class OnePatient(Collection):
    """Remembers whose each Study, Series and Instance is."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        self._owner: dict[tuple[str, str], int] = {}
        self._names: dict[str, int] = {}

    def see(self, instance: Instance, claims: Claims) -> Iterator[Located]:
        """Yield what an Instance shares with another patient, Study or Series."""
        patient, study, series = claims.patient_id, instance.text(_STUDY), instance.text(_SERIES)
        for kind, uid, owner, what in (
            ("study", study, patient, "the Study has two Patient IDs"),
            ("series", series, study, "the Series stands in two Studies"),
            ("instance", instance.uid, series, "the SOP Instance UID stands in two Series"),
        ):
            if uid and self._is_other(kind, uid, owner):
                yield at(Hit(RULE.id, what, "patient", "R"), instance, path=kind.capitalize())
        for kind, value in (("name", instance.text(_NAME)), ("sex", instance.text(_SEX))):
            if patient and value and self._is_other(kind, patient, value):
                severity = Severity.BLOCK if kind == "name" else Severity.WARN
                what = "one Patient ID has two names" if kind == "name" else "one Patient ID has two sexes"
                yield at(Hit(RULE.id, what, "patient", "R", severity=severity), instance, path="PatientID")

    def _is_other(self, kind: str, uid: str, owner: str) -> bool:
        number = self._names.setdefault(owner, len(self._names))
        return self._owner.setdefault((kind, uid), number) != number
