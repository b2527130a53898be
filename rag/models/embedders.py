"""The embedders: the default encoder, any sentence-transformers model, and a weight-free one for tests."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import ExtraMissing, ModelError, WeightsMissing
from rag.models.use_encoder import UseEmbedder
from rag.text import normalise, terms
from rag.types import Embedder, Embedding, Vectors

PICKLES = ("*.bin", "*.pt", "*.pth", "*.pkl", "*.ckpt")


def open_embedder(name: str) -> Embedder:
    """The embedder called ``name``: ``default``, ``hash``, or a sentence-transformers hub name or folder.

    Weights are loaded when first used, not here.
    """
    if name == "default":
        return UseEmbedder()
    if name == "hash":
        return HashEmbedder()
    return SentenceTransformerEmbedder(name)


class SentenceTransformerEmbedder:
    """Any sentence-transformers model by hub name or folder, with the prompts its configuration names.

    A text has one part: itself. Only safetensors weights are read, and no code that comes with a model is run.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    @cached_property
    def id(self) -> str:
        """The model's name; for a folder its last part and a hash of its weights, tokenizer, prompts and settings."""
        folder = Path(self._name)
        if not folder.is_dir():
            return self._name
        digest = hashlib.sha256()
        for file in sorted(
            one for one in folder.rglob("*") if one.suffix in (".safetensors", ".json", ".txt", ".model")
        ):
            with file.open("rb") as weights:
                digest.update(hashlib.file_digest(weights, "sha256").digest())
        return f"{folder.name}@{digest.hexdigest()[:12]}"

    @property
    def dim(self) -> int:
        """The model's embedding dimension; loads the model."""
        return int(self._model.get_embedding_dimension())

    def warm_up(self) -> None:
        """Load the model."""
        _ = self._model

    def embed_passages(self, texts: Sequence[str]) -> list[Embedding]:
        """One embedding a text, in order."""
        return self._encode(texts, ("document", "passage", "corpus"))

    def embed_question(self, text: str) -> Embedding:
        """The embedding of one question."""
        return self._encode([text], ("query", "question"))[0]

    def _encode(self, texts: Sequence[str], roles: Sequence[str]) -> list[Embedding]:
        if not texts:
            return []
        # The library prefers an empty "document" prompt, which it always adds, to the "passage" one that E5 names.
        prompt = next((role for role in roles if self._model.prompts.get(role)), None)
        vectors = self._model.encode(
            [normalise(text).text for text in texts],
            prompt_name=prompt,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return [single_part(vector) for vector in np.asarray(vectors, np.float32)]

    @cached_property
    def _model(self) -> Any:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise ExtraMissing(f"The embedder {self._name!r}", "hub") from error
        folder = Path(self._name)
        if pickle := next((file for pattern in PICKLES for file in folder.rglob(pattern) if folder.is_dir()), None):
            raise ModelError(f"{pickle} is a pickle, which can run code; it is not loaded.", "save it as safetensors")
        try:
            return SentenceTransformer(
                self._name, device="cpu", trust_remote_code=False, model_kwargs={"use_safetensors": True}
            )
        except Exception as error:  # the library raises what transformers, safetensors and the hub client raise
            first = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise WeightsMissing(
                f"The embedder {self._name!r} cannot be loaded: {first}",
                "give the folder of a sentence-transformers model, or a hub name while online",
            ) from error


class HashEmbedder:
    """Weight-free embeddings for tests: each index term adds a fixed random direction, so shared words mean nearness.

    The hashing trick of Weinberger et al., "Feature hashing for large scale multitask learning" (ICML 2009).
    """

    def __init__(self, dim: int = 64) -> None:
        self.dim = dim
        self.id = f"hash-{dim}"

    def warm_up(self) -> None:
        """Nothing: there is no model."""

    def embed_passages(self, texts: Sequence[str]) -> list[Embedding]:
        """One embedding a text, in order."""
        return [self.embed_question(text) for text in texts]

    def embed_question(self, text: str) -> Embedding:
        """The embedding of a text; questions and passages are alike."""
        total = np.zeros(self.dim, np.float32)
        for term in terms(text) or [text]:
            seed = int.from_bytes(hashlib.blake2b(term.encode("utf-8", "replace"), digest_size=8).digest())
            total += np.random.default_rng(seed).standard_normal(self.dim, dtype=np.float32)
        return single_part((total / max(float(np.linalg.norm(total)), 1e-12)).astype(np.float32))


def single_part(vector: Vectors) -> Embedding:
    """The embedding of a text for models that give one vector a text: it has one part, itself."""
    return Embedding(vector, np.rint(127 * vector).astype(np.int8)[None])
