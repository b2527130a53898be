"""Who visits the page: on this machine anyone; where there are keys, who signs in with the name of one and the key."""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from rag.errors import AccessError, Unauthenticated
from rag.hosts import is_loopback
from rag.serve.access import Caller, as_caller
from rag.serve.keys import Keys
from rag.serve.problems import response_to


class Visitors:
    """The visitors of the page of one server."""

    def __init__(self, keys: Keys, host: str = "127.0.0.1") -> None:
        self._keys = keys
        self.sign_in = bool(keys.all()) or not is_loopback(host)
        """Whether they must sign in."""

    def enters(self, name: str, key: str) -> bool:
        """Whether a name and a key belong together."""
        held = self._keys.holder(key)
        return held is not None and held.name == name

    def caller(self, name: str | None) -> Caller:
        """Who sends a request of the page, by the name that was signed in with.

        Raises:
            Unauthenticated: nobody has signed in, the key was removed, or keys were added since the server began.
        """
        known = {key.name: key for key in self._keys.all()}
        if not self.sign_in and not known:
            return Caller("", "admin")
        if name in known:
            return Caller(name, known[name].role, known[name].within)
        raise Unauthenticated(
            "This key is gone, or the page asks for keys only after a restart.",
            "sign out and in with another key; where the first key was just added, restart the server",
        )


class Visiting:
    """Lets a visitor's requests through with their caller; plain ASGI, so that streams flow."""

    def __init__(self, app: ASGIApp, visitors: Visitors, name_of: Callable[[Scope], str | None]) -> None:
        self._app = app
        self._visitors = visitors
        self._name_of = name_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with the reason."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            name = self._name_of(scope)
            unknown = name is None and self._visitors.sign_in  # who sees no more than how to sign in
            caller = None if unknown else self._visitors.caller(name)
        except AccessError as error:
            await response_to(error, scope)(scope, receive, send)
            return
        await as_caller(caller, self._app, scope, receive, send)
