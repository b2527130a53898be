"""Rich Text files, with the control words that Word, WPS and LibreOffice write."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import DocumentError
from tests.loaders.making import lines_of, read
from tests.loaders.test_carriers import kinds


def gbk(text: str) -> str:
    """Characters as bytes of GBK, as Chinese programs write them."""
    return "".join(f"\\'{byte:02x}" for byte in text.encode("gb18030"))


HEAD = (
    r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fcharset134 SimSun;}{\f1\fcharset0 Arial;}}"
    r"{\colortbl;\red255\green255\blue255;\red0\green0\blue0;}{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}}"
)


def test_headings_items_and_notes_in_the_encoding_of_their_font(tmp_path: Path) -> None:
    source = (
        rf"{HEAD}{{\info{{\title {gbk('守则')}}}{{\author Li Wei}}{{\creatim\yr2024\mo3\dy5}}}}"
        rf"{{\header Document QS-2217\par}}\pard\s1\f0 {gbk('值班')}\par"
        rf"\pard{{\listtext {gbk('第一条')}\tab}}\ilvl0 {gbk('戴护耳')}\f1 , caf\'e9.\par"
        r"\pard It closes at ten{\super\chftn}{\footnote\pard {\super\chftn} On Sundays at six.} daily"
        r" \u28207? \u-10179?\u-8703?.\par}"
    )
    document = read(tmp_path, "a.rtf", source)
    assert (document.title, document.author, document.date) == ("守则", "Li Wei", "2024-03-05")
    assert kinds(document) == [
        ("paragraph", "Document QS-2217"),
        ("heading", "值班"),
        ("item", "第一条 戴护耳, café."),
        ("paragraph", "It closes at ten daily 港 😁."),
        ("note", "¹ On Sundays at six."),
    ]


def test_merged_cells_of_a_table_are_repeated_and_named(tmp_path: Path) -> None:
    def row(cells: list[str], *edges: str) -> str:
        said = "".join(cell + r"\cell " for cell in cells)
        return rf"\trowd{''.join(edges)}\pard\intbl {said}\row"

    three = (r"\cellx1000", r"\cellx2000", r"\cellx3000")
    rows = [
        row(["City", "Rates"], r"\clvmgf\cellx1000", r"\cellx3000"),
        row(["", "Room", "Meals"], r"\clvmrg\cellx1000", *three[1:]),
        row(["Oslo", "600", "120"], r"\clvmgf\cellx1000", *three[1:]),
        row(["", "550", "110"], r"\clvmrg\cellx1000", *three[1:]),
        row(["Bergen", "", "90"], *three),
    ]
    document = read(tmp_path, "a.rtf", rf"{HEAD}{''.join(rows)}\pard After it.\par}}")
    assert document.outline.blocks[0].columns == ("City", "Rates Room", "Rates Meals")
    assert lines_of(document)[2:] == ["Oslo | 600 | 120", "Oslo | 550 | 110", "Bergen | | 90", "After it."]


def test_deleted_hidden_white_and_tiny_text_is_not_read(tmp_path: Path) -> None:
    hidden = r"{\v secret}{\deleted secret}{\cf1 secret}{\fs1 secret}{\*\unheardof secret}{\pict 00ff}"
    shown = r"{\cf1\highlight2 on black}{\v0 , seen}"
    document = read(tmp_path, "a.rtf", rf"{HEAD}\pard It closes {hidden}{shown}.\par}}")
    assert document.text == "It closes on black, seen."


def test_what_is_no_rich_text_or_cut_off_is_refused(tmp_path: Path) -> None:
    for source in ("just words", HEAD + r"\pard It clo", r"{\rtf1" + "{" * 5000):
        with pytest.raises(DocumentError, match="not a complete Rich Text file"):
            read(tmp_path, "a.rtf", source)
