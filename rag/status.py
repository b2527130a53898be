"""What an index holds and what is being done to it, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rag.types import DocumentInfo, WriteRun


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
