"""Question sets to the numbers of the extractive generator: the metric, what ranks sentences, and its confidence.

``python -m rag.training.calibration.extractive --data DIR`` reads question sets (JSON lines, gzip: ``{"context", "qas":
[{"question", "answer", "start"}]}``, ``answer`` null where the passage has none) and writes
``rag/weights/extractive-metric.npz`` and ``rag/weights/extractive-calibration.json``. It takes about five minutes
on two cores and needs torch for the metric. The sha256 of both are pinned in ``rag/models/registry.py``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from rag.generation.calibration import Calibration
from rag.generation.candidates import whole_sentences
from rag.generation.extractive import CALIBRATION, METRIC
from rag.generation.sentence_features import Features, Metric, read
from rag.models.embedders import open_embedder
from rag.models.registry import SHIPPED
from rag.question.analysis import analyse
from rag.training.calibration.fitting import Rows, answered, fit_confidence, fit_ranking, fit_risks
from rag.training.calibration.pool import Pool, PoolQuestion, examples
from rag.types import Embedder, Vectors, WindowEmbeddings

POOL = {"cmrc_trial": (180, 450), "cmrc_train": (150, 350), "drcd": (170, 400), "squad2_part": (230, 900)}
"""Passages and questions that ranking and confidence are fitted on; the metric is fitted on other passages."""
FOR_METRIC = {"cmrc_train": (1100, 4), "drcd": (1100, 3), "squad2_part": (137, 8), "cmrc_trial": (76, 4)}
"""Passages, and questions of each."""

NEAR_MISSES, GOLD_REMOVED = 450, 280
"""Unanswerable questions made from answerable ones."""

RANK, EPOCHS, STEP, PENALTY = 32, 6, 2e-3, 1e-3
SEED = 1

MISMATCHES = ("clashes", "unsaid", "unnamed")
"""What tells nearly nothing of which sentence is best, but how sure to be."""
NAMES = tuple(one.name for one in fields(Features))
READERS = ("astray", "translated", "translated_context")
"""Features of the reader's alone."""
RANKING = tuple(name for name in NAMES if name not in (*MISMATCHES, *READERS))
CONFIDENT = ("sentence", "echo", "length", "matches_answer_type", *MISMATCHES)
"""More features, and the passage's own scores, fitted the training sets better but other documents worse."""
UNANSWERABLE_WEIGHT = 0.5
"""Four in ten of the examples have no answer; users mostly ask for what is there."""
WORDED = ("words", "unnamed")
"""What a passage in another language cannot have."""


def main() -> None:
    """Fit and write everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of question sets, none of them a benchmark")
    given = parser.parse_args()
    rng = random.Random(SEED)
    embedder = open_embedder("default")
    pool, rest = _split(given.data, rng)
    metric = fit_metric(list(_listed(rest, embedder, rng)))
    np.savez_compressed(
        SHIPPED[METRIC].path, **{name: value.astype(np.float16) for name, value in asdict(metric).items()}
    )
    with tempfile.TemporaryDirectory() as folder:
        asked = examples(Pool(pool, NEAR_MISSES, GOLD_REMOVED), embedder, Path(folder), rng)
        rows = [one for one in (_rows(one, embedder, metric) for one in asked) if len(one.right)]
    both = [version for one in rows for version in _in_both_languages(one, rng)]
    ranking = fit_ranking(both, RANKING)
    confidence = fit_confidence(both, ranking, CONFIDENT, UNANSWERABLE_WEIGHT)
    fitted: dict[str, Any] = {"embedder": embedder.id, "ranking": ranking, "confidence": confidence}
    told = [answered(one, Calibration(**fitted)) for one in rows]
    fitted["risks"] = fit_risks([sure for sure, _ in told], [right for _, right in told])
    SHIPPED[CALIBRATION].path.write_text(json.dumps(fitted, indent=1) + "\n", "utf-8")


def fit_metric(examples: Sequence[tuple[Vectors, list[Vectors], int]]) -> Metric:
    """The metric by which, of the sentences of a passage, the one with the answer is closest to the question.

    An example is the question's parts, those of each sentence, and which sentence is right. The penalty is on the
    product of the two factors, so that it is the closeness itself that stays small.
    """
    import torch

    torch.manual_seed(SEED)
    dim = examples[0][0].shape[1]
    focus, scale = torch.zeros(dim, requires_grad=True), torch.tensor(10.0, requires_grad=True)
    left, right = ((0.03 * torch.randn(dim, RANK)).requires_grad_() for _ in range(2))
    learner = torch.optim.Adam([focus, left, right, scale])
    order = list(range(len(examples)))
    for epoch in range(EPOCHS):
        learner.param_groups[0]["lr"] = STEP * (1 - epoch / EPOCHS) + STEP / 10
        random.Random(epoch).shuffle(order)
        for batch in (order[start : start + 32] for start in range(0, len(order), 32)):
            loss = PENALTY * ((left @ right.T) ** 2).sum() + PENALTY / 10 * (focus**2).sum()
            for question, sentences, answer in (examples[index] for index in batch):
                asked, parts = torch.from_numpy(question), torch.from_numpy(np.concatenate(sentences))
                closeness = asked @ parts.T + (asked @ left) @ (parts @ right).T  # (question parts, parts)
                pieces = closeness.split([len(one) for one in sentences], dim=1)
                best = torch.stack([piece.amax(1) for piece in pieces], 1)  # (question parts, sentences)
                scores = scale * (torch.softmax(asked @ focus, 0) @ best)
                loss = loss - torch.log_softmax(scores, 0)[answer] / len(batch)
            learner.zero_grad()
            loss.backward()
            learner.step()
    return Metric(*(one.detach().numpy() for one in (focus, left, right)))


def _split(folder: Path, rng: random.Random) -> tuple[dict[str, tuple[list[Any], int]], dict[str, list[Any]]]:
    """The passages of each set for the pool with how many questions to draw, and those for the metric."""
    pool: dict[str, tuple[list[Any], int]] = {}
    rest: dict[str, list[Any]] = {}
    for name, (passages, questions) in POOL.items():
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        rng.shuffle(rows)
        pool[name], rest[name] = (rows[:passages], questions), rows[passages : passages + FOR_METRIC[name][0]]
    return pool, rest


def _listed(
    sets: dict[str, list[Any]], embedder: Embedder, rng: random.Random
) -> Iterator[tuple[Vectors, list[Vectors], int]]:
    """The examples of the metric: each question beside the sentences of its own passage."""
    for name, rows in sets.items():
        for row in rows:
            spans = whole_sentences(row["context"])
            embedded = embedder.embed_passages([span.of(row["context"]) for span in spans])
            sentences = [_floats(one.parts) for one in embedded]
            answered = [qa for qa in row["qas"] if qa["answer"]]
            for qa in rng.sample(answered, min(len(answered), FOR_METRIC[name][1])):
                start, end = qa["start"], qa["start"] + len(qa["answer"])
                right = [index for index, span in enumerate(spans) if span.start <= start and end <= span.end]
                if right and len(spans) > 1:
                    yield _floats(embedder.embed_question(qa["question"]).parts), sentences, right[0]


def _rows(one: PoolQuestion, embedder: Embedder, metric: Metric) -> Rows:
    candidates = read(analyse(one.question), one.passages, embedder, metric)
    return Rows(
        names=NAMES,
        features=np.array([list(asdict(candidate.features).values()) for candidate in candidates]),
        right=np.array([one.right(candidate) for candidate in candidates]),
        documents=tuple(candidate.evidence.document for candidate in candidates),
        gold=one.document,
        answerable=bool(one.spans),
    )


def _in_both_languages(one: Rows, rng: random.Random) -> tuple[Rows, Rows]:
    """As it is; and with the gold document, and each other by the toss of a coin, as if in the other language.

    No set asks across languages, so it is made believe.
    """
    others = {document for document in sorted(set(one.documents)) if rng.random() < 0.5}
    foreign = np.array([document in others | {one.gold} for document in one.documents])
    features = one.features.copy()
    for name in WORDED:
        features[foreign, NAMES.index(name)] = 0
    features[foreign, NAMES.index("cross_lingual")] = 1
    return one, replace(one, features=features)


def _floats(parts: WindowEmbeddings) -> Vectors:
    return parts.astype(np.float32) / np.float32(127)


if __name__ == "__main__":
    main()
