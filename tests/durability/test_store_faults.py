"""Faults of the index on disk that experiments found, each in a test of its own."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from rag.errors import IndexDamaged, IndexLocked, IndexMismatch, StoreError
from rag.models.embedders import HashEmbedder
from rag.stores.errors import DATABASE
from rag.stores.sqlite import lock, schema
from rag.stores.sqlite.atomic_write import size_of
from rag.stores.sqlite.reembedding import TABLE
from rag.stores.sqlite.store import FAISS_FILE, LOCK_FILE, SqliteStore
from rag.types import Embedding
from tests.builders import document, put
from tests.durability import workers

NAMES = ("bridge", "museum", "station", "garden")


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    for number, name in enumerate(NAMES):
        (folder / f"{name}.txt").write_text(f"The {name} has {number}71 rooms and topsecret{number}.", "utf-8")
    return folder


@pytest.fixture
def index(tmp_path: Path, documents: Path) -> Path:
    with closing(workers.opened(tmp_path / "index")) as rag:
        rag.index([documents])
    return tmp_path / "index"


@contextmanager
def database(index: Path) -> Iterator[sqlite3.Connection]:
    """The database of an index, behind its back."""
    with closing(sqlite3.connect(index / DATABASE, isolation_level=None)) as db:
        yield db


def paths(index: Path) -> set[str]:
    with closing(workers.opened(index)) as rag:
        return {info.path for info in rag.documents()}


def run(script: str, *arguments: Path) -> subprocess.CompletedProcess[str]:
    prologue = "import os, sys\nfrom pathlib import Path\nfrom tests.durability import workers\n"
    return subprocess.run(
        [sys.executable, "-c", prologue + script, *arguments], capture_output=True, text=True, check=False, timeout=120
    )


class TestRestore:
    def test_text_deleted_after_a_restore_stands_in_no_file(self, index: Path, tmp_path: Path) -> None:
        rag = workers.opened(index)
        rag.backup(tmp_path / "copy")
        (index / "restored.sqlite").write_bytes((tmp_path / "copy").read_bytes())  # as earlier versions left it
        rag.restore(tmp_path / "copy")
        rag.delete(["garden.txt"])
        rag.close()
        assert [file.name for file in index.iterdir() if b"topsecret3" in file.read_bytes()] == []

    def test_kill_in_the_middle_into_an_empty_place_leaves_no_index(self, index: Path, tmp_path: Path) -> None:
        workers.opened(index).backup(tmp_path / "copy")
        killed = run(
            """
from rag.stores.sqlite import backup
backup.put = lambda made, path: os.kill(os.getpid(), 9)
workers.opened(Path(sys.argv[1])).restore(Path(sys.argv[2]))
""",
            tmp_path / "new",
            tmp_path / "copy",
        )
        assert killed.returncode == -9, killed.stderr
        assert not (tmp_path / "new" / DATABASE).exists()
        workers.opened(tmp_path / "new").restore(tmp_path / "copy")
        assert paths(tmp_path / "new") == paths(index)
        assert [file.name for file in (tmp_path / "new").iterdir() if ".part" in file.name] == []

    def test_text_deleted_after_a_restore_was_killed_stands_in_no_file(self, index: Path, tmp_path: Path) -> None:
        workers.opened(index).backup(tmp_path / "copy")
        killed = run(
            """
from rag.stores.sqlite import backup
copy = backup._copy
backup._copy = lambda *given: (copy(*given), os.kill(os.getpid(), 9))
workers.opened(Path(sys.argv[1])).restore(Path(sys.argv[2]))
""",
            index,
            tmp_path / "copy",
        )
        assert killed.returncode == -9, killed.stderr
        assert [file for file in index.iterdir() if ".part" in file.name]
        with closing(workers.opened(index)) as rag:
            rag.delete(["garden.txt"])
        assert [file.name for file in index.iterdir() if b"topsecret3" in file.read_bytes()] == []

    def test_empty_file_is_replaced(self, index: Path, tmp_path: Path) -> None:
        workers.opened(index).backup(tmp_path / "copy")
        (index / DATABASE).write_bytes(b"")
        workers.opened(index).restore(tmp_path / "copy")
        assert workers.opened(index).verify() == []
        assert not (index / f"{DATABASE}.damaged").exists()

    def test_index_is_brought_up_to_date_by_the_one_that_holds_the_lock(
        self, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        writers = []
        finish = SqliteStore.finish

        def noting(store: SqliteStore) -> None:
            writers.append(store.writer())
            finish(store)

        workers.opened(index).backup(tmp_path / "copy")
        monkeypatch.setattr(SqliteStore, "finish", noting)
        workers.opened(index).restore(tmp_path / "copy")
        assert [writer.command.split()[0] for writer in writers if writer] == ["restore"]


def test_log_of_a_lost_database_is_not_replayed_into_a_new_one(index: Path, documents: Path) -> None:
    killed = run(
        """
store = workers.SqliteStore(Path(sys.argv[1]))
with store.writing("x"):
    store._db.execute("PRAGMA wal_autocheckpoint = 0")
    store.delete(["bridge.txt"])
    os.kill(os.getpid(), 9)
""",
        index,
    )
    assert killed.returncode == -9, killed.stderr
    assert (index / f"{DATABASE}-wal").stat().st_size
    (index / DATABASE).unlink()
    with closing(workers.opened(index)) as rag:
        rag.index([documents])
        assert rag.verify() == []
    assert len(paths(index)) == len(NAMES)


class TestBackup:
    def test_file_in_the_index_folder_is_refused(self, index: Path, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to(index)
        (tmp_path / "hard").hardlink_to(index / DATABASE)
        before = (index / DATABASE).read_bytes()
        for file in (index / DATABASE, index / "copy", tmp_path / "link" / "copy", tmp_path / "hard"):
            with pytest.raises(StoreError, match="index folder"):
                workers.opened(index).backup(file)
        assert (index / DATABASE).read_bytes() == before

    def test_file_that_is_no_backup_is_left_alone(self, index: Path, tmp_path: Path) -> None:
        (tmp_path / "film").write_text("a film")
        with closing(sqlite3.connect(tmp_path / "other")) as db:
            db.execute("CREATE TABLE films (name)")
        for name in ("film", "other"):
            before = (tmp_path / name).read_bytes()
            with pytest.raises(StoreError, match="no backup") as caught:
                workers.opened(index).backup(tmp_path / name)
            assert "another file" in caught.value.hint
            assert (tmp_path / name).read_bytes() == before

    def test_another_index_and_what_is_no_file_are_left_alone(
        self, index: Path, documents: Path, tmp_path: Path
    ) -> None:
        with closing(workers.opened(tmp_path / "other")) as rag:
            rag.index([documents / "museum.txt"])
        os.mkfifo(tmp_path / "pipe")
        (tmp_path / "folder").mkdir()
        for file in (tmp_path / "other" / DATABASE, tmp_path / "pipe", tmp_path / "folder"):
            with pytest.raises(StoreError, match="no backup"):
                workers.opened(index).backup(file)
        assert paths(tmp_path / "other") == {"museum.txt"}
        assert (tmp_path / "pipe").is_fifo()

    def test_backup_is_written_over_an_older_one(self, index: Path, tmp_path: Path) -> None:
        workers.opened(index).backup(tmp_path / "copy")
        workers.opened(index).delete(["garden.txt"])
        workers.opened(index).backup(tmp_path / "copy")
        assert b"topsecret3" not in (tmp_path / "copy").read_bytes()

    def test_parts_of_others_are_not_swept(self, index: Path, tmp_path: Path) -> None:
        (tmp_path / "copy.4194301.part").write_text("mine")
        workers.opened(index).backup(tmp_path / "copy")
        assert (tmp_path / "copy.4194301.part").read_text() == "mine"


class TestReadOnly:
    @pytest.fixture
    def frozen(self, index: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """An index that may only be read, whoever asks."""
        monkeypatch.setattr(schema, "connect", schema.connect_to_read)
        monkeypatch.setattr(SqliteStore, "_prepare", lambda *_: None)
        return index

    def test_server_sees_what_another_process_writes(self, frozen: Path, documents: Path) -> None:
        with closing(workers.opened(frozen)) as server:
            assert len(server.documents()) == len(NAMES)
            (documents / "new.txt").write_text("The new theatre seats 900 people.\n" * 30, "utf-8")
            done = run("workers.opened(Path(sys.argv[1])).index([Path(sys.argv[2])])", frozen, documents)
            assert done.returncode == 0, done.stderr
            assert "new.txt" in {info.path for info in server.documents()}
            assert server.search("theatre")[0].chunk.document == "new.txt"
            assert server.verify() == []

    def test_word_index_is_checked(self, frozen: Path) -> None:
        with database(frozen) as db:
            db.execute(BROKEN_WORDS)
        with closing(workers.opened(frozen)) as reader:
            assert isinstance(reader._index.there()._db, schema.Frozen)  # type: ignore[attr-defined]
            assert "the word index" in " ".join(reader.verify())

    def test_change_in_the_middle_of_a_question_is_not_called_damage(self, frozen: Path) -> None:
        with closing(SqliteStore(frozen)) as store:
            with pytest.raises(IndexLocked, match="while it was read"), store.snapshot():
                run("workers.opened(Path(sys.argv[1])).delete(['garden.txt'])", frozen).check_returncode()
            assert not store.is_current()

    def test_log_that_cannot_be_read_is_not_passed_over(self, index: Path) -> None:
        with closing(SqliteStore(index)) as store:
            store.delete(["garden.txt"])
            with closing(schema.connect_to_read(index / DATABASE, 1)) as db:
                assert not isinstance(db, schema.Frozen)
                assert db.execute("SELECT count(*) FROM documents").fetchone() == (3,)


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE vectors SET vector = zeroblob(256) WHERE rowid = 3",
        "UPDATE vectors SET vector = substr(vector, 1, 100) WHERE rowid = 3",
        "UPDATE vectors SET vector = 'x' WHERE rowid = 3",
        "DELETE FROM vectors WHERE rowid = 3",
    ],
)
def test_vector_gone_bad_is_not_taken_into_a_new_faiss_file(index: Path, harm: str) -> None:
    with database(index) as db:
        db.execute(harm)
    (index / FAISS_FILE).unlink()
    with closing(workers.opened(index)) as rag, pytest.raises(IndexDamaged, match="vector"):
        rag.search("bridge")
    with closing(SqliteStore(index)) as store, pytest.raises(IndexDamaged, match=DATABASE):
        store.finish()
    assert not (index / FAISS_FILE).exists()


@pytest.mark.parametrize(
    ("key", "value"), [("dim", "v4"), ("dim", "-5"), ("part_dim", "x"), ("part_dim", "0"), ("part_dim", "7")]
)
def test_size_gone_bad_is_named_and_not_answered_from(index: Path, key: str, value: str) -> None:
    (index / FAISS_FILE).unlink()
    with database(index) as db:
        db.execute("UPDATE meta SET value = ? WHERE key = ?", (value, key))
    with closing(workers.opened(index)) as rag:
        assert rag.verify()
        with pytest.raises(IndexDamaged, match=DATABASE):
            rag.search("bridge")


def test_every_damaged_document_is_named_and_indexed_again_when_it_is_deleted(index: Path, documents: Path) -> None:
    with database(index) as db:
        db.execute("UPDATE documents SET text = 'x' WHERE path IN ('bridge.txt', 'museum.txt')")
    with closing(workers.opened(index)) as rag:
        named = " ".join(rag.verify())
        assert "bridge.txt" in named
        assert "museum.txt" in named
        assert rag.delete(["bridge.txt", "museum.txt"]) == 2
        assert rag.index([documents]).added == ("bridge.txt", "museum.txt")
        assert rag.verify() == []


def test_generation_gone_bad_is_damage(index: Path) -> None:
    with database(index) as db:
        db.execute("UPDATE meta SET value = 'x' WHERE key = 'generation'")
    with pytest.raises(IndexDamaged, match="generation") as caught:
        workers.opened(index).ask("How many rooms has the bridge?")
    assert f"remove {index / DATABASE} and index again" in caught.value.hint, "the folder may hold more than the index"


@pytest.mark.parametrize("run", ["x", "[]", "{}", "5"])
def test_record_of_a_round_gone_bad_keeps_no_command_from_running(index: Path, documents: Path, run: str) -> None:
    with database(index) as db:
        db.execute("INSERT INTO meta VALUES ('run', ?), ('run_done', 'x'), ('reembedding', ?)", (run, run))
    with closing(workers.opened(index)) as rag:
        found = rag.unfinished()
        assert found
        assert (found.command, found.done) == ("a command", 0)
        assert rag.reembed() == len(NAMES)
        assert rag.unfinished() is None


def test_database_put_back_by_hand_is_searched_by_its_own_vectors(index: Path, documents: Path, tmp_path: Path) -> None:
    shutil.copy(index / DATABASE, tmp_path / "by hand")
    (documents / "castle.txt").write_text("The castle has a moat.", "utf-8")
    with closing(workers.opened(index)) as rag:
        rag.index([documents])
        stale = rag._index.there()
        shutil.copy(tmp_path / "by hand", tmp_path / "again")
        (tmp_path / "again").rename(index / DATABASE)
        (documents / "castle.txt").write_text("The tower has a clock.", "utf-8")
        rag.index([documents])
        assert rag._index.there() is not stale
        (hit,) = rag._index.there().search_vectors(HashEmbedder().embed_question("The tower has a clock.").vector, 1)
        assert hit.chunk.text == "The tower has a clock."
        assert hit.score == pytest.approx(1, abs=1e-5)


class TestOtherModel:
    class Racing(HashEmbedder):
        """Another process embeds the index anew while the first question is embedded."""

        def __init__(self, index: Path) -> None:
            super().__init__()
            self.index: Path | None = index

        def embed_question(self, question: str) -> Embedding:
            if index := self.index:
                self.index = None
                with closing(workers.opened(index, HashEmbedder(32))) as other:
                    other.reembed()
            return super().embed_question(question)

    def test_swap_between_the_check_and_the_snapshot_is_a_mismatch(self, index: Path) -> None:
        with closing(workers.opened(index, self.Racing(index))) as rag, pytest.raises(IndexMismatch, match="embedder"):
            rag.ask("How many rooms has the bridge?")

    def test_mismatch_leaves_the_store_of_other_threads_open(self, index: Path) -> None:
        with closing(workers.opened(index)) as rag:
            rag.search("bridge")
            store = rag._index._store
            assert store
            rag._index._embedder = HashEmbedder(32)
            with pytest.raises(IndexMismatch):
                rag.search("bridge")
            assert store.count()


def test_closed_store_is_not_called_damage(index: Path) -> None:
    store = SqliteStore(index)
    store.close()
    with pytest.raises(StoreError, match="closed") as caught:
        store.count()
    assert not isinstance(caught.value, IndexDamaged)


def test_every_commit_is_forced_to_disk(index: Path) -> None:
    with closing(SqliteStore(index)) as store:
        assert store._db.execute("PRAGMA synchronous").fetchone() == (2,)


def test_reader_that_keeps_deleted_text_in_the_log_is_told_of(index: Path) -> None:
    with database(index) as reader, closing(SqliteStore(index, patience=0.05)) as store:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM chunks").fetchall()
        store.delete(["garden.txt"])
        with pytest.warns(UserWarning, match="stays in its log"):
            store.finish()
        reader.execute("ROLLBACK")
        store.finish()
    assert [file.name for file in index.iterdir() if b"topsecret3" in file.read_bytes()] == []


def test_readers_who_ask_who_writes_do_not_take_each_other_for_a_writer(index: Path) -> None:
    file = index / LOCK_FILE
    file.write_text('{"command": "index old", "pid": 4242, "since": "2020", "done": 0}')
    seen: list[object] = []
    threads = [threading.Thread(target=lambda: seen.extend(lock.holder(file) for _ in range(1000))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [None] * 3000
    with lock.only_writer(file, "index", 1):
        assert lock.holder(file)


def test_writer_that_ends_while_it_is_asked_for_was_not_cut_short(index: Path) -> None:
    with closing(SqliteStore(index)) as writer, closing(Late(index)) as reader:
        reader.round = writer.writing("index")
        reader.round.__enter__()
        reader.other = writer
        assert reader.unfinished() is None


class Late(SqliteStore):
    """A store that is so slow that the writer has come to its end before it is asked for."""

    round: object = None
    other: SqliteStore | None = None

    def writer(self) -> None:
        assert self.other
        self.other.finish()
        self.round.__exit__(None, None, None)  # type: ignore[attr-defined]


def test_new_vectors_of_a_deleted_text_are_swept(index: Path) -> None:
    class Stop(Exception):
        pass

    def stop(done: int, _: int) -> None:
        raise Stop

    with closing(workers.opened(index, HashEmbedder(32))) as rag, pytest.raises(Stop):
        rag.reembed(stop)
    with closing(workers.opened(index)) as rag:
        rag.delete([f"{name}.txt" for name in NAMES[:3]])
    with database(index) as db:
        assert db.execute(f"SELECT count(*) FROM {TABLE}").fetchone()[0] <= 1
    with closing(workers.opened(index, HashEmbedder(32))) as rag:
        rag.reembed()
        assert rag.verify() == []


BROKEN_WORDS = "DELETE FROM words_docsize WHERE id = 2"


def test_word_index_is_checked_while_another_process_writes(index: Path) -> None:
    with database(index) as writer, closing(SqliteStore(index, patience=0.05)) as store:
        writer.execute("BEGIN IMMEDIATE")
        assert store.verify() == []
        writer.execute(BROKEN_WORDS)
        writer.execute("COMMIT")
        writer.execute("BEGIN IMMEDIATE")
        assert "the word index" in " ".join(store.verify())
        writer.execute("ROLLBACK")


def test_word_index_that_could_not_be_checked_is_said(index: Path) -> None:
    with database(index) as db:
        db.execute("CREATE TABLE more AS SELECT zeroblob(9000000)")  # so that a copy does not stay in memory
    done = run(
        """
import resource
from contextlib import closing
folder = Path(sys.argv[1])
with closing(workers.SqliteStore(folder, patience=0.05)) as store, closing(workers.SqliteStore(folder)) as writer:
    writer._db.execute("BEGIN IMMEDIATE")
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
    print(store.verify())
""",
        index,
    )
    assert "the word index was not checked" in done.stdout, done.stderr


def test_question_costs_no_more_steps_of_sqlite_for_ten_times_the_chunks(tmp_path: Path) -> None:
    steps = []
    with closing(SqliteStore(tmp_path, create=True)) as store:
        put(store, document("rare.txt", "A heron stands here."))
        for chunks in (100, 900):
            put(store, document(f"{chunks}.txt", "\n".join(f"Line {n} of many." for n in range(chunks))))
            steps.append(0)

            def count() -> None:
                steps[-1] += 1

            store._db.set_progress_handler(count, 1)
            assert len(store.search_words(["heron"], 50)) == 1
            store.count()
            store.recipes()
            store._db.set_progress_handler(None, 0)
    assert steps[1] < 1.5 * steps[0]


def test_recipes_are_read_from_an_index(index: Path) -> None:
    with closing(SqliteStore(index)) as store:
        store._db.execute("DROP INDEX documents_recipe")  # as in an index of an earlier version
        with store.writing("index"):
            store.finish()
        plan = store._db.execute("EXPLAIN QUERY PLAN SELECT DISTINCT recipe FROM documents ORDER BY recipe").fetchall()
    assert "COVERING INDEX documents_recipe" in str(plan)


def test_size_of_a_folder_leaves_out_what_goes_away_meanwhile(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (index / "going").write_bytes(b"x" * 99)
    whole, is_file = size_of(index), Path.is_file

    def vanishing(path: Path) -> bool:
        found = is_file(path)
        if path.name == "going":
            os.unlink(path)
        return found

    monkeypatch.setattr(Path, "is_file", vanishing)
    assert size_of(index) == whole - 99


@pytest.mark.parametrize("change", ["path = 'museum.txt'", "path = 'x.txt'", "file = '/x'", "document_id = 2"])
def test_copies_are_checked(index: Path, documents: Path, change: str) -> None:
    shutil.copy(documents / "bridge.txt", documents / "copy.txt")
    with closing(workers.opened(index)) as rag:
        rag.index([documents])
        assert rag.verify() == []
        with database(index) as db:
            assert db.execute("SELECT document_id FROM copies").fetchall() == [(1,)]
            db.execute(f"UPDATE copies SET {change}")
        assert [problem for problem in rag.verify() if problem.startswith("the copy")]


def test_copy_that_becomes_the_document_leaves_nothing_damaged(index: Path, documents: Path) -> None:
    (documents / "bridge.txt").rename(documents / "bridge copy.txt")
    shutil.copy(documents / "bridge copy.txt", documents / "bridge second.txt")
    with closing(workers.opened(index)) as rag:
        rag.index([documents])
        rag.delete(["bridge copy.txt"])
        assert rag.verify() == []
        assert rag.search("second")[0].chunk.document == "bridge second.txt"


@pytest.mark.parametrize("change", ["'hidden words'", "terms || ' more'", "NULL", "x'00'"])
def test_words_that_were_changed_by_hand_are_named(index: Path, change: str) -> None:
    with database(index) as db:
        db.execute(f"UPDATE words SET terms = {change} WHERE rowid = 3")
        db.execute("INSERT INTO words (words) VALUES ('integrity-check')")
    with closing(workers.opened(index)) as rag:
        assert rag.verify() == ["the words of chunk 3 are not what was stored"]


@pytest.mark.parametrize("server", [False, True])
def test_vectors_of_another_length_after_a_deletion_cut_short_are_searched(
    index: Path, documents: Path, server: bool
) -> None:
    with closing(SqliteStore(index)) as store, closing(workers.opened(index, HashEmbedder(32))) as other:
        assert store.search_vectors(HashEmbedder().embed_question("bridge").vector, 9)  # so that it is in memory
        store.delete([f"{name}.txt" for name in NAMES])  # killed here: the FAISS file has the old vectors still
        if server:
            with pytest.warns(UserWarning, match="another embedder"):
                other.index([documents])
            store.finish()
        else:
            other._index._store = store
            with pytest.warns(UserWarning, match="another embedder"):
                other.index([documents])
        assert len(other.search("bridge", 50)) == len(NAMES)
    with closing(workers.opened(index, HashEmbedder(32))) as again:
        assert again.search("The bridge has 071 rooms and topsecret0.")[0].dense == pytest.approx(1, abs=1e-5)
        assert again.verify() == []
