"""Questions to Results, through the public API alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.matching import Place, rank_of
from eval.questions import Question
from rag import Answer, IndexMissing, Rag, RagError, Turn

Progress = Callable[[int, int], None]

WARM_UP = "香港 warm-up"
"""Asked first and not counted, so that no question pays for loading the models."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation of an answer, with the sentence around its quote."""

    place: Place
    quote: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A passage the answer was made from, best first."""

    place: Place
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Result:
    """What the product did with one question."""

    question: Question
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
    passages: tuple[Seen, ...]
    ranks: tuple[int | None, ...]
    """For each gold quote, how many passages it takes to see it; None where it is in none."""
    document_language: str
    """Of the gold document; empty where there is none."""
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Run:
    """A whole set, asked once."""

    results: tuple[Result, ...]
    receipt: dict[str, Any]
    seconds: float


def index(rag: Rag, *folders: Path) -> None:
    """Index folders as a user would.

    Raises:
        RagError: a document could not be read; an evaluation over the rest would mislead.
    """
    summary = rag.index(folders)
    if summary.failed:
        raise RagError(f"{summary.failed[0].path} cannot be indexed: {summary.failed[0].reason}")


def need_empty(rag: Rag) -> None:
    """See that no other documents could answer.

    Raises:
        RagError: the index holds documents.
    """
    with suppress(IndexMissing):
        if documents := len(rag.documents()):
            raise RagError(
                f"{rag.place} holds {documents} documents, which could answer too.",
                "give --store the URL of an empty database, or unset RAG_STORE",
            )


def empty(rag: Rag) -> None:
    """Forget the documents that were asked about."""
    with suppress(RagError):
        rag.delete([info.path for info in rag.documents()])


def ask_all(rag: Rag, questions: Sequence[Question], progress: Progress | None = None) -> Run:
    """Ask every question of an index, in order."""
    began = time.perf_counter()
    unsure = Rag(replace(rag.settings, threshold=0.0), embedder=rag.embedder, generator=rag.generator)
    receipt = dict(rag.ask(WARM_UP).receipt)
    languages = {info.path: info.language for info in rag.documents()}
    results = []
    try:
        for done, question in enumerate(questions, 1):
            results.append(_ask(rag, unsure, question, languages))
            if progress:
                progress(done, len(questions))
    finally:
        unsure.close()
    return Run(tuple(results), receipt, round(time.perf_counter() - began, 1))


def _ask(rag: Rag, unsure: Rag, question: Question, languages: dict[str, Any]) -> Result:
    history: list[Turn] = []
    for earlier in question.dialogue:
        history.append(Turn.of(rag.ask(earlier, history)))
    began = time.perf_counter()
    answer = rag.ask(question.question, history)
    milliseconds = (time.perf_counter() - began) * 1000
    draft = unsure.ask(question.question, history) if answer.refused else answer
    passages = tuple(
        Seen(Place(p.chunk.document, p.chunk.start, p.chunk.end), p.chunk.text, round(p.score, 4))
        for p in answer.passages
    )
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
        ranks=_ranks(rag, question, passages),
        document_language=languages.get(question.document or "", ""),
        milliseconds=round(milliseconds, 1),
    )


def _cited(answer: Answer) -> tuple[Cited, ...]:
    return tuple(Cited(Place(one.document, one.start, one.end), one.quote, one.sentence) for one in answer.citations)


def _ranks(rag: Rag, question: Question, passages: Sequence[Seen]) -> tuple[int | None, ...]:
    document = rag.document(question.document) if question.document else None
    if document is None:
        return ()
    places = [passage.place for passage in passages]
    return tuple(rank_of(quote, document.path, document.text, places) for quote in question.quotes)
