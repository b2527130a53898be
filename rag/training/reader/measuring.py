"""Held-out questions to what a learning curve shows: spans, and telling near misses from what is answered."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from rag.text import language_of
from rag.training.reader.batches import Batch, Windows, candidates, collate
from rag.training.reader.examples import Example
from rag.training.reader.model import Reader, blocked

LENGTH, SIZE = 256, 32
"""Tokens of a held-out window, and windows read together."""

PAIRS = ("same", "across")


@dataclass(frozen=True)
class Look:
    """What the reader said of one held-out window."""

    pair: str
    """Whether question and passage are of one language (same) or not (across)."""
    answered: bool
    odds: float
    """Log-odds, by the pointer, that the passage answers."""
    verified: float
    """Log-odds, by the verifier, that the sentence the best span starts in answers."""
    f1: float
    """Overlap of the best span with the nearest right one, by tokens."""

    @property
    def both(self) -> float:
        """Pointer and verifier together."""
        return self.odds + self.verified


@dataclass(frozen=True)
class Looks:
    """Held-out windows as batches of the same reads at every look."""

    batches: list[Batch]

    @classmethod
    def of(cls, examples: Sequence[Example], windows: Windows) -> Looks:
        """The windows of examples, sorted by length; those that do not fit are left out."""
        rng = random.Random(1)
        cut = [w for e in examples if (w := windows.cut(e, LENGTH, rng)) is not None]
        cut.sort(key=lambda w: len(w.ids))
        rows = [cut[i : i + SIZE] for i in range(0, len(cut), SIZE)]
        return cls([collate([(w, i) for i, w in enumerate(row)], max(len(w.ids) for w in row)) for row in rows])


def measure(model: Reader, looks: Looks, device: str = "cpu", *, half: bool = False) -> dict[str, float]:
    """For each pair: span F1 by tokens, AUC of answered against not (by pointer, verifier, both), and refusals."""
    found = [look for batch in looks.batches for look in read(model, batch, device, half=half)]
    numbers: dict[str, float] = {}
    for pair in PAIRS:
        own = [look for look in found if look.pair == pair]
        yes, no = [one for one in own if one.answered], [one for one in own if not one.answered]
        if not yes:
            continue
        numbers[f"f1_{pair}"] = sum(one.f1 for one in yes) / len(yes)
        if no:
            for name in ("odds", "verified", "both"):
                scores = (np.array([getattr(one, name) for one in side]) for side in (yes, no))
                numbers[f"auc_{name}_{pair}"] = auc(*scores)
            low = float(np.quantile([one.both for one in yes], 0.05))
            numbers[f"refused_{pair}"] = sum(one.both < low for one in no) / len(no)
    return numbers


def auc(higher: NDArray[np.float64], lower: NDArray[np.float64]) -> float:
    """The probability that one of ``higher`` lies above one of ``lower``; a tie is half (Mann and Whitney 1947)."""
    ordered = np.sort(lower)
    below, upto = np.searchsorted(ordered, higher, "left"), np.searchsorted(ordered, higher, "right")
    return float((below + upto).mean() / 2 / len(lower))


@torch.no_grad()  # type: ignore[untyped-decorator]
def read(model: Reader, batch: Batch, device: str, *, half: bool) -> list[Look]:
    """What the reader says of each window of a batch."""
    ids, mask, passage = (one.to(device) for one in (batch.ids, batch.mask, batch.passage))
    with torch.autocast(device, dtype=torch.bfloat16, enabled=half):
        states = model.encode(ids, mask)
        none = ids[:, :0]
        first = blocked(model.decode(states, mask, none).float(), passage, none)[:, 0]
        starts = first[:, 1:].argmax(-1, keepdim=True) + 1
        ends = blocked(model.decode(states, mask, starts).float(), passage, starts)[:, 1].argmax(-1)
    odds = torch.logsumexp(first[:, 1:], -1) - first[:, 0]
    chosen = [(w, w.sentence_of(start)) for w, start in zip(batch.windows, starts[:, 0].tolist(), strict=True)]
    rows = candidates(chosen)
    marked = rows.marked.to(device)
    with torch.autocast(device, dtype=torch.bfloat16, enabled=half):
        verified = model.verify(model.encode(rows.ids.to(device), rows.mask.to(device), marked), marked).float()
    numbers: list[Any] = [starts[:, 0].tolist(), ends.tolist(), odds.tolist(), verified.tolist()]
    return [
        Look(_pair(w.example), w.targets[0] > 0, chance, sure, _best_f1(start, end, w.targets))
        for w, start, end, chance, sure in zip(batch.windows, *numbers, strict=True)
    ]


def _pair(example: Example) -> str:
    return "same" if language_of(example.passage) == example.language else "across"


def _best_f1(start: int, end: int, targets: list[int]) -> float:
    """Overlap with the most similar right span; several right spans also count as one from the first to the last."""
    spans = list(zip(targets[:-1:2], targets[1::2], strict=False))
    if len(spans) > 1:
        spans.append((spans[0][0], spans[-1][1]))
    return max((_f1(start, end, *span) for span in spans), default=0.0)


def _f1(start: int, end: int, gold_start: int, gold_end: int) -> float:
    shared = min(end, gold_end) - max(start, gold_start) + 1
    return 0.0 if shared <= 0 else 2 * shared / (end - start + gold_end - gold_start + 2)
