"""An HTML tree to the lines a reader sees: one a paragraph, table row or list item, hidden text and frames left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.loaders.htmlstyle import hides, hides_by_colour, packed, rules
from rag.loaders.lines import clean_line

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_UNSEEN = frozenset(
    "script style noscript template iframe object embed svg canvas audio video map head title select option textarea"
    " button input datalist dialog rt rp del s strike colgroup".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody tfoot thead tr"
    " ul".split()
)
_REVEALED_BY_SCRIPT = frozenset({"js_content"})  # WeChat ships every article hidden and shows it when it has loaded.
_LAYOUT_CELL = 400
_PAINTING = (("color", "color"), ("bgcolor", "background"))
"""Attributes that say what a style says."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page, how many of its characters lead to other pages, and whether it stands in the marked node."""

    text: str
    linked: int = 0
    marked: bool = False


def visible_lines(
    body: LexborNode,
    *,
    css: str = "",
    mark: LexborNode | None = None,
    skip: Callable[[LexborNode], bool] | None = None,
    numbered: bool = False,
) -> list[Line]:
    """The lines of everything below ``body`` that is shown.

    The tree is walked without recursion: its depth is the page's choice. ``css``: the page's style sheets, for the
    classes that they hide. ``mark``: lines within this node come back marked. ``skip``: leaves a node out.
    ``numbered``: items of ordered lists start with their number.
    """
    walk = _Walk(mark.mem_id if mark else None, rules(css), numbered)
    node = body.child
    while node is not None:
        entered = node.is_element_node and not walk.hides(node) and not (skip and skip(node))
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
class _Walk:
    mark: int | None
    rules: dict[str, str]
    numbered: bool
    lines: list[Line] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    linked: int = 0
    links: int = 0
    pres: int = 0
    rows: int = 0
    marks: int = 0
    layouts: list[bool] = field(default_factory=list)
    lists: list[int | None] = field(default_factory=list)

    def hides(self, node: LexborNode) -> bool:
        if node.tag in _UNSEEN:
            return True
        attributes = node.attributes
        if not attributes or attributes.get("id") in _REVEALED_BY_SCRIPT:
            return False
        style = self.style(node)
        if "hidden" in attributes or hides(style) or hides_by_colour(style, node, self.style):
            return True
        return node.tag == "sup" and node.css_first("a[href^='#']") is not None

    def style(self, node: LexborNode) -> str:
        """What the node's attributes, the page's style sheets and its own style say of it, packed, the last counts."""
        attributes = node.attributes
        names = (f"#{attributes.get('id')}", *(f".{name}" for name in (attributes.get("class") or "").split()))
        said = [f"{name}:{value}" for key, name in _PAINTING if (value := attributes.get(key))]
        said += [rule for name in names if (rule := self.rules.get(name))]
        return packed(";".join([*said, attributes.get("style") or ""]))

    def text(self, text: str) -> None:
        if self.pres:
            for line in text.splitlines(keepends=True):
                self.pieces.append(line)
                if line.endswith("\n"):
                    self.flush()
            return
        self.pieces.append(text)
        self.linked += len(text.strip()) if self.links else 0

    def enter(self, node: LexborNode) -> None:
        tag = node.tag
        self.marks += node.mem_id == self.mark
        if tag in _BLOCKS or tag == "br":
            self.break_line()
        if tag == "a":
            self.links += _leads_away(node)
        elif tag == "pre":
            self.pres += 1
        elif tag == "table":
            self.layouts.append(_is_layout(node))
        elif tag == "tr":
            self.rows += self.is_data_row()
        elif tag in {"td", "th"}:
            self.pieces.append(" | ") if self.rows else self.flush()
        elif tag in {"ol", "ul"}:
            self.lists.append(_start(node) if tag == "ol" and self.numbered else None)
        elif tag == "li" and self.lists and self.lists[-1] is not None:
            self.pieces.append(f"{self.lists[-1]}. ")
            self.lists[-1] += 1
        elif tag == "sup" and self.pieces and self.pieces[-1][-1:].isdigit():
            self.pieces.append("^")  # 10<sup>6</sup> is not 106

    def leave(self, node: LexborNode) -> None:
        tag = node.tag
        if tag in _BLOCKS:
            self.break_line(ends_row=tag == "tr")
        if tag == "a":
            self.links -= _leads_away(node)
        elif tag == "pre":
            self.pres -= 1
        elif tag == "table":
            self.layouts.pop()
        elif tag == "tr":
            self.rows -= self.is_data_row()
        elif tag in {"ol", "ul"}:
            self.lists.pop()
        self.marks -= node.mem_id == self.mark

    def is_data_row(self) -> bool:
        return bool(self.layouts) and not self.layouts[-1]

    def break_line(self, *, ends_row: bool = False) -> None:
        """A block starts or ends: a new line, except within a table row, which stays on one."""
        if self.rows and not ends_row:
            self.pieces.append(" ")
        elif not (self.lists and self.numbered and re.fullmatch(r"\d+\.\s+", "".join(self.pieces[-2:]))):
            self.flush()

    def flush(self) -> None:
        text = clean_line("".join(self.pieces))
        text = text.removeprefix("|").strip() if self.rows else text
        if text.strip("| "):
            self.lines.append(Line(text, self.linked, self.marks > 0))
        self.pieces.clear()
        self.linked = 0


def _leads_away(link: LexborNode) -> bool:
    target = link.attributes.get("href") or ""
    return bool(target) and not target.startswith("#")


def _is_layout(table: LexborNode) -> bool:
    """Whether a table only arranges the page: it holds another one, or a whole text in a cell."""
    if (
        table.attributes.get("role") == "presentation"
        or table.css_first("table table, td h1, td ul, td ol") is not None
    ):
        return True
    return any(len(cell.text()) > _LAYOUT_CELL for cell in table.css("td"))


def _start(ordered: LexborNode) -> int:
    start = ordered.attributes.get("start") or "1"
    return int(start) if start.isdigit() and len(start) < 9 else 1
