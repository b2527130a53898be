"""Shipped int8 graphs back to float weights, so that training goes on instead of beginning again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from rag.errors import TrainingError
from rag.training.reader.model import Reader, ReaderConfig

Array = NDArray[Any]


def from_shipped(folder: Path) -> Reader:
    """The reader whose ``config.json`` and int8 graphs lie in ``folder``; what no graph has keeps its first values.

    A matrix of a graph stands under no name of its own: it is known by the bias that is added to its product.

    Raises:
        TrainingError: a file is missing, or a matrix has no place in the model.
    """
    try:
        model = Reader(ReaderConfig.from_json_file(folder / "config.json"))
        found = dict(_weights(folder / "encoder.onnx"))
        graphs = [folder / "decoder.onnx", *([path] if (path := folder / "verifier.onnx").exists() else [])]
        for graph in graphs:
            found |= {name.removeprefix("model."): value for name, value in _weights(graph)}
    except OSError as error:
        raise TrainingError(f"{folder} has no reader: {error}", "name a folder that an export wrote") from error
    embeddings = found.pop("table").astype(np.float32) * found.pop("scale")
    found["encoder.embeddings.word_embeddings.weight"] = embeddings
    state = model.state_dict()
    for name, value in found.items():
        if name not in state:
            raise TrainingError(f"{folder} has a weight {name} that the reader has not.", "export it again")
        own = state[name]
        own[tuple(slice(0, size) for size in value.shape)] = torch.from_numpy(np.array(value, np.float32))
    model.load_state_dict(state)
    return model


def _weights(path: Path) -> list[tuple[str, Array]]:
    """Every weight of a graph by its name in the model."""
    import onnx
    from onnx.numpy_helper import to_array

    graph = onnx.load(str(path)).graph
    held = {one.name: to_array(one) for one in graph.initializer}
    used = {name: node for node in graph.node for name in node.input}
    found = []
    for name, value in held.items():
        if name.endswith("_quantized"):
            stem = name.removesuffix("_quantized")
            zero = held[f"{stem}_zero_point"].astype(np.float32)
            matrix = (value.astype(np.float32) - zero) * held[f"{stem}_scale"]
            found.append((_bias_behind(used[name], used, held).removesuffix("bias") + "weight", matrix.T))
        elif not name.endswith(("_scale", "_zero_point")) and _is_weight(name):
            found.append((name, value))
    return found


def _is_weight(name: str) -> bool:
    """Whether a constant of a graph is a weight: the exporter names all others after itself."""
    return not name.startswith(("onnx::", "/", "_v_", "Constant"))


def _bias_behind(node: Any, used: dict[str, Any], held: dict[str, Array]) -> str:
    """The name of the bias that is added to a product, some nodes further on."""
    for _ in range(6):
        node = used[node.output[0]]
        for name in node.input:
            if name.endswith(".bias") and name in held:
                return str(name)
    raise TrainingError("a product without a bias in the graph", "export it again")
