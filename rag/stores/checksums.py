"""The checksums by which every store checks what it reads: a hash of each text, a checksum of each row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from rag import outline
from rag.model_text import from_json, model_text
from rag.types import Chunk, Document

DOCUMENT_COLUMNS = "path, text, title, language, content_hash, date, author, source, file, recipe, outline, evidence"
INFO_COLUMNS = "d.path, d.title, d.date, d.author, d.source, d.language, d.content_hash, d.file, d.recipe"


_FIRST = DOCUMENT_COLUMNS.count(",") - 1
"""How many columns there were at first."""


def epoch() -> str:
    """A random name for one history of an index: ids and generations of two epochs cannot be compared."""
    return uuid4().hex


def text_hash(text: str) -> bytes:
    """The hash by which a text's embedding is found, in whichever document it stands."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def document_checksum(document: Document) -> bytes:
    """A checksum over all that is stored of a document."""
    return _checksum(_said(document_fields(document)))


def document_fields(document: Document) -> list[str | None]:
    """What is stored in ``DOCUMENT_COLUMNS``."""
    plain = [getattr(document, name) for name in DOCUMENT_COLUMNS.split(", ")[:-2]]
    return [*plain, outline.to_json(document.outline), document.evidence]


def _said(fields: Sequence[Any]) -> Sequence[Any]:
    """The fields that there are: what was stored before there were outlines, or evidence, has none."""
    said = list(fields)
    while len(said) > _FIRST and not said[-1]:
        said.pop()
    return said


def copy_checksum(path: str, file: str, content_hash: str) -> bytes:
    """A checksum over all that is stored of a copy, and the content that it is a copy of."""
    return _checksum([path, file, content_hash])


def _checksum(fields: Sequence[object]) -> bytes:
    return hashlib.blake2b(json.dumps(fields, default=repr).encode(), digest_size=16).digest()


def vector_checksum(vector: bytes, parts: bytes) -> bytes:
    """A checksum over an embedding's bytes."""
    return hashlib.blake2b(repr(len(vector)).encode() + vector + parts, digest_size=8).digest()


def document_of(row: Sequence[Any]) -> Document | None:
    """A row of ``DOCUMENT_COLUMNS`` and the checksum as a Document; None where it is not what was stored."""
    if _checksum(_said(row[:-1])) != row[-1]:
        return None
    try:
        return replace(Document(*row[:-3]), outline=outline.from_json(row[-3]), evidence=row[-2])
    except (TypeError, ValueError):
        return None


def chunk_of(row: Sequence[Any]) -> Chunk | None:
    """A row of text hash, layout, path, start, end, text, title, date and language as a Chunk.

    None where its text, or how that is read, is not what was stored.
    """
    try:
        context, pieces = from_json(row[1])
        chunk = replace(Chunk(*row[2:]), context=context, pieces=pieces)
        return chunk if text_hash(model_text(chunk).text) == row[0] else None
    except (TypeError, ValueError, AttributeError):
        return None
