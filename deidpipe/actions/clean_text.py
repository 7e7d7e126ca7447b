"""C on a text: what identifies goes, the rest stays as it was written.

Source: PS3.15 E.3.5 (Clean Descriptors), E.3.4 (text in Structured Content), E.3.10 (text in private elements).
"""

from deidpipe.actions.dummy import dummy_value
from deidpipe.actions.result import KEPT, Facts, Result
from deidpipe.audit.records import Outcome
from deidpipe.identity.subject import Subject


def clean_sentence(original: bytes, facts: Facts, subject: Subject) -> Result:
    """Clean a text that people write: a description, a comment, a report."""
    return _result(*subject.texts.sentence(facts.tag, original, facts.vr, facts.character_set), facts)


def clean_label(original: bytes, facts: Facts, subject: Subject) -> Result:
    """Clean a text that mostly machines write, in which a number alone names no patient."""
    return _result(*subject.texts.label(facts.tag, original, facts.vr, facts.character_set), facts)


def _result(value: bytes | None, found: str, facts: Facts) -> Result:
    if value is None:
        return KEPT
    if value:
        return Result(Outcome.CLEANED, value, found)
    if facts.attribute_type == "1":
        return Result(Outcome.REPLACED, dummy_value(facts), found)
    return Result(Outcome.EMPTIED, b"", found)
