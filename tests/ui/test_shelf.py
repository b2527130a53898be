"""Uploads: taken, refused, replaced and forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Rag, Settings
from rag.embedding import HashEmbedder
from ui.shelf import SIZE_LIMIT, Refused, Shelf, rows_html


@pytest.fixture
def received(tmp_path: Path) -> Path:
    folder = tmp_path / "received"
    folder.mkdir()
    return folder


@pytest.fixture
def shelf(tmp_path: Path, received: Path) -> Shelf:
    return Shelf(Rag(Settings(index=tmp_path / "index"), embedder=HashEmbedder()), received)


def upload(received: Path, text: str) -> str:
    file = received / "upload"
    file.write_text(text, "utf-8")
    return str(file)


def test_an_upload_is_indexed_under_its_own_name_and_deleted_for_good(
    shelf: Shelf, received: Path, tmp_path: Path
) -> None:
    assert shelf.documents() == []
    assert shelf.add(upload(received, "The tunnel opened in 1972."), "../<b>tunnel</b>.txt") == "b>.txt"
    assert list(received.iterdir()) == []
    assert "<b>.txt" not in rows_html(shelf.documents())
    shelf.delete("b>.txt")
    assert shelf.documents() == []
    assert list((tmp_path / "index" / "uploads").iterdir()) == []


def test_only_what_was_uploaded_is_read(shelf: Shelf, received: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (received / "link.txt").symlink_to(tmp_path / "secret.txt")
    for path in (tmp_path / "secret.txt", received / ".." / "secret.txt", received / "link.txt", received):
        with pytest.raises(Refused, match="no such upload"):
            shelf.add(str(path), "a.txt")
    assert (tmp_path / "secret.txt").exists()


@pytest.mark.parametrize("name", ["photo.png", "notes", ".txt", ".hidden.txt", "x" * 300 + ".txt"])
def test_names_and_types_are_limited(shelf: Shelf, received: Path, name: str) -> None:
    with pytest.raises(Refused):
        shelf.add(upload(received, "Some text."), name)
    assert list(received.iterdir()) == []


def test_size_is_limited(shelf: Shelf, received: Path) -> None:
    with pytest.raises(Refused, match="20 MB"):
        shelf.add(upload(received, "a" * (SIZE_LIMIT + 1)), "a.txt")


def test_a_bad_version_leaves_the_good_one_in_place(shelf: Shelf, received: Path, tmp_path: Path) -> None:
    shelf.add(upload(received, "The tunnel opened in 1972."), "a.txt")
    with pytest.raises(Refused, match="no readable text"):
        shelf.add(upload(received, " \n "), "a.txt")
    assert (tmp_path / "index" / "uploads" / "a.txt").read_text("utf-8").startswith("The tunnel")
    assert [info.path for info in shelf.documents()] == ["a.txt"]
    assert len(list((tmp_path / "index" / "uploads").iterdir())) == 1
