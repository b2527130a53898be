"""What the reader says of each sentence, and where two of them are one answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from math import exp

import numpy as np

from rag.generation.pointer_network import Pointed, Reading
from rag.generation.sentence_features import Candidate
from rag.generation.snapping import snapped
from rag.model_text import model_text
from rag.types import Passage, Span

NOWHERE = -20.0
"""The least that a logarithm of a share is taken for."""

ITEM = 0.3
"""By how much, as a logarithm, an item may have less of the reader's starts than its list: three quarters of them."""

STEPS = 3.0
"""How many times as likely numbered steps are the answer to "how" as the reader says of them together."""

_NUMBERED = re.compile(r"\s*(?:\d{1,2}[.)）、]|第[一二三四五六七八九十]+步|[①-⑳]|(?i:step\s+\d))")


@dataclass(frozen=True, slots=True)
class Signals:
    """What the reader says of a sentence; all but ``ended`` are logarithms of odds or shares."""

    pointed: float
    """The sentence's share of all starts in all passages read."""
    answers: float
    """The passage's starts against its stop: whether the passage answers at all."""
    best: float
    """The same for the passage that is surest to answer."""
    sharp: float
    """How much of the sentence's starts its best span has."""
    ended: float
    """Probability of the best span's end, given its start."""
    verified: float = 0.0
    """By the verifier: log-odds that this sentence answers. One not looked at has the least of those that were."""


@dataclass(frozen=True, slots=True)
class ScoredCandidate:
    """A sentence, what the reader says of it, and the span in it that the reader would quote."""

    candidate: Candidate
    signals: Signals
    pointed: Pointed | None
    share: float = 0.0
    """Of the ranking's probability over all sentences."""

    shares: tuple[float, ...] = ()
    """Of a row: what each of its cells has of its starts."""

    @property
    def quoted(self) -> Span:
        """The reader's span with all of the values and names it cuts, within the sentence, in the passage's text."""
        assert self.pointed
        chunk, inside = self.candidate.passage.chunk, self.candidate.span
        said = model_text(chunk)
        span = said.in_chunk(self.pointed.span) or inside
        span = snapped(chunk.text, span)
        return Span(max(span.start, inside.start), min(span.end, inside.end))

    def numbers(self) -> dict[str, float]:
        """Signals and features by name."""
        return asdict(self.candidate.features) | asdict(self.signals)


def scored_by(
    readings: Sequence[Reading], spans: Sequence[Pointed], candidates: Sequence[Candidate], passages: Sequence[Passage]
) -> list[ScoredCandidate]:
    """The candidates that stand in a passage read, with what the reader says of them."""
    total = np.logaddexp.reduce([one.mass for one in readings])
    odds = [one.mass - one.stop for one in readings]
    places = {(one.chunk.document, one.chunk.start): i for i, one in enumerate(passages)}
    found = []
    for candidate in candidates:
        text = places[candidate.passage.chunk.document, candidate.passage.chunk.start]
        own = [(one, sure) for one, sure in zip(readings, odds, strict=True) if one.text == text]
        if not own:
            continue
        within = candidate.unit.read
        mass, answers = max((one.mass_within(within), sure) for one, sure in own)
        inside = [one for one in spans if one.text == text and within.covers(one.span)]
        pointed = max(inside, key=lambda one: one.start + one.end, default=None)
        signals = Signals(
            pointed=float(max(mass - total, NOWHERE)),
            answers=answers,
            best=max(odds),
            sharp=min(0.0, pointed.start - mass) if pointed else NOWHERE / 4,
            ended=exp(pointed.end) if pointed else 0.0,
        )
        shares = _shares(candidate, [one for one, _ in own])
        found.append(ScoredCandidate(candidate, signals, pointed, shares=shares))
    return found


def _shares(candidate: Candidate, readings: Sequence[Reading]) -> tuple[float, ...]:
    """What each cell of a row has of the row's starts."""
    if candidate.unit.kind != "row":
        return ()
    said = model_text(candidate.passage.chunk)
    spans = [said.read_at(span) for span in candidate.unit.parts]
    masses = [exp(max(one.mass_within(span) for one in readings)) for span in spans]
    return tuple(mass / (sum(masses) or 1.0) for mass in masses)


def items_for_lists(ranked: Sequence[ScoredCandidate]) -> list[ScoredCandidate]:
    """Ranked sentences with an item in the place of its list, and with the share of both, where one value is asked for
    and the reader points at it in this item."""
    shares = {id(one): one.share for one in ranked}
    for whole in (one for one in ranked if one.candidate.unit.kind == "list"):
        inside = (one for one in ranked if one is not whole and id(one) in shares and _is_within(one, whole))
        item = max(inside, key=lambda one: one.signals.pointed, default=None)
        if item and item.candidate.features.matches_answer_type and _has_most_of(item, whole):
            shares[id(item)] += shares.pop(id(whole))
    kept = [replace(one, share=shares[id(one)]) for one in ranked if id(one) in shares]
    return sorted(kept, key=lambda one: -one.share)


def _is_within(one: ScoredCandidate, whole: ScoredCandidate) -> bool:
    same = one.candidate.passage.chunk == whole.candidate.passage.chunk
    return same and whole.candidate.span.covers(one.candidate.span)


def _has_most_of(item: ScoredCandidate, whole: ScoredCandidate) -> bool:
    """Whether nearly all of the reader's starts in a list are in one item, and the verifier rather takes that."""
    return item.signals.pointed >= whole.signals.pointed - ITEM and item.signals.verified >= whole.signals.verified


def steps_together(ranked: Sequence[ScoredCandidate]) -> list[ScoredCandidate]:
    """Ranked sentences with the best of numbered steps before the others, where together they are the likelier answer.

    Each step tells a part of how something is done, so that the reader's starts are divided among them.
    """
    steps: dict[tuple[str, int], list[ScoredCandidate]] = {}
    for one in ranked:
        if _NUMBERED.match(one.candidate.text):
            chunk = one.candidate.passage.chunk
            steps.setdefault((chunk.document, chunk.start), []).append(one)
    likely = {id(own[0]): STEPS * sum(one.share for one in own) for own in steps.values() if len(own) > 1}
    weights = {id(one): max(likely.get(id(one), 0.0), one.share) for one in ranked}
    total = sum(weights.values()) or 1.0
    return sorted((replace(one, share=weights[id(one)] / total) for one in ranked), key=lambda one: -one.share)


def paragraph_of(one: ScoredCandidate) -> tuple[str, int]:
    """The document of a sentence, and where the paragraph that it stands in begins there."""
    chunk, start = one.candidate.passage.chunk, one.candidate.span.start
    return chunk.document, chunk.start + chunk.text.rfind("\n", 0, start) + 1


def shared(ranked: Sequence[ScoredCandidate], paragraph: bool = False) -> float:
    """The share of the best of ranked sentences with those that are one answer with it.

    These overlap it, as an item does its list, or have the same words, as versions of a document do; also those of its
    ``paragraph`` where that tells one thing in several sentences, as a reason.
    """
    best, where = ranked[0].candidate, paragraph_of(ranked[0])
    alike = (
        one
        for one in ranked
        if _overlap(one, best) or one.candidate.text == best.text or (paragraph and paragraph_of(one) == where)
    )
    return min(sum(one.share for one in alike), 1.0)


def _overlap(one: ScoredCandidate, other: Candidate) -> bool:
    here, there = one.candidate.evidence, other.evidence
    return here.document == there.document and here.start < there.end and there.start < here.end


def span_probability(one: ScoredCandidate) -> float:
    """That the reader's span is the one, given that its sentence is."""
    return exp(one.signals.sharp) * one.signals.ended
