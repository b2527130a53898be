"""Another embedder, moved files, copies: nothing is mixed, nothing is embedded twice, nothing is stored twice."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from rag import Rag, Settings
from rag.errors import IndexMismatch
from rag.models.embedders import HashEmbedder
from tests.commands import run
from tests.durability import workers
from tests.durability.killing import PROCESSES
from tests.test_pipeline import CountingEmbedder

TEXT = "The lighthouse has 120 steps. It was built in 1884.\n灯塔高38米。\n"
OTHER = "The reservoir holds 9 million cubic metres of water.\n"


def opened(folder: Path, embedder: HashEmbedder | None = None) -> Rag:
    return Rag(Settings(index=folder, risk=1.0), embedder=embedder or HashEmbedder())


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "lighthouse.txt").write_text(TEXT, "utf-8")
    (folder / "reservoir.txt").write_text(OTHER, "utf-8")
    return folder


def test_reembedding_goes_on_beside_the_old_embeddings_and_swaps_at_the_end(tmp_path: Path, documents: Path) -> None:
    index = tmp_path / "index"
    old = opened(index)
    old.index([documents])
    seen: list[int] = []
    new = opened(index, HashEmbedder(32))
    with pytest.raises(IndexMismatch) as caught:
        new.ask("How many steps has the lighthouse?")
    assert caught.value.hint.startswith(f"python -m rag index --reembed --index {index} --embedder ")

    def progress(done: int, total: int) -> None:
        seen.append(len(old.search("lighthouse")))

    assert new.reembed(progress) == old_chunks(new)
    assert seen
    assert set(seen) == {2}, "the old embedder found everything until the swap"
    with pytest.raises(IndexMismatch, match="hash-32"):
        old.search("lighthouse")
    assert new.search("The lighthouse has 120 steps.")[0].chunk.document == "lighthouse.txt"
    assert len(new.search("lighthouse")[0].chunk.text) > 0
    assert new.verify() == []
    assert new.reembed() == 2


def old_chunks(rag: Rag) -> int:
    return rag.status().chunks


def test_server_that_had_searched_uses_no_vector_of_the_old_model(tmp_path: Path, documents: Path) -> None:
    index = tmp_path / "index"
    opened(index).index([documents])
    server = opened(index, HashEmbedder(32))
    with closing(opened(index, HashEmbedder(32))) as other:
        other.reembed()
    assert server.search(OTHER)[0].dense == pytest.approx(1, abs=1e-5)
    with closing(opened(index)) as back:
        back.reembed()
    with pytest.raises(IndexMismatch):
        server.search(OTHER)
    opened(index, HashEmbedder(32)).reembed()
    assert server.search(OTHER)[0].dense == pytest.approx(1, abs=1e-5)


def test_killed_reembedding_leaves_the_old_index_and_goes_on_where_it_was(tmp_path: Path, documents: Path) -> None:
    index = tmp_path / "index"
    for number in range(120):
        (documents / f"{number}.txt").write_text(
            "\n".join(f"Fact {number}.{i} is told here." for i in range(8)), "utf-8"
        )
    workers.opened(index).index([documents])
    said, log = tmp_path / "said", tmp_path / "log"
    process = PROCESSES.Process(target=workers.reembed, args=(index, said, log))
    process.start()
    while process.is_alive() and not (said.exists() and said.read_text()):
        process.join(0.005)
    process.kill()
    process.join()
    before = log.read_text("utf-8").splitlines() if log.exists() else []
    kept = int(said.read_text().split()[-1])
    assert kept > 0, "the process was faster than its kill"
    assert workers.opened(index).search("Fact 7.3 is told here.")
    log.unlink()
    workers.reembed(index, said, log)
    again = log.read_text("utf-8").splitlines()
    assert not set(before[:kept]) & set(again), "what was stored was embedded again"
    assert workers.opened(index, HashEmbedder(32)).search("Fact 7.3 is told here.")[0].dense > 0.9


def test_reembed_on_the_command_line(tmp_path: Path, documents: Path) -> None:
    index = tmp_path / "index"
    opened(index, HashEmbedder(32)).index([documents])
    refused = run("search", "lighthouse", index=index)
    assert refused.returncode == 2
    assert f"python -m rag index --reembed --index {index} --embedder hash" in refused.stderr
    done = run("index", "--reembed", index=index)
    assert (done.returncode, done.stderr) == (0, "2 chunks embedded with hash-64\n")
    assert run("search", "lighthouse", index=index).returncode == 0
    assert run("index", index=index).returncode == 2


def test_two_files_of_one_content_are_one_document_with_two_paths(tmp_path: Path, documents: Path) -> None:
    embedder = CountingEmbedder()
    rag = opened(tmp_path / "index", embedder)
    shutil.copy(documents / "lighthouse.txt", documents / "twin.txt")
    summary = rag.index([documents])
    assert set(summary.added) == {"lighthouse.txt", "reservoir.txt", "twin.txt"}
    assert [(info.path, [copy.path for copy in info.copies]) for info in rag.documents()] == [
        ("lighthouse.txt", ["twin.txt"]),
        ("reservoir.txt", []),
    ]
    assert len(rag.search("lighthouse", 50)) == 2
    assert len(rag.index([documents]).unchanged) == 3
    twin, document = rag.document("twin.txt"), rag.document("lighthouse.txt")
    assert twin
    assert twin == document
    assert len(embedder.embedded) == len(set(embedder.embedded))


@pytest.mark.parametrize("gone", ["lighthouse.txt", "twin.txt"])
def test_document_outlives_one_of_its_files_under_the_name_of_the_other(
    tmp_path: Path, documents: Path, gone: str
) -> None:
    rag = opened(tmp_path / "index")
    shutil.copy(documents / "lighthouse.txt", documents / "twin.txt")
    rag.index([documents])
    (documents / gone).unlink()
    assert rag.index([documents]).removed == (gone,)
    (left,) = {"lighthouse.txt", "twin.txt"} - {gone}
    (info,) = [info for info in rag.documents() if info.chunks and info.path == left]
    assert info.copies == ()
    assert info.title == left.removesuffix(".txt")
    assert {passage.chunk.document for passage in rag.search("How many steps?", 50)} == {left, "reservoir.txt"}
    assert rag.verify() == []
    assert rag.delete([left]) == 1
    assert {passage.chunk.document for passage in rag.search("How many steps?", 50)} == {"reservoir.txt"}


def test_edited_copy_is_a_document_of_its_own_again(tmp_path: Path, documents: Path) -> None:
    rag = opened(tmp_path / "index")
    shutil.copy(documents / "lighthouse.txt", documents / "twin.txt")
    rag.index([documents])
    (documents / "lighthouse.txt").write_text(TEXT.replace("120", "121"), "utf-8")
    assert rag.index([documents]).updated == ("lighthouse.txt",)
    texts = {info.path: rag.document(info.path) for info in rag.documents()}
    assert "121" in texts["lighthouse.txt"].text  # type: ignore[union-attr]
    assert "120" in texts["twin.txt"].text  # type: ignore[union-attr]
    assert rag.verify() == []


def test_text_that_moved_within_and_between_files_is_not_embedded_again(tmp_path: Path, documents: Path) -> None:
    embedder = CountingEmbedder()
    rag = Rag(Settings(index=tmp_path / "index", chunk_size=60), embedder=embedder)
    lines = [f"Paragraph {i} tells of the {word} and nothing else." for i, word in enumerate("abcdefgh")]
    (documents / "long.txt").write_text("\n".join(lines), "utf-8")
    rag.index([documents])
    embedder.embedded.clear()
    (documents / "long.txt").write_text("\n".join(["One new paragraph stands here now.", *lines[4:]]), "utf-8")
    (documents / "second.txt").write_text("\n".join(lines[:4]), "utf-8")
    (documents / "reservoir.txt").rename(documents / "moved.txt")
    summary = rag.index([documents])
    assert summary.embedded == len(embedder.embedded) == 1
    assert summary.removed == ("reservoir.txt",)


def test_pruning_can_be_turned_off_and_is_shown(tmp_path: Path, documents: Path) -> None:
    index = tmp_path / "index"
    run("index", documents, index=index)
    (documents / "reservoir.txt").unlink()
    kept = run("index", "--no-prune", documents, index=index)
    assert "0 removed" in kept.stdout
    pruned = run("index", documents, index=index)
    assert "1 removed" in pruned.stdout
    assert "removed: reservoir.txt" in pruned.stdout
