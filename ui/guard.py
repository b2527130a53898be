"""Keeps other web pages out: requests that change something must come from this page, with its token, as JSON."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from rag import is_own_origin

TOKEN = "x-yinju-token"
"""The header that a request which changes something carries; a page of another origin cannot learn its value."""

UPLOAD = "/gradio_api/upload"
"""Where Gradio takes files, before anything of ours sees them."""

LOGIN = "/login"

_READS = {"GET", "HEAD", "OPTIONS"}
_FORMS = {UPLOAD: ("multipart/form-data",), LOGIN: ("multipart/form-data", "application/x-www-form-urlencoded")}
"""Where something else than JSON is sent."""


class Sessions:
    """A token for each browser: a signature of its cookie, so that the server keeps no list."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._cookie = f"yinju-{secrets.token_hex(4)}"  # two servers on one host share a browser's cookies

    async def begin(self, request: Request) -> JSONResponse:
        """The route that gives the page its token."""
        session = request.cookies.get(self._cookie) or secrets.token_urlsafe(24)
        said = {"header": TOKEN, "token": self._signed(session)}
        response = JSONResponse(said, headers={"cache-control": "no-store"})
        secure = request.url.scheme == "https"
        response.set_cookie(self._cookie, session, httponly=True, samesite="strict", secure=secure)
        return response

    def holds(self, headers: Mapping[str, str]) -> bool:
        """Whether a request carries the token of its own session."""
        session = cookie_parser(headers.get("cookie", "")).get(self._cookie, "")
        return bool(session) and hmac.compare_digest(headers.get(TOKEN, "").encode(), self._signed(session).encode())

    def _signed(self, session: str) -> str:
        return hmac.digest(self._secret, session.encode(), "sha256").hex()


class Guard:
    """Refuses what another web page sends, on every route there is or will be; plain ASGI, so that streams flow.

    ``public`` is the root path, or the whole address, at which a proxy serves the page.
    """

    def __init__(self, app: ASGIApp, sessions: Sessions, public: str = "") -> None:
        self._app = app
        self._sessions = sessions
        parts = urlsplit(public)
        self._origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else None
        self._root = parts.path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with the reason."""
        refusal = self._refusal(scope) if scope["type"] in ("http", "websocket") else None
        if refusal and scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        headers = Headers(scope=scope)
        path = scope["path"].removeprefix(self._root).rstrip("/") or "/"
        reads = scope.get("method") in _READS
        if not is_own_origin(headers, self._origin) and not (reads and path != "/logout" and _is_visit(headers)):
            return _refused(403, "origin", "This comes from another web page.")
        if reads or scope["type"] == "websocket":
            return None
        if path != LOGIN and not self._sessions.holds(headers):
            return _refused(403, "token", f"This lacks the header {TOKEN} of its session.")
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in _FORMS.get(path, ("application/json",)):
            return _refused(415, "content-type", "This is not JSON.")
        return None


def _is_visit(headers: Headers) -> bool:
    """Whether someone follows a link to the page."""
    return headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"


def _refused(status: int, lacks: str, detail: str) -> JSONResponse:
    return JSONResponse({"detail": detail}, status, headers={"x-yinju-refused": lacks})
