"""A guide never changes the answer: with it or without, the same index or the same error."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deidpipe.dicom.guide import Guide
from deidpipe.dicom.instance import Instance, read_instance
from deidpipe.errors import DeidError

SAMPLES = sorted((Path(__file__).parents[2] / "sample_data").rglob("IM_*.dcm")) + sorted(
    (Path(__file__).parents[2] / "sample_data").rglob("*.ima")
)


def read(data: bytes, guide: Guide | None) -> tuple[bytes, list[int]] | str:
    try:
        index = read_instance(data, len(data), guide).data_set
    except DeidError as error:
        return str(error)
    return index.layout.shape, index.starts


def longer(instance: Instance, data: bytes, entry: int, by: int) -> bytes:
    """Return the file with a longer value in one top-level element of short header."""
    index = instance.data_set
    start = index.starts[entry]
    length = int.from_bytes(data[start + 6 : start + 8], "little")
    end = index.starts[entry + 1]
    return data[: start + 6] + (length + by).to_bytes(2, "little") + data[start + 8 : end] + b" " * by + data[end:]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), flips=st.integers(0, 4))
def test_a_guide_never_changes_the_answer(path: Path, seed: int, flips: int) -> None:
    chance = random.Random(seed)
    data = path.read_bytes()
    instance = read_instance(data, len(data))
    layout = instance.data_set.layout
    guide = Guide(layout)
    others = [
        longer(instance, data, entry, 2 * chance.randint(1, 4))
        for entry in chance.sample(sorted(layout.top.values()), 5)
        if layout.stored_vrs[entry] and layout.headers[entry] == 8
    ]
    for taught in (data, *others[:2]):
        read_instance(taught, len(taught), guide)
    for asked in (data, *others):
        changed = bytearray(asked)
        for _ in range(flips):
            changed[chance.randrange(instance.data_set.starts[0], instance.data_set.starts[-2])] = chance.randrange(256)
        assert read(bytes(changed), guide) == read(bytes(changed), None)


def test_a_guide_is_followed_once_it_has_learned() -> None:
    data = SAMPLES[0].read_bytes()
    instance = read_instance(data, len(data))
    index = instance.data_set
    guide = Guide(index.layout)
    assert guide.follow(data, index.starts[0], len(data), instance.encoding) is None
    read_instance(data, len(data), guide)
    assert guide.follow(data, index.starts[0], len(data), instance.encoding) == index.starts
