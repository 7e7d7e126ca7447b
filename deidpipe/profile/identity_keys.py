"""``identity:`` how replacements look."""

import re

from deidpipe.profile.complaints import Complaints, shown
from deidpipe.profile.entries import Entry, known_entries, text_of
from deidpipe.profile.model import Dates, IdentityRules
from deidpipe.profile.nodes import Listing, Scalar

KEYS = ("patient_id", "uid_root", "date_shift_days", "dates")
_LONGEST_ID = 64  # PS3.5 Table 6.2-1, LO
_LONGEST_ROOT = 64 - 1 - 24  # a point and at least 24 digits must find room in a UID
_CODE_LENGTH = 10
_CODE = r"\{code(?::([0-9]{1,3}))?\}"
_FARTHEST = 36500  # days: a hundred years


def identity_of(entry: Entry, base: IdentityRules, complaints: Complaints) -> IdentityRules:
    """Return the identity rules of the base, changed as the file says."""
    entries = known_entries(entry.node, entry.line, "identity", KEYS, complaints)
    identity = base
    if "patient_id" in entries:
        identity = identity._replace(patient_id=_patient_id(entries["patient_id"], complaints) or base.patient_id)
    if "uid_root" in entries:
        identity = identity._replace(uid_root=_uid_root(entries["uid_root"], complaints) or base.uid_root)
    if "date_shift_days" in entries:
        days = _days(entries["date_shift_days"], complaints)
        identity = identity._replace(shift_from=days[0], shift_to=days[1]) if days else identity
    if "dates" in entries:
        identity = identity._replace(dates=_dates(entries["dates"], complaints) or base.dates)
    return identity


def _patient_id(entry: Entry, complaints: Complaints) -> str | None:
    pattern = text_of(entry, "patient_id", complaints)
    if pattern is None:
        return None
    codes = re.findall(_CODE, pattern)
    rest = re.sub(_CODE, "", pattern)
    length = int(codes[0] or _CODE_LENGTH) if codes else _CODE_LENGTH
    if len(codes) != 1 or "{" in rest or "}" in rest:
        what, fix = f"{shown(pattern)} is no pattern with one {{code}}", "write it as TRIAL-{code} or TRIAL-{code:12}"
    elif not 6 <= length <= 20:
        what, fix = f"a code of {length} characters", "write a number from 6 to 20"
    elif not rest.isascii() or not rest.isprintable() or set(rest) & set("\\^="):
        what, fix = "patient_id has a character that an ID should not have", r"use ASCII without \ ^ and ="
    elif len(rest) + length > _LONGEST_ID:
        what, fix = f"a Patient ID would be longer than {_LONGEST_ID} characters", "shorten it"
    else:
        return pattern
    complaints.add(entry.line, what, fix)
    return None


def _uid_root(entry: Entry, complaints: Complaints) -> str | None:
    root = text_of(entry, "uid_root", complaints)
    if root is None:
        return None
    if not re.fullmatch(r"([01]\.[1-3]?[0-9]|2\.(0|[1-9][0-9]*))(\.(0|[1-9][0-9]*))*", root):
        what, fix = f"{shown(root)} is no root of UIDs", "write numbers with points, without leading zeros: 2.25"
    elif len(root) > _LONGEST_ROOT:
        what, fix = f"a root of more than {_LONGEST_ROOT} characters", "24 digits must find room after it; shorten it"
    elif f"{root}.".startswith("1.2.840.10008."):
        what, fix = "this root belongs to the Standard", "use your own root, or 2.25"
    else:
        return root
    complaints.add(entry.line, what, fix)
    return None


def _dates(entry: Entry, complaints: Complaints) -> Dates | None:
    word = text_of(entry, "dates", complaints)
    if word is not None and word not in set(Dates):
        complaints.add(entry.line, f"dates is {shown(word)}", f"write {' or '.join(Dates)}")
        return None
    return Dates(word) if word else None


def _days(entry: Entry, complaints: Complaints) -> tuple[int, int] | None:
    nodes = entry.node.items if isinstance(entry.node, Listing) else ()
    texts = [node.text.strip() for node in nodes if isinstance(node, Scalar)]
    numbers = [int(text) for text in texts if re.fullmatch("[+-]?[0-9]{1,6}", text)]
    fix = "write the first and the last day, as in [-3650, -365]"
    if len(numbers) != 2 or len(nodes) != 2:
        complaints.add(entry.line, "date_shift_days is not two whole numbers", fix)
        return None
    first, last = numbers
    if first > last:
        complaints.add(entry.line, "date_shift_days ends before it begins", fix)
    elif max(-first, last) > _FARTHEST:
        complaints.add(entry.line, f"date_shift_days reaches beyond {_FARTHEST} days", fix)
    elif first == last == 0:
        complaints.add(entry.line, "date_shift_days shifts nothing", "write a range with another day than 0")
    else:
        return first, last
    return None
