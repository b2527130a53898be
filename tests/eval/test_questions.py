"""The question files, and the validator that proves them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from eval.asking import index
from eval.questions import HOSTILE, KINDS, SEEDS, QuestionsError, load, problems
from rag import Rag, Settings
from rag.models.embedders import HashEmbedder
from tests.eval.gold import PAGE, question, unanswerable

AT_LEAST = {
    "zh-zh": 60, "en-en": 25, "en-zh": 30, "zh-en": 20, "traditional": 10, "list": 15, "followup": 15,
    "hostile": 10, "unanswerable": 50,
}  # fmt: skip


def test_every_committed_seed_question_stands_in_its_document_as_the_product_loads_it(tmp_path: Path) -> None:
    rag = Rag(Settings(index=tmp_path), embedder=HashEmbedder())
    index(rag, SEEDS, HOSTILE)
    documents = {info.path: rag.document(info.path) for info in rag.documents()}
    rag.close()
    assert problems(load("seeds"), lambda path: document.text if (document := documents.get(path)) else None) == []


def test_there_are_as_many_questions_of_each_kind_as_promised() -> None:
    counts = Counter(q.kind for q in load("seeds"))
    assert all(counts[kind] >= least for kind, least in AT_LEAST.items())
    assert set(counts) <= set(KINDS)
    assert sum(q.instruction for q in load("seeds")) >= 10


def test_ids_are_unique_over_all_files() -> None:
    counts = Counter(q.id for name in ("seeds", "real") for q in load(name))
    assert counts.most_common(1)[0][1] == 1


def test_a_third_is_held_out_in_every_kind_and_never_changes() -> None:
    questions = load("seeds")
    share = sum(q.split == "held-out" for q in questions) / len(questions)
    assert 0.25 < share < 0.42
    assert {q.kind for q in questions if q.split == "held-out"} == set(KINDS)
    assert [question(id=f"id-{i}").split for i in range(4)] == ["tuned", "held-out", "held-out", "tuned"]


def test_a_sound_question_has_no_problem() -> None:
    assert problems([question(), unanswerable(id="two")], {"page.txt": PAGE}.get) == []


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (question(quotes=("838万平方米",)), "does not stand in page.txt"),
        (question(document="other.txt"), "'other.txt' is not indexed"),
        (question(kind="riddle"), "kind 'riddle'"),
        (question(language="fr"), "language 'fr'"),
        (question(question=" "), "question is empty"),
        (question(facts=()), "needs a document, quotes and facts"),
        (question(facts=(("",),)), "a fact has no form"),
        (question(kind="followup"), "dialogue belongs to follow-ups"),
        (question(dialogue=("什么？",)), "dialogue belongs to follow-ups"),
        (question(kind="hostile"), "has a bait"),
        (replace(unanswerable(), facts=(("42",),)), "has no document"),
    ],
)
def test_the_validator_names_what_is_wrong(broken: object, said: str) -> None:
    assert isinstance(broken, type(question()))
    found = problems([broken], {"page.txt": PAGE}.get)
    assert len(found) == 1
    assert said in found[0]
    assert found[0].startswith("one: ")


def test_an_id_used_twice_is_found() -> None:
    assert problems([question(), question()], {"page.txt": PAGE}.get) == ["one: the id is used 2 times"]


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "x"}', json.dumps({"id": "x", "quotes": [], "facts": [], "q": 1})])
def test_a_line_that_is_no_question_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "seeds_x.jsonl").write_text("\n" + line + "\n", "utf-8")
    with pytest.raises(QuestionsError, match=r"seeds_x\.jsonl, line 2"):
        load("seeds", tmp_path)


def test_a_set_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionsError, match="choose one of seeds, real"):
        load("moon")
    with pytest.raises(QuestionsError, match="no file"):
        load("real", tmp_path)
