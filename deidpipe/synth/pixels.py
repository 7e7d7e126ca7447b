"""Are pixels as they were, but for the boxes that had text: there nothing may be read any more."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydicom.dataset import Dataset

from deidpipe.synth.answers import boxes_of, digest_of
from deidpipe.synth.record import Box

if TYPE_CHECKING:
    import numpy as np

_LIKE = 0.3  # correlation with the text that was there, up to which nobody can read it


def are_retained(expected: str, original: Dataset, result: Dataset) -> bool:
    """Tell if the pixels are those of the original; around burned-in text, a line's height of them may differ.

    The same bytes are enough; else both are decoded.
    """
    if "PixelData" not in result:
        return False
    if expected.startswith("sha256:"):
        return digest_of(result) == expected or _are_equal(original, result, [])
    return _are_equal(original, result, boxes_of(expected))


def are_hidden(expected: str, original: Dataset, result: Dataset) -> bool:
    """Tell if in no box and no frame the pixels still look like those of the original."""
    arrays = _decoded(original, result)
    if arrays is None:
        return False
    before, after = arrays
    return all(
        _is_hidden(old[box.y0 : box.y1, box.x0 : box.x1], new[box.y0 : box.y1, box.x0 : box.x1])
        for box in boxes_of(expected)
        for old, new in zip(before, after, strict=True)
    )


def _is_hidden(old: "np.ndarray", new: "np.ndarray") -> bool:
    import numpy as np

    if new.std() == 0:
        return True
    return bool(abs(np.corrcoef(old.ravel(), new.ravel())[0, 1]) < _LIKE)


def _are_equal(original: Dataset, result: Dataset, boxes: Sequence[Box]) -> bool:
    import numpy as np

    arrays = _decoded(original, result)
    if arrays is None:
        return False
    before, after = arrays
    looked_at = np.ones(before.shape[1:3], bool)
    for box in boxes:
        around = box.y1 - box.y0
        looked_at[max(0, box.y0 - around) : box.y1 + around, max(0, box.x0 - around) : box.x1 + around] = False
    return bool(np.array_equal(before[:, looked_at], after[:, looked_at]))


def _decoded(original: Dataset, result: Dataset) -> "tuple[np.ndarray, np.ndarray] | None":
    """Return both as (frames, rows, columns, samples) of numbers; None if they cannot be compared."""
    try:
        before, after = (_shaped(data_set) for data_set in (original, result))
    except Exception:  # noqa: BLE001  # decoders raise anything
        return None
    return (before, after) if before.shape == after.shape else None


def _shaped(data_set: Dataset) -> "np.ndarray":
    array = data_set.pixel_array
    frames = int(data_set.get("NumberOfFrames") or 1)
    shaped: np.ndarray = array.reshape(frames, int(data_set.Rows), int(data_set.Columns), -1)
    return shaped
