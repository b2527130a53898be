"""``python -m rag.training.reader --data DIR --out DIR``: train the reader; a second run goes on from the first."""

from __future__ import annotations

import argparse
import gzip
import json
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ExtraMissing, RagError

if TYPE_CHECKING:
    from rag.training.reader.learning import Learner, Recipe
    from rag.training.reader.model import Reader


LOOKS = 900
"""Held-out questions that a run is measured on now and then."""


def main(arguments: list[str] | None = None) -> int:
    """Train, export, draw the curve; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m rag.training.reader", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/*.jsonl.gz: question sets")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint, log, curve and the finished reader")
    parser.add_argument("--minutes", type=float, default=60, help="of training in this part (%(default)s)")
    parser.add_argument("--steps", type=int, help="instead of --minutes")
    parser.add_argument(
        "--decay", action="store_true", help="the rates fall to the part's end: what comes out can ship"
    )
    parser.add_argument("--start", type=Path, help="a reader to go on from, such as rag/weights/reader")
    parser.add_argument("--encoder", type=Path, help="or a BERT folder to begin with (multilingual-e5-small)")
    parser.add_argument("--pieces", type=int, default=40_000, help="size of a new vocabulary (%(default)s)")
    parser.add_argument("--frozen", type=int, default=0, help="lowest layers that stay as they are (%(default)s)")
    parser.add_argument("--every", type=float, default=10.0, help="minutes between checkpoints (%(default)s)")
    parser.add_argument(
        "--device", choices=("auto", "cpu", "cuda"), default="auto", help="where to train (%(default)s)"
    )
    parser.add_argument("--float32", action="store_true", help="not in bfloat16 though the processor has it")
    parser.add_argument("--compile", action="store_true", help="torch.compile: starts minutes later, trains faster")
    given = parser.parse_args(arguments)
    try:
        train(given)
    except RagError as error:
        print(error, error.hint, sep="\n", file=sys.stderr)
        return 2
    return 0


def train(given: argparse.Namespace) -> None:
    """One part of a run: from a reader or an encoder, or from the checkpoint in ``--out``.

    Raises:
        ExtraMissing: what training needs is not installed.
        TrainingError: no data, no reader or no encoder where they were said to be.
    """
    try:
        import onnx  # noqa: F401
        import torch
        from transformers.utils import logging
    except ImportError as error:
        raise ExtraMissing("Training a reader", "train") from error
    from rag.training.reader.curve import draw
    from rag.training.reader.export import export
    from rag.training.reader.learning import LOG, Recipe

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    torch.manual_seed(Recipe.seed)
    given.out.mkdir(parents=True, exist_ok=True)
    device = ("cuda" if torch.cuda.is_available() else "cpu") if given.device == "auto" else given.device
    recipe = Recipe(
        given.minutes, given.steps, given.decay, frozen_layers=given.frozen, every_minutes=given.every,
        device=device, half=not given.float32 and has_bfloat16(device), compile=given.compile,
    )  # fmt: skip
    learner = _learner(given, recipe)
    _learn(given, learner)
    with learner.averaged():
        learner.model.save_pretrained(given.out / "model")
    draw(given.out / LOG, given.out / "curve.png")
    reader = export(given.out / "model", given.out / "tokenizer.json", given.out / "reader")
    print(f"Wrote {reader}. Calibrate it: python -m rag.training.calibration.reader --reader {reader}")


def has_bfloat16(device: str) -> bool:
    """Whether a device multiplies bfloat16 in hardware; elsewhere it is many times slower than float32."""
    import torch

    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    able = torch.cpu.get_capabilities()
    return bool(able.get("amx_bf16") or able.get("avx512_bf16"))


def _learner(given: argparse.Namespace, recipe: Recipe) -> Learner:
    """A reader on the weights of another, or on an encoder's; then on those of the checkpoint, if there is one."""
    from rag.training.reader.learning import Learner
    from rag.training.reader.restore import from_shipped

    if given.start:
        model = from_shipped(given.start)
        shutil.copy(given.start / "tokenizer.json", given.out / "tokenizer.json")
    else:
        model = _on_encoder(given)
    learner = Learner(model, recipe, given.out)
    print(f"{'Going on' if learner.resume() else 'Starting'} at step {learner.step}, {recipe}", flush=True)
    return learner


def _on_encoder(given: argparse.Namespace) -> Reader:
    """A new reader on a pretrained encoder with its vocabulary cut to what the data has."""
    from rag.training.reader.model import from_encoder
    from rag.training.reader.vocabulary import prune

    encoder = given.encoder or _e5(given.out)
    ids = given.out / "vocabulary.json"
    if not ids.exists():
        content, kept = prune(encoder, _texts(given.data), given.pieces)
        (given.out / "tokenizer.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        ids.write_text(json.dumps(kept))
    return from_encoder(encoder, json.loads(ids.read_text()))


def _learn(given: argparse.Namespace, learner: Learner) -> None:
    from tokenizers import Tokenizer

    from rag.training.reader.batches import Windows, batches
    from rag.training.reader.examples import Stream, held_out_examples, load
    from rag.training.reader.measuring import Looks

    windows = Windows(Tokenizer.from_file(str(given.out / "tokenizer.json")))
    seed = learner.recipe.seed + learner.step  # a resumed run draws other examples than the run before it
    kept_back = load(given.data / "train", held_out=True)
    written = [s for s in kept_back if s.name.startswith("written_")]
    looks = Looks.of(held_out_examples(written or kept_back, LOOKS, learner.recipe.seed), windows)
    stream = Stream(load(given.data / "train", held_out=False), seed)
    learner.run(batches(stream, windows, random.Random(seed)), looks)


def _e5(out: Path) -> Path:
    """The pulled multilingual-e5-small as a folder that transformers loads."""
    from rag.models.registry import E5, weight_path
    from rag.training.embedder.e5 import build_e5_folder

    folder = out / "encoder"
    return folder if (folder / "config.json").exists() else build_e5_folder(weight_path(E5), folder)


def _texts(data: Path) -> Iterator[str]:
    """Everything the vocabulary must know: the question sets, and the news where they are."""
    news = data / "bench" / "zh_news_10k.jsonl.gz"
    for path in [*sorted((data / "train").glob("*.jsonl.gz")), *([news] if news.exists() else [])]:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                yield row.get("context") or row.get("text") or ""
                yield from (qa["question"] for qa in row.get("qas", ()))


if __name__ == "__main__":
    raise SystemExit(main())
