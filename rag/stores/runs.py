"""Rounds of writing as an index tells of them: who writes, and what was cut short."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from rag.types import WriteRun

SOMEONE = WriteRun("a command", 0, "just now")
"""Who writes, where it cannot be read."""


def told(text: str | bytes) -> WriteRun | None:
    """A round of writing out of the JSON that tells of it; None where it is none."""
    try:
        return WriteRun(**json.loads(text))
    except (ValueError, TypeError):
        return None


def unfinished(meta: Callable[[], Mapping[str, str]], writer: Callable[[], WriteRun | None]) -> WriteRun | None:
    """The last round of writing, where it was cut short."""
    before = meta().get("run")
    if before is None or writer():
        return None
    now = meta()  # again, as who wrote may have come to its end meanwhile
    if now.get("run") != before:
        return None
    done = now.get("run_done", "")
    return replace(told(before) or SOMEONE, done=int(done) if done.isdecimal() else 0)
