"""A trained reader to the files that ship: three int8 ONNX graphs, the tokenizer, the configuration."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from torch import Tensor, nn

from rag.training.reader.model import Reader

POSITIONS = 320
"""Tokens of the longest window that is ever read."""


class Encoder(nn.Module):
    """Token ids to states; the embedding table is held as int8 with one scale a row."""

    def __init__(self, model: Reader) -> None:
        super().__init__()
        table = model.encoder.embeddings.word_embeddings.weight.detach()
        scale = table.abs().amax(dim=1, keepdim=True).clamp(min=1e-9) / 127
        self.register_buffer("table", torch.round(table / scale).to(torch.int8))
        self.register_buffer("scale", scale)
        self.mark = model.mark
        self.encoder = model.encoder

    def forward(self, input_ids: Tensor, attention_mask: Tensor, marked: Tensor) -> Tensor:
        """``input_ids, attention_mask, marked (batch, length)`` to ``(batch, length, hidden)``."""
        assert isinstance(self.table, Tensor)
        assert isinstance(self.scale, Tensor)
        embedded = self.table[input_ids].float() * self.scale[input_ids] + marked.unsqueeze(-1) * self.mark
        states: Tensor = self.encoder(inputs_embeds=embedded, attention_mask=attention_mask).last_hidden_state
        return states


class Decoder(nn.Module):
    """States and the positions emitted so far to the scores of the next ones."""

    def __init__(self, model: Reader) -> None:
        super().__init__()
        self.model = model

    def forward(self, states: Tensor, attention_mask: Tensor, pointed: Tensor) -> Tensor:
        """``pointed (batch, steps)``, at least one step, to scores ``(batch, steps + 1, length)``."""
        return self.model.decode(states, attention_mask, pointed)


class Verifier(nn.Module):
    """States of a marked read to the log-odds that the marked sentence answers."""

    def __init__(self, model: Reader) -> None:
        super().__init__()
        self.model = model

    def forward(self, states: Tensor, marked: Tensor) -> Tensor:
        """``(batch, length, hidden)`` and ``(batch, length)`` to ``(batch,)``."""
        return self.model.verify(states, marked)


def export(folder: Path, tokenizer: Path, out: Path, *, quantise: bool = True) -> Path:
    """Write the graphs of encoder, decoder and verifier, and the tokenizer, into ``out``; int8 if ``quantise``."""
    model = Reader.from_pretrained(folder).eval()
    out.mkdir(parents=True, exist_ok=True)
    embeddings = model.encoder.embeddings
    embeddings.position_embeddings.weight.data = embeddings.position_embeddings.weight.data[:POSITIONS].clone()
    ids, mask = torch.zeros(2, 24, dtype=torch.long), torch.ones(2, 24, dtype=torch.long)
    mask[1, 20:] = 0
    axes = {0: "batch", 1: "length"}
    with torch.no_grad():
        marked = mask.float()
        named = {"input_ids": axes, "attention_mask": axes, "marked": axes, "states": axes}
        _onnx(Encoder(model), (ids, mask, marked), named, out / "encoder.onnx", quantise=quantise)
        states = model.encode(ids, mask)
        pointed = torch.tensor([[1, 2, 3], [4, 5, 6]])
        named = {"states": axes, "attention_mask": axes, "pointed": {0: "batch", 1: "steps"}}
        named["scores"] = {0: "batch", 1: "next", 2: "length"}
        _onnx(Decoder(model), (states, mask, pointed), named, out / "decoder.onnx", quantise=quantise)
        named = {"states": axes, "marked": axes, "odds": {0: "batch"}}
        _onnx(Verifier(model), (states, marked), named, out / "verifier.onnx", quantise=quantise)
    shutil.copy(tokenizer, out / "tokenizer.json")
    config = model.config.to_dict()
    for part in (config, config["encoder"]):
        part.pop("_name_or_path", None)  # a folder of the machine that trained
    (out / "config.json").write_text(json.dumps(config, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return out


def _onnx(
    module: nn.Module, example: tuple[Tensor, ...], axes: dict[str, dict[int, str]], path: Path, *, quantise: bool
) -> None:
    """``axes`` names the inputs in their order, then the output, each with its axes of any length."""
    plain = path.with_suffix(".plain.onnx")
    *inputs, output = axes
    torch.onnx.export(
        module.eval(), example, str(plain), input_names=inputs, output_names=[output], dynamic_axes=axes,
        opset_version=17, dynamo=False, do_constant_folding=True,
    )  # fmt: skip
    if not quantise:
        plain.rename(path)
        return
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        plain, path, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul", "Gemm"],
        extra_options={"MatMulConstBOnly": True},
    )  # fmt: skip
    plain.unlink()
