"""What every route calls: questions, documents and uploads of one index, off the event loop and a few at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from rag.errors import DocumentMissing, RagError
from rag.pipeline import Rag
from rag.question.coreference import Turn
from rag.retrieval import RetrievalResult
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
        self._workers = CapacityLimiter(WORKERS)

    async def retrieve(self, question: str, history: Sequence[Turn] = ()) -> RetrievalResult:
        """The passages for a question. Raises what ``Rag.retrieve`` does."""
        return await self._working(lambda: self.rag.retrieve(question, history))

    async def answer(self, found: RetrievalResult) -> Answer:
        """The answer made of passages. Raises what ``Rag.answer`` does."""
        return await self._working(lambda: self.rag.answer(found))

    async def history(self, questions: Sequence[str]) -> list[Turn]:
        """The turns that earlier questions make, each of which is asked in turn."""
        turns: list[Turn] = []
        for question in questions:
            turns.append(Turn.of(await self.answer(await self.retrieve(question, turns))))
        return turns

    async def search(self, question: str, k: int | None = None) -> list[Passage]:
        """The passages for a question, with every score."""
        return await self._working(lambda: self.rag.search(question, k))

    async def documents(self) -> list[DocumentInfo]:
        """Every document, by path."""
        return await to_thread.run_sync(self.uploads.documents)

    async def document(self, path: str) -> Document:
        """One document with its text.

        Raises:
            DocumentMissing: none has that path.
        """
        if found := await to_thread.run_sync(self.rag.document, path):
            return found
        raise DocumentMissing(path)

    async def add(self, received: Path, name: str) -> Added:
        """Index an upload. Raises what ``Uploads.add`` does."""
        return await to_thread.run_sync(self.uploads.add, received, name)

    async def delete(self, path: str) -> None:
        """Forget a document. Raises what ``Uploads.delete`` does."""
        await to_thread.run_sync(self.uploads.delete, path)

    async def status(self) -> Status:
        """What the index holds."""
        return await to_thread.run_sync(self.rag.status)

    async def problem(self) -> str:
        """Why no question is answered now; "" where they are."""
        if not self.warming.ready:
            return str(self.warming.error or "The models are being loaded.")
        try:
            await to_thread.run_sync(self.rag.document, "")
        except RagError as error:
            return str(error)
        return ""

    async def _working(self, call: Callable[[], T]) -> T:
        await to_thread.run_sync(self.warming.wait)
        return await to_thread.run_sync(call, limiter=self._workers)
