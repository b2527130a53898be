"""The project's own questions, asked of a shelf as a user would index it: how soon is each question's quote found?"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eval.asking import index
from eval.bench.options import Options
from eval.bench.parts import open_embedder, open_index
from eval.bench.progress import steps
from eval.bench.systems import Lineup
from eval.matching import DocumentSpan, locate, rank_of
from eval.metrics import mean
from eval.questions import GoldQuestion
from eval.shelves import Shelf
from rag import Rag

DEPTH = 5
"""Chunks asked for."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A question, and what one system found for it."""

    question: GoldQuestion
    document_language: str
    rank: int | None
    """How many passages it takes to see all its quotes; None where five are too few."""
    nearest: str
    """The text of the first passage; empty where none was found."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What every system found on one shelf."""

    ranked: dict[str, list[Ranked]]
    documents: int
    chunks: int
    problems: tuple[str, ...]
    """Files that could not be read, and questions whose quotes stand in none of them."""


def seek(shelf: Shelf, options: Options, systems: Lineup) -> Sought:
    """Index a shelf, and ask every system the questions that stand alone and have an answer."""
    asked = [one for one in shelf.questions if one.answerable and not one.dialogue][: options.limit]
    embedder = open_embedder(options.settings.embedder)
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(options.settings, index=Path(folder))
        rag = Rag(settings, embedder=embedder)
        unread = index(rag, shelf)
        documents = [one for info in rag.documents() if (one := rag.document(info.path))]
        rag.close()
        texts = {one.path: one.text for one in documents}
        languages = {one.path: one.language for one in documents}
        ranked: dict[str, list[Ranked]] = {}
        with open_index(Path(folder), settings, embedder) as bed:
            for name, build in systems.systems.items():
                search = build(documents, bed)
                ranked[name] = []
                for question in steps(asked, f"{name} {shelf.name}"):
                    found = search(question.question, DEPTH)
                    places = [DocumentSpan(one.document, one.start, one.end) for one in found]
                    nearest = "".join(texts[one.document][one.start : one.end] for one in found[:1])
                    language = languages.get(question.document or "", "")
                    ranked[name].append(Ranked(question, language, rank(question, texts, places), nearest))
            chunks = len(bed.chunks)
    absent = [f"{one.id}: its quote does not stand in {one.document}" for one in asked if not _stands(one, texts)]
    return Sought(ranked, len(documents), chunks, (*unread, *absent))


def rank(question: GoldQuestion, texts: Mapping[str, str], places: Sequence[DocumentSpan]) -> int | None:
    """The rank at which the last of a question's quotes is seen, counted from 1; None where one is not."""
    ranks = [_rank(quote, question, texts, places) for quote in question.quotes]
    return None if None in ranks else max((one for one in ranks if one), default=None)


def _rank(quote: str, question: GoldQuestion, texts: Mapping[str, str], places: Sequence[DocumentSpan]) -> int | None:
    """Where a quote is seen first in any of the documents that have it."""
    ranks = []
    for document in question.golds:
        text = texts.get(document, "")
        ranks.append(rank_of([DocumentSpan(document, *span) for span in locate(quote, text)], text, places))
    return min((one for one in ranks if one), default=None)


def at(k: int, results: Sequence[Ranked]) -> float | None:
    """The share of questions whose quotes are all among the first ``k`` passages; None where there are no questions."""
    return mean([one.rank is not None and one.rank <= k for one in results])


def _stands(question: GoldQuestion, texts: Mapping[str, str]) -> bool:
    return all(any(locate(quote, texts.get(document, "")) for document in question.golds) for quote in question.quotes)
