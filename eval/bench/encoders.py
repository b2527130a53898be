"""Texts to one vector each, for the systems beside the product; nothing is encoded twice, not even by the next run."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from eval.bench.parts import USE, Embedder, Vectors, operators, weight_path
from eval.bench.progress import steps

BATCH = 64
"""Texts that are encoded between two writes: what a kill loses."""


class VectorCache:
    """Vectors of one model in one file, by the hash of their text; kept in a folder outside the project."""

    def __init__(self, folder: Path, model: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / f"{hashlib.sha256(model.encode()).hexdigest()[:16]}.sqlite"
        with closing(sqlite3.connect(self._file)) as db, db:
            db.execute("CREATE TABLE IF NOT EXISTS vectors (text BLOB PRIMARY KEY, vector BLOB NOT NULL)")

    def read(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """The vectors that are known, by text."""
        with closing(sqlite3.connect(self._file)) as db:
            rows = {text: db.execute("SELECT vector FROM vectors WHERE text = ?", (_key(text),)) for text in texts}
            found = {text: row.fetchone() for text, row in rows.items()}
        return {text: np.frombuffer(row[0], np.float32) for text, row in found.items() if row}

    def write(self, vectors: dict[str, Vectors]) -> None:
        """Keep vectors."""
        rows = [(_key(text), np.asarray(vector, np.float32).tobytes()) for text, vector in vectors.items()]
        with closing(sqlite3.connect(self._file, timeout=60)) as db, db:
            db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


class _Kept:
    """Vectors of texts, each made once."""

    def __init__(self, encode: Callable[[Sequence[str]], Sequence[Vectors]], cache: VectorCache | None) -> None:
        self._encode = encode
        self._cache = cache
        self._known: dict[str, Vectors] = {}

    def of(self, texts: Sequence[str]) -> Vectors:
        """Shape ``(len(texts), dim)``."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if self._cache and new:
            self._known |= self._cache.read(new)
            new = [text for text in new if text not in self._known]
        for i in steps(range(0, len(new), BATCH), "embedding"):
            part = new[i : i + BATCH]
            made = dict(zip(part, self._encode(part), strict=True))
            if self._cache:
                self._cache.write(made)
            self._known |= made
        return np.array([self._known[text] for text in texts], np.float32).reshape(len(texts), -1)


class Encoder:
    """One vector a text, for systems over pools that share passages and questions."""

    def __init__(
        self,
        passages: Callable[[Sequence[str]], Sequence[Vectors]],
        question: Callable[[str], Vectors],
        cache: VectorCache | None = None,
        asked: VectorCache | None = None,
    ) -> None:
        """``cache`` keeps the vectors of passages, ``asked`` those of questions, which may be encoded differently."""
        self._passages = _Kept(passages, cache)
        self._questions = _Kept(lambda texts: [question(text) for text in texts], asked)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Shape ``(len(texts), dim)``."""
        return self._passages.of(texts)

    def question(self, text: str) -> Vectors:
        """A question's vector, shape ``(dim,)``."""
        vector: Vectors = self._questions.of([text])[0]
        return vector


def encoder_of(embedder: Embedder, cache: Path | None = None) -> Encoder:
    """An embedder without the vectors of parts; with ``cache``, they are kept in that folder."""
    return Encoder(
        lambda texts: [one.vector for one in embedder.embed_passages(texts)],
        lambda text: embedder.embed_question(text).vector,
        VectorCache(cache, embedder.id) if cache else None,
        VectorCache(cache, f"{embedder.id}, questions") if cache else None,
    )


def plain_use() -> Encoder:
    """The default encoder's file as anyone would run it: one text, one vector, nothing added."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.register_custom_ops_library(operators())
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(weight_path(USE)), options, providers=["CPUExecutionProvider"])

    def encode(text: str) -> Vectors:
        vector: Vectors = session.run(None, {"inputs": [text]})[0][0]
        return vector

    return Encoder(lambda texts: [encode(text) for text in texts], encode)
