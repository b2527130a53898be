"""Uploads: taken, refused, replaced and forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Added, DocumentError, Forbidden, Rag, Reach, Settings, Uploads, Warming
from rag.models.embedders import HashEmbedder
from rag.stores.tags import TagChange
from ui.api import Api
from ui.library import SIZE_LIMIT, Library, collections, ordered, rows


@pytest.fixture
def received(tmp_path: Path) -> Path:
    folder = tmp_path / "received"
    folder.mkdir()
    return folder


@pytest.fixture
def library(tmp_path: Path, received: Path) -> Library:
    rag = Rag(Settings(index=tmp_path / "index"), embedder=HashEmbedder())
    return Library(Reach(rag, Uploads(rag)), received)


def upload(received: Path, text: str) -> str:
    file = received / "upload"
    file.write_text(text, "utf-8")
    return str(file)


def test_an_upload_is_indexed_under_its_own_name_and_deleted_for_good(
    library: Library, received: Path, tmp_path: Path
) -> None:
    assert library.documents() == []
    assert library.add(upload(received, "The tunnel opened in 1972."), "../<b>tunnel</b>.txt").path == "b>.txt"
    assert list(received.iterdir()) == []
    assert [path for path, *_ in rows(library.documents())] == ["b>.txt"]
    library.delete(["b>.txt"])
    assert library.documents() == []
    assert list((tmp_path / "index" / "uploads").iterdir()) == []


def test_only_what_was_uploaded_is_read(library: Library, received: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (received / "link.txt").symlink_to(tmp_path / "secret.txt")
    for path in (tmp_path / "secret.txt", received / ".." / "secret.txt", received / "link.txt", received):
        with pytest.raises(DocumentError, match="no such upload"):
            library.add(str(path), "a.txt")
    assert (tmp_path / "secret.txt").exists()


@pytest.mark.parametrize("name", ["photo.png", "notes", ".txt", ".hidden.txt", "x" * 300 + ".txt"])
def test_names_and_types_are_limited(library: Library, received: Path, name: str) -> None:
    with pytest.raises(DocumentError):
        library.add(upload(received, "Some text."), name)
    assert list(received.iterdir()) == []


def test_size_is_limited(library: Library, received: Path) -> None:
    with pytest.raises(DocumentError, match="20 MB"):
        library.add(upload(received, "a" * (SIZE_LIMIT + 1)), "a.txt")


def texts(library: Library) -> dict[str, str]:
    return {info.path: Path(info.file).read_text("utf-8") for info in library.documents()}


def test_a_different_file_of_the_same_name_is_kept_beside_the_first(library: Library, received: Path) -> None:
    first, second, third = (f"The tunnel opened in {year}." for year in (1972, 1989, 1997))
    assert library.add(upload(received, first), "a.txt") == Added("a.txt", "a.txt")
    assert library.add(upload(received, second), "a.txt") == Added("a (2).txt", "a (2).txt", True, "a.txt")
    assert library.add(upload(received, third), "a.txt").name == "a (3).txt"
    for known in (first, second):  # the very same file again is no other one
        library.add(upload(received, known), "a.txt")
    assert texts(library) == {"a.txt": first, "a (2).txt": second, "a (3).txt": third}


def test_a_file_in_the_folder_that_is_not_indexed_keeps_its_name(
    library: Library, received: Path, tmp_path: Path
) -> None:
    loose = tmp_path / "index" / "uploads" / "a.txt"
    loose.parent.mkdir(parents=True)
    loose.write_text("Never indexed.", "utf-8")
    assert library.add(upload(received, "The tunnel opened in 1972."), "a.txt") == Added("a (2).txt", "a (2).txt", True)
    assert loose.read_text("utf-8") == "Never indexed."


def test_a_file_replaces_another_only_where_that_is_chosen(library: Library, received: Path, tmp_path: Path) -> None:
    library.add(upload(received, "The tunnel opened in 1972."), "a.txt")
    added = library.add(upload(received, "The tunnel opened in 1989."), "a.txt")
    assert added.other
    assert library.replace(added.path, added.other) == "a.txt"
    assert texts(library) == {"a.txt": "The tunnel opened in 1989."}
    assert [file.name for file in (tmp_path / "index" / "uploads").iterdir()] == ["a.txt"]


def test_only_uploads_replace_and_are_replaced(library: Library, received: Path, tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("The bridge opened in 1931.", "utf-8")
    library._reach.rag.index([tmp_path / "own.txt"])
    library.add(upload(received, "The tunnel opened in 1972."), "a.txt")
    for path, other in (("a.txt", "own.txt"), ("own.txt", "a.txt"), ("a.txt", "a.txt"), ("a.txt", "none.txt")):
        with pytest.raises(DocumentError, match="no such upload"):
            library.replace(path, other)
    assert set(texts(library)) == {"a.txt", "own.txt"}


def test_an_upload_leaves_a_file_of_its_name_elsewhere_alone(library: Library, received: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The bridge opened in 1931.", "utf-8")
    library._reach.rag.index([tmp_path / "a.txt"])
    library.add(upload(received, "The tunnel opened in 1972."), "a.txt")
    assert sorted(texts(library).values()) == ["The bridge opened in 1931.", "The tunnel opened in 1972."]


def test_a_bad_file_of_a_known_name_leaves_the_good_one_in_place(
    library: Library, received: Path, tmp_path: Path
) -> None:
    library.add(upload(received, "The tunnel opened in 1972."), "a.txt")
    with pytest.raises(DocumentError, match="no readable text"):
        library.add(upload(received, " \n "), "a.txt")
    assert texts(library) == {"a.txt": "The tunnel opened in 1972."}
    assert len(list((tmp_path / "index" / "uploads").iterdir())) == 1


def test_a_second_file_of_the_same_words_is_listed_and_deleted_too(library: Library, received: Path) -> None:
    for name in ("a.txt", "b.txt"):
        library.add(upload(received, "The tunnel opened in 1972."), name)
    assert [info.path for info in library.documents()] == ["a.txt", "b.txt"]
    library.delete(["b.txt", "gone.txt"])
    assert [info.path for info in library.documents()] == ["a.txt"]


def test_many_are_deleted_at_once_and_one_that_is_gone_keeps_none_of_the_others(
    library: Library, received: Path, tmp_path: Path
) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        library.add(upload(received, f"The tunnel {name} opened in 1972."), name)
    library.delete(["a.txt", "gone.txt", "b.txt"])
    assert list(texts(library)) == ["c.txt"]
    assert [file.name for file in (tmp_path / "index" / "uploads").iterdir()] == ["c.txt"]


def test_a_read_only_library_neither_takes_nor_deletes(library: Library, received: Path) -> None:
    library.add(upload(received, "The tunnel opened in 1972."), "a.txt")
    added = library.add(upload(received, "Yet another text."), "a.txt")
    library.delete([added.path])
    library.fixed = True
    with pytest.raises(Forbidden):
        library.add(upload(received, "Another text."), "b.txt")
    with pytest.raises(Forbidden):
        library.delete(["a.txt"])
    assert [info.path for info in library.documents()] == ["a.txt"]
    with pytest.raises(Forbidden):
        library.add_samples()


def test_the_list_comes_in_parts_and_in_the_order_that_is_asked_for(library: Library, received: Path) -> None:
    for name, date in (("b.md", "2021-01-02"), ("a.md", "2023-04-05"), ("c.md", "2022-01-01")):
        library.add(upload(received, f"---\ndate: {date}\n---\nThe tunnel {name} opened then."), name)
    listed = {sort: [info.path for info in ordered(library.documents(), sort)] for sort in ("title", "date", "indexed")}
    assert listed["title"] == ["a.md", "b.md", "c.md"]
    assert listed["date"] == ["a.md", "c.md", "b.md"]
    assert sorted(listed["indexed"]) == listed["title"]
    api, asked = Api(received, Warming(library._reach.rag)), {"call": "documents", "sort": "date", "count": 2}
    parts = [api.serve(asked | {"from": at}, lambda: library._reach)["value"] for at in (0, 2, 4)]
    assert [[row[0] for row in part["rows"]] for part in parts] == [["a.md", "c.md"], ["b.md"], []]
    assert {part["total"] for part in parts} == {3}


def test_folders_and_tags_are_collections(library: Library, tmp_path: Path) -> None:
    for name in ("all/law/2024/a.md", "all/law/b.md", "c.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"The tunnel {name} opened.", "utf-8")
    library._reach.rag.index([tmp_path / "all"])
    library._reach.rag.index([tmp_path / "c.md"], tags=TagChange(add=("audit",)))
    found = library.documents()
    assert {row[0]: row[5] for row in rows(found)} == {
        "c.md": ["audit"],
        "law/2024/a.md": ["law", "law/2024"],
        "law/b.md": ["law"],
    }
    assert collections(found) == ["audit", "law", "law/2024"]


def test_the_samples_are_indexed_by_choice(library: Library) -> None:
    library.add_samples()
    assert len(library.documents()) >= 3
