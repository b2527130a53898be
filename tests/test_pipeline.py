"""The two straight lines over real files, with the weight-free embedder."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rag import Rag, Settings
from rag.embedding import HashEmbedder
from rag.errors import IndexMismatch, IndexMissing, QuestionError
from rag.types import Embedding

HARBOUR = "The harbour tunnel opened in 1972. It is 1.8 kilometres long. About 100,000 cars use it every day.\n"
TOWER = "钟楼建于1915年，高44米。钟楼由红砖和花岗岩砌成。每年约有20万人参观钟楼。\n"


class CountingEmbedder(HashEmbedder):
    """The weight-free embedder, counting the passages it embeds."""

    def __init__(self, dim: int = 64) -> None:
        super().__init__(dim)
        self.embedded: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> list[Embedding]:
        self.embedded += texts
        return super().embed_passages(texts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "harbour.txt").write_text(HARBOUR, "utf-8")
    (documents / "tower.md").write_text(TOWER, "utf-8")
    return documents


def opened(tmp_path: Path, embedder: HashEmbedder | None = None, **settings: float) -> Rag:
    chosen = replace(Settings(index=tmp_path / "index", threshold=0.0), **settings)  # type: ignore[arg-type]
    return Rag(chosen, embedder=embedder or HashEmbedder())


def test_a_folder_becomes_an_index_that_answers_with_the_exact_words(tmp_path: Path, folder: Path) -> None:
    rag = opened(tmp_path)
    assert rag.index([folder]).added == ("harbour.txt", "tower.md")
    answer = rag.ask("How long is the harbour tunnel in kilometres?")
    (citation,) = answer.citations
    document = rag.document(citation.document)
    assert document
    assert document.text[citation.start : citation.end] == citation.quote
    assert citation.document == "harbour.txt"


def test_every_chunk_of_every_document_stands_where_it_says(tmp_path: Path, folder: Path) -> None:
    rag = opened(tmp_path, chunk_size=40)
    rag.index([folder])
    passages = rag.search("钟楼 harbour tunnel", 50)
    assert len(passages) > 4
    for passage in passages:
        document = rag.document(passage.chunk.document)
        assert document
        assert document.text[passage.chunk.start : passage.chunk.end] == passage.chunk.text


def test_the_same_question_gets_the_same_answer(tmp_path: Path, folder: Path) -> None:
    rag = opened(tmp_path)
    rag.index([folder])
    first, second = (replace(rag.ask("钟楼有多高？"), timings_ms={}) for _ in range(2))
    assert first == second


def test_an_unchanged_folder_costs_no_embedding(tmp_path: Path, folder: Path) -> None:
    embedder = CountingEmbedder()
    rag = opened(tmp_path, embedder)
    rag.index([folder])
    embedder.embedded.clear()
    summary = rag.index([folder])
    assert summary.unchanged == ("harbour.txt", "tower.md")
    assert not embedder.embedded


def test_an_edit_embeds_only_the_chunks_that_changed(tmp_path: Path, folder: Path) -> None:
    embedder = CountingEmbedder()
    rag = opened(tmp_path, embedder, chunk_size=40)
    (folder / "harbour.txt").write_text(HARBOUR * 1 + "A new line of text that stands by itself.\n", "utf-8")
    rag.index([folder])
    embedder.embedded.clear()
    (folder / "harbour.txt").write_text(HARBOUR + "Another line of text that stands by itself.\n", "utf-8")
    summary = rag.index([folder])
    assert summary.updated == ("harbour.txt",)
    assert 0 < len(embedder.embedded) < summary.chunks


def test_a_moved_file_is_not_embedded_again(tmp_path: Path, folder: Path) -> None:
    embedder = CountingEmbedder()
    rag = opened(tmp_path, embedder)
    rag.index([folder])
    embedder.embedded.clear()
    (folder / "tower.md").rename(folder / "clock.md")
    summary = rag.index([folder])
    assert (summary.added, summary.removed) == (("clock.md",), ("tower.md",))
    assert not embedder.embedded


def test_a_file_gone_from_an_indexed_folder_is_forgotten(tmp_path: Path, folder: Path) -> None:
    rag = opened(tmp_path)
    rag.index([folder])
    (folder / "tower.md").unlink()
    assert rag.index([folder]).removed == ("tower.md",)
    assert {passage.chunk.document for passage in rag.search("钟楼", 50)} == {"harbour.txt"}


def test_indexing_one_file_forgets_no_other(tmp_path: Path, folder: Path) -> None:
    rag = opened(tmp_path)
    rag.index([folder])
    assert rag.index([folder / "tower.md"]).removed == ()
    assert len(rag.documents()) == 2


def test_two_folders_with_a_file_of_one_name_keep_both(tmp_path: Path, folder: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    (other / "tower.md").write_text(TOWER.replace("1915", "1990"), "utf-8")
    rag = opened(tmp_path)
    rag.index([folder])
    for _ in range(2):
        rag.index([other])
        assert [info.path for info in rag.documents()] == [
            "harbour.txt",
            "other/harbour.txt",
            "other/tower.md",
            "tower.md",
        ]


def test_a_deleted_document_is_never_cited(tmp_path: Path, folder: Path) -> None:
    rag = opened(tmp_path)
    rag.index([folder])
    assert rag.delete(["tower.md"]) == 1
    answer = rag.ask("钟楼有多高？")
    assert {citation.document for citation in answer.citations} <= {"harbour.txt"}
    assert {passage.chunk.document for passage in answer.passages} == {"harbour.txt"}


def test_a_bad_file_stops_nothing_and_is_named(tmp_path: Path, folder: Path) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 40)
    summary = opened(tmp_path).index([folder])
    assert summary.added == ("harbour.txt", "tower.md")
    assert {failure.path for failure in summary.failed} == {"broken.pdf", "empty.txt", "binary.txt"}
    assert all(failure.reason for failure in summary.failed)


def test_a_file_that_turns_bad_keeps_what_was_indexed_of_it(tmp_path: Path, folder: Path) -> None:
    rag = opened(tmp_path)
    rag.index([folder])
    (folder / "tower.md").write_bytes(b"\x00\x01\x02" * 100)
    summary = rag.index([folder])
    assert [failure.path for failure in summary.failed] == ["tower.md"]
    assert summary.removed == ()
    assert {info.path for info in rag.documents()} == {"harbour.txt", "tower.md"}


def test_another_chunk_size_cuts_every_document_anew(tmp_path: Path, folder: Path) -> None:
    opened(tmp_path).index([folder])
    smaller = opened(tmp_path, chunk_size=40)
    assert len(smaller.index([folder]).updated) == 2
    assert smaller.status().chunks > 2


def test_another_embedder_is_refused_and_the_index_left_alone(tmp_path: Path, folder: Path) -> None:
    opened(tmp_path).index([folder])
    with pytest.raises(IndexMismatch, match="hash-64"):
        opened(tmp_path, HashEmbedder(32)).index([folder])
    assert len(opened(tmp_path).documents()) == 2


def test_asking_without_an_index_says_so_and_makes_none(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        opened(tmp_path).ask("钟楼有多高？")
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("question", ["", "   ", "？！……", "?" * 50, "长" * 10_000])
def test_what_cannot_be_asked_is_an_error_with_a_way_out(tmp_path: Path, folder: Path, question: str) -> None:
    rag = opened(tmp_path)
    rag.index([folder])
    with pytest.raises(QuestionError) as caught:
        rag.ask(question)
    assert caught.value.hint


def test_the_receipt_names_index_models_and_settings(tmp_path: Path, folder: Path) -> None:
    rag = opened(tmp_path)
    rag.index([folder])
    receipt = rag.ask("钟楼有多高？").receipt
    assert receipt["embedder"] == "hash-64"
    assert receipt["generator"] == "extractive"
    assert receipt["index"]["chunks"] == rag.status().chunks


def test_progress_counts_what_is_stored_and_ends_complete(tmp_path: Path, folder: Path) -> None:
    told: list[tuple[int, int]] = []
    rag = opened(tmp_path)
    rag.index([folder], lambda done, total: told.append((done, total)))
    assert told == [(0, 2), (0, 2), (2, 2)]
    rag.index([folder], lambda done, total: told.append((done, total)))
    assert told[3:] == [(1, 2), (2, 2), (2, 2)]
