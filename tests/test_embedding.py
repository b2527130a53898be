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

from rag.errors import ExtraMissing, WeightsCorrupt, WeightsMissing
from rag.models.embedders import HashEmbedder, SentenceTransformerEmbedder, open_embedder, single_part
from rag.models.registry import USE, WEIGHTS
from rag.models.use_encoder import UseEmbedder, windows
from rag.types import Embedding

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


def same(one: Embedding, other: Embedding) -> bool:
    return np.array_equal(one.vector, other.vector) and np.array_equal(one.parts, other.parts)


def assert_sound(embedding: Embedding, dim: int, part_dim: int) -> None:
    """A unit vector, and at least one part that is a unit vector within the rounding of an int8."""
    assert embedding.vector.shape == (dim,)
    assert embedding.vector.dtype == np.float32
    assert np.linalg.norm(embedding.vector) == pytest.approx(1, abs=1e-4)
    assert embedding.parts.dtype == np.int8
    assert embedding.parts.shape[0] >= 1
    assert embedding.parts.shape[1] == part_dim
    lengths = np.linalg.norm(embedding.parts.astype(np.float32), axis=1) / 127
    assert lengths == pytest.approx(np.ones(len(lengths)), abs=0.1)


class TestEmbedding:
    def test_text_covers_itself_and_is_covered_by_a_longer_text_with_all_its_parts(self) -> None:
        parts = np.eye(4, dtype=np.int8) * 127
        vector = np.array([1, 0, 0, 0], np.float32)
        short, long = Embedding(vector, parts[:2]), Embedding(vector, parts)
        assert short.coverage(short) == pytest.approx(1)
        assert short.coverage(long) == pytest.approx(1)
        assert long.coverage(short) == pytest.approx(0.5)
        assert short.coverage(Embedding(vector, -parts[:1])) == pytest.approx(-0.5)

    def test_single_part_is_the_text_itself(self) -> None:
        vector = np.array([0.6, -0.8], np.float32)
        one = single_part(vector)
        assert one.parts.tolist() == [[76, -102]]
        assert one.cosine(one) == pytest.approx(one.coverage(one), abs=0.01)


class TestHashEmbedder:
    @given(st.lists(st.text(max_size=30), max_size=4))
    def test_any_texts_become_embeddings(self, texts: list[str]) -> None:
        embeddings = HashEmbedder(16).embed_passages(texts)
        assert len(embeddings) == len(texts)
        for embedding in embeddings:
            assert_sound(embedding, 16, 16)

    def test_question_and_passage_of_one_text_are_alike(self) -> None:
        embedder = HashEmbedder()
        assert same(embedder.embed_passages(["深圳港"])[0], embedder.embed_question("深圳港"))

    def test_shared_words_mean_nearness(self) -> None:
        embedder = HashEmbedder(512)
        question = embedder.embed_question("深圳港的泊位")
        near, far = embedder.embed_passages(["深圳港有20个泊位", "图书馆在周一闭馆"])
        assert question.cosine(near) > 0.4
        assert question.cosine(far) < 0.2

    def test_vectors_are_the_same_in_every_process(self) -> None:
        script = (
            "from rag.models.embedders import HashEmbedder; "
            "print(HashEmbedder(4).embed_question('港 port').vector.tolist())"
        )
        other = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "7"}
        )
        assert other.stdout.strip() == str(HashEmbedder(4).embed_question("港 port").vector.tolist())

    def test_id_tells_dimensions_apart(self) -> None:
        assert HashEmbedder(16).id != HashEmbedder(32).id
        assert (HashEmbedder(16).dim, HashEmbedder(32).dim) == (16, 32)


@pytest.fixture(scope="module")
def embedder(use_weights: Path) -> UseEmbedder:
    """The default embedder, its weights loaded once."""
    return UseEmbedder()


class TestUseEmbedder:
    def test_texts_become_embeddings_in_order_that_do_not_depend_on_their_company(self, embedder: UseEmbedder) -> None:
        together = embedder.embed_passages(SENTENCES)
        for text, embedding in zip(SENTENCES, together, strict=True):
            assert_sound(embedding, 512, 128)
            (alone,) = embedder.embed_passages([text])
            assert alone.cosine(embedding) > 0.9999
            assert np.abs(alone.parts.astype(int) - embedding.parts.astype(int)).max() <= 1
        assert embedder.dim == 512

    def test_translation_is_nearer_than_anything_else(self, embedder: UseEmbedder) -> None:
        questions = [embedder.embed_question(text) for text in SENTENCES]
        passages = embedder.embed_passages(SENTENCES)
        for one, other in ((0, 1), (1, 0), (2, 3), (3, 2)):
            unrelated = [i for i in range(4) if i not in (one, other)]
            for near in (questions[one].cosine, questions[one].coverage):
                assert near(passages[other]) > max(near(passages[i]) for i in unrelated) + 0.1

    def test_long_text_has_more_parts_and_covers_the_question_it_answers(self, embedder: UseEmbedder) -> None:
        question = embedder.embed_question("深圳港去年的吞吐量是多少？")
        filler = "今天天气不错，适合出门散步。" * 8
        answer, filled, other = embedder.embed_passages([SENTENCES[0], filler + SENTENCES[0] + filler, filler * 2])
        assert len(answer.parts) < len(filled.parts)
        assert question.coverage(filled) > question.coverage(other) + 0.1
        assert question.cosine(answer) > question.cosine(filled)

    def test_width_and_invisible_characters_make_no_difference(self, embedder: UseEmbedder) -> None:
        assert same(embedder.embed_question("AI公司2024"), embedder.embed_question("ＡＩ公司\u200b２０２４"))

    @pytest.mark.parametrize("text", ["", " ", "\n", "\u200b", "👍", "啊" * 3000, "a" * 3000, "a " * 3000])
    def test_odd_text_still_has_a_direction(self, embedder: UseEmbedder, text: str) -> None:
        assert_sound(embedder.embed_question(text), 512, 128)
        assert_sound(embedder.embed_passages([text, "港"])[0], 512, 128)

    def test_threads_share_one_embedder(self, embedder: UseEmbedder) -> None:
        shared = UseEmbedder()
        texts = [f"第{i}个问题" for i in range(8)]
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(shared.embed_question, texts))
        assert all(same(one, embedder.embed_question(text)) for one, text in zip(found, texts, strict=True))

    @given(st.integers(1, 40))
    def test_windows_hold_every_token(self, count: int) -> None:
        tokens = np.zeros((count, 512), np.float32)
        tokens[range(count), range(count)] = 1
        pooled = windows(tokens)
        assert pooled.shape[1] == 512
        assert (pooled[:, :count].max(axis=0) > 0).all()
        assert not pooled[:, count:].any()
        assert ((pooled > 0).sum(axis=1) == min(count, 4)).all()
        assert np.linalg.norm(pooled, axis=1) == pytest.approx(np.ones(len(pooled)), abs=1e-6)

    def test_nothing_big_is_imported_beside_the_runtime(self, use_weights: Path) -> None:
        code = (
            "import sys; from rag.models.embedders import open_embedder\n"
            "open_embedder('default').embed_question('a bridge')\n"
            "print(*{name.partition('.')[0] for name in sys.modules})"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        loaded = set(done.stdout.split())
        assert "onnxruntime" in loaded
        assert loaded & {"onnx", "torch", "transformers", "onnxruntime_extensions", "huggingface_hub"} == set()

    def test_id_carries_the_pinned_hash_of_the_weights(self) -> None:
        assert WEIGHTS[USE].sha256[:8] in UseEmbedder().id

    def test_weights_are_loaded_only_when_used(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("RAG_MODELS", str(tmp_path))
        embedder = UseEmbedder()
        assert embedder.embed_passages([]) == []
        for texts in (["港"], ["港", "口"]):
            with pytest.raises(WeightsMissing) as caught:
                embedder.embed_passages(texts)
            assert caught.value.hint == f"python -m rag models pull {USE}"

    def test_file_of_another_size_is_refused(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("RAG_MODELS", str(tmp_path))
        (tmp_path / f"{USE}.onnx").write_bytes(b"short")
        with pytest.raises(WeightsCorrupt):
            UseEmbedder().embed_question("港")

    def test_tampered_file_of_the_right_size_is_never_loaded(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, use_weights: Path
    ) -> None:
        content = bytearray(use_weights.read_bytes())
        content[-1000] ^= 1
        (tmp_path / f"{USE}.onnx").write_bytes(content)
        monkeypatch.setenv("RAG_MODELS", str(tmp_path))
        with pytest.raises(WeightsCorrupt, match="sha256") as caught:
            UseEmbedder().embed_question("港")
        assert "models pull" in caught.value.hint


class TestSentenceTransformerEmbedder:
    def test_without_the_extra_the_pip_command_is_named(self) -> None:
        script = """
import sys
sys.modules["sentence_transformers"] = None
from rag.models.embedders import open_embedder
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
