"""Reads a paragraph of a Word document, and its notes, text boxes and readings above characters."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.loaders.formula import M, linear
from rag.loaders.lines import clean_line
from rag.loaders.word_numbers import W
from rag.loaders.word_styles import Styles

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
LEFT_OUT = frozenset({f"{W}{tag}" for tag in "del moveFrom pPr sectPr rPr instrText delText".split()} | {FALLBACK})
_SIGNS = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}ptab": " "}
_SYMBOLS = {"F0FC": "✓", "F0FB": "✗", "F0FE": "☒", "F0A8": "☐", "F06F": "☐", "F052": "☑", "F0B7": "•", "F0B0": "°"}
_SYMBOLS |= {"F0E0": "→", "F0B1": "±", "F0B4": "×", "F0A3": "≤", "F0B3": "≥", "F06D": "μ", "F057": "Ω"}
_COUNTED = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b", re.IGNORECASE)
_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_UNIT = re.compile(r"(?:[A-Za-z)）]|米|秒)$")


@dataclass(slots=True)
class Paragraph:
    """What one paragraph holds."""

    text: str = ""
    bold: bool = False
    """All of its letters are bold."""
    notes: list[tuple[str, str]] = field(default_factory=list)
    """Kind ("footnote", "endnote") and id of each note whose mark it has."""
    boxes: list[Element] = field(default_factory=list)
    """Contents of its text boxes."""
    readings: list[tuple[str, str]] = field(default_factory=list)
    """Words, and how they are said, which stands above them."""


def read_paragraph(paragraph: Element, styles: Styles, style: str) -> Paragraph:
    """The text of a paragraph as it is shown, line breaks kept."""
    walk = _Walk(styles, style)
    walk.children(paragraph)
    found = walk.found
    found.text = "".join(walk.pieces)
    found.bold = walk.plain == 0 and walk.bold > 0
    return found


@dataclass(slots=True)
class _Walk:
    styles: Styles
    style: str
    found: Paragraph = field(default_factory=Paragraph)
    pieces: list[str] = field(default_factory=list)
    bold: int = 0
    plain: int = 0
    after_ruby: bool = False
    fields: list[list[bool]] = field(default_factory=list)
    """Of each field that one stands in: whether it counts pages, and whether its result has begun."""

    def children(self, parent: Element) -> None:
        for child in parent:
            self.node(child)

    def node(self, node: Element) -> None:
        tag = node.tag
        if not isinstance(tag, str) or tag in LEFT_OUT:
            if tag == f"{W}instrText" and self.fields:
                self.fields[-1][0] |= bool(_COUNTED.match(node.text or ""))
            return
        if special := _SPECIAL.get(tag):
            special(self, node)
        elif sign := _SIGNS.get(tag):
            self.say(sign)
        else:
            self.children(node)

    def run(self, run: Element) -> None:
        if self.styles.is_hidden(run, self.style):
            return
        at = len(self.pieces)
        self.children(run)
        said = "".join(self.pieces[at:])
        if not said.strip():
            return
        bold = self.styles.is_bold(run, self.style)
        self.bold += bold
        self.plain += not bold
        if self.styles.is_raised(run):
            self.pieces[at:] = [raised("".join(self.pieces[:at][-2:]), said)]

    def say(self, text: str) -> None:
        if not any(counts and begun for counts, begun in self.fields):
            self.pieces.append(text)
            self.after_ruby = False

    def text(self, node: Element) -> None:
        self.say(node.text or "")

    def symbol(self, node: Element) -> None:
        self.say(_SYMBOLS.get(str(node.get(f"{W}char", "")).upper(), ""))

    def simple_field(self, node: Element) -> None:
        if not _COUNTED.match(node.get(f"{W}instr", "")):
            self.children(node)

    def field_mark(self, node: Element) -> None:
        kind = node.get(f"{W}fldCharType")
        if kind == "begin":
            self.fields.append([False, False])
        elif kind == "separate" and self.fields:
            self.fields[-1][1] = True
        elif kind == "end" and self.fields:
            self.fields.pop()

    def math(self, node: Element) -> None:
        formula = linear(node)
        before = self.pieces[-1][-1:] if self.pieces else ""
        self.say(f" {formula}" if before.isalnum() and before.isascii() else formula)

    def ruby(self, node: Element) -> None:
        base, reading = (
            "".join(t.text or "" for t in node.iterfind(f"{W}{part}//{W}t")) for part in ("rubyBase", "rt")
        )
        joined = self.after_ruby
        self.say(base)
        self.after_ruby = True
        if joined and self.found.readings:
            word, said = self.found.readings[-1]
            self.found.readings[-1] = (word + base, f"{said} {reading}")
        else:
            self.found.readings.append((base, reading))

    def note(self, node: Element) -> None:
        kind = "footnote" if node.tag == f"{W}footnoteReference" else "endnote"
        self.found.notes.append((kind, str(node.get(f"{W}id", ""))))

    def box(self, node: Element) -> None:
        self.found.boxes.append(node)


_SPECIAL: dict[str, Callable[[_Walk, Element], None]] = {
    f"{W}r": _Walk.run,
    f"{W}t": _Walk.text,
    f"{W}sym": _Walk.symbol,
    f"{W}fldSimple": _Walk.simple_field,
    f"{W}fldChar": _Walk.field_mark,
    f"{W}ruby": _Walk.ruby,
    f"{W}footnoteReference": _Walk.note,
    f"{W}endnoteReference": _Walk.note,
    f"{W}txbxContent": _Walk.box,
    f"{M}oMath": _Walk.math,
}


def raised(before: str, text: str) -> str:
    """10 and a raised 6 are not 106, m and a raised 2 are m²."""
    if not re.fullmatch(r"[\d+\-−]+", text.strip()):
        return text
    return f"^{text}" if before[-1:].isdigit() else text.translate(_RAISED) if _UNIT.search(before) else text


def reading_line(readings: list[tuple[str, str]]) -> str:
    """The words of a paragraph that have a reading above them, with it."""
    return clean_line("；".join(f"{word}（{said}）" for word, said in readings if said.strip()))
