"""How well a detector hides the texts of many frames: figures over all of them, and by stratum."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.cases import Case, Truth

CLARITIES = ((1.2, "0.8-1.2"), (2.0, "1.2-2"), (1e9, "2+"))
ENOUGH = 0.95  # of a text's ink has to be covered
Box = tuple[int, int, int, int]  # x0, y0, x1, y1
Detector = Callable[[NDArray[Any], str], Sequence[Box]]


@dataclass
class Tally:
    """What one detector did to some frames."""

    texts: int = 0
    hidden: int = 0
    harmless: int = 0
    harmless_hidden: int = 0
    frames: int = 0
    leaking: int = 0  # frames with an identifying text that is not hidden
    bare: int = 0  # frames on which none of the identifying texts is hidden
    clean: int = 0
    touched: int = 0  # frames without text on which something was hidden
    innocent: list[float] = field(default_factory=list)  # part of each frame that is hidden and is no text

    def figures(self) -> dict[str, float]:
        """Return the figures of pixels.md, as parts of one."""
        return {
            "texts": self.texts,
            "hidden": part(self.hidden, self.texts),
            "img leak": part(self.leaking, self.frames),
            "full leak": part(self.bare, self.frames),
            "FP img": part(self.touched, self.clean),
            "innocent %": 100 * float(np.mean(self.innocent)) if self.innocent else float("nan"),
            "harm.": part(self.harmless_hidden, self.harmless),
        }


def part(some: int, all_of_them: int) -> float:
    """Return some as a part of all, or NaN."""
    return some / all_of_them if all_of_them else float("nan")


def covered(frame_shape: tuple[int, ...], boxes: Iterable[Box]) -> NDArray[np.bool_]:
    """Return which pixels the boxes cover."""
    mask = np.zeros(frame_shape[:2], bool)
    for x0, y0, x1, y1 in boxes:
        mask[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)] = True
    return mask


def is_hidden(mask: NDArray[np.bool_], truth: Truth) -> bool:
    """Tell whether enough of a text's ink is covered."""
    return ink_covered(mask, truth) >= ENOUGH


def ink_covered(mask: NDArray[np.bool_], truth: Truth) -> float:
    """Return the part of a text's ink that is covered."""
    rows, columns = truth.ink.shape
    place = mask[truth.y : truth.y + rows, truth.x : truth.x + columns]
    ink = truth.ink[: place.shape[0], : place.shape[1]]
    return float((place & ink).sum()) / max(1, int(ink.sum()))


def add(tally: Tally, case: Case, mask: NDArray[np.bool_]) -> list[Truth]:
    """Count one frame; return the identifying texts that were missed."""
    identifying = [truth for truth in case.texts if truth.identifying]
    missed = [truth for truth in identifying if not is_hidden(mask, truth)]
    harmless = [truth for truth in case.texts if not truth.identifying]
    tally.texts += len(identifying)
    tally.hidden += len(identifying) - len(missed)
    tally.harmless += len(harmless)
    tally.harmless_hidden += sum(is_hidden(mask, truth) for truth in harmless)
    tally.frames += bool(identifying)
    tally.leaking += bool(missed)
    tally.bare += bool(identifying) and len(missed) == len(identifying)
    if not case.drawn:
        tally.clean += 1
        tally.touched += bool(mask.any())
    boxes = covered(mask.shape, case.drawn)
    tally.innocent.append(float((mask & ~boxes).mean()))
    return missed


def strata(case: Case, truth: Truth) -> Iterator[str]:
    """Yield the strata that a text belongs to."""
    yield f"contrast {truth.contrast}"
    yield "clarity " + next(name for most, name in CLARITIES if truth.clarity <= most)
    yield "size " + next(
        name for most, name in ((11, "8-11"), (17, "12-17"), (27, "18-27"), (999, "28+")) if truth.size <= most
    )
    yield f"modality {case.style}"
    yield f"turned {'tilt' if truth.tilted else 90 * case.quarters}"
    yield "turned mirror" if case.mirrored else "turned not mirrored"
    yield f"ground {case.ground.value}"
    yield "font held out" if truth.held_out_font else "font seen"
    yield "overlay" if case.overlay else f"bits {case.bits}"


@dataclass
class Report:
    """All figures of one detector."""

    name: str
    whole: Tally = field(default_factory=Tally)
    by_stratum: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    clean_by_ground: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    missed: list[tuple[int, Truth]] = field(default_factory=list)

    def count(self, case: Case, boxes: Sequence[Box]) -> None:
        """Count what the detector hid on a frame."""
        mask = covered(case.frame.shape, boxes)
        missed = add(self.whole, case, mask)
        self.missed += [(case.seed, truth) for truth in missed]
        for truth in case.texts:
            if truth.identifying:
                for name in strata(case, truth):
                    self.by_stratum[name][0] += not any(truth is other for other in missed)
                    self.by_stratum[name][1] += 1
        if not case.drawn:
            self.clean_by_ground[case.ground.value][0] += bool(mask.any())
            self.clean_by_ground[case.ground.value][1] += 1


def table(reports: Sequence[Report]) -> str:
    """Return the figures of several detectors as a Markdown table."""
    names = list(reports[0].whole.figures())
    lines = ["| detector | " + " | ".join(names) + " |", "| --- " * (len(names) + 1) + "|"]
    for report in reports:
        told = [
            f"{value:.3f}" if name != "texts" else str(int(value)) for name, value in report.whole.figures().items()
        ]
        lines.append(f"| {report.name} | " + " | ".join(told) + " |")
    return "\n".join(lines)


def strata_table(reports: Sequence[Report]) -> str:
    """Return hidden texts by stratum, and touched text-free frames by background, as a Markdown table."""
    lines = ["| stratum | texts | " + " | ".join(report.name for report in reports) + " |"]
    lines.append("| --- " * (len(reports) + 2) + "|")
    for name in sorted(reports[0].by_stratum):
        counts = [report.by_stratum[name] for report in reports]
        lines.append(f"| {name} | {counts[0][1]} | " + " | ".join(f"{part(*count):.3f}" for count in counts) + " |")
    for name in sorted(reports[0].clean_by_ground):
        counts = [report.clean_by_ground[name] for report in reports]
        told = " | ".join(f"{part(*count):.3f}" for count in counts)
        lines.append(f"| touched, background {name} | {counts[0][1]} frames | {told} |")
    return "\n".join(lines)
