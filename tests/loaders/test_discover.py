"""Paths, folders and globs to files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rag.loaders import discover, supported_suffixes
from tests.builders import too_deep


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    for name in ("b.txt", "a.md", "sub/c.html", "sub/deep/d.PDF", ".hidden.txt", ".git/e.txt", "sub/~$f.docx"):
        path = tmp_path / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("words")
    return tmp_path / "docs"


def names(*patterns: str | Path) -> list[str]:
    return [file.name for file in discover(patterns).files]


def test_a_folder_is_searched_to_any_depth_without_hidden_files(docs: Path) -> None:
    found = discover([docs])
    assert [file.name for file in found.files] == ["a.md", "b.txt", "sub/c.html", "sub/deep/d.PDF"]
    assert found.folders == (docs,)
    assert {file.absolute for file in found.files} == {str(docs / file.name) for file in found.files}
    assert found.skipped == ()


def test_a_file_is_named_by_itself_and_its_folder_is_not_searched(docs: Path) -> None:
    found = discover([docs / "sub" / "c.html"])
    assert [(file.name, file.absolute) for file in found.files] == [("c.html", str(docs / "sub" / "c.html"))]
    assert found.folders == ()


def test_a_hidden_file_is_found_when_it_is_named(docs: Path) -> None:
    assert names(docs / ".hidden.txt") == [".hidden.txt"]


def test_a_glob_names_files_from_its_first_wildcard(docs: Path) -> None:
    assert names(f"{docs}/**/*.*") == ["a.md", "b.txt", "sub/c.html", "sub/deep/d.PDF"]
    assert names(f"{docs}/su?/*.html") == ["sub/c.html"]
    assert names(str(docs / "*.txt")) == ["b.txt"]


def test_a_file_whose_name_looks_like_a_glob_is_a_file(docs: Path) -> None:
    (docs / "a[1].txt").write_text("words")
    assert names(docs / "a[1].txt") == ["a[1].txt"]


def test_relative_paths_and_dots_name_files_alike(docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(docs / "sub")
    assert names("../b.txt") == ["b.txt"]
    assert names("..") == names(docs)
    assert discover(["."]).folders == (docs / "sub",)


def test_the_same_file_is_found_once(docs: Path) -> None:
    assert names(docs, docs / "b.txt", f"{docs}/*.txt", f"{docs}/../docs") == names(docs)


def test_files_of_one_name_from_two_folders_are_told_apart(tmp_path: Path) -> None:
    for folder in ("x/docs", "y/docs", "z"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a.txt").write_text(folder)
    (tmp_path / "z" / "only.txt").write_text("words")
    assert names(tmp_path / "x/docs", tmp_path / "z") == ["docs/a.txt", "z/a.txt", "only.txt"]
    both = names(tmp_path / "x/docs", tmp_path / "y/docs")
    assert both == ["x/docs/a.txt", "y/docs/a.txt"]


def test_a_prefix_does_not_run_into_a_file_that_is_really_called_so(tmp_path: Path) -> None:
    for name in ("z/a.txt", "w/a.txt", "w/z/a.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    found = names(tmp_path / "w", tmp_path / "z")
    assert len(set(found)) == 3


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [("missing", "does not exist"), ("*.nothing", "matches no file"), ("https://example.org/a.html", "web address")],
)
def test_what_is_not_there_is_reported_with_advice(docs: Path, pattern: str, reason: str) -> None:
    found = discover([pattern if "://" in pattern else docs / pattern, docs / "b.txt"])
    assert [file.name for file in found.files] == ["b.txt"]
    (skipped,) = found.skipped
    assert pattern in skipped.path
    assert reason in skipped.reason
    assert skipped.hint


def test_a_folder_without_any_supported_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "photo.psd").write_bytes(b"x")
    reasons = {skipped.path: skipped.reason for skipped in discover([tmp_path]).skipped}
    assert reasons[str(tmp_path)] == "holds no file that can be indexed"
    assert reasons[str(tmp_path / "photo.psd")] == "has a type that cannot be indexed (.psd)"


def test_links_that_lead_out_or_nowhere_are_skipped_and_links_within_are_one_file(docs: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (docs / "out.txt").symlink_to(tmp_path / "secret.txt")
    (docs / "nowhere.txt").symlink_to(docs / "gone.txt")
    (docs / "within.txt").symlink_to(docs / "b.txt")
    (docs / "elsewhere").symlink_to(tmp_path)
    found = discover([docs])
    assert [file.name for file in found.files] == ["a.md", "b.txt", "sub/c.html", "sub/deep/d.PDF"]
    assert {Path(s.path).name: s.reason for s in found.skipped} == {
        "elsewhere": "is a link to a folder",
        "out.txt": "is a link that leads out of the folder",
        "nowhere.txt": "is a link to nothing",
    }


def test_a_glob_does_not_follow_a_link_that_leads_out(docs: Path, tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "secret.txt").write_text("secret")
    (docs / "linked").symlink_to(tmp_path / "secrets")
    found = discover([f"{docs}/*/*.txt"])
    assert found.files == ()
    assert "is a link that leads out of the folder" in {skipped.reason for skipped in found.skipped}


def test_a_folder_that_cannot_be_looked_into_is_reported_and_not_searched_to_the_end(docs: Path) -> None:
    too_deep(docs / "sub")
    found = discover([docs])
    assert "sub/c.html" in {file.name for file in found.files}
    assert found.folders == ()
    (skipped,) = found.skipped
    assert skipped.reason.startswith("cannot be read")


def test_what_is_found_but_skipped_is_present(docs: Path) -> None:
    (docs / "photo.psd").write_bytes(b"x")
    assert str(docs / "photo.psd") in discover([docs]).present


def test_names_that_are_not_utf8_stay_apart(docs: Path) -> None:
    for name in (b"caf\xe9.txt", b"caf\xe8.txt"):
        (docs / os.fsdecode(name)).write_text("words")
    assert len([name for name in names(docs) if name.startswith("caf") and name.encode()]) == 2


def test_pipes_and_devices_are_skipped(docs: Path) -> None:
    os.mkfifo(docs / "pipe.txt")
    found = discover([docs / "pipe.txt", "/dev/null"])
    assert found.files == ()
    assert [skipped.reason for skipped in found.skipped] == ["is not a regular file"] * 2


def test_a_file_over_the_limit_is_refused(docs: Path) -> None:
    (docs / "big.txt").write_bytes(b"x" * 3_000_001)
    (skipped,) = discover([docs], size_limit=3_000_000).skipped
    assert Path(skipped.path).name == "big.txt"
    assert "more than the 3 MB" in skipped.reason


def test_a_name_that_is_not_utf8_is_still_a_name(docs: Path) -> None:
    (docs / os.fsdecode(b"caf\xe9.txt")).write_text("words")
    assert any("caf" in name and name.encode() for name in names(docs))


def test_every_supported_suffix_is_lower_case_and_sorted() -> None:
    suffixes = supported_suffixes()
    assert list(suffixes) == sorted({suffix.lower() for suffix in suffixes})
    assert {".csv", ".docx", ".html", ".md", ".pdf", ".txt", ".xlsx"} <= set(suffixes)
