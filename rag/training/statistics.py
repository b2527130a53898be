"""Texts to the default embedder's statistics: the means it subtracts and the axes it keeps of a part.

``python -m rag.training.statistics --data DIR`` reads question sets (JSON lines, gzip: ``{"context", "qas":
[{"question", …}]}``) and writes ``rag/weights/use-statistics.npz``. It takes about two minutes on two cores.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from rag.chunking import chunk
from rag.text import language_of
from rag.types import Document, Language, Vectors
from rag.use import STATISTICS, UseEmbedder, unit, windows

SAMPLE = 1500
"""Texts of each role in each language."""

PART_DIM = 128
WINDOWS_PER_LANGUAGE = 20_000
SEED = 0


def main() -> None:
    """Fit and write the statistics."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of *.jsonl.gz question sets, none of them a benchmark")
    parser.add_argument("--out", type=Path, default=STATISTICS)
    given = parser.parse_args()
    statistics = fit(*read(given.data))
    given.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(given.out, **{name: value.astype(np.float16) for name, value in statistics.items()})
    print(given.out)


def read(folder: Path) -> tuple[dict[Language, list[str]], dict[Language, list[str]]]:
    """Questions and passages by language, each in an order that is random but always the same."""
    questions: dict[Language, list[str]] = {"zh": [], "en": []}
    passages: dict[Language, list[str]] = {"zh": [], "en": []}
    for row in _rows(folder):
        language = language_of(row["context"])
        passages[language].append(row["context"])
        questions[language] += [qa["question"] for qa in row["qas"]]
    rng = random.Random(SEED)
    for texts in (*questions.values(), *passages.values()):
        rng.shuffle(texts)
    return questions, passages


def fit(questions: dict[Language, list[str]], passages: dict[Language, list[str]]) -> dict[str, Vectors]:
    """Means of each role, shape ``(2, 512)`` with Chinese first, and the ``axes`` of parts, shape ``(512, 128)``.

    The axes are the leading principal components of centred passage windows of both languages.
    """
    encoder = UseEmbedder()
    means: dict[str, list[Vectors]] = {name: [] for name in ("question", "passage", "question_window", "passage_window")}
    centred = []
    for language in ("zh", "en"):
        for role, texts in (("question", questions), ("passage", passages)):
            sample = [piece for text in texts[language][:SAMPLE] for piece in _pieces(text)][:SAMPLE]
            encoded = encoder.encode(sample)
            parts = unit(encoder.head(np.concatenate([windows(tokens) for _, tokens in encoded])))
            means[role].append(np.mean([vector for vector, _ in encoded], axis=0))
            means[f"{role}_window"].append(parts.mean(axis=0))
            if role == "passage":
                centred.append(unit(parts - parts.mean(axis=0))[:WINDOWS_PER_LANGUAGE])
    stacked = np.concatenate(centred)
    _, vectors = np.linalg.eigh(stacked.T @ stacked)
    axes = {"axes": vectors[:, ::-1][:, :PART_DIM]}
    return {name: np.stack(rows) for name, rows in means.items()} | axes


def _rows(folder: Path) -> Iterator[dict[str, list[dict[str, str]]] | dict[str, str]]:
    for file in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _pieces(text: str) -> list[str]:
    """A text as chunks of the default size."""
    document = Document(path="", text=text, title="", language=language_of(text), content_hash="")
    return [piece.text for piece in chunk(document, 440, 0)]


if __name__ == "__main__":
    main()
