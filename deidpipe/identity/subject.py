"""One patient of a run: the new Patient ID, the new name, the day shift."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from deidpipe.identity.key import Key
from deidpipe.identity.mapping import MappedPatient
from deidpipe.identity.pseudonyms import Pseudonyms

_REMEMBERED = 300  # what is hunted in the texts of each takes some 50 kB


class Texts(Protocol):
    """What cleans the texts of one patient."""

    def sentence(self, tag: int, value: bytes, vr: str, character_set: bytes | None) -> tuple[bytes | None, str]:
        """Return a text that people write without what identifies, None if it stays; and the kinds of what went."""

    def label(self, tag: int, value: bytes, vr: str, character_set: bytes | None) -> tuple[bytes | None, str]:
        """Do the same for a text that mostly machines write."""


class Subject:
    """Who a patient becomes. ``shifted`` remembers moved dates: (VR, value) -> value.

    ``other`` gives the subject of another Patient ID that this patient's Instances mention.
    """

    __slots__ = ("day_shift", "other", "patient_id", "patient_name", "pseudonyms", "shifted", "texts")

    def __init__(self, identity: "Identity", patient_id: str, patient_name: str, day_shift: int, texts: Texts) -> None:
        self.pseudonyms = identity.pseudonyms
        self.other = identity.subject
        self.patient_id = patient_id
        self.patient_name = patient_name
        self.day_shift = day_shift
        self.texts = texts
        self.shifted: dict[tuple[str, bytes], bytes | None] = {}


class Identity:
    """All patients of a run under one key."""

    def __init__(
        self,
        key: Key,
        *,
        uid_root: str,
        patient_id: str,
        shift: tuple[int, int],
        texts: Callable[[str, Sequence[str]], Texts],
        mapping: Mapping[str, MappedPatient] | None = None,
    ) -> None:
        self.key = key
        self.pseudonyms = Pseudonyms(key, uid_root=uid_root, patient_id=patient_id)
        self.mapping = mapping or {}
        self.made: list[tuple[str, str]] = []  # pairs of Patient IDs not yet written down
        self._shift = shift
        self._texts = texts
        self._subjects: dict[str, Subject] = {}

    def subject(self, original: str) -> Subject:
        """Return the subject that a patient becomes.

        ``original`` is the Patient ID; where an Instance has none, something else that keeps its patient apart,
        behind a character that no Patient ID has.
        """
        known = self._subjects.get(original)
        if known is not None:
            return known
        mapped = self.mapping.get(original, MappedPatient())
        patient_id = mapped.id_new or self.pseudonyms.patient_id(original)
        shift = mapped.day_shift
        if shift is None:
            shift = self.pseudonyms.day_shift(original, *self._shift)
        name = mapped.name_new or patient_id
        subject = Subject(self, patient_id, name, shift, self._texts(original, (patient_id, name)))
        if len(self._subjects) >= _REMEMBERED:
            self._subjects.clear()
        self._subjects[original] = subject
        if not original.startswith("\0"):
            self.made.append((original, patient_id))
        return subject
