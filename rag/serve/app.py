"""Builds the ASGI app: every route over one index."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from rag import __version__
from rag.serve.completions import completions
from rag.serve.problems import handle_problems
from rag.serve.rest import rest
from rag.serve.service import Service
from rag.serve.tools import Tools


def build(service: Service) -> FastAPI:
    """The app over one index."""

    tools = Tools(service)
    mcp = tools.http()

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        service.warming.start()
        async with tools.session_manager.run():
            yield

    app = FastAPI(
        title="Yinju",
        version=__version__,
        summary="Answers from your own documents, cited word for word, or refused.",
        openapi_url="/v1/openapi.json",
        docs_url=None,  # its page loads scripts from another machine
        redoc_url=None,
        lifespan=running,
    )
    handle_problems(app)
    app.include_router(rest(service))
    app.include_router(completions(service))
    app.router.routes.extend(mcp.routes)

    @app.get("/healthz", include_in_schema=False)
    async def alive() -> JSONResponse:
        """Whether the server answers at all."""
        return JSONResponse({"status": "ok", "ready": service.warming.ready})

    @app.get("/readyz", include_in_schema=False)
    async def ready() -> JSONResponse:
        """Whether it answers questions: the models are loaded and the index is there."""
        problem = await service.problem()
        return JSONResponse({"ready": not problem, "detail": problem}, 503 if problem else 200)

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        """Questions, refusals, latencies and the size of the index, for Prometheus."""
        seen = await service.documents()
        said = service.metrics.exposition(len(seen), sum(info.chunks for info in seen))
        return Response(said, headers={"content-type": CONTENT_TYPE_LATEST})

    return app
