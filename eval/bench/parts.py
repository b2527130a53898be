"""The product's parts that are measured one by one: the only module of ``eval`` that looks behind ``rag``'s exports."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from eval.bench.progress import steps
from rag import Chunk, Document, Passage, RagError, Settings
from rag.answers.composer import Composer
from rag.answers.written import in_prose
from rag.generation import open_generator
from rag.generation.endpoint import SECONDS as WAIT
from rag.generation.endpoint import Endpoint
from rag.generation.protocol import Generator
from rag.generation.reader import ReaderGenerator
from rag.indexing.chunking import chunk
from rag.model_text import index_terms, model_text
from rag.models.embedders import open_embedder
from rag.models.registry import E5, USE, models_folder, weight_path
from rag.models.use_encoder import operators
from rag.question.analysis import Question, analyse
from rag.retrieval import CANDIDATES, NEAR, SAME, Retriever
from rag.scope import Selection
from rag.stores import open_store
from rag.stores.protocol import Store
from rag.stores.sqlite import faiss_index
from rag.stores.sqlite.store import FAISS_FILE, SqliteStore
from rag.text import question_terms
from rag.training.embedder.e5 import build_e5_folder
from rag.types import Draft, Embedder, Embedding, Vectors

__all__ = [
    "CANDIDATES",
    "FAISS_FILE",
    "NEAR",
    "SAME",
    "USE",
    "WAIT",
    "Bed",
    "Composer",
    "Draft",
    "Embedder",
    "Embedding",
    "Endpoint",
    "Generator",
    "Question",
    "ReaderGenerator",
    "Retriever",
    "Selection",
    "SqliteStore",
    "Store",
    "Vectors",
    "analyse",
    "cut",
    "database_beside",
    "e5_folder",
    "faiss_index",
    "in_prose",
    "index_terms",
    "model_text",
    "models_folder",
    "open_bed",
    "open_embedder",
    "open_generator",
    "open_index",
    "open_store",
    "operators",
    "question_terms",
    "similarity",
    "store_on",
    "weight_path",
    "write_index",
]


@dataclass(frozen=True, slots=True)
class Bed:
    """A pool of documents in a real store, ready to be searched in any way."""

    store: Store
    embedder: Embedder
    chunks: tuple[Chunk, ...]

    def retrieve(self, question: str, k: int) -> list[Passage]:
        """What the product itself finds."""
        return Retriever(self.store).retrieve(analyse(question).embedded_by(self.embedder), k)


@contextmanager
def open_bed(documents: Sequence[Document], settings: Settings, embedder: Embedder) -> Iterator[Bed]:
    """The documents indexed in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        write_index(Path(folder), documents, settings, embedder)
        with open_index(Path(folder), settings, embedder) as bed:
            yield bed


@contextmanager
def open_index(folder: Path, settings: Settings, embedder: Embedder) -> Iterator[Bed]:
    """An index that ``Rag.index`` made."""
    store = open_store(folder)
    documents = filter(None, (store.document(info.path) for info in store.documents()))
    try:
        yield Bed(store, embedder, tuple(one for document in documents for one in cut(document, settings)))
    finally:
        store.close()


def store_on(url: str, exact_limit: int) -> Store:
    """A new store in a database of a server, which compares up to so many chunks exactly."""
    from rag.stores.postgres.store import PostgresStore

    return PostgresStore(url, url, create=True, exact_limit=exact_limit)


@contextmanager
def database_beside(url: str, name: str) -> Iterator[str]:
    """The URL of an empty database on a server, which is removed afterwards."""
    import psycopg

    def do(statement: str) -> None:
        with psycopg.connect(url, autocommit=True) as db:
            db.execute(statement)

    do(f"CREATE DATABASE {name}")
    parts = urlsplit(url)
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        do(f"DROP DATABASE {name} WITH (FORCE)")


def write_index(folder: Path, documents: Sequence[Document], settings: Settings, embedder: Embedder) -> None:
    """Index documents that are no files, the way ``Rag.index`` indexes files."""
    store = open_store(folder, create=True)
    store.set_meta({"embedder": embedder.id})
    for document in steps(documents, "indexing"):
        chunks = cut(document, settings)
        embedded = embedder.embed_passages([model_text(one).text for one in chunks])
        store.replace(document, chunks, embedded, [index_terms(one) for one in chunks])
    store.finish()
    store.close()


def cut(document: Document, settings: Settings) -> list[Chunk]:
    """A document's chunks under the product's settings."""
    return chunk(document, settings.chunk_size, settings.chunk_overlap)


def similarity(embedder: Embedder) -> Callable[[str, str], float]:
    """The cosine of two texts, as the product takes it."""

    def of(one: str, other: str) -> float:
        first, second = embedder.embed_passages([one, other])
        return first.cosine(second)

    return of


def e5_folder() -> Path:
    """The Hugging Face folder of multilingual-e5-small, built once beside the pulled weights.

    Raises:
        RagError: the weights are not pulled, or what builds the folder is not installed.
    """
    weights = weight_path(E5)
    folder = models_folder() / E5
    if folder.is_dir():
        return folder
    try:
        import safetensors  # noqa: F401  # build_e5_folder needs it, and says so only with an ImportError
    except ImportError as error:
        raise RagError("The e5-small folder needs safetensors.", "pip install 'yinju[hub]'") from error
    with tempfile.TemporaryDirectory(dir=models_folder()) as aside:
        build_e5_folder(weights, Path(aside) / E5).rename(folder)
    return folder
