"""A text to one vector and a vector for every few words: Universal Sentence Encoder Multilingual on ONNX Runtime.

The encoder (Yang et al., "Multilingual Universal Sentence Encoder for Semantic Retrieval", ACL 2020) turns tokens into
vectors with a convolutional network, sums them, and passes the sum through a small feed-forward head. Because the sum
is the only place where tokens meet, the same head gives the vector of any run of tokens. One pass over a chunk thus
yields its vector and those of all its windows, which is what late interaction needs (Khattab & Zaharia, "ColBERT",
SIGIR 2020), from a model that was never trained for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, lru_cache
from importlib.machinery import PathFinder
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np

from rag.config import cores
from rag.errors import ModelError
from rag.models.registry import SHIPPED, USE, WEIGHTS, read_weights
from rag.text import language_of, normalise
from rag.types import Embedding, Language, Vectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

DIM = 512
WINDOW, STRIDE = 4, 2
"""Tokens in a window, and from one window to the next."""
MOST_THREADS = 8
"""Texts that are encoded at once, on as many cores."""

Role = Literal["question", "passage"]
ROLES: tuple[Role, ...] = ("question", "passage")
LANGUAGES: tuple[Language, ...] = ("zh", "en")

MEANS, PARTS_MODEL = "use-means.npz", "use-parts.onnx"
"""The mean vectors that are subtracted, and the model that turns windows into parts; ``rag.training.embedder`` makes
both from the encoder itself and sample texts."""

Result = TypeVar("Result")

_TOKENS = "StatefulPartitionedCall/EncoderDNN/CNN_layers/dense/BiasAdd:0"


class UseEmbedder:
    """The default embedder: 512 dimensions, and a part of 128 for every window of four tokens.

    Vectors are centred by subtracting the mean vector of their language and role (Mu & Viswanath, "All-but-the-top",
    ICLR 2018), which takes away what all Chinese texts, or all questions, have in common.
    """

    dim = DIM
    id = f"{USE}-{WEIGHTS[USE].sha256[:8]}-{SHIPPED[MEANS].sha256[:8]}-{SHIPPED[PARTS_MODEL].sha256[:8]}"

    def __init__(self) -> None:
        # The retriever and the generator look at the same question.
        self._question = lru_cache(maxsize=64)(lambda text: self._embed([text], "question")[0])

    def warm_up(self) -> None:
        """Load the encoder, its means and its head."""
        _ = self._run, self._means, self._parts_model

    def embed_passages(self, texts: Sequence[str]) -> list[Embedding]:
        """One embedding a text, in order."""
        return self._embed(texts, "passage")

    def embed_question(self, text: str) -> Embedding:
        """The embedding of one question."""
        embedding: Embedding = self._question(text)
        return embedding

    def _embed(self, texts: Sequence[str], role: Role) -> list[Embedding]:
        if not texts:
            return []
        run, means, parts_model = self._run, self._means[role], self._parts_model  # loaded before threads want them

        def finish(text: str) -> Embedding:
            vector, tokens = run(text)
            row = LANGUAGES.index(language_of(text))
            part_mean = np.array([ROLES.index(role) * len(LANGUAGES) + row])
            (parts,) = parts_model.run(None, {"windows": windows(tokens), "row": part_mean})
            return Embedding(unit(vector - means[row]), parts)

        return _in_threads(finish, texts)

    def encode(self, texts: Sequence[str]) -> list[tuple[Vectors, Vectors]]:
        """Each text's vector as the model gives it, shape ``(512,)``, and its tokens' vectors, ``(tokens, 512)``."""
        return _in_threads(self._run, texts)

    @cached_property
    def _run(self) -> Callable[[str], tuple[Vectors, Vectors]]:
        session = _session(USE, read_weights(USE) + _as_output(_TOKENS))

        def run(text: str) -> tuple[Vectors, Vectors]:
            # One text a call, because the quantised model's vectors shift with their batch; threads make up for it.
            vector, tokens = session.run(None, {"inputs": [normalise(text).text or " "]})
            return vector[0], tokens.reshape(-1, DIM)

        return run

    @cached_property
    def _means(self) -> dict[str, Vectors]:
        with np.load(BytesIO(read_weights(MEANS)), allow_pickle=False) as file:
            return {name: file[name].astype(np.float32) for name in file.files}

    @cached_property
    def _parts_model(self) -> InferenceSession:
        return _session(PARTS_MODEL, read_weights(PARTS_MODEL))


def _in_threads(encode: Callable[[str], Result], texts: Sequence[str]) -> list[Result]:
    if len(texts) < 2:
        return [encode(text) for text in texts]
    with ThreadPoolExecutor(min(cores(), MOST_THREADS)) as pool:
        return list(pool.map(encode, texts))


def _session(name: str, model: bytes) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.register_custom_ops_library(operators())
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime raises its own classes, which share no base but this
        raise ModelError(f"The weights {name!r} cannot be loaded: {error}", "python -m rag models verify") from error


def operators() -> str:
    """The library of the operators that split strings.

    Found without importing its package, which imports onnx, transformers and torch where these are installed.

    Raises:
        ModelError: it is not installed.
    """
    package = find_spec("onnxruntime_extensions")
    library = PathFinder.find_spec("_extensions_pydll", package.submodule_search_locations) if package else None
    if library is None or library.origin is None:
        raise ModelError("The package onnxruntime-extensions is not installed.", "pip install onnxruntime-extensions")
    return library.origin


def windows(tokens: Vectors) -> Vectors:
    """Token vectors, shape ``(n, 512)``, pooled over every window as the model pools a text: sum over square root."""
    count = len(tokens)
    if count <= WINDOW:
        whole: Vectors = tokens.sum(axis=0, keepdims=True) / np.float32(max(count, 1) ** 0.5)
        return whole
    strides = tokens[: count - count % STRIDE].reshape(-1, STRIDE, DIM).sum(axis=1)
    shifts = range(WINDOW // STRIDE)
    sums: Vectors = np.sum([strides[i : len(strides) - len(shifts) + 1 + i] for i in shifts], axis=0)
    if count % STRIDE:
        sums = np.vstack([sums, tokens[-WINDOW:].sum(axis=0)])
    return sums / np.float32(WINDOW**0.5)


def unit(vectors: Vectors) -> Vectors:
    """Vectors scaled to length one, along the last axis."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled


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
