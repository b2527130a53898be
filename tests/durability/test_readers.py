"""One writer, many readers: nobody reads half of a change, nobody writes beside another."""

from __future__ import annotations

import ast
import os
import time
from contextlib import closing
from pathlib import Path

import pytest

from rag.errors import IndexLocked
from rag.stores.sqlite import DATABASE, LOCK_FILE, SqliteStore
from tests.durability import workers
from tests.durability.killing import PROCESSES

PLACES = ("harbour", "tunnel", "library", "museum", "station", "garden", "theatre", "market")


def write(folder: Path, version: int) -> None:
    folder.mkdir(exist_ok=True)
    for place in PLACES:
        lines = [f"The {place} of version {version} has {version}{part} rooms in part {part}." for part in range(6)]
        (folder / f"{place}.txt").write_text("\n".join(lines), "utf-8")


def until(condition: object, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.02)


def test_four_readers_asking_during_three_reindexes_see_whole_documents_only(tmp_path: Path) -> None:
    index, documents, stop = tmp_path / "index", tmp_path / "documents", tmp_path / "stop"
    write(documents, 0)
    workers.opened(index).index([documents])
    questions = [f"How many rooms has the {place} in part 3?" for place in PLACES]
    said = [tmp_path / f"said{number}" for number in range(4)]
    readers = [PROCESSES.Process(target=workers.ask, args=(index, questions, stop, one)) for one in said]
    for reader in readers:
        reader.start()
    until(lambda: all(one.exists() for one in said))
    for version in (1, 2, 3):
        write(documents, version)
        assert len(workers.opened(index).index([documents]).updated) == len(PLACES)
    last = int(workers.opened(index).status().meta["generation"])
    until(
        lambda: all(one.read_text("utf-8").rpartition("\n")[0].split("\n")[-1].startswith(f"{last}\t") for one in said)
    )
    stop.touch()
    for reader in readers:
        reader.join()
    for one in said:
        seen = [line.split("\t") for line in one.read_text("utf-8").splitlines()]
        assert [line for line in seen if line[0] == "error"] == []
        generations = [int(line[0]) for line in seen]
        assert generations == sorted(generations)
        assert generations[-1] == last
        for _, text, quotes, passages in seen:
            assert "[1]" in text
            assert ast.literal_eval(quotes)
            versions: dict[str, set[str]] = {}
            for chunk in ast.literal_eval(passages):
                for line in chunk.splitlines():
                    versions.setdefault(line.split()[1], set()).add(line.split()[4])
            assert all(len(found) == 1 for found in versions.values()), "two versions of one document at once"


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
