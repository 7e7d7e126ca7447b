"""U: replace a UID by another one, the same wherever the original occurs.

Source: PS3.15 Table E.1-1a, code U.
"""

from deidpipe.actions.result import KEPT, Facts, Result, padded
from deidpipe.audit.records import Outcome
from deidpipe.identity.subject import Subject


def replace_uid(value: bytes, facts: Facts, subject: Subject) -> Result:
    """Replace each UID of a value; a UID of the Standard stays, and so does an empty value."""
    pseudonyms = subject.pseudonyms
    new = pseudonyms.values.get(value)
    if new is None:
        originals = (each.strip("\0 ") for each in value.decode("latin-1").split("\\"))
        replacements = "\\".join(original and pseudonyms.uid(original) for original in originals)
        new = pseudonyms.values[value] = padded(replacements.encode("latin-1"), b"\0")
    if facts.vr != "UI":  # a text in which TCIA's list knows a UID
        new = new.replace(b"\0", b" ")
    if new == value or new.rstrip(b"\0") == value.rstrip(b"\0 "):
        return KEPT
    return Result(Outcome.REPLACED, new)
