"""Examples to tensors: windows of tokens, groups, batches of one length."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from rag.generation.pointer_network import END, PAD, QUESTION, START, trimmed
from rag.training.reader.examples import Example
from rag.training.reader.model import MAX_STEPS

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LENGTHS = {96: 64, 128: 48, 160: 38, 192: 32}
"""Tokens of a window, and how many windows make a batch: about 6,100 tokens."""
IGNORED = -100


@dataclass(frozen=True)
class Window:
    """What one read sees: token ids, which of them are passage, the positions to emit (0 stops)."""

    ids: list[int]
    first: int
    """The first passage token; the passage ends before the last token."""
    targets: list[int]


@dataclass(frozen=True)
class Batch:
    """Tensors ``(batch, length)``; ``targets (batch, steps)`` with IGNORED after the stop."""

    ids: Tensor
    mask: Tensor
    passage: Tensor
    targets: Tensor
    group: Tensor
    """``(batch,)``: reads of one question share a number."""


class Windows:
    """Cuts what a window of a given length shows out of a passage."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self._encoded = lru_cache(maxsize=4096)(self._encode)

    def _encode(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        encoding = self.tokenizer.encode(text, add_special_tokens=False)
        return encoding.ids, trimmed(text, encoding.offsets)

    def cut(self, example: Example, length: int, rng: random.Random) -> Window | None:
        """A window of at most ``length`` tokens that holds the example's spans, or avoids what it must not show."""
        question = self._encode(example.question)[0][:QUESTION]
        ids, offsets = self._encoded(example.passage)
        room = length - len(question) - 4
        spans = [_tokens(offsets, span) for span in example.spans]
        if any(span is None for span in spans) or not ids:
            return None
        held = [s for s in spans if s is not None]
        avoided = [s for s in (_tokens(offsets, span) for span in example.avoid) if s is not None]
        start = _window_start(len(ids), room, held, avoided, rng)
        if start is None:
            return None
        if rng.random() < 0.5:
            start = _sentence_start(example.passage, offsets, start, held, room)
        stop = min(len(ids), start + room)
        first = len(question) + 3
        targets = [first + at - start for span in held for at in span][: MAX_STEPS - 1]
        return Window([START, *question, END, END, *ids[start:stop], END], first, [*targets, 0])


def _tokens(offsets: list[tuple[int, int]], span: tuple[int, int]) -> tuple[int, int] | None:
    """The first and last token that share a character with ``span``."""
    first = bisect_left(offsets, span[0] + 1, key=lambda o: o[1])
    last = bisect_left(offsets, span[1], key=lambda o: o[0]) - 1
    while first < last and offsets[first][0] >= offsets[first][1]:
        first += 1
    return (first, last) if first <= last < len(offsets) else None


def _window_start(
    n: int, room: int, held: list[tuple[int, int]], avoided: list[tuple[int, int]], rng: random.Random
) -> int | None:
    """Where a window of ``room`` of ``n`` tokens may start; None if no window does what is asked."""
    if held:
        low, high = min(a for a, _ in held), max(b for _, b in held)
        if high - low >= room:
            return None
        return rng.randint(max(0, min(high - room + 1, n - room)), max(0, min(low, n - room)))
    if not avoided:
        return rng.randint(0, max(0, n - room))
    low, high = avoided[0]
    places = [p for p in (rng.randint(0, max(0, n - room)) for _ in range(6)) if p > high or p + room <= low]
    return places[0] if places else None


def _sentence_start(
    passage: str, offsets: list[tuple[int, int]], start: int, held: list[tuple[int, int]], room: int
) -> int:
    """The next token that opens a sentence, if the spans still fit behind it."""
    limit = min((a for a, _ in held), default=start + room // 3)
    for at in range(start, min(limit, start + 60) + 1):
        if at == 0 or passage[: offsets[at][0]].rstrip()[-1:] in {"。", "！", "？", ".", "!", "?", "\n"}:
            return at
    return start


def batches(stream: Iterable[list[Example]], windows: Windows, rng: random.Random) -> Iterator[Batch]:
    """Batches without end; the lengths come in turn as their windows fill up."""
    waiting: dict[int, list[tuple[Window, int]]] = {length: [] for length in LENGTHS}
    for number, group in enumerate(stream):
        wanted = rng.choices(list(LENGTHS), [20, 30, 25, 25])[0]
        cut = [w for w in (windows.cut(example, wanted, rng) for example in group) if w is not None]
        if not cut:
            continue
        length = next(size for size in LENGTHS if size >= max(len(w.ids) for w in cut))
        waiting[length] += [(w, number) for w in cut]
        if len(waiting[length]) >= LENGTHS[length]:
            taken, waiting[length] = waiting[length][: LENGTHS[length]], waiting[length][LENGTHS[length] :]
            yield collate(taken, length)


def collate(taken: list[tuple[Window, int]], length: int) -> Batch:
    """Windows with their group's number as one batch of ``length`` columns."""
    n = len(taken)
    steps = max(len(w.targets) for w, _ in taken)
    ids, mask = torch.full((n, length), PAD), torch.zeros((n, length), dtype=torch.long)
    passage, targets = torch.zeros((n, length), dtype=torch.long), torch.full((n, steps), IGNORED)
    for row, (window, _) in enumerate(taken):
        size = len(window.ids)
        ids[row, :size], mask[row, :size] = torch.tensor(window.ids), 1
        passage[row, window.first : size - 1] = 1
        targets[row, : len(window.targets)] = torch.tensor(window.targets)
    numbers = {number: i for i, number in enumerate(dict.fromkeys(number for _, number in taken))}
    return Batch(ids, mask, passage, targets, torch.tensor([numbers[number] for _, number in taken]))
