"""The reader: a trained pointer model finds the answer's span; embedder and values support or oppose it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from rag.generation.calibration import Calibration
from rag.generation.candidates import units
from rag.generation.extractive import CLOSE, MOST, fitted_metric
from rag.generation.pointer_network import Marked, Pointer, Reading
from rag.generation.quoting import cell, items
from rag.generation.scored import (
    ScoredCandidate,
    items_for_lists,
    paragraph_of,
    scored_by,
    shared,
    span_probability,
    steps_together,
)
from rag.generation.sentence_features import Candidate, Metric, distinct, read
from rag.model_text import model_text
from rag.models.registry import read_weights, shipped_hash
from rag.question.analysis import Question
from rag.question.dating import without_year
from rag.text import fold, terms
from rag.types import Chunk, Draft, Embedder, Passage, Span
from rag.values import Value, covers, same, values_in

READ = 5
"""How many passages are read, the best first: 8 would find the right sentence for one question in a hundred more, and
take half as long again."""
FEW, ENOUGH = 2, 1.0
"""How many of them are read first, and the log-odds that one of these answers from which on the others are not read: so
it is for nearly half of the questions, of which as many are answered rightly."""
BESIDE = 0.3
"""The share of the best sentence's that another of its paragraph has to be part of the same reason."""
LOOKED_AT = 20
"""How many of the best sentences are looked at for another version of the best one."""
ALIKE = 0.8
"""The share of their words that two versions of a sentence have in common."""
TRIED = 6
"""How many of the best starts are followed to their ends."""
VERIFIED = 3
"""Sentences that are looked at a second time: the best of the first ranking."""

FILES = ("encoder.onnx", "decoder.onnx", "verifier.onnx", "tokenizer.json", "calibration.json")
"""What a reader is made of: ``rag.training.reader`` writes the first four, ``rag.training.calibration`` the last."""

_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class ReaderGenerator:
    """Answers with spans of the passages, with whole sentences where the span is doubtful, or not at all."""

    embedder: Embedder
    file: Callable[[str], bytes]
    """Gives the bytes of each of FILES."""
    name: str
    digest: Callable[[], str]
    """Gives a short hash of them all."""

    @cached_property
    def id(self) -> str:
        """Its name and a hash of its files."""
        return f"{self.name}@{self.digest()}"

    def warm_up(self) -> None:
        """Read the model and its calibration."""
        self.pointer.load()
        _ = self._calibration, self._metric

    def threshold(self, risk: float) -> float:
        """As calibrated."""
        return self._calibration.threshold(risk)

    def generate(self, question: Question, passages: Sequence[Passage]) -> Draft:
        """One claim for each thing asked for, each with its own evidence; none where there is nothing to read."""
        return self.draft(self.rank(question, passages), question)

    def draft(self, ranked: Sequence[ScoredCandidate], question: Question, sure: float | None = None) -> Draft:
        """What is said of ranked sentences; a span is quoted alone from probability ``sure`` on, or as calibrated."""
        if not ranked:
            return Draft((), 0.0)
        sure = self._calibration.span if sure is None else sure
        listed = items(ranked[0].candidate.unit, question)
        chosen = _several(ranked) if question.several and not listed else _differing(ranked, question)
        differing = len(chosen) > 1 and not question.several and not listed
        if question.kind == "why" and not differing:
            chosen = _beside(ranked)
        if listed:
            claims = tuple(ranked[0].candidate.claim(span) for span in listed)
        else:
            claims = tuple(one.candidate.claim(self._span(one, question, sure)) for one in chosen)
        confidence = self._calibration.probability(ranked[0].numbers(), shared(ranked, question.kind == "why"))
        return Draft(claims, confidence, differing=differing)

    def rank(self, question: Question, passages: Sequence[Passage]) -> list[ScoredCandidate]:
        """Every sentence of the passages read, best first; the best are looked at a second time, and ranked again."""
        once = self._ranked(self.score(question, passages))
        twice = self._ranked(self.verify(question, once, VERIFIED))
        if question.kind == "howto":
            return steps_together(twice)
        return items_for_lists(twice) if question.answer_types and not question.several else twice

    def score(self, question: Question, passages: Sequence[Passage]) -> list[ScoredCandidate]:
        """Every sentence of the passages read, in their order, with what the reader says of it at first sight."""
        passages = distinct(passages)[:READ]
        candidates = read(question, passages, self.embedder, self._metric)
        if not candidates:
            return []
        readings = self._readings(question, passages)
        return scored_by(readings, self.pointer.spans(readings, TRIED), candidates, passages)

    def _readings(self, question: Question, passages: Sequence[Passage]) -> list[Reading]:
        """Of the first FEW passages; of all where these hardly answer, or have but a part of what is asked for."""
        texts = [model_text(one.chunk).text for one in passages]
        asked = [_asked_of(one.chunk, question) for one in passages]
        few = FEW if question.kind in {"fact", "definition"} and not question.several else len(texts)
        first = self.pointer.read(asked[:few], texts[:few])
        if max(one.mass - one.stop for one in first) >= ENOUGH:
            return first
        rest = self.pointer.read(asked[few:], texts[few:])
        return first + [replace(one, text=one.text + few) for one in rest]

    def verify(self, question: Question, ranked: Sequence[ScoredCandidate], count: int) -> list[ScoredCandidate]:
        """Ranked sentences with what the verifier says of the first ``count``."""
        odds = self.pointer.verify([_marked(one.candidate, question) for one in ranked[:count]])
        odds += [min(odds, default=0.0)] * (len(ranked) - len(odds))
        return [
            replace(one, signals=replace(one.signals, verified=verified))
            for one, verified in zip(ranked, odds, strict=True)
        ]

    def _ranked(self, scored: Sequence[ScoredCandidate]) -> list[ScoredCandidate]:
        if not scored:
            return []
        shares = self._calibration.shares([one.numbers() for one in scored])
        ranked = [replace(one, share=share) for one, share in zip(scored, shares, strict=True)]
        return sorted(ranked, key=lambda one: -one.share)

    def _span(self, one: ScoredCandidate, question: Question, sure: float) -> Span:
        """Of a row the cell asked for; else the reader's span where it is sure, else the sentence."""
        candidate = one.candidate
        if candidate.unit.kind == "row":
            found = cell(candidate.passage.chunk, candidate.unit, question, self.embedder, one.shares)
            return found or candidate.span
        if one.pointed and span_probability(one) >= sure:
            return one.quoted
        return candidate.span

    @cached_property
    def pointer(self) -> Pointer:
        """The model."""
        return Pointer(self.file)

    @cached_property
    def _calibration(self) -> Calibration:
        return Calibration(**json.loads(self.file("calibration.json")))

    @cached_property
    def _metric(self) -> Metric | None:
        return fitted_metric(self.embedder)


def _asked_of(chunk: Chunk, question: Question) -> str:
    return without_year(question.text, chunk.date, f"{chunk.title}\n{model_text(chunk).text}")


def _marked(candidate: Candidate, question: Question) -> Marked:
    """A candidate as the verifier sees it: in what the reader is given of its chunk."""
    chunk = candidate.passage.chunk
    said = model_text(chunk)
    span = Span(candidate.unit.read.start - said.above, candidate.unit.read.end - said.above)
    starts = sorted({unit.read.start - said.above for unit in units(chunk)})
    return Marked(
        _asked_of(chunk, question), said.text[said.above :], span, tuple(starts), said.text[: said.above].strip()
    )


def _several(ranked: Sequence[ScoredCandidate]) -> list[ScoredCandidate]:
    """The best sentence and those nearly as likely that say something else."""
    first: dict[str, ScoredCandidate] = {}
    for one in ranked:
        if one.share >= CLOSE * ranked[0].share:
            first.setdefault(fold(one.candidate.text), one)
    return list(first.values())[:MOST]


def _beside(ranked: Sequence[ScoredCandidate]) -> list[ScoredCandidate]:
    """The best sentence and those of its paragraph that are nearly as likely, in their order."""
    best = ranked[0]
    of_it = [
        one for one in ranked[1:] if one.candidate.unit.kind == "sentence" and paragraph_of(one) == paragraph_of(best)
    ]
    near = [one for one in of_it if one.share >= BESIDE * best.share] if best.candidate.unit.kind == "sentence" else []
    return sorted([best, *near[: MOST - 1]], key=lambda one: one.candidate.evidence.start)


def _differing(ranked: Sequence[ScoredCandidate], question: Question) -> list[ScoredCandidate]:
    """The best sentence, and one of another document that is nearly as likely and gives another value."""
    best, value = ranked[0], _value(ranked[0], question)
    others = [one for one in ranked[1:] if not _is_meant(question, best.candidate, one.candidate)]
    for one in others[: LOOKED_AT - 1]:
        if _are_versions(one.candidate, best.candidate):
            return [best, one]
    nearly = (one for one in others if one.share >= CLOSE * best.share)
    for one in (one for one in nearly if one.candidate.evidence.document != best.candidate.evidence.document):
        other = _value(one, question)
        if value and other and value.kind == other.kind and not _agree(value, other):
            return [best, one]
    return [best]


def _is_meant(question: Question, one: Candidate, other: Candidate) -> bool:
    """Whether a question names the document of one candidate, by its title or year, and not the other's."""
    own, rest = frozenset(_name_of(one)), frozenset(_name_of(other))
    asked = frozenset(question.terms)
    return bool(asked & own - rest) and not asked & rest - own


def _name_of(one: Candidate) -> list[str]:
    chunk = one.passage.chunk
    return terms(f"{chunk.title} {(chunk.date or '')[:4]}")


def _are_versions(one: Candidate, other: Candidate) -> bool:
    """Whether two sentences of documents of one title and different dates are the same but for their numbers."""
    here, there = one.passage.chunk, other.passage.chunk
    if here.title != there.title or not (here.date and there.date) or here.date == there.date:
        return False
    first, second = ({term for term in terms(each.text) if not _DIGIT.search(term)} for each in (one, other))
    return one.text != other.text and len(first & second) >= ALIKE * max(len(first | second), 1)


def _value(one: ScoredCandidate, question: Question) -> Value | None:
    """The value of the kind asked for in the reader's span, where there is just one."""
    if not one.pointed or not question.answer_types:
        return None
    values = values_in(one.quoted.of(one.candidate.passage.chunk.text))
    values = [value for value in values if value.kind in question.answer_types]
    return values[0] if len(values) == 1 else None


def _agree(a: Value, b: Value) -> bool:
    return same(a, b) or covers(a, b) or covers(b, a)


def shipped_reader(embedder: Embedder) -> ReaderGenerator:
    """The reader that comes with the package; every byte is checked when it is first used."""
    names = {name: f"reader/{name}" for name in FILES}
    return ReaderGenerator(
        embedder, lambda name: read_weights(names[name]), "reader", lambda: shipped_hash(names.values())
    )


def open_reader(embedder: Embedder, folder: Path) -> ReaderGenerator:
    """The reader that was trained into ``folder``."""

    def digest() -> str:
        hashes = [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES]
        return hashlib.sha256("".join(hashes).encode()).hexdigest()[:12]

    return ReaderGenerator(embedder, lambda name: (folder / name).read_bytes(), f"reader-{folder.name}", digest)


def is_reader(folder: Path) -> bool:
    """Whether a folder holds a trained reader."""
    return all((folder / name).is_file() for name in FILES)
