"""The action codes of PS3.15 Table E.1-1a, and the ones that a Type must still settle."""

from enum import StrEnum


class Action(StrEnum):
    """One settled action code: what is done to a Data Element.

    Source: PS3.15 Table E.1-1a.
    """

    REMOVE = "X"
    EMPTY = "Z"
    DUMMY = "D"
    KEEP = "K"
    CLEAN = "C"
    UID = "U"


class CompoundAction(StrEnum):
    """A code that the Attribute's Type in the Instance's IOD settles.

    Source: PS3.15 E.1.1 and Table E.1-1a.
    """

    EMPTY_OR_DUMMY = "Z/D"
    REMOVE_OR_EMPTY = "X/Z"
    REMOVE_OR_DUMMY = "X/D"
    REMOVE_EMPTY_OR_DUMMY = "X/Z/D"
    REMOVE_EMPTY_OR_UID = "X/Z/U*"
