"""The De-identification Method Codes of a run.

Source: PS3.16 CID 7050, PS3.15 E.1.1 (one Item for the Profile and for each Option).
"""

from collections.abc import Iterable

from deidpipe.standard.options import BASIC_CODE, OPTIONS, Option


def method_codes(options: Iterable[Option]) -> tuple[tuple[str, str], ...]:
    """Return (code value, code meaning) of the Basic Profile and of each Option, in the order of the codes."""
    return (BASIC_CODE, *sorted({(OPTIONS[option].code, OPTIONS[option].code_meaning) for option in options}))
