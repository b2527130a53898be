"""The sentence-transformers path with a real model: multilingual-e5-small, rebuilt from its 4-bit file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ModelError, WeightsMissing
from rag.models.embedders import SentenceTransformerEmbedder, open_embedder
from rag.training.embedder.e5 import build_e5_folder
from tests.test_embedding import SENTENCES, assert_sound

pytest.importorskip("sentence_transformers")

pytestmark = pytest.mark.long


@pytest.fixture(scope="session")
def folder(e5_weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """multilingual-e5-small as a Hugging Face folder."""
    return build_e5_folder(e5_weights, tmp_path_factory.mktemp("hub") / "multilingual-e5-small")


@pytest.fixture(scope="session")
def embedder(folder: Path) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(str(folder))


def test_texts_become_embeddings_of_one_part(embedder: SentenceTransformerEmbedder) -> None:
    embeddings = embedder.embed_passages(SENTENCES)
    assert len(embeddings) == 4
    for embedding in (*embeddings, embedder.embed_question(SENTENCES[0])):
        assert_sound(embedding, 384, 384)
        assert len(embedding.parts) == 1
    assert embedder.dim == 384
    assert embedder.embed_passages([]) == []


def test_translation_is_the_nearest_of_its_language(embedder: SentenceTransformerEmbedder) -> None:
    port_zh, port_en, recipe_zh, recipe_en = embedder.embed_passages(SENTENCES)
    assert port_zh.cosine(port_en) > port_zh.cosine(recipe_en) + 0.02
    assert recipe_zh.cosine(recipe_en) > recipe_zh.cosine(port_en) + 0.02


def test_vector_does_not_depend_on_its_company(embedder: SentenceTransformerEmbedder) -> None:
    together = embedder.embed_passages(SENTENCES)
    alone = [embedder.embed_passages([text])[0] for text in SENTENCES]
    assert all(np.abs(a.vector - b.vector).max() < 1e-4 for a, b in zip(together, alone, strict=True))


def test_question_and_passage_get_the_prefixes_the_model_was_trained_with(
    embedder: SentenceTransformerEmbedder, folder: Path, tmp_path: Path
) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(folder, bare, copy_function=_linked)
    config = bare / "config_sentence_transformers.json"
    settings = json.loads(config.read_text("utf-8"))
    config.unlink()
    config.write_text(json.dumps({**settings, "prompts": {}}), "utf-8")
    plain = SentenceTransformerEmbedder(str(bare))
    text = SENTENCES[0]
    asked, stored = embedder.embed_question(text).vector, embedder.embed_passages([text])[0].vector
    assert asked == pytest.approx(plain.embed_question(f"query: {text}").vector, abs=1e-5)
    assert stored == pytest.approx(plain.embed_passages([f"passage: {text}"])[0].vector, abs=1e-5)
    assert np.abs(asked - stored).max() > 1e-3
    assert np.abs(asked - plain.embed_question(text).vector).max() > 1e-3


def test_width_and_invisible_characters_make_no_difference(embedder: SentenceTransformerEmbedder) -> None:
    plain, odd = embedder.embed_passages(["AI公司2024", "ＡＩ公司\u200b２０２４"])
    assert plain.vector == pytest.approx(odd.vector, abs=1e-5)


def test_id_changes_when_the_weights_do(embedder: SentenceTransformerEmbedder, folder: Path, tmp_path: Path) -> None:
    assert embedder.id.startswith("multilingual-e5-small@")
    other = tmp_path / "multilingual-e5-small"
    other.mkdir()
    weights = bytearray((folder / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (other / "model.safetensors").write_bytes(weights)
    assert SentenceTransformerEmbedder(str(other)).id != embedder.id


@pytest.mark.parametrize("name", ["/no/such/folder", "nobody/no-such-model"])
def test_model_that_is_not_here_names_a_way_out(name: str) -> None:
    with pytest.raises(WeightsMissing, match=name) as caught:
        open_embedder(name).embed_question("港")
    assert "folder" in caught.value.hint


def test_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match="cannot be loaded"):
        open_embedder(str(tmp_path)).embed_question("港")


@pytest.mark.parametrize("beside_good_weights", [True, False])
def test_pickled_weights_are_never_read(folder: Path, tmp_path: Path, beside_good_weights: bool) -> None:
    pickled = tmp_path / "pickled"
    left_out = [] if beside_good_weights else ["*.safetensors"]
    shutil.copytree(folder, pickled, copy_function=_linked, ignore=shutil.ignore_patterns(*left_out))
    (pickled / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'touch /tmp/never'\ntR.")
    with pytest.raises(ModelError, match="pickle"):
        open_embedder(str(pickled)).embed_question("港")


def _linked(source: str, target: str) -> None:
    Path(target).hardlink_to(source)
