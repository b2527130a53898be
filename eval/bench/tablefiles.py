"""A table to a file of each of ten formats, as its usual library writes it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from html import escape

from eval.bench.placed import placed_pdf

Rows = Sequence[Sequence[str]]
"""Cells, the header first."""


def _separated(title: str, rows: Rows, separator: str) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator).writerows(rows)
    return buffer.getvalue().encode()


def _xlsx(title: str, rows: Rows) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title[:30]
    for row in rows:
        sheet.append([int(cell) if cell.isdigit() else cell for cell in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _docx(title: str, rows: Rows) -> bytes:
    import docx

    file = docx.Document()
    file.add_heading(title, 1)
    table = file.add_table(len(rows), len(rows[0]))
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    buffer = io.BytesIO()
    file.save(buffer)
    return buffer.getvalue()


def _pptx(title: str, rows: Rows) -> bytes:
    import pptx
    from pptx.util import Inches

    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = title
    size = Inches(9), Inches(5)
    table = slide.shapes.add_table(len(rows), len(rows[0]), Inches(0.5), Inches(1.5), *size).table
    for i, cells in enumerate(rows):
        for j, text in enumerate(cells):
            table.cell(i, j).text = text
    buffer = io.BytesIO()
    show.save(buffer)
    return buffer.getvalue()


def _html(title: str, rows: Rows) -> bytes:
    header, *body = rows
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in body)
    page = f"<h1>{escape(title)}</h1><table><tr>{head}</tr>{lines}</table>"
    return f"<!doctype html><meta charset=utf-8><title>{escape(title)}</title><article>{page}</article>".encode()


def _markdown(title: str, rows: Rows) -> bytes:
    header, *body = rows
    lines = ["| " + " | ".join(row) + " |" for row in (header, ["---"] * len(header), *body)]
    return "\n".join([f"# {title}", "", *lines, ""]).encode()


def _pdf(title: str, rows: Rows) -> bytes:
    placed = [(50.0, 780.0, 16.0, title)]
    for i, row in enumerate(rows):
        placed += [(50.0 + 100 * j, 740.0 - 20 * i, 10.0, cell) for j, cell in enumerate(row)]
    return placed_pdf([placed])


def _rtf(title: str, rows: Rows) -> bytes:
    def said(text: str) -> str:
        return "".join(c if c.isascii() else f"\\u{ord(c) if ord(c) < 1 << 15 else ord(c) - (1 << 16)}?" for c in text)

    edges = "".join(f"\\cellx{2000 * (i + 1)}" for i in range(len(rows[0])))
    lines = "".join(
        "\\trowd" + edges + "".join(f"\\intbl {said(cell)}\\cell" for cell in row) + "\\row\n" for row in rows
    )
    return f"{{\\rtf1\\ansi\\uc1 {said(title)}\\par\n{lines}\\pard\\par}}".encode()


def _eml(title: str, rows: Rows) -> bytes:
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = title, "Mira Torvin <mira@example.org>", "all@example.org"
    mail["Date"] = "Mon, 02 Mar 2026 09:00:00 +0000"
    mail.set_content(_html(title, rows).decode(), subtype="html")
    return bytes(mail)


MAKERS: dict[str, Callable[[str, Rows], bytes]] = {
    "csv": lambda title, rows: _separated(title, rows, ","),
    "docx": _docx,
    "eml": _eml,
    "html": _html,
    "md": _markdown,
    "pdf": _pdf,
    "pptx": _pptx,
    "rtf": _rtf,
    "tsv": lambda title, rows: _separated(title, rows, "\t"),
    "xlsx": _xlsx,
}
