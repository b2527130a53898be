"""What every route calls: questions, documents and uploads of one index, off the event loop and a few at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from rag.errors import DocumentMissing, RagError
from rag.pipeline import EVERYTHING, Rag
from rag.question.coreference import Turn
from rag.retrieval import RetrievalResult
from rag.scope import Scope
from rag.serve.access import CALLER
from rag.serve.metrics import Metrics
from rag.serve.reach import Reach
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

    async def retrieve(self, question: str, history: Sequence[Turn] = (), scope: Scope = EVERYTHING) -> RetrievalResult:
        """The passages for a question. Raises what ``Rag.retrieve`` does."""
        reach = self._reach()
        return await self._working(lambda: reach.retrieve(question, history, scope))

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
        reach = self._reach()
        return await self._working(lambda: reach.search(question, k, scope))

    async def documents(self, scope: Scope = EVERYTHING) -> list[DocumentInfo]:
        """The documents of a scope, by path."""
        reach = self._reach()
        return await _aside(lambda: reach.documents(scope))

    async def document(self, path: str) -> Document:
        """One document with its text.

        Raises:
            DocumentMissing: none has that path, where who asks may see it.
        """
        reach = self._reach()
        if found := await _aside(lambda: reach.document(path)):
            return found
        raise DocumentMissing(path)

    async def add(self, received: Path, name: str, collection: str = "") -> Added:
        """Index an upload. Raises what ``Reach.add`` does."""
        reach = self._reach()
        return await _aside(lambda: reach.add(received, name, collection))

    async def delete(self, path: str) -> None:
        """Forget a document. Raises what ``Uploads.delete`` does."""
        reach = self._reach()
        await _aside(lambda: reach.delete(path))

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

    def _reach(self) -> Reach:
        """What whoever asks now gets of the index."""
        return Reach(self.rag, self.uploads, CALLER.get())

    async def _working(self, call: Callable[[], T]) -> T:
        await to_thread.run_sync(self.warming.wait)
        return await _aside(call, self._workers)


async def _aside(call: Callable[[], T], workers: CapacityLimiter | None = None) -> T:
    """What a call returns, off the event loop."""
    return await to_thread.run_sync(call, limiter=workers)
