"""The reader's readings of held-out questions to what ranks sentences, its confidence, and when a span is sure.

``python -m rag.training.calibration.reader --data DIR --reader FOLDER`` asks the questions of passages that training
never saw (``rag.training.reader.examples.HELD_OUT``), near misses among them, through retrieval over all of them,
and writes ``calibration.json`` into the reader's folder.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from rag.generation.calibration import Calibration
from rag.generation.reader import VERIFIED, open_reader
from rag.generation.scored import ScoredCandidate, Signals, span_probability
from rag.generation.sentence_features import Features
from rag.models.embedders import open_embedder
from rag.question.analysis import analyse
from rag.training.calibration.fitting import Rows, answered, fit_confidence, fit_ranking, fit_risks
from rag.training.calibration.pool import Pool, PoolQuestion, examples
from rag.training.reader.examples import question_files, read_rows

SETS = {
    **{"written_siblings": 100, "written_tables": 180, "written_lists": 180, "written_documents": 180},
    **{"written_versions": 60, "written_conditions": 60, "written_notes": 180, "written_zh_office": 160},
    **{"written_en_office": 160, "written_zh_news": 160, "written_en_wiki": 160, "written_zh_wiki": 120},
    **{
        "written_en_policy": 50,
        "written_en_science": 20,
        "cmrc_train": 30,
        "drcd": 20,
        "squad2_train_part": 60,
        "squadshifts_wiki": 20,
    },
}
"""How many held-out questions of each set are asked."""
SWAPPED, GOLD_REMOVED = 0, 140
ROWS = 250
"""Passages of each set that lie in the pool."""
UNANSWERABLE_WEIGHT = 1.0
SURE = 0.92
"""A span is quoted alone from the probability on from which spans have this much of the answer: F1 by characters."""
LIKELY = 6
"""Sentences of a question that the verifier looks at here: no ranking's best is likely to be another."""
SEED = 1

SIGNALS = tuple(one.name for one in fields(Signals))
FEATURES = tuple(one.name for one in fields(Features))
NAMES = (*SIGNALS, *FEATURES)
RANKING = ("pointed", "answers", "sharp", "passage", "document", "sentence", "answering", "context", "translated",
           "translated_context", "matches_answer_type", "clashes", "cross_lingual", "verified")  # fmt: skip
CONFIDENT = ("pointed", "answers", "best", "sharp", "ended", "answering", "context", "translated",
             "translated_context", "matches_answer_type", "clashes", "unsaid", "unnamed", "astray", "words",
             "cross_lingual", "verified")  # fmt: skip


@dataclass(frozen=True)
class PooledQuestion:
    """One question with all of its candidates."""

    example: PoolQuestion
    candidates: list[ScoredCandidate]

    @cached_property
    def rows(self) -> Rows:
        """For fitting."""
        return Rows(
            names=NAMES,
            features=np.array([[one[name] for name in NAMES] for one in map(ScoredCandidate.numbers, self.candidates)]),
            right=np.array([self.example.right(one.candidate) for one in self.candidates]),
            documents=tuple(one.candidate.evidence.document for one in self.candidates),
            gold=self.example.document,
            answerable=bool(self.example.spans),
        )


def main() -> None:
    """Ask, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--reader", type=Path, required=True)
    given = parser.parse_args()
    asked = ask(given.data, given.reader)
    told = cross_fitted(asked)
    print(checked(told), flush=True)
    fitted = fit(asked) | {"risks": risks(told)}
    (given.reader / "calibration.json").write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(fitted, indent=1))


def fit(asked: Sequence[PooledQuestion]) -> dict[str, Any]:
    """What ``calibration.json`` holds."""
    rows = [one.rows for one in asked]
    first = fit_ranking(rows, [name for name in RANKING if name != "verified"])
    ranking = fit_ranking([looked_at(one, first) for one in rows], RANKING)
    looked = [looked_at(one, ranking) for one in rows]
    confidence = fit_confidence(looked, ranking, CONFIDENT, UNANSWERABLE_WEIGHT)
    return {"ranking": ranking, "confidence": confidence, "span": fit_span(asked)}


def looked_at(rows: Rows, ranking: Mapping[str, float]) -> Rows:
    """A question's rows as the reader has them: only the best of the first ranking are verified."""
    at = rows.names.index("verified")
    weights = np.array([ranking.get(name, 0.0) if name != "verified" else 0.0 for name in rows.names])
    best = np.argsort(-(rows.features @ weights), kind="stable")[:VERIFIED]
    features = rows.features.copy()
    features[:, at] = features[best, at].min()
    features[best, at] = rows.features[best, at]
    return replace(rows, features=features)


@dataclass(frozen=True)
class Told:
    """What was said of a question that was not fitted on."""

    probability: float
    right: bool
    answerable: bool


def cross_fitted(asked: Sequence[PooledQuestion]) -> list[Told]:
    """Every question as told by a fit on four fifths of the others, each fifth in turn."""
    found = []
    for fifth in range(5):
        calibration = Calibration(**fit([one for i, one in enumerate(asked) if i % 5 != fifth]))
        for one in asked[fifth::5]:
            rows = looked_at(one.rows, calibration.ranking)
            found.append(Told(*answered(rows, calibration), rows.answerable))
    return found


def checked(told: Sequence[Told]) -> str:
    """Sentences found, confidence told rightly, and what each risk costs."""
    there, not_there = ([one for one in told if one.answerable is side] for side in (True, False))
    right = sum(one.right for one in there) / len(there)
    lines = [f"{len(told)} questions, {len(not_there)} without an answer; right sentence for {right:.3f} of the others"]
    for low in np.arange(0, 1, 0.2):
        bin_ = [(one.probability, one.right) for one in told if low <= one.probability < low + 0.2]
        if bin_:
            said, was = np.mean(bin_, axis=0)
            lines.append(f"confidence {low:.1f} to {low + 0.2:.1f}: {len(bin_):4d}, {said:.3f} said, {was:.3f} right")
    for share in (0.9, 0.95):
        at = float(np.quantile([one.probability for one in there], 1 - share))
        lines.append(
            f"{share} of the answerable answered at {at:.3f}: {_refused(not_there, at):.3f} of the others refused"
        )
    for risk, at in risks(told):
        given = [one for one in told if one.probability >= at]
        wrong = sum(not one.right for one in given) / len(given)
        answered = 1 - _refused(there, at)
        lines.append(
            f"risk {risk}: from {at:.3f}, {wrong:.3f} wrong of {len(given)} answers; {answered:.3f} of the answerable "
            f"answered, {_refused(not_there, at):.3f} of the others refused"
        )
    return "\n".join(lines)


def risks(told: Sequence[Told]) -> list[tuple[float, float]]:
    """The thresholds that keep to each risk."""
    return fit_risks([one.probability for one in told], [one.right for one in told])


def _refused(told: Sequence[Told], threshold: float) -> float:
    return sum(one.probability < threshold for one in told) / len(told)


def ask(data: Path, reader: Path) -> list[PooledQuestion]:
    """Every question of the held-out pool, read with its passages."""
    embedder = open_embedder("default")
    generator = open_reader(embedder, reader)
    files = question_files(data / "train", SETS)
    sets = {name: (read_rows(path, held_out=True)[:ROWS], SETS[name]) for name, path in files.items()}
    asked = []
    with tempfile.TemporaryDirectory() as folder:
        for example in examples(Pool(sets, SWAPPED, GOLD_REMOVED), embedder, Path(folder), random.Random(SEED)):
            question = analyse(example.question).embedded_by(embedder)
            scored = sorted(generator.score(question, example.passages), key=lambda one: -one.signals.pointed)
            if scored:
                asked.append(PooledQuestion(example, generator.verify(question, scored, LIKELY)))
            if len(asked) % 100 == 0:
                print(f"{len(asked)} questions read", flush=True)
    return asked


def fit_span(asked: Sequence[PooledQuestion]) -> float:
    """The probability from which on spans have SURE of the answer that their sentence holds, on average."""
    found = [
        (span_probability(scored), _overlap(one.example, scored))
        for one in asked
        for scored in one.candidates
        if one.example.spans and scored.pointed and one.example.right(scored.candidate)
    ]
    found.sort(reverse=True)
    kept = np.cumsum([overlap for _, overlap in found]) / np.arange(1, len(found) + 1)
    enough = np.nonzero(kept >= SURE)[0]
    return round(found[int(enough[-1])][0], 3) if len(enough) else 1.0


def _overlap(example: PoolQuestion, scored: ScoredCandidate) -> float:
    """F1 by characters of the span that would be quoted."""
    chunk, span = scored.candidate.passage.chunk, scored.quoted
    start, end = chunk.start + span.start, chunk.start + span.end
    whole = [*example.spans, (example.spans[0][0], example.spans[-1][1])]
    return max(2 * max(0, min(end, high) - max(start, low)) / (end - start + high - low) for low, high in whole)


if __name__ == "__main__":
    main()
