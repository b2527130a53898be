"""Indexes files: reads, cuts, embeds and stores them in one pass, and reports the result for each."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag.indexing.preparing import STILL, ChunkingConfig, Failure, Prepared, Read, read_here, without_pictures
from rag.loaders import Gone, Skipped, SourceFile, absolute_name, discover, gone, lies_in, readable
from rag.model_text import index_terms, model_text
from rag.progress import Step, tell
from rag.stores.protocol import Store, Write
from rag.stores.tags import NO_CHANGE, TagChange, tag
from rag.types import Chunk, Document, DocumentInfo, Embedder, Embedding, FileCopy, Progress

_PRUNE = "python -m rag index --prune"

EMBEDDED_AT_ONCE = 64
"""Chunks that are collected before they are embedded, to keep all cores busy."""

TOLD = 256
"""Chunks of one document after which it is told how far it is."""


@dataclass(frozen=True, slots=True)
class IndexSummary:
    """What one run of ``index`` did, by path."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    partly: tuple[Failure, ...] = ()
    """Documents that are indexed without their pictures, which may show text."""
    chunks: int = 0
    """Chunks written in this run."""
    embedded: int = 0
    """Chunks that had to be embedded; the others' vectors were known."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Indexing:
    """Indexing into one store with one embedder and chunking."""

    store: Write
    embedder: Embedder
    recipe: ChunkingConfig
    read: Read = read_here
    tags: TagChange = NO_CHANGE
    """What all documents get and lose that are found."""

    def of(self, paths: Sequence[str | Path], progress: Progress | None, prune: bool | None) -> IndexSummary:
        """Make the store hold what files, folders and globs hold now; files gone from them are forgotten.

        Removals come last, so that a file that only moved can be found at any moment.

        Raises:
            StoreError: the store cannot be written; what was stored until then stays.
        """
        began = time.perf_counter()
        store = self.store
        if not store.count() and store.meta().get("embedder") != self.embedder.id:
            store.sweep()  # a process that died may have left vectors of another embedder
        discovery = discover(paths)
        before = {info.path: info for each in store.documents() for info in each.everywhere()}
        lost = gone(before.values(), discovery, prune)
        kept = {path: before[path] for path in sorted(before.keys() - lost.removed)}
        still_said = {info.content_hash for info in kept.values()}
        store.delete([path for path in lost.removed if before[path].content_hash in still_said])
        run = IndexRun(store, self.embedder, kept)
        run.failed += failures(before, lost, discovery.skipped)
        files = named(discovery.files, kept.values())
        for done, one in enumerate(self.read(files, kept, self.recipe), 1):
            run.take(one)
            if progress:
                progress(done - run.waiting, len(files))
        run.write()
        removed = sorted({*lost.removed, *run.emptied})
        store.delete(set(removed).difference(run.written))
        if progress:
            progress(len(files), len(files))
        summary = run.summary(kept, removed)
        tag(store, self.tags, [*summary.added, *summary.updated, *summary.unchanged])
        store.finish()
        return replace(summary, seconds=time.perf_counter() - began)


def embed_anew(store: Store, embedder: Embedder, progress: Progress | None = None) -> int:
    """Embed every chunk of a store beside the old embeddings, then swap; returns how many were embedded now.

    Raises:
        StoreError: the store cannot be written; what was embedded until then is kept for the next try.
    """
    new = store.reembedding(embedder.id)
    total, done = new.missing(), 0
    while texts := new.texts(EMBEDDED_AT_ONCE):
        new.add(texts, embedder.embed_passages(texts))
        done += len(texts)
        if progress:
            progress(done, total)
    if progress:
        progress(total, total)
    new.swap()
    store.finish()
    return done


class IndexRun:
    """One pass over files, with the result for each. Call ``write`` after the last."""

    def __init__(self, store: Write, embedder: Embedder, known: Mapping[str, DocumentInfo]) -> None:
        self._store = store
        self._embedder = embedder
        self._known = known
        self._by_content = {info.content_hash: info.path for info in known.values()}
        self._pending: list[tuple[Document, tuple[Chunk, ...]]] = []
        self._given: dict[str, Embedding] = {}
        self.failed: list[Failure] = []
        self._partly: list[Failure] = []
        self.written: list[str] = []
        self.emptied: list[str] = []
        """Documents whose files have no text any more."""
        self._unchanged: list[str] = []
        self._chunks = 0
        self._embedded = 0

    @property
    def waiting(self) -> int:
        """How many documents are read but not yet stored."""
        return len(self._pending)

    def take(self, one: Prepared) -> None:
        """Add one file; documents are stored as soon as there are enough chunks for one batch of embedding."""
        if one.failure:
            self.failed.append(one.failure)
            if one.empty and one.name in self._known:
                self.emptied.append(one.name)
            return
        if one.document is None:
            self._unchanged.append(one.name)
            return
        if one.document.unread:
            self._partly.append(without_pictures(one.document))
        if twin := self._twin(one.document):
            self._store.add_copy(twin, FileCopy(one.document.path, one.document.file))
            self.written.append(one.document.path)
            return
        self._by_content[one.document.content_hash] = one.document.path
        self._pending.append((one.document, one.chunks))
        self._given |= one.embeddings
        if sum(len(chunks) for _, chunks in self._pending) >= EMBEDDED_AT_ONCE:
            self.write()

    def _twin(self, document: Document) -> str | None:
        """The path of a stored document with the same content in another file."""
        path = self._by_content.get(document.content_hash)
        if path is None or path == document.path:
            return None
        if any(path == waiting.path for waiting, _ in self._pending):
            self.write()
        stored = self._store.document(path)
        if stored is None or stored.path == document.path or _placeless(stored) != _placeless(document):
            return None
        return stored.path

    def write(self) -> None:
        """Embed and store the waiting documents, each in its own transaction."""
        if not self._pending:
            return
        embeddings = self._embed([model_text(one).text for _, chunks in self._pending for one in chunks])
        self._store.set_meta({"embedder": self._embedder.id})
        for document, chunks in self._pending:
            own = [embeddings[model_text(one).text] for one in chunks]
            self._store.replace(document, chunks, own, [index_terms(one) for one in chunks])
            self.written.append(document.path)
            self._chunks += len(chunks)
        self._pending, self._given = [], {}

    def _embed(self, texts: list[str]) -> dict[str, Embedding]:
        """The embedding of each text; only texts that were never embedded are computed."""
        known = self._store.known_embeddings(texts)
        new = [text for text in dict.fromkeys(texts) if text not in known]
        self._embedded += len(new)
        known |= {text: self._given[text] for text in new if text in self._given}
        new = [text for text in new if text not in known]
        for start in range(0, len(new), TOLD):
            part = new[start : start + TOLD]
            known |= zip(part, self._embedder.embed_passages(part), strict=True)
            tell(Step(start + len(part), len(new), "chunks"))
        return known

    def summary(self, before: Mapping[str, DocumentInfo], removed: Sequence[str]) -> IndexSummary:
        """What this pass did, given what stood before it and what was removed."""
        return IndexSummary(
            added=tuple(path for path in self.written if path not in before),
            updated=tuple(path for path in self.written if path in before),
            unchanged=tuple(self._unchanged),
            removed=tuple(removed),
            failed=tuple(self.failed),
            partly=tuple(self._partly),
            chunks=self._chunks,
            embedded=self._embedded,
        )


def _placeless(document: Document) -> Document:
    """The document without the fields that depend on where its file is."""
    return replace(document, path="", file="", title="" if document.untitled else document.title)


def named(files: Sequence[SourceFile], before: Iterable[DocumentInfo]) -> list[SourceFile]:
    """Files under the names of their documents; a new file gets more of its folders in front until its name is free."""
    own = {info.file: info.path for info in before}
    taken = set(own.values())
    result = []
    for file in files:
        known = own.get(file.absolute)
        result.append(replace(file, name=known) if known else _free(file, taken))
        taken.add(result[-1].name)
    return result


def _free(file: SourceFile, taken: set[str]) -> SourceFile:
    while file.name in taken and file.longer_named() != file:
        file = file.longer_named()
    return file


def matching(documents: Iterable[DocumentInfo], paths: Iterable[str]) -> dict[str, list[str]]:
    """What each path, made readable, names: the path of a document, or of all in the folder there."""
    found: dict[str, list[str]] = {readable(path).rstrip("/"): [] for path in paths}
    for path in (one.path for info in documents for one in info.everywhere()):
        parts = path.split("/")
        for name in ("/".join(parts[:depth]) for depth in range(1, len(parts) + 1)):
            if name in found:
                found[name].append(path)
    return found


def failures(before: Mapping[str, DocumentInfo], lost: Gone, skipped: Iterable[Skipped]) -> list[Failure]:
    """The paths that could not be indexed; a document removed because its file is gone is not a failure."""
    files = {info.file for info in before.values()}
    removed = {before[path].file for path in lost.removed}
    found = []
    for one in skipped:
        file = one.missing or absolute_name(Path(one.path))
        if count := lost.doubtful.get(file):
            reason = f"{one.reason}, but {count} documents were indexed from there and are kept"
            found.append(Failure(one.path, reason, f"{_PRUNE} {shlex.quote(one.path)} forgets them if they are gone"))
        elif not (file in removed or (one.missing and any(lies_in(each, file) for each in removed))):
            found.append(Failure(one.path, one.reason + (STILL if file in files else ""), one.hint))
    return found
