"""An error to what a person is told of it: never a traceback, always the next step."""

from __future__ import annotations

import logging

from rag import RagError

log = logging.getLogger(__name__)


def problem(error: Exception) -> dict[str, str]:
    """The key of a text of the interface, and the message with its next step, in each language, to stand in it."""
    if isinstance(error, RagError):
        said = {"key": type(error).__name__, "detail": f"{error} {error.hint}".strip()}
        return said | {"chinese": getattr(error, "chinese", said["detail"])}
    log.error("an error nobody foresaw", exc_info=error)
    return {"key": "Unexpected", "detail": ""}
