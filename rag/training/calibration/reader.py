"""The reader's readings of held-out questions to what ranks sentences, its confidence, and when a span is sure.

``python -m rag.training.calibration.reader --data DIR --dictionary CEDICT --reader FOLDER`` reads the passages that
training never saw (``rag.training.reader.examples.HELD_OUT``), asks their questions through retrieval as they are and
in the other language's words, and writes ``calibration.json`` into the reader's folder.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from rag.generation.calibration import Calibration
from rag.generation.reader import ScoredCandidate, Signals, open_reader, span_probability
from rag.generation.sentence_features import Features
from rag.models.embedders import open_embedder
from rag.question.analysis import Question, analyse
from rag.training.calibration.fitting import Rows, fit_confidence, fit_ranking
from rag.training.calibration.pool import Pool, PoolQuestion, examples
from rag.training.reader.examples import HELD_OUT, read_rows
from rag.training.reader.glossary import Dictionary
from rag.training.reader.switching import switch_question

SETS = {"cmrc_trial": 230, "cmrc_train": 100, "drcd": 150, "squad2_part": 250}
"""How many questions of each set are asked; the sets of policies and papers are left out: their answers are loose."""
SWAPPED, GOLD_REMOVED = 180, 110
SWITCHED = 0.5
"""The share of questions that are asked in the other language's words."""
UNANSWERABLE_WEIGHT = 0.6
SURE = 0.85
"""A span is quoted alone from the probability on from which spans have this much of the answer: F1 by characters."""
SEED = 1

SIGNALS = tuple(one.name for one in fields(Signals))
FEATURES = tuple(one.name for one in fields(Features))
NAMES = (*SIGNALS, *FEATURES)
RANKING = ("pointed", "answers", "sharp", "passage", "document", "sentence", "answering", "context",
           "matches_answer_type", "clashes")  # fmt: skip
CONFIDENT = ("pointed", "answers", "best", "sharp", "ended", "answering", "context", "matches_answer_type", "clashes",
             "unsaid", "unnamed", "astray", "words", "cross_lingual")  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """One question with all of its candidates."""

    example: PoolQuestion
    candidates: list[ScoredCandidate]

    @property
    def rows(self) -> Rows:
        """For fitting."""
        return Rows(
            names=NAMES,
            features=np.array([[one[name] for name in NAMES] for one in map(ScoredCandidate.numbers, self.candidates)]),
            right=np.array([self.example.right(one.candidate) for one in self.candidates]),
            documents=tuple(one.candidate.evidence.document for one in self.candidates),
            gold=self.example.document,
            answerable=self.example.end > 0,
        )


def main() -> None:
    """Ask, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--dictionary", type=Path, required=True)
    parser.add_argument("--reader", type=Path, required=True)
    given = parser.parse_args()
    asked = ask(given.data, given.dictionary, given.reader)
    print(checked(asked), flush=True)
    fitted = fit(asked)
    (given.reader / "calibration.json").write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(fitted, indent=1))


def fit(asked: Sequence[Reading]) -> dict[str, Any]:
    """What ``calibration.json`` holds."""
    rows = [one.rows for one in asked]
    ranking = fit_ranking(rows, RANKING)
    confidence = fit_confidence(rows, ranking, CONFIDENT, UNANSWERABLE_WEIGHT)
    return {"ranking": ranking, "confidence": confidence, "span": fit_span(asked)}


def checked(asked: Sequence[Reading]) -> str:
    """How a fit on four fifths does on the rest, each fifth in turn: sentences found, and confidence told rightly."""
    sure: list[tuple[float, bool, bool]] = []
    for fifth in range(5):
        calibration = Calibration(**fit([one for i, one in enumerate(asked) if i % 5 != fifth]))
        for one in asked[fifth::5]:
            numbers = [candidate.numbers() for candidate in one.candidates]
            shares = calibration.shares(numbers)
            best = shares.index(max(shares))
            chance = calibration.probability(numbers[best], shares[best])
            sure.append((chance, one.example.right(one.candidates[best].candidate), one.example.end > 0))
    found = [right for _, right, there in sure if there]
    lines = [f"{len(sure)} questions; right sentence for {sum(found) / len(found):.3f} of the answerable"]
    for low in np.arange(0, 1, 0.2):
        bin_ = [(chance, right) for chance, right, _ in sure if low <= chance < low + 0.2]
        if bin_:
            said, was = np.mean(bin_, axis=0)
            lines.append(f"confidence {low:.1f} to {low + 0.2:.1f}: {len(bin_):4d}, {said:.3f} said, {was:.3f} right")
    for share in (0.9, 0.95):
        at = float(np.quantile([chance for chance, _, there in sure if there], 1 - share))
        refused = np.mean([chance < at for chance, _, there in sure if not there])
        lines.append(f"threshold {at:.3f}: {share} of the answerable answered, {refused:.3f} of the others refused")
    return "\n".join(lines)


def ask(data: Path, dictionary: Path, reader: Path) -> list[Reading]:
    """Every question of the held-out pool, read with its passages."""
    rng, words = random.Random(SEED), Dictionary.open(dictionary)
    embedder = open_embedder("default")
    generator = open_reader(embedder, reader)

    def switch(question: str) -> str:
        return switch_question(question, rng, words, 1.0) if rng.random() < SWITCHED else question

    sets = {name: (read_rows(data / "train" / f"{name}.jsonl.gz", HELD_OUT[name], True), n) for name, n in SETS.items()}
    asked = []
    with tempfile.TemporaryDirectory() as folder:
        for example in examples(Pool(sets, SWAPPED, GOLD_REMOVED, switch), embedder, Path(folder), rng):
            candidates = generator.score(analysed(example), example.passages)
            if candidates:
                asked.append(Reading(example, candidates))
            if len(asked) % 100 == 0:
                print(f"{len(asked)} questions read", flush=True)
    return asked


def analysed(example: PoolQuestion) -> Question:
    """What the question asks for; its numbers, dates, places and names as they were before words were switched.

    A dictionary loses and garbles them as nobody who asks in another language would.
    """
    plain = analyse(example.plain)
    return replace(analyse(example.question), values=plain.values, places=plain.places, mentions=plain.mentions)


def fit_span(asked: Sequence[Reading]) -> float:
    """The probability from which on spans have SURE of the answer that their sentence holds, on average."""
    found = [
        (span_probability(scored), _overlap(one.example, scored))
        for one in asked
        for scored in one.candidates
        if one.example.end and scored.pointed and one.example.right(scored.candidate)
    ]
    found.sort(reverse=True)
    kept = np.cumsum([overlap for _, overlap in found]) / np.arange(1, len(found) + 1)
    enough = np.nonzero(kept >= SURE)[0]
    return round(found[int(enough[-1])][0], 3) if len(enough) else 1.0


def _overlap(example: PoolQuestion, scored: ScoredCandidate) -> float:
    """F1 by characters of the span that would be quoted."""
    chunk, span = scored.candidate.passage.chunk, scored.quoted
    shared = min(chunk.start + span.end, example.end) - max(chunk.start + span.start, example.start)
    return 2 * max(shared, 0) / (span.end - span.start + example.end - example.start)


if __name__ == "__main__":
    main()
