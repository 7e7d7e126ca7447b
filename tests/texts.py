"""What cleans the texts of a patient of whom nothing is known."""

from collections.abc import Sequence

from deidpipe.text.doubt import Doubt
from deidpipe.text.patient import PatientTexts, SharedTexts


def no_texts(_patient: str, _new: Sequence[str]) -> PatientTexts:
    """Return what cleans texts by their form alone."""
    return PatientTexts((), SharedTexts(()), Doubt.REMOVE)
