"""What every Store promises. A new Store joins by a line in ``STORES``."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.models.embedders import HashEmbedder, single_part
from rag.outline import Block, Outline, PageSpan, Piece
from rag.stores import open_store
from rag.stores.protocol import Hit, Store
from rag.stores.sqlite.store import SqliteStore
from rag.text import question_terms, terms
from rag.types import Chunk, Embedding, Vectors
from tests.builders import DIM, document, embeddings, lines, put, unit, words

Opening = Callable[[], Store]
"""Opens the test's own index, making it where there is none; every call is another connection to the same one."""


def on_sqlite(_: pytest.FixtureRequest, folder: Path) -> Opening:
    return lambda: SqliteStore(folder / "index", create=True)


def on_postgres(request: pytest.FixtureRequest, _: Path) -> Opening:
    url = request.getfixturevalue("database")
    return lambda: open_store(url, create=True)


STORES = {"sqlite": on_sqlite, "postgres": on_postgres}

EMBED = HashEmbedder(DIM).embed_question


def vector_of(text: str) -> Vectors:
    return EMBED(text).vector


HARBOUR = document(
    "港口.txt",
    "深圳港2023年吞吐量为2.87亿吨。\n盐田港区有20个泊位。\n\n港口由市政府管理。",
    title="港口",
    date="2024-01-05",
    author="李四",
    source="https://example.org/port",
)
LIBRARY = document("library.md", "The library opened in 1998.\nIt lends 40,000 books a year.\nEntry is free.")


@pytest.fixture(params=sorted(STORES))
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opening]:
    """Opens the test's own index."""
    made: list[Store] = []
    opening = STORES[request.param](request, tmp_path)

    def another() -> Store:
        made.append(opening())
        return made[-1]

    yield another
    for store in made:
        store.close()


@pytest.fixture
def store(opened: Opening) -> Store:
    """An empty index for ``HashEmbedder(DIM)``."""
    store = opened()
    store.set_meta({"embedder": "hash-64", "dim": str(DIM)})
    return store


def whole(embedding: Embedding) -> tuple[bytes, str, tuple[int, ...], bytes]:
    """All of an embedding, to compare."""
    return embedding.vector.tobytes(), str(embedding.vector.dtype), embedding.parts.shape, embedding.parts.tobytes()


def texts(hits: list[Hit]) -> list[str]:
    return [hit.chunk.text for hit in hits]


class TestDocuments:
    def test_new_store_is_empty(self, store: Store) -> None:
        assert store.documents() == []
        assert store.count() == 0
        assert store.search_vectors(vector_of("港口"), 5) == []
        assert store.search_words(["港口"], 5) == []
        assert store.embeddings([]) == {}
        assert store.known_embeddings(["港口"]) == {}

    def test_document_comes_back_as_it_went_in(self, store: Store) -> None:
        put(store, HARBOUR)
        put(store, LIBRARY)
        assert store.document("港口.txt") == HARBOUR
        assert store.document("library.md") == LIBRARY

    def test_a_document_keeps_its_structure_and_a_chunk_how_it_is_read(self, store: Store) -> None:
        outline = Outline((Block("heading", 0, 2, 1), Block("paragraph", 3, 8, label="\0\\")), (PageSpan(1, 0, 8),))
        of = replace(document("a.txt", "费用\n每月九元。"), outline=outline)
        pieces = (Piece(0, 2, "context"), Piece(3, 8, "prose", "上午 › "))
        whole = Chunk("a.txt", 0, 8, of.text, of.title, None, "zh", context="手册\0", pieces=pieces)
        store.replace(of, [whole], embeddings([whole]), words([whole]))
        assert store.document("a.txt") == of
        assert [hit.chunk for hit in store.search_words(terms("每月"), 1)] == [whole]

    def test_unknown_document_is_none(self, store: Store) -> None:
        put(store, HARBOUR)
        assert store.document("港口") is None

    @pytest.mark.parametrize(
        "text", ["a\r\nb\tc\n", "𠮷野家 👩‍👩‍👧 e\u0301", "\ufeff\u200b全角　空白", "nul\0inside", " \n "]
    )
    def test_text_of_any_script_is_kept_to_the_character(self, store: Store, text: str) -> None:
        put(store, document("odd.txt", text))
        found = store.document("odd.txt")
        assert found is not None
        assert found.text == text

    def test_documents_are_listed_by_path_with_their_chunk_counts(self, store: Store) -> None:
        put(store, HARBOUR)
        put(store, LIBRARY)
        put(store, document("empty.txt", "\n\n"))
        assert [(info.path, info.chunks) for info in store.documents()] == [
            ("empty.txt", 0),
            ("library.md", 3),
            ("港口.txt", 3),
        ]

    def test_listed_document_has_its_fields_and_the_time_it_was_indexed(self, store: Store) -> None:
        put(store, HARBOUR)
        (info,) = store.documents()
        for field in ("path", "title", "date", "author", "source", "language", "content_hash", "file", "recipe"):
            assert getattr(info, field) == getattr(HARBOUR, field)
        age = datetime.now(UTC) - datetime.fromisoformat(info.indexed_at)
        assert -1 < age.total_seconds() < 60

    def test_recipes_are_those_of_the_documents_each_once(self, store: Store) -> None:
        assert store.recipes() == []
        for path, recipe in (("a.txt", "1/440/0"), ("b.txt", "1/40/0"), ("c.txt", "1/440/0")):
            put(store, document(path, "text", recipe=recipe))
        assert store.recipes() == ["1/40/0", "1/440/0"]
        store.delete(["b.txt"])
        assert store.recipes() == ["1/440/0"]

    def test_replaced_document_takes_the_place_of_the_old_one(self, store: Store) -> None:
        put(store, HARBOUR)
        put(store, document("港口.txt", "深圳港已更名。"))
        assert texts(store.search_vectors(vector_of("泊位"), 10)) == ["深圳港已更名。"]
        assert store.search_words(terms("泊位"), 10) == []
        assert (store.count(), len(store.documents())) == (1, 1)

    def test_deleted_document_is_never_found(self, store: Store) -> None:
        put(store, HARBOUR)
        put(store, LIBRARY)
        assert store.search_vectors(vector_of("盐田港区有20个泊位。"), 1)[0].chunk.document == "港口.txt"
        assert store.delete(["港口.txt"]) == 1
        assert store.document("港口.txt") is None
        assert {hit.chunk.document for hit in store.search_vectors(vector_of("盐田港区有20个泊位。"), 50)} == {
            "library.md"
        }
        assert store.search_words(terms("盐田港区有20个泊位。"), 50) == []
        assert [info.path for info in store.documents()] == ["library.md"]
        assert store.count() == 3

    def test_deleted_document_leaves_no_trace_in_the_scores_and_takes_no_place(self, store: Store) -> None:
        put(store, LIBRARY)
        question, asked = vector_of("library books"), terms("library books")
        alone = store.search_vectors(question, 2), store.search_words(asked, 2)
        put(store, document("crowd.txt", "\n".join(["library books", "library", "books"] * 5)))
        assert texts(store.search_vectors(question, 2)) == texts(store.search_words(asked, 2)) == ["library books"] * 2
        store.delete(["crowd.txt"])
        assert (store.search_vectors(question, 2), store.search_words(asked, 2)) == alone
        assert len(alone[0]) == len(alone[1]) == 2

    def test_delete_counts_only_what_was_there(self, store: Store) -> None:
        put(store, HARBOUR)
        assert store.delete([]) == 0
        assert store.delete(["nothing.txt"]) == 0
        assert store.delete(["港口.txt", "nothing.txt", "港口.txt"]) == 1

    def test_document_that_cannot_be_stored_whole_leaves_the_old_one(self, store: Store) -> None:
        put(store, HARBOUR)
        new = document("港口.txt", "新的第一行。\n新的第二行。")
        with pytest.raises(ValueError, match="argument"):
            store.replace(new, lines(new), embeddings(lines(new)), ["only one"])
        assert store.document("港口.txt") == HARBOUR
        assert store.count() == 3
        assert "新的第一行。" not in texts(store.search_vectors(vector_of("新的第一行。"), 10))
        put(store, LIBRARY)
        assert store.count() == 6


class TestVectors:
    def test_search_is_the_order_of_the_exact_cosines(self, store: Store) -> None:
        rng = np.random.default_rng(5)
        matrix = rng.standard_normal((300, DIM)).astype(np.float32)
        matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
        text = "\n".join(f"line {i}" for i in range(300))
        of = document("many.txt", text)
        store.replace(of, lines(of), [single_part(row) for row in matrix], words(lines(of)))
        for question in (matrix[7], unit(*rng.standard_normal(DIM))):
            hits = store.search_vectors(question, 10)
            best = np.argsort(-(matrix @ question))[:10]
            assert texts(hits) == [f"line {i}" for i in best]
            assert [hit.score for hit in hits] == pytest.approx((matrix @ question)[best].tolist(), abs=1e-5)

    def test_nearest_chunk_comes_first_with_its_whole_self(self, store: Store) -> None:
        chunks = put(store, HARBOUR)
        put(store, LIBRARY)
        best = store.search_vectors(vector_of("盐田港区有20个泊位。"), 3)[0]
        assert best.chunk == chunks[1]
        assert best.score == pytest.approx(1, abs=1e-5)
        assert best.chunk.text == HARBOUR.text[best.chunk.start : best.chunk.end]

    def test_k_beyond_the_index_gives_all_there_is(self, store: Store) -> None:
        put(store, HARBOUR)
        assert len(store.search_vectors(vector_of("港口"), 1000)) == 3
        assert len(store.search_vectors(vector_of("港口"), 2)) == 2

    def test_embeddings_are_those_of_the_chunks_asked_for(self, store: Store) -> None:
        put(store, HARBOUR)
        put(store, LIBRARY)
        hits = store.search_vectors(vector_of("Entry to the library is free."), 6)
        asked = [hits[i] for i in (3, 0, 5)]
        found = store.embeddings([hit.id for hit in asked])
        assert {row: whole(one) for row, one in found.items()} == {
            hit.id: whole(EMBED(hit.chunk.text)) for hit in asked
        }

    def test_chunk_that_was_forgotten_between_two_searches_has_no_embedding(self, store: Store) -> None:
        put(store, HARBOUR)
        put(store, LIBRARY)
        hits = store.search_vectors(vector_of("泊位"), 6)
        store.delete(["港口.txt"])
        left = {hit.id for hit in hits if hit.chunk.document != "港口.txt"}
        assert set(store.embeddings([hit.id for hit in hits])) == left

    def test_known_embedding_is_the_stored_one_to_the_bit(self, store: Store) -> None:
        put(store, HARBOUR)
        known = store.known_embeddings(["盐田港区有20个泊位。", "从未见过。"])
        assert list(known) == ["盐田港区有20个泊位。"]
        assert whole(known["盐田港区有20个泊位。"]) == whole(EMBED("盐田港区有20个泊位。"))

    def test_text_of_many_parts_keeps_them_all_in_order(self, store: Store) -> None:
        of = document("parts.txt", "一部分。\n三部分。")
        rng = np.random.default_rng(3)
        given = [Embedding(unit(*rng.standard_normal(DIM)), rng.integers(-127, 128, (n, 24), np.int8)) for n in (1, 3)]
        store.replace(of, lines(of), given, words(lines(of)))
        known = store.known_embeddings(["一部分。", "三部分。"])
        assert [whole(known["一部分。"]), whole(known["三部分。"])] == [whole(one) for one in given]
        by_text = {hit.chunk.text: hit.id for hit in store.search_vectors(given[0].vector, 2)}
        found = store.embeddings([by_text["三部分。"], by_text["一部分。"]])
        assert whole(found[by_text["一部分。"]]) == whole(given[0])
        assert whole(found[by_text["三部分。"]]) == whole(given[1])

    def test_embeddings_outlive_their_document_until_the_round_ends(self, store: Store) -> None:
        put(store, HARBOUR)
        store.delete(["港口.txt"])
        assert store.known_embeddings(["盐田港区有20个泊位。"])
        store.finish()
        assert store.known_embeddings(["盐田港区有20个泊位。"]) == {}

    def test_vector_that_two_documents_share_stays_with_the_other(self, store: Store) -> None:
        put(store, document("a.txt", "一样的话。"))
        put(store, document("b.txt", "一样的话。"))
        assert {hit.chunk.document for hit in store.search_vectors(vector_of("一样的话。"), 5)} == {"a.txt", "b.txt"}
        store.delete(["a.txt"])
        store.finish()
        (left,) = store.search_vectors(vector_of("一样的话。"), 5)
        assert left.chunk.document == "b.txt"
        assert left.score == pytest.approx(1, abs=1e-5)
        assert store.known_embeddings(["一样的话。"])

    def test_more_chunks_than_fit_one_statement_are_all_there(self, store: Store) -> None:
        of = document("long.txt", "\n".join(f"第{i}条规定。" for i in range(2100)))
        chunks = put(store, of)
        assert store.count() == len(chunks) == 2100
        assert len(store.known_embeddings([chunk.text for chunk in chunks])) == 2100
        hits = store.search_vectors(vector_of("规定"), 2100)
        assert {hit.chunk for hit in hits} == set(chunks)
        found = store.embeddings([hit.id for hit in hits])
        cosines = [EMBED("规定").cosine(found[hit.id]) for hit in hits]
        assert cosines == pytest.approx([hit.score for hit in hits], abs=1e-5)


class TestWords:
    def test_any_word_finds_and_the_rarer_word_counts_more(self, store: Store) -> None:
        put(store, document("a.txt", "apple common\nbanana common\ncherry common\ncommon plain"))
        hits = store.search_words(["banana", "common"], 10)
        assert texts(hits)[0] == "banana common"
        assert len(hits) == 4
        assert hits[0].score > 2 * hits[1].score

    def test_scores_are_shares_in_order(self, store: Store) -> None:
        put(store, HARBOUR)
        put(store, LIBRARY)
        scores = [hit.score for hit in store.search_words(terms("深圳港的吞吐量 library books"), 10)]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)
        assert scores[0] > 0

    def test_word_match_is_a_larger_share_of_a_shorter_question(self, store: Store) -> None:
        put(store, LIBRARY)
        short = store.search_words(["librari"], 1)[0].score
        long = store.search_words(["librari", "museum", "harbour", "depth"], 1)[0].score
        assert short > 2 * long

    def test_word_that_every_chunk_repeats_still_scores_at_most_one(self, store: Store) -> None:
        put(store, document("a.txt", "\n".join(["same same same same same same"] * 8)))
        assert [hit.score <= 1 for hit in store.search_words(["same"], 10)] == [True] * 8

    def test_search_without_words_or_with_unknown_ones_finds_nothing(self, store: Store) -> None:
        put(store, LIBRARY)
        assert store.search_words([], 10) == []
        assert store.search_words(["zeppelin"], 10) == []

    @pytest.mark.parametrize("word", ["and", "or", "not", "near"])
    def test_words_of_the_query_language_are_only_words(self, store: Store, word: str) -> None:
        put(store, document("a.txt", f"{word} gate\nother gate"))
        assert texts(store.search_words([word], 10)) == [f"{word} gate"]
        assert len(store.search_words([word, "gate"], 10)) == 2

    def test_k_limits_and_equal_scores_keep_one_order(self, store: Store) -> None:
        put(store, document("a.txt", "\n".join(f"tie {i}" for i in range(9))))
        first = store.search_words(["tie"], 4)
        assert len(first) == 4
        assert first == store.search_words(["tie"], 9)[:4]

    @given(question=st.text(max_size=40))
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_whatever_is_asked_can_be_searched(self, store: Store, question: str) -> None:
        put(store, HARBOUR)
        assert len(store.search_words(question_terms(question), 10)) <= 3


class TestWithin:
    """Searches of some documents only."""

    def test_what_is_found_is_what_a_search_of_all_finds_of_these_documents(self, store: Store) -> None:
        for number in range(12):
            put(store, document(f"{number}.txt", "\n".join(f"gate {number} port {line}" for line in range(number + 1))))
        question, asked, count = vector_of("gate port 3"), terms("gate port 3"), store.count()
        for chosen in ({"3.txt"}, {"0.txt", "7.txt", "11.txt"}, {f"{number}.txt" for number in range(12)}):
            within = frozenset(chosen)
            for k in (1, 4, count):
                near, worded = store.search_vectors(question, count), store.search_words(asked, count)
                assert store.search_vectors(question, k, within) == [h for h in near if h.chunk.document in chosen][:k]
                assert store.search_words(asked, k, within) == [h for h in worded if h.chunk.document in chosen][:k]

    def test_no_document_or_one_that_is_not_there_gives_nothing(self, store: Store) -> None:
        put(store, HARBOUR)
        for within in (frozenset[str](), frozenset({"library.md"})):
            assert store.search_vectors(vector_of("泊位"), 5, within) == []
            assert store.search_words(terms("泊位"), 5, within) == []

    def test_what_changes_in_these_documents_is_found_at_once(self, opened: Opening, store: Store) -> None:
        within = frozenset({"港口.txt", "new.txt"})
        put(store, HARBOUR)
        put(store, LIBRARY)
        assert len(store.search_vectors(vector_of("泊位"), 9, within)) == 3
        with closing(opened()) as other:
            put(other, document("new.txt", "新建的泊位。"))
            assert len(store.search_vectors(vector_of("泊位"), 9, within)) == 4
            assert {hit.chunk.document for hit in store.search_words(terms("泊位"), 9, within)} == within
            other.delete(["港口.txt"])
        assert {hit.chunk.document for hit in store.search_vectors(vector_of("泊位"), 9, within)} == {"new.txt"}
        assert {hit.chunk.document for hit in store.search_words(terms("泊位"), 9, within)} == {"new.txt"}


class TestDurability:
    def test_meta_is_kept_and_overwritten(self, store: Store) -> None:
        store.set_meta({"recipe": "1/440/0", "note": "a"})
        store.set_meta({"note": "港口"})
        meta = store.meta()
        assert (meta["recipe"], meta["note"], meta["dim"]) == ("1/440/0", "港口", str(DIM))

    def test_every_change_is_a_new_generation_and_nothing_else_is(self, store: Store) -> None:
        generations = [int(store.meta()["generation"])]
        put(store, HARBOUR)
        generations.append(int(store.meta()["generation"]))
        store.delete(["港口.txt"])
        generations.append(int(store.meta()["generation"]))
        assert generations == sorted(set(generations))
        store.delete(["港口.txt"])
        store.finish()
        store.search_vectors(vector_of("港口"), 3)
        assert int(store.meta()["generation"]) == generations[-1]

    @pytest.mark.parametrize("finished", [True, False])
    def test_reopened_store_finds_what_the_closed_one_did(self, opened: Opening, store: Store, finished: bool) -> None:
        put(store, HARBOUR)
        put(store, LIBRARY)
        put(store, document("gone.txt", "会被删除的内容。"))
        store.delete(["gone.txt"])
        if finished:
            store.finish()
        before = (
            store.search_vectors(vector_of("港口泊位"), 10),
            store.search_words(terms("港口泊位"), 10),
            store.documents(),
        )
        store.close()
        again = opened()
        assert (
            again.search_vectors(vector_of("港口泊位"), 10),
            again.search_words(terms("港口泊位"), 10),
            again.documents(),
        ) == before
        assert len(before[0]) == 6

    def test_another_writer_is_seen_by_a_store_that_has_searched(self, opened: Opening, store: Store) -> None:
        put(store, HARBOUR)
        store.finish()
        assert len(store.search_vectors(vector_of("library"), 10)) == 3
        with closing(opened()) as other:
            put(other, LIBRARY)
            other.delete(["港口.txt"])
            other.finish()
        assert {hit.chunk.document for hit in store.search_vectors(vector_of("港口泊位"), 10)} == {"library.md"}
        assert store.search_words(terms("泊位"), 10) == []
        assert store.document("港口.txt") is None

    def test_search_while_documents_come_and_go_finds_only_whole_ones(self, opened: Opening, store: Store) -> None:
        put(store, LIBRARY)
        versions = [document("港口.txt", f"第{i}版的港口。\n第{i}版的泊位。") for i in range(12)]
        by_text = {chunk.text: chunk for of in versions for chunk in lines(of)}
        seen: list[Chunk] = []
        failures: list[Exception] = []
        done = threading.Event()

        def search(reader: Store) -> None:
            try:
                while not done.is_set():
                    found = [*reader.search_vectors(vector_of("港口"), 9), *reader.search_words(terms("泊位"), 9)]
                    seen.extend(hit.chunk for hit in found)
            except Exception as error:
                failures.append(error)

        readers = [threading.Thread(target=search, args=(reader,)) for reader in (store, opened())]
        for reader in readers:
            reader.start()
        writer = opened()
        for of in versions:
            put(writer, of)
        writer.finish()
        done.set()
        for reader in readers:
            reader.join()
        assert failures == []
        assert {chunk.text for chunk in seen} - set(LIBRARY.text.split("\n")) <= set(by_text)
        assert all(by_text[chunk.text] == chunk for chunk in seen if chunk.document == "港口.txt")
        assert {hit.chunk.text for hit in store.search_vectors(vector_of("港口"), 9)} == {
            *LIBRARY.text.split("\n"),
            *versions[-1].text.split("\n"),
        }
