"""The files of the shelf that sources describe."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.corpus_files.__main__ import MAKERS, rendered
from eval.corpus_files.source import SOURCES, SourceError, covered, read, summed
from eval.shelves import CORPUS
from rag.loaders import SourceFile, load

ALL = sorted(SOURCES.glob("*/*.txt"))
ONE_OF_EACH = {path.suffixes[-2]: path for path in ALL}
SCAN = next(path for path in ALL if "scan: yes" in path.read_text("utf-8"))


def test_every_source_has_its_file_and_every_file_its_source() -> None:
    shelves = {path.parent.name for path in ALL}
    files = {path.relative_to(CORPUS) for shelf in shelves for path in (CORPUS / shelf).iterdir()}
    assert files == {path.relative_to(SOURCES).with_suffix("") for path in ALL}
    assert set(ONE_OF_EACH) == {f".{ending}" for ending in (*MAKERS, "eml")}


@pytest.mark.parametrize("path", [*ONE_OF_EACH.values(), SCAN], ids=lambda path: path.stem)
def test_a_file_says_what_its_source_renders(tmp_path: Path, path: Path) -> None:
    source = read(path)
    made = rendered(source)
    assert made == rendered(source)
    (tmp_path / source.name).write_bytes(made)
    here, there = (
        load(SourceFile(folder / source.name, source.name)) for folder in (tmp_path, CORPUS / path.parent.name)
    )
    assert (here.text, here.title, here.date) == (there.text, there.title, there.date)


def test_a_scan_is_a_picture_of_each_page_over_words_that_are_not_painted() -> None:
    from pypdfium2 import PdfDocument, raw

    pages = list(PdfDocument(rendered(read(SCAN))))
    assert len(pages) == 2
    for page in pages:
        words = list(page.get_objects([raw.FPDF_PAGEOBJ_TEXT]))
        assert words
        assert {raw.FPDFTextObj_GetTextRenderMode(one.raw) for one in words} == {raw.FPDF_TEXTRENDERMODE_INVISIBLE}
        assert len(list(page.get_objects([raw.FPDF_PAGEOBJ_IMAGE]))) == 1


def test_merged_cells_and_sums_are_found() -> None:
    rows = [
        ["Name", "Sales", "<"],
        ["^", "2024", "2025"],
        ["Ada", "1,200", "40"],
        ["Ben", "300", "2"],
        ["All", "Σ", "Σ"],
    ]
    assert covered(rows, 0, 0) == (1, 0)
    assert covered(rows, 0, 1) == (0, 2)
    assert summed(rows[2:], 2, 1) == (0, 1500.0)


def test_a_source_without_title_or_with_a_lone_footnote_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pdf.txt").write_text("author: Ada\n\nWords.\n", "utf-8")
    (tmp_path / "b.pdf.txt").write_text("title: B\n\nWords.[^1]\n", "utf-8")
    with pytest.raises(SourceError, match="without 'title"):
        read(tmp_path / "a.pdf.txt")
    with pytest.raises(SourceError, match=r"footnotes \['1'\]"):
        read(tmp_path / "b.pdf.txt")
