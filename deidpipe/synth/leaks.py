"""What of an invented patient is left anywhere in the bytes of a result, in any encoding that was used."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from pydicom.dataset import Dataset

from deidpipe.synth.key import Category, Identity, Row
from deidpipe.synth.words import CODECS

_WITH_ESCAPES = "iso2022_jp"
_SHORTEST = 4  # bytes: less is met by chance


class Leaks(NamedTuple):
    """How many planted identifiers were looked for and found, and in how many files."""

    looked_for: int
    found: int
    files: int
    by_kind: dict[str, int]
    where: list[tuple[str, Identity]]


class Search:
    """Looks for identifiers in file after file.

    A name that is also a clinical word of the key (White, Long) proves nothing and is not looked for. Pixel Data are
    left out: by chance they hold any short string.
    """

    def __init__(self, identities: Iterable[Identity], rows: Iterable[Row]) -> None:
        kept = {word.lower() for row in rows if row.category is Category.TEXT_RETAINED for word in row.words}
        told = "\n".join(kept)
        self._by_patient: dict[str, list[tuple[Identity, re.Pattern[bytes]]]] = defaultdict(list)
        for identity in dict.fromkeys(identities):
            if identity.value and identity.value.lower() not in told and (pattern := _pattern(identity)):
                self._by_patient[identity.patient_id].append((identity, pattern))
        self._found: list[tuple[str, Identity]] = []

    def look(self, path: str, data_set: Dataset, patient_id: str) -> None:
        """Look into a file for its own patient, or for all if nobody knows whose it is."""
        with open(path, "rb") as file:
            data = file.read()
        pixels = data_set.get("PixelData")
        if pixels:
            data = data.replace(pixels, b"")
        folded = data.lower()
        patients = [patient_id] if patient_id else list(self._by_patient)
        for patient in patients:
            for identity, pattern in self._by_patient[patient]:
                if pattern.search(folded):
                    self._found.append((path, identity))

    def leaks(self) -> Leaks:
        """Return what was found."""
        found = {identity for _, identity in self._found}
        kinds: dict[str, int] = defaultdict(int)
        for identity in found:
            kinds[identity.kind] += 1
        looked_for = sum(map(len, self._by_patient.values()))
        return Leaks(looked_for, len(found), len({path for path, _ in self._found}), dict(kinds), self._found)


def _pattern(identity: Identity) -> re.Pattern[bytes] | None:
    forms = set()
    for codec in ("latin-1", *(each for each in CODECS if each != _WITH_ESCAPES)):
        try:
            forms.add(identity.value.lower().encode(codec).lower())
            forms.add(identity.value.encode(codec).lower())
        except UnicodeEncodeError:
            continue
    forms |= _japanese(identity.value)
    long = sorted(form for form in forms if len(form) >= _SHORTEST)
    if not long:
        return None
    body = b"|".join(map(re.escape, long))
    if identity.kind == "name" and identity.value.isascii():
        return re.compile(rb"(?<![a-z])(?:" + body + rb")(?![a-z])")
    return re.compile(body)


def _japanese(text: str) -> set[bytes]:
    """Return a text in ISO 2022 IR 87, without the escapes around it."""
    if text.isascii():
        return set()
    try:
        encoded = text.encode(_WITH_ESCAPES)
    except UnicodeEncodeError:
        return set()
    return {part.lower() for part in re.split(rb"\x1b\$B|\x1b\(B", encoded) if part}
