"""Uploads: taken, refused, replaced and forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Rag, Settings
from rag.models.embedders import HashEmbedder
from ui.library import SIZE_LIMIT, Library, ReadOnly, Refused, rows_html


@pytest.fixture
def received(tmp_path: Path) -> Path:
    folder = tmp_path / "received"
    folder.mkdir()
    return folder


@pytest.fixture
def library(tmp_path: Path, received: Path) -> Library:
    return Library(Rag(Settings(index=tmp_path / "index"), embedder=HashEmbedder()), received)


def upload(received: Path, text: str) -> str:
    file = received / "upload"
    file.write_text(text, "utf-8")
    return str(file)


def test_an_upload_is_indexed_under_its_own_name_and_deleted_for_good(
    library: Library, received: Path, tmp_path: Path
) -> None:
    assert library.documents() == []
    assert library.add(upload(received, "The tunnel opened in 1972."), "../<b>tunnel</b>.txt") == "b>.txt"
    assert list(received.iterdir()) == []
    assert "<b>.txt" not in rows_html(library.documents())
    library.delete("b>.txt")
    assert library.documents() == []
    assert list((tmp_path / "index" / "uploads").iterdir()) == []


def test_only_what_was_uploaded_is_read(library: Library, received: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (received / "link.txt").symlink_to(tmp_path / "secret.txt")
    for path in (tmp_path / "secret.txt", received / ".." / "secret.txt", received / "link.txt", received):
        with pytest.raises(Refused, match="no such upload"):
            library.add(str(path), "a.txt")
    assert (tmp_path / "secret.txt").exists()


@pytest.mark.parametrize("name", ["photo.png", "notes", ".txt", ".hidden.txt", "x" * 300 + ".txt"])
def test_names_and_types_are_limited(library: Library, received: Path, name: str) -> None:
    with pytest.raises(Refused):
        library.add(upload(received, "Some text."), name)
    assert list(received.iterdir()) == []


def test_size_is_limited(library: Library, received: Path) -> None:
    with pytest.raises(Refused, match="20 MB"):
        library.add(upload(received, "a" * (SIZE_LIMIT + 1)), "a.txt")


def test_a_bad_version_leaves_the_good_one_in_place(library: Library, received: Path, tmp_path: Path) -> None:
    library.add(upload(received, "The tunnel opened in 1972."), "a.txt")
    with pytest.raises(Refused, match="no readable text"):
        library.add(upload(received, " \n "), "a.txt")
    assert (tmp_path / "index" / "uploads" / "a.txt").read_text("utf-8").startswith("The tunnel")
    assert [info.path for info in library.documents()] == ["a.txt"]
    assert len(list((tmp_path / "index" / "uploads").iterdir())) == 1


def test_a_second_file_of_the_same_words_is_listed_and_deleted_too(library: Library, received: Path) -> None:
    for name in ("a.txt", "b.txt"):
        library.add(upload(received, "The tunnel opened in 1972."), name)
    assert [info.path for info in library.documents()] == ["a.txt", "b.txt"]
    library.delete("b.txt")
    assert [info.path for info in library.documents()] == ["a.txt"]


def test_a_read_only_library_neither_takes_nor_deletes(library: Library, received: Path) -> None:
    library.add(upload(received, "The tunnel opened in 1972."), "a.txt")
    library.fixed = True
    with pytest.raises(ReadOnly):
        library.add(upload(received, "Another text."), "b.txt")
    with pytest.raises(ReadOnly):
        library.delete("a.txt")
    assert [info.path for info in library.documents()] == ["a.txt"]
    assert "delete-document" not in rows_html(library.documents(), fixed=True)
