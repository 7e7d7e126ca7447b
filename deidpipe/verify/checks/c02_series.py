"""C-02: Series are whole and consistent, and nothing stands there twice.

Asks: the Instances of a Series have one modality, one frame of reference and one size; no two files have one SOP
Instance UID or the same pixels; no slice is missing between two others, by Image Position and Orientation.
Why: a tool that skips odd files in silence leaves holes, and copies of an image split training from test data badly.
Source: PS3.3 A.1.2, C.7.3.1, C.7.4.1, C.7.6.2.
Fix: compare with the originals; clean what was skipped, leave out copies.
"""

import itertools
from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

from deidpipe.verify.asked import Asked
from deidpipe.verify.claims import Claims
from deidpipe.verify.finding import Hit, Rule, Severity
from deidpipe.verify.original import sample
from deidpipe.verify.reader import Instance
from deidpipe.verify.series import Volume, volume_of
from deidpipe.verify.shelf import Collection, Located, at
from deidpipe.verify.sources import Source

RULE = Rule(
    "C-02",
    Severity.WARN,
    "Series are whole and consistent, and nothing stands there twice",
    "PS3.3 A.1.2, C.7.3.1, C.7.4.1, C.7.6.2",
    "compare with the originals; clean what was skipped, leave out copies",
)
_SERIES, _MODALITY, _FRAME, _ROWS, _COLUMNS = 0x0020000E, 0x00080060, 0x00200052, 0x00280010, 0x00280011
_GAP = 1.5  # times the usual distance
_FEWEST = 5  # slices
_EMPTY_PIXELS = 12  # different bytes that the samples have at least: black images are no copies
_CHUNK = 1 << 20


class _Pixels(NamedTuple):
    path: str
    offset: int
    length: int


class Consistency(Collection):
    """Remembers of each Series what its first Instance had, and of each Instance two short digests."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        self._first: dict[str, tuple[int, ...]] = {}
        self._words: dict[str, int] = {}
        self._uids: dict[str, int] = {}
        self._samples: dict[bytes, _Pixels] = {}
        self._wholes: dict[bytes, bytes] = {}  # digests of all the pixels, where samples were the same
        self._path = ""
        self._volumes: dict[str, Volume] = {}

    def see_file(self, source: Source, number: int) -> Iterator[Located]:
        """Remember the path of the file that is read next; members of archives are compared by samples only."""
        del number
        self._path = source.path
        yield from ()

    def see(self, instance: Instance, claims: Claims) -> Iterator[Located]:
        """Yield what does not fit the Series, and copies."""
        del claims
        yield from self._in_series(instance)
        uid = instance.uid
        if uid and self._uids.setdefault(uid, instance.number) != instance.number:
            yield at(
                Hit(RULE.id, "has the SOP Instance UID of another file", "duplicate"), instance, path="SOPInstanceUID"
            )
        if instance.pixels is not None and self._is_copy(instance):
            yield at(Hit(RULE.id, "has the pixels of another Instance", "duplicate"), instance, path="PixelData")
        volume_of(instance, self._volumes)

    def _in_series(self, instance: Instance) -> Iterator[Located]:
        series = instance.text(_SERIES)
        if not series:
            return
        words = (instance.text(_MODALITY), instance.text(_FRAME))
        numbers = (self._words.setdefault(word, len(self._words)) for word in words)
        facts = (*numbers, instance.number_of(_ROWS), instance.number_of(_COLUMNS))
        first = self._first.setdefault(series, facts)
        for what, mine, theirs in zip(("modality", "frame of reference", "Rows", "Columns"), facts, first, strict=True):
            if mine != theirs:
                yield at(
                    Hit(RULE.id, f"the Series has more than one {what}", "series"), instance, path="SeriesInstanceUID"
                )

    def _is_copy(self, instance: Instance) -> bool:
        """Tell if an earlier Instance has the same pixels: by three samples first, and then by all of both."""
        pixels = instance.pixels
        some = sample(instance)
        if pixels is None or len(set(some)) < _EMPTY_PIXELS:
            return False
        key = blake2b(some, digest_size=12).digest()
        here = _Pixels(self._path, max(pixels.offset, 0), pixels.length or instance.size)
        first = self._samples.setdefault(key, here)
        if first is here:
            return False
        if key not in self._wholes:
            self._wholes[key] = _whole(first)
        return first == here or self._wholes[key] == _whole(here)

    def end(self) -> Iterator[Located]:
        """Yield Series with a hole."""
        for volume in self._volumes.values():
            places = volume.sorted_places
            usual = volume.spacing
            if len(places) < _FEWEST or usual <= 0:
                continue
            holes = sum(b - a > _GAP * usual for a, b in itertools.pairwise(places))
            if holes and holes <= max(len(places) // 10, 1):
                hit = Hit(RULE.id, f"slices are missing at {holes} place{'s' * (holes > 1)}", "series")
                yield Located(hit, volume.number, volume.uid, "ImagePositionPatient")


def _whole(pixels: _Pixels) -> bytes:
    digest = blake2b(digest_size=12)
    left = pixels.length
    with open(pixels.path, "rb") as file:
        file.seek(pixels.offset)
        while left > 0 and (some := file.read(min(left, _CHUNK))):
            digest.update(some)
            left -= len(some)
    return digest.digest()
