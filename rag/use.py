"""A text to one vector and a vector for every few words: Universal Sentence Encoder Multilingual on ONNX Runtime.

The encoder (Yang et al., "Multilingual Universal Sentence Encoder for Semantic Retrieval", ACL 2020) turns tokens into
vectors with a convolutional network, sums them, and passes the sum through a small feed-forward head. Because the sum
is the only place where tokens meet, the same head gives the vector of any run of tokens. One pass over a chunk thus
yields its vector and those of all its windows, which is what late interaction needs (Khattab & Zaharia, "ColBERT",
SIGIR 2020), from a model that was never trained for it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import ModelError
from rag.models import USE, WEIGHTS, weight_path
from rag.text import language_of, normalise
from rag.types import Embedding, Language, Vectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

DIM = 512
WINDOW, STRIDE = 4, 2
"""Tokens in a window, and from one window to the next."""

STATISTICS = Path(__file__).parent / "weights" / "use-statistics.npz"
"""Means to subtract and axes to keep; made by ``python -m rag.training.statistics``."""

_TOKENS = "StatefulPartitionedCall/EncoderDNN/CNN_layers/dense/BiasAdd:0"

_HEAD: dict[str, tuple[int, tuple[int, int], float]] = {
    "in0": (70_873_343, (512, 320), 0.0031746462918817997),
    "in1": (71_037_459, (320, 320), 0.014970354735851288),
    "skip1": (70_709_227, (512, 320), 0.002701834309846163),
    "in2": (71_304_302, (320, 512), 0.0076709468849003315),
    "in3": (71_468_418, (512, 512), 0.007503176108002663),
    "skip3": (71_140_186, (320, 512), 0.01142194215208292),
}
"""Where the head's int8 matrices lie in the pinned file: offset in bytes, shape, scale."""


class UseEmbedder:
    """The default embedder: 512 dimensions, and a part of 128 for every window of four tokens.

    Vectors are centred by subtracting the mean vector of their language and role (Mu & Viswanath, "All-but-the-top",
    ICLR 2018), which takes away what all Chinese texts, or all questions, have in common.
    """

    dim = DIM
    id = f"{USE}-int8@{WEIGHTS[USE].sha256[:12]}+centred"

    def __init__(self) -> None:
        # The retriever and the generator look at the same question.
        self._question = lru_cache(maxsize=64)(lambda text: self._embed([text], "question")[0])

    def embed_passages(self, texts: Sequence[str]) -> list[Embedding]:
        """One embedding a text, in order."""
        return self._embed(texts, "passage")

    def embed_question(self, text: str) -> Embedding:
        """The embedding of one question."""
        embedding: Embedding = self._question(text)
        return embedding

    def _embed(self, texts: Sequence[str], role: str) -> list[Embedding]:
        if not texts:
            return []
        encoded = self.encode(texts)
        rows = np.array([_ROW[language_of(text)] for text in texts])
        vectors = unit(np.stack([vector for vector, _ in encoded]) - self._statistics[role][rows])
        pooled = [windows(tokens) for _, tokens in encoded]
        counts = [len(rows_of_one) for rows_of_one in pooled]
        means = np.repeat(self._statistics[f"{role}_window"][rows], counts, axis=0)
        centred = unit(self.head(np.concatenate(pooled))) - means
        parts = np.rint(127 * unit(centred @ self._statistics["axes"])).astype(np.int8)
        return [Embedding(*both) for both in zip(vectors, np.split(parts, np.cumsum(counts)[:-1]), strict=True)]

    def encode(self, texts: Sequence[str]) -> list[tuple[Vectors, Vectors]]:
        """Each text's raw vector, shape ``(512,)``, and its token vectors, shape ``(tokens, 512)``."""
        # One text a call, because the quantised model's vectors shift with their batch; threads make up for it.
        session = self._session

        def encode(text: str) -> tuple[Vectors, Vectors]:
            vector, tokens = session.run(None, {"inputs": [normalise(text).text or " "]})
            return vector[0], tokens.reshape(-1, DIM)

        if len(texts) == 1:
            return [encode(texts[0])]
        with ThreadPoolExecutor(cores()) as pool:
            return list(pool.map(encode, texts))

    def head(self, pooled: Vectors) -> Vectors:
        """Pooled tokens, shape ``(n, 512)``, through the model's feed-forward head; same shape."""
        w = self._weights
        hidden = np.maximum(np.maximum(pooled @ w["in0"], 0) @ w["in1"] + pooled @ w["skip1"], 0)
        out: Vectors = np.tanh(np.maximum(hidden @ w["in2"], 0) @ w["in3"] + hidden @ w["skip3"])
        return out

    @cached_property
    def _statistics(self) -> dict[str, Vectors]:
        with np.load(STATISTICS, allow_pickle=False) as file:
            return {name: file[name].astype(np.float32) for name in file.files}

    @cached_property
    def _weights(self) -> dict[str, Vectors]:
        file = np.memmap(weight_path(USE), np.int8, "r")
        return {
            name: file[start : start + rows * columns].reshape(rows, columns) * np.float32(scale)
            for name, (start, (rows, columns), scale) in _HEAD.items()
        }

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
            model = path.read_bytes() + _as_output(_TOKENS)
            return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime raises its own classes, which share no base but this
            raise ModelError(f"{path} cannot be loaded: {error}", "python -m rag models verify") from error


_ROW: dict[Language, int] = {"zh": 0, "en": 1}


def cores() -> int:
    """How many threads encode at once."""
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 8)


def windows(tokens: Vectors) -> Vectors:
    """Token vectors, shape ``(n, 512)``, pooled over every window as the model pools a text: sum over square root."""
    count = len(tokens)
    if count <= WINDOW:
        return (tokens.sum(0) / max(count, 1) ** 0.5)[None]
    starts = np.unique(np.append(np.arange(0, count - WINDOW, STRIDE), count - WINDOW))
    sums = np.vstack([np.zeros((1, DIM), np.float32), np.cumsum(tokens, 0)])
    pooled: Vectors = (sums[starts + WINDOW] - sums[starts]) / np.float32(WINDOW**0.5)
    return pooled


def unit(vectors: Vectors) -> Vectors:
    """Vectors scaled to length one, along the last axis."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)


def _as_output(name: str) -> bytes:
    """Bytes that, put behind an ONNX file, make the tensor ``name`` a second output of its graph.

    Protocol buffers merge a message that appears twice: this is a ModelProto whose graph has one float output more.
    """
    tensor_type = _field(1, b"\x08\x01")
    value = _field(1, name.encode()) + _field(2, tensor_type)
    return _field(7, _field(12, value))


def _field(number: int, content: bytes) -> bytes:
    """A length-delimited field (Protocol Buffers encoding, wire type 2)."""
    return bytes([number << 3 | 2]) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    low, rest = value & 127, value >> 7
    return bytes([low | 128]) + _varint(rest) if rest else bytes([low])
