"""The gate from Python: ``deidpipe.check(path, ...)`` returns a Report."""

import os

from deidpipe.profile.load import load_profile
from deidpipe.verify.asked import Asked
from deidpipe.verify.baseline import read_baseline
from deidpipe.verify.claims import Expected, expected_of
from deidpipe.verify.finding import Severity
from deidpipe.verify.run_checks import Report, Show
from deidpipe.verify.run_checks import check as run_check

SHORT_NAMES = {"hipaa": "hipaa-safe-harbor"}


def check(
    path: str | os.PathLike[str],
    profile: str | None = None,
    *,
    original: str | os.PathLike[str] = "",
    crosswalk: str | os.PathLike[str] = "",
    baseline: str | os.PathLike[str] = "",
    fail_on: str = "block",
    pixels: bool = False,
    show_values: bool = False,
    all_conformance: bool = False,
    show: Show = lambda _stage, _done, _total: None,
) -> Report:
    """Look at everything below a path, whoever made it, before it is published.

    Parameters
    ----------
    path
        A folder, a file or a ZIP archive; of the OUT folder of a run, OUT/public is looked at.
    profile
        A shipped name (``hipaa`` is short for ``hipaa-safe-harbor``) or a YAML file: what the output should be. Without
        one, each Instance is held to what it claims itself.
    original
        The folder that the files were made from.
    crosswalk
        The crosswalk folder of the run that made them.
    baseline
        A JSON report: findings that are in it do not count again.
    fail_on
        ``block`` or ``warn``: the severity from which ``Report.status`` is 1.

    Raises
    ------
    UsageError
        If there is nothing at the path, or a word is unknown.
    ProfileError
        If the profile is wrong.
    IdentityError
        If the crosswalk does not fit.

    Source: PS3.15 E.1.1; 45 CFR 164.514(b)(2).
    """
    expected = expected_of(load_profile(SHORT_NAMES.get(profile, profile))) if profile else Expected()
    asked = Asked(
        path=os.fspath(path),
        expected=expected,
        original=os.fspath(original),
        crosswalk=os.fspath(crosswalk),
        fail_on=Severity(fail_on),
        pixels=pixels,
        show_values=show_values,
        all_conformance=all_conformance,
    )
    return run_check(asked, read_baseline(os.fspath(baseline)) if baseline else None, show)
