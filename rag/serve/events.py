"""Server-sent events: named JSON objects as one stream."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.responses import StreamingResponse

HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
"""No proxy keeps a stream back."""


def event(data: Any, name: str = "") -> str:
    """One event; JSON has no line breaks of its own."""
    said = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return f"event: {name}\n" * bool(name) + f"data: {said}\n\n"


def streamed(events: AsyncIterator[str]) -> StreamingResponse:
    """The response that sends events as they come."""
    return StreamingResponse(events, media_type="text/event-stream", headers=HEADERS)
