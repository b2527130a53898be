"""Question sets to the numbers of the extractive generator: the metric, what ranks sentences, and its confidence.

``python -m rag.training.calibration --data DIR`` reads question sets (JSON lines, gzip: ``{"context", "qas":
[{"question", "answer", "start"}]}``, ``answer`` null where the passage has none) and writes
``rag/weights/extractive-metric.npz`` and ``rag/weights/extractive-calibration.json``. It takes about five minutes
on two cores and needs torch for the metric. The sha256 of both are pinned in ``rag/models.py``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.chunking import chunk
from rag.embedding import open_embedder
from rag.generation.asked import understand
from rag.generation.evidence import Candidate, Features, Metric, read, whole_sentences
from rag.generation.extractive import CALIBRATION, METRIC, READ
from rag.indexing import index_terms
from rag.models import SHIPPED
from rag.retrieval import Retriever
from rag.stores.sqlite import SqliteStore
from rag.text import language_of
from rag.types import Document, Embedder, Parts, Passage, Vectors
from rag.values import values_in

POOL = {"cmrc_trial": (180, 450), "cmrc_train": (150, 350), "drcd": (170, 400), "squad2_part": (230, 900)}
"""Passages and questions that ranking and confidence are fitted on; the metric is fitted on other passages."""
FOR_METRIC = {"cmrc_train": (1100, 4), "drcd": (1100, 3), "squad2_part": (137, 8), "cmrc_trial": (76, 4)}
"""Passages, and questions of each."""

NEAR_MISSES, TAKEN_AWAY = 450, 280
"""Unanswerable questions made from answerable ones."""

RANK, EPOCHS, STEP, PENALTY = 32, 6, 2e-3, 1e-3
RIDGE = 1e-2
SEED = 1

MISMATCHES = ("clashes", "unsaid", "unnamed")
"""What tells nearly nothing of which sentence is best, but how sure to be."""
RANKING = tuple(one.name for one in fields(Features) if one.name not in MISMATCHES)
CONFIDENT = ("sentence", "echo", "length", "fits", *MISMATCHES)
"""More features, and the passage's own scores, fitted the training sets better but other documents worse."""
UNANSWERABLE_WEIGHT = 0.5
"""Four in ten of the examples have no answer; users mostly ask for what is there."""
WORDED = ("words", "unnamed")
"""What a passage in another language cannot have."""

_NAME = re.compile(r"(?<=《)[^》]+|(?<=“)[^”]+|(?<!^)(?<![A-Za-z])[A-Z][A-Za-z]+(?: [A-Z][a-z]+)*")

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A question, its passages, and where the answer stands: nowhere, for the unanswerable."""

    question: str
    passages: tuple[Passage, ...]
    document: str
    start: int = 0
    end: int = 0

    def right(self, candidate: Candidate) -> bool:
        """Whether a sentence has the answer."""
        found = candidate.evidence
        return found.document == self.document and found.start <= self.start < self.end <= found.end


@dataclass(frozen=True, slots=True)
class Rows:
    """The candidates of one question: features, shape ``(n, features)``, which are right, and their documents."""

    features: Matrix
    right: NDArray[np.bool_]
    documents: tuple[str, ...]
    gold: str
    answerable: bool

    def foreign(self, documents: set[str]) -> Rows:
        """As if these documents were in the other language: no set asks across languages, so it is made believe."""
        features = self.features.copy()
        rows = np.array([document in documents for document in self.documents])
        for name in WORDED:
            features[rows, _column(name)] = 0
        features[rows, _column("across")] = 1
        return replace(self, features=features)


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
        rows = [_rows(one, embedder, metric) for one in _examples(pool, embedder, Path(folder), rng)]
    both = [version for one in rows for version in _in_both_languages(one, rng)]
    ranking = fit_ranking(both)
    fitted = {"embedder": embedder.id, "ranking": ranking, "confidence": fit_confidence(both, ranking)}
    SHIPPED[CALIBRATION].path.write_text(json.dumps(fitted, indent=1) + "\n", "utf-8")


def fit_ranking(examples: Sequence[Rows], steps: int = 400) -> dict[str, float]:
    """Weights by which the right sentences of a question have the most probability (softmax over all of them).

    The listwise loss of ListNet (Cao et al., "Learning to rank", ICML 2007), minimised by Adam.
    """
    columns = [_column(name) for name in RANKING]
    usable = [one for one in examples if one.right.any() and not one.right.all()]
    stacked = np.concatenate([one.features[:, columns] for one in usable])
    spread = stacked.std(axis=0) + 1e-9
    rows = (stacked - stacked.mean(axis=0)) / spread
    right = np.concatenate([one.right for one in usable]).astype(float)
    of = np.repeat(np.arange(len(usable)), [len(one.right) for one in usable])
    weights, mean, square = np.zeros((3, len(columns)))
    for step in range(1, steps + 1):
        likely = _softmax(rows @ weights, of)
        wanted = likely * right / np.bincount(of, likely * right)[of]
        slope = rows.T @ (likely - wanted) / len(usable) + RIDGE * weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        weights = weights - 0.05 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return dict(zip(RANKING, (weights / spread).round(4).tolist(), strict=True))


def fit_confidence(examples: Sequence[Rows], ranking: dict[str, float]) -> dict[str, float]:
    """Logistic regression of "the best sentence is right" on its features and its share, by Newton's method."""
    weights = np.array([ranking.get(one.name, 0.0) for one in fields(Features)])
    columns = [_column(name) for name in CONFIDENT]
    best, right = [], []
    for one in examples:
        likely = _softmax(one.features @ weights, np.zeros(len(one.right), int))
        top = int(likely.argmax())
        best.append([*one.features[top, columns], likely[top]])
        right.append(one.right[top])
    counts = np.array([1 if one.answerable else UNANSWERABLE_WEIGHT for one in examples])
    raw, labels = np.array(best), np.array(right, float)
    spread = raw.std(axis=0) + 1e-9
    rows = np.column_stack([raw / spread, np.ones(len(raw))])
    ridge = np.diag([RIDGE / 10] * len(spread) + [0.0])
    fitted = np.zeros(rows.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-rows @ fitted))
        slope = rows.T @ (counts * (p - labels)) / len(labels) + ridge @ fitted
        fitted -= np.linalg.solve((rows.T * (counts * p * (1 - p))) @ rows / len(labels) + ridge, slope)
    names = (*CONFIDENT, "share", "bias")
    return dict(zip(names, (fitted / np.append(spread, 1)).round(4).tolist(), strict=True))


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


def near_misses(examples: Sequence[Example], rng: random.Random) -> list[tuple[str, Example]]:
    """Questions with one number or name made another, so that their passage answers no longer."""
    names = [match.group() for one in examples for match in _NAME.finditer(one.question)]
    found = []
    for one in examples:
        spots = [(match.start(), match.end(), rng.choice(names)) for match in _NAME.finditer(one.question)]
        for value in values_in(one.question):
            if digits := re.search("[0-9]+", one.question[value.start : value.end]):
                start = value.start + digits.start()
                spots.append((start, start + len(digits.group()), str(int(digits.group()) + rng.randint(1, 3))))
        if spots:
            start, end, other = rng.choice(spots)
            found.append((one.question[:start] + other + one.question[end:], one))
    return [(question, one) for question, one in found if question != one.question]


def _split(folder: Path, rng: random.Random) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """The passages of each set for the pool, and those for the metric."""
    pool, rest = {}, {}
    for name, (passages, _) in POOL.items():
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        rng.shuffle(rows)
        pool[name], rest[name] = rows[:passages], rows[passages : passages + FOR_METRIC[name][0]]
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


def _examples(sets: dict[str, list[Any]], embedder: Embedder, folder: Path, rng: random.Random) -> Iterator[Example]:
    """Questions over one index of all sets, with near misses and with questions whose document was taken away."""
    store = SqliteStore(folder, create=True)
    asked: list[Example] = []
    for name, rows in sets.items():
        own = []
        for number, row in enumerate(rows):
            text = row["context"]
            document = Document(f"{name}/{number}", text, "", language_of(text), "")
            chunks = chunk(document, 440, 0)
            embeddings = embedder.embed_passages([one.text for one in chunks])
            store.replace(document, chunks, embeddings, [index_terms(one) for one in chunks])
            for qa in row["qas"]:
                start = qa["start"] or 0
                own.append(Example(qa["question"], (), document.path, start, start + len(qa["answer"] or "")))
        asked += rng.sample(own, min(len(own), POOL[name][1]))
    store.finish()
    retriever = Retriever(store, embedder)
    answerable = [one for one in asked if one.end]
    for one in asked:
        yield replace(one, passages=tuple(retriever.retrieve(one.question, READ)))
    for question, one in rng.sample(near_misses(answerable, rng), NEAR_MISSES):
        yield Example(question, tuple(retriever.retrieve(question, READ)), one.document)
    for one in rng.sample(answerable, TAKEN_AWAY):
        passages = (
            found for found in retriever.retrieve(one.question, 2 * READ) if found.chunk.document != one.document
        )
        yield Example(one.question, tuple(passages)[:READ], one.document)
    store.close()


def _rows(one: Example, embedder: Embedder, metric: Metric) -> Rows:
    candidates = read(one.question, understand(one.question), one.passages, embedder, metric)
    return Rows(
        features=np.array([list(asdict(candidate.features).values()) for candidate in candidates]),
        right=np.array([one.right(candidate) for candidate in candidates]),
        documents=tuple(candidate.evidence.document for candidate in candidates),
        gold=one.document,
        answerable=one.end > 0,
    )


def _in_both_languages(one: Rows, rng: random.Random) -> tuple[Rows, Rows]:
    """As it is; and with the gold document, and each other by the toss of a coin, as if in the other language."""
    others = {document for document in sorted(set(one.documents)) if rng.random() < 0.5}
    return one, one.foreign(others | {one.gold})


def _column(name: str) -> int:
    return [one.name for one in fields(Features)].index(name)


def _softmax(scores: Matrix, of: NDArray[np.int_]) -> Matrix:
    """Probabilities within each group of rows; ``of`` is the group of each row, in order."""
    peaks = np.full(of.max() + 1, -np.inf)
    np.maximum.at(peaks, of, scores)
    likely = np.exp(scores - peaks[of])
    return likely / np.bincount(of, likely)[of]


def _floats(parts: Parts) -> Vectors:
    return parts.astype(np.float32) / np.float32(127)


if __name__ == "__main__":
    main()
