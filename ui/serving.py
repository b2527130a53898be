"""Serves the page: address, sign-in, limits, health check, and security headers."""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import gradio as gr
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag import Rag, RagError, Reach, Service, Visiting, Visitors, Warming
from ui import passwords
from ui.app import ASSETS, STATIC, build
from ui.guard import UPLOAD, Guard, Sessions
from ui.library import SIZE_LIMIT
from ui.signin import SignIn

HEADERS = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' blob:; object-src 'none'; "
        "frame-ancestors 'self'; base-uri 'self'; form-action 'self'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""The browser may load nothing from other machines. Gradio itself needs inline and evaluated scripts."""


HEAD = (ASSETS / "head.html").read_text("utf-8")
"""Light or dark before anything is drawn, and the page's assets on their way."""

THEME = gr.themes.Base(font="system-ui", font_mono="monospace")

LOCAL = ("127.0.0.1", "localhost")

WORKERS = {"AnyIO worker thread", "warming", "examples"}
"""Names of the threads that ask the models."""

LEAVE = 10.0
"""Seconds that they have to finish when the process ends."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the page is served, and who may enter."""

    host: str = "127.0.0.1"
    port: int = 7860
    share: bool = False
    auth: Path | None = None
    read_only: bool = False
    """Visitors neither add nor delete documents."""
    root_path: str = ""
    """Where a proxy serves the page: ``/path``, or ``https://host/path``."""

    @property
    def hosts(self) -> list[str]:
        """Names a browser may call this server by.

        Without sign-in, a page elsewhere whose name is made to point here ("DNS rebinding") must not read it.
        """
        if self.host not in LOCAL or self.auth or self.share:
            return ["*"]
        public = urlsplit(self.root_path).hostname
        return [*LOCAL, *([public] if public else [])]


def launch(rag: Rag, address: Address = Address(), *, block: bool = True) -> gr.Blocks:
    """Serve the page, until interrupted if ``block``; its ``local_url`` says where.

    Raises:
        RagError: the port is taken, the file of users cannot be used, or anyone on the internet could enter.
    """
    if address.share and not address.auth:
        raise RagError(
            "--share lets in everyone who has the link.", "python -m ui.passwords users NAME, then --auth users"
        )
    enters = passwords.checker(address.auth) if address.auth else None
    page = build(rag, address.read_only)
    sessions = Sessions()
    try:
        page.launch(
            server_name=address.host,
            server_port=address.port or None,
            share=address.share,
            auth=enters,
            max_file_size=SIZE_LIMIT,
            footer_links=[],
            quiet=True,
            prevent_thread_lock=True,
            ssr_mode=False,
            root_path=address.root_path,
            head=HEAD,
            theme=THEME,
            app_kwargs={
                "routes": _routes(page.warming, sessions, address.read_only),
                "middleware": _middleware(address, sessions, lambda request: _user(page, request) is not None),
            },
        )
    except (OSError, OverflowError) as error:  # a port above 65535
        raise RagError(f"The web chat cannot be served: {error}", "choose a free port: --port 8080") from error
    page.warming.start()
    atexit.register(_let_finish)
    if block:
        if address.host not in LOCAL and not (address.auth or address.read_only):
            print("Whoever reaches this address may add and delete documents: see --auth and --read-only.", flush=True)
        print(f"Yinju is at {page.share_url or page.local_url}  (Ctrl-C stops it)", flush=True)
        page.block_thread()
    return page


def _let_finish() -> None:
    """Wait for threads at work: Python ends them where they are, and one that is within a model aborts the process.

    What takes longer, as an upload of many pages, is cut off: the index keeps what it had.
    """
    until = time.monotonic() + LEAVE
    at_work = [thread for thread in threading.enumerate() if thread.name in WORKERS]
    for thread in at_work:
        thread.join(max(0.0, until - time.monotonic()))
    if any(thread.is_alive() for thread in at_work):
        os._exit(0)


def mount(app: FastAPI, service: Service, visitors: Visitors, root_path: str) -> None:
    """Add the page to the app of a server; visitors sign in with the name of a key and the key, and have its role."""

    def reach_of(request: Request) -> Reach:
        return Reach(service.rag, service.uploads, visitors.caller(_user(page, request)))

    page = build(service.rag, service=service, reach_of=reach_of)
    address = Address(root_path=root_path, auth=Path() if visitors.sign_in else None)
    sessions = Sessions()
    entered = Middleware(Visiting, visitors=visitors, name_of=lambda scope: _user(page, Request(scope)))
    own = _middleware(address, sessions, lambda request: _user(page, request) is not None)
    gr.mount_gradio_app(
        app,
        page,
        "/",
        auth=visitors.enters if visitors.sign_in else None,
        max_file_size=SIZE_LIMIT,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        root_path=root_path or None,
        head=HEAD,
        theme=THEME,
        app_kwargs={"routes": _routes(service.warming, sessions, fixed=False), "middleware": [*own, entered]},
    )
    (*_, mounted) = (route.app for route in app.routes if isinstance(route, Mount))
    page.app = mounted  # it knows who has signed in


def _user(page: gr.Blocks, request: Request) -> str | None:
    """Who has signed in, as Gradio keeps it."""
    names = (f"access-token-{page.app.cookie_id}", f"access-token-unsecure-{page.app.cookie_id}")
    tokens = (request.cookies.get(name) for name in names)
    return next((page.app.tokens[token] for token in tokens if token in page.app.tokens), None)


def _middleware(address: Address, sessions: Sessions, is_known: Callable[[Request], bool]) -> list[Middleware]:
    own = [
        Middleware(_Headers),
        Middleware(TrustedHostMiddleware, allowed_hosts=address.hosts),
        Middleware(Guard, sessions=sessions, public=address.root_path),
    ]
    return [*own, Middleware(SignIn, is_known=is_known, public=address.root_path)] if address.auth else own


def _routes(warming: Warming, sessions: Sessions, fixed: bool) -> list[BaseRoute]:
    assets = StaticFiles(directory=ASSETS)

    async def health(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok", "ready": warming.ready})

    async def asset(request: Request) -> Response:  # a Mount would look below the path of a proxy
        return await assets.get_response(request.path_params["name"], request.scope)

    async def no_uploads(_: Request) -> JSONResponse:
        return JSONResponse({"detail": "Documents are read-only here."}, 403)

    own: list[BaseRoute] = [
        Route("/healthz", health),
        Route(f"/{STATIC}/session", sessions.begin),
        Route(f"/{STATIC}/{{name:path}}", asset),
    ]
    return [*own, Route(UPLOAD, no_uploads, methods=["POST"])] if fixed else own


class _Headers:
    """Adds ``HEADERS`` to every response; plain ASGI, because a stream must not be held back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message = {**message, "headers": [*message["headers"], *own]}
            await send(message)

        await self._app(scope, receive, with_headers)
