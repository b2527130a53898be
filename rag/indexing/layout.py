"""A document's outline to what its chunks need of it: sections, heading paths, and how each block is read."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice, takewhile

from rag.model_text import STEP, read
from rag.outline import Block, Piece, Role, is_form
from rag.types import Chunk, Document, Span

_OPEN_END = re.compile(r"[:：]\s*$")
_SENTENCE_END = re.compile(r"[。！？!?.；;…][\"'”’」』》）)\]]*$")
_LONGEST_NAME = 80
"""Characters of a heading, an item or a lead-in that are repeated over what stands below it."""

_PARTS = {"row": "row", "header": "row", "caption": "row", "heading": "heading", "code": "code"}


class Layout:
    """The blocks of one document in order; a table is represented by its rows."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.text
        blocks = document.outline.blocks or (Block("paragraph", 0, len(document.text)),)
        self._tables = [block for block in blocks if block.kind == "table"]
        self._blocks: list[Block] = []
        self._paths: list[tuple[str, ...]] = []
        """The headings above each block, outermost first."""
        self._forms: dict[int, bool] = {}
        self._ended: set[int] = set()
        """The blocks before which a section ends without a heading."""
        self._take(block for block in blocks if block.kind != "table")

    def _take(self, blocks: Iterable[Block]) -> None:
        above: list[Block] = []
        for block in blocks:
            if block.kind in {"heading", "end"}:
                while above and above[-1].level >= block.level:
                    above.pop()
            if block.kind == "end":
                self._ended.add(len(self._blocks))
                continue
            self._blocks.append(block)
            self._paths.append(tuple(_name(self.text, one) for one in above))
            if block.kind == "heading":
                above.append(block)

    def sections(self) -> Iterator[list[int]]:
        """The indices of blocks, from one heading, or several in a row, to the next."""
        section: list[int] = []
        for index, block in enumerate(self._blocks):
            opens = block.kind == "heading" and section and self._blocks[section[-1]].kind != "heading"
            if section and (opens or index in self._ended):
                yield section
                section = []
            section.append(index)
        if section:
            yield section

    def span(self, indices: Sequence[int]) -> Span:
        """From the first to the last of some blocks."""
        return Span(self._blocks[indices[0]].start, self._blocks[indices[-1]].end)

    def grain(self, index: int) -> str:
        """The kind of unit a block is cut as: "row", "code", "heading" or "text"."""
        return _PARTS.get(self._blocks[index].kind, "text")

    def is_row(self, index: int) -> bool:
        """Whether a block is a row with values."""
        return self._blocks[index].kind == "row"

    def read(self, span: Span) -> str:
        """The text that models read for a span, without the headings above it."""
        return read(span.of(self.text), tuple(self._pieces(span)), "").text

    def chunk(self, span: Span) -> Chunk:
        """A span of the text as a chunk."""
        return self._chunk(span, STEP.join(self._above(span)))

    def _chunk(self, span: Span, context: str) -> Chunk:
        document = self.document
        pieces = tuple(self._pieces(span))
        plain = len(pieces) == 1 and pieces[0] == Piece(0, len(span))
        return Chunk(
            document=document.path,
            start=span.start,
            end=span.end,
            text=span.of(self.text),
            title=document.title,
            date=document.date,
            language=document.language,
            context=context,
            pieces=() if plain else pieces,
        )

    def _above(self, span: Span) -> list[str]:
        """The headings and caption above a span, outermost first, if not part of it."""
        index = self._first(span.start)
        block = self._blocks[index]
        names = list(self._paths[index])
        title = self.document.title
        if not (self.document.untitled or title in self._headings or any(title in name for name in names)):
            names.insert(0, title)
        if block.kind in {"row", "header"} and (caption := self._caption(index)) and caption.start < span.start:
            names.append(_name(self.text, caption))
        lead = self._leads[index]
        if lead is not None and self._blocks[lead].start < span.start:
            names.append(_name(self.text, self._blocks[lead]))
        opening = span.of(self.text)[: 2 * _LONGEST_NAME]
        return [name for name in dict.fromkeys(names) if name and not opening.startswith(name)]

    def _pieces(self, span: Span) -> Iterator[Piece]:
        """How the blocks in a span are read, offsets from its start."""
        for index in range(self._first(span.start), len(self._blocks)):
            block = self._blocks[index]
            if block.start >= span.end:
                break
            start, end = max(block.start, span.start), min(block.end, span.end)
            if block.kind == "row" and (start, end) == (block.start, block.end):
                yield from (_moved(piece, -span.start) for piece in self._row(block))
            elif block.kind == "header":
                continue  # each cell says it
            elif start < end:
                yield Piece(start - span.start, end - span.start, self._role(index), self._before(index))

    def _role(self, index: int) -> Role:
        block = self._blocks[index]
        if block.kind in {"heading", "caption"}:
            return "context"
        if self._leads_in(index):
            return "lead"
        roles: dict[str, Role] = {"item": "item", "code": "code"}
        return roles.get(block.kind, "prose")

    def _before(self, index: int) -> str:
        """The list items that an item is nested in."""
        return "".join(_name(self.text, self._blocks[one]) + STEP for one in self._parents[index])

    def _row(self, block: Block) -> Iterator[Piece]:
        """The cells of a row, each with the name of its column; those that name the row first."""
        table = self._table(block)
        columns, keys = (table.columns, table.keys) if table else ((), 1)
        form = len(block.cells) % 2 == 0 and bool(table and not columns and self._is_form(table))
        for place, cell in enumerate(block.cells):
            name = columns[cell.column] if cell.column < len(columns) else ""
            named = f"{name}: " if name and name != self.text[cell.start : cell.end] else ""
            role: Role = "cell" if place else "row"
            between = ": " if form and place % 2 else _between(block, place, 0 if form else keys, named)
            yield Piece(cell.start, cell.end, role, between + named)

    def _is_form(self, table: Block) -> bool:
        """Whether a table is a form: "Host | Purchasing | Room | 4.12"."""
        if table.start not in self._forms:
            below = islice(self._blocks, self._first(table.start), None)
            self._forms[table.start] = is_form(self.text, list(takewhile(lambda one: one.start < table.end, below)))
        return self._forms[table.start]

    def _table(self, block: Block) -> Block | None:
        return next((table for table in self._tables_at(block.start) if table.end >= block.end), None)

    def _tables_at(self, position: int) -> Iterable[Block]:
        index = bisect_right(self._table_starts, position)
        return self._tables[max(index - 1, 0) : index]

    def _caption(self, index: int) -> Block | None:
        """The caption of the table that a row stands in."""
        table = self._table(self._blocks[index])
        before = self._first(table.start) - 1 if table else -1
        return self._blocks[before] if before >= 0 and self._blocks[before].kind == "caption" else None

    def _first(self, position: int) -> int:
        """The first block that does not end before a position."""
        index = max(bisect_right(self._starts, position) - 1, 0)
        return index + 1 if self._blocks[index].end <= position and index + 1 < len(self._blocks) else index

    def _leads_in(self, index: int) -> bool:
        """Whether a block only introduces the list, table or code that follows it."""
        following = self._blocks[index + 1] if index + 1 < len(self._blocks) else None
        block = self._blocks[index]
        if following is None or block.kind not in {"paragraph", "item"}:
            return False
        text = self.text[block.start : block.end]
        if block.kind == "item":
            nested = following.kind == "item" and following.level > block.level
            return nested and not _SENTENCE_END.search(text)
        if _OPEN_END.search(text):
            return True
        return following.kind == "item" and not _SENTENCE_END.search(text)

    @cached_property
    def _headings(self) -> set[str]:
        return {_name(self.text, block) for block in self._blocks if block.kind == "heading"}

    @cached_property
    def _starts(self) -> list[int]:
        return [block.start for block in self._blocks]

    @cached_property
    def _table_starts(self) -> list[int]:
        return [block.start for block in self._tables]

    @cached_property
    def _parents(self) -> list[tuple[int, ...]]:
        """The list items that each item is nested in, outermost first."""
        parents = []
        stack: list[int] = []
        for index, block in enumerate(self._blocks):
            if block.kind != "item":
                stack = []
            while stack and self._blocks[stack[-1]].level >= block.level:
                stack.pop()
            parents.append(tuple(stack))
            if block.kind == "item":
                stack.append(index)
        return parents

    @cached_property
    def _leads(self) -> list[int | None]:
        """The block that introduces each item, row or piece of code; None if there is none."""
        leads: list[int | None] = []
        lead: int | None = None
        for index, block in enumerate(self._blocks):
            if block.kind not in {"item", "row", "header", "caption", "code"}:
                lead = index if self._leads_in(index) else None
                leads.append(None)
            else:
                leads.append(lead)
        return leads


def _between(block: Block, place: int, keys: int, named: str) -> str:
    """The text that is read between two cells."""
    if not place:
        return ""
    if block.cells[place].column < keys:
        return ", "
    if block.cells[place - 1].column < keys:
        return " — " if named or len(block.cells) > place + 1 else ": "
    return "; "


def _moved(piece: Piece, by: int) -> Piece:
    return Piece(piece.start + by, piece.end + by, piece.role, piece.before)


def _name(text: str, block: Block) -> str:
    """The words of a heading, caption, item or lead-in, as they are repeated over what stands below it."""
    name = _OPEN_END.sub("", text[block.start : min(block.end, block.start + _LONGEST_NAME)])
    return name.split("\n", 1)[0].strip()
