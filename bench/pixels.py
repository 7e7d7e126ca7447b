"""Measure the text net on made frames that it never saw and on real files: python bench/pixels.py.

The made frames come from training/cases.py (seeds, fonts and backgrounds kept from training); `hidden` means that at
least 95 % of a text's ink is covered. Needs the extra `train` and the fonts of training/fonts.txt. pytesseract and a
reference net are measured beside it where they are there.
"""

import argparse
import resource
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from deidpipe.pixels.detectors import textnet  # noqa: E402
from deidpipe.pixels.views import grey, ranges, views  # noqa: E402
from training.cases import case  # noqa: E402
from training.corpus import part_covered, with_text, without_text  # noqa: E402
from training.evaluate import ENOUGH, Box, Detector, Report, covered, strata_table, table  # noqa: E402
from training.sources import CORPUS, pictures  # noqa: E402

REFERENCE = CORPUS.parent / "models" / "textnet-reference.onnx"
REFERENCE_CELL = 0.5
SIZES = {"512x512": (512, 512), "1024x768": (768, 1024), "3000x2000": (3000, 2000)}


def net_with(care: textnet.Care) -> Detector:
    """Return the text net at one care."""
    return lambda frame, photometric: [region.box for region in textnet.find_text(frame, photometric, care)]


def as_used(frame: NDArray[Any], photometric: str) -> list[Box]:
    """Return what deidpipe hides: all that is doubtful, where something is sure (deidpipe/pixels/clean_pixels.py)."""
    picture = grey(frame, photometric)
    found = textnet.probability(picture)
    if not textnet.regions(found, picture.shape, textnet.Care.BALANCED):
        return []
    return [region.box for region in textnet.regions(found, picture.shape, textnet.Care.STRICT)]


def reference(path: Path) -> Detector:
    """Return another net with the same input and output, at its own threshold and on views with its own floor.

    The floor is not written down anywhere: 0.05 is the one of several at which it did best on the real files.
    """
    net = cv2.dnn.readNetFromONNX(str(path))
    floor = 0.05

    def detect(frame: NDArray[Any], photometric: str) -> list[Box]:
        picture = grey(frame, photometric)
        best = np.zeros((-(-picture.shape[0] // 4), -(-picture.shape[1] // 4)), np.float32)
        for shown in ranges(picture):
            x = views(picture, shown, floor)
            net.setInput(x[None])
            np.maximum(best, net.forward()[0, 0, : best.shape[0], : best.shape[1]], out=best)
        best[best < REFERENCE_CELL] = 0
        return [region.box for region in textnet.regions(best, picture.shape, textnet.Care.STRICT)]

    return detect


def tesseract(frame: NDArray[Any], photometric: str) -> list[Box]:
    """Return the words that Tesseract reads anywhere (psm 11), each grown by 3 pixels."""
    import pytesseract

    plane = (views(grey(frame, photometric), ranges(grey(frame, photometric))[0])[0] + 1) * 127.5
    told = pytesseract.image_to_data(plane.astype(np.uint8), config="--psm 11", output_type=pytesseract.Output.DICT)
    extents = zip(told["left"], told["top"], told["width"], told["height"], told["text"], strict=True)
    return [(x - 3, y - 3, x + wide + 3, y + tall + 3) for x, y, wide, tall, words in extents if words.strip()]


def made_frames(detectors: dict[str, Detector], seeds: Sequence[int]) -> list[Report]:
    """Return what each detector did to the made frames."""
    pool = pictures()
    reports = [Report(name) for name in detectors]
    for seed in seeds:
        one = case(seed, pool)
        for report, detect in zip(reports, detectors.values(), strict=True):
            report.count(one, detect(one.frame, one.photometric))
    return reports


def real_files(name: str, detect: Detector) -> list[str]:
    """Return lines of Markdown about one detector on the corpus."""
    lines, identifying, harmless, harmless_hidden = [], 0, 0, 0
    missed = []
    for real in with_text():
        mask = covered(real.frame.shape, detect(real.frame, real.photometric))
        for mark in real.marks:
            part = part_covered(real, mark, mask)
            if mark.identifying:
                identifying += 1
                if part < ENOUGH:
                    missed.append(f"{real.path}: {mark.category} at {mark.x},{mark.y}: {part:.0%} covered")
            else:
                harmless += 1
                harmless_hidden += part >= ENOUGH
    seen, touched = {True: 0, False: 0}, {True: [], False: []}
    for real in without_text():
        boxes = detect(real.frame, real.photometric)
        seen[real.is_held_out] += 1
        if boxes:
            area = covered(real.frame.shape, boxes).mean()
            touched[real.is_held_out].append(f"{real.path} ({area:.1%})")
    lines.append(f"### {name}\n\n{identifying - len(missed)} of {identifying} identifying boxes covered; ")
    lines.append(f"{harmless_hidden} of {harmless} harmless ones.\n")
    lines += [f"* missed: {one}" for one in missed]
    for held_out in (False, True):
        told = "held out of training" if held_out else "seen in training"
        lines.append(f"* text-free files touched, {told}: {len(touched[held_out])} of {seen[held_out]}")
        lines += [f"  * {one}" for one in touched[held_out]]
    return lines


def speed(detectors: dict[str, Callable[..., object]]) -> list[str]:
    """Return a table of CPU milliseconds, median of five interleaved rounds, child processes included."""
    lines = ["| detector | " + " | ".join(SIZES) + " |", "| --- " * (len(SIZES) + 1) + "|"]
    dice = np.random.default_rng(1)
    spent: dict[tuple[str, str], list[float]] = {}
    for _ in range(5):
        for size, shape in SIZES.items():
            frame = np.clip(cv2.GaussianBlur(dice.normal(900, 300, shape).astype(np.float32), (0, 0), 2), 0, 4095)
            ink = np.zeros(shape, np.uint8)
            cv2.putText(ink, "DOE JANE 1961-03-19", (20, 40), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 255, 2)
            frame[ink > 99] = 4095
            for name, detect in detectors.items():
                before = cpu()
                detect(frame.astype(np.uint16), "MONOCHROME2")
                spent.setdefault((name, size), []).append(1000 * (cpu() - before))
    for name in detectors:
        lines.append(f"| {name} | " + " | ".join(f"{median(spent[name, size]):.0f}" for size in SIZES) + " |")
    return lines


def cpu() -> float:
    """Return processor seconds of this process and of children that ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def misses(reports: Sequence[Report]) -> list[str]:
    """Return the texts that each detector missed, to look at."""
    lines = []
    for report in reports:
        lines.append(f"\n{report.name} missed: ")
        for seed, truth in report.missed[:60]:
            lines.append(
                f"* seed {seed} at {truth.x},{truth.y}: {truth.contrast}, {truth.size} px, {len(truth.words)} letters"
            )
    return lines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="first seed; tuning used 50,000 and above")
    parser.add_argument("--count", type=int, default=420, help="made frames")
    parser.add_argument("--quick", action="store_true", help="our net alone")
    asked = parser.parse_args()
    detectors: dict[str, Detector] = {f"net, {care.name.lower()}": net_with(care) for care in textnet.Care}
    detectors["net, as used"] = as_used
    if not asked.quick and REFERENCE.exists():
        detectors["reference net"] = reference(REFERENCE)
    slow = {"pytesseract psm 11": tesseract} if not asked.quick and shutil.which("tesseract") else {}
    print(f"## Speed, CPU ms\n\n{chr(10).join(speed(detectors | slow))}\n", flush=True)
    seeds = range(asked.first, asked.first + asked.count)
    reports = made_frames(detectors, seeds)
    print(f"## {len(seeds)} made frames\n\n{table(reports)}\n\n{strata_table(reports)}")
    if slow:
        print(f"\n## {len(seeds[::4])} of them\n\n{table(made_frames(detectors | slow, seeds[::4]))}", flush=True)
    print("\n".join(misses(reports[:2])), "\n\n## Real files\n", flush=True)
    for name, detect in detectors.items():
        print("\n".join(real_files(name, detect)), "\n", flush=True)


if __name__ == "__main__":
    main()
