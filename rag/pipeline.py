"""The two straight lines: path → Document → Chunks → vectors → Store, and question → Passages → draft → Answer."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rag import __version__
from rag.answers.composer import Composer, small_talk
from rag.answers.plan import Inquiry
from rag.answers.plans import drafted
from rag.answers.written import in_prose
from rag.clock import Clock
from rag.config import Settings
from rag.errors import StoreError
from rag.generation import open_generator
from rag.generation.endpoint import Endpoint
from rag.generation.protocol import Generator
from rag.models.embedders import open_embedder
from rag.opening import OpenIndex
from rag.question.analysis import Question, analyse, checked, in_plain_case
from rag.question.coreference import Turn, language_typed, stand_alone
from rag.retrieval import Found, IndexShelf, RetrievalResult, Retriever, document_in
from rag.scope import Scope, Selection
from rag.status import Status, WriteRun
from rag.stores import restore_store
from rag.stores.errors import damaged
from rag.stores.protocol import Store
from rag.stores.tags import NO_CHANGE, TagChange, tag
from rag.types import Answer, Document, DocumentInfo, Embedder, Passage, Progress, Searched

if TYPE_CHECKING:
    from rag.indexing.preparing import Read
    from rag.indexing.run import IndexSummary

EVERYTHING = Scope()
"""All documents."""


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
        self._index = OpenIndex(self.settings, self.embedder)
        self._warm = False

    @property
    def place(self) -> str:
        """Where the index is, as messages name it."""
        return self._index.name

    # index: path → Document → Chunks → vectors → Store

    def index(
        self,
        paths: Sequence[str | Path],
        progress: Progress | None = None,
        *,
        prune: bool | None = None,
        read: Read | None = None,
        tags: TagChange = NO_CHANGE,
    ) -> IndexSummary:
        """Bring the index up to date with files, folders and globs.

        Unchanged files cost no embedding, a file that fails is reported and stops nothing, and files that are gone from
        a folder named here, or are named here themselves, are forgotten, unless ``prune`` is false. Where nothing at
        all is left of a folder, its drive may not be there: only with ``prune`` true is what was in it forgotten.
        What is found gets and loses ``tags``, also where it is unchanged; they stay until their document is forgotten.
        ``read`` says where files are read and embedded, by default here; see ``rag.indexing.ray_workers.on_ray``.

        Raises:
            IndexMismatch: the index was built with another embedder.
            IndexLocked: another process is writing it.
            StoreError: the index cannot be written.
        """
        from rag.indexing.preparing import ChunkingConfig, read_here
        from rag.indexing.run import Indexing

        store = self._index.checked(create=True)
        with store.writing(shlex.join(["index", *map(str, paths)])):
            self._index.check(store)
            recipe = ChunkingConfig(__version__, self.settings.chunk_size, self.settings.chunk_overlap)
            return Indexing(store, self.embedder, recipe, read or read_here, tags).of(paths, progress, prune)

    def reembed(self, progress: Progress | None = None) -> int:
        """Embed every chunk anew with this embedder, beside the old embeddings, then swap; returns how many were.

        Until the swap the index answers as before; a run that was cut short goes on where it stopped.

        Raises:
            IndexMissing: there is no index.
            IndexLocked: another process is writing it.
            StoreError: the index cannot be written.
        """
        from rag.indexing.run import embed_anew

        store = self._index.there()
        with store.writing("index --reembed"):
            return embed_anew(store, self.embedder, progress)

    def delete(self, paths: Sequence[str]) -> int:
        """Forget documents by path, and all in a folder by the path that theirs begin with; returns how many.

        Raises:
            IndexLocked: another process is writing the index.
        """
        from rag.indexing.run import matching

        store = self._index.there()
        with store.writing(shlex.join(["delete", *matching((), paths)])):
            forgotten = store.delete({path for each in matching(store.documents(), paths).values() for path in each})
            tag(store)
            store.finish()
        return forgotten

    def unmatched(self, paths: Sequence[str]) -> list[str]:
        """Those of some paths for which ``delete`` would find nothing, readable."""
        from rag.indexing.run import matching

        return [path for path, found in matching(self._index.there().documents(), paths).items() if not found]

    # Keeping it

    def verify(self) -> list[str]:
        """What is damaged in the index, each in words; empty where nothing is. Reads everything."""
        return self._index.there().verify()

    def backup(self, file: Path) -> None:
        """Copy the index, as it stands now, to one file, and check the copy.

        Raises:
            IndexDamaged: the index is damaged; ``file`` is left as it was.
            StoreError: ``file`` cannot be written.
        """
        self._index.there().backup(file)

    def restore(self, file: Path) -> None:
        """Put a backup in the place of the index, also of a damaged one or of none; readers see the old or the new.

        Raises:
            IndexMissing, IndexDamaged: ``file`` is no whole backup; the index is left as it was.
            IndexLocked, StoreError: the index cannot be written.
        """
        self.close()
        restore_store(file, self.settings.place)

    # ask: question → Passages → draft → Answer

    def ask(self, question: str, history: Sequence[Turn] = (), scope: Scope = EVERYTHING) -> Answer:
        """Answer a question from the index, or from the documents of a scope, cited, or refuse.

        ``history`` holds the turns before, oldest first; a follow-up is rewritten to stand alone and the answer's
        ``question`` is the rewritten one.

        Raises:
            QuestionError: the question is empty, too long or without a word.
            ScopeError: no document is in the scope.
            StoreError: there is no index, it is empty, or it cannot be read.
        """
        return self.answer(self.retrieve(question, history, scope))

    def retrieve(self, question: str, history: Sequence[Turn] = (), scope: Scope = EVERYTHING) -> RetrievalResult:
        """The first half of ``ask``: what can be shown while the answer is read. Raises what ``ask`` does."""
        typed_in = language_typed(question, history)
        asked = analyse(stand_alone(in_plain_case(checked(question)), history), typed_in)
        store, clock = self._index.searchable(), Clock()
        if asked.small_talk:
            return RetrievalResult(asked, (), {}, self._receipt(store, scope), {})
        with clock("load"):
            self.warm_up()
        with clock("retrieve"), store.snapshot():
            said, asked = asked.text, asked.embedded_by(self.embedder)
            self._index.check(store)  # again, as another process may have swapped the vectors meanwhile
            selection = self._index.selected(store, scope)
            found = self._found(Retriever(store, selection), asked, scope)
            documents = self._documents(store, selection, found.passages)
            receipt, searched = self._receipt(store, scope), self._searched(store, selection, found)
        passages, took = tuple(found.passages), clock.milliseconds
        return RetrievalResult(found.asked, passages, documents, receipt, took, said, selection, searched)

    def answer(self, found: RetrievalResult, risk: float | None = None) -> Answer:
        """The second half of ``ask``: what ``quoted`` says, and what a writer, where one is set, makes of it."""
        answer, clock = self.quoted(found, risk), Clock()
        if self.writer:
            with clock("write"):
                answer = in_prose(answer, self.writer, self._similarity)
        return replace(answer, timings_ms={**answer.timings_ms, **clock.milliseconds})

    def quoted(self, found: RetrievalResult, risk: float | None = None) -> Answer:
        """The answer in quotes alone; ``risk`` is accepted in the place of that of the settings."""
        risk = risk or self.settings.risk
        if found.asked.small_talk:
            return replace(small_talk(found.asked), receipt=found.receipt)
        clock, store, threshold = Clock(), self._index.there(), self.generator.threshold(risk)
        shelf = IndexShelf(store, dict(found.documents), self.settings.passages, found.selection)
        with clock("read"):
            draft = drafted(Inquiry(found.asked, found.passages, self.generator, self.embedder, shelf, threshold))
        with clock("verify"):
            answer = Composer(shelf.document, self._similarity).compose(found.asked, draft, found.passages, threshold)
        receipt = {**found.receipt, "settings": {**found.receipt["settings"], "risk": risk}}
        timings, searched = {**found.timings_ms, **clock.milliseconds}, found.searched_for(answer)
        return replace(answer, question=found.question, receipt=receipt, searched=searched, timings_ms=timings)

    def search(self, question: str, k: int | None = None, scope: Scope = EVERYTHING) -> list[Passage]:
        """The passages for a question, best first, without an answer."""
        asked = analyse(in_plain_case(checked(question)))
        store, asked = self._index.searchable(), asked.embedded_by(self.embedder)
        with store.snapshot():
            self._index.check(store)
            selection = self._index.selected(store, scope)
            passages = Retriever(store, selection).retrieve(asked, k or self.settings.passages)
            self._documents(store, selection, passages)
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

    def documents(self, scope: Scope = EVERYTHING) -> list[DocumentInfo]:
        """Every indexed document, or those of a scope, ordered by path."""
        store = self._index.checked()
        with store.snapshot():
            selection = self._index.selected(store, scope)
            return list(selection.documents if selection else self._index.documents(store))

    def document(self, path: str, scope: Scope = EVERYTHING) -> Document | None:
        """One indexed document with its text; None where it is not in the scope."""
        store = self._index.there()
        with store.snapshot():
            return document_in(store, self._index.selected(store, scope), path)

    def status(self) -> Status:
        """What the index holds, what it was built with, and who is writing it."""
        store = self._index.there()
        with store.snapshot():
            documents, chunks, meta = tuple(store.documents()), store.count(), dict(store.meta())
        return Status(self.place, documents, chunks, meta, store.size(), store.writer(), store.unfinished())

    def unfinished(self) -> WriteRun | None:
        """The last round of writing, where it was cut short; what it stored is there. None where nothing opens."""
        try:
            return self._index.there().unfinished()
        except StoreError:
            return None

    def close(self) -> None:
        """Close the index."""
        self._index.close()

    @cached_property
    def writer(self) -> Endpoint | None:
        """What says answers in its own words, where one is set."""
        return Endpoint.at(self.settings.writer, self.settings.allow_network) if self.settings.writer else None

    @cached_property
    def generator(self) -> Generator:
        """The generator in use."""
        return self._given_generator or open_generator(self.settings.generator, self.embedder, self._similarity)

    def _found(self, retriever: Retriever, asked: Question, scope: Scope) -> Found:
        """The passages; of the documents that are named, unless the scope goes beyond them."""
        if scope.everywhere:
            return Found(asked, retriever.retrieve(asked, self.settings.passages))
        return retriever.retrieve_named(asked, self.settings.passages, self.embedder)

    def _searched(self, store: Store, selection: Selection | None, found: Found) -> Searched | None:
        """In how many documents was searched; None where in all."""
        if found.named:
            all_ = selection.of if selection else len(self._index.documents(store))
            return Searched(len(found.named), all_, named=tuple(sorted(found.named)))
        return selection.searched if selection else None

    def _documents(self, store: Store, selection: Selection | None, passages: Sequence[Passage]) -> dict[str, Document]:
        """The documents of passages, by path, each checked to have them where they say; within their snapshot."""
        paths = {passage.chunk.document for passage in passages}
        documents = {path: document_in(store, selection, path) for path in paths}
        for chunk in (passage.chunk for passage in passages):
            document = documents[chunk.document]
            if not document or document.text[chunk.start : chunk.end] != chunk.text:
                raise damaged(self.settings.place, f"a chunk of {chunk.document!r} is not where it should be")
        return {path: document for path, document in documents.items() if document}

    def _similarity(self, one: str, other: str) -> float:
        first, second = self.embedder.embed_passages([one, other])
        return first.cosine(second)

    def _receipt(self, store: Store, scope: Scope) -> dict[str, object]:
        meta = store.meta()
        return {
            "version": __version__,
            "index": {"generation": int(meta["generation"]), "chunks": store.count(), "recipes": store.recipes()},
            "embedder": self.embedder.id,
            "generator": self.generator.id,
            "settings": {"passages": self.settings.passages, "risk": self.settings.risk},
            "scope": scope.given(),
        }
