"""The two straight lines: path → Document → Chunks → vectors → Store, and question → Passages → draft → Answer."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rag import __version__
from rag.answers.composer import Composer, small_talk
from rag.answers.plan import Inquiry
from rag.answers.plans import drafted
from rag.config import Settings
from rag.errors import IndexMismatch, IndexMissing, StoreError
from rag.generation import open_generator
from rag.generation.protocol import Generator
from rag.models.embedders import open_embedder
from rag.question.analysis import analyse, checked, in_plain_case
from rag.question.coreference import Turn, language_typed, stand_alone
from rag.retrieval import IndexShelf, RetrievalResult, Retriever
from rag.status import Status
from rag.stores import name_of, open_store, restore_store
from rag.stores.errors import damaged
from rag.stores.protocol import Store
from rag.types import Answer, Document, DocumentInfo, Embedder, Passage, Progress, WriteRun

if TYPE_CHECKING:
    from rag.indexing.preparing import Read
    from rag.indexing.run import IndexSummary


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
        self._warm = False

    @property
    def place(self) -> str:
        """Where the index is, as messages name it."""
        return name_of(self.settings.place)

    # index: path → Document → Chunks → vectors → Store

    def index(
        self,
        paths: Sequence[str | Path],
        progress: Progress | None = None,
        *,
        prune: bool | None = None,
        read: Read | None = None,
    ) -> IndexSummary:
        """Bring the index up to date with files, folders and globs.

        Unchanged files cost no embedding, a file that fails is reported and stops nothing, and files that are gone from
        a folder named here, or are named here themselves, are forgotten, unless ``prune`` is false. Where nothing at
        all is left of a folder, its drive may not be there: only with ``prune`` true is what was in it forgotten.
        ``read`` says where files are read and embedded, by default here; see ``rag.indexing.ray_workers.on_ray``.

        Raises:
            IndexMismatch: the index was built with another embedder.
            IndexLocked: another process is writing it.
            StoreError: the index cannot be written.
        """
        from rag.indexing.preparing import ChunkingConfig, read_here
        from rag.indexing.run import Indexing

        store = self._opened(create=True)
        with store.writing(shlex.join(["index", *map(str, paths)])):
            self._check_model(store)
            recipe = ChunkingConfig(__version__, self.settings.chunk_size, self.settings.chunk_overlap)
            return Indexing(store, self.embedder, recipe, read or read_here).of(paths, progress, prune)

    def reembed(self, progress: Progress | None = None) -> int:
        """Embed every chunk anew with this embedder, beside the old embeddings, then swap; returns how many were.

        Until the swap the index answers as before; a run that was cut short goes on where it stopped.

        Raises:
            IndexMissing: there is no index.
            IndexLocked: another process is writing it.
            StoreError: the index cannot be written.
        """
        from rag.indexing.run import embed_anew

        store = self._store_there()
        with store.writing("index --reembed"):
            return embed_anew(store, self.embedder, progress)

    def delete(self, paths: Sequence[str]) -> int:
        """Forget documents by path, and all in a folder by the path that theirs begin with; returns how many.

        Raises:
            IndexLocked: another process is writing the index.
        """
        from rag.indexing.run import matching

        store = self._store_there()
        with store.writing(shlex.join(["delete", *matching((), paths)])):
            forgotten = store.delete({path for each in matching(store.documents(), paths).values() for path in each})
            store.finish()
        return forgotten

    def unmatched(self, paths: Sequence[str]) -> list[str]:
        """Those of some paths for which ``delete`` would find nothing, readable."""
        from rag.indexing.run import matching

        return [path for path, found in matching(self._store_there().documents(), paths).items() if not found]

    # Keeping it

    def verify(self) -> list[str]:
        """What is damaged in the index, each in words; empty where nothing is. Reads everything."""
        return self._store_there().verify()

    def backup(self, file: Path) -> None:
        """Copy the index, as it stands now, to one file, and check the copy.

        Raises:
            IndexDamaged: the index is damaged; ``file`` is left as it was.
            StoreError: ``file`` cannot be written.
        """
        self._store_there().backup(file)

    def restore(self, file: Path) -> None:
        """Put a backup in the place of the index, also of a damaged one or of none; readers see the old or the new.

        Raises:
            IndexMissing, IndexDamaged: ``file`` is no whole backup; the index is left as it was.
            IndexLocked, StoreError: the index cannot be written.
        """
        self.close()
        restore_store(file, self.settings.place)

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

    def retrieve(self, question: str, history: Sequence[Turn] = ()) -> RetrievalResult:
        """The first half of ``ask``: what can be shown while the answer is read. Raises what ``ask`` does."""
        typed_in = language_typed(question, history)
        asked = analyse(stand_alone(in_plain_case(checked(question)), history), typed_in)
        store, clock = self._searchable(), _Clock()
        if asked.small_talk:
            return RetrievalResult(asked, (), {}, self._receipt(store), {})
        with clock("load"):
            self.warm_up()
        with clock("retrieve"), store.snapshot():
            said, asked = asked.text, asked.embedded_by(self.embedder)
            self._check_model(store)  # again, as another process may have swapped the vectors meanwhile
            asked, passages = Retriever(store).retrieve_named(asked, self.settings.passages, self.embedder)
            documents, receipt = self._documents(store, passages), self._receipt(store)
        return RetrievalResult(asked, tuple(passages), documents, receipt, clock.milliseconds, said)

    def answer(self, found: RetrievalResult) -> Answer:
        """The second half of ``ask``: the passages read, the draft verified against the documents they came from."""
        if found.asked.small_talk:
            return replace(small_talk(found.asked), receipt=found.receipt)
        clock, store, threshold = _Clock(), self._store_there(), self.generator.threshold(self.settings.risk)
        with store.snapshot():
            shelf = IndexShelf(store, found.documents, self.settings.passages)
            with clock("read"):
                draft = drafted(Inquiry(found.asked, found.passages, self.generator, self.embedder, shelf, threshold))
            with clock("verify"):
                composer = Composer(shelf.document, self._similarity)
                answer = composer.compose(found.asked, draft, found.passages, threshold)
        answer = replace(answer, question=found.question, receipt=found.receipt)
        return replace(answer, timings_ms={**found.timings_ms, **clock.milliseconds})

    def search(self, question: str, k: int | None = None) -> list[Passage]:
        """The passages for a question, best first, without an answer."""
        asked = analyse(in_plain_case(checked(question)))
        store, asked = self._searchable(), asked.embedded_by(self.embedder)
        with store.snapshot():
            self._check_model(store)
            self._documents(store, passages := Retriever(store).retrieve(asked, k or self.settings.passages))
        return passages

    def warm_up(self) -> None:
        """Load the models now rather than with the first question."""
        if not self._warm:
            with ThreadPoolExecutor(1) as beside:  # once: the generator is loaded while the embedder is
                loading = beside.submit(self.generator.warm_up)
                self.embedder.warm_up()
                loading.result()
            self._warm = True

    # What is there

    def documents(self) -> list[DocumentInfo]:
        """Every indexed document, ordered by path."""
        return self._opened().documents()

    def document(self, path: str) -> Document | None:
        """One indexed document with its text."""
        return self._store_there().document(path)

    def status(self) -> Status:
        """What the index holds, what it was built with, and who is writing it."""
        store = self._store_there()
        with store.snapshot():
            documents, chunks, meta = tuple(store.documents()), store.count(), dict(store.meta())
        return Status(self.place, documents, chunks, meta, store.size(), store.writer(), store.unfinished())

    def unfinished(self) -> WriteRun | None:
        """The last round of writing, where it was cut short; what it stored is there. None where nothing opens."""
        try:
            return self._store_there().unfinished()
        except StoreError:
            return None

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
        """The store, if this embedder may use it."""
        store = self._store_there(create)
        self._check_model(store)
        return store

    def _store_there(self, create: bool = False) -> Store:
        """The store that is there now: a server may outlive the file it opened."""
        if self._store is None or not self._store.is_current():
            self._store = open_store(self.settings.place, create)
        return self._store

    def _searchable(self) -> Store:
        store = self._opened()
        if not store.count():
            raise IndexMissing(f"The index in {self.place} is empty.", "python -m rag index PATH")
        return store

    def _check_model(self, store: Store) -> None:
        """An index without chunks belongs to no embedder yet."""
        built_with = store.meta().get("embedder")
        if built_with != self.embedder.id and store.count():
            if built_with is None:
                raise damaged(self.settings.place, "it does not say which embedder it was built with")
            given = ["--store" if self.settings.store else "--index", self.place, "--embedder", self.settings.embedder]
            raise IndexMismatch(
                f"{self.place} was built with the embedder {built_with}, not {self.embedder.id}.",
                f"{shlex.join(['python', '-m', 'rag', 'index', '--reembed', *given])}"
                " embeds its chunks anew; or choose the embedder it was built with",
            )

    def _documents(self, store: Store, passages: Sequence[Passage]) -> dict[str, Document]:
        """The documents of passages, by path, each checked to have them where they say; within their snapshot."""
        documents = {path: store.document(path) for path in {passage.chunk.document for passage in passages}}
        for chunk in (passage.chunk for passage in passages):
            document = documents[chunk.document]
            if not document or document.text[chunk.start : chunk.end] != chunk.text:
                raise damaged(self.settings.place, f"a chunk of {chunk.document!r} is not where it should be")
        return {path: document for path, document in documents.items() if document}

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
            "settings": {"passages": self.settings.passages, "risk": self.settings.risk},
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
