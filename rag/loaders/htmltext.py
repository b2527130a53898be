"""Reads the visible lines of an HTML tree with their kind: heading, paragraph, list item, table or code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rag.loaders.builder import Line
from rag.loaders.htmlhidden import Hidden
from rag.loaders.htmltable import Grid, is_layout, span_of
from rag.loaders.lines import clean_line
from rag.outline import Kind

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_BLOCKS = frozenset(
    "address article aside blockquote body button caption center dd details div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody tfoot thead tr"
    " ul".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
QUESTION_LEVEL = 7
"""Of what opens a panel, a button or a summary: below every heading."""
_NOTES = frozenset("footnote footnotes endnote endnotes rearnote rearnotes".split())
"""What e-books, and pages with roles, call a footnote or the place of all."""
_BACK = "↩↑\ufe0e "
"""What leads from a note back to its mark."""
_CONTROLS = ("aria-controls", "aria-expanded", "data-target", "data-bs-target")


def visible_lines(
    body: LexborNode,
    *,
    css: str = "",
    mark: LexborNode | None = None,
    skip: Callable[[LexborNode], bool] | None = None,
) -> list[Line]:
    """The lines of everything below ``body`` that is shown, or that a click would show.

    The tree is walked without recursion: its depth is the page's choice. ``css``: the page's style sheets, for the
    classes that they hide. ``mark``: lines within this node come back marked. ``skip``: leaves a node out.
    """
    walk = _Walk(mark.mem_id if mark else None, Hidden(body, css))
    node = body.child
    while node is not None:
        entered = node.is_element_node and not walk.hidden.hides(node) and not (skip and skip(node))
        if node.is_text_node:
            walk.text(node.text_content or "")
        elif entered:
            walk.enter(node)
            if node.child is not None:
                node = node.child
                continue
            walk.leave(node)
        while node.next is None:
            parent = node.parent
            if parent is None or parent.mem_id == body.mem_id:
                walk.flush()
                return walk.lines
            node = parent
            walk.leave(node)
        node = node.next
    return walk.lines


@dataclass(slots=True)
class _Item:
    """A list item that is open: its number, and whether its own line has been written."""

    label: str
    opened: bool = False


@dataclass(slots=True)
class _List:
    """A list that is open: its next number, if it counts, and how many items it stands in."""

    number: int | None
    depth: int


@dataclass(slots=True)
class _Walk:
    mark: int | None
    hidden: Hidden
    lines: list[Line] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    linked: int = 0
    links: int = 0
    pres: int = 0
    marks: int = 0
    footers: int = 0
    tables: list[Grid | None] = field(default_factory=list)
    """The tables one is in, outermost first; None for one that only arranges the page."""
    lists: list[_List] = field(default_factory=list)
    items: list[_Item] = field(default_factory=list)
    kinds: list[tuple[int, Kind, int]] = field(default_factory=list)
    """The elements that say what their text is: id, kind, level."""

    @property
    def grid(self) -> Grid | None:
        """The table with data that one is in."""
        return next((grid for grid in reversed(self.tables) if grid), None)

    def text(self, text: str) -> None:
        self.pieces.append(text)
        self.linked += len(text.strip()) if self.links else 0

    def enter(self, node: LexborNode) -> None:
        tag = node.tag
        self.marks += node.mem_id == self.mark
        self.footers += _is_footer(node)
        if tag in _BLOCKS or tag in {"br", "td", "th"}:
            self.break_line()
        if said := self._kind_of(node):
            self.kinds.append((node.mem_id, *said))
        if tag == "a":
            self.links += _leads_away(node)
        elif tag == "pre":
            self.pres += 1
        elif tag == "table":
            self.tables.append(None if is_layout(node) else Grid())
        elif tag in {"tr", "td", "th"} and self.tables and (grid := self.tables[-1]):
            grid.row() if tag == "tr" else grid.cell(*span_of(node), header=tag == "th")
        elif tag in {"ol", "ul", "dl"}:
            self.lists.append(_List(_start(node) if tag == "ol" else None, len(self.items)))
        elif tag in {"li", "dd", "dt"}:
            self._open_item(tag)
        elif tag == "sup" and self.pieces and self.pieces[-1][-1:].isdigit():
            self.pieces.append("^")  # 10<sup>6</sup> is not 106

    def leave(self, node: LexborNode) -> None:
        tag = node.tag
        if tag in _BLOCKS or tag in {"td", "th"}:
            self.break_line()
        said = self._said()
        if self.kinds and self.kinds[-1][0] == node.mem_id:
            self.kinds.pop()
        if tag == "a":
            self.links -= _leads_away(node)
        elif tag == "pre":
            self.flush(said)
            self.pres -= 1
        elif tag == "table":
            if (grid := self.tables.pop()) and (cells := grid.finished()).rows:
                self._add(Line(grid.text(), "table", linked=grid.linked, table=cells))
        elif tag in {"td", "th"} and self.tables and (grid := self.tables[-1]):
            grid.close()
        elif tag in {"ol", "ul", "dl"}:
            del self.items[self.lists.pop().depth :]
        elif tag in {"li", "dd"} and self.items:
            self.items.pop()
        elif tag == "details":
            self._add(Line("", "end", QUESTION_LEVEL))
        self.marks -= node.mem_id == self.mark
        self.footers -= _is_footer(node)

    def break_line(self) -> None:
        """A block starts or ends: a new line, except within a table's cell, which stays one."""
        if self.pres:
            self.pieces.append("\n")
            return
        self.flush()

    def flush(self, said: tuple[Kind, int] | None = None) -> None:
        """End a line; ``said`` is what it is, if not what one stands in now."""
        raw = "".join(self.pieces)
        text = raw.strip("\n") if self.pres else clean_line(raw)
        linked, self.linked = self.linked, 0
        self.pieces.clear()
        if not text.strip("| \n"):
            return
        kind, level = said or self._said()
        if (grid := self.grid) and (kind != "caption" or grid.in_cell):
            grid.add(clean_line(text), linked)
            return
        label = ""
        if kind == "note":
            text = text.rstrip(_BACK)
        if kind == "note" and self.items and not self.items[-1].opened:
            self.items[-1].opened, label = True, self.items[-1].label.rstrip(".")
        elif kind == "item":
            item = self.items[-1]
            label, level = ("", len(self.items)) if item.opened else (item.label, len(self.items) - 1)
            item.opened = True
        self._add(Line(text, kind, level, label, linked=linked))

    def _add(self, line: Line) -> None:
        self.lines.append(replace(line, marked=self.marks > 0, footer=self.footers > 0))

    def _said(self) -> tuple[Kind, int]:
        """What a line is that ends now."""
        if self.kinds:
            return self.kinds[-1][1:]
        return ("item", 0) if self.items else ("paragraph", 0)

    def _kind_of(self, node: LexborNode) -> tuple[Kind, int] | None:
        tag = node.tag
        if tag in _HEADINGS:
            return "heading", _HEADINGS[tag]
        if tag == "summary" or (tag == "button" and opens_panel(node)):
            inside = next((kind for kind in reversed(self.kinds) if kind[1] == "heading"), None)
            return inside[1:] if inside else ("heading", QUESTION_LEVEL)
        if tag == "pre":
            return "code", 0
        if tag == "blockquote" and not self.items:
            return "quote", 0
        if (node.attributes.get("epub:type") or node.attributes.get("role") or "").removeprefix("doc-") in _NOTES:
            return "note", 0
        return ("caption", 0) if tag in {"caption", "figcaption"} else None

    def _open_item(self, tag: str) -> None:
        """An item begins; what a ``dd`` says stands in the ``dt`` before it."""
        own = self.lists[-1] if self.lists else _List(None, len(self.items))
        if tag == "dt":
            del self.items[own.depth :]
        label = ""
        if own.number is not None and tag == "li":
            label = f"{own.number}."
            own.number += 1
        self.items.append(_Item(label))


def opens_panel(node: LexborNode) -> bool:
    """Whether a button shows what stands below it, as the questions of an FAQ do."""
    attributes = node.attributes
    text = node.text().strip()
    return bool(text) and (any(key in attributes for key in _CONTROLS) or text.endswith(("?", "？")))


def _is_footer(node: LexborNode) -> bool:
    return node.tag == "footer" or (node.attributes.get("id") or "").lower() == "footer"


def _leads_away(link: LexborNode) -> bool:
    target = link.attributes.get("href") or ""
    return bool(target) and not target.startswith("#")


def _start(ordered: LexborNode) -> int:
    start = ordered.attributes.get("start") or "1"
    return int(start) if start.isdigit() and len(start) < 9 else 1
