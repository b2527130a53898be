"""Passages that look right and are not: what teaches the reader to stop."""

from __future__ import annotations

import random
from collections import defaultdict

import numpy as np

from rag.text import terms

_WINDOW = 1500
"""Characters; a long passage is looked for by its pieces."""


class Nearest:
    """The passages of one file that share most with a question: same topic, wrong place."""

    def __init__(self, passages: list[str]) -> None:
        self.passages = passages
        postings: dict[str, list[int]] = defaultdict(list)
        for i, passage in enumerate(passages):
            for term in set(terms(passage[:_WINDOW])):
                postings[term].append(i)
        self.postings = {t: np.array(rows) for t, rows in postings.items() if len(rows) < len(passages) / 4}

    def draw(self, question: str, own: int, answer: str, rng: random.Random) -> int | None:
        """One of the five nearest passages that is not ``own`` and does not hold the words of ``answer``."""
        score = np.zeros(len(self.passages), dtype=np.float32)
        for term in set(terms(question)):
            if (rows := self.postings.get(term)) is not None:
                score[rows] += np.log(len(self.passages) / len(rows))
        score[own] = 0
        near = [int(i) for i in np.argsort(-score)[:8] if score[i] > 0 and answer not in self.passages[int(i)]]
        return rng.choice(near[:5]) if near else None
