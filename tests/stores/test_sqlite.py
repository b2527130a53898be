"""What is special to the SQLite store: a derived FAISS file, crashes, other processes, and files that went bad."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.errors import IndexDamaged, IndexLocked, IndexMismatch, IndexMissing, StoreError
from rag.models.embedders import HashEmbedder, single_part
from rag.stores import open_store
from rag.stores.errors import DATABASE
from rag.stores.sqlite import faiss_index, schema
from rag.stores.sqlite.store import FAISS_FILE, SqliteStore
from rag.text import terms
from rag.types import Document, Embedding, Vectors
from tests.builders import DIM, document, embeddings, lines, put, words

OLD = document("old.txt", "旧的内容在这里。\nThe old text stands here.")
NEW = document("new.txt", "新的内容在这里。\nThe new text stands here.")
QUESTION = HashEmbedder(DIM).embed_question("the new text 新的内容").vector

PROLOGUE = f"""
import os, sys
from pathlib import Path
from rag.stores.sqlite.store import SqliteStore
from tests.builders import document, embeddings, lines, put, words
store = SqliteStore(Path(sys.argv[1]))
new = document({NEW.path!r}, {NEW.text!r})
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A finished index that holds OLD."""
    with closing(SqliteStore(tmp_path / "index", create=True)) as store:
        store.set_meta({"dim": str(DIM)})
        put(store, OLD)
        store.finish()
    return tmp_path / "index"


def in_another_process(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROLOGUE + script, str(folder)], capture_output=True, text=True, check=False, timeout=60
    )


def found(store: SqliteStore) -> list[str]:
    return [hit.chunk.text for hit in store.search_vectors(QUESTION, 100)]


def deleted(file: Path) -> None:
    file.unlink()


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-40])


def one_byte_changed(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)


def of_another_index(file: Path) -> None:
    with closing(SqliteStore(file.parent / "other", create=True)) as other:
        other.set_meta({"dim": str(DIM)})
        put(other, document("foreign.txt", "外来的一。\n外来的二。\n外来的三。"))
        other.finish()
    file.write_bytes((file.parent / "other" / FAISS_FILE).read_bytes())


@pytest.mark.filterwarnings("ignore:.*has been made again")
class TestFaissFile:
    """The store holds no embedder, so whatever it rebuilds it rebuilds without embedding."""

    @pytest.mark.parametrize("harm", [deleted, emptied, cut_short, one_byte_changed, of_another_index])
    def test_file_gone_bad_is_rebuilt(self, folder: Path, harm: Callable[[Path], None]) -> None:
        with closing(SqliteStore(folder)) as store:
            before = store.search_vectors(QUESTION, 10)
        whole = (folder / FAISS_FILE).read_bytes()
        harm(folder / FAISS_FILE)
        with closing(SqliteStore(folder)) as store:
            assert store.search_vectors(QUESTION, 10) == before
            store.finish()
        assert (folder / FAISS_FILE).read_bytes() == whole

    def test_missing_file_is_written_again_by_the_next_finish(self, folder: Path) -> None:
        (folder / FAISS_FILE).unlink()
        with closing(SqliteStore(folder)) as store:
            store.finish()
        assert (folder / FAISS_FILE).is_file()

    @pytest.mark.parametrize("harm", [emptied, cut_short, one_byte_changed, of_another_index])
    def test_bad_file_is_mended_on_disk_by_the_next_finish(self, folder: Path, harm: Callable[[Path], None]) -> None:
        whole = (folder / FAISS_FILE).read_bytes()
        harm(folder / FAISS_FILE)
        with closing(SqliteStore(folder)) as store:
            store.finish()
        assert (folder / FAISS_FILE).read_bytes() == whole

    def test_folder_in_the_place_of_the_file_is_a_warning_and_search_goes_on(self, folder: Path) -> None:
        (folder / FAISS_FILE).unlink()
        (folder / FAISS_FILE).mkdir()
        with closing(SqliteStore(folder)) as store:
            with pytest.warns(UserWarning, match="is a folder"):
                store.finish()
            assert sorted(found(store)) == sorted(OLD.text.split("\n"))

    def test_full_disk_while_the_file_is_saved_is_a_store_error(self, folder: Path) -> None:
        (folder / FAISS_FILE).unlink()
        full = in_another_process(
            """
import resource
from rag.errors import StoreError
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
try:
    store._faiss.current()
    from rag.stores.sqlite.errors import explained
    with explained(store._faiss.path):
        store._faiss.save()
except StoreError as error:
    print(type(error).__name__, error, "|", error.hint)
""",
            folder,
        )
        assert full.stdout.startswith("StoreError"), full.stdout + full.stderr
        assert "None" not in full.stdout
        assert [path.name for path in folder.iterdir() if ".part" in path.name] == []

    def test_file_of_an_older_generation_is_brought_up_to_date(self, folder: Path) -> None:
        older = (folder / FAISS_FILE).read_bytes()
        with closing(SqliteStore(folder)) as store:
            put(store, NEW)
            store.delete([OLD.path])
            store.finish()
        (folder / FAISS_FILE).write_bytes(older)
        with closing(SqliteStore(folder)) as store:
            assert sorted(found(store)) == sorted(NEW.text.split("\n"))

    def test_writer_that_never_finished_leaves_nothing_unfound(self, folder: Path) -> None:
        with closing(SqliteStore(folder)) as store:
            put(store, NEW)
            store.delete([OLD.path])
        with closing(SqliteStore(folder)) as store:
            assert sorted(found(store)) == sorted(NEW.text.split("\n"))

    def test_file_this_faiss_cannot_read_is_rebuilt(self, folder: Path) -> None:
        payload = b"IxZZ of a later version"
        with closing(SqliteStore(folder)) as store:
            version = [store.meta()["epoch"], store.meta()["generation"]]
            digest = hashlib.sha256("\n".join([*version, ""]).encode() + payload).hexdigest()
            (folder / FAISS_FILE).write_bytes(json.dumps([*version, digest]).encode() + b"\n" + payload)
            assert sorted(found(store)) == sorted(OLD.text.split("\n"))

    def test_file_is_written_whole_and_nothing_is_left_beside_it(self, folder: Path) -> None:
        with closing(SqliteStore(folder)) as store:
            put(store, NEW)
            store.finish()
        assert sorted(path.name for path in folder.iterdir()) == [DATABASE, FAISS_FILE]

    def test_finish_without_a_change_leaves_the_file_alone(self, folder: Path) -> None:
        before = (folder / FAISS_FILE).stat()
        with closing(SqliteStore(folder)) as store:
            store.finish()
        after = (folder / FAISS_FILE).stat()
        assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


class TestManyChunks:
    """Above the exact limit search goes through inverted lists."""

    @staticmethod
    def _points(count: int, seed: int) -> Vectors:
        points = np.random.default_rng(seed).standard_normal((count, DIM)).astype(np.float32)
        points /= np.linalg.norm(points, axis=1, keepdims=True)
        return points

    def _embedded(self, count: int, seed: int) -> list[Embedding]:
        return [single_part(point) for point in self._points(count, seed)]

    @staticmethod
    def _numbered(path: str, count: int) -> Document:
        return document(path, "\n".join(f"{path} {i}" for i in range(count)))

    @pytest.fixture
    def many(self, tmp_path: Path) -> Iterator[SqliteStore]:
        with closing(SqliteStore(tmp_path / "many", create=True, exact_limit=500)) as store:
            store.set_meta({"dim": str(DIM)})
            for path, seed in (("a.txt", 1), ("b.txt", 2)):
                of = self._numbered(path, 400)
                store.replace(of, lines(of), self._embedded(400, seed), words(lines(of)))
            store.finish()
            yield store

    def test_nearest_chunks_are_still_found(self, many: SqliteStore) -> None:
        points = self._points(400, 2)
        nearest = [many.search_vectors(points[i], 5)[0] for i in range(0, 400, 40)]
        assert [hit.chunk.text for hit in nearest] == [f"b.txt {i}" for i in range(0, 400, 40)]
        assert [hit.score for hit in nearest] == pytest.approx([1.0] * 10, abs=1e-5)

    def test_most_of_the_exact_neighbours_are_found(self, many: SqliteStore) -> None:
        matrix = np.vstack([self._points(400, 1), self._points(400, 2)])
        names = [f"{path} {i}" for path in ("a.txt", "b.txt") for i in range(400)]
        shared = 0
        for question in self._points(20, 9):
            exact = {names[i] for i in np.argsort(-(matrix @ question))[:10]}
            shared += len(exact & {hit.chunk.text for hit in many.search_vectors(question, 10)})
        assert shared >= 150

    def test_deleted_chunks_are_never_found_and_new_ones_are(self, many: SqliteStore) -> None:
        many.delete(["a.txt"])
        of = self._numbered("c.txt", 300)
        many.replace(of, lines(of), self._embedded(300, 3), words(lines(of)))
        assert many.search_vectors(self._points(300, 3)[7], 1)[0].chunk.text == "c.txt 7"
        hits = many.search_vectors(self._points(400, 1)[0], 700)
        assert {hit.chunk.document for hit in hits} == {"b.txt", "c.txt"}

    def test_reopened_file_finds_the_same(self, many: SqliteStore) -> None:
        question = self._points(1, 4)[0]
        before = many.search_vectors(question, 20)
        with closing(SqliteStore(many.folder, exact_limit=500)) as again:
            assert again.search_vectors(question, 20) == before
            again.delete(["b.txt"])
            assert {hit.chunk.document for hit in again.search_vectors(question, 20)} == {"a.txt"}

    def test_file_is_searched_by_today_s_number_of_lists(self, many: SqliteStore) -> None:
        file = many.folder / FAISS_FILE
        written = faiss_index.read(file)
        assert written
        version, index = written
        index.nprobe = 1
        faiss_index.write(index, file, version)
        assert (found := faiss_index.read(file))
        assert found[1].nprobe == faiss_index.probes_for(index.nlist)
        assert faiss_index.probes_for(4_000) == 160

    def test_index_that_shrinks_below_the_limit_is_exact_again(self, many: SqliteStore) -> None:
        many.delete(["b.txt"])
        matrix, question = self._points(400, 1), self._points(1, 6)[0]
        hits = many.search_vectors(question, 400)
        assert [hit.chunk.text for hit in hits] == [f"a.txt {i}" for i in np.argsort(-(matrix @ question))]


class TestOtherProcesses:
    def test_write_of_another_process_is_seen_by_an_open_store(self, folder: Path) -> None:
        with closing(SqliteStore(folder)) as store:
            assert sorted(found(store)) == sorted(OLD.text.split("\n"))
            done = in_another_process("put(store, new); store.delete(['old.txt']); store.finish()", folder)
            assert done.returncode == 0, done.stderr
            assert sorted(found(store)) == sorted(NEW.text.split("\n"))
            assert store.search_words(terms("旧"), 5) == []
            assert store.document(OLD.path) is None

    def test_process_killed_in_the_middle_of_a_document_leaves_the_old_index(self, folder: Path) -> None:
        killed = in_another_process(
            """
def dying():
    yield "first"
    os.kill(os.getpid(), 9)
class Words(list):
    __iter__ = lambda self: dying()
store.delete(["nothing"])
store.replace(new, lines(new), embeddings(lines(new)), Words())
""",
            folder,
        )
        assert killed.returncode == -9
        with closing(SqliteStore(folder)) as store:
            assert [info.path for info in store.documents()] == [OLD.path]
            assert sorted(found(store)) == sorted(OLD.text.split("\n"))
            assert store.search_words(["first"], 5) == []
            put(store, NEW)
            assert store.count() == 4

    def test_full_disk_says_so_and_leaves_the_old_index(self, folder: Path) -> None:
        full = in_another_process(
            """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
big = document("big.txt", "\\n".join(f"第{i}行的内容。" for i in range(5000)))
from rag.errors import StoreError
try:
    put(store, big)
except StoreError as error:
    print(type(error).__name__, error, "|", error.hint)
""",
            folder,
        )
        assert full.stdout.startswith("StoreError"), full.stdout + full.stderr
        assert "free space" in full.stdout
        assert "rollback" not in full.stdout
        with closing(SqliteStore(folder)) as store:
            assert sorted(found(store)) == sorted(OLD.text.split("\n"))

    def test_reader_sees_the_old_document_while_the_new_one_is_being_written(self, folder: Path) -> None:
        halfway, go_on = threading.Event(), threading.Event()

        class Slow(list[str]):
            def __iter__(self) -> Iterator[str]:
                for word in list.__iter__(self):
                    yield word
                    halfway.set()
                    assert go_on.wait(30)

        def write() -> None:
            with closing(SqliteStore(folder)) as writer:
                new = document(OLD.path, NEW.text)
                writer.replace(new, lines(new), embeddings(lines(new)), Slow(words(lines(new))))

        thread = threading.Thread(target=write)
        with closing(SqliteStore(folder)) as reader:
            thread.start()
            assert halfway.wait(30)
            assert reader.document(OLD.path) == OLD
            assert sorted(found(reader)) == sorted(OLD.text.split("\n"))
            assert len(reader.search_words(terms("old"), 5)) == 1
            go_on.set()
            thread.join()
            assert sorted(found(reader)) == sorted(NEW.text.split("\n"))
            assert reader.search_words(terms("old"), 5) == []

    def test_a_write_between_two_steps_of_a_search_is_not_taken_for_damage(self, folder: Path) -> None:
        class Overtaken(SqliteStore):
            def _chunk_ids(self) -> set[int]:
                known = super()._chunk_ids()
                with closing(SqliteStore(folder)) as writer:
                    writer.delete([OLD.path])
                    writer.sweep()
                    put(writer, NEW)
                return known

        (folder / FAISS_FILE).unlink()
        with closing(Overtaken(folder)) as reader:
            assert sorted(found(reader)) == sorted(OLD.text.split("\n"))
            assert sorted(found(reader)) == sorted(NEW.text.split("\n"))

    def test_second_writer_is_told_that_the_index_is_locked(self, folder: Path) -> None:
        with (
            closing(SqliteStore(folder, patience=0.05)) as store,
            closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as other,
        ):
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(IndexLocked, match="another process") as caught:
                put(store, NEW)
            assert "try again" in caught.value.hint
            assert len(found(store)) == 2
            other.execute("ROLLBACK")
            put(store, NEW)
            assert len(found(store)) == 4

    def test_second_writer_waits_for_a_short_write(self, folder: Path) -> None:
        with closing(SqliteStore(folder, patience=20)) as store:
            other = sqlite3.connect(folder / DATABASE, isolation_level=None, check_same_thread=False)
            other.execute("BEGIN IMMEDIATE")
            timer = threading.Timer(0.2, other.execute, ["ROLLBACK"])
            timer.start()
            put(store, NEW)
            timer.join()
            other.close()
            assert store.count() == 4

    def test_index_made_by_many_at_once_is_one_good_index(self, tmp_path: Path) -> None:
        failures: list[Exception] = []
        together = threading.Barrier(6)

        def make(folder: Path) -> None:
            together.wait()
            try:
                SqliteStore(folder, create=True).close()
            except Exception as error:
                failures.append(error)

        for number in range(10):
            makers = [threading.Thread(target=make, args=(tmp_path / str(number),)) for _ in range(6)]
            for maker in makers:
                maker.start()
            for maker in makers:
                maker.join()
        assert failures == []


def garbage(data: bytes) -> bytes:
    return b"not a database at all. " * 400


def half(data: bytes) -> bytes:
    return data[: len(data) // 2 // 4096 * 4096]


def headless(data: bytes) -> bytes:
    return b"\0" * 200 + data[200:]


def pages_overwritten(data: bytes) -> bytes:
    return data[:4096] + b"\xa5" * (len(data) - 4096)


def empty(data: bytes) -> bytes:
    return b""


class TestBadFiles:
    def test_missing_index_names_the_command_that_makes_one(self, tmp_path: Path) -> None:
        with pytest.raises(IndexMissing, match="no index") as caught:
            open_store(tmp_path / "nothing")
        assert caught.value.hint.startswith("python -m rag index")
        assert not (tmp_path / "nothing").exists()

    @pytest.mark.parametrize("harm", [garbage, half, headless, pages_overwritten, empty])
    def test_damaged_database_is_refused_not_searched(self, folder: Path, harm: Callable[[bytes], bytes]) -> None:
        path = folder / DATABASE
        path.write_bytes(harm(path.read_bytes()))
        with pytest.raises(IndexDamaged, match="damaged") as caught:
            self._read_everything(folder)
        assert str(folder) in caught.value.hint

    @staticmethod
    def _read_everything(folder: Path) -> None:
        with closing(SqliteStore(folder)) as store:
            store.document(OLD.path)
            store.search_words(terms("old"), 5)
            store.search_vectors(QUESTION, 5)
            store.known_embeddings(OLD.text.split("\n"))

    def test_database_of_another_program_is_refused_and_left_alone(self, tmp_path: Path) -> None:
        with closing(sqlite3.connect(tmp_path / DATABASE)) as other:
            other.execute("CREATE TABLE songs (title)")
        before = (tmp_path / DATABASE).read_bytes()
        with pytest.raises(IndexDamaged, match="no index"):
            SqliteStore(tmp_path)
        assert (tmp_path / DATABASE).read_bytes() == before

    def test_other_schema_is_refused_with_a_way_out(self, folder: Path) -> None:
        with closing(SqliteStore(folder)) as store:
            store.set_meta({"schema": "999"})
        for create in (False, True):
            with pytest.raises(IndexMismatch, match="schema 999") as caught:
                SqliteStore(folder, create)
            assert "index again" in caught.value.hint

    @pytest.mark.parametrize("older", sorted(schema.OLDER))
    def test_an_index_of_an_earlier_schema_is_brought_up_to_date_by_who_writes(self, folder: Path, older: str) -> None:
        with closing(sqlite3.connect(folder / DATABASE)) as db, db:
            for statement in schema.OLDER[older]:
                table, column = statement.split()[2], statement.split()[5]
                db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
            db.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (older,))
        with pytest.raises(IndexMismatch, match=f"schema {older}") as caught:
            SqliteStore(folder)
        assert "embeds only what is new" in caught.value.hint
        with closing(SqliteStore(folder, create=True)) as store:
            assert store.document(OLD.path) == OLD
            assert [info.evidence for info in store.documents()] == [""]
            put(store, replace(OLD, evidence="title: first line"))
            assert [info.evidence for info in store.documents()] == ["title: first line"]

    @pytest.mark.parametrize("key", ["generation", "schema", "dim", "part_dim"])
    def test_index_that_has_lost_what_it_says_of_itself_is_damaged(self, folder: Path, key: str) -> None:
        (folder / FAISS_FILE).unlink()
        with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as other:
            other.execute("DELETE FROM meta WHERE key = ?", (key,))
        with pytest.raises(IndexDamaged, match=f"lost its {key}"):
            self._read_everything(folder)

    def test_connection_to_read_makes_no_file_and_refuses_to_write(self, folder: Path) -> None:
        before = sorted(folder.iterdir())
        with closing(schema.connect_to_read(folder / DATABASE, 1)) as db:
            assert db.execute("SELECT path FROM documents").fetchall() == [(OLD.path,)]
            assert sorted(folder.iterdir()) == before
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                db.execute("DELETE FROM documents")

    def test_connection_to_read_sees_what_a_writer_has_only_logged(self, folder: Path) -> None:
        with closing(SqliteStore(folder)) as store:
            put(store, NEW)
            with closing(schema.connect_to_read(folder / DATABASE, 1)) as db:
                assert len(db.execute("SELECT path FROM documents").fetchall()) == 2

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_index_in_a_folder_that_cannot_be_written_is_still_searched(self, folder: Path) -> None:
        folder.chmod(0o500)
        try:
            with closing(SqliteStore(folder)) as store:
                assert sorted(found(store)) == sorted(OLD.text.split("\n"))
        finally:
            folder.chmod(0o700)

    def test_folder_that_cannot_be_made_is_a_store_error(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        with pytest.raises(StoreError, match="cannot be used"):
            SqliteStore(tmp_path / "file" / "index", create=True)

    def test_id_of_a_deleted_chunk_is_never_given_again(self, folder: Path) -> None:
        with closing(SqliteStore(folder)) as store:
            old = {hit.id for hit in store.search_vectors(QUESTION, 10)}
            store.delete([OLD.path])
            put(store, NEW)
            assert old.isdisjoint({hit.id for hit in store.search_vectors(QUESTION, 10)})


def test_an_index_of_an_earlier_schema_says_so_and_is_brought_up_to_date_by_indexing(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path, create=True)) as store:
        put(store, OLD)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as db:
        db.executescript(
            "ALTER TABLE documents DROP COLUMN outline; ALTER TABLE documents DROP COLUMN evidence;"
            " ALTER TABLE chunks DROP COLUMN layout;"
            " UPDATE meta SET value = '3' WHERE key = 'schema'"
        )
    with pytest.raises(IndexMismatch, match="schema 3") as caught:
        SqliteStore(tmp_path)
    assert "python -m rag index PATH" in caught.value.hint
    with closing(SqliteStore(tmp_path, create=True)) as store:
        assert store.document(OLD.path) == OLD
        assert store.known_embeddings([line.text for line in lines(OLD)]).keys() == {one.text for one in lines(OLD)}
        assert [hit.chunk.text for hit in store.search_words(terms("旧的内容"), 1)] == ["旧的内容在这里。"]
