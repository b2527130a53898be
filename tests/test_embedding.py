"""Texts to unit vectors, without weights and with the default ones."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.embedding import HashEmbedder, SentenceTransformerEmbedder, UseEmbedder, open_embedder
from rag.errors import ExtraMissing, ModelError, WeightsCorrupt, WeightsMissing
from rag.models import USE, WEIGHTS

SENTENCES = [
    "深圳港去年的集装箱吞吐量创下新高。",
    "The container throughput of Shenzhen port hit a record last year.",
    "这道菜需要两个鸡蛋和一点盐。",
    "The recipe needs two eggs and a little salt.",
]


def test_embedders_are_opened_by_name() -> None:
    assert isinstance(open_embedder("default"), UseEmbedder)
    assert isinstance(open_embedder("hash"), HashEmbedder)
    assert isinstance(open_embedder("intfloat/multilingual-e5-small"), SentenceTransformerEmbedder)


class TestHashEmbedder:
    @given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=4))
    def test_any_texts_become_unit_vectors(self, texts: list[str]) -> None:
        vectors = HashEmbedder(16).embed_passages(texts)
        assert vectors.shape == (len(texts), 16)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-5)

    def test_question_and_passage_of_one_text_are_one_vector(self) -> None:
        embedder = HashEmbedder()
        assert np.array_equal(embedder.embed_passages(["深圳港"])[0], embedder.embed_question("深圳港"))

    def test_shared_words_mean_nearness(self) -> None:
        embedder = HashEmbedder(512)
        question = embedder.embed_question("深圳港的泊位")
        near, far = embedder.embed_passages(["深圳港有20个泊位", "图书馆在周一闭馆"])
        assert near @ question > 0.4
        assert far @ question < 0.2

    def test_vectors_are_the_same_in_every_process(self) -> None:
        script = "from rag.embedding import HashEmbedder; print(HashEmbedder(4).embed_question('港口 port').tolist())"
        other = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "7"}
        )
        assert other.stdout.strip() == str(HashEmbedder(4).embed_question("港口 port").tolist())

    def test_id_tells_dimensions_apart(self) -> None:
        assert HashEmbedder(16).id != HashEmbedder(32).id
        assert (HashEmbedder(16).dim, HashEmbedder(32).dim) == (16, 32)


@pytest.fixture(scope="module")
def embedder(use_weights: Path) -> UseEmbedder:
    """The default embedder, its weights loaded once."""
    return UseEmbedder()


class TestUseEmbedder:
    def test_texts_become_unit_vectors_in_order(self, embedder: UseEmbedder) -> None:
        vectors = embedder.embed_passages(SENTENCES)
        assert vectors.shape == (4, 512)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
        assert embedder.dim == 512
        alone = UseEmbedder()
        for text, vector in zip(SENTENCES, vectors, strict=True):
            assert np.array_equal(alone.embed_question(text), vector)

    def test_translation_is_nearer_than_anything_else(self, embedder: UseEmbedder) -> None:
        vectors = embedder.embed_passages(SENTENCES)
        cosines = vectors @ vectors.T
        for one, other in ((0, 1), (2, 3)):
            unrelated = [cosines[one, i] for i in range(4) if i not in (one, other)]
            assert cosines[one, other] > max(unrelated) + 0.3

    def test_width_and_invisible_characters_make_no_difference(self, embedder: UseEmbedder) -> None:
        plain = embedder.embed_question("AI公司2024")
        assert np.array_equal(plain, embedder.embed_question("ＡＩ公司\u200b２０２４"))

    @pytest.mark.parametrize("text", ["", " ", "\n", "👍", "啊" * 3000, "a" * 3000])
    def test_odd_text_still_has_a_direction(self, embedder: UseEmbedder, text: str) -> None:
        vector = embedder.embed_question(text)
        assert np.isfinite(vector).all()
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4)

    def test_threads_share_one_embedder(self, embedder: UseEmbedder) -> None:
        shared = UseEmbedder()
        texts = [f"第{i}个问题" for i in range(8)]
        with ThreadPoolExecutor(4) as pool:
            vectors = list(pool.map(shared.embed_question, texts))
        assert np.array_equal(np.stack(vectors), embedder.embed_passages(texts))

    def test_id_carries_the_pinned_hash_of_the_weights(self) -> None:
        assert WEIGHTS[USE].sha256[:12] in UseEmbedder().id

    def test_weights_are_loaded_only_when_used(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("RAG_MODELS", str(tmp_path))
        embedder = UseEmbedder()
        assert embedder.embed_passages([]).shape == (0, 512)
        for texts in (["港"], ["港", "口"]):
            with pytest.raises(WeightsMissing) as caught:
                embedder.embed_passages(texts)
            assert caught.value.hint == f"python -m rag models pull {USE}"

    def test_file_of_another_size_is_refused(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("RAG_MODELS", str(tmp_path))
        (tmp_path / f"{USE}.onnx").write_bytes(b"short")
        with pytest.raises(WeightsCorrupt):
            UseEmbedder().embed_question("港")

    def test_file_that_is_no_model_is_a_model_error(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("RAG_MODELS", str(tmp_path))
        with (tmp_path / f"{USE}.onnx").open("wb") as file:
            file.truncate(WEIGHTS[USE].size)
        with pytest.raises(ModelError, match="cannot be loaded") as caught:
            UseEmbedder().embed_question("港")
        assert "models verify" in caught.value.hint


class TestSentenceTransformerEmbedder:
    def test_without_the_extra_the_pip_command_is_named(self) -> None:
        script = """
import sys
sys.modules["sentence_transformers"] = None
from rag.embedding import open_embedder
from rag.errors import ExtraMissing
for use in (lambda e: e.embed_question("港"), lambda e: e.embed_passages(["港"]), lambda e: e.dim):
    try:
        use(open_embedder("some/model"))
    except ExtraMissing as error:
        print(error.hint)
"""
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert done.stdout.splitlines() == [ExtraMissing("", "hub").hint] * 3

    def test_id_of_a_folder_changes_with_its_weights_and_not_with_its_place(self, tmp_path: Path) -> None:
        for place, weights in (("a/model", b"one"), ("b/model", b"one"), ("c/model", b"two")):
            (tmp_path / place).mkdir(parents=True)
            (tmp_path / place / "model.safetensors").write_bytes(weights)
        one, moved, other = (SentenceTransformerEmbedder(str(tmp_path / place / "model")).id for place in "abc")
        assert one == moved != other
        assert one.startswith("model@")

    def test_id_of_a_hub_model_is_its_name(self) -> None:
        assert SentenceTransformerEmbedder("intfloat/multilingual-e5-small").id == "intfloat/multilingual-e5-small"
