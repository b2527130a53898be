"""Written questions to the weights by which passages in the other language are ranked beside those in the question's.

``python -m rag.training.calibration.retrieval --data DIR`` asks questions of one index of passages in both languages,
as many in each of the four directions, and prints ``CROSSING`` of ``rag/retrieval.py`` beside ``SAME``, which stays.
It takes some ten minutes on one core.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from rag.models.embedders import open_embedder
from rag.question.analysis import Question, analyse
from rag.retrieval import CANDIDATES, SAME, Retriever
from rag.stores.sqlite.store import SqliteStore
from rag.text import language_of
from rag.training.calibration.fitting import Rows, fit_ranking
from rag.training.calibration.pool import Pool, PoolQuestion, drawn, indexed
from rag.training.reader.examples import read_rows
from rag.types import Embedder, Passage

SETS = {
    **{"written_zh_news": 300, "written_zh_wiki": 250, "written_zh_office": 350},
    **{"written_en_wiki": 300, "written_en_office": 350, "written_en_policy": 100, "written_en_science": 60},
}
"""Passages of each set."""
ASKED = 600
"""Questions of each direction."""
SEED = 1

NAMES = ("same", "dense", "coverage", "words")


def main() -> None:
    """Ask, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    rows = list(ask(parser.parse_args().data, open_embedder("default")))
    for name, weight in relative(fit_ranking(rows, NAMES)).items():
        print(f"{name:10} {weight:6.2f}")


def ask(data: Path, embedder: Embedder) -> Iterator[Rows]:
    """The rows of as many questions in each direction."""
    rng = random.Random(SEED)
    sets = {name: read_rows(data / "train" / f"{name}.jsonl.gz", held_out=False) for name in SETS}
    pool = Pool({name: (rng.sample(rows, SETS[name]), 0) for name, rows in sets.items()}, 0, 0)
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder), create=True)
        directions = defaultdict(list)
        for name, questions in indexed(pool, embedder, store).items():
            for one in questions:
                if one.spans:
                    directions[language_of(one.question), "_zh_" in name].append(one)
        retriever = Retriever(store)
        for one in (one for questions in directions.values() for one in drawn(questions, ASKED, rng)):
            question = analyse(one.question).embedded_by(embedder)
            passages = retriever.retrieve(question, CANDIDATES)
            yield rows_of(one, question, passages)
        store.close()


def rows_of(one: PoolQuestion, question: Question, passages: Sequence[Passage]) -> Rows:
    """A question's passages: what ``SAME`` makes of those in its language, and the features of the others."""
    features = []
    for passage in passages:
        values = passage.dense, passage.coverage, passage.lexical
        same = passage.chunk.language == question.language
        features.append([SAME.score(*values), 0, 0, 0] if same else [0, *values])
    return Rows(
        names=NAMES,
        features=np.array(features, float),
        right=np.array([_answers(one, passage) for passage in passages]),
        documents=tuple(passage.chunk.document for passage in passages),
        gold=one.document,
        answerable=True,
    )


def relative(weights: Mapping[str, float]) -> dict[str, float]:
    """The weights beside a weight of 1 for the passages in the question's language."""
    return {name: weights[name] / weights["same"] for name in NAMES[1:]}


def _answers(one: PoolQuestion, passage: Passage) -> bool:
    """Whether a passage has at least half of the answer's first span."""
    start, end = one.spans[0]
    shared = min(end, passage.chunk.end) - max(start, passage.chunk.start)
    return passage.chunk.document == one.document and 2 * shared >= end - start


if __name__ == "__main__":
    main()
