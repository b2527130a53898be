"""How many characters does OCR get wrong, and how long does a page take? Seed documents scanned at 200 dpi."""

from __future__ import annotations

import re
import tempfile
import time
import unicodedata
from pathlib import Path

from eval.bench.options import OptionError, Options
from eval.bench.progress import say
from eval.bench.report import Report
from eval.bench.scans import font, picture, scan
from eval.tables import Cell, Column, Table, machine
from rag import Rag, load_settings

SEEDS = Path(__file__).parents[2] / "seeds"
COLUMNS = 84
LINES = 36
KINDS = {"clean": 0.0, "skewed by 2°": 2.0, "on its side": 90.0}


def run(options: Options) -> Report:
    """Read pages of each language, straight, skewed and turned.

    Raises:
        OptionError: there is no font to paint Chinese with.
    """
    if font() is None:
        raise OptionError("There is no font with Chinese characters here.", "install fonts-noto-cjk")
    rows: list[tuple[Cell, ...]] = []
    for language, pages in pages_of_seeds(options.limit or 3).items():
        for kind, degrees in KINDS.items():
            say(f"{language}, {kind}")
            rows.append((language, kind, len(pages), *_measure(pages, degrees)))
    columns = (
        *(Column("language"), Column("scan"), Column("pages"), Column("characters")),
        *(Column("characters wrong", ".2%"), Column("s/page", ".1f")),
    )
    note = "Edit distance over the characters of the page, white space and full width aside; 11 points, grey and grain."
    return Report("ocr", (Table("scanned pages at 200 dpi", columns, tuple(rows), note),), machine())


def pages_of_seeds(most: int) -> dict[str, list[list[str]]]:
    """Pages of lines from the seed documents, at most so many a language."""
    found: dict[str, list[str]] = {"zh": [], "en": []}
    for path in sorted(SEEDS.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        for line in filter(None, (line.strip() for line in text.split("\n"))):
            found["zh" if len(re.findall(r"[\u4e00-\u9fff]", line)) > len(line) / 3 else "en"] += _wrapped(line)
    return {
        language: [lines[at : at + LINES] for at in range(0, len(lines), LINES)][:most]
        for language, lines in found.items()
    }


def _wrapped(text: str) -> list[str]:
    lines, line, used = [], "", 0
    for word in re.findall(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+", text):
        wide = sum(2 if "\u2e80" <= character <= "\uffef" else 1 for character in word)
        if used + wide > COLUMNS and line:
            lines.append(line.strip())
            line, used = "", 0
        line, used = line + word, used + wide
    return [*lines, line.strip()]


def _measure(pages: list[list[str]], degrees: float) -> tuple[Cell, ...]:
    wrong = count = 0
    with tempfile.TemporaryDirectory() as folder:
        rag = Rag(load_settings({"index": f"{folder}/index", "embedder": "hash"}))
        files = [Path(folder) / f"{number}.png" for number in range(len(pages))]
        for file, lines in zip(files, pages, strict=True):
            file.write_bytes(picture(scan(lines, degrees=degrees)))
        began = time.perf_counter()
        rag.index(files)
        seconds = time.perf_counter() - began
        for file, lines in zip(files, pages, strict=True):
            truth = _bare("".join(lines))
            document = rag.document(file.name) if known(rag, file.name) else None
            said = document.text if document else ""
            wrong += edits(truth, _bare(said))
            count += len(truth)
    return count, wrong / max(count, 1), seconds / max(len(pages), 1)


def known(rag: Rag, path: str) -> bool:
    """Whether anything was read in a file."""
    return any(info.path == path for info in rag.status().documents)


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def edits(one: str, other: str) -> int:
    """The Levenshtein distance of two texts."""
    previous = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            row.append(min(previous[j] + 1, row[-1] + 1, previous[j - 1] + (a != b)))
        previous = row
    return previous[-1]
