"""What a run says of itself beside the audit tables; no clock time, so that equal runs are equal."""

import sys

from deidpipe import __version__
from deidpipe.identity.key import Key
from deidpipe.profile.digest import digest_of
from deidpipe.profile.model import Profile
from deidpipe.run.file_set import FileSet
from deidpipe.standard.table import EDITION


def manifest_of(profile: Profile, key: Key, counts: dict[str, int], file_set: FileSet | None) -> dict[str, object]:
    """Return the caller's part of manifest.json."""
    from deidpipe.audit.parquet import DUCKDB_VERSION

    return {
        "versions": {
            "deidpipe": __version__,
            "python": ".".join(map(str, sys.version_info[:3])),
            "duckdb": DUCKDB_VERSION,
        },
        "standard": {"part": "PS3.15", "edition": EDITION},
        "profile": {
            "name": profile.name,
            "digest": digest_of(profile),
            "options": sorted(option.value for option in profile.options),
        },
        "key_fingerprint": key.fingerprint,
        "counts": {"inputs": sum(counts.values()), **counts},
        **({} if file_set is None else {"file_set": file_set._asdict()}),
    }
