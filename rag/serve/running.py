"""Serves the app over HTTP until it is told to stop; answers under way are finished first."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import FastAPI

from rag.config import Settings
from rag.errors import ConfigError
from rag.pipeline import Rag
from rag.serve.access import PER_MINUTE, Access, Limits, check_address, may_write
from rag.serve.app import build
from rag.serve.audit import audit_in
from rag.serve.keys import Keys
from rag.serve.service import Service
from rag.serve.visitors import Visitors
from rag.uploads import Uploads

GRACE = 20
"""Seconds that answers under way get when the server is told to stop."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is reached."""

    host: str = "127.0.0.1"
    port: int = 8000
    root_path: str = ""
    """Where a proxy serves it: ``/path``, or ``https://host/path``."""
    per_minute: int = PER_MINUTE
    """Requests that a key may send."""


Page = Callable[[FastAPI, Service, Visitors, str], None]
"""Adds the web page to an app; the last argument is the root path."""


def app_over(rag: Rag, address: Address, page: Page | None = None) -> FastAPI:
    """The app over an index, with its keys, and with the page where it is given.

    Raises:
        ConfigError: other machines would reach it without keys, or the keys cannot be read.
    """
    keys = Keys(rag.settings.index)
    check_address(address.host, keys)
    service = Service(rag, Uploads(rag, may_write, audit_in(rag.settings.index)))
    app = build(service)
    if page:
        page(app, service, Visitors(keys, address.host), address.root_path)
    app.add_middleware(Access, keys=keys, limits=Limits(address.per_minute), public=address.root_path)
    return app


def serve(settings: Settings, address: Address, page: Page | None = None) -> None:
    """Serve an index until interrupted or terminated.

    Raises:
        ConfigError: the address cannot be served.
    """
    import uvicorn

    app = app_over(Rag(settings), address, page)
    with _listening(address) as listening:
        port = listening.getsockname()[1]
        path = urlsplit(address.root_path).path.rstrip("/")
        print(f"Yinju is at http://{address.host}:{port}{path}  (Ctrl-C stops it)", flush=True)
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=GRACE)
        uvicorn.Server(config).run([listening])


def _listening(address: Address) -> socket.socket:
    """The socket of an address; port 0 takes any that is free."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        raise ConfigError(f"{address.host}:{address.port} cannot be served: {error}", "choose a free --port") from error
