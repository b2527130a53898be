"""One writer, many readers: nobody reads half of a change, nobody writes beside another."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from rag.errors import IndexLocked
from rag.stores.errors import DATABASE
from rag.stores.sqlite.store import LOCK_FILE, SqliteStore
from tests.durability import workers
from tests.durability.killing import PROCESSES
from tests.durability.reading import PLACES, reading, write


@pytest.mark.parametrize(("readers", "reindexes"), [(2, 1), pytest.param(4, 3, marks=pytest.mark.long)])
def test_readers_asking_during_reindexes_see_whole_documents_only(tmp_path: Path, readers: int, reindexes: int) -> None:
    assert reading(tmp_path, readers, reindexes) > readers


def test_second_writer_is_told_who_writes_since_when_and_readers_go_on(tmp_path: Path) -> None:
    write(tmp_path / "documents", 0)
    workers.opened(tmp_path / "index").index([tmp_path / "documents"])
    with (
        closing(SqliteStore(tmp_path / "index")) as first,
        closing(SqliteStore(tmp_path / "index", patience=0.1)) as second,
    ):
        with first.writing("index documents"):
            with (
                pytest.raises(IndexLocked, match=f"'index documents', pid {os.getpid()}, since 20") as caught,
                second.writing("x"),
            ):
                pass
            assert "wait" in caught.value.hint
            assert second.count() > 0
            writer = second.writer()
            assert writer
            assert (writer.command, writer.pid) == ("index documents", os.getpid())
            first.finish()
        assert second.writer() is None
        with second.writing("x"):
            second.finish()


def test_second_writer_waits_for_one_that_ends_soon(tmp_path: Path) -> None:
    write(tmp_path / "documents", 0)
    index, documents = tmp_path / "index", tmp_path / "documents"
    arguments = [
        (index, documents, tmp_path / f"said{n}", tmp_path / f"names{n}", tmp_path / f"log{n}") for n in range(3)
    ]
    writers = [PROCESSES.Process(target=workers.index, args=one) for one in arguments]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert [one[2].read_text().split()[-1] for one in arguments] == ["-1"] * 3
    assert len(workers.opened(index).documents()) == len(PLACES)
    embedded = [line for one in arguments if one[4].exists() for line in one[4].read_text("utf-8").splitlines()]
    assert len(embedded) == len(set(embedded)), "two writers embedded one text"


def test_lock_of_a_killed_writer_is_free_and_its_round_is_told(tmp_path: Path) -> None:
    write(tmp_path / "documents", 0)
    index = tmp_path / "index"
    workers.opened(index).index([tmp_path / "documents"])
    with closing(SqliteStore(index)) as store:
        script = PROCESSES.Process(target=die_while_writing, args=(index,))
        script.start()
        script.join()
        run = store.unfinished()
        assert run
        assert (run.command, run.pid, run.done) == ("delete harbour.txt", script.pid, 1)
        assert store.writer() is None
        with store.writing("delete harbour.txt"):
            store.finish()
        assert store.unfinished() is None
    assert {DATABASE, LOCK_FILE} <= {file.name for file in index.iterdir()}


def die_while_writing(index: Path) -> None:
    store = SqliteStore(index)
    with store.writing("delete harbour.txt"):
        store.delete(["harbour.txt"])
        os.kill(os.getpid(), 9)
