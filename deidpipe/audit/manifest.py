"""The manifest: what ran, how much there is, and the digests that hold the tables together, sealed."""

import json
from collections.abc import Callable, Mapping
from typing import Final

SEAL: Final = "seal"
AUDIT: Final = "audit"  # the part that the audit itself adds


def sealed(manifest: Mapping[str, object], seal: Callable[[bytes], str]) -> str:
    """Return a manifest as JSON with its seal.

    Raises ValueError or TypeError if it is no plain JSON, or has a seal already.
    """
    if SEAL in manifest:
        raise ValueError("a manifest is sealed once")
    return render({**manifest, SEAL: seal(canonical(manifest))})


def canonical(manifest: Mapping[str, object]) -> bytes:
    """Return the bytes that the seal is made over: all but the seal, compact, with sorted keys."""
    unsealed = {key: value for key, value in manifest.items() if key != SEAL}
    return json.dumps(unsealed, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def render(manifest: Mapping[str, object]) -> str:
    """Return a manifest as it stands in its file."""
    return json.dumps(manifest, sort_keys=True, indent=2, allow_nan=False) + "\n"


def parse(file: bytes) -> dict[str, object] | None:
    """Return a manifest from its file; None if it is not exactly as ``render`` writes it."""
    try:
        manifest = json.loads(file)
        as_written = isinstance(manifest, dict) and render(manifest).encode() == file
    except (ValueError, RecursionError):
        return None
    return manifest if as_written else None
