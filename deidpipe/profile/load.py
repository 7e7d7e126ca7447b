"""Read a profile: YAML in, a frozen Profile out; all that is wrong is told at once, with file and line."""

import os
from collections.abc import Iterable, Mapping

from deidpipe.errors import ProfileError, ProfileErrors
from deidpipe.profile import shipped
from deidpipe.profile.complaints import Complaints, did_you_mean, shown
from deidpipe.profile.conflicts import replace_and_check
from deidpipe.profile.entries import Entry, items_of, known_entries, text_of
from deidpipe.profile.identity_keys import identity_of
from deidpipe.profile.model import Look, PixelDoubt, PixelRules, Profile, SafeList, Unlisted
from deidpipe.profile.nodes import LARGEST_FILE, read_nodes
from deidpipe.profile.rules import quarantine_of, rules_of
from deidpipe.standard.options import Option
from deidpipe.text.doubt import Doubt

KEYS = (
    *("deidpipe", "name", "description", "extends"),
    *("options", "safe_private", "unlisted", "text", "pixels", "complete_iod", "identity", "rules", "quarantine"),
)
FORMAT = "1"
_LONGEST_NAME = 64
_MOST_EXTENDS = 8
_BOTH_DATES = frozenset({Option.RETAIN_FULL_DATES, Option.RETAIN_MODIFIED_DATES})
_ONE_DATES = ("full dates and modified dates exclude each other (PS3.15 E.3.6)", "keep one of the two Options")
_NOTHING = Profile("")


def load_profile(name_or_path: str, extra_options: Iterable[str] = ()) -> Profile:
    """Return a shipped profile by its name, or the one at a path, with more Options if asked for.

    Raises ProfileErrors, which has all complaints, if anything is unknown, misspelt or contradictory.
    """
    found: list[ProfileError] = []
    path = _path_of(name_or_path)
    profile = _NOTHING
    if path:
        profile = _read_all(path, found)
    else:
        found.append(ProfileError("profile", *_no_such_profile(name_or_path)))
    known = {option.value: option for option in Option}
    extra = list(extra_options)
    found += [ProfileError("option", *_no_such_option(word)) for word in extra if word not in known]
    options = profile.options.union(known[word] for word in extra if word in known)
    if options >= _BOTH_DATES and not profile.options >= _BOTH_DATES:
        found.append(ProfileError("option", *_ONE_DATES))
    if found:
        raise ProfileErrors(found)
    return profile._replace(options=options)


def lint(name_or_path: str) -> list[ProfileError]:
    """Return all complaints about a profile, none if it is sound."""
    path = _path_of(name_or_path)
    if not path:
        return [ProfileError("profile", *_no_such_profile(name_or_path))]
    found: list[ProfileError] = []
    _read_all(path, found)
    return found


def _read_all(path: str, found: list[ProfileError]) -> Profile:
    try:
        return _read(path, (), found)
    except ProfileErrors:  # so many that it stopped; they are in found
        return _NOTHING
    finally:
        files = list(dict.fromkeys(_file_and_line(each)[0] for each in found))
        found.sort(key=lambda each: (files.index(_file_and_line(each)[0]), _file_and_line(each)[1]))


def _file_and_line(complaint: ProfileError) -> tuple[str, int]:
    file, _, line = complaint.where.rpartition(":")
    return file, int(line)


def _read(path: str, above: tuple[str, ...], found: list[ProfileError]) -> Profile:
    """Return a profile on the ground of the one it extends; ``above`` are the files that extend this one."""
    complaints = Complaints(os.path.basename(path), found)
    try:
        root = read_nodes(_bytes_of(path), complaints.file)
    except ProfileError as fault:
        found.append(fault)
        return _NOTHING
    entries = known_entries(root, root.line, "the profile", KEYS, complaints)
    if not entries:
        return _NOTHING
    _check_format(entries, complaints)
    base = _base(entries, path, above, complaints)
    options = base.options | _options(entries, complaints)
    if options >= _BOTH_DATES and not base.options >= _BOTH_DATES:
        complaints.add(entries["options"].line, *_ONE_DATES)
    rules = rules_of(entries["rules"], complaints) if "rules" in entries else []
    quarantine = quarantine_of(entries["quarantine"], complaints) if "quarantine" in entries else []
    return Profile(
        name=_name(entries, complaints),
        description=_description(entries, complaints),
        options=options,
        rules=tuple(replace_and_check(base.rules, rules, complaints)),
        quarantine=(*base.quarantine, *quarantine),
        identity=identity_of(entries["identity"], base.identity, complaints)
        if "identity" in entries
        else base.identity,
        unlisted=_unlisted(entries["unlisted"], complaints) if "unlisted" in entries else base.unlisted,
        safe_private=_safe_private(entries["safe_private"], options, complaints)
        if "safe_private" in entries
        else base.safe_private,
        complete_iod=_complete_iod(entries["complete_iod"], complaints)
        if "complete_iod" in entries
        else base.complete_iod,
        pixels=_pixels(entries["pixels"], base.pixels, complaints) if "pixels" in entries else base.pixels,
        in_doubt=_in_doubt(entries["text"], complaints) if "text" in entries else base.in_doubt,
    )


def _bytes_of(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as fault:  # ValueError: a path with a zero byte
        reason = getattr(fault, "strerror", None) or "no path"
        raise ProfileError(f"{os.path.basename(path)}:1", f"cannot be read ({reason})", "look at the path") from None


def _check_format(entries: Mapping[str, Entry], complaints: Complaints) -> None:
    if "deidpipe" not in entries:
        complaints.add(1, "the format version is missing", f"begin with the line deidpipe: {FORMAT}")
        return
    version = text_of(entries["deidpipe"], "deidpipe", complaints)
    if version is not None and version != FORMAT:
        fix = f"write deidpipe: {FORMAT}, or use a later release"
        complaints.add(entries["deidpipe"].line, f"format {shown(version)} is unknown", fix)


def _name(entries: Mapping[str, Entry], complaints: Complaints) -> str:
    if "name" not in entries:
        complaints.add(1, "the name is missing", "add a line name: and a short name")
        return ""
    name = text_of(entries["name"], "name", complaints) or ""
    if len(name) > _LONGEST_NAME or not name.isascii() or not name.isprintable() or "\\" in name:
        fix = f"use at most {_LONGEST_NAME} ASCII characters and no backslash, because it is written into each Instance"
        complaints.add(entries["name"].line, "a name that DICOM cannot hold", fix)
    return name


def _description(entries: Mapping[str, Entry], complaints: Complaints) -> str:
    return text_of(entries["description"], "description", complaints) or "" if "description" in entries else ""


def _base(entries: Mapping[str, Entry], path: str, above: tuple[str, ...], complaints: Complaints) -> Profile:
    if "extends" not in entries:
        return _NOTHING
    entry = entries["extends"]
    name = text_of(entry, "extends", complaints)
    if name is None:
        return _NOTHING
    chain = (*above, os.path.realpath(path))
    base = _path_of(name, os.path.dirname(path))
    if not base:
        complaints.add(entry.line, *_no_such_profile(name))
    elif os.path.realpath(base) in chain or len(chain) > _MOST_EXTENDS:
        complaints.add(entry.line, f"{shown(name)} leads back here, or too far", "let a profile extend a shipped one")
    elif not os.path.isfile(base):
        complaints.add(entry.line, f"there is no file {shown(name)}", "write the path as seen from this file")
    else:
        return _read(base, chain, complaints.found)
    return _NOTHING


def _path_of(name: str, folder: str = "") -> str | None:
    """Return the path of a shipped profile or of a file; what has no / and no ending is a name."""
    if "/" in name or os.sep in name or name.endswith((".yaml", ".yml")):
        return os.path.join(folder, name)
    try:
        return shipped.path_of(name)
    except (KeyError, ValueError):
        return None


def _options(entries: Mapping[str, Entry], complaints: Complaints) -> frozenset[Option]:
    if "options" not in entries:
        return frozenset()
    known = {option.value: option for option in Option}
    chosen: set[Option] = set()
    for node in items_of(entries["options"], "options", complaints):
        word = text_of(Entry(node, node.line), "an Option", complaints)
        if word is None:
            continue
        if word not in known:
            complaints.add(node.line, *_no_such_option(word))
        elif known[word] in chosen:
            complaints.add(node.line, f"{word} stands twice", "keep one of them")
        else:
            chosen.add(known[word])
    return frozenset(chosen)


def _safe_private(entry: Entry, options: frozenset[Option], complaints: Complaints) -> frozenset[SafeList]:
    if Option.RETAIN_SAFE_PRIVATE not in options:
        complaints.add(entry.line, "safe_private without the Option", "add retain-safe-private to options")
    known = {each.value: each for each in SafeList}
    chosen: set[SafeList] = set()
    for node in items_of(entry, "safe_private", complaints):
        word = text_of(Entry(node, node.line), "a list", complaints)
        if word is None:
            continue
        if word not in known:
            fix = did_you_mean(word, known, f"known are {', '.join(known)}; lists of your own are rules with private:")
            complaints.add(node.line, f"unknown list {shown(word)}", fix)
        elif known[word] in chosen:
            complaints.add(node.line, f"{word} stands twice", "keep one of them")
        else:
            chosen.add(known[word])
    return frozenset(chosen)


def _unlisted(entry: Entry, complaints: Complaints) -> Unlisted:
    word = text_of(entry, "unlisted", complaints)
    if word is not None and word not in set(Unlisted):
        complaints.add(entry.line, f"unlisted is {shown(word)}", "write keep or remove")
        return Unlisted.REMOVE
    return Unlisted(word) if word else Unlisted.REMOVE


def _pixels(entry: Entry, base: PixelRules, complaints: Complaints) -> PixelRules:
    entries = known_entries(entry.node, entry.line, "pixels", ("look", "keep", "unreadable", "in_doubt"), complaints)
    rules = base
    if "look" in entries:
        word = text_of(entries["look"], "look", complaints)
        if word is not None and word not in set(Look):
            complaints.add(entries["look"].line, f"look is {shown(word)}", f"write {', '.join(Look)}")
        elif word:
            rules = rules._replace(look=Look(word))
    if "keep" in entries:
        word = text_of(entries["keep"], "keep", complaints)
        if word is not None and word not in ("nothing", "technical"):
            complaints.add(entries["keep"].line, f"keep is {shown(word)}", "write nothing or technical")
        elif word:
            rules = rules._replace(keep_technical=word == "technical")
    if "unreadable" in entries:
        word = text_of(entries["unreadable"], "unreadable", complaints)
        if word is not None and word not in ("quarantine", "release"):
            complaints.add(entries["unreadable"].line, f"unreadable is {shown(word)}", "write quarantine or release")
        elif word:
            rules = rules._replace(release_unreadable=word == "release")
    if "in_doubt" in entries:
        word = text_of(entries["in_doubt"], "in_doubt", complaints)
        if word is not None and word not in set(PixelDoubt):
            complaints.add(entries["in_doubt"].line, f"in_doubt is {shown(word)}", f"write {' or '.join(PixelDoubt)}")
        elif word:
            rules = rules._replace(in_doubt=PixelDoubt(word))
    return rules


def _complete_iod(entry: Entry, complaints: Complaints) -> bool:
    word = text_of(entry, "complete_iod", complaints)
    if word is not None and word not in ("true", "false"):
        complaints.add(entry.line, f"complete_iod is {shown(word)}", "write true or false")
    return word == "true"


def _in_doubt(entry: Entry, complaints: Complaints) -> Doubt:
    entries = known_entries(entry.node, entry.line, "text", ("in_doubt",), complaints)
    if "in_doubt" not in entries:
        return Doubt.REMOVE
    word = text_of(entries["in_doubt"], "in_doubt", complaints)
    if word is not None and word not in set(Doubt):
        complaints.add(entries["in_doubt"].line, f"in_doubt is {shown(word)}", f"write {', '.join(Doubt)}")
        return Doubt.REMOVE
    return Doubt(word) if word else Doubt.REMOVE


def _no_such_profile(name: str) -> tuple[str, str]:
    otherwise = f"shipped are {', '.join(shipped.names())}; a path needs a / or the ending .yaml"
    return f"no profile {shown(name)}", did_you_mean(name, shipped.names(), otherwise)


def _no_such_option(word: str) -> tuple[str, str]:
    known = [option.value for option in Option]
    return f"unknown Option {shown(word)}", did_you_mean(word, known, f"known are {', '.join(known)}")
