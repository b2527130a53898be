"""Does a citation of a PDF name the right page, and does its box lie on the words? A hundred PDFs of many looks.

And how long does one of a thousand pages take?
"""

from __future__ import annotations

import io
import random
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from eval.bench.children import run_child
from eval.bench.ocr import SEEDS
from eval.bench.options import Options
from eval.bench.progress import say
from eval.bench.report import Report
from eval.tables import Cell, Column, Table, count, machine
from rag import Document, Rag, load_settings

FILES = 100
LONG = 1000
"""Pages of the long PDF, each of ``LINES`` lines."""
LINES = 34
COLUMNS = (1, 1, 2, 2, 3)
SIZES = ((595, 842), (612, 792), (842, 595))
"""A4, Letter, and A4 on its side, in points."""
FONTS = {"zh": "STSong-Light", "en": "Times-Roman"}
_CODE = re.compile(r"[A-Z]{2}-\d{5}")


@dataclass(frozen=True, slots=True)
class Look:
    """What a made PDF looks like."""

    language: str
    columns: int
    size: tuple[int, int]
    ruled: bool
    turned: int
    """Degrees that its pages are turned by when they are shown."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a word stands: the page, and its middle in points from the upper left corner."""

    page: int
    x: float
    y: float


def run(options: Options) -> Report:
    """Make PDFs with a code in every paragraph and row, index them, and look each code up."""
    rng = random.Random(7)
    looks = [_look(rng) for _ in range(options.limit or FILES)]
    rows: dict[tuple[str, str], list[int]] = {}
    with tempfile.TemporaryDirectory() as folder:
        rag = Rag(load_settings({"index": f"{folder}/index", "embedder": "hash"}))
        for number, look in enumerate(looks):
            say(f"{number + 1} of {len(looks)}")
            file = Path(folder) / f"{number}.pdf"
            file.write_bytes(made(look, rng))
            rag.index([file])
            document = rag.document(file.name)
            shape = "turned" if look.turned else f"{look.columns} columns" if look.columns > 1 else "1 column"
            counts = rows.setdefault((look.language, shape), [0, 0, 0, 0])
            counts[0] += 1
            for code, place in places(file.read_bytes()).items():
                counts[1] += 1
                page, boxed = looked_up(document, code, place) if document else (False, False)
                counts[2] += page
                counts[3] += boxed
    total = [sum(column) for column in zip(*rows.values(), strict=True)]
    cells = [(*key, *_shares(counts)) for key, counts in sorted(rows.items())]
    columns = (
        *(Column("language"), Column("look"), Column("files"), Column("words")),
        *(Column("right page", ".3f"), Column("box lies on it", ".3f")),
    )
    note = "A code in each paragraph and each row of a table; where it stands is asked of PDFium, by its own search."
    table = Table("pages and boxes", columns, (*cells, ("all", "", *_shares(total))), note)
    say(f"a PDF of {options.limit or LONG} pages")
    return Report("pages", (table, _long(options.limit or LONG, rng)), machine())


def _long(pages: int, rng: random.Random) -> Table:
    """Index a PDF of so many full pages with the default models, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "long.pdf"
        characters = _write_long(file, pages, rng)
        child = run_child(["-m", "rag", "index", "--index", f"{folder}/index", str(file)])
    columns = (
        *(count("pages"), count("characters"), Column("seconds", ".1f"), Column("pages/s", ".1f")),
        Column("peak memory, MB", ",.0f"),
    )
    row = (pages, characters, child.seconds, pages / child.seconds, child.peak_mb)
    return Table(
        "a long PDF",
        columns,
        (row,),
        "Full pages of prose; memory is that of the largest process. To be in 60 s and 600 MB.",
    )


def _write_long(file: Path, pages: int, rng: random.Random) -> int:
    """Pages of lines of prose, no two pages alike; how many characters they have."""
    from reportlab.pdfgen.canvas import Canvas

    words = " ".join(_paragraphs("en", rng)).split()
    canvas, characters = Canvas(str(file), pagesize=SIZES[0], invariant=True), 0
    for page in range(1, pages + 1):
        canvas.setFont(FONTS["en"], 11)
        for line in range(LINES):
            text = " ".join(rng.choices(words, k=12)) + ("." if line % 3 == 2 else "")
            canvas.drawString(60, 790 - 21 * line, text)
            characters += len(text)
        canvas.drawString(290, 40, str(page))
        canvas.showPage()
    canvas.save()
    return characters


def looked_up(document: Document, code: str, place: Place) -> tuple[bool, bool]:
    """Whether a code is on the right page, and whether one of its boxes lies on it."""
    at = document.text.find(code)
    page = document.outline.page_at(at) if at >= 0 else None
    if page is None or page.number != place.page:
        return False, False
    boxes = [box for box in document.outline.boxes_of(at, at + len(code)) if box.page == place.page]
    inside = any(box.left <= place.x <= box.right and box.top <= place.y <= box.bottom for box in boxes)
    return True, inside


def places(data: bytes) -> dict[str, Place]:
    """Every code in a PDF, and where it is shown."""
    import pypdfium2

    found: dict[str, Place] = {}
    pdf = pypdfium2.PdfDocument(data)
    for number, page in enumerate(pdf, 1):
        text = page.get_textpage()
        for code in sorted(set(_CODE.findall(text.get_text_bounded()))):
            searcher = text.search(code)
            while (hit := searcher.get_next()) is not None:
                left, bottom, right, top = text.get_charbox(hit[0] + hit[1] // 2)
                found[code] = _shown(page, number, (left + right) / 2, (bottom + top) / 2)
    pdf.close()
    return found


def made(look: Look, rng: random.Random) -> bytes:
    """A PDF of three pages or so."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Spacer, TableStyle
    from reportlab.platypus import Table as Grid

    if look.language == "zh":
        pdfmetrics.registerFont(UnicodeCIDFont(FONTS["zh"]))
    width, height = look.size
    across = (width - 100 - 18 * (look.columns - 1)) / look.columns
    frames = [Frame(50 + place * (across + 18), 50, across, height - 100, 0, 0, 0, 0) for place in range(look.columns)]
    style = ParagraphStyle("body", fontName=FONTS[look.language], fontSize=rng.choice((9, 10, 11)), leading=15)
    style.wordWrap = "CJK" if look.language == "zh" else None
    head = ParagraphStyle("head", parent=style, fontSize=15, leading=20)
    story: list[Any] = []
    for place, text in enumerate(_paragraphs(look.language, rng)):
        if place % 4 == 0:
            story.append(Paragraph(escape(text[:18]), head))
        half = len(text) // 2
        story += [Paragraph(escape(f"{text[:half]} {_code(rng)} {text[half:]}"), style), Spacer(1, 6)]
        if place % 5 == 2 and look.columns < 3:
            cells = [["Code", "Amount", "Year"], *([_code(rng), f"{rng.randint(2, 900)}", "2025"] for _ in range(4))]
            rules = [("GRID", (0, 0), (-1, -1), 0.5, "black")] if look.ruled else []
            story += [Grid(cells, [across / 3] * 3, style=TableStyle(rules)), Spacer(1, 8)]
    buffer = io.BytesIO()
    paper = BaseDocTemplate(buffer, pagesize=look.size, invariant=True)
    paper.addPageTemplates(PageTemplate("page", frames))
    paper.build(story)
    return _turned(buffer.getvalue(), look.turned)


def _look(rng: random.Random) -> Look:
    language = rng.choice(("zh", "en"))
    return Look(language, rng.choice(COLUMNS), rng.choice(SIZES), rng.random() < 0.6, rng.choice((0, 0, 0, 0, 90, 270)))


def _paragraphs(language: str, rng: random.Random) -> list[str]:
    known = [
        line.strip()
        for path in sorted(SEEDS.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").split("\n")
        if len(line) > 40 and (bool(re.search("[\u4e00-\u9fff]", line)) == (language == "zh"))
    ]
    return [rng.choice(known) for _ in range(14)]


def _code(rng: random.Random) -> str:
    return f"{rng.choice('ABCDEFGH')}{rng.choice('JKLMNPQR')}-{rng.randint(10_000, 99_999)}"


def _turned(data: bytes, degrees: int) -> bytes:
    from pypdf import PdfReader, PdfWriter

    if not degrees:
        return data
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    for page in writer.pages:
        page.rotate(degrees)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _shown(page: Any, number: int, x: float, y: float) -> Place:
    """A point of the file as the page is shown."""
    turned = page.get_rotation()
    wide, high = page.get_size()
    return Place(number, *{0: (x, high - y), 90: (y, x), 180: (wide - x, y), 270: (wide - y, high - x)}[turned])


def _shares(counts: list[int]) -> tuple[Cell, ...]:
    files, words, pages, boxed = counts
    return files, words, pages / max(words, 1), boxed / max(words, 1)
