"""Loads an encoder-decoder model by hub name or folder safely: safetensors only, none of its own code."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import ExtraMissing, ModelError, WeightsMissing
from rag.text import has_words

MODEL_FILES = ["*.json", "*.safetensors", "*.model", "*.txt"]
"""What is fetched from the hub and hashed in a folder: configuration, weights, vocabulary; nothing that can run."""

_HINT = (
    "give a folder with config.json, the tokenizer's files and *.safetensors of an encoder-decoder model, "
    "or fetch one while online: hf download google/flan-t5-base"
)
_TOKEN_IDS = ("decoder_start", "bos", "eos", "pad", "forced_bos")
_POSITIONS = ("max_encoder_position_embeddings", "max_position_embeddings", "n_positions")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model ready to write greedily, its tokenizer, and what both can take."""

    model: Any
    tokenizer: Any
    input_limit: int
    """Tokens; very many where the model states no limit."""
    output_limit: int


def load(name: str, revision: str | None = None) -> Loaded:
    """The model called ``name``, in float32 on the CPU.

    Raises:
        ExtraMissing: torch or transformers is not installed.
        WeightsMissing: files are not on this machine and could not be fetched.
        ModelError: it is no encoder-decoder model, is incomplete, or is no safetensors.
    """
    try:
        import torch
        from safetensors import SafetensorError
        from transformers import AutoModelForSeq2SeqLM, AutoTokenizer, GenerationConfig
        from transformers.utils.logging import disable_progress_bar
    except ImportError as error:
        raise ExtraMissing(f"The generator {name!r}", "hub") from error
    folder = _folder(name, revision)
    _refuse_pickles(folder)
    disable_progress_bar()
    options: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, **options)
        model, report = AutoModelForSeq2SeqLM.from_pretrained(
            folder,
            use_safetensors=True,
            dtype=torch.float32,
            attn_implementation="eager",  # else a config may name a kernel to download and run
            output_loading_info=True,
            **options,
        )
    except OSError as error:
        raise WeightsMissing(f"The generator {name!r} cannot be loaded: {_first_line(error)}", _HINT) from error
    except (ValueError, KeyError, TypeError, AttributeError, ImportError, RuntimeError, SafetensorError) as error:
        raise ModelError(f"The generator {name!r} cannot be used: {_first_line(error)}", _HINT) from error
    _check(name, model, tokenizer, report["missing_keys"])
    own = model.generation_config  # its token ids are kept, its decoding habits (beams, least length, …) are not
    ids = {f"{token}_token_id": getattr(own, f"{token}_token_id", None) for token in _TOKEN_IDS}
    model.generation_config = GenerationConfig(**ids)
    input_limit = min(tokenizer.model_max_length, _positions(model.get_encoder().config))
    return Loaded(model.eval(), tokenizer, input_limit, _positions(model.get_decoder().config) - 1)


def model_id(name: str, revision: str | None = None) -> str:
    """A model's name and a hash of its files; a hub model's name and its commit, once it was fetched."""
    folder = Path(name).expanduser()
    if not folder.is_dir():
        return "@".join(filter(None, (name, _commit(name, revision) or revision)))
    digest = hashlib.sha256()
    for file in sorted(file for pattern in MODEL_FILES for file in folder.glob(pattern)):
        with file.open("rb") as content:
            digest.update(file.name.encode() + hashlib.file_digest(content, "sha256").digest())
    return f"{folder.resolve().name}@{digest.hexdigest()[:12]}"


def _commit(name: str, revision: str | None) -> str | None:
    """The commit of a hub model that lies in the hub's cache, which names its files as a hash does."""
    try:
        from huggingface_hub import snapshot_download

        return Path(snapshot_download(name, revision=revision, local_files_only=True)).name[:12]
    except (ImportError, OSError, ValueError):  # it was not fetched, or is no name at all
        return None


def _folder(name: str, revision: str | None) -> Path:
    """Where the files are; a hub model is fetched without anything that can run, or found in the hub's cache."""
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    from huggingface_hub import snapshot_download

    offline = os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}
    try:
        return Path(
            snapshot_download(
                name, revision=revision, allow_patterns=MODEL_FILES, ignore_patterns=["*/*"], local_files_only=offline
            )
        )
    except (OSError, ValueError) as error:  # what huggingface_hub raises derives from one of them
        why = "HF_HUB_OFFLINE is set" if offline else _first_line(error)
        raise WeightsMissing(
            f"{name!r} is no folder, and no model of the hub that was fetched ({why}).", _HINT
        ) from error


def _refuse_pickles(folder: Path) -> None:
    """An index may name a pickle as its shard and an adapter may be one: both are refused before anything is read."""
    if (folder / "adapter_config.json").exists():
        raise ModelError(f"{folder} holds an adapter.", "merge it into its model and save that as safetensors")
    for file in folder.glob("*.index.json"):
        try:
            shards = set(json.loads(file.read_text("utf-8"))["weight_map"].values())
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise ModelError(f"{file} is not an index of weights.", _HINT) from error
        for shard in shards:
            if not str(shard).endswith(".safetensors"):
                raise ModelError(f"{file} names {shard!r}; only safetensors are read.", _HINT)


def _check(name: str, model: Any, tokenizer: Any, missing: Sequence[str]) -> None:
    """transformers fills missing weights at random and a missing vocabulary with nothing; here both are errors."""
    problem = ""
    rows = model.get_input_embeddings().num_embeddings
    read_back = tokenizer.decode(tokenizer("The documents say. 文件说明。").input_ids, skip_special_tokens=True)
    if not model.config.is_encoder_decoder:
        problem = "it is not an encoder-decoder model"
    elif missing:
        problem = f"{len(missing)} of its weights are missing, among them {min(missing)}"
    elif not has_words(read_back):
        problem = "its tokenizer's files are missing"
    elif len(tokenizer) > rows:
        problem = f"its tokenizer has {len(tokenizer)} tokens, the model {rows}"
    if problem:
        raise ModelError(f"The generator {name!r} cannot be used: {problem}.", _HINT)


def _positions(config: Any) -> int:
    """How many tokens a stack has positions for; very many where positions are relative and no limit is stated."""
    stated = [getattr(part, name, None) for part in (config, config.get_text_config()) for name in _POSITIONS]
    return next((number for number in stated if isinstance(number, int)), 1 << 30)


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
