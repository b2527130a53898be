"""Which documents a question is asked of: what a scope selects, and that nothing outside it is ever told."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rag import Rag, Scope, Settings, TagChange
from rag.as_json import answer_json
from rag.errors import ConfigError, RagError, ScopeError
from rag.scope import folders_of
from rag.types import DocumentInfo, FileCopy
from tests.commands import run


def info(path: str, date: str | None = None, author: str | None = None, **other: str) -> DocumentInfo:
    """A document of an index of the folder ``/shelf``."""
    given = {"language": "en", "file": f"/shelf/{path}", **other}
    title = Path(path).stem
    return DocumentInfo(path, title, date, author, None, content_hash="", recipe="", chunks=1, indexed_at="", **given)  # type: ignore[arg-type]


SHELF = (
    info("contracts/2023/lease.pdf", "2023-04-01", "Ada Lovelace and 李四"),
    info("contracts/2024/lease.pdf", "2024-04", "李四"),
    info("Handbook.md", "2024-02-29", language="zh"),
    info("notes/lease notes.txt", author="Grace Hopper"),
)


def paths(scope: Scope, shelf: Sequence[DocumentInfo] = SHELF) -> list[str]:
    return [one.path for one in scope.select(shelf).documents]


ALL = sorted(one.path for one in SHELF)


@pytest.mark.parametrize(
    ("scope", "chosen"),
    [
        (Scope(), ALL),
        (Scope(within=("contracts/2023/lease.pdf",)), ["contracts/2023/lease.pdf"]),
        (Scope(within=("lease.pdf",)), ["contracts/2023/lease.pdf", "contracts/2024/lease.pdf"]),
        (Scope(within=("handbook",)), ["Handbook.md"]),
        (Scope(within=("contracts",)), ["contracts/2023/lease.pdf", "contracts/2024/lease.pdf"]),
        (Scope(within=("contracts/2024/",)), ["contracts/2024/lease.pdf"]),
        (Scope(within=("2024", "notes")), ["contracts/2024/lease.pdf", "notes/lease notes.txt"]),
        (Scope(within=("/shelf/notes",)), ["notes/lease notes.txt"]),
        (Scope(within=("shelf",)), ALL),
        (Scope(since="2024"), ["Handbook.md", "contracts/2024/lease.pdf"]),
        (Scope(since="2024-03"), ["contracts/2024/lease.pdf"]),
        (Scope(since="2024-04-09"), ["contracts/2024/lease.pdf"]),
        (Scope(until="2024-02"), ["Handbook.md", "contracts/2023/lease.pdf"]),
        (Scope(since="2023-04-01", until="2023"), ["contracts/2023/lease.pdf"]),
        (Scope(languages=("zh",)), ["Handbook.md"]),
        (Scope(authors=("ada lovelace",)), ["contracts/2023/lease.pdf"]),
        (Scope(authors=("李四", "Grace Hopper")), [path for path in ALL if path != "Handbook.md"]),
        (Scope(types=("pdf",)), ["contracts/2023/lease.pdf", "contracts/2024/lease.pdf"]),
        (Scope(types=(".PDF", "txt"), authors=("李四", "grace hopper"), since="2024"), ["contracts/2024/lease.pdf"]),
        (Scope(types=("pdf",)).inside(Scope(since="2024")), ["contracts/2024/lease.pdf"]),
        (Scope().inside(Scope(types=("md",))), ["Handbook.md"]),
    ],
)
def test_values_of_a_field_are_alternatives_and_all_fields_hold(scope: Scope, chosen: list[str]) -> None:
    assert paths(scope) == chosen


@pytest.mark.parametrize(
    ("scope", "message", "hint"),
    [
        (Scope(within=("handbok",)), "'handbok'", "Handbook.md"),
        (Scope(within=("Handbook.md", "contract")), "'contract'", "contracts"),
        (Scope(authors=("Hopper",)), "'Hopper'", "Grace Hopper"),
        (Scope(types=("docx",)), "'docx'", "md, pdf, txt"),
        (Scope(languages=("fr",)), "'fr'", "en, zh"),
        (Scope(since="2030"), "since 2030: they are from 2023-04-01 to 2024-04", "another time"),
        (Scope(within=("notes",), until="2024"), "until 2024: none has a date", "another time"),
        (Scope(within=("notes",), types=("pdf",)), "all of this", "leave one"),
    ],
)
def test_what_no_document_has_is_an_error_that_tells_what_there_is(scope: Scope, message: str, hint: str) -> None:
    with pytest.raises(ScopeError) as caught:
        paths(scope)
    assert message in str(caught.value)
    assert hint in caught.value.hint


def test_a_name_outside_the_base_is_unknown_and_not_suggested() -> None:
    with pytest.raises(ScopeError) as caught:
        paths(Scope(within=("handbook",)).inside(Scope(types=("pdf",))))
    assert "Handbook" not in caught.value.hint
    selection = Scope(within=("2023",)).inside(Scope(types=("pdf",))).select(SHELF)
    assert (selection.searched.documents, selection.searched.of) == (1, 2)


def test_a_whole_path_means_that_document_alone() -> None:
    shelf = (info("lease.pdf"), info("old/lease.pdf"), info("notes.md"))
    assert paths(Scope(within=("lease.pdf",)), shelf) == ["lease.pdf"]
    assert paths(Scope(within=("lease.pdf", "old")), shelf) == ["lease.pdf", "old/lease.pdf"]
    assert paths(Scope(within=("lease",)), shelf) == ["lease.pdf", "old/lease.pdf"]
    with pytest.raises(ScopeError, match="nowhere"):
        paths(Scope(within=("lease.pdf", "nowhere")), shelf)


def test_a_copy_counts_by_its_own_path_and_only_that_is_told() -> None:
    twin = replace(SHELF[0], copies=(FileCopy("mine/rent.pdf", "/shelf/mine/rent.pdf"),))
    selection = Scope(within=("mine",)).select([twin, *SHELF[1:]])
    assert [(one.path, one.title, one.file) for one in selection.documents] == [
        ("mine/rent.pdf", "rent", "/shelf/mine/rent.pdf")
    ]
    assert selection.stored == {"contracts/2023/lease.pdf"}
    assert paths(Scope(within=("2023", "mine")), [twin]) == ["contracts/2023/lease.pdf"]


def test_documents_left_out_for_having_no_date_are_counted() -> None:
    searched = Scope(since="2024").select(SHELF).searched
    assert (searched.documents, searched.of, searched.undated) == (2, 4, 1)


def test_folders_are_the_indexed_one_and_those_of_the_path() -> None:
    assert folders_of(SHELF[0]) == ("shelf", "contracts", "2023")
    assert folders_of(info("a.txt", file="/elsewhere/upload-1")) == ()


@pytest.mark.parametrize("date", ["24", "2024-13", "2024-1", "yesterday", "2024-02-32"])
def test_a_date_that_is_none_is_refused(date: str) -> None:
    with pytest.raises(ScopeError, match=date):
        Scope(since=date)


def test_a_scope_goes_to_json_and_back() -> None:
    scope = Scope(("a", "b"), "2024", None, ("zh",), (), ("pdf",), everywhere=True)
    assert scope.given() == {
        "in": ("a", "b"),
        "since": "2024",
        "language": ("zh",),
        "type": ("pdf",),
        "everywhere": True,
    }
    assert Scope.of(json.loads(json.dumps(scope.given()))) == scope
    assert Scope.of({"in": "a", "until": None, "author": []}) == Scope(within=("a",))
    for wrong in ({"inn": "a"}, {"in": 3}, {"type": ["pdf", 1]}, {"since": {"a": 1}}):
        with pytest.raises(ScopeError):
            Scope.of(wrong)


# Over an index

QUESTIONS = (
    "When was the {} bridge opened?",
    "How long is the bridge?",
    "哪些桥是红色的？",
    "Which documents are there?",
    "How many documents are there?",
    "Which documents mention a bridge?",
    "哪些文档提到桥？",
    "What are these documents about?",
    "这些文档讲了什么？",
    "What is {}.txt about?",
    "What does the bridge cost now, and what was it before?",
    "Compare the {} bridge and the {} bridge.",
    "How many bridges are there?",
    "Which bridge is the longest?",
    "What is the newest document?",
    "List the bridges and when they were opened.",
    "What is the total length of the bridges?",
    "In {}.txt, how long is the bridge?",
)
"""One for each plan, also those that look at the whole shelf."""

WORDS = ("amber", "birch", "cobalt", "dahlia", "ember", "fjord", "garnet", "heron", "indigo", "jasper")
"""Each document has one, which no other has."""


def text_of(word: str, seed: int) -> str:
    """A document that says its word in every line, in both languages, with a list and a table."""
    chance = random.Random(seed)
    length, year = chance.randint(10, 900), chance.randint(1900, 2020)
    return (
        f"The {word} report\n\nThe {word} bridge was opened in {year}. The {word} bridge is {length} metres long.\n\n"
        f"{word}桥是红色的，全长{length}米。\n\nBridges of {word}:\n- {word} north bridge\n- {word} south bridge\n\n"
        f"| {word} bridge | length |\n| --- | --- |\n| {word} east | {length} |\n| {word} west | {length + 1} |\n"
    )


@pytest.fixture(params=["sqlite", "postgres"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rag]:
    """An index of ten documents in five folders; two are also elsewhere under another name."""
    folder = tmp_path / "shelf"
    for number, word in enumerate(WORDS):
        file = folder / f"f{number % 4}" / f"{word}.{'md' if number % 3 else 'txt'}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text_of(word, number), "utf-8")
    (folder / "copies").mkdir(exist_ok=True)
    shutil.copy(folder / "f0" / "amber.txt", folder / "copies" / "second.txt")
    shutil.copy(folder / "f1" / "birch.md", folder / "copies" / "third.md")
    store = request.getfixturevalue("database") if request.param == "postgres" else ""
    rag = Rag(Settings(tmp_path / "index", store, embedder="hash", generator="extractive", risk=1.0))
    rag.index([folder])
    yield rag
    rag.close()


def test_nothing_outside_a_scope_is_retrieved_cited_or_counted(shelf: Rag) -> None:
    rag, chance = shelf, random.Random(18)
    names = ("f0", "f1", "f2", "f3", "copies", *WORDS)
    for question in QUESTIONS:
        chosen = tuple(chance.sample(names, chance.randint(1, 3)))
        types = chance.choice([(), (), ("txt",), ("md",)])
        scope, asked = Scope(within=chosen, types=types), question.format(*chance.sample(WORDS, question.count("{}")))
        try:
            inside = {one.path for one in rag.documents(scope)}
        except ScopeError:
            continue
        answer = rag.ask(asked, (), scope)
        passages = [*answer.passages, *rag.search(asked, 50, scope)]
        assert {one.chunk.document for one in passages} <= inside
        assert {one.document for one in answer.citations} <= inside
        assert answer.searched
        assert (answer.searched.of, answer.searched.documents) == (10, len(answer.searched.named) or len(inside))
        if answer.kind in ("shelf", "summary") and answer.coverage:
            assert answer.coverage.of <= len(inside)
        told = json.dumps({**answer_json(answer), "question": "", "receipt": {}}, ensure_ascii=False)
        within = "".join(found.text for path in inside if (found := rag.document(path, scope)))
        outside = [word for word in WORDS if word not in within]
        assert [word for word in outside if f"The {word}" in told or f"{word}桥" in told or f"{word}." in told] == []


@pytest.mark.parametrize(
    ("folder", "own", "other"), [("copies", "second", "f0/amber"), ("f0", "amber", "copies/second")]
)
def test_a_copy_is_there_by_its_path_in_the_scope_and_by_no_other(
    shelf: Rag, folder: str, own: str, other: str
) -> None:
    rag, scope, path = shelf, Scope(within=(folder,)), f"{folder}/{own}.txt"
    assert path in [one.path for one in rag.documents(scope)]
    assert rag.document(f"{other}.txt", scope) is None
    found = rag.document(path, scope)
    assert found
    assert found.path == path
    answer = rag.ask("How long is the amber bridge?", (), scope)
    assert {one.document for one in answer.citations} == {path}
    assert {one.chunk.document.split("/")[0] for one in answer.passages} == {folder}


def test_the_scope_and_how_much_it_is_stand_in_the_answer(shelf: Rag) -> None:
    rag = shelf
    answer = rag.ask("How long is the amber bridge?", (), Scope(within=("f0",)))
    assert (answer.searched and answer.searched.documents, answer.receipt["scope"]) == (3, {"in": ("f0",)})
    assert rag.ask("How long is the amber bridge?").searched is None
    assert answer_json(answer)["searched"] == {"documents": 3, "of": 10, "undated": 0, "named": ()}


def test_a_document_that_is_named_is_told_and_everywhere_looks_beyond_it(shelf: Rag) -> None:
    rag, question = shelf, "In cobalt.md, how long is the bridge?"
    assert (searched := rag.ask(question).searched)
    assert (searched.named, searched.documents, searched.of) == (("f2/cobalt.md",), 1, 10)
    wide = rag.retrieve(question, (), Scope(everywhere=True))
    assert wide.searched is None
    assert len({one.chunk.document for one in wide.passages}) > 1


def test_tags_are_kept_by_path_until_the_document_is_forgotten(shelf: Rag, tmp_path: Path) -> None:
    rag, folder = shelf, tmp_path / "shelf"
    rag.index([folder / "f0" / "amber.txt", folder / "f2"], tags=TagChange(add=("bridges", "急")))
    rag.index([folder / "f1"], tags=TagChange(add=("bridges",)))
    urgent = rag.documents(Scope(within=("急",)))
    assert [one.path for one in urgent if not one.path.startswith("f2/")] == ["f0/amber.txt"]
    assert {one.tags for one in urgent} == {("bridges", "急")}
    rag.index([folder])
    (folder / "f2" / "cobalt.md").write_text("The cobalt bridge was painted.\n")
    rag.index([folder])
    assert "f2/cobalt.md" in [one.path for one in rag.documents(Scope(within=("急",)))]
    rag.delete(["f2/cobalt.md"])
    rag.index([folder])
    assert "f2/cobalt.md" not in [one.path for one in rag.documents(Scope(within=("急",)))]
    rag.backup(tmp_path / "backup")
    rag.delete(["f0", "f1", "f2"])
    with pytest.raises(ScopeError, match="bridges"):
        rag.documents(Scope(within=("bridges",)))
    rag.restore(tmp_path / "backup")
    assert len(rag.documents(Scope(within=("急",)))) == len(urgent) - 1


def test_tags_are_taken_off_what_is_named_and_stay_on_the_rest(shelf: Rag, tmp_path: Path) -> None:
    rag, folder, within = shelf, tmp_path / "shelf", Scope(within=("bridges",))
    rag.index([folder], tags=TagChange(add=("bridges", "old")))
    done = rag.index([folder / "f1"], tags=TagChange(add=("new",), remove=("bridges", "never given")))
    assert (done.embedded, done.updated) == (0, ())
    assert {one.path.split("/")[0] for one in rag.documents(within)} == {"f0", "f2", "f3", "copies"}
    assert {one.tags for one in rag.documents(Scope(within=("f1",)))} == {("new", "old")}
    rag.index([folder], tags=TagChange(remove=("bridges",)))
    with pytest.raises(ScopeError, match="bridges"):
        rag.documents(within)
    with pytest.raises(ConfigError, match="'old'"):
        TagChange(("new", "old"), ("old",))


def test_the_command_line_tags_and_untags(tmp_path: Path) -> None:
    file, index = tmp_path / "mill.txt", tmp_path / "index"
    file.write_text("The mill has 3 wheels.")
    run("index", file, "--tag", "mills", "--tag", "old", index=index)
    assert run("status", index=index).stdout.splitlines()[-1].endswith("\tmills, old")
    assert run("index", file, "--untag", "old", index=index).returncode == 0
    assert run("status", index=index).stdout.splitlines()[-1].endswith("\tmills")
    assert run("index", file, "--tag", "old", "--untag", "old", index=index).returncode == 2


def test_a_scope_sees_what_is_indexed_and_deleted_meanwhile(shelf: Rag, tmp_path: Path) -> None:
    rag, scope = shelf, Scope(within=("f0",))
    assert len(rag.documents(scope)) == 3
    (tmp_path / "shelf" / "f0" / "new.txt").write_text("The kestrel bridge was opened in 1999.\n")
    rag.index([tmp_path / "shelf"])
    assert rag.search("kestrel bridge", 1, scope)[0].chunk.document == "f0/new.txt"
    rag.delete(["f0/new.txt"])
    assert "f0/new.txt" not in {one.chunk.document for one in rag.search("kestrel bridge", 50, scope)}
    rag.delete(["f0"])
    with pytest.raises(RagError, match="'f0'"):
        rag.search("bridge", 1, scope)


def test_the_command_line_chooses_where_to_look_and_says_so(tmp_path: Path) -> None:
    folder, index = tmp_path / "mill", tmp_path / "index"
    for name, said in (("2023/a.txt", "The mill has 3 wheels."), ("2024/b.txt", "The mill has 4 wheels.")):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(said)
    run("index", folder, index=index)
    question = "How many wheels has the mill?"
    answer = json.loads(run("ask", question, "--in", "2024", "--json", index=index).stdout)
    assert (answer["searched"]["documents"], answer["searched"]["of"]) == (1, 2)
    assert answer["receipt"]["scope"] == {"in": ["2024"]}
    assert {one["document"] for one in answer["passages"]} == {"2024/b.txt"}
    assert "searched 1 of 2 documents" in run("ask", question, "--in", "2024", index=index).stdout
    assert "在 2 份文档中的 1 份里查找" in run("ask", "磨坊有几个轮子？", "--in", "2024", index=index).stdout
    found = json.loads(run("search", question, "--in", "2023", "--in", "b.txt", "--json", index=index).stdout)
    assert {one["document"] for one in found} == {"2023/a.txt", "2024/b.txt"}
    assert "1 of 2" in run("chat", "--in", "2023", index=index, stdin=f"{question}\nAnd now?\n").stdout
    refused = run("ask", question, "--in", "2025", index=index)
    assert refused.returncode == 2
    assert "2024" in refused.stderr
