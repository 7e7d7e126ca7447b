"""Make docs/profiles/: one page for each shipped profile. Run: python tools/make_profile_pages.py.

Everything on a page follows from the profile and Table E.1-1; a test holds that the committed pages are up to date.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from hipaa import IDENTIFIERS  # noqa: E402

from deidpipe.dicom.path import name_of  # noqa: E402
from deidpipe.profile.digest import digest_of  # noqa: E402
from deidpipe.profile.load import load_profile  # noqa: E402
from deidpipe.profile.model import Condition, Profile, Test  # noqa: E402
from deidpipe.profile.outline import Answer, of_the_rest, of_the_site, of_the_table  # noqa: E402
from deidpipe.profile.ruleset import RuleSet  # noqa: E402
from deidpipe.profile.shipped import names, path_of  # noqa: E402
from deidpipe.profile.words import UNLISTED, dates_in_words, in_words, safe_lists_in_words  # noqa: E402
from deidpipe.run.explain import explain  # noqa: E402
from deidpipe.standard.options import OPTIONS, Option  # noqa: E402
from deidpipe.standard.table import EDITION  # noqa: E402
from deidpipe.text.doubt import Doubt  # noqa: E402

PAGES = Path(__file__).parents[1] / "docs" / "profiles"
MADE = "<!-- Made by tools/make_profile_pages.py: do not edit; run make pages. -->"
HIPAA = "hipaa-safe-harbor"
CODES = {
    "X": "removed",
    "Z": "emptied",
    "D": "replaced by a dummy",
    "K": "kept",
    "C": "cleaned",
    "U": "replaced by another UID",
    "X/Z": "removed; emptied where the IOD requires it",
    "X/D": "removed; a dummy where the IOD requires a value",
    "Z/D": "emptied; a dummy where the IOD requires a value",
    "X/Z/D": "removed; emptied or a dummy where the IOD requires it",
    "X/Z/U*": "removed; emptied, or its UIDs replaced, where the IOD requires it",
}
DOUBT = {
    Doubt.REMOVE: "a word that only may name somebody goes too",
    Doubt.REPORT: "a word that only may name somebody stays and is listed in `private/review.csv`",
    Doubt.QUARANTINE: "with a word that only may name somebody the Instance goes into quarantine",
}


def page(name: str) -> str:
    """Return the page of a shipped profile."""
    profile = load_profile(name)
    parts = [
        f"{MADE}\n\n# {name}\n\n{profile.description}",
        settings(profile),
        *([hipaa(profile)] if name == HIPAA else []),
        quarantine(profile),
        table(profile),
        rest(profile),
        f"## The profile as it is written\n\n```yaml\n{Path(path_of(name)).read_text(encoding='utf-8')}```",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def settings(profile: Profile) -> str:
    """Return what the profile asks for."""
    lines = [("Edition", f"PS3.15 {EDITION}"), ("Digest", f"`{digest_of(profile)}`")]
    for option in sorted(profile.options):
        facts = OPTIONS[option]
        lines.append(("Option", f"{facts.title} ({facts.section}, code {facts.code})"))
    if Option.RETAIN_SAFE_PRIVATE in profile.options:
        lines.append(("Safe private elements", safe_lists_in_words(profile)))
    lines += [
        ("New Patient IDs", f"`{profile.identity.patient_id}`; Patient's Name becomes the same, or that of a mapping"),
        ("New UIDs", f"under {profile.identity.uid_root}, the same wherever the original occurs"),
        ("Dates and times", dates_in_words(profile)),
        ("Texts that stay", f"cleaned of what identifies; {DOUBT[profile.in_doubt]}"),
        ("Pixels", "neither looked at nor changed"),
        ("What the Table does not list", UNLISTED[profile.unlisted]),
    ]
    return rows(("", ""), lines)


def quarantine(profile: Profile) -> str:
    """Return what a person must look at."""
    found = [
        (rule.why, f"`{' and '.join(map(condition, rule.when))}`", f"`{rule.where}`") for rule in profile.quarantine
    ]
    return f"## Into quarantine\n\n{rows(('why', 'when', 'where it is written'), found)}" if found else ""


def condition(each: Condition) -> str:
    """Return a condition in words."""
    said = f"{name_of(each.tag)} {'not ' * each.negated}{each.test}"
    return f"{said} {' or '.join(each.values)}".rstrip() if each.test not in (Test.EXISTS, Test.MISSING) else said


def table(profile: Profile) -> str:
    """Return every row of Table E.1-1 and every place that rules name, those that are treated alike together."""
    rules = RuleSet(profile)
    answers = [*of_the_table(rules), *of_the_site(rules, (rule.selector for rule in profile.rules))]
    listed = {answer.attribute for answer in answers}
    named = {in_words(rule.selector) for rule in profile.rules} - listed
    answers += [answer for _, answer in of_the_rest(rules) if answer.attribute in named]
    groups: dict[tuple[str, str, str], list[Answer]] = {}
    for answer in answers:
        groups.setdefault(key_of(answer, profile), []).append(answer)
    parts = [f"## Every row of Table E.1-1, and what rules name\n\n{len(answers):,} in all. {legend()}"]
    for (code, by, why), group in sorted(groups.items(), key=lambda group: order(group[0][0])):
        head = f"### {code}: {CODES.get(code, 'as its conditions hold')} ({len(group):,})"
        said = f"{by}{f': {why}' if why else ''}."
        parts.append(f"{head}\n\n{said}\n\n{', '.join(f'{each.attribute} {each.tag}'.rstrip() for each in group)}")
    return "\n\n".join(parts)


def order(code: str) -> int:
    """Return where the groups of a code stand: as in CODES, what has conditions last."""
    return list(CODES).index(code) if code in CODES else len(CODES)


def key_of(answer: Answer, profile: Profile) -> tuple[str, str, str]:
    """Return what must be equal for two rows to stand together: code, source, why. Rules of one reason are one."""
    layer, source, why = answer.rule.layer, answer.rule.source, answer.rule.why
    if source.startswith(f"{profile.name}.yaml") or layer == "site rule":
        source = source.partition(":")[0]
    return answer.code, f"{layer}, {source.partition(', X but required')[0].partition(' by its Type')[0]}", why


def legend() -> str:
    """Return how to read the groups."""
    return (
        "X removed, Z emptied, D dummy, K kept, C cleaned (dates as told above, Sequences element by element, text "
        "emptied), U another UID. Where a code has several letters, the Type in the IOD decides; what has X and is "
        "required by the IOD is emptied or gets a dummy. Patient's Name and Patient ID get their replacements."
    )


def rest(profile: Profile) -> str:
    """Return what becomes of Attributes that the Table does not list and no rule names, by VR."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    named = {in_words(rule.selector) for rule in profile.rules}
    for vr, answer in of_the_rest(RuleSet(profile)):
        if answer.attribute not in named:
            why = answer.rule.why or answer.rule.source
            groups.setdefault((vr, answer.code, why), []).append(answer.attribute)
    lines = [
        (vr, code, why, f"{len(found):,}", ", ".join(found[:3])) for (vr, code, why), found in sorted(groups.items())
    ]
    return "## What the Table does not list\n\n" + rows(("VR", "action", "why", "Attributes", "such as"), lines)


def hipaa(profile: Profile) -> str:
    """Return what is done with each of the 18 identifiers."""
    lines = [
        (
            f"({each.letter}) {each.what}",
            "; ".join(done(attribute, profile) for attribute in each.attributes),
            each.told,
        )
        for each in IDENTIFIERS
    ]
    return (
        "## The 18 identifiers of 45 CFR 164.514(b)(2)(i)\n\n"
        "What headers hold of them, and what is done. Which Attribute belongs to which identifier is our judgement, "
        "and no legal advice; Safe Harbor also asks that nobody knows the rest to identify somebody (b)(2)(ii).\n\n"
        + rows(("identifier", "Attributes", "besides"), lines)
    )


def done(attribute: str, profile: Profile) -> str:
    """Return an Attribute and what is done to it."""
    codes = "/".join(dict.fromkeys(arm.action for arm in explain(attribute, profile).arms))
    return f"{attribute} {codes}"


def rows(heads: tuple[str, ...], lines: list[tuple[str, ...]]) -> str:
    """Return a table in Markdown."""
    cells = [heads, ("---",) * len(heads), *lines]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in cells)


def index() -> str:
    """Return the page that lists the pages."""
    lines = [(f"[{name}]({name}.md)", load_profile(name).description) for name in names()]
    head = f"{MADE}\n\n# The profiles that come with deidpipe"
    more = "`deidpipe profile diff A B` tells how two differ. How to write your own: [../profiles.md](../profiles.md)."
    return f"{head}\n\n{rows(('profile', 'what it does'), lines)}\n\n{more}\n"


def pages() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every page."""
    yield "README.md", index()
    for name in names():
        yield f"{name}.md", page(name)


def main() -> None:
    """Write the pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PAGES, help="another folder")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    for name, text in pages():
        (out / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
