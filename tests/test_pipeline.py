"""The two straight lines over real files, with the weight-free embedder."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rag import Rag, Settings
from rag.errors import IndexDamaged, IndexMismatch, IndexMissing, QuestionError
from rag.generation.extractive import ExtractiveGenerator
from rag.models.embedders import HashEmbedder
from rag.types import Embedding
from tests.builders import too_deep

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
    chosen = replace(Settings(index=tmp_path / "index", risk=1.0), **settings)  # type: ignore[arg-type]
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
    (other / "harbour.txt").write_text(HARBOUR.replace("1972", "1990"), "utf-8")
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
    assert re.fullmatch("reader@[0-9a-f]{12}", receipt["generator"])
    assert receipt["index"]["chunks"] == rag.status().chunks


def test_progress_counts_what_is_stored_and_ends_complete(tmp_path: Path, folder: Path) -> None:
    told: list[tuple[int, int]] = []
    rag = opened(tmp_path)
    rag.index([folder], lambda done, total: told.append((done, total)))
    assert told == [(0, 2), (0, 2), (2, 2)]
    rag.index([folder], lambda done, total: told.append((done, total)))
    assert told[3:] == [(1, 2), (2, 2), (2, 2)]


def write(path: Path, text: str = HARBOUR) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def paths(rag: Rag) -> list[str]:
    return [info.path for info in rag.documents()]


def test_an_empty_index_has_a_status_but_nothing_can_be_asked_of_it(tmp_path: Path) -> None:
    opened(tmp_path).index([tmp_path / "typo"])
    rag = opened(tmp_path)
    assert rag.status().documents == ()
    for asked in (rag.ask, rag.search):
        with pytest.raises(IndexMissing, match="is empty") as caught:
            asked("钟楼有多高？")
        assert caught.value.hint == "python -m rag index PATH"


def test_a_first_run_that_failed_does_not_bind_the_index_to_its_embedder(tmp_path: Path, folder: Path) -> None:
    opened(tmp_path).index([tmp_path / "typo"])
    rag = opened(tmp_path, HashEmbedder(32))
    assert rag.index([folder]).added == ("harbour.txt", "tower.md")
    assert rag.search("钟楼")


def test_an_emptied_index_takes_another_embedder(tmp_path: Path, folder: Path) -> None:
    first = opened(tmp_path)
    first.index([folder])
    first.delete(["harbour.txt", "tower.md"])
    other = opened(tmp_path, HashEmbedder(32))
    other.index([folder])
    assert other.search("钟楼")[0].chunk.document == "tower.md"
    with pytest.raises(IndexMismatch):
        first.search("钟楼")


def test_a_folder_that_cannot_be_searched_to_the_end_loses_nothing(tmp_path: Path, folder: Path) -> None:
    rag = opened(tmp_path)
    rag.index([folder])
    (folder / "tower.md").unlink()
    too_deep(folder)
    summary = rag.index([folder])
    assert summary.removed == ()
    assert any("cannot be read" in failure.reason for failure in summary.failed)
    assert paths(rag) == ["harbour.txt", "tower.md"]


def test_a_file_that_grew_too_large_keeps_what_was_indexed_of_it(tmp_path: Path, folder: Path) -> None:
    rag = opened(tmp_path)
    rag.index([folder])
    with (folder / "tower.md").open("r+b") as file:
        file.truncate(70_000_000)
    summary = rag.index([folder])
    assert (summary.removed, len(summary.failed)) == ((), 1)
    assert "tower.md" in paths(rag)


def test_a_hidden_file_that_was_named_outlives_its_folder_being_searched(tmp_path: Path, folder: Path) -> None:
    rag = opened(tmp_path)
    rag.index([write(folder / ".notes.txt")])
    assert rag.index([folder]).removed == ()
    assert ".notes.txt" in paths(rag)


def test_three_folders_of_one_name_keep_all_their_files(tmp_path: Path) -> None:
    rag = opened(tmp_path)
    folders = [write(tmp_path / side / "docs" / "a.txt", f"Side {side}.").parent for side in "xyz"]
    for _ in range(2):
        for one in folders:
            rag.index([one])
        assert paths(rag) == ["a.txt", "docs/a.txt", "z/docs/a.txt"]
    assert rag.index(folders).unchanged == ("a.txt", "docs/a.txt", "z/docs/a.txt")


def test_the_same_file_reached_another_way_is_the_same_document(tmp_path: Path) -> None:
    rag = opened(tmp_path)
    file = write(tmp_path / "nr" / "sub" / "x.txt")
    rag.index([tmp_path / "nr"])
    write(file, TOWER)
    assert rag.index([file]).updated == ("sub/x.txt",)
    assert rag.index([file.parent]).unchanged == ("sub/x.txt",)
    assert paths(rag) == ["sub/x.txt"]


def test_a_file_gone_from_a_folder_inside_the_indexed_one_is_forgotten(tmp_path: Path) -> None:
    rag = opened(tmp_path)
    file = write(tmp_path / "nr" / "sub" / "x.txt")
    write(tmp_path / "nr" / "sub" / "y.txt")
    write(tmp_path / "nr" / "subject.txt").unlink()
    rag.index([tmp_path / "nr"])
    file.unlink()
    assert rag.index([file.parent]).removed == ("sub/x.txt",)


def test_a_renamed_folder_hands_its_names_on(tmp_path: Path, folder: Path) -> None:
    rag = opened(tmp_path)
    rag.index([folder])
    moved = folder.rename(tmp_path / "moved")
    summary = rag.index([moved, folder], prune=True)
    assert summary.added == summary.removed == ("harbour.txt", "tower.md")
    assert paths(rag) == ["harbour.txt", "tower.md"]


@pytest.mark.parametrize("prefix", ["docs", "docs/"])
def test_a_folder_is_deleted_by_its_name_and_only_that_folder(tmp_path: Path, prefix: str) -> None:
    for name in ("docs/a.txt", "docs/b/c.txt", "docs2/a.txt", "docs.txt"):
        write(tmp_path / "all" / name, name)
    rag = opened(tmp_path)
    rag.index([tmp_path / "all"])
    assert rag.delete([prefix]) == 2
    assert paths(rag) == ["docs.txt", "docs2/a.txt"]


@pytest.mark.parametrize("what", ["tower.md", ""])
def test_a_path_that_is_gone_from_disk_is_removed_not_failed(tmp_path: Path, folder: Path, what: str) -> None:
    rag = opened(tmp_path)
    rag.index([folder])
    if what:
        (folder / what).unlink()
    else:
        shutil.rmtree(folder)
    summary = rag.index([folder / what], prune=None if what else True)
    assert summary.removed == (("tower.md",) if what else ("harbour.txt", "tower.md"))
    assert summary.failed == ()
    assert [failure.reason for failure in rag.index([folder / what]).failed] == ["does not exist"]


def test_indexing_one_file_with_another_chunk_size_leaves_the_others_to_be_cut_anew(
    tmp_path: Path, folder: Path
) -> None:
    opened(tmp_path).index([folder])
    smaller = opened(tmp_path, chunk_size=40)
    assert smaller.index([folder / "tower.md"]).updated == ("tower.md",)
    summary = smaller.index([folder])
    assert (summary.updated, summary.unchanged) == (("harbour.txt",), ("tower.md",))


def test_the_receipt_states_the_chunking_of_the_index_not_of_the_asker(tmp_path: Path, folder: Path) -> None:
    opened(tmp_path, chunk_size=40).index([folder])
    receipt = opened(tmp_path, chunk_size=400).ask("钟楼有多高？").receipt
    (recipe,) = receipt["index"]["recipes"]
    assert recipe.endswith("/40/0")


def test_a_name_that_is_not_utf8_can_be_indexed_kept_and_deleted(tmp_path: Path, folder: Path) -> None:
    names = [os.fsdecode(b"caf\xe9.txt"), os.fsdecode(b"caf\xe8.txt")]
    for name in names:
        write(folder / name)
    rag = opened(tmp_path)
    rag.index([folder])
    assert len(rag.index([folder]).unchanged) == 4
    assert rag.delete(names) == 2


def test_an_index_that_has_lost_its_embedder_is_damaged(tmp_path: Path, folder: Path) -> None:
    opened(tmp_path).index([folder])
    with sqlite3.connect(tmp_path / "index" / "index.sqlite") as db:
        db.execute("DELETE FROM meta WHERE key = 'embedder'")
    with pytest.raises(IndexDamaged, match="embedder"):
        opened(tmp_path).ask("钟楼有多高？")


@pytest.mark.parametrize(
    "question", ["你好！", "謝謝你", "Hello there", "Thank you very much.", "你是谁？", "who are you?"]
)
def test_small_talk_is_told_to_ask_of_the_documents_and_nothing_is_searched(
    tmp_path: Path, folder: Path, question: str
) -> None:
    class Unasked(HashEmbedder):
        def embed_question(self, text: str) -> Embedding:
            raise AssertionError(text)

    rag = opened(tmp_path)
    rag.index([folder])
    rag.embedder = Unasked()
    answer = rag.ask(question)
    assert answer.refused
    assert answer.reason != answer.text
    assert answer.passages == ()


def test_a_question_is_embedded_once(tmp_path: Path, folder: Path) -> None:
    asked: list[str] = []

    class Listening(HashEmbedder):
        def embed_question(self, text: str) -> Embedding:
            asked.append(text)
            return super().embed_question(text)

    opened(tmp_path).index([folder])
    embedder = Listening()
    rag = Rag(Settings(index=tmp_path / "index"), embedder=embedder, generator=ExtractiveGenerator(embedder))
    rag.ask("How long is the harbour tunnel?")
    assert asked.count("How long is the harbour tunnel?") == 1
