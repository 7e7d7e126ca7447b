"""U: replace a UID by another one, the same wherever the original occurs.

Source: PS3.15 Table E.1-1a, code U.
"""

from deidpipe.actions.result import KEPT, Facts, Result, padded
from deidpipe.audit.records import Outcome
from deidpipe.identity.subject import Subject


def replace_uid(value: bytes, _facts: Facts, subject: Subject) -> Result:
    """Replace each UID of a value; a UID of the Standard stays, and so does an empty value."""
    originals = value.decode("latin-1").split("\\")
    uid = subject.pseudonyms.uid
    replacements = [original and uid(original) for original in (each.strip("\0 ") for each in originals)]
    new = padded("\\".join(replacements).encode("latin-1"), b"\0")
    if new.rstrip(b"\0") == value.rstrip(b"\0 "):
        return KEPT
    return Result(Outcome.REPLACED, new)
