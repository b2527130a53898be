"""Reads comma- or tab-separated values as a table, whatever the encoding and the separator."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath
from typing import Literal

from rag.loaders.builder import Builder, Extract
from rag.loaders.decoding import decode
from rag.loaders.metadata import Metadata
from rag.loaders.sheet import append_sheet

_SEPARATORS = ",;\t|，"
_SAMPLE = 500
"""Rows that are looked at."""
_LONGEST_CELL = 10_000_000
_MOST_LINES = 200
"""Lines of one cell; more come from a quotation mark that nothing closes."""


@dataclass(frozen=True, slots=True)
class _Dialect:
    separator: str
    quoted: bool


def parse(data: bytes, name: str) -> Extract:
    """The table of a CSV or TSV file, its rows numbered as a spreadsheet does.

    Raises:
        DocumentError: the bytes are not text.
    """
    text = decode(data, name)
    separators = _SEPARATORS
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == len("sep=;"):
        text, separators = rest, first.strip()[-1]
    elif PurePosixPath(name).suffix.lower() == ".tsv":
        separators = "\t"
    doc = Builder()
    append_sheet(doc, list(_rows(text, _dialect(text, separators))))
    return doc.extract(Metadata(title=PurePosixPath(name).stem))


def _rows(text: str, dialect: _Dialect) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if dialect.quoted else csv.QUOTE_NONE
    lines = text.splitlines(keepends=True)
    for row in csv.reader(lines, delimiter=dialect.separator, quoting=quoting, skipinitialspace=True):
        yield [cell.strip() for cell in row]


def _dialect(text: str, separators: str) -> _Dialect:
    """The separator that cuts most rows into the same number of cells, more than one."""
    kinds = [_Dialect(separator, quoted) for quoted in (True, False) for separator in separators]
    return max(kinds, key=lambda kind: _regularity(text, kind))


def _regularity(text: str, dialect: _Dialect) -> tuple[float, int]:
    rows = [row for row in islice(_rows(text, dialect), _SAMPLE) if any(row)]
    if not rows or (dialect.quoted and any(cell.count("\n") > _MOST_LINES for row in rows for cell in row)):
        return 0.0, 0
    cells, count = Counter(map(len, rows)).most_common(1)[0]
    return (count / len(rows), cells) if cells > 1 else (0.0, 0)
