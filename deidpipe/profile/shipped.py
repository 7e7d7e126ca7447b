"""The profiles that come with deidpipe."""

import os

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_FOLDERS = (
    os.path.join(_PACKAGE, "shipped_profiles"),  # in the wheel
    os.path.join(os.path.dirname(_PACKAGE), "profiles"),  # in a checkout
)
_ENDING = ".yaml"


def names() -> list[str]:
    """Return the names of the shipped profiles, in order."""
    folder = _folder()
    return sorted(file.removesuffix(_ENDING) for file in os.listdir(folder) if file.endswith(_ENDING)) if folder else []


def path_of(name: str) -> str:
    """Return the path of a shipped profile.

    Raises KeyError if none has that name.
    """
    folder = _folder()
    path = os.path.join(folder, name + _ENDING)
    if not folder or os.path.basename(name) != name or not os.path.isfile(path):
        raise KeyError(name)
    return path


def _folder() -> str:
    return next((folder for folder in _FOLDERS if os.path.isdir(folder)), "")
