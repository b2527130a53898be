"""Ways to search one pool: the product's own, its parts alone, and the same built from LangChain."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from eval.bench.parts import Bed, Encoder, e5_folder, encoder_of, open_embedder, plain_use, question_terms
from rag import Document, RagError

OURS = "Yinju"
BM25 = "BM25 alone"

LANGCHAIN = "LangChain + FAISS + e5-small"
LANGCHAIN_CHUNK, LANGCHAIN_OVERLAP = 1000, 200
"""What LangChain's tutorials cut by, in characters."""


@dataclass(frozen=True, slots=True)
class Found:
    """A retrieved range of a document."""

    document: str
    start: int
    end: int


Search = Callable[[str, int], list[Found]]
"""Question and k to the k best chunks, best first."""

Build = Callable[[Sequence[Document], Bed], Search]
"""A pool, as documents and as the product indexed it, to a search over it."""


def ours(_: Sequence[Document], bed: Bed) -> Search:
    """The product: both searches, fused and ranked again."""

    def search(question: str, k: int) -> list[Found]:
        chunks = (passage.chunk for passage in bed.retrieve(question, k))
        return [Found(one.document, one.start, one.end) for one in chunks]

    return search


def bm25(_: Sequence[Document], bed: Bed) -> Search:
    """The product's word index alone."""

    def search(question: str, k: int) -> list[Found]:
        chunks = (hit.chunk for hit in bed.store.search_words(question_terms(question), k))
        return [Found(one.document, one.start, one.end) for one in chunks]

    return search


def dense(encoders: Sequence[Encoder]) -> Build:
    """Plain cosine over the product's chunks, summed over several encoders."""

    def build(_: Sequence[Document], bed: Bed) -> Search:
        texts = [one.text for one in bed.chunks]
        matrices = [encoder.passages(texts) for encoder in encoders]

        def search(question: str, k: int) -> list[Found]:
            pairs = zip(matrices, encoders, strict=True)
            scores = np.sum([matrix @ encoder.question(question) for matrix, encoder in pairs], axis=0)
            chunks = (bed.chunks[i] for i in np.argsort(-scores, kind="stable")[:k])
            return [Found(one.document, one.start, one.end) for one in chunks]

        return search

    return build


class LangChain:
    """What a careful user of LangChain writes, with the prompts that e5's model card asks for.

    Raises:
        RagError: LangChain is not installed.
    """

    def __init__(self, folder: Path) -> None:
        splitters, stores, embeddings = _langchain_modules()
        self._stores = stores
        self._splitter = splitters.RecursiveCharacterTextSplitter(
            chunk_size=LANGCHAIN_CHUNK, chunk_overlap=LANGCHAIN_OVERLAP, add_start_index=True
        )
        self._model = embeddings.HuggingFaceEmbeddings(
            model_name=str(folder),
            encode_kwargs={"prompt_name": "passage"},
            query_encode_kwargs={"prompt_name": "query"},
        )

    def index(self, documents: Sequence[Document]) -> Any:
        """A FAISS vector store of the documents; ``.index.ntotal`` is its chunk count."""
        pieces = self._splitter.create_documents(
            [one.text for one in documents], metadatas=[{"source": one.path} for one in documents]
        )
        return self._stores.FAISS.from_documents(pieces, self._model)

    def build(self, documents: Sequence[Document], _: Bed) -> Search:
        """A Build."""
        index = self.index(documents)

        def search(question: str, k: int) -> list[Found]:
            return [_found(piece) for piece in index.similarity_search(question, k=k)]

        return search


def _found(piece: Any) -> Found:
    start = piece.metadata["start_index"]
    return Found(piece.metadata["source"], start, start + len(piece.page_content))


def _langchain_modules() -> tuple[Any, Any, Any]:
    """LangChain's splitters, vector stores and embeddings; not among our dependencies, and not typed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            names = ("langchain_text_splitters", "langchain_community.vectorstores", "langchain_huggingface")
            splitters, stores, embeddings = (import_module(name) for name in names)
            return splitters, stores, embeddings
    except ImportError as error:
        raise RagError(
            f"The row {LANGCHAIN!r} needs LangChain ({error}).",
            "pip install 'yinju[bench]'",
        ) from error


@dataclass(frozen=True, slots=True)
class Lineup:
    """The systems of one run by name, the product last, and why any is left out."""

    systems: dict[str, Build]
    skipped: tuple[str, ...]


def lineup(embedder: str, with_hub: bool) -> Lineup:
    """Every system that can run here; ``embedder`` is the product's."""
    plain = plain_use() if embedder == "default" else encoder_of(open_embedder(embedder))
    name = "USE" if embedder == "default" else Path(embedder).name
    systems: dict[str, Build] = {BM25: bm25, f"{name} alone": dense([plain])}
    skipped: list[str] = []
    if not with_hub:
        skipped.append("e5-small and LangChain: --no-hub")
    else:
        try:
            folder = e5_folder()
            e5 = encoder_of(open_embedder(str(folder)))
            e5.question("")
            systems |= {"e5-small alone": dense([e5]), f"{name} + e5-small": dense([plain, e5])}
            systems[LANGCHAIN] = LangChain(folder).build
        except RagError as error:
            skipped.append(f"{error} Try: {error.hint}" if error.hint else str(error))
    return Lineup({**systems, OURS: ours}, tuple(skipped))
