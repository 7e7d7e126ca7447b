"""A recipe of deid, action by action, as what a profile should say.

Of several actions for one Attribute deid's order decides: KEEP before ADD, REPLACE, JITTER, REMOVE and BLANK. What a
recipe does not name, deid keeps; a profile starts from the Basic Profile, which is told once.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from deidpipe.dicom.dictionary import vr_of
from deidpipe.profile.attributes import MARKERS
from deidpipe.profile.importing.draft import (
    PATIENT,
    Deed,
    Draft,
    Entry,
    Outcome,
    Remark,
    Wish,
    dates_are_moved,
    remark_of,
    shift_of,
)
from deidpipe.profile.importing.recipe import Line, Recipe
from deidpipe.profile.importing.recipe_fields import Found, found
from deidpipe.profile.model import PrivateElement, Selector, Tag, TagPath, Unlisted
from deidpipe.standard.actions import Action
from deidpipe.standard.options import Option

_ORDER = ("KEEP", "ADD", "REPLACE", "JITTER", "REMOVE", "BLANK")
_UNNAMED = "deid keeps what no action names; here Table E.1-1 and the VR decide about it"
_LISTED_STAYS = "what Table E.1-1 lists is treated as a rule says, private elements go"
_FILTERS = "what to look for in images, and where to blank them, is no rule of a profile; see quarantine:"
_FARTHEST = 36500


class _Claim(NamedTuple):
    """What one action asks for one element."""

    line: Line
    entry: Entry
    selector: Selector
    deed: Deed


def draft_of_recipe(recipe: Recipe) -> Draft:
    """Return what a recipe asks for."""
    groups: dict[str, list[str]] = {}
    for line in recipe:
        if line.section.startswith("fields ") and not line.fault:
            groups.setdefault(line.section.removeprefix("fields "), []).append(line.field)
    claims: list[_Claim] = []
    remarks = [Remark(Entry(0, "what no action names", ""), Outcome.DIFFERS, _UNNAMED)]
    unlisted = Unlisted.KEEP
    for line in recipe:
        made, told = _claims(line, groups)
        claims += made
        remarks += told
        if line.action == "REMOVE" and line.field.lower() == "all" and made:
            unlisted = Unlisted.REMOVE
    wishes = _decided(claims)
    days, other_days = shift_of([(wish.entry, wish.deed) for wish in wishes])
    options = {Option.RETAIN_MODIFIED_DATES} if dates_are_moved(wishes) else set()
    entries = tuple(_entry(line) for line in recipe if not line.section.startswith("fields ") or line.fault)
    return Draft(
        "deid",
        entries,
        0,
        tuple(wishes),
        (),
        (*remarks, *other_days),
        frozenset(options),
        unlisted,
        None,
        days,
    )


def _entry(line: Line) -> Entry:
    return Entry(line.number, line.field or f"%{line.section}", line.text)


def _decided(claims: Sequence[_Claim]) -> list[Wish]:
    """Return one wish for each element: the first action in deid's order, the last line of that."""
    best: dict[Selector, _Claim] = {}
    for claim in claims:
        other = best.get(claim.selector)
        if other is None or _ORDER.index(claim.line.action) <= _ORDER.index(other.line.action):
            best[claim.selector] = claim
    return [Wish(claim.entry, claim.selector, claim.deed) for claim in best.values()]


def _claims(line: Line, groups: Mapping[str, Sequence[str]]) -> tuple[list[_Claim], list[Remark]]:
    entry = _entry(line)
    if line.action == "LABEL":
        return [], [Remark(entry, Outcome.NOT_SAID, _FILTERS)]
    if line.fault:
        return [], [Remark(entry, Outcome.NOT_SAID, line.fault)]
    if line.section.startswith("fields "):
        return [], []
    if line.section != "header":
        what = line.section.partition(" ")[0]
        return [], [Remark(entry, Outcome.NOT_SAID, f"%{what} is for deid's own use; a profile has no such thing")]
    where = found(line.field, groups)
    if not where.selectors:
        return [], [Remark(entry, Outcome.NOT_SAID, where.fault or "it is for nothing")]
    return _for_each(line, entry, where)


def _for_each(line: Line, entry: Entry, where: Found) -> tuple[list[_Claim], list[Remark]]:
    if line.action == "REMOVE" and line.value and where.is_wide:
        why = "on which of many elements it is done, only the function knows; no rule is made of it"
        return [], [Remark(entry, Outcome.NOT_SAID, why)]
    claims: list[_Claim] = []
    remarks: list[Remark] = []
    for selector in where.selectors:
        tag = _tag_of(selector)
        if tag in MARKERS:
            if not where.is_wide:
                remarks += _marker(line, entry, tag)
            continue
        deed = _deed(line, tag, "SQ" if tag is None else vr_of(tag), is_wide=where.is_wide)
        if deed is not None:
            claims.append(_Claim(line, entry, selector, deed))
            remarks += remark_of(entry, deed)
    if not claims and not remarks and _tag_of(where.selectors[0]) not in MARKERS:
        remarks.append(Remark(entry, Outcome.NOT_SAID, "there is no date in it to move"))
    return claims, remarks


def _tag_of(selector: Selector) -> int | None:
    match selector:
        case Tag(tag):
            return tag
        case TagPath(tags):
            return tags[-1]
        case PrivateElement():
            return None
    return None


def _marker(line: Line, entry: Entry, tag: int | None) -> list[Remark]:
    if tag == 0x00120062 and line.action in ("ADD", "REPLACE") and line.value.upper() == "YES":
        return []
    return [Remark(entry, Outcome.DIFFERS, "deidpipe itself writes this Attribute to say what was done")]


def _deed(line: Line, tag: int | None, vr: str, *, is_wide: bool) -> Deed | None:
    """Return what one action asks for one element; None if it leaves the element alone."""
    match line.action:
        case "KEEP":
            return Deed(Action.KEEP)
        case "BLANK":
            return Deed(Action.EMPTY)
        case "REMOVE":
            if line.value:
                return Deed(Action.REMOVE, None, Outcome.DIFFERS, "it is removed always, whatever the function says")
            return Deed(Action.REMOVE)
        case "JITTER":
            return _jitter(line.value, vr)
    deed = _replacement(line.value, tag, vr)
    if line.action == "ADD" and deed.outcome is not Outcome.NOT_SAID and not is_wide:
        why = "; ".join(filter(None, (deed.why, "where the Attribute is missing it is not added")))
        return deed._replace(outcome=Outcome.DIFFERS, why=why)
    return deed


def _jitter(value: str, vr: str) -> Deed | None:
    if vr not in ("DA", "DT"):
        return None
    if re.fullmatch("[+-]?[0-9]{1,6}", value, re.ASCII) and 0 < abs(int(value)) <= _FARTHEST:
        return Deed(Action.CLEAN, days=(int(value), int(value)))
    why = "each patient has a day shift of its own, by the project key; or give it with --mapping as day_shift"
    return Deed(Action.CLEAN, None, Outcome.DIFFERS, why)


def _replacement(value: str, tag: int | None, vr: str) -> Deed:
    kind, colon, name = value.partition(":")
    if not colon or kind not in ("var", "func", "deid_func"):
        return Deed(Action.DUMMY, value)
    if tag in PATIENT:
        why = "the new identity of the patient, by the project key; or give it with --mapping as id_old,id_new"
        return Deed(Action.DUMMY, None, Outcome.DIFFERS, why, as_patient=True)
    if vr == "UI" and (re.search("uu?id", name, re.IGNORECASE)):
        return Deed(Action.UID, None, Outcome.DIFFERS, "the new UID follows from the old one, by the project key")
    if kind == "deid_func" and name.startswith("jitter") and vr in ("DA", "DT"):
        years, days = (re.search(rf"\b{word}=(-?[0-9]{{1,5}})\b", name, re.ASCII) for word in ("years", "days"))
        moved = (int(years[1]) * 365 if years else 0) + (int(days[1]) if days else 1)
        return _jitter(str(moved), vr) or Deed(Action.DUMMY)
    if vr in ("DA", "DT"):
        why = "the date is moved by the patient's day shift, and not replaced by one that deid is told"
        return Deed(Action.CLEAN, None, Outcome.NOT_SAID, why)
    why = "the value comes from a program around deid; a dummy stands in for it"
    return Deed(Action.DUMMY, None, Outcome.NOT_SAID, why)
