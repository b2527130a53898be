"""Texts to what the default embedder lacks: the means it subtracts, and the small model that encodes parts of a text.

``python -m rag.training.embedder.use_parts --data DIR`` reads question sets (JSON lines, gzip: ``{"context", "qas":
[{"question", …}]}``) and writes ``rag/weights/use-means.npz`` and ``rag/weights/use-parts.onnx``. It takes a minute on
two cores and needs the ``onnx`` package (``pip install 'yinju[train]'``).
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rag.indexing.chunking import chunk
from rag.models.registry import SHIPPED, USE, weight_path
from rag.models.use_encoder import LANGUAGES, MEANS, PARTS_MODEL, ROLES, UseEmbedder, windows
from rag.text import language_of
from rag.types import Document, Language, Vectors

SAMPLE = 1500
"""Texts of each role in each language."""

PART_DIM = 128
PARTS_PER_LANGUAGE = 20_000
SEED = 0

Head = dict[str, Vectors]
"""The encoder's feed-forward matrices by name."""


def main() -> None:
    """Fit and write both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of question sets, none of them a benchmark")
    parser.add_argument("--out", type=Path, default=SHIPPED[MEANS].path.parent)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    head = read_head(weight_path(USE))
    statistics = fit(head, *read(given.data))
    question, passage = (statistics[role].astype(np.float16) for role in ROLES)
    np.savez_compressed(given.out / MEANS, question=question, passage=passage)
    write_parts_model(head, statistics, given.out / PARTS_MODEL)
    print(f"wrote {MEANS} and {PARTS_MODEL} to {given.out}")


def read(folder: Path) -> tuple[dict[Language, list[str]], dict[Language, list[str]]]:
    """Questions and passages by language, each in an order that is random but always the same."""
    questions: dict[Language, list[str]] = {"zh": [], "en": []}
    passages: dict[Language, list[str]] = {"zh": [], "en": []}
    for row in _rows(folder):
        language = language_of(row["context"])
        passages[language].append(row["context"])
        questions[language] += [qa["question"] for qa in row["qas"]]
    rng = random.Random(SEED)
    for texts in (*questions.values(), *passages.values()):
        rng.shuffle(texts)
    return questions, passages


def read_head(model: Path) -> Head:
    """The feed-forward matrices of the encoder, out of its quantised ONNX file, as float32."""
    import onnx
    from onnx.numpy_helper import to_array

    tensors = {tensor.name: tensor for tensor in onnx.load(str(model)).graph.initializer}

    def matrix(name: str) -> Vectors:
        full = f"StatefulPartitionedCall/EncoderDNN/DNN/ResidualHidden_{name}/kernel:0"
        integers, scale, zero = (to_array(tensors[f"{full}_{part}"]) for part in ("quantized", "scale", "zero_point"))
        dequantised: Vectors = (integers.astype(np.float32) - np.float32(zero)) * scale
        return dequantised

    return {
        "in0": matrix("0/dense"),
        "in1": matrix("1/dense"),
        "skip1": matrix("1/AdjustDepth/projection"),
        "in2": matrix("2/dense"),
        "in3": matrix("3/dense"),
        "skip3": matrix("3/AdjustDepth/projection"),
    }


def apply_head(head: Head, pooled: Vectors) -> Vectors:
    """Pooled tokens, shape ``(n, 512)``, to unit vectors of the same shape."""
    hidden = np.maximum(np.maximum(pooled @ head["in0"], 0) @ head["in1"] + pooled @ head["skip1"], 0)
    return _unit(np.tanh(np.maximum(hidden @ head["in2"], 0) @ head["in3"] + hidden @ head["skip3"]))


def fit(head: Head, questions: dict[Language, list[str]], passages: dict[Language, list[str]]) -> dict[str, Vectors]:
    """Mean vectors by role, shape ``(2, 512)`` with Chinese first; likewise of parts; and the ``axes`` of parts.

    The axes, shape ``(512, 128)``, are the leading principal components of centred passage parts of both languages.
    """
    encoder = UseEmbedder()
    means: dict[str, list[Vectors]] = {f"{role}{kind}": [] for role in ROLES for kind in ("", "_part")}
    centred = []
    for language in LANGUAGES:
        for role, texts in (("question", questions), ("passage", passages)):
            sample = [piece for text in texts[language][:SAMPLE] for piece in _pieces(text)][:SAMPLE]
            encoded = encoder.encode(sample)
            parts = apply_head(head, np.concatenate([windows(tokens) for _, tokens in encoded]))
            means[role].append(np.mean([vector for vector, _ in encoded], axis=0))
            means[f"{role}_part"].append(parts.mean(axis=0))
            if role == "passage":
                centred.append(_unit(parts - parts.mean(axis=0))[:PARTS_PER_LANGUAGE])
    stacked = np.concatenate(centred)
    _, vectors = np.linalg.eigh(stacked.T @ stacked)
    return {name: np.stack(rows) for name, rows in means.items()} | {"axes": vectors[:, ::-1][:, :PART_DIM]}


def write_parts_model(head: Head, statistics: dict[str, Vectors], path: Path) -> None:
    """Write the model that turns pooled windows, shape ``(n, 512)``, into int8 parts, shape ``(n, 128)``.

    Its second input picks the mean to subtract: a row of ``ROLES`` by ``LANGUAGES``. The head is int8, as it was.
    """
    import onnx
    from onnx import TensorProto
    from onnxruntime.quantization import quantize_dynamic

    rows = np.concatenate([statistics[f"{role}_part"] for role in ROLES])
    tensors = {**head, "means": rows, "axes": statistics["axes"], "full": np.full(1, 127, np.float32)}
    graph = onnx.parser.parse_graph(_PARTS_GRAPH)
    graph.initializer.extend(
        onnx.numpy_helper.from_array(value.astype(np.float32), name) for name, value in tensors.items()
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
    assert graph.output[0].type.tensor_type.elem_type == TensorProto.INT8
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "float.onnx"
        onnx.save(model, str(plain))
        quantize_dynamic(plain, path, nodes_to_exclude=["project"])


_PARTS_GRAPH = """
parts (float[n, 512] windows, int64[1] row) => (int8[n, 128] parts) {
    first = MatMul (windows, in0)
    first_on = Relu (first)
    second = MatMul (first_on, in1)
    skipped = MatMul (windows, skip1)
    hidden_sum = Add (second, skipped)
    hidden = Relu (hidden_sum)
    third = MatMul (hidden, in2)
    third_on = Relu (third)
    fourth = MatMul (third_on, in3)
    skipped_again = MatMul (hidden, skip3)
    out_sum = Add (fourth, skipped_again)
    out = Tanh (out_sum)
    out_unit = LpNormalization <axis = -1, p = 2> (out)
    mean = Gather <axis = 0> (means, row)
    centred = Sub (out_unit, mean)
    [project] projected = MatMul (centred, axes)
    part = LpNormalization <axis = -1, p = 2> (projected)
    scaled = Mul (part, full)
    rounded = Round (scaled)
    parts = Cast <to = 3> (rounded)
}
"""


def _rows(folder: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return unit


def _pieces(text: str) -> list[str]:
    """A text as chunks of the default size."""
    document = Document(path="", text=text, title="", language=language_of(text), content_hash="")
    return [piece.text for piece in chunk(document, 440, 0)]


if __name__ == "__main__":
    main()
