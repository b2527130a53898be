"""The two straight lines: path → Document → Chunks → vectors → Store, and question → Passages → draft → Answer."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rag import __version__
from rag.answering import Composer
from rag.config import Settings
from rag.dialogue import Turn, stand_alone
from rag.embedding import open_embedder
from rag.errors import IndexDamaged, IndexMismatch, IndexMissing, QuestionError
from rag.generation import open_generator
from rag.retrieval import Retriever
from rag.stores import open_store
from rag.text import has_words
from rag.types import Answer, Document, DocumentInfo, Embedder, Generator, Passage, Progress, Store

if TYPE_CHECKING:
    from rag.indexing import IndexSummary

MAX_QUESTION = 2000
"""Characters."""


@dataclass(frozen=True, slots=True)
class Status:
    """What an index holds."""

    folder: Path
    documents: tuple[DocumentInfo, ...]
    chunks: int
    meta: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """A question that stands alone and the passages for it, best first: what an answer is read from."""

    question: str
    passages: tuple[Passage, ...]
    timings_ms: Mapping[str, float]


class Rag:
    """One index with the models that read it. Cheap to make: stores and models open when first used.

    Parts can be injected; by default they are what ``settings`` names.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        embedder: Embedder | None = None,
        generator: Generator | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.embedder = embedder or open_embedder(self.settings.embedder)
        self._given_generator = generator
        self._store: Store | None = None

    # index: path → Document → Chunks → vectors → Store

    def index(self, paths: Sequence[str | Path], progress: Progress | None = None) -> IndexSummary:
        """Bring the index up to date with files, folders and globs.

        Unchanged files cost no embedding, a file that fails is reported and stops nothing, and files that are gone from
        a folder named here, or are named here themselves, are forgotten.

        Raises:
            IndexMismatch: the index was built with another embedder.
            StoreError: the index cannot be written.
        """
        from rag.indexing import IndexRun, Recipe, failures, named, removed_files
        from rag.loaders import discover

        began = time.perf_counter()
        store = self._opened(create=True)
        if not store.count():
            store.finish()  # a process that died may have left vectors of another embedder
        discovery = discover(paths)
        before = {info.path: info for info in store.documents()}
        removed = removed_files(before.values(), discovery)
        store.delete(removed)
        kept = {path: before[path] for path in before.keys() - removed}
        recipe = Recipe(__version__, self.settings.chunk_size, self.settings.chunk_overlap)
        run = IndexRun(store, self.embedder, recipe, kept)
        run.failed += failures(before.values(), discovery.skipped)
        files = named(discovery.files, kept.values())
        for done, file in enumerate(files, 1):
            run.take(file)
            if progress:
                progress(done - run.waiting, len(files))
        run.write()
        if progress:
            progress(len(files), len(files))
        store.finish()
        return run.summary(kept, removed, time.perf_counter() - began)

    def delete(self, paths: Sequence[str]) -> int:
        """Forget documents by path, and all in a folder by the path that theirs begin with; returns how many."""
        from rag.loaders import readable

        store = self._opened()
        given = [readable(path).rstrip("/") for path in paths]
        folders = tuple(f"{path}/" for path in given)
        known = [info.path for info in store.documents()]
        forgotten = store.delete([path for path in known if path in given or path.startswith(folders)])
        store.finish()
        return forgotten

    # ask: question → Passages → draft → Answer

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Answer a question from the index, cited, or refuse.

        ``history`` holds the turns before, oldest first; a follow-up is rewritten to stand alone and the answer's
        ``question`` is the rewritten one.

        Raises:
            QuestionError: the question is empty, too long or without a word.
            StoreError: there is no index, it is empty, or it cannot be read.
        """
        return self.answer(self.retrieve(question, history))

    def retrieve(self, question: str, history: Sequence[Turn] = ()) -> Found:
        """The first half of ``ask``: what can be shown while the answer is read. Raises what ``ask`` does."""
        question = stand_alone(_checked(question), history)
        clock = _Clock()
        store = self._searchable()
        with clock("load"):
            self.embedder.embed_question("")
            _ = self.generator
        with clock("retrieve"):
            passages = Retriever(store, self.embedder).retrieve(question, self.settings.passages)
        return Found(question, tuple(passages), clock.milliseconds)

    def answer(self, found: Found) -> Answer:
        """The second half of ``ask``: the passages read, the draft verified."""
        clock = _Clock()
        store = self._searchable()
        with clock("read"):
            draft = self.generator.generate(found.question, found.passages)
        with clock("verify"):
            answer = Composer(store.document, self._similarity).compose(
                found.question, draft, found.passages, self.settings.threshold
            )
        timings = {**found.timings_ms, **clock.milliseconds}
        return replace(answer, timings_ms=timings, receipt=self._receipt(store))

    def search(self, question: str, k: int | None = None) -> list[Passage]:
        """The passages for a question, best first, without an answer."""
        store = self._searchable()
        return Retriever(store, self.embedder).retrieve(_checked(question), k or self.settings.passages)

    # What is there

    def documents(self) -> list[DocumentInfo]:
        """Every indexed document, ordered by path."""
        return self._opened().documents()

    def document(self, path: str) -> Document | None:
        """One indexed document with its text."""
        return self._opened().document(path)

    def status(self) -> Status:
        """What the index holds and what it was built with."""
        store = self._opened()
        return Status(self.settings.index, tuple(store.documents()), store.count(), dict(store.meta()))

    def close(self) -> None:
        """Close the index."""
        if self._store:
            self._store.close()
            self._store = None

    @cached_property
    def generator(self) -> Generator:
        """The generator in use."""
        return self._given_generator or open_generator(self.settings.generator, self.embedder, self._similarity)

    def _opened(self, create: bool = False) -> Store:
        if self._store is None:
            self._store = open_store(self.settings.index, create)
        self._check_model(self._store)
        return self._store

    def _searchable(self) -> Store:
        store = self._opened()
        if not store.count():
            raise IndexMissing(f"The index in {self.settings.index} is empty.", "python -m rag index PATH")
        return store

    def _check_model(self, store: Store) -> None:
        """An index without chunks belongs to no embedder yet."""
        built_with = store.meta().get("embedder")
        if built_with != self.embedder.id and store.count():
            self.close()
            if built_with is None:
                raise IndexDamaged(
                    f"{self.settings.index} does not say which embedder it was built with.",
                    f"remove the folder {self.settings.index} and index again",
                )
            raise IndexMismatch(
                f"{self.settings.index} was built with the embedder {built_with}, not {self.embedder.id}.",
                "choose the embedder it was built with, or another folder with --index and index again",
            )

    def _similarity(self, one: str, other: str) -> float:
        first, second = self.embedder.embed_passages([one, other])
        return first.cosine(second)

    def _receipt(self, store: Store) -> dict[str, object]:
        return {
            "version": __version__,
            "index": {
                "generation": int(store.meta()["generation"]),
                "chunks": store.count(),
                "recipes": store.recipes(),
            },
            "embedder": self.embedder.id,
            "generator": self.generator.id,
            "settings": {"passages": self.settings.passages, "threshold": self.settings.threshold},
        }


class _Clock:
    """Times named steps: ``with clock("read"): …``."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.milliseconds[step] = round((time.perf_counter() - began) * 1000, 1)


def _checked(question: str) -> str:
    question = question.encode("utf-8", "replace").decode().strip()
    if not question:
        raise QuestionError("The question is empty.", 'python -m rag ask "your question"')
    if not has_words(question):
        raise QuestionError(f"The question {question[:40]!r} has no words.", "ask in Chinese or English words")
    if len(question) > MAX_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters; at most {MAX_QUESTION:,} are read.",
            "ask a shorter question, and index the long text with: python -m rag index FILE",
        )
    return question
