"""What every store checks by what it reads: a hash of each text, a checksum of each row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from rag.types import Document

DOCUMENT_COLUMNS = "path, text, title, language, content_hash, date, author, source, file, recipe"
INFO_COLUMNS = "d.path, d.title, d.date, d.author, d.source, d.language, d.content_hash, d.file, d.recipe"


def epoch() -> str:
    """A name for one line of generations: ids and generations of two epochs have nothing to do with each other."""
    return uuid4().hex


def text_hash(text: str) -> bytes:
    """What a chunk's vectors are found by, whichever document it stands in; its index terms are checked by theirs."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def document_checksum(document: Document) -> bytes:
    """A checksum over all that is stored of a document."""
    return _checksum([getattr(document, name) for name in DOCUMENT_COLUMNS.split(", ")])


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
    document = Document(*row[:-1])
    return document if document_checksum(document) == row[-1] else None
