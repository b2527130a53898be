"""Converts documents, chunks and embeddings to rows of PostgreSQL and back."""

from __future__ import annotations

import hashlib
import re
import struct
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from pgvector import Vector
from psycopg.adapt import Dumper
from psycopg.pq import Format
from psycopg.types.json import Jsonb

from rag.model_text import model_text, to_json
from rag.stores import checksums
from rag.types import Chunk, Document, Embedding

Key = TypeVar("Key", bytes, int)

CHUNK_TYPES = [
    "int8",
    "int4",
    "int4",
    "text",
    "bytea",
    "vector",
    "bytea",
    "bytea",
    "tsvector",
    "jsonb",
    "int4",
    "bytea",
    "text",
]
CHUNK_COLUMNS = (
    "document_id, first, beyond, text, text_hash, vector, parts, checksum, terms, repeats, length, terms_hash, layout"
)

LONGEST = 2000
"""Bytes of a term; PostgreSQL takes 2,046."""


class Unsound(Exception):
    """What was read is not what was stored."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The chunks of a document with the embedding and the words of each."""

    chunks: Sequence[Chunk]
    embeddings: Sequence[Embedding]
    words: Sequence[str]


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a chunk, each once: what a ``tsvector`` is made from."""

    once: Sequence[str]


class TermsDumper(Dumper):
    """Terms in the binary form of ``tsvector``, without positions (PostgreSQL's ``tsvectorrecv``)."""

    format = Format.BINARY
    oid = 3614

    def dump(self, obj: Terms) -> bytes:
        """A count, then each term, its end, and a count of no positions."""
        return struct.pack(">i", len(obj.once)) + b"".join(term.encode() + b"\0\0\0" for term in obj.once)


def chunk_rows(document: int, contents: Contents) -> list[tuple[Any, ...]]:
    """Rows of ``CHUNK_COLUMNS`` for the document with an id.

    Raises:
        ValueError: there are not as many embeddings or words as chunks.
    """
    rows = []
    for chunk, embedding, terms in zip(contents.chunks, contents.embeddings, contents.words, strict=True):
        counts = Counter(term_of(term) for term in terms.split())
        repeats = {term: count for term, count in counts.items() if count > 1}
        key = checksums.text_hash(model_text(chunk).text)
        where = (document, chunk.start, chunk.end, escaped(chunk.text), key)
        rows.append(
            (
                *where,
                *vector_row(embedding),
                Terms(list(counts)),
                Jsonb(repeats),
                counts.total(),
                terms_hash(counts, repeats),
                escaped(to_json(chunk)),
            )
        )
    return rows


def vector_row(embedding: Embedding) -> tuple[Vector, bytes, bytes]:
    """An embedding as its vector, its parts and the checksum of both."""
    parts = embedding.parts.tobytes()
    checksum = checksums.vector_checksum(embedding.vector.astype("<f4").tobytes(), parts)
    return Vector(embedding.vector), parts, checksum


def term_of(term: str) -> str:
    """A term as it is stored: one too long for an index by its hash."""
    data = term.encode()
    return term if len(data) <= LONGEST else hashlib.sha256(data).hexdigest()


def words_of(terms: Iterable[str], repeats: Mapping[str, int]) -> str:
    """The words that make such terms; their order is not kept."""
    return " ".join(term for term in sorted(terms) for _ in range(repeats.get(term, 1)))


def terms_hash(terms: Iterable[str], repeats: Mapping[str, int]) -> bytes:
    """A checksum over the words of a chunk."""
    return checksums.text_hash(words_of(terms, repeats))


def embeddings(rows: Iterable[tuple[Key, Vector, bytes, bytes]], part_dim: int) -> dict[Key, Embedding]:
    """Rows of a key, vector, parts and checksum as embeddings.

    Raises:
        Unsound: one is not what was stored.
    """
    found = {}
    for key, stored, parts, checksum in rows:
        vector = stored.to_numpy()
        if checksums.vector_checksum(vector.astype("<f4").tobytes(), parts) != checksum:
            raise Unsound("a vector is not what was stored")
        if not part_dim or len(parts) % part_dim:
            raise Unsound(f"parts of {len(parts)} numbers have no length of {part_dim}")
        found[key] = Embedding(vector, np.frombuffer(parts, np.int8).reshape(-1, part_dim))
    return found


def chunk_of(row: Sequence[Any]) -> Chunk:
    """A row of text hash, layout, path, start, end, text, title, date and language as a Chunk.

    Raises:
        Unsound: its text is not what was stored.
    """
    found = checksums.chunk_of([row[0], *unescaped(row[1:])])
    if found is None:
        raise Unsound("a chunk is not what was stored")
    return found


def is_sound(key: bytes, layout: str, text: str) -> bool:
    """Whether a chunk's text and how it is read are what was stored."""
    return checksums.chunk_of([key, *unescaped([layout, "", 0, 0, text, "", None, "en"])]) is not None


def document_row(document: Document) -> tuple[Any, ...]:
    """The fields of ``checksums.DOCUMENT_COLUMNS`` and the checksum."""
    given = checksums.document_fields(document)
    return *(escaped(value) if value is not None else None for value in given), checksums.document_checksum(document)


def document_of(row: Sequence[Any]) -> Document:
    """A row of ``document_row``, back.

    Raises:
        Unsound: it is not what was stored.
    """
    document = checksums.document_of([*unescaped(row[:-1]), row[-1]])
    if document is None:
        raise Unsound(f"the document {row[0]!r} is not what was stored")
    return document


# PostgreSQL's text holds every character but one.


def escaped(text: str) -> str:
    r"""A text without NUL characters, which stand as ``\0``; a backslash is doubled."""
    return text.replace("\\", "\\\\").replace("\0", "\\0")


def unescaped(values: Sequence[Any]) -> list[Any]:
    """Values with every text among them as it was before ``escaped``."""
    return [_unescaped(value) if isinstance(value, str) else value for value in values]


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return re.sub(r"\\(.)", lambda match: "\0" if match[1] == "0" else match[1], text)
