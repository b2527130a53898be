"""Tells a request of a program, or of a page of this server, from one that another web page sends."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit


def is_own_origin(headers: Mapping[str, str], public: str | None = None) -> bool:
    """Whether a request comes from a page of this server, or from no page at all.

    Browsers name the origin of all that can change something. Over HTTPS and on this machine they also compare it with
    the address they are at, which holds behind a proxy that gives the server another name. ``public`` is the origin at
    which such a proxy serves it.
    """
    if site := headers.get("sec-fetch-site"):
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or origin == public or urlsplit(origin).netloc == headers.get("host")
