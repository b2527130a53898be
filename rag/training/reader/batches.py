"""Examples to tensors: windows of tokens, groups, batches of one length; for the verifier, candidates of a window."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from rag.generation.candidates import whole_sentences
from rag.generation.pointer_network import END, PAD, QUESTION, START, candidate_ids, trimmed
from rag.model_text import STEP
from rag.training.reader.examples import Example
from rag.training.reader.model import MAX_STEPS

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LENGTHS = {96: 64, 128: 48, 160: 38, 192: 32, 256: 24}
"""Tokens of a window, and how many windows make a batch: about 6,100 tokens."""
OFTEN = (15, 25, 25, 25, 10)
"""How often windows of each length are cut."""
CONTEXT, PREFIXED, UNDER_PATH = 32, 0.35, 0.9
"""Tokens of the passage's first sentence that stand before a window that starts later, and how often they do; the last
is for a sentence that is a path of headings, which an index puts before every passage."""
IGNORED = -100


@dataclass(frozen=True)
class Window:
    """What one read sees: token ids, which of them are passage, the positions to emit (0 stops)."""

    ids: list[int]
    first: int
    """The first passage token that may be pointed at; the passage ends before the last token."""
    targets: list[int]
    question: int
    """Tokens of the question; what stands between it and ``first`` is context."""
    starts: list[int]
    """The tokens at which sentences of the passage start, the first one's first."""
    example: Example

    def sentence_of(self, position: int) -> int:
        """Which sentence a token of the passage belongs to."""
        return bisect_right(self.starts, position) - 1

    @property
    def answering(self) -> set[int]:
        """The sentences that have a part of the answer."""
        spans = zip(self.targets[:-1:2], self.targets[1::2], strict=False)
        return {k for start, end in spans for k in range(self.sentence_of(start), self.sentence_of(end) + 1)}


@dataclass(frozen=True)
class Batch:
    """Tensors ``(batch, length)``; ``targets (batch, steps)`` with IGNORED after the stop."""

    ids: Tensor
    mask: Tensor
    passage: Tensor
    targets: Tensor
    group: Tensor
    """``(batch,)``: reads of one question share a number."""
    windows: list[Window]


@dataclass(frozen=True)
class Candidates:
    """Sentences to verify: ``ids``, ``mask`` and ``marked`` of ``(batch, length)``, ``right (batch,)`` 1.0 or 0.0."""

    ids: Tensor
    mask: Tensor
    marked: Tensor
    right: Tensor


@dataclass(frozen=True)
class _Encoded:
    ids: list[int]
    offsets: list[tuple[int, int]]
    sentences: list[int]
    """The token each sentence starts at; the first starts at 0."""
    under_path: bool
    """Whether the first one is a path of headings."""


class Windows:
    """Cuts what a window of a given length shows out of a passage."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self._encoded = lru_cache(maxsize=4096)(self._encode_passage)

    def _encode(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        encoding = self.tokenizer.encode(text, add_special_tokens=False)
        return encoding.ids, trimmed(text, encoding.offsets)

    def _encode_passage(self, text: str) -> _Encoded:
        ids, offsets = self._encode(text)
        starts = [bisect_right(offsets, span.start, key=lambda o: o[1]) for span in whole_sentences(text)]
        under_path = STEP in text.split("\n", 1)[0]
        return _Encoded(ids, offsets, sorted({0, *(at for at in starts if at < len(ids))}), under_path)

    def cut(self, example: Example, length: int, rng: random.Random) -> Window | None:
        """A window of at most ``length`` tokens that holds the example's spans, or avoids what it must not show."""
        question = self._encode(example.question)[0][:QUESTION]
        passage = self._encoded(example.passage)
        room = length - len(question) - 4
        spans = [_tokens(passage.offsets, span) for span in example.spans]
        if any(span is None for span in spans) or not passage.ids:
            return None
        held = [s for s in spans if s is not None]
        around = [s for s in (_tokens(passage.offsets, span) for span in example.around) if s is not None]
        avoided = [s for s in (_tokens(passage.offsets, span) for span in example.avoid) if s is not None]
        prefix = passage.ids[: min(CONTEXT, [*passage.sentences, len(passage.ids)][1])]
        prefix = prefix if rng.random() < (UNDER_PATH if passage.under_path else PREFIXED) else []
        start = _window_start(len(passage.ids), room - len(prefix), held or around, avoided, rng)
        if start is None:
            return None
        if rng.random() < 0.5:
            start = _sentence_start(passage.sentences, start, held or around, room)
        prefix = prefix if start >= len(prefix) else []
        stop = min(len(passage.ids), start + room - len(prefix))
        first = len(question) + 3 + len(prefix)
        targets = [first + at - start for span in held for at in span][: MAX_STEPS - 1]
        ids = [START, *question, END, END, *prefix, *passage.ids[start:stop], END]
        starts = [first, *(first + at - start for at in passage.sentences if start < at < stop)]
        return Window(ids, first, [*targets, 0], len(question), starts, example)


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


def _sentence_start(sentences: list[int], start: int, held: list[tuple[int, int]], room: int) -> int:
    """The next token that opens a sentence, if the spans still fit behind it."""
    limit = min((a for a, _ in held), default=start + room // 3)
    at = bisect_left(sentences, start)
    return sentences[at] if at < len(sentences) and sentences[at] <= min(limit, start + 60) else start


def batches(stream: Iterable[list[Example]], windows: Windows, rng: random.Random) -> Iterator[Batch]:
    """Batches without end; the lengths come in turn as their windows fill up."""
    waiting: dict[int, list[tuple[Window, int]]] = {length: [] for length in LENGTHS}
    wanted = max(LENGTHS)
    for number, group in enumerate(stream):
        if not group[0].around:  # a near miss is read at the length of the question that it was made from
            wanted = rng.choices(list(LENGTHS), OFTEN)[0]
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
    ids, mask = padded([window.ids for window, _ in taken], length)
    passage, targets = torch.zeros((n, length), dtype=torch.long), torch.full((n, steps), IGNORED)
    for row, (window, _) in enumerate(taken):
        passage[row, window.first : len(window.ids) - 1] = 1
        targets[row, : len(window.targets)] = torch.tensor(window.targets)
    numbers = {number: i for i, number in enumerate(dict.fromkeys(number for _, number in taken))}
    group = torch.tensor([numbers[number] for _, number in taken])
    return Batch(ids, mask, passage, targets, group, [window for window, _ in taken])


def padded(rows: Sequence[Sequence[int]], length: int) -> tuple[Tensor, Tensor]:
    """Token ids and mask, ``(rows, length)``."""
    ids, mask = torch.full((len(rows), length), PAD), torch.zeros((len(rows), length), dtype=torch.long)
    for row, tokens in enumerate(rows):
        ids[row, : len(tokens)], mask[row, : len(tokens)] = torch.tensor(tokens), 1
    return ids, mask


def candidate(window: Window, sentence: int) -> tuple[list[int], tuple[int, int]]:
    """A sentence of a window as the verifier reads it, and which tokens of that are marked."""
    question = window.ids[1 : 1 + window.question]
    context = window.ids[3 + window.question : window.first]
    passage = window.ids[window.first : -1]
    starts = [at - window.first for at in window.starts]
    end = [*starts, len(passage)][sentence + 1]
    return candidate_ids(question, context, passage, starts, (starts[sentence], end))


def candidates(chosen: Sequence[tuple[Window, int]]) -> Candidates:
    """Sentences of windows as one batch."""
    rows = [candidate(window, sentence) for window, sentence in chosen]
    length = -(-max(len(ids) for ids, _ in rows) // 32) * 32
    ids, mask = padded([ids for ids, _ in rows], length)
    marked = torch.zeros((len(rows), length))
    for row, (_, (start, end)) in enumerate(rows):
        marked[row, start:end] = 1
    right = torch.tensor([float(sentence in window.answering) for window, sentence in chosen])
    return Candidates(ids, mask, marked, right)
