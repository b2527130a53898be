"""An index as far as one caller may see and change it: all of it, or the collections of its key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag.errors import DocumentMissing, Forbidden, IndexMissing, ScopeError
from rag.pipeline import EVERYTHING, Rag
from rag.question.coreference import Turn
from rag.retrieval import RetrievalResult
from rag.scope import Scope
from rag.serve.access import Caller
from rag.types import Answer, Document, DocumentInfo, Passage
from rag.uploads import Added, Uploads


@dataclass(frozen=True, slots=True)
class Reach:
    """What one caller gets of an index.

    Nothing outside of the collections of its key is found, cited, listed, counted or changed, nor told of in an error.
    Each call raises what ``Rag`` and ``Uploads`` do.
    """

    rag: Rag
    uploads: Uploads
    caller: Caller | None = None
    """Without one everything is in reach."""

    @property
    def within(self) -> tuple[str, ...]:
        """The collections it is limited to; empty where it is not."""
        return self.caller.within if self.caller else ()

    def retrieve(self, question: str, history: Sequence[Turn] = (), scope: Scope = EVERYTHING) -> RetrievalResult:
        """The passages for a question; the receipt counts no chunks but those in reach."""
        found = self.rag.retrieve(question, history, self._scope(scope))
        if not self.within:
            return found
        index = {**found.receipt["index"], "chunks": sum(info.chunks for info in self.documents())}
        return replace(found, receipt={**found.receipt, "index": index})

    def answer(self, found: RetrievalResult, risk: float | None = None) -> Answer:
        """The answer made of passages, which ``retrieve`` has found."""
        return self.rag.answer(found, risk)

    def answers(self, question: str) -> bool:
        """Whether the documents answer a question; no writer is asked."""
        return not self.rag.quoted(self.retrieve(question)).refused

    def search(self, question: str, k: int | None = None, scope: Scope = EVERYTHING) -> list[Passage]:
        """The passages for a question, with every score."""
        return self.rag.search(question, k, self._scope(scope))

    def documents(self, scope: Scope = EVERYTHING) -> list[DocumentInfo]:
        """The documents of a scope, by path; none where nothing is indexed yet."""
        if scope.is_everything and not self.within:
            return self.uploads.documents()
        try:
            return self.rag.documents(self._scope(scope))
        except IndexMissing:
            return []

    def document(self, path: str) -> Document | None:
        """One document with its text."""
        return self.rag.document(path, self._scope(EVERYTHING))

    @property
    def role(self) -> str:
        """What the caller may do; one without a key may add and delete."""
        return self.caller.role if self.caller else "editor"

    def add(self, received: Path, name: str, collection: str = "") -> Added:
        """Index a file, in a collection; where the caller is limited, in the first of its own if none is named.

        Raises:
            Forbidden: the collection is out of reach.
        """
        if self.within and collection and collection not in self.within:
            hint = f"add to {', '.join(self.within)}"
            raise Forbidden(f"This key does not reach the collection {collection!r}.", hint)
        return self.uploads.add(received, name, collection or next(iter(self.within), ""))

    def fetch(self, address: str) -> Added:
        """Index what is at a web address, which is kept in no collection.

        Raises:
            Forbidden: the caller is limited to collections.
        """
        if self.within:
            raise Forbidden("A key that is limited to collections fetches nothing.", "add a file instead")
        return self.uploads.fetch(address)

    def replace(self, path: str, other: str) -> str:
        """Put one upload in the place of another; returns its new path."""
        self._check(path, other)
        return self.uploads.replace(path, other)

    def delete(self, *paths: str) -> None:
        """Forget documents, and their files where they were uploaded."""
        self._check(*paths)
        self.uploads.delete(*paths)

    def _check(self, *paths: str) -> None:
        if self.within and (out := sorted({*paths} - {info.path for info in self.documents()})):
            raise DocumentMissing(out[0])

    def _scope(self, scope: Scope) -> Scope:
        """A scope inside the collections, those in which there is something.

        Raises:
            IndexMissing: there is nothing in any.
        """
        if not self.within:
            return scope
        if not (there := tuple(filter(self._holds, self.within))):
            raise IndexMissing(f"Nothing is indexed in {', '.join(self.within)}.", "add documents to it")
        return scope.inside(Scope(there))

    def _holds(self, collection: str) -> bool:
        try:
            return bool(self.rag.documents(Scope((collection,))))
        except ScopeError:
            return False
