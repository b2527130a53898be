"""What is special to the PostgreSQL store: migrations, locks, lost servers, vector indexes, moving, and damage."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import IndexDamaged, IndexLocked, IndexMismatch, IndexMissing, StoreError
from rag.models.embedders import HashEmbedder, single_part
from rag.stores import name_of, open_store, restore_store
from rag.stores.protocol import Store
from rag.stores.sqlite.store import SqliteStore
from rag.types import FileCopy, Vectors
from tests.builders import DIM, document, embeddings, lines, put, unit, words
from tests.postgres import Server

psycopg = pytest.importorskip("psycopg")
pytest.importorskip("psycopg_pool")
pytest.importorskip("pgvector")

from rag.stores.postgres import schema  # noqa: E402
from rag.stores.postgres.store import PostgresStore  # noqa: E402

OLD = document("old.txt", "旧的内容在这里。\nThe old text stands here.")
NEW = document("new.txt", "新的内容在这里。\nThe new text stands here.")
QUESTION = HashEmbedder(DIM).embed_question("the new text 新的内容").vector

SCRIPT = """
import sys, time
from rag.stores import open_store
from tests.builders import document, put
store = open_store(sys.argv[1])
with store.writing("index somewhere"):
    put(store, document("half.txt", "半途而废。"))
    print("written", flush=True)
    time.sleep(60)
"""


def opened(url: str, patience: float = 10.0, exact_limit: int = 10_000) -> PostgresStore:
    return PostgresStore(url, name_of(url), create=True, patience=patience, exact_limit=exact_limit)


def sql(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("SET search_path = yinju, public")
        for statement in statements:
            db.execute(statement)


@pytest.fixture
def store(database: str) -> Iterator[PostgresStore]:
    """A finished index that holds OLD."""
    with closing(opened(database)) as store:
        store.set_meta({"embedder": "hash-64"})
        put(store, OLD)
        store.finish()
        yield store


def texts(store: Store, k: int = 100) -> list[str]:
    return [hit.chunk.text for hit in store.search_vectors(QUESTION, k)]


class TestOpening:
    def test_missing_index_names_the_command_that_makes_one(self, database: str) -> None:
        with pytest.raises(IndexMissing) as caught:
            open_store(database)
        assert caught.value.hint == f"python -m rag index --store {database} PATH"

    def test_server_that_is_not_there_is_said_with_its_reason(self) -> None:
        with pytest.raises(StoreError, match="refused") as caught:
            open_store("postgresql://someone@127.0.0.1:1/nowhere")
        assert "server runs" in caught.value.hint

    def test_password_stands_in_no_message(self) -> None:
        with pytest.raises(StoreError) as caught:
            open_store("postgresql://someone:secret@127.0.0.1:1/nowhere?connect_timeout=2")
        assert "postgresql://someone@127.0.0.1:1/nowhere" in str(caught.value)
        assert "secret" not in str(caught.value) + caught.value.hint

    def test_index_of_the_first_schema_is_brought_up_to_date(
        self, database: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        with psycopg.connect(database, autocommit=True) as db:
            schema.prepare(db, create=True, name="it")
            assert schema.version_of(db) == 1
        monkeypatch.undo()
        with closing(open_store(database)) as store:
            assert store.meta()["schema"] == "4"
            put(store, OLD)
            assert store.verify() == ["the index has lost its embedder"]

    def test_index_made_by_many_at_once_is_one_good_index(self, database: str) -> None:
        failures: list[Exception] = []

        def make(number: int) -> None:
            try:
                with closing(opened(database)) as store:
                    put(store, document(f"{number}.txt", f"document {number}"))
            except Exception as error:
                failures.append(error)

        makers = [threading.Thread(target=make, args=(number,)) for number in range(6)]
        for maker in makers:
            maker.start()
        for maker in makers:
            maker.join()
        assert failures == []
        with closing(open_store(database)) as store:
            assert store.count() == len(store.documents()) == 6

    def test_later_schema_is_refused(self, store: PostgresStore, database: str) -> None:
        sql(database, "INSERT INTO migrations (version) VALUES (99)")
        with pytest.raises(IndexMismatch, match="99"):
            open_store(database)

    def test_database_that_is_not_unicode_is_refused(self, server: Server, database: str) -> None:
        name = database.rpartition("/")[2] + "_ascii"
        sql(database, f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'")
        with pytest.raises(StoreError, match="SQL_ASCII"):
            open_store(server.url(name), create=True)
        sql(database, f"DROP DATABASE {name}")

    def test_account_that_may_only_read_can_ask_and_not_write(self, store: PostgresStore, database: str) -> None:
        role = "reader_" + database[-8:]
        sql(
            database,
            f"CREATE ROLE {role} LOGIN",
            f"GRANT USAGE ON SCHEMA yinju TO {role}",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA yinju TO {role}",
        )
        with closing(open_store(database.replace("//yinju@", f"//{role}@"))) as reader:
            assert texts(reader) == texts(store)
            assert reader.search_words(["text"], 3) == store.search_words(["text"], 3)
            with pytest.raises(StoreError, match="permission denied") as caught:
                put(reader, NEW)
            assert "GRANT" in caught.value.hint
        sql(database, f"DROP OWNED BY {role}", f"DROP ROLE {role}")

    def test_store_whose_schema_was_dropped_is_not_current(self, store: PostgresStore, database: str) -> None:
        assert store.is_current()
        sql(database, "DROP SCHEMA yinju CASCADE")
        assert not store.is_current()
        with pytest.raises(IndexMissing):
            store.count()

    def test_closed_store_says_so(self, database: str) -> None:
        store = opened(database)
        store.close()
        with pytest.raises(StoreError, match="closed"):
            store.count()


class TestWriting:
    def test_second_writer_is_told_who_writes(self, store: PostgresStore, database: str) -> None:
        with closing(opened(database, patience=2)) as other, store.writing("index ~/notes"):
            writer = other.writer()
            assert writer is not None
            assert writer.command.startswith("index ~/notes (on ")
            assert other.unfinished() is None
            with pytest.raises(IndexLocked, match="index ~/notes"), other.writing("delete a"):
                pass
        assert store.writer() is None

    def test_killed_writer_leaves_what_it_stored_and_a_round_to_tell_of(
        self, store: PostgresStore, database: str
    ) -> None:
        child = subprocess.Popen([sys.executable, "-c", SCRIPT, database], stdout=subprocess.PIPE)
        assert child.stdout is not None
        assert child.stdout.readline() == b"written\n"
        child.kill()
        child.wait()
        child.stdout.close()
        end = time.monotonic() + 10
        while store.writer() and time.monotonic() < end:  # until the server sees that nobody is there
            time.sleep(0.05)
        run = store.unfinished()
        assert run is not None
        assert (run.pid, run.done) == (child.pid, 1)
        assert store.document("half.txt") is not None
        with store.writing("index again"):
            store.finish()
        assert store.unfinished() is None
        assert store.verify() == []

    def test_snapshot_is_of_one_state_whatever_others_write(self, store: PostgresStore, database: str) -> None:
        with closing(opened(database)) as other, store.snapshot():
            assert texts(store) == OLD.text.split("\n")[::-1]
            put(other, NEW)
            other.delete([OLD.path])
            assert texts(store) == OLD.text.split("\n")[::-1]
            assert store.search_words(["text"], 5)[0].chunk.document == OLD.path
        assert store.document(OLD.path) is None
        assert {hit.chunk.document for hit in store.search_words(["text"], 5)} == {NEW.path}

    def test_document_goes_on_under_the_name_of_its_copy(self, store: PostgresStore) -> None:
        of = document("a/报告.txt", "年度报告的内容。", title="报告")
        put(store, of)
        store.add_copy(of.path, FileCopy("b/副本.txt", "/documents/b/副本.txt"))
        store.add_copy(of.path, FileCopy("c/另一份.txt", "/documents/c/另一份.txt"))
        found = store.document("c/另一份.txt")
        assert found is not None
        assert found.path == of.path
        assert store.delete([of.path]) == 1
        (info,) = (info for info in store.documents() if info.path == "b/副本.txt")
        assert (info.title, [place.path for place in info.copies]) == ("副本", ["c/另一份.txt"])
        assert [hit.chunk.document for hit in store.search_words(["副本"], 3)] == ["b/副本.txt"]
        assert store.verify() == []

    def test_write_waits_for_a_server_that_restarts(self, server: Server, store: PostgresStore) -> None:
        with store.writing("index"):
            put(store, NEW)
            server.stop()
            starter = threading.Thread(target=server.start)
            starter.start()
            put(store, document("after.txt", "重启之后。"))
            starter.join()
            store.finish()
        assert [info.path for info in store.documents()] == ["after.txt", "new.txt", "old.txt"]
        assert store.writer() is store.unfinished() is None
        assert store.verify() == []


class TestWords:
    @given(
        corpus=st.lists(st.lists(st.sampled_from("apple banana cherry date elder fig 港口 泊位".split()), min_size=1,
                                 max_size=30), min_size=1, max_size=25),
        asked=st.lists(st.sampled_from("apple banana cherry date 港口 泊位 kiwi".split()), min_size=1, max_size=5),
        k=st.integers(1, 12),
    )  # fmt: skip
    @settings(max_examples=15)
    def test_scores_are_those_of_sqlite_to_the_bit(
        self, corpus: list[list[str]], asked: list[str], k: int, both: tuple[Store, Store]
    ) -> None:
        of = document("all.txt", "\n".join(f"chunk {i}" for i in range(len(corpus))))
        given = lines(of)
        for one in both:
            one.replace(of, given, embeddings(given), [" ".join(terms) for terms in corpus])
        ours, theirs = ([(hit.chunk, hit.score) for hit in one.search_words(asked, k)] for one in both)
        assert ours == theirs

    @pytest.fixture(scope="class")
    @classmethod
    def both(cls, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
        """An index on each store."""
        sql(server.url(), "CREATE DATABASE test_both")
        folder = tmp_path_factory.mktemp("both")
        with closing(opened(server.url("test_both"))) as ours, closing(SqliteStore(folder, create=True)) as theirs:
            yield ours, theirs
        sql(server.url(), "DROP DATABASE test_both WITH (FORCE)")

    def test_rare_words_are_enough_only_where_common_ones_cannot_change_the_best(self, store: PostgresStore) -> None:
        of = document("many.txt", "\n".join(f"line {i}" for i in range(60)))
        terms = ["common other"] * 40 + ["rare common"] + ["rare filler filler filler filler"] + ["filler"] * 18
        store.replace(of, lines(of), embeddings(lines(of)), terms)
        assert [hit.chunk.text for hit in store.search_words(["common", "rare"], 2)] == ["line 40", "line 41"]
        assert len(store.search_words(["common", "rare"], 60)) == 42

    def test_word_longer_than_the_server_takes_is_found(self, store: PostgresStore) -> None:
        of = document("long.txt", "line")
        store.replace(of, lines(of), embeddings(lines(of)), ["长" * 3000])
        assert [hit.chunk.text for hit in store.search_words(["长" * 3000], 3)] == ["line"]
        assert store.search_words(["长" * 2999], 3) == []


class TestVectorIndex:
    COUNT = 1200

    @pytest.fixture
    def matrix(self) -> Vectors:
        rng = np.random.default_rng(3)
        centres = rng.standard_normal((40, DIM))
        rows = centres[rng.integers(0, 40, self.COUNT)] + 0.5 * rng.standard_normal((self.COUNT, DIM))
        return np.stack([unit(*row) for row in rows])

    @pytest.fixture
    def many(self, database: str, matrix: Vectors) -> Iterator[PostgresStore]:
        """An index with vector indexes, which so few chunks would not need."""
        sql(database, f"ALTER DATABASE {database.rpartition('/')[2]} SET enable_seqscan = off")
        with closing(opened(database, exact_limit=1000)) as store:
            for part in range(4):
                of = document(f"{part}.txt", "\n".join(f"line {i}" for i in range(part, self.COUNT, 4)))
                given = [single_part(row) for row in matrix[part::4]]
                store.replace(of, lines(of), given, words(lines(of)))
            store.finish()
            yield store

    def test_search_by_index_finds_nearly_all_the_exact_search_does(
        self, many: PostgresStore, matrix: Vectors, database: str
    ) -> None:
        found = 0
        for question in matrix[::60]:
            best = {f"line {i}" for i in np.argsort(-(matrix @ question))[:10]}
            found += len(best & {hit.chunk.text for hit in many.search_vectors(question, 10)})
        assert found >= 0.97 * 200
        many.close()  # what its connections used is counted when they end, and seen a little later
        counted = "SELECT sum(idx_scan) FROM pg_stat_user_indexes WHERE indexrelname ~ '_vector$'"
        end, used = time.monotonic() + 60, 0
        with psycopg.connect(database, autocommit=True) as db:
            while used < 20 and time.monotonic() < end:
                time.sleep(0.05)
                row = db.execute(counted).fetchone()
                used = int(row[0]) if row else 0
        assert used >= 20

    def test_half_of_the_documents_are_searched_by_index_and_nothing_of_the_rest_is_found(
        self, many: PostgresStore, matrix: Vectors, database: str
    ) -> None:
        half = {f"{part}.txt": range(part, self.COUNT, 4) for part in (0, 3)}
        rows = np.concatenate([np.asarray(numbers) for numbers in half.values()])
        found = 0
        with closing(opened(database, exact_limit=100)) as store:  # half is more than is compared exactly
            for question in matrix[::30]:
                hits = store.search_vectors(question, 50, frozenset(half))
                assert len(hits) == 50
                assert {hit.chunk.document for hit in hits} <= half.keys()
                best = {f"line {rows[one]}" for one in np.argsort(-(matrix[rows] @ question))[:50]}
                found += len(best & {hit.chunk.text for hit in hits})
        assert found >= 0.97 * 2000

    def test_more_than_the_index_looks_at_first_are_found_when_asked_for(self, many: PostgresStore) -> None:
        assert len(many.search_vectors(unit(*np.ones(DIM)), 1100)) == 1100

    def test_deleted_chunks_are_never_found_and_new_ones_are(self, many: PostgresStore, matrix: Vectors) -> None:
        many.delete(["0.txt", "1.txt", "2.txt"])
        assert {hit.chunk.document for hit in many.search_vectors(matrix[0], 200)} == {"3.txt"}
        assert len(many.search_vectors(matrix[0], 200)) == 200
        of = document("new.txt", "new line")
        many.replace(of, lines(of), [single_part(matrix[0])], ["new line"])
        assert many.search_vectors(matrix[0], 1)[0].chunk.text == "new line"

    def test_vectors_of_another_length_take_the_place_of_the_old(self, many: PostgresStore) -> None:
        embedder = HashEmbedder(32)
        new = many.reembedding(embedder.id)
        while given := new.texts(500):
            new.add(given, embedder.embed_passages(given))
        new.swap()
        assert many.search_vectors(embedder.embed_question("line 7").vector, 1)[0].chunk.text == "line 7"
        many.finish()
        assert many.search_vectors(embedder.embed_question("line 7").vector, 1)[0].chunk.text == "line 7"
        assert many.meta()["dim"] == "32"


class TestReembedding:
    def test_what_was_begun_for_the_same_embedder_is_kept(self, store: PostgresStore, database: str) -> None:
        put(store, NEW)
        embedder = HashEmbedder(16)
        begun = store.reembedding(embedder.id)
        first = begun.texts(1)
        begun.add(first, embedder.embed_passages(first))
        with closing(opened(database)) as again:
            assert again.reembedding(embedder.id).missing() == 3
            assert sorted(texts(again)) == sorted([*OLD.text.split("\n"), *NEW.text.split("\n")])
            assert again.reembedding("another").missing() == 4


class TestMoving:
    def test_index_moves_to_the_server_and_back_with_nothing_changed(self, database: str, tmp_path: Path) -> None:
        first, last = tmp_path / "first", tmp_path / "last"
        with closing(SqliteStore(first, create=True)) as here:
            here.set_meta({"embedder": "hash-64", "note": "港口"})
            for of in (OLD, NEW, document("nul.txt", "nul\0inside\nback\\0slash", title="a\\b")):
                put(here, of)
            here.add_copy(NEW.path, FileCopy("copy.txt", "/copy.txt"))
            here.finish()
            here.backup(tmp_path / "one.backup")
            with closing(opened(database)) as there:
                put(there, document("gone.txt", "会被替换的内容。"))
            restore_store(tmp_path / "one.backup", database)
            with closing(open_store(database)) as there:
                assert same(here, there)
                assert there.verify() == []
                assert there.unfinished() is None
                there.backup(tmp_path / "two.backup")
            restore_store(tmp_path / "two.backup", last)
            with closing(open_store(last)) as back:
                assert same(here, back)
                assert back.verify() == []

    def test_damaged_index_is_not_backed_up(self, store: PostgresStore, database: str, tmp_path: Path) -> None:
        sql(database, "UPDATE chunks SET parts = '\\x00' || substring(parts FROM 2)")
        with pytest.raises(IndexDamaged):
            store.backup(tmp_path / "file")
        assert list(tmp_path.iterdir()) == []

    def test_file_that_is_something_else_is_not_written_over(self, store: PostgresStore, tmp_path: Path) -> None:
        (tmp_path / "letter").write_text("dear")
        with pytest.raises(StoreError, match="no backup"):
            store.backup(tmp_path / "letter")
        assert (tmp_path / "letter").read_text() == "dear"


def same(one: Store, other: Store) -> bool:
    """Whether two stores hold the same and find the same."""
    for left, right in zip(one.documents(), other.documents(), strict=True):
        assert one.document(left.path) == other.document(right.path)
        assert (left.chunks, left.copies) == (right.chunks, right.copies)
    for found in (one.search_vectors(QUESTION, 9), other.search_vectors(QUESTION, 9)):
        assert len(found) == one.count()
    assert texts(one) == texts(other)
    shares = [
        [(hit.chunk, hit.score) for hit in each.search_words("text 新的 inside".split(), 9)] for each in (one, other)
    ]
    assert shares[0] == shares[1]
    known = [each.known_embeddings(OLD.text.split("\n")) for each in (one, other)]
    assert all((known[0][text].parts == known[1][text].parts).all() for text in known[0])
    assert {key: one.meta()[key] for key in ("embedder", "dim", "note")} == {
        key: other.meta()[key] for key in ("embedder", "dim", "note")
    }
    return True


HARM = {
    "a letter of a document": "UPDATE documents SET text = replace(text, 'old', 'new')",
    "a letter of a chunk": "UPDATE chunks SET text = replace(text, 'old', 'new')",
    "a number of a vector": "UPDATE chunks SET vector = l2_normalize(vector + (SELECT avg(vector) FROM chunks))",
    "a byte of the parts": "UPDATE chunks SET parts = '\\x00' || substring(parts FROM 2)",
    "a chunk": "DELETE FROM chunks WHERE first = 0",
    "a document": "DELETE FROM documents",
    "a word": "UPDATE chunks SET terms = ts_delete(terms, 'old')",
    "how often a word stands": "UPDATE chunks SET repeats = '{\"old\": 7}'",
    "a count of words": "UPDATE vocabulary SET chunks = chunks + 1 WHERE term = 'old'",
    "the count of chunks": "UPDATE totals SET chunks = chunks + 1",
    "one word for another": "UPDATE chunks SET terms = ts_delete(terms, 'old') || 'new'",
    "the generation": "DELETE FROM meta WHERE key = 'generation'",
    "a copy": f"INSERT INTO copies SELECT 'copy', file, id, 'x' FROM documents WHERE path = '{OLD.path}'",
}


class TestDamage:
    def test_sound_index_has_no_problem(self, store: PostgresStore) -> None:
        assert store.verify() == []

    @pytest.mark.parametrize(
        "size", ["DELETE FROM meta WHERE key = 'part_dim'", "UPDATE meta SET value = '7' WHERE key = 'part_dim'"]
    )
    def test_index_that_is_wrong_about_its_sizes_is_not_read(
        self, store: PostgresStore, database: str, size: str
    ) -> None:
        sql(database, size)
        with pytest.raises(IndexDamaged, match=r"part_dim|length of 7"):
            store.known_embeddings(OLD.text.split("\n"))

    @pytest.mark.parametrize("harm", HARM)
    def test_damage_is_named(self, store: PostgresStore, database: str, harm: str) -> None:
        sql(database, HARM[harm])
        assert store.verify() != []

    def test_damaged_rows_are_refused_when_they_are_read(self, store: PostgresStore, database: str) -> None:
        hits = store.search_vectors(QUESTION, 5)
        sql(database, HARM["a letter of a document"], HARM["a letter of a chunk"], HARM["a byte of the parts"])
        for read in (
            lambda: store.document(OLD.path),
            lambda: store.search_vectors(QUESTION, 5),
            lambda: store.search_words(["old"], 5),
            lambda: store.embeddings([hit.id for hit in hits]),
            lambda: store.known_embeddings(OLD.text.split("\n")),
        ):
            with pytest.raises(IndexDamaged) as caught:
                read()
            assert "DROP SCHEMA" in caught.value.hint
