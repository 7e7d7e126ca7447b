"""What research on images of a modality needs: geometry, timing, dose, SUV, diffusion and so on.

The list is ours and made by hand: it judges nothing, and decides nothing. A run tells by it what a profile has cost.
"""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from deidpipe.standard.datafile import read
from deidpipe.standard.types import iod_of


class Need(NamedTuple):
    """An Attribute that is needed, in the Data Set itself or in functional groups; ``path`` is without Items."""

    path: str
    reason: str


def modality_of(sop_class_uid: str) -> str:
    """Return the modality that Instances of a SOP Class are of, empty where the list has none."""
    return _modalities().get(iod_of(sop_class_uid) or "", "")


def needs_of(modality: str) -> Mapping[str, list[Need]]:
    """Return what a modality needs, by the last step of the path."""
    return _needs().get(modality, {})


@cache
def _modalities() -> dict[str, str]:
    rows = (line.split("\t") for line in read("utility.tsv").lines if line.startswith("iod\t"))
    return {iod: modality for _, modality, iods in rows for iod in iods.split()}


@cache
def _needs() -> dict[str, dict[str, list[Need]]]:
    needs: dict[str, dict[str, list[Need]]] = {}
    for line in read("utility.tsv").lines:
        kind, modalities, reason, *paths = line.split("\t")
        if kind != "need":
            continue
        for modality in modalities.split():
            by_end = needs.setdefault(modality, {})
            for path in paths:
                by_end.setdefault(path.rpartition(".")[2], []).append(Need(path, reason))
    return needs
