"""Written passages are learnt from as an index has them read: below their heading, rows as sentences."""

from __future__ import annotations

import pytest

from rag.training.reader.passages import as_document, written_passage

CAMPSITE = (
    "Ferrow Ridge › Rates 2026 › Pitches\nPitch | Low season | High season | Power\nMeadow | 18 | 27 | \n"
    "Pine row | 22 | 34 | 6 A\nArrival from 14:00.\n• Dogs cost 3 euros a night.\n• Bicycles are free.\n"
    "Lakeside pitches are let by the week, from Saturday to Saturday, and must be paid for when they are booked."
)


def test_a_row_is_read_as_a_sentence_below_its_heading() -> None:
    written = written_passage("rates", CAMPSITE)
    assert written is not None
    said = written.read().text
    first = "Ferrow Ridge › Rates 2026\nPitches\nPitch: Meadow — Low season: 18; High season: 27\nPitch: Pine row — "
    assert said.startswith(first)
    assert written.document.title == "Ferrow Ridge"


@pytest.mark.parametrize(
    "words", ["Meadow", "27", "34", "6 A", "Arrival from 14:00.", "Bicycles are free.", "Saturday"]
)
def test_an_answer_is_where_it_was(words: str) -> None:
    written = written_passage("rates", CAMPSITE)
    assert written is not None
    span = (CAMPSITE.index(words), CAMPSITE.index(words) + len(words))
    ((start, end),) = written.in_document((span,))
    assert written.document.text[start:end] == words
    read = written.read_at((span,))
    assert read is not None
    assert written.read().text[slice(*read[0])] == words


def test_the_name_of_a_column_is_no_answer_and_running_text_has_no_structure() -> None:
    written = written_passage("rates", CAMPSITE)
    assert written is not None
    at = CAMPSITE.index("Low season")
    assert written.read_at(((at, at + len("Low season")),)) is None
    plain = "The bridge of Lund was built in 1891. The mill burned down in 1902."
    assert written_passage("lund", plain) is None
    assert as_document("lund", plain).in_document(((4, 10),)) == ((4, 10),)
