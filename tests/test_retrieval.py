"""Questions to ranked passages, over a real store with embedders whose vectors can be told by eye."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from rag.embedding import HashEmbedder
from rag.retrieval import Retriever
from rag.stores.sqlite import SqliteStore
from rag.types import Document, Embedder, Passage, Vectors
from tests.builders import DIM, document, put, unit

PORT = document(
    "port.txt", "深圳港去年的集装箱吞吐量创下新高。\n盐田港区共有20个深水泊位。", title="港口", date="2024-01-05"
)
LIBRARY = document("library.md", "The library opened in 1998.\nIt lends 40,000 books a year.\nEntry is free.")
KITCHEN = document("kitchen.txt", "这道菜需要两个鸡蛋和一点盐。\n先把水烧开再下面条。")


@dataclass(frozen=True)
class TableEmbedder:
    """The vector of the first phrase of ``directions`` that a text contains; another direction for any other text."""

    directions: Mapping[str, Vectors]
    id: str = "table"

    @property
    def dim(self) -> int:
        return len(next(iter(self.directions.values())))

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self.embed_question(text) for text in texts]) if texts else np.empty((0, self.dim), np.float32)

    def embed_question(self, text: str) -> Vectors:
        for phrase, vector in self.directions.items():
            if phrase in text:
                return vector
        return unit(*[0.0] * (self.dim - 1), 1.0)


Search = Callable[..., list[Passage]]


@pytest.fixture
def search(tmp_path: Path) -> Iterator[Search]:
    """Searches documents that hold a chunk a line."""
    stores: list[SqliteStore] = []

    def searched(question: str, *documents: Document, k: int = 8, embedder: Embedder | None = None) -> list[Passage]:
        used = embedder or HashEmbedder(DIM)
        store = SqliteStore(tmp_path / str(len(stores)), create=True)
        stores.append(store)
        store.set_meta({"embedder": used.id, "dim": str(used.dim)})
        for one in documents:
            put(store, one, used)
        return Retriever(store, used).retrieve(question, k)

    yield searched
    for store in stores:
        store.close()


def texts(passages: Sequence[Passage]) -> list[str]:
    return [passage.chunk.text for passage in passages]


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("盐田港区有多少个泊位？", "盐田港区共有20个深水泊位。"),
        ("鹽田港區有多少個泊位？", "盐田港区共有20个深水泊位。"),
        ("When did the library open?", "The library opened in 1998."),
        ("ＷＨＥＮ did the ＬＩＢＲＡＲＹ open?", "The library opened in 1998."),
        ("煮面条之前要先做什么？", "先把水烧开再下面条。"),
    ],
)
def test_passage_that_shares_the_question_s_words_is_first(search: Search, question: str, best: str) -> None:
    assert texts(search(question, PORT, LIBRARY, KITCHEN))[0] == best


def test_passages_come_best_first_with_the_scores_that_brought_them(search: Search) -> None:
    question = "盐田港区有多少个泊位？"
    passages = search(question, PORT, LIBRARY, KITCHEN)
    scores = [passage.score for passage in passages]
    assert scores == sorted(scores, reverse=True)
    embedder = HashEmbedder(DIM)
    for passage in passages:
        cosine = float(embedder.embed_question(passage.chunk.text) @ embedder.embed_question(question))
        assert passage.dense == pytest.approx(cosine, abs=1e-4)
        assert 0 <= passage.lexical <= 1
    assert passages[0].lexical == max(passage.lexical for passage in passages) > 0


def test_passage_is_the_stored_chunk_of_its_document(search: Search) -> None:
    for passage in search("盐田港区有多少个泊位？", PORT):
        assert passage.chunk.text == PORT.text[passage.chunk.start : passage.chunk.end]
        assert (passage.chunk.title, passage.chunk.date, passage.chunk.language) == ("港口", "2024-01-05", "zh")


def test_k_is_a_limit_and_a_small_index_gives_what_it_has(search: Search) -> None:
    assert len(search("library", PORT, LIBRARY, KITCHEN, k=2)) == 2
    assert len(search("library", PORT, LIBRARY, KITCHEN, k=50)) == 7
    many = document("many.txt", "\n".join(f"the library has room {i}" for i in range(90)))
    assert len(search("library room", many, k=50)) == 50


def test_smaller_k_gives_the_beginning_of_the_larger(search: Search) -> None:
    all_of_them = search("library books 泊位", PORT, LIBRARY, KITCHEN, k=7)
    assert search("library books 泊位", PORT, LIBRARY, KITCHEN, k=3) == all_of_them[:3]


def test_empty_index_gives_no_passage(search: Search) -> None:
    assert search("盐田港区有多少个泊位？") == []


@pytest.mark.parametrize("question", ["what is the?", "什么？", "？？", '"AND" OR (NEAR*', "薴" * 30, "a" * 2000])
def test_question_without_content_still_gets_passages(search: Search, question: str) -> None:
    assert len(search(question, PORT, LIBRARY)) == 5


def test_same_question_gets_the_same_passages_whatever_the_order_of_indexing(search: Search) -> None:
    twin = document("another.txt", LIBRARY.text)
    one = search("When did the library open?", LIBRARY, twin, PORT)
    other = search("When did the library open?", PORT, twin, LIBRARY)
    assert texts(one) == texts(other)
    assert {passage.chunk.document for passage in one[:2]} == {"another.txt", "library.md"}


def test_meaning_finds_what_no_word_does(search: Search) -> None:
    embedder = TableEmbedder({"berths": unit(1, 0.2, 0), "泊位": unit(1, 0, 0), "吞吐量": unit(0, 1, 0)})
    found = search("How many berths?", PORT, LIBRARY, KITCHEN, embedder=embedder)
    assert texts(found)[0] == "盐田港区共有20个深水泊位。"
    assert found[0].lexical == 0


def test_words_find_what_meaning_leaves_among_a_hundred_equals(search: Search) -> None:
    crowd = document("crowd.txt", "\n".join(f"unrelated remark {i}" for i in range(200)))
    zebra = document("zebra.txt", "zebra crossing")
    indifferent = TableEmbedder({"zebra crossing": unit(0.99, 0.1), "": unit(1, 0)})
    found = search("Where is the zebra?", crowd, zebra, embedder=indifferent)
    assert texts(found)[0] == "zebra crossing"
    assert found[0].dense == pytest.approx(float(unit(0.99, 0.1) @ unit(1, 0)), abs=1e-4)


def test_one_exact_sentence_in_a_long_chunk_beats_a_chunk_that_is_vaguely_near(search: Search) -> None:
    answer, long, vague = "泊位共有二十个。", unit(0.6, 0.8, 0), unit(0.65, 0, 0.76)
    embedder = TableEmbedder(
        {
            "天气不错。" + answer: long,
            "大致相关": vague,
            answer: unit(1, 0, 0),
            "天气": unit(0, 1, 0),
            "几个": unit(1, 0, 0),
        }
    )
    of = document("a.txt", f"今天天气不错。{answer}\n大致相关的一句话。")
    found = search("几个", of, embedder=embedder)
    assert [passage.dense for passage in found] == pytest.approx([0.6, 0.65], abs=0.01)
    assert texts(found)[0] == f"今天天气不错。{answer}"
    assert found[0].sentence == pytest.approx(1, abs=1e-4)


def test_chunk_with_the_same_text_is_found_once_for_each_document(search: Search) -> None:
    copies = [document(f"{name}.txt", "盐田港区共有20个深水泊位。") for name in "abc"]
    found = search("泊位", *copies)
    assert sorted(passage.chunk.document for passage in found) == ["a.txt", "b.txt", "c.txt"]
    assert [passage.score for passage in found] == pytest.approx([found[0].score] * 3, abs=1e-6)


def test_deleted_document_is_not_retrieved_by_the_same_retriever(tmp_path: Path) -> None:
    embedder = HashEmbedder(DIM)
    store = SqliteStore(tmp_path, create=True)
    store.set_meta({"embedder": embedder.id, "dim": str(DIM)})
    put(store, PORT)
    put(store, LIBRARY)
    retriever = Retriever(store, embedder)
    assert retriever.retrieve("盐田港区有多少个泊位？", 1)[0].chunk.document == "port.txt"
    store.delete(["port.txt"])
    assert {passage.chunk.document for passage in retriever.retrieve("盐田港区有多少个泊位？", 9)} == {"library.md"}
    store.close()
