"""Questions to ranked passages, over a real store with embedders whose vectors can be told by eye."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from rag.models.embedders import HashEmbedder, single_part
from rag.question.analysis import analyse
from rag.retrieval import CROSSING, NEARLY, SAME, Retriever, of_each_language, with_own_language
from rag.stores.protocol import Hit
from rag.stores.sqlite.store import SqliteStore
from rag.types import Chunk, Document, Embedder, Embedding, Language, Passage, Vectors
from tests.builders import DIM, document, lines, put, unit

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

    def embed_passages(self, texts: Sequence[str]) -> list[Embedding]:
        return [self.embed_question(text) for text in texts]

    def embed_question(self, text: str) -> Embedding:
        for phrase, vector in self.directions.items():
            if phrase in text:
                return single_part(vector)
        return single_part(unit(*[0.0] * (self.dim - 1), 1.0))


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
        return Retriever(store).retrieve(analyse(question).embedded_by(used), k)

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
        found, asked = embedder.embed_question(passage.chunk.text), embedder.embed_question(question)
        assert passage.dense == pytest.approx(asked.cosine(found), abs=1e-4)
        assert passage.coverage == pytest.approx(asked.coverage(found), abs=1e-4)
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
    assert [(p.chunk.document, p.chunk.start) for p in one] == [(p.chunk.document, p.chunk.start) for p in other]
    assert [p.chunk.document for p in one[:2]] == ["another.txt", "library.md"]


def test_meaning_finds_what_no_word_does(search: Search) -> None:
    embedder = TableEmbedder({"unload": unit(1, 0.2, 0), "泊位": unit(1, 0, 0), "吞吐量": unit(0, 1, 0)})
    found = search("Where do cranes unload?", PORT, LIBRARY, KITCHEN, embedder=embedder)
    assert texts(found)[0] == "盐田港区共有20个深水泊位。"
    assert found[0].lexical == 0


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Where is the warehouse of Hechuan?", "禾川公司的仓库在北门。"),
        ("仓库的租金是多少？", "Rent of the warehouse is 5."),
    ],
)
def test_words_of_the_other_language_find_what_meaning_leaves_among_hundreds(
    search: Search, question: str, answer: str
) -> None:
    crowd = document("crowd.txt", "\n".join(f"食堂第{i}天供应午餐\nlunch of day {i}" for i in range(300)))
    indifferent = TableEmbedder({"北门": unit(0.99, 0.1), "Rent": unit(0.99, 0.1), "": unit(1, 0)})
    found = search(question, crowd, document("answer.txt", answer), embedder=indifferent)
    assert texts(found)[0] == answer
    assert found[0].lexical > found[1].lexical


def test_words_find_what_meaning_leaves_among_a_hundred_equals(search: Search) -> None:
    crowd = document("crowd.txt", "\n".join(f"unrelated remark {i}" for i in range(200)))
    zebra = document("zebra.txt", "zebra crossing")
    indifferent = TableEmbedder({"zebra crossing": unit(0.99, 0.1), "": unit(1, 0)})
    found = search("Where is the zebra?", crowd, zebra, embedder=indifferent)
    assert texts(found)[0] == "zebra crossing"
    assert found[0].dense == pytest.approx(float(unit(0.99, 0.1) @ unit(1, 0)), abs=1e-4)


def test_chunk_with_the_very_words_asked_for_beats_one_that_is_vaguely_near(search: Search) -> None:
    vectors = {"长篇": unit(0.6, 0.8, 0), "大致": unit(0.65, 0, 0.76), "几个": unit(1, 0, 0)}
    exact, vague = single_part(unit(1, 0, 0)).parts, single_part(unit(0.65, 0, 0.76)).parts

    class Parted(TableEmbedder):
        def embed_question(self, text: str) -> Embedding:
            return replace(super().embed_question(text), parts=vague if "大致" in text else exact)

    found = search("几个", document("a.txt", "长篇里有一句正是答案。\n大致相关的一句话。"), embedder=Parted(vectors))
    assert texts(found) == ["长篇里有一句正是答案。", "大致相关的一句话。"]
    assert [passage.dense for passage in found] == pytest.approx([0.6, 0.65], abs=0.01)
    assert [passage.coverage for passage in found] == pytest.approx([1, 0.65], abs=0.02)


def test_chunk_forgotten_between_the_searches_does_not_cost_the_others(tmp_path: Path) -> None:
    class Forgetful(SqliteStore):
        """Another process deletes a document as soon as the words were searched."""

        def search_words(self, terms: Sequence[str], k: int, within: frozenset[str] | None = None) -> list[Hit]:
            hits = super().search_words(terms, k, within)
            self.delete(["port.txt"])
            return hits

    embedder = HashEmbedder(DIM)
    store = Forgetful(tmp_path, create=True)
    put(store, PORT)
    put(store, LIBRARY)
    found = Retriever(store).retrieve(analyse("When did the library open? 泊位").embedded_by(embedder), 5)
    assert found[0].chunk.text == "The library opened in 1998."
    assert {passage.chunk for passage in found if passage.chunk.document == "library.md"} == set(lines(LIBRARY))
    store.close()


def test_chunk_with_the_same_text_is_found_once_for_each_document(search: Search) -> None:
    copies = [document(f"{name}.txt", "盐田港区共有20个深水泊位。") for name in "abc"]
    found = search("泊位", *copies)
    assert [passage.chunk.document for passage in found] == ["a.txt", "b.txt", "c.txt"]
    assert len({passage.score for passage in found}) == 1


def test_deleted_document_is_not_retrieved_by_the_same_retriever(tmp_path: Path) -> None:
    embedder = HashEmbedder(DIM)
    store = SqliteStore(tmp_path, create=True)
    store.set_meta({"embedder": embedder.id, "dim": str(DIM)})
    put(store, PORT)
    put(store, LIBRARY)
    retriever, question = Retriever(store), analyse("盐田港区有多少个泊位？").embedded_by(embedder)
    assert retriever.retrieve(question, 1)[0].chunk.document == "port.txt"
    store.delete(["port.txt"])
    assert {passage.chunk.document for passage in retriever.retrieve(question, 9)} == {"library.md"}
    store.close()


def test_near_chunks_of_the_other_language_are_considered_however_many_there_are_of_the_questions_own() -> None:
    def hit(row: int, language: Language) -> Hit:
        return Hit(row, Chunk(f"{row}.md", 0, 1, "x", "", None, language), 1 - row / 100)

    hits = [*(hit(row, "en") for row in range(8)), *(hit(row, "zh") for row in range(8, 12))]
    assert [one.id for one in of_each_language(hits, 3)] == [0, 1, 2, 8, 9, 10]


def test_another_languages_passage_may_win_though_no_word_is_shared() -> None:
    alike = {"dense": 0.3, "coverage": 0.45}
    assert SAME.score(**alike, words=0.0) < CROSSING.score(**alike, words=0.0) < SAME.score(**alike, words=0.5)


@pytest.mark.parametrize(
    ("scores", "order"),
    [
        ({5: 2.0 - NEARLY / 2}, [0, 1, 2, 3, 5, 4, 6]),
        ({5: 2.0 - 2 * NEARLY}, [0, 1, 2, 3, 4, 5, 6]),  # far worse than the one whose place it would take
        ({1: 2.0, 5: 2.0}, [0, 1, 2, 3, 4, 5, 6]),  # there is one already
    ],
)
def test_a_passage_in_the_questions_language_is_among_the_first(scores: dict[int, float], order: list[int]) -> None:
    ranked = []
    for place in range(7):
        chunk = Chunk(str(place), 0, 1, "x", "", None, "zh" if place in scores else "en")
        ranked.append(Passage(chunk, scores.get(place, 2.0), 0.0, 0.0, 0.0))
    assert [int(one.chunk.document) for one in with_own_language(ranked, "zh")] == order
    assert with_own_language(ranked[:3], "zh") == ranked[:3]
