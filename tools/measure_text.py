"""Measure the text function: what it finds, what it misses, what it spoils. Run by ``make measure-text``.

It cleans the texts of ``tests/data``: clinical phrases in which every word must stay, and invented identities of which
no word may stay. A part counts as removed when none of its words is left; a word that had to stay counts as lost when
it is not there any more. Certain and doubtful spans are told apart.
"""

import argparse
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from deidpipe.text.clean import Doubt, clean
from deidpipe.text.find import find
from deidpipe.text.span import Span

DATA = Path(__file__).resolve().parent.parent / "tests" / "data"
WORD = re.compile(r"\w+")
BETWEEN = " | "


class Phrase(NamedTuple):
    """A clinical text in which every word must stay."""

    modality: str
    text: str


class Identifying(NamedTuple):
    """A text with parts that identify, the kind of each, and the pieces that must stay."""

    group: str
    kinds: tuple[str, ...]
    text: str
    parts: tuple[str, ...]
    stays: tuple[str, ...]


class Counts:
    """What happened to the parts of one kind or of one language group."""

    def __init__(self) -> None:
        self.parts = self.gone = self.certain = 0
        self.spans = self.right = 0

    def line(self) -> str:
        """Return the figures as one line of a table."""
        recall, sure = share(self.gone, self.parts), share(self.certain, self.parts)
        return f"{self.parts:6} {recall:>8} {sure:>8} {self.spans:7} {share(self.right, self.spans):>9}"


def main() -> None:
    """Print the figures, and the texts that went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--failures", type=int, default=25, help="how many texts of each list to show; 0 for none")
    shown = parser.parse_args().failures
    started = time.perf_counter()
    spoilt = measure_clinical(list(phrases()))
    missed, lost = measure_identifying(list(identifying()))
    print(f"\n{time.perf_counter() - started:.1f} s")
    for title, texts in (("Spoilt", spoilt), ("Missed", missed), ("Lost with the identity", lost)):
        print(f"\n{title}: {len(texts)}")
        print("\n".join(f"  {text}" for text in texts[: shown or None] if shown))


def measure_clinical(texts: list[Phrase]) -> list[str]:
    """Print how many clinical phrases would change, and return what would go from them."""
    by_modality: dict[str, Counter[str]] = defaultdict(Counter)
    spoilt = []
    for modality, text in texts:
        spans = find(text)
        outcome = "certain" if any(span.certain for span in spans) else "doubtful" if spans else "same"
        by_modality[modality][outcome] += 1
        by_modality["all"][outcome] += 1
        if spans:
            spoilt.append(f"{modality} {text!r}: {told(text, spans)}")
    print("Clinical phrases that change, by their surest span\n")
    print(f"{'modality':10} {'texts':>6} {'certain':>8} {'doubtful':>9}")
    for modality, outcomes in by_modality.items():
        total = outcomes.total()
        print(f"{modality:10} {total:6} {share(outcomes['certain'], total):>8} {share(outcomes['doubtful'], total):>9}")
    return spoilt


def measure_identifying(texts: list[Identifying]) -> tuple[list[str], list[str]]:
    """Print recall and precision by kind and by language group; return what was missed and what was lost."""
    by_kind: dict[str, Counts] = defaultdict(Counts)
    by_group: dict[str, Counts] = defaultdict(Counts)
    missed, lost = [], []
    for row in texts:
        spans = find(row.text)
        places = [place_of(part, row.text) for part in row.parts]
        everything, certain = clean(row.text), clean(row.text, doubt=Doubt.REPORT)
        for kind, part in zip(row.kinds, row.parts, strict=True):
            for counts in (by_kind[kind], by_group[row.group], by_group["all"]):
                counts.parts += 1
                counts.gone += is_gone(part, row.text, everything.text)
                counts.certain += is_gone(part, row.text, certain.text)
            if not is_gone(part, row.text, everything.text):
                missed.append(f"{row.group}, {kind} {part!r} in {row.text!r}: {told(row.text, spans)}")
        for span in spans:
            right = any(span.start < stop and start < span.stop for start, stop in places)
            for counts in (by_kind[span.kind.value], by_group[row.group], by_group["all"]):
                counts.spans += 1
                counts.right += right
        if gone := [piece for piece in row.stays if not is_kept(piece, everything.text)]:
            lost.append(f"{row.group}, {gone} of {row.text!r}: {told(row.text, spans)}")
    print("\nParts that identify: removed at all, and by certain spans; spans that touch one")
    for title, table in (("kind", by_kind), ("group", by_group)):
        print(f"\n{title:20} {'parts':>6} {'recall':>8} {'certain':>8} {'spans':>7} {'precision':>9}")
        for name, counts in table.items():
            print(f"{name:20} {counts.line()}")
    print(f"\n{len(lost)} of {len(texts)} texts lost a word that had to stay")
    return missed, lost


def phrases() -> Iterator[Phrase]:
    """Yield the clinical phrases."""
    for modality, text in rows("clinical_phrases.tsv"):
        yield Phrase(modality, text)


def identifying() -> Iterator[Identifying]:
    """Yield the texts that identify."""
    for group, kinds, text, parts, stays in rows("identifying_texts.tsv"):
        kept = tuple(filter(None, stays.split(BETWEEN)))
        yield Identifying(group, tuple(kinds.split(BETWEEN)), text, tuple(parts.split(BETWEEN)), kept)


def rows(name: str) -> Iterator[list[str]]:
    """Yield the rows of a table, without its comments and its head line."""
    lines = [line for line in (DATA / name).read_text(encoding="utf-8").splitlines() if not line.startswith("# ")]
    yield from (line.split("\t") for line in lines[1:])


def place_of(part: str, text: str) -> tuple[int, int]:
    """Return where a part stands in its text, (start, stop)."""
    start = text.index(part)
    return start, start + len(part)


def is_gone(part: str, text: str, cleaned: str) -> bool:
    """Tell whether no word of a part of a text is left in the cleaned one, but where the word stood elsewhere too."""
    before, after = text.casefold(), cleaned.casefold()
    return all(
        after.count(word) <= before.count(word) - part.casefold().count(word) for word in WORD.findall(part.casefold())
    )


def is_kept(piece: str, cleaned: str) -> bool:
    """Tell whether every word of a piece is left in a cleaned text."""
    return all(word in cleaned.casefold() for word in WORD.findall(piece.casefold()))


def told(text: str, spans: Iterable[Span]) -> str:
    """Return the spans of a text in words."""
    each = [f"{span.kind} {text[span.start : span.stop]!r}{'' if span.certain else ' ?'} ({span.by})" for span in spans]
    return ", ".join(each) or "nothing found"


def share(count: int, total: int) -> str:
    """Return a share in per cent."""
    return f"{100 * count / total:.1f} %" if total else "-"


if __name__ == "__main__":
    main()
