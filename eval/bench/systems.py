"""Ways to search one pool: the product's own, the parts of such systems alone and fused, and other tools."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from eval.bench import frameworks
from eval.bench.encoders import Encoder, encoder_of, plain_use
from eval.bench.parts import Bed, e5_folder, index_terms, model_text, open_embedder, question_terms
from eval.tables import Cell
from rag import Document, RagError

OURS = "Yinju"
BM25 = "BM25 alone"

RECIPE = "plain recipe: text splitter, e5-small, FAISS"
RECIPE_CHUNK, RECIPE_OVERLAP = 1000, 200
"""What tutorials cut by, in characters."""

RANKS = 60
"""The constant of reciprocal rank fusion, and how many of each ranking are fused."""


@dataclass(frozen=True, slots=True)
class RetrievedSpan:
    """A retrieved range of a document."""

    document: str
    start: int
    end: int


Search = Callable[[str, int], list[RetrievedSpan]]
"""Question and k to the k best chunks, best first."""

Build = Callable[[Sequence[Document], Bed], Search]
"""A pool, as documents and as the product indexed it, to a search over it."""


def ours(_: Sequence[Document], bed: Bed) -> Search:
    """The product: both searches, fused and ranked again."""

    def search(question: str, k: int) -> list[RetrievedSpan]:
        chunks = (passage.chunk for passage in bed.retrieve(question, k))
        return [RetrievedSpan(one.document, one.start, one.end) for one in chunks]

    return search


def bm25(_: Sequence[Document], bed: Bed) -> Search:
    """Okapi BM25 as bm25s has it, over the product's chunks and its terms: stems, and bigrams of ideographs.

    Raises:
        RagError: bm25s is not installed.
    """
    try:
        bm25s = import_module("bm25s")
    except ImportError as error:
        raise RagError(f"The row {BM25!r} needs bm25s.", "pip install 'yinju[bench]'") from error
    retriever = bm25s.BM25()
    retriever.index([index_terms(one).split() or [""] for one in bed.chunks], show_progress=False)

    def search(question: str, k: int) -> list[RetrievedSpan]:
        scores = retriever.get_scores(list(question_terms(question)))
        best = np.argsort(-scores, kind="stable")[:k]
        return [_found(bed, int(i)) for i in best if scores[i] > 0]

    return search


def dense(encoders: Sequence[Encoder]) -> Build:
    """Plain cosine over the product's chunks as it embeds them, headings included, summed over several encoders."""

    def build(_: Sequence[Document], bed: Bed) -> Search:
        texts = [model_text(one).text for one in bed.chunks]
        matrices = [encoder.passages(texts) for encoder in encoders]

        def search(question: str, k: int) -> list[RetrievedSpan]:
            pairs = zip(matrices, encoders, strict=True)
            scores = np.sum([matrix @ encoder.question(question) for matrix, encoder in pairs], axis=0)
            return [_found(bed, int(i)) for i in np.argsort(-scores, kind="stable")[:k]]

        return search

    return build


def fused(builds: Sequence[Build]) -> Build:
    """Several rankings as one: reciprocal rank fusion (Cormack, Clarke & Büttcher, SIGIR 2009)."""

    def build(documents: Sequence[Document], bed: Bed) -> Search:
        searches = [one(documents, bed) for one in builds]

        def search(question: str, k: int) -> list[RetrievedSpan]:
            scores: dict[RetrievedSpan, float] = defaultdict(float)
            for one in searches:
                for rank, found in enumerate(one(question, max(k, RANKS)), 1):
                    scores[found] += 1 / (RANKS + rank)
            return sorted(scores, key=lambda found: -scores[found])[:k]

        return search

    return build


def _found(bed: Bed, number: int) -> RetrievedSpan:
    one = bed.chunks[number]
    return RetrievedSpan(one.document, one.start, one.end)


class PlainRecipe:
    """What anyone would write: a text splitter's pieces, a sentence-transformers model, an exact FAISS index."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def index(self, documents: Sequence[Document]) -> tuple[list[RetrievedSpan], Any]:
        """The pieces, and the FAISS index of their vectors."""
        import faiss

        pieces = split(documents)
        vectors = self._encoder.passages([text for _, text in pieces])
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return [found for found, _ in pieces], index

    def build(self, documents: Sequence[Document], _: Bed) -> Search:
        """A Build."""
        places, index = self.index(documents)

        def search(question: str, k: int) -> list[RetrievedSpan]:
            _, nearest = index.search(self._encoder.question(question).reshape(1, -1), k)
            return [places[i] for i in nearest[0] if i >= 0]

        return search


def split(documents: Sequence[Document]) -> list[tuple[RetrievedSpan, str]]:
    """Documents to pieces by LangChain's recursive splitter, each with where it stands."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=RECIPE_CHUNK, chunk_overlap=RECIPE_OVERLAP, add_start_index=True
    )
    pieces = []
    for document in documents:
        for piece in splitter.create_documents([document.text]):
            start = piece.metadata["start_index"]
            text = piece.page_content
            pieces.append((RetrievedSpan(document.path, start, start + len(text)), text))
    return pieces


@dataclass(frozen=True, slots=True)
class Lineup:
    """The systems of one run by name, the product last, and why any is left out."""

    systems: dict[str, Build]
    skipped: tuple[str, ...]


def lineup(embedder: str, with_hub: bool, cache: Path | None = None) -> Lineup:
    """Every system that can run here; ``embedder`` is the product's, ``cache`` keeps the vectors of slow ones."""
    plain = plain_use() if embedder == "default" else encoder_of(open_embedder(embedder))
    name = "USE" if embedder == "default" else Path(embedder).name
    systems: dict[str, Build] = {BM25: bm25, f"{name} alone": dense([plain])}
    skipped: list[str] = []
    if not with_hub:
        skipped.append("e5-small and what is built of it: --no-hub")
    else:
        try:
            folder = e5_folder()
            opened = open_embedder(str(folder))
            opened.warm_up()
            e5 = encoder_of(opened, cache)
            systems |= {
                "e5-small alone": dense([e5]),
                "e5-small + BM25, rank fusion": fused([dense([e5]), bm25]),
                RECIPE: PlainRecipe(e5).build,
            }
        except RagError as error:
            skipped.append(f"{error} Try: {error.hint}" if error.hint else str(error))
        else:
            for title, framework in frameworks.FRAMEWORKS.items():
                try:
                    systems[title] = _over_pieces(framework(folder))
                except RagError as error:
                    skipped.append(f"{title}: {error} Try: {error.hint}")
    return Lineup({**systems, OURS: ours}, tuple(skipped))


def with_ratio(rows: Mapping[str, Sequence[float | None]]) -> tuple[tuple[Cell, ...], ...]:
    """The rows with one more: the product as a multiple of the best other system, column by column."""
    others = [row for system, row in rows.items() if system != OURS]
    best = [max((value for value in column if value), default=None) for column in zip(*others, strict=True)]
    ratios = [own / top if own is not None and top else None for own, top in zip(rows[OURS], best, strict=True)]
    return (*((system, *row) for system, row in rows.items()), (f"{OURS} / best other", *ratios))


def _over_pieces(framework: frameworks.Framework) -> Build:
    """A framework over the pieces of the text splitter."""

    def build(documents: Sequence[Document], _: Bed) -> Search:
        pieces = split(documents)
        search = framework([text for _, text in pieces])
        return lambda question, k: [pieces[i][0] for i in search(question, k)]

    return build
