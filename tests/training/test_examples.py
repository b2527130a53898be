"""What the reader is trained on: held-out passages stay unseen, near misses stand where they were made."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training needs torch: pip install 'yinju[train]'")
pytest.importorskip("transformers", reason="training needs transformers: pip install 'yinju[train]'")

import numpy as np
import torch
from tokenizers import Tokenizer, models, pre_tokenizers

from rag.training.reader import examples
from rag.training.reader.batches import Windows, candidate
from rag.training.reader.examples import Example, Stream, load
from rag.training.reader.learning import mine
from rag.training.reader.measuring import auc

TEXT = "The bridge of Lund was built in 1891. The mill burned down in 1902. A school stands there today."


@pytest.fixture(autouse=True)
def no_sets_of_our_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only what a test writes is loaded."""
    monkeypatch.setattr(examples, "OWN", tmp_path / "none")


def _windows() -> Windows:
    words = sorted({*TEXT.split(), "When", "was", "the", "bridge", "built?", "mill"})
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *((f"▁{word}", -5.0) for word in words)]
    tokenizer = Tokenizer(models.Unigram(pieces, 3))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return Windows(tokenizer)


def _span(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


def _write(folder: Path, name: str, contexts: list[str]) -> None:
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as out:
        for context in contexts:
            qa = {"question": "What is first?", "answer": context[:4], "start": 0}
            out.write(json.dumps({"context": context, "qas": [qa]}) + "\n")


def test_a_public_passage_that_a_held_out_one_was_taken_from_is_not_trained_on(tmp_path: Path) -> None:
    rng = random.Random(3)
    contexts = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz ", k=200)) for _ in range(300)]
    _write(tmp_path, "written_en_wiki", contexts)
    longer = [f"More before it. {context} And more behind it." for context in contexts]
    _write(tmp_path, "squadshifts_wiki", longer)
    held_out = {s.name: set(s.passages) for s in load(tmp_path, held_out=True)}["written_en_wiki"]
    trained = {s.name: set(s.passages) for s in load(tmp_path, held_out=False)}
    assert held_out
    assert not held_out & trained["written_en_wiki"]
    assert len(trained["squadshifts_wiki"]) > 200
    assert not any(context in passage for context in held_out for passage in trained["squadshifts_wiki"])


def test_a_near_miss_is_shown_where_its_twin_is_answered() -> None:
    example = Example("When was the mill built?", TEXT, (), "near miss", "en", around=(_span("1891"),))
    window = _windows().cut(example, 20, random.Random(0))
    assert window is not None
    assert window.targets == [0]
    assert _windows()._encode("in 1891.")[0][-1] in window.ids


def test_the_sentence_that_is_verified_is_marked_and_no_other() -> None:
    windows = _windows()
    example = Example("When was the bridge built?", TEXT, (_span("1902"),))
    window = windows.cut(example, 60, random.Random(0))
    assert window is not None
    (right,) = window.answering
    ids, (start, end) = candidate(window, right)
    words = [windows.tokenizer.id_to_token(one).lstrip("▁") for one in ids[start:end]]
    assert words == "The mill burned down in 1902.".split()


def test_the_sentence_that_the_reader_wrongly_prefers_is_mined_as_wrong() -> None:
    window = _windows().cut(Example("When was the mill built?", TEXT, (), "near miss"), 60, random.Random(0))
    assert window is not None
    scores = torch.zeros(1, 60)
    scores[0, window.starts[1]] = 5.0
    ((mined, sentence),) = mine([window], scores, random.Random(0))
    assert (mined, sentence) == (window, 1)
    assert sentence not in window.answering


def test_auc_counts_pairs_in_the_right_order_and_ties_by_half() -> None:
    assert auc(np.array([3.0, 2.0]), np.array([1.0, 0.0])) == 1.0
    assert auc(np.array([1.0]), np.array([1.0, 2.0, 0.0, 0.0])) == 0.625


def test_every_draw_of_a_written_passage_brings_near_misses_beside_what_it_answers(tmp_path: Path) -> None:
    qas = [
        {"question": f"Which {n}?", "answer": "1891", "start": TEXT.index("1891"), "kind": "answerable"} for n in "abc"
    ] + [{"question": f"Who {n}?", "answer": None, "start": None, "kind": "near miss"} for n in "abc"]
    with gzip.open(tmp_path / "written_en_office.jsonl.gz", "wt", encoding="utf-8") as out:
        out.write(json.dumps({"context": f"{TEXT} More.", "qas": qas}) + "\n")
    stream = iter(Stream(load(tmp_path, held_out=False), 1))
    groups = [next(stream) for _ in range(8)]
    assert [group[0].spans != () for group in groups] == [True, False] * 4
    assert all(group[0].around for group in groups[1::2])
