"""One row of the tables of national numbers, and the rules that more than one country uses."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from deidpipe.text.check_digits import weighted
from deidpipe.text.recognizers.dates import is_date


class Number(NamedTuple):
    """How a number of a country looks, what makes it right, and the words that announce it.

    ``form`` is an expression; ``check`` gets the letters and digits alone, in capitals. ``alone`` is True where form
    and check leave so little to chance that neither marks between the groups nor a cue are needed.
    """

    name: str
    form: str
    check: Callable[[str], bool]
    cues: str = ""
    alone: bool = False


def always(_: str) -> bool:
    """Accept a number whose form says it all."""
    return True


def mod_11(weights: Sequence[int], *, ten: str = "0") -> Callable[[str], bool]:
    """Return a check of the last digit: 11 less the weighted sum modulo 11, ``ten`` for 10, 0 for 11."""

    def check(text: str) -> bool:
        rest = -weighted(text[:-1], weights) % 11
        return text[-1] == (ten if rest == 10 else str(rest))

    return check


def born(text: str, order: str = "ymd", start: int = 0) -> bool:
    """Tell whether six digits are a birthday with a two-digit year, its parts in this order."""
    parts = {letter: text[start + 2 * place : start + 2 * place + 2] for place, letter in enumerate(order)}
    return any(is_date(f"{century}{parts['y']}", parts["m"], parts["d"]) for century in (19, 20))
