"""Replacements for UIDs and Patient IDs: functions of the project key and the original, so that machines need not talk.

Source: PS3.15 E.1.1 (a dummy is the same for one entity wherever it occurs; unkeyed hashes are discouraged), PS3.5
9.1 and B.2 (UIDs, the root 2.25).
"""

import re

from deidpipe.identity.key import Key
from deidpipe.standard.uids import is_standard

MAX_UID = 64
_REMEMBERED = 20_000  # replacements kept in memory; forgotten ones are computed again
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that are mistaken for one another
_CODE = re.compile(r"\{code(?::(\d+))?\}")
_DEFAULT_CODE_LENGTH = 10


class Pseudonyms:
    """Replacements under one key."""

    def __init__(self, key: Key, *, uid_root: str = "2.25", patient_id: str = "DP-{code}") -> None:
        self._key = key
        self._root = uid_root
        self._pattern = patient_id
        self.made: list[tuple[str, str]] = []  # pairs of original and replacement not yet written down
        self.values: dict[bytes, bytes] = {}  # stored values of VR UI met so far, and what comes in their place
        self._uids: dict[str, str] = {}

    def uid(self, original: str) -> str:
        """Return the replacement of a UID; a UID of the Standard itself stays, for it names no one."""
        known = self._uids.get(original)
        if known is not None:
            return known
        if is_standard(original):
            return original
        replacement = self._new_uid(self._key.digest("uid", original))
        if len(self._uids) >= _REMEMBERED:
            self._uids.clear()
            self.values.clear()
        self._uids[original] = replacement
        self.made.append((original, replacement))
        return replacement

    def _new_uid(self, digest: bytes) -> str:
        if self._root == "2.25":  # the rest is a UUID of version 8: made by an own method
            number = int.from_bytes(digest[:16], "big")
            number = number & ~(0xF << 76) & ~(0x3 << 62) | 0x8 << 76 | 0x2 << 62
            return f"2.25.{number}"
        digits = min(MAX_UID - len(self._root) - 1, 38)
        number = int.from_bytes(digest, "big") % (9 * 10 ** (digits - 1))
        return f"{self._root}.{10 ** (digits - 1) + number}"

    def patient_id(self, original: str) -> str:
        """Return the new Patient ID of a patient, in the pattern of the profile."""
        match = _CODE.search(self._pattern)
        length = int(match[1] or _DEFAULT_CODE_LENGTH) if match else 0
        number = int.from_bytes(self._key.digest("patient", original), "big")
        code = "".join(_LETTERS[number >> 5 * place & 31] for place in range(length))
        return _CODE.sub(code, self._pattern)

    def day_shift(self, original: str, lowest: int, highest: int) -> int:
        """Return how many days the dates of a patient are shifted: in [lowest, highest], never 0."""
        span = highest - lowest + 1 - (lowest <= 0 <= highest)
        shift = lowest + int.from_bytes(self._key.digest("shift", original), "big") % span
        return shift + 1 if lowest <= 0 <= shift else shift
