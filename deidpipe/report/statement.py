"""The conformance statement of a run: what was done to every Instance of it, and how.

Source: PS3.15 E.1.3 (what a statement must say), E.3.5 to E.3.7 and E.3.10 (methods of single Options).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from deidpipe import __version__
from deidpipe.profile.digest import digest_of
from deidpipe.profile.model import Dates, Profile, Unlisted
from deidpipe.profile.ruleset import option_of
from deidpipe.profile.words import dates_in_words, in_words, safe_lists_in_words
from deidpipe.report.document import Document, Fold, Part, Section, Table
from deidpipe.standard.codes import method_codes
from deidpipe.standard.options import OPTIONS, Option
from deidpipe.standard.table import EDITION, rows
from deidpipe.text.doubt import Doubt

_PIXEL_OPTIONS = (Option.CLEAN_PIXEL_DATA, Option.CLEAN_RECOGNIZABLE_VISUAL_FEATURES)
_ACTIONS = {
    "X": "removed",
    "Z": "emptied; Patient's Name and Patient ID get their replacements",
    "D": "replaced by a dummy, or by the patient's replacements",
    "K": "kept",
    "C": "cleaned: dates as told below, Sequences element by element, text is emptied",
    "U": "replaced by another UID",
    "X/Z": "removed, or emptied where the IOD requires it",
    "X/D": "removed, or replaced by a dummy where the IOD requires it",
    "Z/D": "emptied, or replaced by a dummy where the IOD requires a value",
    "X/Z/D": "removed, emptied or replaced by a dummy, as the IOD requires",
    "X/Z/U*": "removed, emptied, or its UIDs replaced, as the IOD requires",
}
_TRANSFER_SYNTAXES = (
    "Implicit and Explicit VR Little Endian, Explicit VR Big Endian, Deflated Explicit VR Little Endian, the JPIP "
    "Transfer Syntaxes, and all those of PS3.5 whose Pixel Data are encapsulated. An Instance leaves in the one it "
    "came in; Pixel Data are copied byte by byte and never decoded. With any other, an Instance goes into quarantine."
)


class Ran(NamedTuple):
    """What happened in a run; nothing here may name a person or a place."""

    key_fingerprint: str
    counts: Mapping[str, int]  # inputs, released, quarantined, not-dicom
    reasons: Mapping[str, int]  # why files were quarantined
    lost: Sequence[tuple[str, str, int, str]]  # modality, needed for, Instances, Attributes and their fate


def statement(profile: Profile, ran: Ran) -> Document:
    """Return the conformance statement of a run."""
    return Document(
        "Conformance statement",
        f"How this collection was de-identified by deidpipe {__version__}: PS3.15 {EDITION}, Annex E, with the profile "
        f"{profile.name}. This is what E.1.3 asks of a de-identifier, filled in for one run.",
        (
            Section("This run", _this_run(profile, ran)),
            Section("Profile and Options", _options(profile)),
            Section("What is removed, replaced and kept", _actions(profile)),
            Section("How replacements are made", _replacements(profile)),
            Section("Dates and times", (_dates(profile),)),
            Section("Descriptors and other free text", (_texts(profile),)),
            Section("Patient characteristics", _characteristics(profile)),
            Section("Private elements", (_private(profile),)),
            Section("What is inserted", (_INSERTED,)),
            Section("Pixels", (_pixels(profile),)),
            Section("Transfer Syntaxes", (_TRANSFER_SYNTAXES,)),
            Section("Into quarantine", _quarantine(profile)),
            Section("Needed for research, and not here as it was", _lost(ran)),
        ),
    )


def _this_run(profile: Profile, ran: Ran) -> tuple[Part, ...]:
    facts = [
        *((name, f"{count:,}") for name, count in ran.counts.items()),
        *((f"quarantined: {code}", f"{count:,}") for code, count in ran.reasons.items()),
        ("profile", f"{profile.name}: {profile.description}" if profile.description else profile.name),
        ("digest of the profile", digest_of(profile)),
        ("fingerprint of the key", ran.key_fingerprint),
        ("deidpipe", __version__),
        ("edition", f"PS3.15 {EDITION}"),
    ]
    told = (
        "Each released file was opened again after it was written, and held against the rules. What was done to each "
        "element, by which rule, stands in the tables of the audit beside this file (deidpipe audit summary)."
    )
    return Table(("", ""), facts), told


def _options(profile: Profile) -> tuple[Part, ...]:
    codes = Table(("CID 7050", "claimed in each Instance"), method_codes(profile.options))
    unclaimed = [OPTIONS[option].title for option in Option if option not in profile.options]
    return codes, f"Not claimed: {', '.join(unclaimed)}." if unclaimed else "Every Option is claimed."


def _actions(profile: Profile) -> tuple[Part, ...]:
    named: dict[str, list[str]] = {}
    for row in rows():
        option = option_of(row, profile.options)
        named.setdefault(row.options[option] if option else row.basic, []).append(row.keyword or row.name)
    parts: list[Part] = [
        "The Attributes of Table E.1-1, at any depth, by what the Basic Profile and the Options ask for:"
    ]
    parts += [
        Fold(f"{code}: {_ACTIONS[code]} ({len(named[code]):,})", named[code]) for code in _ACTIONS if code in named
    ]
    if profile.rules:
        parts += ["Rules of this profile come before all that:", Table(("what", "action", "why"), _rules(profile))]
    if profile.unlisted is Unlisted.REMOVE:
        parts.append("What neither Table E.1-1 nor a rule names is removed, but for what describes the pixels.")
    else:
        parts.append(
            "Of what Table E.1-1 does not list, UIDs are replaced unless the Retain UIDs Option is claimed, dates and "
            "times are treated as the listed ones or emptied, persons, hosts and addresses are emptied, texts are "
            "cleaned; the rest stays."
        )
    return tuple(parts)


def _rules(profile: Profile) -> list[tuple[str, str, str]]:
    return [
        (in_words(rule.selector), f"{rule.action}{' on conditions' if rule.when else ''}", rule.why)
        for rule in profile.rules
    ]


def _replacements(profile: Profile) -> tuple[Part, ...]:
    identity = profile.identity
    return (
        f"UIDs become others under {identity.uid_root}, Patient IDs become {identity.patient_id}; each is a keyed "
        "function of the original. With a mapping table, Patient IDs and names are those of the table. "
        "Patient's Name becomes the new Patient ID unless the table has a name. UIDs of the Standard stay.",
        "Other dummies are the same for all: REMOVED for text, 19000101 and 000000 for dates and times, 0 for numbers, "
        "one dummy Item for a Sequence, or the value that a rule gives.",
        "Scope of referential integrity: one original has one replacement wherever it occurs, in this run and in every "
        "other run with the same key and the same root, so that references still resolve.",
        "Nothing is encrypted: no Encrypted Attributes Sequence is written, no key travels with the Instances. Who "
        "became whom is known only to whoever holds the private folder of the run.",
    )


def _dates(profile: Profile) -> str:
    told = f"Dates and times are {dates_in_words(profile)}. Patient's Birth Date is emptied."
    if Option.RETAIN_MODIFIED_DATES not in profile.options:
        return told
    if profile.identity.dates is Dates.YEAR:
        return told + " A DA becomes the first of January of its year, a DT ends after the year."
    return (
        told
        + " Intervals between dates of a patient and times of day stay; the shift follows from the key or a mapping."
    )


def _texts(profile: Profile) -> str:
    listed = (
        "Clean Descriptors Option: what it names is cleaned, and so is every text that Table E.1-1 does not list"
        if Option.CLEAN_DESCRIPTORS in profile.options
        else "What Table E.1-1 lists goes as it says; a text that it does not list is cleaned"
    )
    return (
        f"{listed}. Cleaned means: what is known of the patient, the staff and the site from the whole collection "
        "goes, and so does what has the form of an identifier; the rest stays word for word. "
        f"{_DOUBT[profile.in_doubt]} What stays, codes and numbers too, is searched for known identifiers before and "
        "after it is written."
    )


def _characteristics(profile: Profile) -> tuple[Part, ...]:
    option = Option.RETAIN_PATIENT_CHARACTERISTICS
    if option not in profile.options:
        return ("They are treated as the Basic Profile asks for.",)
    kept = [
        row.keyword for row in rows() if row.options.get(option) == "K" and option_of(row, profile.options) == option
    ]
    return (
        "These stay as they are, unless a rule above says otherwise; free text among them is cleaned.",
        Fold(f"kept ({len(kept)})", kept),
    )


def _private(profile: Profile) -> str:
    if Option.RETAIN_SAFE_PRIVATE not in profile.options:
        return "All are removed with their Private Creators, but for what a rule of this profile keeps."
    return (
        f"Only those stay that are known to be safe by their Private Creator, by {safe_lists_in_words(profile)}; "
        "and what an Instance itself declares to be safe (0008,0300). UIDs, dates and names among them are treated as "
        "such; all others are removed."
    )


def _pixels(profile: Profile) -> str:
    if any(option in profile.options for option in _PIXEL_OPTIONS):
        return "See the Options above."
    return (
        "Pixel Data were neither looked at nor changed. Text that is burned in, and faces in head volumes, are not "
        "found by this version: somebody must look for them by other means before this collection is published."
    )


def _quarantine(profile: Profile) -> tuple[Part, ...]:
    told = (
        "Not released: what cannot be read without guessing, what did not pass its check, SOP Instance UIDs that repeat"
    )
    if not profile.quarantine:
        return (f"{told}.",)
    return f"{told}, and what this profile wants a person to look at:", Table(
        ("why",), [(rule.why,) for rule in profile.quarantine]
    )


def _lost(ran: Ran) -> tuple[Part, ...]:
    if not ran.lost:
        return ("Nothing on the list of what research needs was taken from these Instances.",)
    lines = [(modality, reason, f"{count:,}", fate) for modality, reason, count, fate in ran.lost]
    return (Table(("modality", "for", "Instances", "Attributes"), lines),)


_DOUBT = {
    Doubt.REMOVE: "A word that only may name somebody goes too.",
    Doubt.REPORT: "A word that only may name somebody stays, and was listed for a person to look at.",
    Doubt.QUARANTINE: "An Instance with a word that only may name somebody is not released.",
}
_INSERTED = (
    "Patient Identity Removed (YES), De-identification Method (after what stood there), De-identification Method Code "
    "Sequence, Longitudinal Temporal Information Modified; a preamble of zeros and File Meta Information of our own."
)
