"""Values behind labels, and places in a numbered list, are read off the structure."""

from __future__ import annotations

import pytest

from rag.outline import Block, Outline
from rag.types import Document
from tests.answers.asking import asked, shelved
from tests.builders import document

LINES = (
    ("heading", 1, "Ferries of Lake Orm"),
    ("item", 0, "Heron"),
    ("item", 1, "First sailing: 6.20"),
    ("item", 1, "Fare: 5 crowns"),
    ("item", 0, "Coot"),
    ("item", 1, "First sailing: 7.05"),
    ("item", 1, "Fare: 8 crowns"),
)


def ferries() -> Document:
    text, blocks = "", []
    for kind, level, line in LINES:
        blocks.append(Block(kind, len(text), len(text) + len(line), level))  # type: ignore[arg-type]
        text += line + "\n"
    made = document("ferries.html", text, title="Ferries of Lake Orm")
    object.__setattr__(made, "outline", Outline(tuple(blocks)))
    return made


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is the fare of the Coot?", "8 crowns"),
        ("When is the first sailing of the Heron?", "6.20"),
        ("What is the fare of the Grebe?", None),  # no such ferry
        ("What is the fare of the Coot for dogs and bicycles in winter?", None),
    ],
)
def test_the_value_below_the_name_and_behind_the_label_is_the_answer(question: str, said: str | None) -> None:
    answer = shelved(question, ferries())
    assert [one.quote for one in answer.citations] == ([said] if said else [])


RACE = "Sculling race of Lake Orm\n1. Ina Falk, 4:31\n2. Per Holt, 4:40\n3. Ada Wiese, 4:52"
DUTIES = "Duties after the race\n1. Rinse the boats with clean water.\n2. Hang the oars in the shed."


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who came second in the sculling race of Lake Orm?", "Per Holt, 4:40"),
        ("Who won the sculling race of Lake Orm?", "Ina Falk, 4:31"),
        ("Who came fourth in the sculling race of Lake Orm?", None),
        ("Who came second in the swimming match at Tarnby harbour?", None),
    ],
)
def test_a_place_is_read_off_a_list_of_names(question: str, said: str | None) -> None:
    answer = asked(question, {"race.txt": RACE, "duties.txt": DUTIES})
    assert [one.quote for one in answer.citations] == ([said] if said else [])
