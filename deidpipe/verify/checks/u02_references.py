"""U-02: references of RT, SEG, PR, KO, SR and PM objects resolve, and frames of reference agree.

Asks: each Referenced SOP Instance UID of such an object is the SOP Instance UID of a file in the collection; the
object shares a frame of reference with the images that it refers to. With --original a reference that led nowhere
before is a warning.
Why: a segmentation without its images is of no use, and broken references are among what hurts users most.
Source: PS3.3 C.12.1, C.7.4.1, C.8.8, C.8.20, C.17; PS3.15 E.1.1 (UIDs are replaced consistently).
Fix: clean objects and their images in one run or under one key, and publish them together.
"""

from collections.abc import Iterator
from typing import NamedTuple

from deidpipe.verify.asked import Asked
from deidpipe.verify.claims import Claims
from deidpipe.verify.finding import Hit, Rule, Severity
from deidpipe.verify.original import Original
from deidpipe.verify.reader import Instance
from deidpipe.verify.references import Reference, frames_of_reference, references
from deidpipe.verify.shelf import Collection, Located

RULE = Rule(
    "U-02",
    Severity.BLOCK,
    "references of RT, SEG, PR, KO, SR and PM objects resolve, and frames of reference agree",
    "PS3.3 C.12.1, C.7.4.1, C.8.8, C.8.20, C.17; PS3.15 E.1.1",
    "clean objects and their images in one run or under one key, and publish them together",
)


class _Waiting(NamedTuple):
    number: int
    uid: str
    references: list[Reference]
    resolved: frozenset[str] | None
    frames: frozenset[int]
    agreed: bool


class References(Collection):
    """Remembers the frame of reference of each Instance, and the references until all Instances are known."""

    def __init__(self, asked: Asked, original: Original) -> None:
        super().__init__(asked)
        self._original = original
        self._frame_of: dict[str, int] = {}
        self._frames: dict[str, int] = {}
        self._waiting: list[_Waiting] = []

    def see(self, instance: Instance, claims: Claims) -> Iterator[Located]:
        """Remember an Instance and what it refers to."""
        del claims
        self._frame_of[instance.uid] = self._number(instance.text(0x00200052))
        found = list(references(instance))
        if found:
            self.looked["references"] += len(found)
            frames = frozenset(map(self._number, frames_of_reference(instance)))
            resolved, agreed = self._original.resolved(instance), self._original.frames_agreed(instance)
            self._waiting.append(_Waiting(instance.number, instance.uid, found, resolved, frames, agreed))
        yield from ()

    def _number(self, frame: str) -> int:
        return self._frames.setdefault(frame, len(self._frames)) if frame else -1

    def end(self) -> Iterator[Located]:
        """Yield references that lead nowhere, and objects that stand in another frame than their images."""
        for number, uid, found, resolved, frames, agreed in self._waiting:
            theirs = set()
            for reference in found:
                if reference.uid in self._frame_of:
                    theirs.add(self._frame_of[reference.uid])
                    continue
                before = resolved is not None and reference.path not in resolved
                severity = Severity.WARN if before else None
                what = "refers to an Instance that is not here" + (" and was not there before" if before else "")
                hit = Hit(RULE.id, what, "reference", severity=severity)
                yield Located(hit, number, uid, reference.path, "UI")
            theirs.discard(-1)
            if frames and theirs and not frames & theirs:
                what = "is in another frame of reference than the images that it refers to"
                severity = None if agreed else Severity.WARN
                hit = Hit(RULE.id, what + ("" if agreed else ", and was before"), "reference", severity=severity)
                yield Located(hit, number, uid, "FrameOfReferenceUID", "UI")
