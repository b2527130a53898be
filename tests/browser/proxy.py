"""A reverse proxy that serves a server below a path, as nginx does with ``proxy_pass http://server/;``; Host stays."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def below(path: str, port: int) -> Iterator[str]:
    """The address under which ``http://127.0.0.1:port/`` is served below a path, of which the server is not told."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=_pass, args=(door.accept()[0], path, port), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}{path}/"


def _pass(browser: socket.socket, path: str, port: int) -> None:
    """One request a connection; the answer ends with it."""
    with browser, socket.create_connection(("127.0.0.1", port)) as server, suppress(OSError):
        request = b""
        while b"\r\n\r\n" not in request:
            if not (more := browser.recv(65536)):
                return
            request += more
        head, _, body = request.partition(b"\r\n\r\n")
        first, *lines = head.split(b"\r\n")
        method, target, version = first.split(b" ")
        kept = [*(line for line in lines if not line.lower().startswith(b"connection:")), b"Connection: close"]
        target = target.removeprefix(path.encode()) or b"/"
        server.sendall(b"\r\n".join([b" ".join([method, target, version]), *kept, b"", body]))
        threading.Thread(target=_copy, args=(browser, server), daemon=True).start()
        _copy(server, browser)


def _copy(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
