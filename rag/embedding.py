"""Texts to unit vectors: the default multilingual encoder, any sentence-transformers model, and one for tests."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.errors import ExtraMissing, ModelError, WeightsMissing
from rag.models import USE, WEIGHTS, weight_path
from rag.text import normalise, terms
from rag.types import Embedder, Vectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


def open_embedder(name: str) -> Embedder:
    """The embedder called ``name``: ``default``, ``hash``, or a sentence-transformers hub name or folder.

    Weights are loaded when first used, not here.
    """
    if name == "default":
        return UseEmbedder()
    if name == "hash":
        return HashEmbedder()
    return SentenceTransformerEmbedder(name)


class UseEmbedder:
    """Universal Sentence Encoder Multilingual v3 on ONNX Runtime (Yang et al., ACL 2020), 512 dimensions.

    Texts are encoded one at a time, because the quantised model's vectors shift with their batch; threads give the
    speed that batches would.
    """

    dim = 512
    id = f"{USE}-int8@{WEIGHTS[USE].sha256[:12]}"

    def __init__(self) -> None:
        # The retriever and the generator look at the same sentences, and follow-ups at the same passages.
        self._embed = lru_cache(maxsize=4096)(self._encode)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape ``(len(texts), 512)``, unit length."""
        if len(texts) < 2:
            return _stack(map(self._embed, texts), self.dim)
        with ThreadPoolExecutor(_cores()) as pool:
            return _stack(pool.map(self._embed, texts), self.dim)

    def embed_question(self, text: str) -> Vectors:
        """Shape ``(512,)``, unit length."""
        return self._embed(text)

    def _encode(self, text: str) -> Vectors:
        vector: Vectors = self._session.run(None, {"inputs": [normalise(text).text]})[0][0]
        return _unit(vector)

    @cached_property
    def _session(self) -> InferenceSession:
        path = weight_path(USE)
        import onnxruntime
        import onnxruntime_extensions

        options = onnxruntime.SessionOptions()
        options.register_custom_ops_library(onnxruntime_extensions.get_library_path())
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        try:
            return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime raises its own classes, which share no base but this
            raise ModelError(f"{path} cannot be loaded: {error}", "python -m rag models verify") from error


class SentenceTransformerEmbedder:
    """Any sentence-transformers model by hub name or folder, with the prompts its configuration names.

    Only safetensors weights are read, and no code that comes with a model is run.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    @cached_property
    def id(self) -> str:
        """The model's name; for a folder its last part and a hash of its weights."""
        folder = Path(self._name)
        if not folder.is_dir():
            return self._name
        digest = hashlib.sha256()
        for file in sorted(folder.rglob("*.safetensors")):
            with file.open("rb") as weights:
                digest.update(hashlib.file_digest(weights, "sha256").digest())
        return f"{folder.name}@{digest.hexdigest()[:12]}"

    @property
    def dim(self) -> int:
        """The model's embedding dimension; loads the model."""
        return int(self._model.get_embedding_dimension())

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape ``(len(texts), dim)``, unit length."""
        if not texts:
            return np.empty((0, self.dim), np.float32)
        cleaned = [normalise(text).text for text in texts]
        return self._floats(
            self._model.encode_document(
                cleaned, prompt_name=self._passage_prompt, normalize_embeddings=True, show_progress_bar=False
            )
        )

    def embed_question(self, text: str) -> Vectors:
        """Shape ``(dim,)``, unit length."""
        cleaned = normalise(text).text
        return self._floats(self._model.encode_query(cleaned, normalize_embeddings=True, show_progress_bar=False))

    @cached_property
    def _passage_prompt(self) -> str | None:
        # Left to itself, encode_document takes the "document" prompt even where it is empty and "passage" is set.
        prompts = self._model.prompts
        return next((name for name in ("document", "passage", "corpus") if prompts.get(name)), None)

    @cached_property
    def _model(self) -> Any:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise ExtraMissing(f"The embedder {self._name!r}", "hub") from error
        try:
            return SentenceTransformer(
                self._name, device="cpu", trust_remote_code=False, model_kwargs={"use_safetensors": True}
            )
        except (OSError, ValueError) as error:
            first = str(error).splitlines()[0]
            raise WeightsMissing(
                f"The embedder {self._name!r} cannot be loaded: {first}",
                "give the folder of a sentence-transformers model, or a hub name while online",
            ) from error

    @staticmethod
    def _floats(vectors: Any) -> Vectors:
        return np.asarray(vectors, dtype=np.float32)


class HashEmbedder:
    """Weight-free vectors for tests: each index term adds a fixed random direction, so shared words mean nearness.

    The hashing trick of Weinberger et al., "Feature hashing for large scale multitask learning" (ICML 2009).
    """

    def __init__(self, dim: int = 64) -> None:
        self.dim = dim
        self.id = f"hash-{dim}"

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape ``(len(texts), dim)``, unit length."""
        return _stack(map(self.embed_question, texts), self.dim)

    def embed_question(self, text: str) -> Vectors:
        """Shape ``(dim,)``, unit length."""
        total = np.zeros(self.dim, np.float32)
        for term in terms(text) or [text]:
            seed = int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest())
            total += np.random.default_rng(seed).standard_normal(self.dim, dtype=np.float32)
        return _unit(total)


def _unit(vector: Vectors) -> Vectors:
    unit: Vectors = (vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32)
    return unit


def _stack(vectors: Iterable[Vectors], dim: int) -> Vectors:
    rows = list(vectors)
    return np.stack(rows) if rows else np.empty((0, dim), np.float32)


def _cores() -> int:
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 8)
