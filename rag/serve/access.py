"""Decides who a request comes from and what it may do: by its key, or without keys on this machine only."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.errors import ConfigError, DocumentError, Forbidden, RagError, RateLimited, Unauthenticated
from rag.hosts import is_loopback
from rag.serve.keys import ROLES, Keys
from rag.serve.origins import is_own_origin
from rag.serve.problems import response_to
from rag.uploads import Uploads

PROTECTED = ("/v1", "/mcp", "/metrics")
"""What needs a key where there are any. The page signs its visitors in by itself."""

ADMIN_ONLY = "/metrics"

BODY_LIMIT = Uploads.size_limit + (1 << 20)
"""Bytes of a request."""

PER_MINUTE = 120
"""Requests of a key, by default; as many may come at once."""

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks."""

    name: str
    role: str
    within: tuple[str, ...] = ()
    """The collections it is limited to; all where empty."""

    def may(self, role: str) -> bool:
        """Whether it may do what a role may."""
        return ROLES.index(self.role) >= ROLES.index(role)


CALLER: ContextVar[Caller | None] = ContextVar("caller", default=None)
"""Who asks, during a request; nobody may change anything outside of one."""


async def as_caller(caller: Caller | None, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Pass a request on with who sends it."""
    before = CALLER.set(caller)
    try:
        await app(scope, receive, send)
    finally:
        CALLER.reset(before)


def may_write(_path: str) -> None:
    """Allow a change of a document to who asks.

    Raises:
        Forbidden: it has not the role.
    """
    caller = CALLER.get()
    if caller is None or not caller.may("editor"):
        raise Forbidden("Only an editor's key adds and deletes documents.", "python -m rag keys add NAME --role editor")


@dataclass(slots=True)
class Limits:
    """A token bucket for each key: full at first, refilled evenly."""

    per_minute: int = PER_MINUTE
    clock: Callable[[], float] = time.monotonic
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, name: str) -> None:
        """Take one token of a key's.

        Raises:
            RateLimited: none is left.
        """
        now, rate = self.clock(), self.per_minute / 60
        left, then = self._left.get(name, (float(self.per_minute), now))
        left = min(float(self.per_minute), left + (now - then) * rate)
        self._left[name] = (max(left - 1, 0.0) if left >= 1 else left, now)
        if left < 1:
            raise RateLimited((1 - left) / rate)


class Access:
    """Lets through what may pass, with its caller; plain ASGI, so that streams flow.

    ``public`` is the path or address at which a proxy serves the app.
    """

    def __init__(self, app: ASGIApp, keys: Keys, limits: Limits, public: str = "") -> None:
        self._app = app
        self._keys = keys
        self._limits = limits
        parts = urlsplit(public)
        self._origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else None
        self._root = parts.path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with the reason."""
        path = scope.get("path", "").removeprefix(self._root)
        scope = {**scope, "root_path": self._root}
        if scope["type"] != "http" or not any(path == one or path.startswith(f"{one}/") for one in PROTECTED):
            await self._app(scope, receive, send)
            return
        try:
            _check_size(headers := Headers(scope=scope))
            caller = self._caller(headers)
            if path == ADMIN_ONLY and not caller.may("admin"):
                raise Forbidden("Only an admin's key sees this.", "python -m rag keys add NAME --role admin")
        except RagError as error:
            await response_to(error, scope)(scope, receive, send)
            return
        await as_caller(caller, self._app, scope, receive, send)

    def _caller(self, headers: Headers) -> Caller:
        """Who sends a request.

        Raises:
            AccessError: it may not.
        """
        if not self._keys.all():
            return at_this_machine(headers, self._origin)
        kind, _, given = headers.get("authorization", "").partition(" ")
        key = self._keys.holder(given.strip()) if kind.lower() == "bearer" else None
        if key is None:
            raise Unauthenticated("This needs a key.", "send the header Authorization: Bearer KEY")
        self._limits.take(key.name)
        return Caller(key.name, key.role, key.within)


def at_this_machine(headers: Headers, public: str | None = None) -> Caller:
    """Without keys all is allowed, to programs and to the own page on this machine.

    Another web page must not ask through a visitor's browser, nor by a name that is made to point here ("DNS
    rebinding"), nor anyone through a proxy. ``public`` is the origin of the own page.

    Raises:
        AccessError: it comes from elsewhere.
    """
    host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
    if not is_loopback(host) or any(name in headers for name in _FORWARDED):
        raise Unauthenticated("Without keys only this machine is answered.", "python -m rag keys add NAME")
    if not is_own_origin(headers, public):
        raise Forbidden("This comes from another web page.", code="origin")
    return Caller("", "admin")


def _check_size(headers: Headers) -> None:
    """Refuse a body that says it is too large before it is received; routes count what is sent without saying so."""
    size = headers.get("content-length", "")
    if size.isdecimal() and int(size) > BODY_LIMIT:
        limit = Uploads.size_limit >> 20
        reason = f"is larger than {limit} MB"
        raise DocumentError("the request", reason, "Split it.", code="too_large", size=int(size) >> 20, limit=limit)


def check_address(host: str, keys: Keys) -> None:
    """Refuse to be reached from other machines without keys.

    Raises:
        ConfigError: there are none, and the address is not of this machine.
    """
    if not is_loopback(host) and not keys.all():
        raise ConfigError(
            f"Without keys the server answers only on this machine, not on {host}.",
            "python -m rag keys add NAME --role reader",
        )
