"""Renders stretches of a document as HTML: headings, lists, tables, code, notes and pages, as its outline has them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from rag import Document
from ui.markup import escaped, worded

LENGTH = 10_000
"""Characters of a stretch; a long document is sent one after another, as it is scrolled."""

PLAIN = {"caption": "yj-caption", "note": "yj-footnote", "header": "yj-cells", "row": "yj-cells"}
"""Kinds that are a paragraph of a class of their own; a row is one where its table is not known."""


@dataclass(frozen=True, slots=True)
class Line:
    """A block without blocks in it, or text that the outline does not speak of."""

    kind: str
    start: int
    end: int
    level: int = 0
    label: str = ""
    cells: tuple[tuple[int, int, int], ...] = ()
    """Start, end and column of each."""
    table: int = -1
    """Where its table begins."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """``text[start:end]`` of a document as HTML; whole lines."""

    html: str
    start: int
    end: int


class Reading:
    """One document, cut into lines."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._lines = list(_lines(document))
        self._starts = [line.start for line in self._lines]
        self._turns = [page.start for page in document.outline.pages]
        self._tables = {block.start: block for block in document.outline.blocks if block.kind == "table"}

    def around(self, start: int, end: int) -> Stretch:
        """What stands around ``text[start:end]``, which is marked where it is not empty."""
        first = self._back(self._at(start), start - LENGTH // 2)
        last = self._forth(self._at(max(start, end - 1)), end + LENGTH // 2)
        return self._shown(first, last, (start, end))

    def before(self, position: int) -> Stretch:
        """What ends before a stretch that begins at a position."""
        last = self._at(position - 1)
        return self._shown(self._back(last, position - LENGTH), last, (0, 0))

    def after(self, position: int) -> Stretch:
        """What begins after a stretch that ends at a position."""
        first = self._at(position) + (position > 0)
        return self._shown(first, self._forth(first, position + LENGTH), (0, 0))

    def _at(self, position: int) -> int:
        return max(0, bisect_right(self._starts, position) - 1)

    def _back(self, index: int, until: int) -> int:
        while index > 0 and self._starts[index] > until:
            index -= 1
        return index

    def _forth(self, index: int, until: int) -> int:
        while index < len(self._lines) - 1 and self._lines[index].end < until:
            index += 1
        return index

    def _shown(self, first: int, last: int, mark: tuple[int, int]) -> Stretch:
        lines = self._lines[first : last + 1]
        if not lines:
            return Stretch("", 0, len(self.document.text))
        start = 0 if first == 0 else lines[0].start
        end = len(self.document.text) if last >= len(self._lines) - 1 else lines[-1].end
        turned = self._lines[first - 1].end - 1 if first else -1
        return Stretch("".join(self._groups(lines, turned, mark)), start, end)

    def _groups(self, lines: Sequence[Line], turned: int, mark: tuple[int, int]) -> Iterator[str]:
        """Items that follow each other are one list, rows of a table one table; a new page ends both."""
        pages = {}
        for line in lines:
            pages[line.start] = self._page(turned, line.start)
            turned = line.end - 1
        number = 0

        def group(line: Line) -> tuple[object, ...]:
            nonlocal number
            alone = line.kind != "item" and line.table < 0
            number += bool(pages[line.start]) or alone
            return line.kind == "item", line.table, number

        for _, grouped in groupby(lines, group):
            together = list(grouped)
            yield pages[together[0].start]
            if together[0].kind == "item":
                yield f'<ul class="yj-list">{"".join(self._line(line, mark) for line in together)}</ul>'
            elif together[0].table >= 0:
                yield self._table(together, mark)
            else:
                yield self._line(together[0], mark)

    def _page(self, after: int, until: int) -> str:
        """The pages that begin in (after, until], as a rule across the text."""
        found = self.document.outline.pages[bisect_right(self._turns, after) : bisect_right(self._turns, until)]
        return "".join(
            f'<p class="yj-leaf"><span>{worded(f"on_{page.unit}", n=page.number)}'
            f"{escaped(f' · {page.name}' if page.name not in ('', str(page.number)) else '')}</span></p>"
            for page in found
        )

    def _line(self, line: Line, mark: tuple[int, int]) -> str:
        said = self._inline(line.start, line.end, mark)
        here = line.start < mark[1] and mark[0] < line.end
        if line.kind == "item":
            label = "yj-labelled" * bool(line.label)
            return (
                f'<li class="{label} {"yj-here" * here}" data-at="{line.start}" data-depth="{line.level}">{said}</li>'
            )
        tag, name = _element(line)
        inner = f"<code>{said}</code>" if tag == "pre" else said
        return f'<{tag} class="{name} {"yj-here" * here}" data-at="{line.start}">{inner}</{tag}>'

    def _table(self, rows: Sequence[Line], mark: tuple[int, int]) -> str:
        table = self._tables[rows[0].table]
        shown = list(rows)
        if rows[0].kind != "header":  # a stretch begins within it
            place = self._at(table.start)
            while place < len(self._lines) and self._lines[place].kind == "header":
                shown.insert(place - self._at(table.start), self._lines[place])
                place += 1
        width = max([len(table.columns), *(column + 1 for row in shown for _, _, column in row.cells)])
        numbered = any(row.label for row in shown)
        last = sum(row.kind == "header" for row in shown) - 1
        body = ""
        for at, row in enumerate(shown):
            number = f'<td class="yj-row-number">{escaped(row.label)}</td>' * numbered
            cells = self._cells(row, _spans(row, width, at < last), table.keys, mark)
            body += f'<tr data-at="{row.start}">{number}{cells}</tr>'
        return f'<div class="yj-grid" tabindex="0" data-at="{rows[0].start}"><table>{body}</table></div>'

    def _cells(self, row: Line, spans: Sequence[tuple[int, int]], keys: int, mark: tuple[int, int]) -> str:
        said = {column: self._inline(start, end, mark) for start, end, column in row.cells}
        return "".join(
            _cell(said.get(first, ""), row.kind == "header", first < keys, after - first) for first, after in spans
        )

    def _inline(self, start: int, end: int, mark: tuple[int, int]) -> str:
        """Text with the mark where it lies in it, and the pages that begin within it."""
        low, high = (min(max(start, at), end) for at in mark)
        if low >= high:
            return self._paged(start, end)
        marked = f"<mark>{self._paged(low, high)}</mark>"
        return self._paged(start, low) + marked + self._paged(high, end)

    def _paged(self, start: int, end: int) -> str:
        shown, last = "", start
        for page in self.document.outline.pages[bisect_right(self._turns, start) : bisect_left(self._turns, end)]:
            shown += escaped(self.document.text[last : page.start])
            shown += f'<span class="yj-turn" aria-hidden="true">{page.number}</span>'
            last = page.start
        return shown + escaped(self.document.text[last:end])


def outline_of(document: Document, limit: int = 400) -> list[tuple[int, int, str]]:
    """Level, position and words of the headings, or of the pages where there are none; at most ``limit``."""
    headings = [
        (min(block.level, 4), block.start, document.text[block.start : block.end][:90])
        for block in document.outline.blocks
        if block.kind == "heading"
    ]
    deepest = 4
    while len(headings) > limit and deepest > 1:
        deepest -= 1
        headings = [one for one in headings if one[0] <= deepest]
    if len(headings) < 2:
        headings = [(1, page.start, page.name or str(page.number)) for page in document.outline.pages]
    return headings[:limit] if len(headings) > 1 else []


def _lines(document: Document) -> Iterator[Line]:
    position, table, until = 0, -1, -1
    for block in document.outline.blocks:
        if block.kind == "end":
            continue
        if block.start >= until:
            table = -1
        if block.kind == "table":
            table, until = block.start, block.end
            continue
        yield from _between(document.text, position, block.start)
        cells = tuple((cell.start, cell.end, cell.column) for cell in block.cells)
        kind = block.kind if cells or block.kind not in ("row", "header") else "paragraph"
        yield Line(kind, block.start, block.end, block.level, block.label, cells, table if cells else -1)
        position = block.end
    yield from _between(document.text, position, len(document.text))


def _between(text: str, start: int, end: int) -> Iterator[Line]:
    """Each line of a text of which the outline says nothing, as a paragraph."""
    for line in text[start:end].split("\n"):
        if line.strip():
            yield Line("paragraph", start, start + len(line))
        start += len(line) + 1


def _element(line: Line) -> tuple[str, str]:
    if line.kind == "heading":
        return f"h{min(6, 3 + max(1, line.level))}", f"yj-h{min(4, max(1, line.level))}"
    if line.kind == "code":
        return "pre", "yj-code"
    if line.kind == "quote":
        return "blockquote", "yj-quote"
    return "p", PLAIN.get(line.kind, "")


def _spans(row: Line, width: int, group: bool) -> list[tuple[int, int]]:
    """The columns of each cell; one of a header that only groups the columns below it goes as far as the next."""
    filled = {0, *(column for _, _, column in row.cells)}
    return list(pairwise([*(column for column in range(width) if not group or column in filled), width]))


def _cell(said: str, is_header: bool, is_key: bool, columns: int) -> str:
    if columns > 1 and said:
        return f'<th scope="colgroup" colspan="{columns}">{said}</th>'
    if is_header:
        return f'<th scope="col">{said}</th>' if said else "<td></td>" * columns
    return f'<th scope="row">{said}</th>' if is_key and said else f"<td>{said}</td>"
