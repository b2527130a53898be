"""Which cell of a row is quoted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.generation.candidates import units
from rag.generation.quoting import cell
from rag.indexing.chunking import chunk
from rag.loaders.builder import Builder
from rag.loaders.metadata import Metadata
from rag.models.embedders import HashEmbedder
from rag.question.analysis import analyse
from tests.builders import document

ANALYSES: list[list[str | None]] = [["Parameter", "Unit", "Found", "Limit"], ["Manganese", "µg/l", "21", "50"]]


@pytest.mark.parametrize(
    ("question", "shares", "quoted"),
    [
        ("What is the manganese of Well 3?", (0.0, 0.6, 0.3, 0.1), "21"),
        ("What is the limit for manganese?", (0.0, 0.6, 0.3, 0.1), "50"),
        ("In which unit is manganese given?", (0.0, 0.6, 0.3, 0.1), "µg/l"),
    ],
)
def test_the_unit_is_no_answer_unless_it_is_asked_for(question: str, shares: tuple[float, ...], quoted: str) -> None:
    made = Builder()
    made.table(ANALYSES, header_rows=1)
    extract = made.extract(Metadata())
    (cut,) = chunk(replace(document("well.docx", extract.text), outline=extract.outline), 440, 0)
    row = next(unit for unit in units(cut) if unit.kind == "row")
    found = cell(cut, row, analyse(question), HashEmbedder(), shares)
    assert found
    assert found.of(cut.text) == quoted
