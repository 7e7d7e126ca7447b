"""A few hundred of the fuzzer's files, always the same ones; ``make fuzz`` runs 20,000."""

from collections import Counter

import pytest

from tests.fuzz import run_case
from tests.mutations import broken_file

SEED = 20_261


@pytest.mark.parametrize("batch", range(4))
def test_broken_files_are_read_rightly_or_refused(batch: int) -> None:
    verdicts = {number: run_case(number, SEED) for number in range(batch * 100, batch * 100 + 100)}
    assert {number: wrong for number, (_, wrong) in verdicts.items() if wrong} == {}
    outcomes = Counter(outcome.partition(",")[0] for outcome, _ in verdicts.values())
    assert outcomes["read"] >= 10  # the fuzzer would be idle if everything were refused
    assert outcomes["refused"] >= 10


def test_a_broken_file_is_the_same_for_the_same_numbers() -> None:
    assert broken_file(7, SEED) == broken_file(7, SEED)
    assert broken_file(7, SEED)[0] != broken_file(8, SEED)[0]
