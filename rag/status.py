"""What an index holds and what is being done to it, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rag.types import DocumentInfo


@dataclass(frozen=True, slots=True)
class WriteRun:
    """One write to the index: the command, its process id, when it began (UTC, ISO 8601), and its progress."""

    command: str
    pid: int
    since: str
    done: int = 0
    """Documents stored or forgotten, each a transaction of its own."""


@dataclass(frozen=True, slots=True)
class Status:
    """What an index holds, who is writing it, and the last round of writing if that was cut short."""

    place: str
    """Its folder, or the URL of its store without the password."""
    documents: tuple[DocumentInfo, ...]
    chunks: int
    meta: Mapping[str, str]
    bytes: int = 0
    """What it takes on disk."""
    writer: WriteRun | None = None
    unfinished: WriteRun | None = None
