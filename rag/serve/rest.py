"""The REST API, ``/v1``: questions, passages, documents and the state of the index."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Form, Header, Query, UploadFile
from fastapi.responses import JSONResponse, Response

from rag import __version__
from rag.as_json import answer_json, document_json, found_json, info_json, passage_json
from rag.errors import RagError
from rag.retrieval import RetrievalResult
from rag.serve import schema
from rag.serve.access import BODY_LIMIT
from rag.serve.events import event, streamed
from rag.serve.problems import MEDIA_TYPE, Problem, problem_of
from rag.serve.service import Service

EVENTS = "text/event-stream"

FAILS = {"default": {"description": "What went wrong (RFC 9457).", "content": {MEDIA_TYPE: {}}, "model": Problem}}

DOCUMENT = "/documents/{path:path}"

JSON_LIMIT = 1 << 20
"""Bytes of a request that carries no file."""


def rest(service: Service) -> APIRouter:
    """The routes over one index."""
    routes = APIRouter(prefix="/v1", responses=FAILS, max_body_size=JSON_LIMIT)  # type: ignore[arg-type]

    @routes.post("/ask", response_model=schema.AnswerObject, tags=["questions"])
    async def ask(body: schema.AskBody, accept: Annotated[str, Header(include_in_schema=False)] = "") -> Response:
        """Answer a question with citations, or refuse. With `Accept: text/event-stream` or `"stream": true`, the
        passages come first, as the event `passages`, then the event `answer`, or `error` with a problem.
        """
        scope = body.scope.scope()
        found = await service.retrieve(body.question, await service.history(body.dialogue, scope), scope)
        if body.stream or EVENTS in accept:
            return streamed(_stages(service, found))
        return JSONResponse(answer_json(await service.answer(found)))

    @routes.post("/search", response_model=list[schema.FoundObject], tags=["questions"])
    async def search(body: schema.SearchBody) -> Response:
        """The passages for a question, best first, with every score."""
        found = await service.search(body.question, body.passages, body.scope.scope())
        return JSONResponse([found_json(one) for one in found])

    @routes.get("/documents", response_model=schema.DocumentList, tags=["documents"])
    async def documents(scope: Annotated[schema.ScopeBody, Query()]) -> Response:
        """Every document, or those of a scope, by path."""
        return JSONResponse({"documents": [info_json(info) for info in await service.documents(scope.scope())]})

    @routes.post(
        "/documents", response_model=schema.AddedObject, status_code=201, max_body_size=BODY_LIMIT, tags=["documents"]
    )
    async def add(file: UploadFile, collection: Annotated[str, Form()] = "") -> Response:
        """Index a file, 20 MB at most, in a collection, which `in` of a scope finds by its name.

        The file keeps its name, or gets a free one where a different file has that.
        """
        with TemporaryDirectory(prefix="yinju-") as folder:
            received = Path(folder) / "upload"
            with received.open("wb") as stream:
                while part := await file.read(1 << 20):
                    await to_thread.run_sync(stream.write, part)
            return JSONResponse(asdict(await service.add(received, file.filename or "", collection)), 201)

    @routes.get(DOCUMENT, response_model=schema.DocumentObject, tags=["documents"])
    async def read(
        path: str, start: Annotated[int, Query(ge=0)] = 0, end: Annotated[int | None, Query(ge=0)] = None
    ) -> Response:
        """The text of a document with its headings, lists, tables and pages; `start` and `end` choose a part."""
        return JSONResponse(document_json(await service.document(path), start, end))

    @routes.delete(DOCUMENT, status_code=204, tags=["documents"])
    async def delete(path: str) -> Response:
        """Forget a document, and its file where it was uploaded."""
        await service.delete(path)
        return Response(status_code=204)

    @routes.get("/status", response_model=schema.StatusObject, tags=["index"])
    async def status() -> Response:
        """What the index holds, and whether answers come at once."""
        found, seen = await service.status(), await service.documents()
        said = schema.StatusObject(
            version=__version__,
            documents=len(seen),
            chunks=sum(info.chunks for info in seen),
            generation=int(found.meta.get("generation", 0)),
            embedder=found.meta.get("embedder", ""),
            bytes=found.bytes,
            writing=found.writer is not None,
            ready=service.warming.ready,
        )
        return JSONResponse(said.model_dump())

    return routes


async def _stages(service: Service, found: RetrievalResult) -> AsyncIterator[str]:
    """The events of an answer: its passages, then itself or what went wrong."""
    said = {"question": found.question, "passages": [passage_json(passage) for passage in found.passages]}
    yield event(said, "passages")
    try:
        yield event(answer_json(await service.answer(found)), "answer")
    except RagError as error:
        yield event(problem_of(error).model_dump(), "error")
