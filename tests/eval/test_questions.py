"""The question files, and the validator that proves them."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from eval.asking import index
from eval.matching import find, locate
from eval.questions import KINDS, QuestionsError, load, problems
from eval.shelves import check, shelf_of, shelves
from rag import Rag, Settings
from rag.loaders import SourceFile
from rag.loaders import load as load_file
from rag.models.embedders import HashEmbedder
from tests.eval.gold import question, unanswerable

AT_LEAST = {
    "fact": 170, "across": 120, "traditional": 10, "table": 40, "list": 45, "howto": 25, "why": 25, "compare": 20,
    "yesno": 15, "count": 12, "summary": 12, "version": 12, "followup": 30, "hostile": 10, "unanswerable": 150,
}  # fmt: skip


OFFICE = ("corpus/c", "corpus/d")
"""The shelves whose files are no text."""


def test_every_committed_seed_question_stands_in_its_document_as_the_product_loads_it(tmp_path: Path) -> None:
    (shelf,) = shelves("seeds")
    rag = Rag(Settings(index=tmp_path), embedder=HashEmbedder())
    index(rag, shelf)
    texts = {info.path: document.text for info in rag.documents() if (document := rag.document(info.path))}
    rag.close()
    assert [(one.id, q) for one in shelf.questions for q in one.quotes if not find(q, texts[one.document or ""])] == []


def test_every_quote_of_the_corpus_stands_in_its_file() -> None:
    for shelf in (one for one in shelves("corpus") if one.name not in OFFICE):
        (folder,) = shelf.folders
        for asked in shelf.questions:
            files = {name: (folder / name).read_text("utf-8") for name in asked.golds}
            for quote in asked.quotes:
                assert any(quote in _as_read(text, name) for name, text in files.items()), (asked.id, quote)


def test_every_quote_of_office_files_is_loaded_from_one_of_them() -> None:
    for shelf in (one for one in shelves("corpus") if one.name in OFFICE):
        texts = {path.name: load_file(SourceFile(path, path.name)).text for path in shelf.folders[0].iterdir()}
        lost = [
            (asked.id, quote)
            for asked in shelf.questions
            for quote in asked.quotes
            if not any(locate(quote, texts[name]) for name in asked.golds)
        ]
        assert lost == []


def _as_read(text: str, name: str) -> str:
    """The file, and of a web page the text between the tags too."""
    return text + re.sub(r"<[^>]*>", "", text) if name.endswith(".html") else text


def test_no_document_of_the_corpus_is_without_questions() -> None:
    for shelf in shelves("corpus"):
        asked = Counter(name for question in shelf.questions for name in question.golds)
        files = {path.name for folder in shelf.folders for path in folder.iterdir()}
        assert {name: asked[name] for name in files if asked[name] < 3} == {}


def test_nothing_is_wrong_with_the_committed_questions() -> None:
    check(shelves("all"))


def test_there_are_as_many_questions_of_each_kind_as_promised() -> None:
    counts = Counter(q.kind for name in ("seeds", "corpus") for q in load(name))
    assert all(counts[kind] >= least for kind, least in AT_LEAST.items())
    assert set(counts) == set(KINDS) == set(AT_LEAST)
    assert sum(q.instruction for q in load("seeds")) >= 10


def test_ids_are_unique_over_all_files() -> None:
    counts = Counter(q.id for name in ("seeds", "corpus", "real") for q in load(name))
    assert counts.most_common(1)[0][1] == 1


def test_a_third_is_held_out_in_every_kind_and_never_changes() -> None:
    questions = load("seeds") + load("corpus")
    share = sum(q.split == "held-out" for q in questions) / len(questions)
    assert 0.25 < share < 0.42
    assert {q.kind for q in questions if q.split == "held-out"} == set(KINDS)
    assert [question(id=f"id-{i}").split for i in range(4)] == ["tuned", "held-out", "held-out", "tuned"]


def test_a_sound_question_has_no_problem() -> None:
    assert problems([question(), unanswerable(id="two")]) == []


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (question(documents=("other.txt",)), "'page.txt' is not one of its documents"),
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
    found = problems([broken])
    assert len(found) == 1
    assert said in found[0]
    assert found[0].startswith("one: ")


def test_a_document_that_no_folder_has_is_named(tmp_path: Path) -> None:
    line = {"id": "x", "question": "?", "language": "en", "kind": "fact", "document": "no.txt", "quotes": ["a"]}
    (tmp_path / "questions.jsonl").write_text(json.dumps(line | {"facts": [["a"]]}), "utf-8")
    with pytest.raises(QuestionsError, match=r"x: there is no document 'no\.txt'"):
        check([shelf_of(tmp_path)])
    (tmp_path / "no.txt").write_text("a", "utf-8")
    check([shelf_of(tmp_path)])


def test_a_folder_without_questions_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionsError, match=r"questions\.jsonl cannot be read"):
        shelf_of(tmp_path)
    with pytest.raises(QuestionsError, match="is no folder"):
        shelf_of(tmp_path / "none")


def test_an_id_used_twice_is_found() -> None:
    assert problems([question(), question()]) == ["one: the id is used 2 times"]


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "x"}', json.dumps({"id": "x", "quotes": [], "facts": [], "q": 1})])
def test_a_line_that_is_no_question_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "seeds_x.jsonl").write_text("\n" + line + "\n", "utf-8")
    with pytest.raises(QuestionsError, match=r"seeds_x\.jsonl, line 2"):
        load("seeds", tmp_path)


def test_a_set_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionsError, match="choose one of seeds, corpus, real"):
        load("moon")
    with pytest.raises(QuestionsError, match="no file"):
        load("real", tmp_path)
