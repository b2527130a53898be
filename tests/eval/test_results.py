"""Sections of the results file."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.results import read_sections, write_section


def test_a_section_is_replaced_and_the_others_stay_where_they_are(tmp_path: Path) -> None:
    file = tmp_path / "RESULTS.md"
    write_section("facts", "## Facts\n\n| a |", file)
    write_section("xquad", "## xquad\n", file)
    write_section("facts", "## Facts, again", file)
    assert dict(read_sections(file)) == {"facts": "## Facts, again", "xquad": "## xquad"}
    assert list(read_sections(file)) == ["facts", "xquad"]
    assert file.read_text("utf-8").startswith("# Results\n")


def test_writing_twice_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "RESULTS.md"
    write_section("facts", "## 事实\n\n表", file)
    once = file.read_bytes()
    write_section("facts", "## 事实\n\n表", file)
    assert file.read_bytes() == once
    assert [path.name for path in tmp_path.iterdir()] == ["RESULTS.md"]


def test_an_empty_section_is_kept(tmp_path: Path) -> None:
    write_section("facts", "", tmp_path / "RESULTS.md")
    assert read_sections(tmp_path / "RESULTS.md") == {"facts": ""}


def test_no_file_has_no_sections(tmp_path: Path) -> None:
    assert read_sections(tmp_path / "RESULTS.md") == {}


@pytest.mark.parametrize(("name", "body"), [("Facts", ""), ("", ""), ("a b", ""), ("facts", "<!-- end facts -->")])
def test_a_name_or_body_that_would_break_the_file_is_refused(tmp_path: Path, name: str, body: str) -> None:
    with pytest.raises(ValueError, match="section"):
        write_section(name, body, tmp_path / "RESULTS.md")
