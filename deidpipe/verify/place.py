"""Where an element stands, whatever the Item: tags from the top, Private Creator, VR; and the facts that follow
from it.

A place is made once for all the Instances that have it, and carries what the rules want to know of every element
there.
"""

from functools import lru_cache

from deidpipe.standard.safe_private import known_creators
from deidpipe.standard.table import Row, row_of

TEXT_VRS = frozenset({"LO", "LT", "SH", "ST", "UC", "UT", "UR", "AE", "CS"})
FREE_TEXT_VRS = frozenset({"LO", "LT", "SH", "ST", "UC", "UT"})
NUMBER_VRS = frozenset({"DS", "IS"})
BYTE_VRS = frozenset({"UN", "OB", "OW"})
MULTIPLE = frozenset({"LO", "SH", "UC", "AE", "CS", "PN", "UI", "DA", "DT", "TM", "AS", "DS", "IS"})
_BULK = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010, 0x54001010, 0x7FE00001, 0x7FE00002, 0x00660023, 0x00660016})


class Place:
    """One place of a Data Set."""

    __slots__ = (
        *("above", "checks", "creator", "is_bulk", "is_private", "keyword"),
        *("row", "seen", "stored_vr", "tag", "tags", "vr"),
    )

    def __init__(self, above: "Place | None", tag: int, stored_vr: str, creator: str) -> None:
        self.above, self.tag, self.stored_vr, self.creator = above, tag, stored_vr, creator
        self.tags: tuple[int, ...] = (*(above.tags if above else ()), tag)
        self.is_private = bool(tag & 0x10000)
        self.vr = stored_vr if stored_vr not in ("", "UN") else listed_vr(tag, creator) or stored_vr or "UN"
        self.keyword = keyword_of(tag)
        self.row: Row | None = None if self.is_private else row_of(tag)
        self.is_bulk = tag in _BULK
        self.seen = 0  # elements met here: the coverage statement counts with it
        self.checks: tuple[int, ...] | None = None  # which rules look here; set when the place is first met

    @property
    def is_text(self) -> bool:
        """Whether the values there are text, by the stored VR or by the one that the dictionary has."""
        return self.vr in TEXT_VRS or self.stored_vr in TEXT_VRS

    @property
    def name(self) -> str:
        """The keyword, or the tag; a Private Creator is named only if it is known to be a vendor's."""
        if self.is_private and self.creator and self.creator in known_creators():
            return f"({self.tag >> 16:04X},[{self.creator}]{self.tag & 0xFF:02X})"
        return self.keyword or f"({self.tag >> 16:04X},{self.tag & 0xFFFF:04X})"

    @property
    def path(self) -> str:
        """The place in words, without Item numbers."""
        return f"{self.above.path}.{self.name}" if self.above else self.name


@lru_cache(20_000)
def keyword_of(tag: int) -> str:
    """Return the keyword of a public tag, "" if it has none."""
    from pydicom.datadict import keyword_for_tag

    return "" if tag & 0x10000 else keyword_for_tag(tag)


@lru_cache(20_000)
def listed_vr(tag: int, creator: str = "") -> str:
    """Return the VR of the dictionary, "" if it has none; of two possible ones the first."""
    from pydicom.datadict import dictionary_VR, private_dictionary_VR

    if tag & 0xFFFF == 0:
        return "UL"
    if tag & 0x10000 and 0x10 <= tag & 0xFFFF <= 0xFF:
        return "LO"
    try:
        found = private_dictionary_VR(tag, creator) if tag & 0x10000 else dictionary_VR(tag)
    except KeyError:
        return ""
    return found.partition(" or ")[0]
