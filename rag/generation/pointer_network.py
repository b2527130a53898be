"""The trained pointer model on ONNX Runtime: points at the start and end of the answer in each text.

The model is a pointer network (Vinyals, Fortunato and Jaitly, NeurIPS 2015) over a multilingual encoder: its decoder
emits positions of what was read (start, end, start, end, …, stop), so it cannot write a word that is not there. Scores
of starts were trained under one normalisation over all texts read for a question (Clark and Gardner, ACL 2018), so
those of different texts can be compared.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rag.config import cores
from rag.text import in_script_of
from rag.types import Span

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

Scores = NDArray[np.float32]
Ids = NDArray[np.int64]

START, PAD, END = 0, 1, 2
"""Ids of the tokens that open a read, fill it up, and part question from text."""

QUESTION, WINDOW, OVERLAP = 48, 320, 64
"""Tokens: of a question that are read, of a whole read, and that two windows of a long text share."""
LONGEST = 80
"""Tokens of an answer's span."""
BEFORE, CANDIDATE, AFTER, CONTEXT = 56, 96, 24, 40
"""Tokens that the verifier sees: before a candidate sentence, of it, behind it, and of what the text stands under."""
MOST_THREADS = 4
"""Cores that one read is spread over: more hardly help."""
BATCH = 4
"""Reads that go through the encoder together; more only fill it with padding."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model thinks of one window of a text."""

    text: int
    """Which of the texts."""
    offsets: list[tuple[int, int]]
    """Characters of each token, in the text."""
    starts: Scores
    """For each token, how much the answer starts there: a logarithm, up to a constant of the question."""
    stop: float
    """The same for "this text does not answer"."""
    first: int
    """Where the window's tokens begin in ``states``."""
    states: Scores
    """The encoder's states, shape ``(length, hidden)``."""

    @property
    def mass(self) -> float:
        """Logarithm of all starts together."""
        return _logsumexp(self.starts)

    def mass_within(self, span: Span) -> float:
        """Logarithm of the starts inside a range of the text; minus infinity if no token lies there."""
        low = bisect_left(self.offsets, span.start + 1, key=lambda token: token[1])
        high = bisect_left(self.offsets, span.end, key=lambda token: token[0])
        return _logsumexp(self.starts[low:high]) if low < high else -np.inf


@dataclass(frozen=True, slots=True)
class Pointed:
    """An answer's span in one of the texts."""

    text: int
    span: Span
    start: float
    """How much the answer starts there: comparable over all texts read together."""
    end: float
    """Logarithm of the probability that it then ends there."""

    def overlaps(self, other: Pointed) -> bool:
        """Whether two spans of one text share a character."""
        return self.span.start < other.span.end and other.span.start < self.span.end


@dataclass(frozen=True, slots=True)
class Marked:
    """What is to be verified, and the text it stands in."""

    question: str
    text: str
    span: Span
    starts: tuple[int, ...]
    """Where sentences start in the text, in order."""
    context: str = ""
    """What the text stands under: its headings."""


class Pointer:
    """The model's files, read once, when the first question comes."""

    def __init__(self, file: Callable[[str], bytes]) -> None:
        """``file`` gives the bytes of the three graphs and of ``tokenizer.json``."""
        self._file = file

    def load(self) -> None:
        """Read the files now."""
        _ = self._tokenizer, self._encoder, self._decoder, self._verifier

    def read(self, questions: Sequence[str], texts: Sequence[str]) -> list[Reading]:
        """Every window of every text, read with its question in the text's script, in order."""
        asked = [encoding.ids[:QUESTION] for encoding in self._tokens(list(map(in_script_of, texts, questions)))]
        windows = [
            (i, window)
            for i, encoding in enumerate(self._tokens(texts))
            for window in _windows(encoding, texts[i], WINDOW - len(asked[i]) - 4)
        ]
        order = sorted(range(len(windows)), key=lambda i: len(windows[i][1][0]))
        found: dict[int, Reading] = {}
        for at in range(0, len(order), BATCH):
            rows = order[at : at + BATCH]
            ids, mask = _padded([[START, *asked[windows[i][0]], END, END, *windows[i][1][0], END] for i in rows])
            states = self._states(ids, mask, np.zeros(ids.shape, np.float32))
            scores = self._next(states, mask, np.zeros((len(rows), 1), np.int64))[:, 0]
            for row, i in enumerate(rows):
                text, (tokens, offsets) = windows[i]
                first = len(asked[text]) + 3
                stop = first + len(tokens)
                own = scores[row, first:stop]
                found[i] = Reading(text, offsets, own, float(scores[row, 0]), first, states[row, : stop + 1])
        return [found[i] for i in range(len(windows))]

    def spans(self, readings: Sequence[Reading], count: int) -> list[Pointed]:
        """The best span from each of the ``count`` best starts of all readings, best first, no two that overlap."""
        starts = [(float(score), i, at) for i, one in enumerate(readings) for at, score in enumerate(one.starts)]
        best = sorted(starts, reverse=True)[:count]
        found = [self._ended(readings[i], at, score) for score, i, at in best]
        kept: list[Pointed] = []
        for one in sorted(found, key=lambda p: -(p.start + p.end)):
            if not any(one.text == other.text and one.overlaps(other) for other in kept):
                kept.append(one)
        return kept

    def verify(self, candidates: Sequence[Marked]) -> list[float]:
        """For each candidate the log-odds that it answers, by a second look at it alone with what stands around it."""
        if not candidates:
            return []
        rows, spans = zip(*map(self.marked, candidates), strict=True)
        ids, mask = _padded(list(rows))
        marked = np.zeros(ids.shape, np.float32)
        for row, (start, end) in enumerate(spans):
            marked[row, start:end] = 1
        (odds,) = self._verifier.run(None, {"states": self._states(ids, mask, marked), "marked": marked})
        return [float(one) for one in odds]

    def marked(self, one: Marked) -> tuple[list[int], tuple[int, int]]:
        """What the verifier reads of a candidate, and which of the tokens are marked."""
        asked, context, text = self._tokens([in_script_of(one.text, one.question), one.context, one.text])
        offsets = trimmed(one.text, text.offsets)

        def token_at(character: int) -> int:
            return bisect_left(offsets, character + 1, key=lambda token: token[1])

        span = token_at(one.span.start), bisect_left(offsets, one.span.end, key=lambda token: token[0])
        return candidate_ids(asked.ids, context.ids, text.ids, [token_at(at) for at in one.starts], span)

    def _states(self, ids: Ids, mask: Ids, marked: Scores) -> Scores:
        """The encoder's states, shape ``(batch, length, hidden)``."""
        feed = {"input_ids": ids, "attention_mask": mask, "marked": marked}
        states: Scores = self._encoder.run(None, feed)[0]
        return states

    def _ended(self, reading: Reading, at: int, score: float) -> Pointed:
        """The span that starts at a token, with the end the decoder likes best."""
        pointed = np.array([[reading.first + at]])
        mask = np.ones((1, len(reading.states)), np.int64)
        scores = self._next(reading.states[None], mask, pointed)[0, -1]
        ends = scores[reading.first + at : reading.first + min(at + LONGEST, len(reading.offsets))]
        last = int(ends.argmax())
        span = Span(reading.offsets[at][0], reading.offsets[at + last][1])
        return Pointed(reading.text, span, score, float(ends[last] - _logsumexp(ends)))

    def _next(self, states: Scores, mask: Ids, pointed: Ids) -> Scores:
        """Scores of the next position after each prefix of ``pointed (batch, steps)``."""
        feed = {"states": states, "attention_mask": mask, "pointed": pointed}
        scores: Scores = self._decoder.run(None, feed)[0]
        return scores

    def _tokens(self, texts: Sequence[str]) -> list[Encoding]:
        encoded: list[Encoding] = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return encoded

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        return Tokenizer.from_str(self._file("tokenizer.json").decode())

    @cached_property
    def _encoder(self) -> InferenceSession:
        return self._session("encoder.onnx")

    @cached_property
    def _decoder(self) -> InferenceSession:
        return self._session("decoder.onnx")

    @cached_property
    def _verifier(self) -> InferenceSession:
        return self._session("verifier.onnx")

    def _session(self, name: str) -> InferenceSession:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(cores(), MOST_THREADS)
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(self._file(name), options, providers=["CPUExecutionProvider"])


def candidate_ids(
    question: Sequence[int], context: Sequence[int], text: Sequence[int], starts: Sequence[int], span: tuple[int, int]
) -> tuple[list[int], tuple[int, int]]:
    """What the verifier reads of the tokens ``span`` of a text, and which tokens of that are marked.

    The question comes first, then what the text stands under (``context``), then the span between the sentences before
    it, whole ones (``starts`` are the tokens that sentences start at), and what follows.
    """
    start, end = span[0], min(span[1], span[0] + CANDIDATE)
    low = next((at for at in starts if start - BEFORE <= at <= start), start)
    opening = [START, *question[:QUESTION], END, END, *context[:CONTEXT]]
    first = len(opening) + start - low
    return [*opening, *text[low : end + AFTER], END], (first, first + end - start)


def trimmed(text: str, offsets: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Character ranges of tokens without the space that a token may begin with."""
    found = []
    for start, end in offsets:
        at = start
        while at < end and text[at].isspace():
            at += 1
        found.append((at, end))
    return found


def _windows(encoding: Encoding, text: str, room: int) -> list[tuple[list[int], list[tuple[int, int]]]]:
    ids, offsets = encoding.ids, trimmed(text, encoding.offsets)
    starts = range(0, max(1, len(ids) - OVERLAP), max(1, room - OVERLAP)) if len(ids) > room else (0,)
    return [(ids[at : at + room], offsets[at : at + room]) for at in starts]


def _padded(rows: list[list[int]]) -> tuple[Ids, Ids]:
    length = max(map(len, rows))
    ids, mask = np.full((len(rows), length), PAD, np.int64), np.zeros((len(rows), length), np.int64)
    for row, tokens in enumerate(rows):
        ids[row, : len(tokens)], mask[row, : len(tokens)] = tokens, 1
    return ids, mask


def _logsumexp(scores: Any) -> float:
    top = float(scores.max())
    return top + float(np.log(np.exp(scores - top).sum()))
