"""Question sets to questions with the passages that retrieval brings, the unanswerable among them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.generation.extractive import READ
from rag.generation.sentence_features import Candidate
from rag.indexing.chunking import chunk
from rag.model_text import index_terms, model_text
from rag.question.analysis import analyse
from rag.retrieval import Retriever
from rag.stores.sqlite.store import SqliteStore
from rag.training.reader.examples import Runs, spans_of
from rag.training.reader.passages import as_document
from rag.types import Embedder, Passage
from rag.values import values_in
from rag.values.places import PLACE

_PLACE = re.compile(rf"(?<![A-Za-z])(?:{PLACE})(?![A-Za-z])", re.IGNORECASE)
_NAME = re.compile(r"(?<=《)[^》]+|(?<=“)[^”]+|(?<!^)(?<![A-Za-z])[A-Z][A-Za-z]+(?: [A-Z][a-z]+)*")


@dataclass(frozen=True, slots=True)
class PoolQuestion:
    """A question, its passages, and where the answer stands: nowhere, for the unanswerable."""

    question: str
    passages: tuple[Passage, ...]
    document: str
    spans: tuple[tuple[int, int], ...] = ()

    def right(self, candidate: Candidate) -> bool:
        """Whether a sentence has one of the answer's spans, or half of it."""
        found = candidate.evidence
        shared = [min(end, found.end) - max(start, found.start) for start, end in self.spans]
        enough = [both > 0 and 2 * both >= end - start for both, (start, end) in zip(shared, self.spans, strict=True)]
        mostly = 2 * sum(max(0, both) for both in shared) >= found.end - found.start
        return found.document == self.document and (any(enough) or mostly)


@dataclass(frozen=True)
class Pool:
    """Rows of question sets, what is asked of them, and what is made of that."""

    sets: Mapping[str, tuple[list[Any], int]]
    """Each set's rows, and how many of its questions are drawn."""
    swapped: int
    """Near misses: questions with one number or name made another."""
    gold_removed: int
    """Questions whose document is not among the passages."""


def examples(pool: Pool, embedder: Embedder, folder: Path, rng: random.Random) -> Iterator[PoolQuestion]:
    """The pool's questions with their passages, over one index of all its rows, kept in ``folder``."""
    store = SqliteStore(folder, create=True)
    asked = [one for name, own in indexed(pool, embedder, store).items() for one in drawn(own, pool.sets[name][1], rng)]
    retriever = Retriever(store)

    def found(question: str, k: int) -> list[Passage]:
        return retriever.retrieve(analyse(question).embedded_by(embedder), k)

    answerable = [one for one in asked if one.spans]
    for one in asked:
        yield replace(one, passages=tuple(found(one.question, READ)))
    for missed, one in rng.sample(near_misses(answerable, rng), pool.swapped):
        yield PoolQuestion(missed, tuple(found(missed, READ)), one.document)
    for one in rng.sample(answerable, pool.gold_removed):
        passages = [passage for passage in found(one.question, 2 * READ) if passage.chunk.document != one.document]
        yield PoolQuestion(one.question, tuple(passages[:READ]), one.document)
    store.close()


def indexed(pool: Pool, embedder: Embedder, store: SqliteStore) -> dict[str, list[PoolQuestion]]:
    """All of the pool's rows put into a store; the questions of each set, without passages.

    A passage that shares a run with one before it is left out: an answer found in the other would count as wrong.
    """
    asked: dict[str, list[PoolQuestion]] = {name: [] for name in pool.sets}
    known = Runs()
    for name, (rows, _) in pool.sets.items():
        for number, row in enumerate(rows):
            text = row["context"]
            if known.shared_by(text):
                continue
            known.add(text)
            written = as_document(f"{name}/{number}", text)
            document = written.document
            chunks = chunk(document, 440, 0)
            embeddings = embedder.embed_passages([model_text(one).text for one in chunks])
            store.replace(document, chunks, embeddings, [index_terms(one) for one in chunks])
            asked[name] += [
                PoolQuestion(qa["question"], (), document.path, written.in_document(spans_of(qa))) for qa in row["qas"]
            ]
    store.finish()
    return asked


def drawn(questions: Sequence[PoolQuestion], count: int, rng: random.Random) -> list[PoolQuestion]:
    """So many of the questions, or all."""
    return rng.sample(questions, min(len(questions), count))


def near_misses(examples: Sequence[PoolQuestion], rng: random.Random) -> list[tuple[str, PoolQuestion]]:
    """Questions with one number, place or name made another, so that their passage answers no longer."""
    asked = [one.question for one in examples]
    named = {pattern: [name for question in asked for name in pattern.findall(question)] for pattern in (_NAME, _PLACE)}
    found = []
    for one in examples:
        spots = []
        for pattern, names in named.items():
            for match in pattern.finditer(one.question):
                others = [name for name in names if name.isascii() == match.group().isascii()]
                spots.append((match.start(), match.end(), rng.choice(others)))
        for value in values_in(one.question):
            if digits := re.search("[0-9]+", one.question[value.start : value.end]):
                start = value.start + digits.start()
                spots.append((start, start + len(digits.group()), str(int(digits.group()) + rng.randint(1, 3))))
        if spots:
            start, end, other = rng.choice(spots)
            found.append((one.question[:start] + other + one.question[end:], one))
    return [(question, one) for question, one in found if question != one.question]
