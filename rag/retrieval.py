"""Finds the passages for a question, by vectors and by words, and ranks them by how well they cover it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from rag.identifiers import asked, identifiers, shared
from rag.model_text import is_named, model_text
from rag.models.translation import translate
from rag.question.analysis import Question, analyse
from rag.question.dating import dated_in, of_the_year
from rag.question.naming import named_in
from rag.scope import Selection
from rag.stores.protocol import Hit, Search, Store
from rag.text import fold
from rag.types import Answer, Chunk, Document, DocumentInfo, Embedder, Embedding, Language, Passage, Searched

CANDIDATES = 50
"""How many chunks are considered of those that share words with the question, and of the nearest in each language."""
NEAR = 200
"""How many near chunks these are taken from: texts of one language look alike for being in it."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What cosine, coverage and words count."""

    dense: float
    coverage: float
    words: float

    def score(self, dense: float, coverage: float, words: float) -> float:
        """The weighted sum; ``words`` is a share of the best possible."""
        return self.dense * dense + self.coverage * coverage + self.words * words


SAME = Weights(dense=1.0, coverage=2.0, words=1.6)
"""For a passage in the question's language."""
CROSSING = Weights(dense=1.88, coverage=1.84, words=1.22)
"""For one in the other, whose words are those that the question is translated into. Fitted beside ``SAME`` as one
listwise softmax (ListNet; Cao et al., ICML 2007) by ``rag.training.calibration.retrieval``."""

IDENTIFIER_BONUS = 0.5
"""Added for a passage with all the article numbers and codes that the question names; in part, if it has some."""

FIRST, NEARLY = 5, 0.3
"""Passages among which one in the question's language has a place, and how much less it may score. On 554 tuned
questions of the evaluation, .957 of the quotes in that language are then among the first five, for .954 without, and
.950 of those in the other, either way."""

NAMED_BONUS = 1.0
"""Added for a passage whose file or title the question names."""


@dataclass(frozen=True, slots=True)
class RetrievalResult:
    """A question and its passages, best first. The answer is made from these."""

    asked: Question
    passages: tuple[Passage, ...]
    documents: Mapping[str, Document]
    """The documents of the passages as they were when these were found, by path."""
    receipt: Mapping[str, Any]
    timings_ms: Mapping[str, float]
    said: str = ""
    """The question with the name of the document that it is asked of, which ``asked`` may be without."""
    selection: Selection | None = None
    """The documents that were searched; None is all."""
    searched: Searched | None = None
    """How many they are, where they are not all."""

    def searched_for(self, answer: Answer) -> Searched | None:
        """How many documents an answer was looked for in: a plan may have gone beyond those that the question names."""
        named = self.searched.named if self.searched else ()
        if named and not {citation.document for citation in answer.citations} <= set(named):
            return self.selection.searched if self.selection else None
        return self.searched

    @property
    def question(self) -> str:
        """The words of the question, which stand alone."""
        return self.said or self.asked.text


@dataclass(frozen=True, slots=True)
class Found:
    """What a question asks of the documents that it names, which they are, and its passages, best first."""

    asked: Question
    passages: Sequence[Passage]
    named: frozenset[str] = frozenset()
    """Their paths; empty where it names none."""


@dataclass(frozen=True, slots=True)
class Retriever:
    """Searches one store, all of it or a selection. Questions must be embedded by the store's embedder."""

    store: Search
    selection: Selection | None = None

    def retrieve(self, question: Question, k: int) -> list[Passage]:
        """The ``k`` best passages for a question, best first; fewer where the index holds fewer."""
        return self._ranked(question, self._candidates(question, k))[:k]

    def retrieve_named(self, question: Question, k: int, embedder: Embedder) -> Found:
        """The passages, only of the documents that the question names if it does; and what it asks of them."""
        found = self._candidates(question, k)
        known = {chunk.document: (chunk.title, chunk.date) for chunk in found.chunks.values()}
        titles = {path: title for path, (title, _) in known.items()}
        naming = named_in(question.text, titles) or dated_in(question.text, known) or of_the_year(question.text, known)
        if naming is None:
            return Found(question, with_own_language(self._ranked(question, found), question.language)[:k])
        if naming.rest != question.text:
            question = analyse(naming.rest, question.answer_language).embedded_by(embedder)
        own = {row: chunk for row, chunk in found.chunks.items() if chunk.document in naming.documents}
        passages = self._ranked(question, _Candidates(own, found.lexical))[:k]
        return Found(question, passages, naming.documents)

    def _candidates(self, question: Question, k: int) -> _Candidates:
        selection = self.selection
        within = selection.stored if selection else None
        near = self.store.search_vectors(_embedded(question).vector, max(NEAR, k), within)
        near = of_each_language(near, max(CANDIDATES, k))
        worded = self.store.search_words(question.terms, max(CANDIDATES, k), within)
        translation = translate(question.text, question.language)
        retold = self.store.search_words(translation.terms, max(CANDIDATES, k), within)
        found = {hit.id: hit.chunk for hit in (*near, *worded, *retold)}
        chunks = {row: selection.chunk(chunk) for row, chunk in found.items()} if selection else found
        others = [row for row, chunk in chunks.items() if chunk.language != question.language]
        shares = translation.shares([_read(chunks[row]) for row in others])
        lexical = {hit.id: hit.score for hit in worded} | dict(zip(others, shares, strict=True))
        return _Candidates(chunks, lexical)

    def _ranked(self, question: Question, candidates: _Candidates) -> list[Passage]:
        embedded, chunks, lexical = _embedded(question), candidates.chunks, candidates.lexical
        named = _Named(question.text)
        passages = []
        for row, found in self.store.embeddings(list(chunks)).items():
            dense, coverage, words = embedded.cosine(found), embedded.coverage(found), lexical.get(row, 0.0)
            weights = SAME if chunks[row].language == question.language else CROSSING
            score = weights.score(dense, coverage, words) + named.bonus(chunks[row])
            passages.append(Passage(chunks[row], score, dense, coverage, words))
        return sorted(passages, key=lambda passage: (-passage.score, passage.chunk.document, passage.chunk.start))


def with_own_language(ranked: Sequence[Passage], language: Language) -> list[Passage]:
    """Ranked passages; where the first are all in the other language, the best in this one is the last of them.

    Only if it is nearly as good as the one whose place it takes.
    """
    first, rest = list(ranked[:FIRST]), list(ranked[FIRST:])
    own = next((one for one in rest if one.chunk.language == language), None)
    if own is None or any(one.chunk.language == language for one in first) or own.score < first[-1].score - NEARLY:
        return [*first, *rest]
    return [*first[:-1], own, first[-1], *(one for one in rest if one is not own)]


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Chunks that may answer, and the word scores of those that share words with the question, by row."""

    chunks: Mapping[int, Chunk]
    lexical: Mapping[int, float]


def _read(chunk: Chunk) -> str:
    """What is read of a chunk, and what its document is called."""
    return f"{PurePosixPath(chunk.document).stem}\n{chunk.title}\n{model_text(chunk).text}"


def _embedded(question: Question) -> Embedding:
    if question.embedding is None:
        raise ValueError("the question was not embedded: Question.embedded_by")
    return question.embedding


def of_each_language(hits: Sequence[Hit], most: int) -> list[Hit]:
    """The first ``most`` hits of each language, in their order."""
    counts: Counter[str] = Counter()
    kept = []
    for hit in hits:
        counts[hit.chunk.language] += 1
        if counts[hit.chunk.language] <= most:
            kept.append(hit)
    return kept


@dataclass(frozen=True, slots=True)
class IndexShelf:
    """The documents of a store, or of a selection of them, for plans. Each stays as it was when it was found or first
    looked at; other questions are answered meanwhile, and documents indexed.
    """

    store: Store
    found: dict[str, Document | None]
    passages: int
    selection: Selection | None = None

    def documents(self) -> list[DocumentInfo]:
        """Every document, without its text."""
        return self.selection.documents if self.selection else self.store.documents()

    def document(self, path: str) -> Document | None:
        """One document with its text."""
        if path not in self.found:
            self.found[path] = document_in(self.store, self.selection, path)
        return self.found[path]

    def search(self, question: Question, k: int | None = None) -> list[Passage]:
        """The best passages for a question, best first."""
        return Retriever(self.store, self.selection).retrieve(question, k or self.passages)


def document_in(store: Store, selection: Selection | None, path: str) -> Document | None:
    """The document at a path of a store; None where it is not in the selection."""
    return selection.document(path, store.document) if selection else store.document(path)


class _Named:
    """The article numbers, codes, files and titles that a question names."""

    def __init__(self, question: str) -> None:
        self._folded = fold(question)
        self._asked = asked(self._folded)

    def bonus(self, chunk: Chunk) -> float:
        """The bonus of a chunk for being named in the question."""
        found = NAMED_BONUS if is_named(chunk, self._folded) else 0.0
        if self._asked:
            text = fold(f"{chunk.context}\n{model_text(chunk).text}")
            found += IDENTIFIER_BONUS * shared(self._asked, identifiers(text)) / len(self._asked)
        return found
