"""Questions to Results, through the public API alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.matching import DocumentSpan, locate, rank_of
from eval.questions import GoldQuestion
from eval.shelves import QUESTIONS_FILE, Shelf
from rag import Answer, Document, Rag, Turn, language_of

Progress = Callable[[int, int], None]

BOTH = "both"
"""The language of gold documents in either."""

WARM_UP = "香港 warm-up"
"""Asked first and not counted, so that no question pays for loading the models."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation of an answer, with the sentence around its quote."""

    place: DocumentSpan
    quote: str
    sentence: str
    lead: int = 0
    """How many characters of the sentence stand before the quote."""

    @property
    def around(self) -> DocumentSpan:
        """Where the sentence stands, and at least the quote."""
        start = self.place.start - self.lead
        return DocumentSpan(self.place.document, start, max(start + len(self.sentence), self.place.end))


@dataclass(frozen=True, slots=True)
class RetrievedPassage:
    """A passage the answer was made from, best first."""

    place: DocumentSpan
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Result:
    """What the product did with one question."""

    question: GoldQuestion
    asked: str
    """The question as it was understood: a follow-up stands alone here."""
    text: str
    language: str
    refused: bool
    confidence: float
    reason: str
    draft: str
    """What it would have said had any confidence been enough; the answer itself where it did answer."""
    citations: tuple[Cited, ...]
    passages: tuple[RetrievedPassage, ...]
    gold: tuple[tuple[DocumentSpan, ...], ...]
    """For each gold quote, where it stands in the documents as they were loaded; nowhere if loading lost it."""
    ranks: tuple[int | None, ...]
    """For each gold quote, how many passages it takes to see it; None where it is in none."""
    document_language: str
    """Of the gold documents; ``both`` where there is one in each language, empty where nothing answers."""
    milliseconds: float
    shelf: str = ""


@dataclass(frozen=True, slots=True)
class EvalRun:
    """Whole shelves, asked once."""

    results: tuple[Result, ...]
    receipt: dict[str, Any]
    seconds: float
    unread: tuple[str, ...] = ()
    """Files that could not be indexed, with the reason; what is asked of them counts as not loaded."""


def index(rag: Rag, shelf: Shelf) -> tuple[str, ...]:
    """Index a shelf's folders as a user would; returns what could not be read, and why."""
    summary = rag.index(shelf.folders)
    rag.delete([info.path for info in rag.documents() if info.path == QUESTIONS_FILE])
    failed = [one for one in summary.failed if Path(one.path).name != QUESTIONS_FILE]
    return tuple(f"{Path(one.path).name} {one.reason}" for one in failed)


def ask_all(rag: Rag, shelf: Shelf, progress: Progress | None = None) -> EvalRun:
    """Ask every question of an index, in order."""
    began = time.perf_counter()
    generator = _ReadingOnce(rag.generator)
    rag = Rag(rag.settings, embedder=rag.embedder, generator=generator)
    unsure = Rag(replace(rag.settings, risk=1.0), embedder=rag.embedder, generator=generator)
    receipt = dict(rag.ask(WARM_UP).receipt)
    results = []
    try:
        for done, question in enumerate(shelf.questions, 1):
            results.append(replace(_ask(rag, unsure, question), shelf=shelf.name))
            if progress:
                progress(done, len(shelf.questions))
    finally:
        rag.close()
        unsure.close()
    return EvalRun(tuple(results), receipt, round(time.perf_counter() - began, 1))


class _ReadingOnce:
    """A generator that gives the draft again where it is asked twice in a row: with and without the threshold."""

    def __init__(self, generator: Any) -> None:
        self._generator = generator
        self._last: tuple[Any, Any, Any] = (None, None, None)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._generator, name)

    def generate(self, asked: Any, passages: Any) -> Any:
        """As the generator does."""
        if self._last[0] is not asked or self._last[1] is not passages:
            self._last = (asked, passages, self._generator.generate(asked, passages))
        return self._last[2]


def joined(runs: Sequence[EvalRun]) -> EvalRun:
    """Several runs as one."""
    return EvalRun(
        results=tuple(result for run in runs for result in run.results),
        receipt=runs[0].receipt,
        seconds=round(sum(run.seconds for run in runs), 1),
        unread=tuple(name for run in runs for name in run.unread),
    )


def _ask(rag: Rag, unsure: Rag, question: GoldQuestion) -> Result:
    history: list[Turn] = []
    for earlier in question.dialogue:
        history.append(Turn.of(rag.ask(earlier, history)))
    began = time.perf_counter()
    found = rag.retrieve(question.question, history)
    answer = rag.answer(found)
    milliseconds = (time.perf_counter() - began) * 1000
    draft = unsure.answer(found) if answer.refused else answer
    documents = [document for path in question.golds if (document := rag.document(path))]
    result = result_of(answer, draft, question, documents)
    return replace(result, milliseconds=round(milliseconds, 1))


def result_of(answer: Answer, draft: Answer, question: GoldQuestion, documents: Sequence[Document]) -> Result:
    """An answer, and what would have been said at any confidence, beside the gold of ``documents``."""
    passages = tuple(
        RetrievedPassage(DocumentSpan(p.chunk.document, p.chunk.start, p.chunk.end), p.chunk.text, round(p.score, 4))
        for p in answer.passages
    )
    found = [_occurrences(quote, documents) for quote in question.quotes]
    quoted = [language_of(" ".join(question.quotes))] if question.quotes else []
    languages = {document.language for document in documents} or set(quoted)
    return Result(
        question=question,
        asked=answer.question,
        text=answer.text,
        language=answer.language,
        refused=answer.refused,
        confidence=answer.confidence,
        reason=answer.reason or "",
        draft="" if draft.refused else draft.text,
        citations=_cited(answer),
        passages=passages,
        gold=tuple(tuple(one for places in per_document.values() for one in places) for per_document in found),
        ranks=tuple(_rank(per_document, documents, passages) for per_document in found),
        document_language=BOTH if len(languages) > 1 else "".join(languages),
        milliseconds=0.0,
    )


def _cited(answer: Answer) -> tuple[Cited, ...]:
    return tuple(
        Cited(DocumentSpan(one.document, one.start, one.end), one.quote, one.sentence, one.lead)
        for one in answer.citations
    )


def _occurrences(quote: str, documents: Sequence[Document]) -> dict[str, list[DocumentSpan]]:
    """Where a quote stands, by document."""
    return {one.path: [DocumentSpan(one.path, *span) for span in locate(quote, one.text)] for one in documents}


def _rank(
    occurrences: dict[str, list[DocumentSpan]], documents: Sequence[Document], passages: Sequence[RetrievedPassage]
) -> int | None:
    """The best rank of a quote in any document that has it."""
    places = [passage.place for passage in passages]
    ranks = [rank_of(occurrences[one.path], one.text, places) for one in documents]
    return min((rank for rank in ranks if rank), default=None)
