"""Settle what a draft comes to: which wishes need a rule, and which ones the loader does not allow.

A rule is left out where the Basic Profile and the Options do the same without it, whatever the IOD. Each rule is read
as the loader would read it, so that a profile that is written can always be loaded.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import NamedTuple

from deidpipe.dicom.dictionary import vrs_of
from deidpipe.profile.complaints import Complaints
from deidpipe.profile.entries import Entry as Key
from deidpipe.profile.identity_keys import identity_of
from deidpipe.profile.importing.draft import PATIENT, Deed, Draft, Entry, Outcome, Remark, Stop, Wish
from deidpipe.profile.importing.yaml_text import name_of_tag, quoted, rule_text, stop_text
from deidpipe.profile.load import load_profile
from deidpipe.profile.model import IdentityRules, Profile, SiteRule, Tag, TagPath
from deidpipe.profile.nodes import read_nodes
from deidpipe.profile.rules import quarantine_of, rules_of
from deidpipe.profile.ruleset import BASIC, Place, Rule, RuleSet
from deidpipe.standard.actions import Action
from deidpipe.standard.datafile import read

BASE = "basic"  # the shipped profile that an imported one extends
_MOST_PATTERNS = 200  # as many as a profile may have
_SEQUENCE = 0x00081140  # any Sequence: what an Attribute is treated like inside of one
_FALLBACK = "a dummy stands in for it"


class Settled(NamedTuple):
    """What a draft comes to: the rules as text, and all remarks."""

    rules: tuple[str, ...]
    stops: tuple[str, ...]
    identity: tuple[str, ...]
    remarks: tuple[Remark, ...]


def settle(draft: Draft) -> Settled:
    """Return the rules that a draft needs."""
    remarks = list(draft.remarks)
    base = load_profile(BASE)._replace(options=draft.options, unlisted=draft.unlisted)
    patterns = [wish for wish in draft.wishes if not isinstance(wish.selector, Tag | TagPath)]
    made: list[tuple[SiteRule, str]] = []
    for wish in {wish.selector: wish for wish in patterns}.values():
        full = len(made) >= _MOST_PATTERNS
        made += (
            _refused(wish, f"more than {_MOST_PATTERNS} patterns", remarks)
            if full
            else _rules(wish, draft.origin, remarks)
        )
    base = base._replace(rules=(*base.rules, *(rule for rule, _ in made)))
    for _, wishes in groupby(sorted(_tagged(draft.wishes), key=_order), key=_tag):
        made += _for_one(list(wishes), base, draft.origin, remarks)
    stops = [text for stop in draft.stops if (text := _stop(stop, draft.origin, remarks))]
    identity = _identity(draft, remarks)
    return Settled(tuple(text for _, text in made), tuple(dict.fromkeys(stops)), identity, _together(remarks))


def _tagged(wishes: Iterable[Wish]) -> list[Wish]:
    return [wish for wish in wishes if isinstance(wish.selector, Tag | TagPath)]


def _tag(wish: Wish) -> int:
    if isinstance(wish.selector, TagPath):
        return wish.selector.tags[-1]
    assert isinstance(wish.selector, Tag)
    return wish.selector.tag


def _order(wish: Wish) -> tuple[int, bool, bool]:
    return _tag(wish), isinstance(wish.selector, TagPath), bool(wish.when)


def _for_one(wishes: Sequence[Wish], base: Profile, origin: str, remarks: list[Remark]) -> list[tuple[SiteRule, str]]:
    """Return the rules for one Attribute."""
    made: list[tuple[SiteRule, str]] = []
    for wish in wishes:
        rules = RuleSet(base._replace(rules=(*base.rules, *(rule for rule, _ in made))))
        if wish.deed.as_patient:
            if all(rule.layer == BASIC and rule.action in "ZD" for rule in _answers(rules, wish)):
                continue
            why = f"a rule for the group is in the way of the patient's new identity; {_FALLBACK}"
            remarks.append(Remark(wish.entry, Outcome.NOT_SAID, why))
            wish = wish._replace(deed=Deed(Action.DUMMY))
        if not wish.when and _is_done(rules, wish):
            continue
        new = _rules(wish, origin, remarks)
        rules = RuleSet(base._replace(rules=(*base.rules, *(rule for rule, _ in (*made, *new)))))
        if new and not wish.when and not all(rule.action is new[0][0].action for rule in _answers(rules, wish)):
            found = next(rule for rule in _answers(rules, wish) if rule.action is not new[0][0].action)
            new = _refused(
                wish, f"deidpipe does {found.action} here whatever a rule says ({found.why or found.source})", remarks
            )
        made += new
    return made


def _rules(wish: Wish, origin: str, remarks: list[Remark]) -> list[tuple[SiteRule, str]]:
    """Return the rule for a wish, or the nearest one that the loader allows."""
    complaint = ""
    for deed in dict.fromkeys((wish.deed, Deed(Action.DUMMY) if wish.deed.action in "UCD" else wish.deed)):
        text = rule_text(wish.selector, deed.action, deed.value, wish.when, why_of(wish.entry, origin))
        rule, found = _read(text)
        if rule:
            if complaint:
                _refused(wish, f"{complaint}; {_FALLBACK}", remarks)
            return [(rule, text)]
        complaint = complaint or found
    return _refused(wish, complaint, remarks)


def why_of(entry: Entry, origin: str) -> str:
    """Return the reason of a rule: the entry that it comes from, as in ``CTP: @remove()``."""
    return f"{origin}: {entry.text or entry.what}"


def _refused(wish: Wish, why: str, remarks: list[Remark]) -> list[tuple[SiteRule, str]]:
    names = (name_of_tag(_tag(wish)),) if isinstance(wish.selector, Tag | TagPath) and _is_of_many(wish) else ()
    remarks.append(Remark(wish.entry, Outcome.NOT_SAID, why, names))
    return []


def _is_of_many(wish: Wish) -> bool:
    """Tell if the entry is about more Attributes than this one."""
    return f"{_tag(wish):08X}" not in wish.entry.what.replace(",", "") and name_of_tag(_tag(wish)) != wish.entry.what


def _read(text: str) -> tuple[SiteRule | None, str]:
    """Return the rule that the loader makes of a text, or its complaint."""
    complaints = Complaints("import", [])
    made = rules_of(Key(read_nodes(f"- {text}".encode(), "import"), 1), complaints)
    return (made[0][1], "") if made else (None, f"{complaints.found[0].what}; {complaints.found[0].fix}")


def _stop(stop: Stop, origin: str, remarks: list[Remark]) -> str | None:
    text = stop_text(stop.when, why_of(stop.entry, origin))
    complaints = Complaints("import", [])
    if quarantine_of(Key(read_nodes(f"- {text}".encode(), "import"), 1), complaints):
        return text
    remarks.append(Remark(stop.entry, Outcome.NOT_SAID, f"{complaints.found[0].what}; quarantine is not asked for"))
    return None


def _identity(draft: Draft, remarks: list[Remark]) -> tuple[str, ...]:
    """Return the keys of identity."""
    asked = []
    if draft.uid_root is not None:
        asked.append(("uid_root", quoted(draft.uid_root.text), draft.uid_root))
    if draft.days is not None:
        asked.append(("date_shift_days", f"[{draft.days[0]}, {draft.days[1]}]", Entry(0, "days", "")))
    kept = []
    for key, text, entry in asked:
        complaints = Complaints("import", [])
        nodes = read_nodes(f"{key}: {text}".encode(), "import")
        identity_of(Key(nodes, 1), IdentityRules(), complaints)
        if complaints.found:
            remarks.append(Remark(entry, Outcome.DIFFERS, f"{complaints.found[0].what}; new UIDs are under 2.25"))
        else:
            kept.append(f"{key}: {text}")
    return tuple(kept)


def _together(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Return each remark once, with all its names, by line; of one entry the graver one first."""
    names: dict[Remark, dict[str, None]] = {}
    for remark in remarks:
        names.setdefault(remark._replace(names=()), {}).update(dict.fromkeys(remark.names))
    rank = {Outcome.NOT_SAID: 0, Outcome.DIFFERS: 1}
    merged = (remark._replace(names=tuple(found)) for remark, found in names.items())
    return tuple(sorted(merged, key=lambda each: (each.entry.line, rank[each.outcome])))


# --- what is done without a rule ------------------------------------------------------------------------------------


def _is_done(rules: RuleSet, wish: Wish) -> bool:
    """Tell if the rules do the same already, whatever the IOD and wherever the Attribute stands."""
    if _tag(wish) in PATIENT:  # there the Basic Profile puts a new identity, and does not empty
        return False
    wanted = (wish.deed.action, wish.deed.value)
    return all((rule.action, rule.value) == wanted for rule in _answers(rules, wish))


def _answers(rules: RuleSet, wish: Wish) -> Iterator[Rule]:
    tag = _tag(wish)
    iods, paths = _typed()
    typed = paths.get(tag, ())
    places: Iterable[tuple[int, ...]] = [(tag,), (_SEQUENCE, tag), *typed]
    if isinstance(wish.selector, TagPath):
        places = [wish.selector.tags]
    for path in places:
        for vr in vrs_of(tag) or ("UN",):
            place = Place(path, vr, "", vr == "SQ")
            for iod in (None, *iods) if typed else (None, iods[0]):
                yield rules.rule_for(place, iod)


@cache
def _typed() -> tuple[tuple[str, ...], dict[int, tuple[tuple[int, ...], ...]]]:
    """Return the IODs, and where the Attributes stand whose Type can change what is done."""
    iods: list[str] = []
    paths: dict[int, dict[tuple[int, ...], None]] = {}
    for line in read("iod_types.tsv").lines:
        kind, name, *rest = line.split("\t")
        if kind == "iod":
            iods.append(name)
        elif kind == "module":
            for cell in rest[0].split():
                written = cell.partition("=")[0]
                if "X" not in written:
                    path = tuple(int(step, 16) for step in written.split("/"))
                    paths.setdefault(path[-1], {})[path] = None
    return tuple(iods), {tag: tuple(found) for tag, found in paths.items()}
