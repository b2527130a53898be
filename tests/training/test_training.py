"""A small reader trained for real: the loss falls, a stopped run goes on, and what is exported reads."""

from __future__ import annotations

import gzip
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training needs torch: pip install 'yinju[train]'")
pytest.importorskip("transformers", reason="training needs transformers: pip install 'yinju[train]'")
pytest.importorskip("onnx", reason="exporting needs onnx: pip install 'yinju[train]'")

from rag.generation.pointer_network import Marked, Pointer
from rag.training.reader import examples
from rag.training.reader.__main__ import main
from rag.types import Span

pytestmark = pytest.mark.long

PLACES = ("Lisbon", "Oslo", "Quito", "Dakar", "Hanoi", "Perth", "Sofia", "Turin", "Riga", "Lagos")
THINGS = ("bridge", "museum", "harbour", "library", "theatre", "station")


def _rows(count: int) -> list[dict[str, object]]:
    """Passages of one sentence a thing; the question names the thing, the answer is its place."""
    rng = random.Random(5)
    rows: list[dict[str, object]] = []
    for _ in range(count):
        text, qas = "", []
        *told, missing = rng.sample(THINGS, 4)
        for thing in told:
            place = rng.choice(PLACES)
            text += f"The {thing} is in "
            qas.append(_asked(thing, "answerable", place, len(text)))
            text += f"{place}. "
        rows.append({"context": text.strip(), "qas": [*qas, _asked(missing, "near miss", None, None)]})
    return rows


def _asked(thing: str, kind: str, answer: str | None, start: int | None) -> dict[str, object]:
    return {"question": f"Where is the {thing}?", "answer": answer, "start": start, "kind": kind, "language": "en"}


@pytest.fixture(scope="module", autouse=True)
def no_sets_of_our_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Only what a test writes is trained on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(examples, "OWN", tmp_path_factory.mktemp("none"))
        yield


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short run in two parts, the second of which decays, on a small encoder that was never trained."""
    root = tmp_path_factory.mktemp("training")
    (root / "data" / "train").mkdir(parents=True)
    with gzip.open(root / "data" / "train" / "written_en_wiki.jsonl.gz", "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in _rows(400))
    _write_encoder(root / "encoder")
    flags = [*_flags(root, root / "out"), "--encoder", str(root / "encoder"), "--pieces", "500"]
    assert main([*flags, "--steps", "20"]) == 0
    (root / "checkpoint").write_bytes((root / "out" / "checkpoint.pt").read_bytes())
    assert main([*flags, "--steps", "40", "--decay"]) == 0
    return root / "out"


def _flags(root: Path, out: Path) -> list[str]:
    return ["--data", str(root / "data"), "--out", str(out), "--device", "cpu", "--float32"]


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


def _log(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def test_every_part_logs_its_losses_and_moves_the_weights(trained: Path) -> None:
    import torch

    from rag.training.reader.model import Reader

    losses = [row["loss"] for row in _log(trained) if "loss" in row]
    assert len(losses) == 3
    assert all(0 < loss < 100 for loss in losses)
    held = torch.load(trained / "checkpoint.pt", weights_only=True)["model"]
    final = Reader.from_pretrained(trained / "model").state_dict()
    moved = [name for name, value in held.items() if not torch.equal(value, final[name])]
    assert {"ask.0.weight", "verifier.0.weight", "mark"} <= set(moved)


def test_the_second_part_goes_on_where_the_first_stopped(trained: Path) -> None:
    steps = [row["step"] for row in _log(trained)]
    assert steps == sorted(steps)
    assert steps[-1] == 60


def test_a_part_that_decays_leaves_the_checkpoint_for_one_that_goes_on(trained: Path) -> None:
    assert (trained / "checkpoint.pt").read_bytes() == (trained.parent / "checkpoint").read_bytes()


def test_a_look_says_how_near_misses_are_told_from_what_is_answered(trained: Path) -> None:
    last = _log(trained)[-1]
    assert {"f1_same", "auc_odds_same", "auc_verified_same", "auc_both_same", "refused_same"} <= last.keys()
    assert all(0 <= value <= 1 for name, value in last.items() if name.startswith(("f1", "auc", "refused")))


def test_a_shipped_reader_is_trained_on(trained: Path, tmp_path: Path) -> None:
    import torch

    from rag.training.reader.model import Reader
    from rag.training.reader.restore import from_shipped

    restored = from_shipped(trained / "reader").eval()
    ids, mask, pointed = torch.tensor([[0, 9, 2, 2, 8, 11, 2]]), torch.ones(1, 7, dtype=torch.long), torch.tensor([[4]])
    with torch.no_grad():
        was = Reader.from_pretrained(trained / "model").eval()(ids, mask, pointed)
        now = restored(ids, mask, pointed)
    assert torch.nn.functional.cosine_similarity(was.flatten(), now.flatten(), dim=0) > 0.99
    flags = [*_flags(trained.parent, tmp_path / "more"), "--start", str(trained / "reader"), "--steps", "2"]
    assert main(flags) == 0
    assert (tmp_path / "more" / "reader" / "verifier.onnx").exists()


def test_a_folder_without_a_reader_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*_flags(tmp_path, tmp_path / "out"), "--start", str(tmp_path / "nothing")]) == 2
    assert "nothing has no reader" in capsys.readouterr().err


def test_bfloat16_is_used_only_where_the_processor_has_it() -> None:
    import torch

    from rag.training.reader.__main__ import has_bfloat16

    able = torch.cpu.get_capabilities()
    assert has_bfloat16("cpu") == bool(able.get("amx_bf16") or able.get("avx512_bf16"))


def test_what_is_exported_reads_words_of_the_passage(trained: Path) -> None:
    pointer = Pointer(lambda name: (trained / "reader" / name).read_bytes())
    text = "The bridge is in Oslo. The museum is in Lisbon."
    spans = pointer.spans(pointer.read(["Where is the museum?"], [text]), 2)
    assert spans
    assert all(one.span.of(text).strip() for one in spans)
    assert not any(one.overlaps(other) for one in spans for other in spans if one is not other)


def test_the_exported_verifier_says_what_the_trained_one_says(trained: Path, tmp_path: Path) -> None:
    import torch

    from rag.training.reader.export import export
    from rag.training.reader.model import Reader

    export(trained / "model", trained / "tokenizer.json", tmp_path, quantise=False)
    pointer = Pointer(lambda name: (tmp_path / name).read_bytes())
    text, question = "The bridge is in Oslo. The museum is in Lisbon.", "Where is the museum?"
    candidates = [Marked(question, text, span, (0, 23)) for span in (Span(0, 22), Span(23, len(text)))]
    model = Reader.from_pretrained(trained / "model").eval()
    for one, odds in zip(candidates, pointer.verify(candidates), strict=True):
        ids, (start, end) = pointer.marked(one)
        marked = torch.zeros(1, len(ids))
        marked[0, start:end] = 1
        with torch.no_grad():
            mask = torch.ones(1, len(ids), dtype=torch.long)
            right = model.verify(model.encode(torch.tensor([ids]), mask, marked), marked)
        assert odds == pytest.approx(float(right), abs=1e-3)


def test_the_learning_curve_is_a_picture(trained: Path) -> None:
    assert (trained / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_the_model_loads_as_transformers_models_do(trained: Path) -> None:
    from rag.training.reader.model import Reader

    reader = Reader.from_pretrained(trained / "model")
    assert reader.config.decoder_layers == 1
    assert (trained / "model" / "model.safetensors").exists()


def test_no_data_says_what_to_put_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write_encoder(tmp_path / "made")
    assert main([*_flags(tmp_path, tmp_path / "out"), "--encoder", str(tmp_path / "made")]) == 2
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
