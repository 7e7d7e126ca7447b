"""Check digits: the arithmetic that tells a number of a register from any other.

Source: ISO/IEC 7064, ISO/IEC 7812 (Luhn), J. Verhoeff (1969), and the rules that each register publishes.
"""

from collections.abc import Sequence
from itertools import pairwise

_DIHEDRAL = (
    "0123456789",
    "1234067895",
    "2340178956",
    "3401289567",
    "4012395678",
    "5987604321",
    "6598710432",
    "7659821043",
    "8765932104",
    "9876543210",
)
_PERMUTED = (
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)


def weighted(digits: str, weights: Sequence[int]) -> int:
    """Return the sum of the digits, each times its weight."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def luhn(digits: str) -> bool:
    """Tell whether the last digit is right by Luhn's rule."""
    total = sum(map(int, digits[-1::-2])) + sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return total % 10 == 0


def verhoeff(digits: str) -> bool:
    """Tell whether the last digit is right by Verhoeff's rule."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = int(_DIHEDRAL[check][int(_PERMUTED[place % 8][int(digit)])])
    return check == 0


def mod_11_10(digits: str) -> bool:
    """Tell whether the last digit is right by ISO 7064 MOD 11,10."""
    check = 10
    for digit in digits[:-1]:
        check = ((check + int(digit)) % 10 or 10) * 2 % 11
    return (check + int(digits[-1])) % 10 == 1


def mod_97_10(text: str) -> bool:
    """Tell whether letters and digits are right by ISO 7064 MOD 97-10, as in an IBAN whose first four stand last."""
    return int("".join(str(int(character, 36)) for character in text)) % 97 == 1


def is_sequence(digits: str) -> bool:
    """Tell whether digits are all the same or count up or down, as no issued number does."""
    steps = {int(after) - int(before) for before, after in pairwise(digits)}
    return len(steps) <= 1 and steps <= {-1, 0, 1}
