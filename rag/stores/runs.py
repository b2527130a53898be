"""Records of writes: who writes now, and which write was interrupted."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from rag.status import WriteRun

SOMEONE = WriteRun("a command", 0, "just now")
"""Stands for the writer if its record cannot be read."""


def told(text: str | bytes) -> WriteRun | None:
    """A write from its JSON record; None if the JSON is not such a record."""
    try:
        return WriteRun(**json.loads(text))
    except (ValueError, TypeError):
        return None


def unfinished(meta: Callable[[], Mapping[str, str]], writer: Callable[[], WriteRun | None]) -> WriteRun | None:
    """The last write, if it was interrupted."""
    before = meta().get("run")
    if before is None or writer():
        return None
    now = meta()  # again, as who wrote may have come to its end meanwhile
    if now.get("run") != before:
        return None
    done = now.get("run_done", "")
    return replace(told(before) or SOMEONE, done=int(done) if done.isdecimal() else 0)
