"""Passages and questions that look right and are not: what teaches the reader to stop."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict

import numpy as np

from rag.text import terms
from rag.types import Language

_NUMBER = re.compile(r"\d+")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+)*")
SAMPLED = 1500
"""Questions whose names are collected; finding names in Chinese is slow."""
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


class NearMiss:
    """A question with its year, number, person or place swapped for another: its passage answers no longer."""

    def __init__(self, questions: list[str], language: Language) -> None:
        self.language = language
        self.names: dict[str, list[str]] = defaultdict(list)
        counted: dict[str, Counter[str]] = defaultdict(Counter)
        for question in questions[:: 1 + len(questions) // SAMPLED]:
            for kind, name in self._names(question):
                counted[kind][name] += 1
        self.names = {kind: list(names) for kind, names in counted.items()}

    def ask(self, question: str, passage: str, rng: random.Random) -> str | None:
        """``question`` with one thing that ``passage`` names swapped for another; None if it names nothing of it."""
        found: list[tuple[str, str]] = [("number", n) for n in _NUMBER.findall(question) if n in passage]
        found += [(kind, name) for kind, name in self._names(question) if name in passage]
        if not found:
            return None
        kind, name = rng.choice(found)
        other = _other_number(name, rng) if kind == "number" else rng.choice(self.names.get(kind, [name]))
        if other == name or other in passage:
            return None
        return question.replace(name, other)

    def _names(self, question: str) -> list[tuple[str, str]]:
        if self.language == "en":
            return [("name", name) for name in _NAME.findall(question)]
        import jieba.posseg

        return [(w.flag[:2], w.word) for w in jieba.posseg.cut(question) if w.flag[:2] in _KINDS and len(w.word) > 1]


_KINDS = ("nr", "ns", "nt", "nz")


def _other_number(number: str, rng: random.Random) -> str:
    value = int(number)
    if 1000 <= value <= 2100:
        return str(value + rng.choice([-30, -10, -7, -3, -2, -1, 1, 2, 3, 4, 8, 20]))
    return str(max(1, value + rng.choice([-5, -2, -1, 1, 2, 3, 7, value, 9 * value])))
