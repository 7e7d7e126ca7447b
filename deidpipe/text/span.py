"""A place in a text that identifies somebody, and of which kind it is."""

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What a piece of text tells, as the audit names it."""

    PERSON = "person"
    INITIALS = "initials"
    INSTITUTION = "institution"
    ADDRESS = "address"
    POSTCODE = "postcode"
    DATE = "date"
    AGE = "age over 89"
    TELEPHONE = "telephone or fax"
    EMAIL = "e-mail"
    URL = "url"
    NETWORK = "network address"
    NATIONAL_NUMBER = "national number"
    RECORD_NUMBER = "record number"
    DEVICE = "device serial"
    LICENCE = "licence or plate"
    UID = "uid"
    WORD = "unknown word"


class Span(NamedTuple):
    """Characters ``start`` up to ``stop`` of a text; ``cue`` is where the words begin that announce them.

    ``certain`` is False for what only may identify: the profile says what becomes of it. ``by`` names the recognizer.
    """

    start: int
    stop: int
    kind: Kind
    by: str
    certain: bool = True
    cue: int = -1  # the start of "Dr.", "MRN:" and the like, which goes with the span; -1 where there is none
