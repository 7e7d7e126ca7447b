"""The terms that a run was begun on: what is in OUT was made on them alone, so other terms are told, not mixed in."""

import json
from typing import NamedTuple

from deidpipe import __version__
from deidpipe.errors import IdentityError, UsageError
from deidpipe.profile.digest import digest_of
from deidpipe.profile.model import PixelDoubt, Profile
from deidpipe.text.doubt import Doubt

_NEW_OUT = "or give a new OUT folder"


class Terms(NamedTuple):
    """What must be the same when a run is taken up; digests and fingerprints, none of which tells a secret."""

    version: str
    source: str  # the real path of IN
    profile: str  # digest of the whole profile
    profile_name: str
    core: str  # digest of the profile without its name and what only says which Instances go into quarantine
    quarantine: tuple[str, ...]  # its quarantine rules, each as a digest
    stops: tuple[bool, ...]  # whether words in doubt, traces in pixels and unreadable pixels mean quarantine
    in_doubt: str
    key: str  # fingerprint
    mapping: str  # digest
    shard: str  # "2/16"; empty if it is all

    def as_text(self) -> str:
        """Return the terms as they stand in the journal."""
        return json.dumps(self._asdict())

    @staticmethod
    def from_text(text: str) -> "Terms":
        """Return the terms that a journal holds."""
        held = json.loads(text)
        return Terms(**{**held, "quarantine": tuple(held["quarantine"]), "stops": tuple(held["stops"])})


def terms_of(source: str, profile: Profile, key: str, mapping: str, shard: str) -> Terms:
    """Return the terms of a run that is asked for."""
    rules = [digest_of(Profile("", quarantine=(rule,))) for rule in profile.quarantine]
    pixels = profile.pixels._replace(in_doubt=PixelDoubt.REDACT, release_unreadable=True)
    core = profile._replace(name="", description="", quarantine=(), in_doubt=Doubt.REPORT, pixels=pixels)
    stops = [profile.in_doubt is Doubt.QUARANTINE, profile.pixels.in_doubt is PixelDoubt.QUARANTINE]
    stops.append(not profile.pixels.release_unreadable)
    return Terms(
        __version__,
        source,
        digest_of(profile),
        profile.name,
        digest_of(core),
        tuple(rules),
        tuple(stops),
        profile.in_doubt.value,
        key,
        mapping,
        shard,
    )


def must_fit(held: Terms, asked: Terms) -> bool:
    """Tell if the terms are the same; False if they only let go what was in quarantine, which may then be done again.

    Decided: a quarantine rule that is left out, ``in_doubt`` that is no longer ``quarantine``, and unreadable pixels
    that are let go change nothing in what was released: no such rule held there, nothing was in doubt. Other changes
    might.

    Raises
    ------
    IdentityError
        If the key or the mapping is another one.
    UsageError
        If the input, the profile, the shard or the version is another one.
    """
    if asked.key != held.key:
        raise IdentityError("key", "is not the one that OUT was begun with", f"give that one, {_NEW_OUT}")
    if asked.mapping != held.mapping:
        raise IdentityError("mapping", "is not the one that OUT was begun with", f"give that one, {_NEW_OUT}")
    for what, was, now in (
        ("IN", held.source, asked.source),
        ("--shard", held.shard, asked.shard),
        ("deidpipe", held.version, asked.version),
    ):
        if was != now:
            raise UsageError(what, "is not the one that OUT was begun with", f"give that one, {_NEW_OUT}")
    if asked.profile == held.profile:
        return True
    if asked.core != held.core or not _is_subsequence(asked.quarantine, held.quarantine) or not _is_looser(held, asked):
        raise UsageError(
            f"profile {asked.profile_name}",
            f"is not the one that OUT was begun with ({held.profile_name}), or was changed since",
            f"give that one, {_NEW_OUT}; only its quarantine rules may be left out",
        )
    return False


def _is_looser(held: Terms, asked: Terms) -> bool:
    """Tell if what is in doubt or cannot be read is treated the same, or no longer means quarantine."""
    same_words = asked.in_doubt == held.in_doubt or held.in_doubt == Doubt.QUARANTINE.value
    return same_words and all(was or not now for was, now in zip(held.stops, asked.stops, strict=True))


def _is_subsequence(some: tuple[str, ...], of: tuple[str, ...]) -> bool:
    rest = iter(of)
    return all(each in rest for each in some)
