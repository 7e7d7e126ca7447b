"""P-01: every Attribute of Table E.1-1, at any depth, obeys its action code.

Asks: what is X, Z or D, alone or in a compound, is absent, empty or a dummy, and so is everything inside a Sequence
that is X or Z. The Options count that the profile has, or, without a profile, those that the Instance claims.
Why: leaks in nested or overlooked elements are the most frequent of all.
Source: PS3.15 Table E.1-1, E.1.1; 45 CFR 164.514(b)(2)(i).
Fix: let the cleaner remove or empty the Attribute, at every depth, or claim the Option that retains it.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from deidpipe.standard.actions import Action
from deidpipe.standard.options import Option
from deidpipe.standard.table import Row
from deidpipe.verify.claims import Claims
from deidpipe.verify.dummies import is_dummy
from deidpipe.verify.finding import Hit, Rule, Severity
from deidpipe.verify.hipaa import letter_of
from deidpipe.verify.place import Place
from deidpipe.verify.value import Value

RULE = Rule(
    "P-01",
    Severity.BLOCK,
    "every Attribute of Table E.1-1, at any depth, obeys its action code",
    "PS3.15 Table E.1-1, E.1.1; 45 CFR 164.514(b)(2)(i)",
    "let the cleaner remove or empty the Attribute, at every depth, or claim the Option that retains it",
    by_value=False,
)
# Other rules ask about these: P-02 about the patient, V-02 about graphics and signatures, O-01 about content.
_ELSEWHERE = frozenset({0x00100010, 0x00100020, 0x00100030, 0x00101010, 0x00120063, 0x00420011})
_CONTENT = frozenset({0x0040A730, 0x0040B020, 0x00700001, 0x00880200, 0xFFFAFFFA, 0x04000550, 0x04000561, 0x54000100})
_CODED = frozenset({"CodeValue", "CodingSchemeDesignator", "CodeMeaning", "CodingSchemeVersion", "MappingResource"})
_DATES = frozenset({"DA", "DT", "TM"})
_BINARY = frozenset({"OB", "OW", "UN", "US", "SS", "UL", "SL", "FL", "FD", "OF", "OD", "OL", "AT", "OV", "SV", "UV"})
_STRUCTURE = frozenset({"CS", "SQ"})
_HASH_LENGTH = 16  # a keyed hash in place of an accession number has at least so many digits
_HASHED = frozenset({0x00080050, 0x00200010})
_WHAT: Mapping[str, str] = {"X": "should be gone", "Z": "should be empty", "D": "should be a dummy"}


def where(place: Place) -> bool:
    """Tell if the Table has a word on a place or on a Sequence around it."""
    if place.vr in ("SQ", "PN") or place.is_bulk or place.tag in _ELSEWHERE or place.tag >> 16 == 0x0002:
        return False
    above: Place | None = place
    listed = False
    while above is not None:
        if above.tag in _CONTENT or above.tag >> 24 in (0x50, 0x60) or (above.is_private and above is place):
            return False
        listed = listed or above.row is not None
        above = above.above
    return listed


def look(value: Value, claims: Claims) -> Iterator[Hit]:
    """Yield what is wrong with a value by the Table."""
    place = value.place
    verdict = _verdict(place, claims.options, claims.expected.kept)
    if verdict is None or _is_harmless(value, claims):
        return
    code, by = verdict
    if code == "D" and by is not place and (place.keyword in _CODED or place.vr in _STRUCTURE):
        return
    inside = "" if by is place else f" with {by.keyword} around it"
    text = value.text if place.vr not in _BINARY else ""
    yield Hit(RULE.id, f"{_WHAT[code]}{inside}", "Table E.1-1", letter_of(place), text)


@lru_cache(50_000)
def _verdict(place: Place, options: frozenset[Option], kept: frozenset[int]) -> tuple[str, Place] | None:
    """Return the letter that a place must obey and the place whose row says so, None if it may stay."""
    chain = []
    above: Place | None = place
    while above is not None:
        chain.append(above)
        above = above.above
    for each in reversed(chain):
        code = _code(each.row, options) if each.row is not None and each.tag not in kept else ""
        if code:
            return code, each
    return None


def _code(row: Row, options: frozenset[Option]) -> str:
    if any(row.options[option] in (Action.KEEP, Action.CLEAN) for option in row.options if option in options):
        return ""
    letters = row.basic.value
    return "" if "U" in letters else letters[0] if len(letters) == 1 else "Z" if "Z" in letters else "D"


def _is_harmless(value: Value, claims: Claims) -> bool:
    if value.place.vr in _BINARY:
        return not value.raw.strip(b"\0 ")
    if value.place.vr == "UI":
        return True  # U-01 asks if it is new
    if all(is_dummy(part, claims.patient_id) for part in value.text.split("\\")):
        return True
    text = value.text
    return value.place.tag in _HASHED and len(text) >= _HASH_LENGTH and all(c in "0123456789abcdefABCDEF" for c in text)
