"""``python -m rag.training.reader --data DIR --out DIR``: train the reader; run it again to go on from a checkpoint."""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ExtraMissing, RagError

if TYPE_CHECKING:
    from rag.training.reader.learning import Learner, Recipe


LOOKS = 250
"""Held-out questions that a run is measured on now and then."""


def main(arguments: list[str] | None = None) -> int:
    """Train, export, draw the curve; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m rag.training.reader", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/*.jsonl.gz: question sets")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint, log, curve and the finished reader")
    parser.add_argument("--minutes", type=float, default=180, help="of training, over all resumed runs (%(default)s)")
    parser.add_argument("--steps", type=int, help="instead of --minutes")
    parser.add_argument("--dictionary", type=Path, help="CC-CEDICT, text or wheel: questions across languages")
    parser.add_argument("--encoder", type=Path, help="a BERT folder to start from (multilingual-e5-small)")
    parser.add_argument("--pieces", type=int, default=40_000, help="size of the vocabulary (%(default)s)")
    parser.add_argument("--every", type=float, default=10.0, help="minutes between checkpoints (%(default)s)")
    parser.add_argument("--eager", action="store_true", help="without torch.compile: starts sooner, trains slower")
    given = parser.parse_args(arguments)
    try:
        train(given)
    except RagError as error:
        print(error, error.hint, sep="\n", file=sys.stderr)
        return 2
    return 0


def train(given: argparse.Namespace) -> None:
    """One run, from the encoder or from the checkpoint in ``--out``.

    Raises:
        ExtraMissing: what training needs is not installed.
        ModelError: no data, no dictionary or no encoder where they were said to be.
    """
    try:
        import jieba  # noqa: F401
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
    torch.set_num_threads(os.cpu_count() or 1)
    torch.manual_seed(Recipe.seed)
    given.out.mkdir(parents=True, exist_ok=True)
    recipe = Recipe(given.minutes, given.steps, every_minutes=given.every, compile=not given.eager)
    learner = _learner(given, recipe)
    _learn(given, learner)
    with learner.averaged():
        learner.model.save_pretrained(given.out / "model")
    draw(given.out / LOG, given.out / "curve.png")
    reader = export(given.out / "model", given.out / "tokenizer.json", given.out / "reader")
    print(f"Wrote {reader}. Calibrate it: python -m rag.training.calibration.reader --reader {reader}")


def _learner(given: argparse.Namespace, recipe: Recipe) -> Learner:
    """A reader on the encoder's weights, or on those of the checkpoint."""
    from rag.training.reader.learning import Learner
    from rag.training.reader.model import from_encoder
    from rag.training.reader.vocabulary import prune

    encoder = given.encoder or _e5(given.out)
    ids = given.out / "vocabulary.json"
    if not ids.exists():
        content, kept = prune(encoder, _texts(given.data), given.pieces)
        (given.out / "tokenizer.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        ids.write_text(json.dumps(kept))
    learner = Learner(from_encoder(encoder, json.loads(ids.read_text())), recipe, given.out)
    print(f"{'Going on' if learner.resume() else 'Starting'} at step {learner.step}", flush=True)
    return learner


def _learn(given: argparse.Namespace, learner: Learner) -> None:
    from tokenizers import Tokenizer

    from rag.training.reader.batches import Windows, batches
    from rag.training.reader.examples import Stream, load
    from rag.training.reader.glossary import Dictionary
    from rag.training.reader.learning import held_out_batches

    windows = Windows(Tokenizer.from_file(str(given.out / "tokenizer.json")))
    dictionary = Dictionary.open(given.dictionary) if given.dictionary else None
    seed = learner.recipe.seed + learner.step  # a resumed run draws other examples than the run before it
    looks = Stream(load(given.data / "train", held_out=True), None, learner.recipe.seed)
    examples = [example for _, group in zip(range(LOOKS), looks, strict=False) for example in group]
    stream = Stream(load(given.data / "train", held_out=False), dictionary, seed)
    learner.run(batches(stream, windows, random.Random(seed)), held_out_batches(examples, windows))


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
