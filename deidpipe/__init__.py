"""De-identify DICOM collections to PS3.15, with an audit of every element."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deidpipe.profile.load import load_profile
    from deidpipe.run.api import RefusedError, deidentify
    from deidpipe.verify.api import check

__version__ = "0.1.0"
__all__ = ["RefusedError", "__version__", "check", "deidentify", "load_profile"]


def __getattr__(name: str) -> object:
    """Import what is asked for when it is asked for: a command should not pay for what it does not use."""
    if name in ("deidentify", "RefusedError"):
        from deidpipe.run import api

        return getattr(api, name)
    if name == "check":
        from deidpipe.verify.api import check

        return check
    if name == "load_profile":
        from deidpipe.profile.load import load_profile

        return load_profile
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
