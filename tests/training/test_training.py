"""A small reader trained for real: the loss falls, a stopped run goes on, and what is exported reads."""

from __future__ import annotations

import gzip
import json
import random
import shutil
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training needs torch: pip install 'yinju[train]'")
pytest.importorskip("transformers", reason="training needs transformers: pip install 'yinju[train]'")
pytest.importorskip("onnx", reason="exporting needs onnx: pip install 'yinju[train]'")
pytest.importorskip("jieba", reason="training needs jieba: pip install 'yinju[train]'")

from rag.generation.pointer_network import Pointer
from rag.training.reader.__main__ import main

PLACES = ("Lisbon", "Oslo", "Quito", "Dakar", "Hanoi", "Perth", "Sofia", "Turin", "Riga", "Lagos")
THINGS = ("bridge", "museum", "harbour", "library", "theatre", "station")


def _rows(count: int) -> list[dict[str, object]]:
    """Passages of one sentence a thing; the question names the thing, the answer is its place."""
    rng = random.Random(5)
    rows: list[dict[str, object]] = []
    for _ in range(count):
        text, qas = "", []
        for thing in rng.sample(THINGS, 3):
            place = rng.choice(PLACES)
            text += f"The {thing} is in "
            qas.append({"question": f"Where is the {thing}?", "answer": place, "start": len(text)})
            text += f"{place}. "
        rows.append({"context": text.strip(), "qas": qas})
    return rows


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short run in two parts, on a small encoder that was never trained."""
    root = tmp_path_factory.mktemp("training")
    (root / "data" / "train").mkdir(parents=True)
    with gzip.open(root / "data" / "train" / "squad2_part.jsonl.gz", "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in _rows(400))
    _write_encoder(root / "encoder")
    flags = ["--data", str(root / "data"), "--out", str(root / "out"), "--encoder", str(root / "encoder"), "--eager"]
    assert main([*flags, "--steps", "20", "--pieces", "500"]) == 0
    assert main([*flags, "--steps", "60", "--pieces", "500"]) == 0
    return root / "out"


def _write_encoder(folder: Path) -> None:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from transformers import BertConfig, BertModel

    words = sorted({word for row in _rows(60) for word in str(row["context"]).replace(".", " .").split()})
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    pieces += [(f"▁{word}", -5.0) for word in [*words, "Where", "the", "is"]]
    pieces += [(character, -9.0) for character in "abcdefghijklmnopqrstuvwxyz.?"]
    tokenizer = Tokenizer(models.Unigram([(p, s) for p, s in dict(pieces).items()], 3))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    folder.mkdir()
    tokenizer.save(str(folder / "tokenizer.json"))
    BertModel(
        BertConfig(
            vocab_size=len(dict(pieces)), hidden_size=32, num_hidden_layers=5, num_attention_heads=2,
            intermediate_size=64, max_position_embeddings=512, pad_token_id=1,
        )
    ).save_pretrained(folder)  # fmt: skip


def test_the_loss_falls_over_both_runs(trained: Path) -> None:
    rows = [json.loads(line) for line in (trained / "log.jsonl").read_text().splitlines()]
    losses = [row["loss"] for row in rows if "loss" in row]
    assert losses[-1] < 0.9 * losses[0]


def test_the_second_run_goes_on_where_the_first_stopped(trained: Path) -> None:
    steps = [json.loads(line)["step"] for line in (trained / "log.jsonl").read_text().splitlines()]
    assert steps == sorted(steps)
    assert steps[0] > 0


def test_what_is_exported_reads_words_of_the_passage(trained: Path) -> None:
    pointer = Pointer(lambda name: (trained / "reader" / name).read_bytes())
    text = "The bridge is in Oslo. The museum is in Lisbon."
    spans = pointer.spans(pointer.read("Where is the museum?", [text]), 2)
    assert spans
    assert all(one.span.of(text).strip() for one in spans)
    assert not any(one.overlaps(other) for one in spans for other in spans if one is not other)


def test_the_learning_curve_is_a_picture(trained: Path) -> None:
    assert (trained / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_the_model_loads_as_transformers_models_do(trained: Path) -> None:
    from rag.training.reader.model import Reader

    reader = Reader.from_pretrained(trained / "model")
    assert reader.config.decoder_layers == 1
    assert (trained / "model" / "model.safetensors").exists()


def test_no_data_says_what_to_put_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "encoder").mkdir()
    _write_encoder(tmp_path / "made")
    assert main(["--data", str(tmp_path), "--out", str(tmp_path / "out"), "--encoder", str(tmp_path / "made")]) == 2
    assert "cmrc_train.jsonl.gz" in capsys.readouterr().err


def test_a_trained_reader_answers_through_the_product(trained: Path, tmp_path: Path) -> None:
    from rag import Rag, Settings

    reader = tmp_path / "reader"
    shutil.copytree(trained / "reader", reader)
    fitted = {"ranking": {"pointed": 1.0}, "confidence": {"bias": 3.0}, "span": 0.0}
    (reader / "calibration.json").write_text(json.dumps(fitted))
    (tmp_path / "places.txt").write_text("The bridge is in Oslo. The museum is in Lisbon.\n")
    rag = Rag(Settings(index=tmp_path / "index", embedder="hash", generator=str(reader)))
    rag.index([tmp_path / "places.txt"])
    answer = rag.ask("Where is the museum?")
    document = rag.document(answer.citations[0].document)
    assert document is not None
    assert document.text[answer.citations[0].start : answer.citations[0].end] == answer.citations[0].quote
    assert answer.receipt["generator"].startswith("reader-")
    rag.close()
