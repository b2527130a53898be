"""The sign-in page, shown in the place of the chat to whoever has not signed in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.markup import escaped
from ui.texts import TEXTS

PAGE = Path(__file__).with_name("assets") / "signin.html"

WORDS = ("tagline", "language", "sign_in", "user", "password", "wrong_password", "lost")
"""What the page says: it is shown to strangers and holds nothing else."""


class SignIn:
    """Answers for the chat where ``is_known`` does not know who asks; plain ASGI, so that streams flow."""

    def __init__(self, app: ASGIApp, is_known: Callable[[Request], bool], public: str = "") -> None:
        self._app = app
        self._is_known = is_known
        self._root = urlsplit(public).path.rstrip("/")
        texts = json.dumps({word: TEXTS[word] for word in WORDS}, ensure_ascii=False)
        base = f'<base href="{escaped(self._root)}/">' * bool(self._root)  # it may be asked for without its last slash
        page = PAGE.read_text("utf-8").replace("{base}", base)
        self._page = page.replace("{texts}", texts.replace("<", "\\u003c"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with the page."""
        wants_chat = scope["type"] == "http" and scope["path"].removeprefix(self._root) in ("", "/")
        if wants_chat and scope["method"] in ("GET", "HEAD") and not self._is_known(Request(scope)):
            await HTMLResponse(self._page, headers={"cache-control": "no-store"})(scope, receive, send)
        else:
            await self._app(scope, receive, send)
