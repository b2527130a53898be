"""The same search in frameworks that people would pick instead, each as its own documentation writes it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from rag import RagError

PASSAGE, QUERY = "passage: ", "query: "
"""The prefixes that e5's model card asks for."""

Nearest = Callable[[str, int], list[int]]
"""Question and k to the numbers of the k nearest texts, best first."""

Framework = Callable[[Sequence[str]], Nearest]
"""Texts, indexed, to a search over them."""


def txtai(folder: Path) -> Framework:
    """txtai's embeddings database."""
    (module,) = _modules("txtai", "txtai")

    def index(texts: Sequence[str]) -> Nearest:
        database = module.Embeddings(path=str(folder), instructions={"query": QUERY, "data": PASSAGE}, gpu=False)
        database.index((number, text, None) for number, text in enumerate(texts))
        return lambda question, k: [int(number) for number, _ in database.search(question, k)]

    return index


def haystack(folder: Path) -> Framework:
    """Haystack's in-memory document store with its sentence-transformers components."""
    dataclasses, embedders, stores, retrievers = _modules(
        "haystack-ai",
        "haystack.dataclasses",
        "haystack.components.embedders",
        "haystack.document_stores.in_memory",
        "haystack.components.retrievers.in_memory",
    )

    def index(texts: Sequence[str]) -> Nearest:
        store = stores.InMemoryDocumentStore(embedding_similarity_function="cosine")
        embedder = embedders.SentenceTransformersDocumentEmbedder(str(folder), prefix=PASSAGE, progress_bar=False)
        asker = embedders.SentenceTransformersTextEmbedder(str(folder), prefix=QUERY, progress_bar=False)
        embedder.warm_up()
        asker.warm_up()
        documents = [dataclasses.Document(id=str(number), content=text) for number, text in enumerate(texts)]
        store.write_documents(embedder.run(documents)["documents"])
        retriever = retrievers.InMemoryEmbeddingRetriever(store)

        def nearest(question: str, k: int) -> list[int]:
            found = retriever.run(query_embedding=asker.run(question)["embedding"], top_k=k)["documents"]
            return [int(one.id) for one in found]

        return nearest

    return index


def llama_index(folder: Path) -> Framework:
    """LlamaIndex's vector store index with its Hugging Face embedding."""
    core, schema, embeddings = _modules(
        "llama-index-core llama-index-embeddings-huggingface",
        "llama_index.core",
        "llama_index.core.schema",
        "llama_index.embeddings.huggingface",
    )

    def index(texts: Sequence[str]) -> Nearest:
        model = embeddings.HuggingFaceEmbedding(
            str(folder), query_instruction=QUERY, text_instruction=PASSAGE, device="cpu"
        )
        nodes = [schema.TextNode(id_=str(number), text=text) for number, text in enumerate(texts)]
        store = core.VectorStoreIndex(nodes, embed_model=model)

        def nearest(question: str, k: int) -> list[int]:
            return [int(one.node_id) for one in store.as_retriever(similarity_top_k=k).retrieve(question)]

        return nearest

    return index


FRAMEWORKS: dict[str, Callable[[Path], Framework]] = {
    "txtai + e5-small": txtai,
    "Haystack + e5-small": haystack,
    "LlamaIndex + e5-small": llama_index,
}


def _modules(package: str, *names: str) -> tuple[Any, ...]:
    """Modules that are no dependencies of ours, and not typed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return tuple(import_module(name) for name in names)
    except ImportError as error:
        raise RagError(f"{names[0]} is not installed ({error}).", f"pip install {package}") from error
