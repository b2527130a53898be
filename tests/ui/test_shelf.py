"""Uploads: taken, refused, replaced and forgotten."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from rag import Rag, Settings
from rag.models.embedders import HashEmbedder
from ui.reasons import in_chinese
from ui.shelf import SIZE_LIMIT, ReadOnly, Refused, Shelf, rows_html

ROOT = Path(__file__).parents[2]


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


def test_a_second_file_of_the_same_words_is_listed_and_deleted_too(shelf: Shelf, received: Path) -> None:
    for name in ("a.txt", "b.txt"):
        shelf.add(upload(received, "The tunnel opened in 1972."), name)
    assert [info.path for info in shelf.documents()] == ["a.txt", "b.txt"]
    shelf.delete("b.txt")
    assert [info.path for info in shelf.documents()] == ["a.txt"]


def test_a_read_only_shelf_neither_takes_nor_deletes(shelf: Shelf, received: Path) -> None:
    shelf.add(upload(received, "The tunnel opened in 1972."), "a.txt")
    shelf.fixed = True
    with pytest.raises(ReadOnly):
        shelf.add(upload(received, "Another text."), "b.txt")
    with pytest.raises(ReadOnly):
        shelf.delete("a.txt")
    assert [info.path for info in shelf.documents()] == ["a.txt"]
    assert "delete-document" not in rows_html(shelf.documents(), fixed=True)


def literals(file: Path) -> list[str]:
    """The reasons that a loader gives, what it fills in replaced by 7."""
    found = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in ("DocumentError", "Refused"):
            continue
        reason = node.args[0 if getattr(node.func, "id", "") == "Refused" else 1]
        parts = reason.values if isinstance(reason, ast.JoinedStr) else [reason]
        if isinstance(parts[0], ast.Constant) and len(parts) * len(str(parts[0].value)) > 10:
            found.append("".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in parts))
    return found


def test_every_reason_has_its_chinese() -> None:
    files = [*(ROOT / "rag" / "loaders").glob("*.py"), ROOT / "ui" / "shelf.py"]
    reasons = [reason for file in files for reason in literals(file)]
    reasons += ["unpacks to 300 MB of XML, more than 256 MB", "is 30 MB, more than the 20 MB that are indexed"]
    assert len(reasons) > 18
    assert [reason for reason in reasons if in_chinese(reason) == reason] == []
