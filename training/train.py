"""Train the text net: python -m training.train --minutes 90. It can be stopped and started again at any time.

One process makes examples, one learns from them. Every few minutes the mean of the recent weights is tried on examples
that training never sees; the best so far is exported to training/work/textnet.onnx, which --install copies.
"""

import argparse
import random
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn import functional
from torch.utils.data import DataLoader, IterableDataset

from training.export import export
from training.generator import Example, example
from training.net import TextNet
from training.sources import WORK, pictures

CHECKPOINT = WORK / "checkpoint.pt"
BEST = WORK / "textnet.onnx"
BATCH = 6
VALIDATION = range(500_000, 500_100)  # seeds; training begins at FIRST_SEED, the bench stays below 100,000
FIRST_SEED = 1_000_000
HIGHEST_RATE = 3e-3
KEEP = 0.996  # of the mean weights, each step
EVERY = 400  # seconds between two checkpoints


class Examples(IterableDataset[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]):
    """Endless examples, from a first seed on."""

    def __init__(self, first: int) -> None:
        super().__init__()
        self.first = first

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
        """Yield examples; worker w of n takes every n-th seed."""
        cv2.setNumThreads(1)
        pool = [picture for picture in pictures() if not picture.is_held_out]
        info = torch.utils.data.get_worker_info()
        seed, step = self.first + (info.id if info else 0), info.num_workers if info else 1
        while True:
            made = example(seed, pool)
            yield torch.from_numpy(made.x), torch.from_numpy(made.target), torch.from_numpy(made.weight)
            seed += step


def loss_of(logits: torch.Tensor, target: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Return the loss: text cells, the hardest of the other cells, and how well both areas agree (dice)."""
    each = functional.binary_cross_entropy_with_logits(logits, target, reduction="none") * weight
    text = (target > 0.5) & (weight > 0)
    other = (target <= 0.5) & (weight > 0)
    on_text = each[text].sum() / weight[text].sum().clamp(min=1)
    count = min(int(other.sum()), 3 * int(text.sum()) + 2000)
    on_hard = each[other].topk(count).values.mean()
    on_all = each.sum() / weight.sum().clamp(min=1)
    p, kept = torch.sigmoid(logits), (weight > 0).float()
    shared = (p * target * kept).sum()
    dice = 1 - (2 * shared + 1) / (((p + target) * kept).sum() + 1)
    return on_text + on_hard + 2 * on_all + 0.5 * dice


def rate_at(part: float) -> float:
    """Return the learning rate after a part, 0 to 1, of the time: a short rise, then half a cosine."""
    rise = min(1.0, part / 0.02)
    return HIGHEST_RATE * rise * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * min(part, 1.0))))


@torch.no_grad()
def validate(net: TextNet, examples: list[Example]) -> dict[str, float]:
    """Return cell-wise figures on the validation examples, over all text and over faint text alone."""
    net.eval()
    hits = misses = false = faint_hits = faint = touched = clean = 0.0
    for made in examples:
        p = torch.sigmoid(net(torch.from_numpy(made.x)[None]))[0, 0].numpy()
        text, counts = made.target > 0.5, made.weight > 0
        found = p > 0.5
        hits += float((found & text & counts).sum())
        misses += float((~found & text & counts).sum())
        false += float((found & ~text & counts).sum())
        weak = text & (made.weight > 1.6)
        faint_hits += float((found & weak).sum())
        faint += float(weak.sum())
        if not text.any() and counts.all():
            clean += 1
            touched += float(found.any())
    net.train()
    recall, precision = hits / (hits + misses), hits / max(hits + false, 1)
    faint_recall = faint_hits / max(faint, 1)
    score = 2 * recall * precision / max(recall + precision, 1e-6) + 0.5 * faint_recall - 0.2 * touched / max(clean, 1)
    return {"score": score, "recall": recall, "precision": precision, "faint": faint_recall, "touched": touched / clean}


def train(minutes: float, threads: int, workers: int) -> None:
    """Train until `minutes` are over, counted over all runs."""
    torch.set_num_threads(threads)
    cv2.setNumThreads(1)  # its threads would not survive the fork of the workers
    WORK.mkdir(exist_ok=True)
    pool = [picture for picture in pictures() if not picture.is_held_out]
    examples = [example(seed, pool) for seed in VALIDATION]
    torch.manual_seed(1)
    net, mean = (TextNet().to(memory_format=torch.channels_last) for _ in range(2))
    mean.load_state_dict(net.state_dict())
    steps = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=1e-4)
    step, spent, best = 0, 0.0, -1.0
    if CHECKPOINT.exists():
        saved = torch.load(CHECKPOINT, weights_only=False)
        net.load_state_dict(saved["net"])
        mean.load_state_dict(saved["mean"])
        steps.load_state_dict(saved["steps"])
        step, spent, best = saved["step"], saved["spent"], saved["best"]
    loader = DataLoader(
        Examples(FIRST_SEED + step * BATCH), BATCH, num_workers=workers, prefetch_factor=4, persistent_workers=True
    )
    begun, looked, losses = time.monotonic(), spent, []
    for x, target, weight in loader:
        now = spent + time.monotonic() - begun
        for group in steps.param_groups:
            group["lr"] = rate_at(now / (60 * minutes))
        logits = net(x.contiguous(memory_format=torch.channels_last))
        loss = loss_of(logits[:, 0], target, weight)
        steps.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        steps.step()
        step += 1
        losses.append(float(loss.detach()))
        follow(mean, net, min(KEEP, 1 - 1 / (step + 1)))
        over = now >= 60 * minutes
        if now - looked >= EVERY or over:
            looked = now
            figures = validate(mean, examples)
            told = " ".join(f"{name} {value:.4f}" for name, value in figures.items())
            print(f"{now / 60:6.1f} min  step {step}  loss {np.mean(losses):.4f}  {told}", flush=True)
            losses.clear()
            if figures["score"] > best:
                best = figures["score"]
                export(mean, BEST)
            keep = {"net": net.state_dict(), "mean": mean.state_dict(), "steps": steps.state_dict()}
            torch.save(keep | {"step": step, "spent": now, "best": best}, CHECKPOINT.with_suffix(".new"))
            CHECKPOINT.with_suffix(".new").replace(CHECKPOINT)
        if over:
            return


@torch.no_grad()
def follow(mean: TextNet, net: TextNet, keep: float) -> None:
    """Move the mean weights a little towards the net's."""
    for slow, fast in zip(mean.state_dict().values(), net.state_dict().values(), strict=True):
        if slow.dtype.is_floating_point:
            slow.mul_(keep).add_(fast, alpha=1 - keep)
        else:
            slow.copy_(fast)


def main() -> None:
    """Parse the arguments and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=90, help="of training, over all runs")
    parser.add_argument("--threads", type=int, default=1, help="for learning")
    parser.add_argument("--workers", type=int, default=1, help="processes that make examples")
    parser.add_argument("--install", type=Path, help="where to copy the best net to, such as deidpipe/pixels/data")
    asked = parser.parse_args()
    random.seed(1)
    train(asked.minutes, asked.threads, asked.workers)
    if asked.install:
        (asked.install / BEST.name).write_bytes(BEST.read_bytes())


if __name__ == "__main__":
    main()
