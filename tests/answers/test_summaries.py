"""A summary is of the document that is named, or there is none."""

from __future__ import annotations

from rag.answers.plan import Inquiry
from rag.answers.summary import best_document
from rag.question.analysis import Question, analyse
from rag.types import Passage
from tests.answers.asking import EMBEDDER, MemoryShelf, Quoting, asked
from tests.builders import document, lines

REPORT = (
    "Outage report\nThe outage began at 09:14 on 28 March. Both generators failed to start.\n"
    "However, the batteries held for eleven minutes. All customers were back by noon."
)


def test_a_document_without_the_name_that_is_asked_for_is_not_summed_up() -> None:
    assert asked("Sum up the report on Northgate.", {"a.txt": REPORT}).refused
    assert not asked("Sum up the report on Northgate.", {"a.txt": f"Northgate\n{REPORT}"}).refused


def test_a_document_in_the_other_language_may_write_the_name_otherwise() -> None:
    text = "停电报告\n三月二十八日上午九点十四分，北门机房停电。两台发电机都没有启动，电池只撑了十一分钟。"
    assert not asked("Sum up the report on Northgate.", {"a.txt": text}).refused


class EnglishFirst(MemoryShelf):
    """Finds every line of every document, those in English before all others."""

    def search(self, question: Question, k: int | None = None) -> list[Passage]:
        found = [Passage(chunk, 1.0, 1.0, 1.0, 1.0) for one in self.known.values() for chunk in lines(one)]
        return sorted(found, key=lambda one: one.chunk.language != "en")


def test_a_document_in_the_questions_language_is_not_crowded_out_by_the_other() -> None:
    harbour = document("e.txt", "Boats come.\n" * 6, title="Reed harbour")
    port = document("z.txt", "渔船进港了。\n" * 6, title="白石港去年的货运与渔业")
    asked_of = analyse("总结一下白石港的文章").embedded_by(EMBEDDER)
    shelf = EnglishFirst({"e.txt": harbour, "z.txt": port})
    passages = shelf.search(asked_of)
    assert [one.chunk.language for one in passages] == ["en"] * 6 + ["zh"] * 6
    assert best_document(Inquiry(asked_of, passages, Quoting(()), EMBEDDER, shelf, 0.3)) == "z.txt"
