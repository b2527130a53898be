"""What every route calls: questions, documents and uploads of one index, off the event loop and a few at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from rag.errors import DocumentMissing, IndexMissing, RagError, ScopeError
from rag.pipeline import EVERYTHING, Rag
from rag.question.coreference import Turn
from rag.retrieval import RetrievalResult
from rag.scope import Scope
from rag.serve.access import CALLER, collection_for, in_reach
from rag.serve.keys import ROLES
from rag.serve.metrics import Metrics
from rag.status import Status
from rag.types import Answer, Document, DocumentInfo, Passage
from rag.uploads import Added, Uploads
from rag.warming import Warming

T = TypeVar("T")

WORKERS = 2
"""Questions answered at once; the others wait in the order they came."""


class Service:
    """One index for the routes of a server."""

    def __init__(self, rag: Rag, uploads: Uploads | None = None, warming: Warming | None = None) -> None:
        self.rag = rag
        self.uploads = uploads or Uploads(rag)
        self.warming = warming or Warming(rag)
        self.metrics = Metrics()
        self._workers = CapacityLimiter(WORKERS)

    @property
    def role(self) -> str:
        """The role of who asks."""
        caller = CALLER.get()
        return caller.role if caller else ROLES[0]

    async def retrieve(self, question: str, history: Sequence[Turn] = (), scope: Scope = EVERYTHING) -> RetrievalResult:
        """The passages for a question. Raises what ``Rag.retrieve`` does."""
        scope = in_reach(scope)
        return await self._working(lambda: self.rag.retrieve(question, history, scope))

    async def answer(self, found: RetrievalResult) -> Answer:
        """The answer made of passages. Raises what ``Rag.answer`` does."""
        answer = await self._working(lambda: self.rag.answer(found))
        self.metrics.count(answer)
        return answer

    async def history(self, questions: Sequence[str], scope: Scope = EVERYTHING) -> list[Turn]:
        """The turns that earlier questions make, each of which is asked in turn."""
        turns: list[Turn] = []
        for question in questions:
            turns.append(Turn.of(await self.answer(await self.retrieve(question, turns, scope))))
        return turns

    async def search(self, question: str, k: int | None = None, scope: Scope = EVERYTHING) -> list[Passage]:
        """The passages for a question, with every score."""
        scope = in_reach(scope)
        return await self._working(lambda: self.rag.search(question, k, scope))

    async def documents(self, scope: Scope = EVERYTHING) -> list[DocumentInfo]:
        """The documents of a scope, by path."""
        scope = in_reach(scope)
        if scope.is_everything:
            return await _aside(self.uploads.documents)
        return await _aside(lambda: self.rag.documents(scope))

    async def document(self, path: str) -> Document:
        """One document with its text.

        Raises:
            DocumentMissing: none has that path, where who asks may see it.
        """
        scope = in_reach(EVERYTHING)
        if found := await _aside(lambda: self.rag.document(path, scope)):
            return found
        raise DocumentMissing(path)

    async def add(self, received: Path, name: str, collection: str = "") -> Added:
        """Index an upload. Raises what ``Uploads.add`` does."""
        collection = collection_for(collection)
        return await _aside(lambda: self.uploads.add(received, name, collection))

    async def delete(self, path: str) -> None:
        """Forget a document. Raises what ``Uploads.delete`` does."""
        if not in_reach(EVERYTHING).is_everything:
            await self.document(path)
        await _aside(lambda: self.uploads.delete(path))

    async def status(self) -> Status:
        """What the index holds."""
        return await _aside(self.rag.status)

    async def problem(self) -> str:
        """Why no question is answered now; "" where they are."""
        if not self.warming.ready:
            return str(self.warming.error or "The models are being loaded.")
        try:
            await _aside(lambda: self.rag.document(""))
        except RagError as error:
            return str(error)
        return ""

    async def _working(self, call: Callable[[], T]) -> T:
        await to_thread.run_sync(self.warming.wait)
        return await _aside(call, self._workers)


async def _aside(call: Callable[[], T], workers: CapacityLimiter | None = None) -> T:
    """What a call returns, off the event loop; a key whose collections are empty sees an empty index."""
    try:
        return await to_thread.run_sync(call, limiter=workers)
    except ScopeError as error:
        caller = CALLER.get()
        if caller and error.parameters.get("name") in caller.within:
            where = ", ".join(caller.within)
            raise IndexMissing(f"Nothing is indexed in {where}.", "add documents to it") from error
        raise
