"""One file to a Document, whatever the format."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rag.errors import DocumentError
from rag.loaders import SourceFile, content_hash, load
from tests.loaders.making import read


def test_a_document_carries_its_name_root_hash_and_language(tmp_path: Path) -> None:
    document = read(tmp_path, "docs/港口.txt", "潮水\n\n潮水在六点转向，船在七点出港。")
    assert document.path == "docs/港口.txt"
    assert document.file == str(tmp_path / "docs/港口.txt")
    assert document.title == "潮水"
    assert document.language == "zh"
    assert document.text == "潮水\n潮水在六点转向，船在七点出港。"


def test_the_hash_is_the_same_without_reading_the_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"words")
    assert content_hash(SourceFile(tmp_path / "a.txt", "a.txt")) == hashlib.sha256(b"words").hexdigest()


def test_a_file_without_a_title_is_called_by_its_name(tmp_path: Path) -> None:
    assert read(tmp_path, "sub/tides.txt", "The tide turns at six, and again at noon.").title == "tides"


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
@pytest.mark.parametrize("content", ["", "  \n\n\t ", "\u200b\ufeff", "—— …… ！！"])
def test_a_file_with_nothing_to_read_is_refused(tmp_path: Path, suffix: str, content: str) -> None:
    with pytest.raises(DocumentError, match="no readable text"):
        read(tmp_path, f"a{suffix}", content)


def test_a_folder_in_a_files_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.txt").mkdir()
    with pytest.raises(DocumentError, match=r"x\.txt: (is not a regular file|cannot be read)"):
        load(SourceFile(tmp_path / "x.txt", "x.txt"))


def test_a_link_to_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.txt").symlink_to(tmp_path / "gone.txt")
    with pytest.raises(DocumentError, match="cannot be read") as caught:
        load(SourceFile(tmp_path / "x.txt", "x.txt"))
    assert caught.value.hint


def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.txt")
    with pytest.raises(DocumentError, match="not a regular file"):
        load(SourceFile(tmp_path / "x.txt", "x.txt"))


def test_a_type_that_cannot_be_read_is_refused_with_those_that_can(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"cannot be indexed \(\.vsdx\)") as caught:
        read(tmp_path, "a.vsdx", "words")
    assert ".docx" in caught.value.hint


def test_a_file_that_grew_over_the_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x" * 2_000_001)
    with pytest.raises(DocumentError, match="more than the 2 MB"):
        load(SourceFile(tmp_path / "a.txt", "a.txt"), size_limit=2_000_000)


def test_importing_the_loaders_imports_no_parser() -> None:
    heavy = "{'pypdfium2', 'docx', 'selectolax', 'markdown_it', 'yaml', 'charset_normalizer', 'lxml'}"
    code = f"import sys, rag.loaders; print(sorted({heavy} & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
